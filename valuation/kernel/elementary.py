"""``exp`` and ``log`` in ``+ - * /`` only, so that they give the same bits in plain Python and in every compiled
kernel.

The C library's versions differ between machines and versions in the last bit. Every function here is ordinary Python
over floats; ``jit.py`` compiles the same source. Only the five helpers that take a float apart or put it together
have a second, compiled form (there by a cast of its bits), and a test holds the two forms to the same bits.

Errors are below 1 unit in the last place (measured against 40 digits in the tests).
"""

import math

INFINITY = math.inf
NOT_A_NUMBER = math.nan

ROUNDING = 6755399441055744.0
"""1.5·2^52: adding it rounds a float below 2^51 to a whole number, held in its last bits."""

LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
"""ln 2 in two parts; whole multiples of the first, up to 2^20, are exact."""

INVERSE_LN2 = 1.4426950408889634
SQRT_HALF = 0.7071067811865476
SMALLEST_NORMAL = 2.2250738585072014e-308
TWO_TO_54 = 18014398509481984.0


def rounded_to_int(shifted: float) -> int:
    """The whole number that adding ``ROUNDING`` made, as an int; 0 for not-a-number."""
    return int(shifted - ROUNDING) if shifted == shifted else 0


def power_of_two(exponent: int) -> float:
    """2^exponent for −1022 … 1023."""
    return math.ldexp(1.0, exponent)


def exponent_of(x: float) -> float:
    """k of x = 2^k·m with m in [√½, √2), for positive normal x."""
    mantissa, exponent = math.frexp(abs(x))
    return float(exponent - 1) if 2.0 * mantissa < 2.0 * SQRT_HALF else float(exponent)


def mantissa_of(x: float) -> float:
    """m of x = 2^k·m with m in [√½, √2), for positive normal x."""
    mantissa, _ = math.frexp(abs(x))
    return 2.0 * mantissa if mantissa < SQRT_HALF else mantissa


def word_to_float(word: int) -> float:
    """A whole number from 0 to 2^32 − 1 as a float."""
    return float(word)


def exp(x: float) -> float:
    """e^x; 0 below −745.2 and infinity above 709.79, gradual in between.

    x = k·ln 2 + r with |r| ≤ ln 2/2; e^r − 1 − r over r² is a polynomial fitted at the Chebyshev nodes (error 1.3e-17
    of e^r); the factor 2^k goes on in two halves, so that overflow and underflow round once.
    """
    bounded = 710.0 if x > 710.0 else (-746.0 if x < -746.0 else x)
    shifted = bounded * INVERSE_LN2 + ROUNDING
    whole = shifted - ROUNDING
    high = bounded - whole * LN2_HIGH
    low = whole * LN2_LOW
    r = high - low
    q = 2.7620088445409746e-07 + r * 2.510038549551032e-08
    q = 2.7557268459997064e-06 + r * q
    q = 2.4801521295954376e-05 + r * q
    q = 0.00019841269863053618 + r * q
    q = 0.0013888888917213717 + r * q
    q = 0.008333333333330062 + r * q
    q = 0.04166666666662413 + r * q
    q = 0.16666666666666669 + r * q
    q = 0.5000000000000001 + r * q
    y = 1.0 + (high + (r * r * q - low))
    exponent = rounded_to_int(shifted)
    half = exponent >> 1
    return y * power_of_two(half) * power_of_two(exponent - half)


def log(x: float) -> float:
    """The natural logarithm; −infinity at 0, not a number below.

    x = 2^k·(1 + f) with 1 + f in [√½, √2) and s = f/(2 + f): log(1+f) = f − (f²/2 − s·(f²/2 + R(s²))), where R is a
    polynomial fitted at the Chebyshev nodes (error 9e-18), as in the classic reduction of W. J. Cody and W. Waite.
    """
    tiny = x < SMALLEST_NORMAL
    scaled = x * TWO_TO_54 if tiny else x
    k = exponent_of(scaled) - (54.0 if tiny else 0.0)
    f = mantissa_of(scaled) - 1.0
    s = f / (2.0 + f)
    z = s * s
    r = 0.15331710618210773 + z * 0.14616585424888623
    r = 0.18182889455674947 + z * r
    r = 0.22222211130259878 + z * r
    r = 0.2857142862600327 + z * r
    r = 0.39999999999899444 + z * r
    r = z * (0.666666666666667 + z * r)
    half_square = 0.5 * f * f
    y = k * LN2_HIGH - ((half_square - (s * (half_square + r) + k * LN2_LOW)) - f)
    positive = y if x < INFINITY else x
    return positive if x > 0.0 else (-INFINITY if x == 0.0 else NOT_A_NUMBER)
