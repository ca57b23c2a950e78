"""Generated from opcodes.py by generate.py; do not edit."""
# ruff: noqa: E501

from valuation.kernel.arrays import BLOCK
from valuation.kernel.discrete import UNSETTLED, binomial_few, binomial_quantile, poisson_few, poisson_quantile
from valuation.kernel.elementary import NOT_A_NUMBER as nan
from valuation.kernel.elementary import exp, log
from valuation.kernel.jit import compiled
from valuation.kernel.lookup import interpolated, interpolated_2d
from valuation.kernel.probability import normal_probability


@compiled
def run_ops(code, arg, on, t, table, register):
    """Run a program on the block's registers, float64 [R, BLOCK]: ``code`` [P], ``arg`` [P, 7] = out, then operands.
    Ops whose ``on`` [P, T] is 0 in month t are left out. ``table`` holds the plan's tables, one after another."""
    for o in range(code.size):
        if on[o, t] == 0:
            continue
        op = code[o]
        out = arg[o, 0]
        if op == 0:  # set
            r_a = arg[o, 1]
            for j in range(BLOCK):
                a = register[r_a, j]
                register[out, j] = a
        elif op == 1:  # add
            r_a = arg[o, 1]
            r_b = arg[o, 2]
            for j in range(BLOCK):
                a = register[r_a, j]
                b = register[r_b, j]
                register[out, j] = a + b
        elif op == 2:  # sub
            r_a = arg[o, 1]
            r_b = arg[o, 2]
            for j in range(BLOCK):
                a = register[r_a, j]
                b = register[r_b, j]
                register[out, j] = a - b
        elif op == 3:  # mul
            r_a = arg[o, 1]
            r_b = arg[o, 2]
            for j in range(BLOCK):
                a = register[r_a, j]
                b = register[r_b, j]
                register[out, j] = a * b
        elif op == 4:  # mul_add
            r_a = arg[o, 1]
            r_b = arg[o, 2]
            r_c = arg[o, 3]
            for j in range(BLOCK):
                a = register[r_a, j]
                b = register[r_b, j]
                c = register[r_c, j]
                register[out, j] = a * b + c
        elif op == 5:  # divide
            r_a = arg[o, 1]
            r_b = arg[o, 2]
            for j in range(BLOCK):
                a = register[r_a, j]
                b = register[r_b, j]
                register[out, j] = a / b
        elif op == 6:  # ratio
            r_a = arg[o, 1]
            r_b = arg[o, 2]
            for j in range(BLOCK):
                a = register[r_a, j]
                b = register[r_b, j]
                register[out, j] = a / b if b > 0.0 else nan
        elif op == 7:  # lower_of
            r_a = arg[o, 1]
            r_b = arg[o, 2]
            for j in range(BLOCK):
                a = register[r_a, j]
                b = register[r_b, j]
                register[out, j] = a if a < b else b
        elif op == 8:  # higher_of
            r_a = arg[o, 1]
            r_b = arg[o, 2]
            for j in range(BLOCK):
                a = register[r_a, j]
                b = register[r_b, j]
                register[out, j] = a if a > b else b
        elif op == 9:  # select
            r_flag = arg[o, 1]
            r_a = arg[o, 2]
            r_b = arg[o, 3]
            for j in range(BLOCK):
                flag = register[r_flag, j]
                a = register[r_a, j]
                b = register[r_b, j]
                register[out, j] = a if flag > 0.0 else b
        elif op == 10:  # below
            r_a = arg[o, 1]
            r_b = arg[o, 2]
            for j in range(BLOCK):
                a = register[r_a, j]
                b = register[r_b, j]
                register[out, j] = 1.0 if a < b else 0.0
        elif op == 11:  # above
            r_a = arg[o, 1]
            r_b = arg[o, 2]
            for j in range(BLOCK):
                a = register[r_a, j]
                b = register[r_b, j]
                register[out, j] = 1.0 if a > b else 0.0
        elif op == 12:  # equal
            r_a = arg[o, 1]
            r_b = arg[o, 2]
            for j in range(BLOCK):
                a = register[r_a, j]
                b = register[r_b, j]
                register[out, j] = 1.0 if a == b else 0.0
        elif op == 13:  # opposite
            r_flag = arg[o, 1]
            for j in range(BLOCK):
                flag = register[r_flag, j]
                register[out, j] = 1.0 - flag
        elif op == 14:  # exp
            r_a = arg[o, 1]
            for j in range(BLOCK):
                a = register[r_a, j]
                register[out, j] = exp(a)
        elif op == 15:  # log
            r_a = arg[o, 1]
            for j in range(BLOCK):
                a = register[r_a, j]
                register[out, j] = log(a)
        elif op == 16:  # exp_price
            r_x = arg[o, 1]
            r_location = arg[o, 2]
            for j in range(BLOCK):
                x = register[r_x, j]
                location = register[r_location, j]
                register[out, j] = exp(location + x)
        elif op == 17:  # sinh_price
            r_x = arg[o, 1]
            r_location = arg[o, 2]
            r_scale = arg[o, 3]
            for j in range(BLOCK):
                x = register[r_x, j]
                location = register[r_location, j]
                scale = register[r_scale, j]
                register[out, j] = scale * 0.5 * (exp(location + x) - exp(-(location + x)))
        elif op == 18:  # logistic
            r_x = arg[o, 1]
            r_location = arg[o, 2]
            for j in range(BLOCK):
                x = register[r_x, j]
                location = register[r_location, j]
                register[out, j] = 1.0 / (1.0 + exp(-(location + x)))
        elif op == 19:  # event_time
            r_before = arg[o, 1]
            r_hazard_before = arg[o, 2]
            r_hazard = arg[o, 3]
            r_threshold = arg[o, 4]
            r_from_position = arg[o, 5]
            r_to_position = arg[o, 6]
            for j in range(BLOCK):
                before = register[r_before, j]
                hazard_before = register[r_hazard_before, j]
                hazard = register[r_hazard, j]
                threshold = register[r_threshold, j]
                from_position = register[r_from_position, j]
                to_position = register[r_to_position, j]
                register[out, j] = before if before < 1.0e9 else (from_position + (to_position - from_position) * (threshold - hazard_before) / (hazard - hazard_before) if hazard >= threshold and hazard > hazard_before else 1.0e9)
        elif op == 20:  # pick_first
            r_time_a = arg[o, 1]
            r_time_b = arg[o, 2]
            r_a = arg[o, 3]
            r_b = arg[o, 4]
            for j in range(BLOCK):
                time_a = register[r_time_a, j]
                time_b = register[r_time_b, j]
                a = register[r_a, j]
                b = register[r_b, j]
                register[out, j] = a if time_a <= time_b else b
        elif op == 21:  # span
            r_stop = arg[o, 1]
            r_from_position = arg[o, 2]
            r_to_position = arg[o, 3]
            for j in range(BLOCK):
                stop = register[r_stop, j]
                from_position = register[r_from_position, j]
                to_position = register[r_to_position, j]
                register[out, j] = max(0.0, min(stop, to_position) - from_position)
        elif op == 22:  # falls_in
            r_position = arg[o, 1]
            r_from_position = arg[o, 2]
            r_to_position = arg[o, 3]
            for j in range(BLOCK):
                position = register[r_position, j]
                from_position = register[r_from_position, j]
                to_position = register[r_to_position, j]
                register[out, j] = 1.0 if position >= from_position and position < to_position else 0.0
        elif op == 23:  # take_or_pay
            r_use = arg[o, 1]
            r_share = arg[o, 2]
            r_full = arg[o, 3]
            for j in range(BLOCK):
                use = register[r_use, j]
                share = register[r_share, j]
                full = register[r_full, j]
                register[out, j] = (use if use > share else share) * full
        elif op == 24:  # blend
            r_share = arg[o, 1]
            r_fixed = arg[o, 2]
            r_floating = arg[o, 3]
            for j in range(BLOCK):
                share = register[r_share, j]
                fixed = register[r_fixed, j]
                floating = register[r_floating, j]
                register[out, j] = share * fixed + (1.0 - share) * floating
        elif op == 25:  # year_to_date
            r_x = arg[o, 1]
            r_prev = arg[o, 2]
            r_reset = arg[o, 3]
            for j in range(BLOCK):
                x = register[r_x, j]
                prev = register[r_prev, j]
                reset = register[r_reset, j]
                register[out, j] = x if reset > 0.0 else prev + x
        elif op == 26:  # loss_used
            r_flag = arg[o, 1]
            r_profit = arg[o, 2]
            r_pool = arg[o, 3]
            for j in range(BLOCK):
                flag = register[r_flag, j]
                profit = register[r_profit, j]
                pool = register[r_pool, j]
                register[out, j] = flag * min(pool, max(profit, 0.0))
        elif op == 27:  # loss_pool
            r_pool = arg[o, 1]
            r_used = arg[o, 2]
            r_flag = arg[o, 3]
            r_profit = arg[o, 4]
            for j in range(BLOCK):
                pool = register[r_pool, j]
                used = register[r_used, j]
                flag = register[r_flag, j]
                profit = register[r_profit, j]
                register[out, j] = pool - used + flag * max(-profit, 0.0)
        elif op == 28:  # tax
            r_rate = arg[o, 1]
            r_flag = arg[o, 2]
            r_profit = arg[o, 3]
            r_used = arg[o, 4]
            for j in range(BLOCK):
                rate = register[r_rate, j]
                flag = register[r_flag, j]
                profit = register[r_profit, j]
                used = register[r_used, j]
                register[out, j] = rate * flag * (max(profit, 0.0) - used)
        elif op == 29:  # pay_down
            r_flag = arg[o, 1]
            r_due = arg[o, 2]
            r_pot = arg[o, 3]
            for j in range(BLOCK):
                flag = register[r_flag, j]
                due = register[r_due, j]
                pot = register[r_pot, j]
                register[out, j] = flag * min(max(pot, 0.0), max(due, 0.0))
        elif op == 30:  # behind
            r_flag = arg[o, 1]
            r_interest = arg[o, 2]
            r_due = arg[o, 3]
            r_paid = arg[o, 4]
            for j in range(BLOCK):
                flag = register[r_flag, j]
                interest = register[r_interest, j]
                due = register[r_due, j]
                paid = register[r_paid, j]
                register[out, j] = flag * (interest + max(due, 0.0) - paid)
        elif op == 31:  # shortfall
            r_flag = arg[o, 1]
            r_a = arg[o, 2]
            for j in range(BLOCK):
                flag = register[r_flag, j]
                a = register[r_a, j]
                register[out, j] = flag * max(-a, 0.0)
        elif op == 32:  # hold_back
            r_pot = arg[o, 1]
            r_target = arg[o, 2]
            for j in range(BLOCK):
                pot = register[r_pot, j]
                target = register[r_target, j]
                register[out, j] = max(0.0, min(pot, target))
        elif op == 33:  # in_a_row
            r_flag = arg[o, 1]
            r_amount = arg[o, 2]
            r_least = arg[o, 3]
            r_before = arg[o, 4]
            for j in range(BLOCK):
                flag = register[r_flag, j]
                amount = register[r_amount, j]
                least = register[r_least, j]
                before = register[r_before, j]
                register[out, j] = (before + 1.0 if amount > least else 0.0) if flag > 0.0 else before
        elif op == 34:  # cover
            r_flag = arg[o, 1]
            r_cash = arg[o, 2]
            r_service = arg[o, 3]
            for j in range(BLOCK):
                flag = register[r_flag, j]
                cash = register[r_cash, j]
                service = register[r_service, j]
                register[out, j] = cash / service if flag > 0.0 and service > 0.0 else 1.0e9
        elif op == 35:  # release
            r_flag = arg[o, 1]
            r_pot = arg[o, 2]
            r_blocked = arg[o, 3]
            r_limit = arg[o, 4]
            for j in range(BLOCK):
                flag = register[r_flag, j]
                pot = register[r_pot, j]
                blocked = register[r_blocked, j]
                limit = register[r_limit, j]
                register[out, j] = flag * max(pot, 0.0) if blocked <= limit else 0.0
        elif op == 36:  # normal_probability
            r_z = arg[o, 1]
            for j in range(BLOCK):
                z = register[r_z, j]
                register[out, j] = normal_probability(z)
        elif op == 37:  # poisson
            r_u = arg[o, 1]
            r_mean = arg[o, 2]
            for j in range(BLOCK):
                u = register[r_u, j]
                mean = register[r_mean, j]
                register[out, j] = poisson_few(u, mean)
            for j in range(BLOCK):
                if register[out, j] == UNSETTLED:
                    u = register[r_u, j]
                    mean = register[r_mean, j]
                    register[out, j] = poisson_quantile(u, mean)
        elif op == 38:  # binomial
            r_u = arg[o, 1]
            r_n = arg[o, 2]
            r_p = arg[o, 3]
            for j in range(BLOCK):
                u = register[r_u, j]
                n = register[r_n, j]
                p = register[r_p, j]
                register[out, j] = binomial_few(u, n, p)
            for j in range(BLOCK):
                if register[out, j] == UNSETTLED:
                    u = register[r_u, j]
                    n = register[r_n, j]
                    p = register[r_p, j]
                    register[out, j] = binomial_quantile(u, n, p)
        elif op == 39:  # lookup
            r_x = arg[o, 1]
            at = arg[o, 2]
            for j in range(BLOCK):
                x = register[r_x, j]
                register[out, j] = interpolated(x, table, at)
        elif op == 40:  # lookup_2d
            r_x = arg[o, 1]
            r_y = arg[o, 2]
            at = arg[o, 3]
            for j in range(BLOCK):
                x = register[r_x, j]
                y = register[r_y, j]
                register[out, j] = interpolated_2d(x, y, table, at)
