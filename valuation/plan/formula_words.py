"""How a line of a plan is computed, in words for a reader of the sheet: the sentence beside its formula.

Most ops have a sentence of their own; another one reads as its expression with the labels in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from valuation.kernel.opcodes import DRAWS, OPS
from valuation.plan.formula_ops import formula, named_operands
from valuation.plan.timeops import TIME_OPS

SENTENCES: dict[str, str] = {
    # of a path and month
    "set": "{a}",
    "ratio": "{a} / {b}; n/a where {b} is nil",
    "lower_of": "the lower of {a} and {b}",
    "higher_of": "the higher of {a} and {b}",
    "select": "{a} if {flag}, otherwise {b}",
    "below": "1 if {a} is below {b}",
    "above": "1 if {a} is above {b}",
    "equal": "1 if {a} equals {b}",
    "opposite": "1 unless {flag}",
    "exp": "e ^ {a}",
    "log": "natural logarithm of {a}",
    "exp_price": "e ^ ({location} + {x})",
    "sinh_price": "{scale} x sinh({location} + {x})",
    "logistic": "1 / (1 + e ^ -({location} + {x}))",
    "event_time": "{before}; else where {hazard} reaches {threshold} within the month",
    "pick_first": "{a} if {time_a} is not after {time_b}, otherwise {b}",
    "span": "share of the month before {stop}",
    "falls_in": "1 if {position} falls in the month",
    "take_or_pay": "{full} x the higher of {use} and {share}",
    "blend": "{share} at {fixed}, the rest at {floating}",
    "year_to_date": "{prev} + {x}, from nil where {reset}",
    "loss_used": "if {flag}: the lower of {pool} and {profit}",
    "loss_pool": "{pool} - {used}, plus a loss of {profit} if {flag}",
    "tax": "if {flag}: {rate} of ({profit} - {used}), no tax on a loss",
    "pay_down": "if {flag}: what {pot} pays of {due}",
    "behind": "if {flag}: {interest} + {due} - {paid}",
    "shortfall": "if {flag}: what {a} is below nil",
    "hold_back": "{target}, as far as {pot} covers it",
    "in_a_row": "if {flag}: {before} + 1 where {amount} is above {least}, else nil",
    "cover": "{cash} / {service} if {flag}",
    "release": "{pot} if {flag} and {blocked} is at most {limit}",
    "normal_probability": "probability of a normal below {z}",
    "poisson": "Poisson number with mean {mean}, drawn by {u}",
    "binomial": "binomial number of {n} at {p}, drawn by {u}",
    "lookup": "{table} at {x}",
    "lookup_2d": "{table} at {x} and {y}",
    # of the time axis
    "month_start": "first day of the month, {t} after {first_month}",
    "month_end": "last day of the month, {t} after {first_month}",
    "calendar_year": "year of {date}",
    "calendar_month": "month of {date}",
    "hours": "24 x days from {start} to {end}",
    "year_end_of": "31 December of the year of {date}",
    "edate": "{date} + {months} months",
    "add_days": "{date} + {days} days",
    "eomonth": "end of the month, {months} months after {date}",
    "position_at_start": "months from the first month to the start of {date}",
    "position_at_end": "months from the first month to the end of {date}",
    "clip": "{x}, at least {low} and at most {high}",
    "whole_years": "whole years from {start} to {at}",
    "steps_completed": "years from {start} to {at}, in whole steps of {months} months",
    "months_between": "calendar months from {start} to {at}",
    "asinh": "inverse hyperbolic sine of {x}",
    "square_root": "square root of {x}",
    "normal_quantile": "normal quantile at {probability}",
    "escalate": "(1 + {rate}) ^ {years}",
    "discount": "(1 + {rate}) ^ -(days from {base} to {date} / 365)",
    "discount_years": "(1 + {rate}) ^ -(calendar years from {base} to {date})",
    "curve": "{values} in force on {date}",
    "steps": "{values} in force on {date}, nil before the first",
    "month_value": "{values} of month {month}",
    "is_month": "1 if {date} is in month {month}",
    "from_date": "1 from {limit} on",
    "between": "1 if {date} is from {first} to {last}",
    "put_off": "{date} + {months} months + {days} days",
    "date_if": "{date} if {flag}",
    "day_of_year": "day {day} of month {month} of {year}",
    "every": "1 every {step} of {n}",
    "convert": "{x} x {factor}",
    # whose operands the plan does not name
    **dict.fromkeys(DRAWS, "drawn at random"),
}
"""Sentence of each op that does not read well as its formula."""


def words(op: str, labels: Sequence[str]) -> str:
    """How a line is computed, in words.

    Parameters
    ----------
    op : of a row of a plan.
    labels : of its arguments, in the op's order; a number as its text. One that begins with a minus is subtracted in a
        sum.

    Raises
    ------
    PlanError
        For an unknown op, or another number of labels than it has operands.
    """
    if op in DRAWS:
        return SENTENCES[op]
    if op == "pick" and len(labels) > 2:
        return f"{_listed(labels[2::2])} by {labels[0]}"
    if op in SENTENCES:
        operands = OPS[op].operands if op in OPS else TIME_OPS[op][0]
        named = named_operands(op, operands, labels)
        return re.sub(r"{(\w+)}", lambda found: named[found[1]], SENTENCES[op])
    return _spaced(op, labels)


def _listed(labels: Sequence[str]) -> str:
    """A, B or C; no more than three of them."""
    first = list(dict.fromkeys(labels))
    if len(first) > 3:
        return f"{first[0]}, {first[1]} and so on"
    return " or ".join(filter(None, [", ".join(first[:-1]), first[-1]]))


def _spaced(op: str, labels: Sequence[str]) -> str:
    """The formula with the labels in it, spaced, a product by x."""
    places = [("-" if label.startswith("-") else "") + f"L{at}_" for at, label in enumerate(labels)]
    text = formula(op, places)
    text = re.sub(r"(?<=[\w)])([-+/^<>=]+|\*)", lambda found: f" {found[1]} ".replace("*", "x"), text)
    return re.sub(r"L(\d+)_", lambda found: labels[int(found[1])].removeprefix("-"), text)
