#!/usr/bin/env python3
"""Minimax polynomials for compiler/math, as compiler/math/polynomials.h on standard output.

Each row names a function to approximate on an interval and a weight; the polynomial p(t) of lowest
degree is found whose weighted error |weight * (p - function)| stays under 2^-(bits + margin), bits
being the precision (24 or 53). Method: the Remez exchange (E. Remez, 1934; see J.-M. Muller,
"Elementary Functions", chapter 3) in 100-digit arithmetic. Coefficients are rounded one after the
other from the lowest, the rest being fitted again each time, so that the rounding of a leading
coefficient is made good by the others (or all at once, where that is better: an interval around
zero gives the later fits no alternation). The weight is the factor by which the polynomial's error
reaches the result, relative to the result, so errors read as fractions of the result.

Needs mpmath. Not part of the build: run it after changing a row, clang-format what it prints, and
commit that.
"""

import sys
from mpmath import mp, mpf, exp, log, tanh, erf, erfc, sin, cos, sqrt, matrix, lu_solve, pi

mp.dps = 100
BITS = {"f32": 24, "f64": 53}


def horner(coefficients, t):
    value = mpf(0)
    for c in reversed(coefficients):
        value = value * t + c
    return value


def remez(target, weight, low, high, first, count):
    """Coefficients of t^first .. t^(first+count-1) with the least weighted error to target."""
    nodes = [low + (high - low) * (1 - cos(pi * (i + mpf(1) / 2) / (count + 1))) / 2
             for i in range(count + 1)]
    grid = [low + (high - low) * (1 - cos(pi * i / (24 * (count + 1)))) / 2
            for i in range(24 * (count + 1) + 1)]
    values = [(t, target(t), weight(t)) for t in grid]
    for _ in range(30):
        system = matrix(count + 1, count + 1)
        right = matrix(count + 1, 1)
        for i, t in enumerate(nodes):
            w = weight(t)
            for j in range(count):
                system[i, j] = w * t ** (first + j)
            system[i, count] = (-1) ** i
            right[i] = w * target(t)
        solution = lu_solve(system, right)
        coefficients = [solution[j] for j in range(count)]
        level = abs(solution[count])
        error = [w * (horner(coefficients, t) * t ** first - f) for t, f, w in values]
        peaks = []  # one largest point for each run of one sign
        for i, e in enumerate(error):
            if peaks and (error[peaks[-1]] > 0) == (e > 0):
                if abs(e) > abs(error[peaks[-1]]):
                    peaks[-1] = i
            elif e != 0:
                peaks.append(i)
        worst = max(abs(e) for e in error)
        while len(peaks) > count + 1:
            peaks.pop(0 if abs(error[peaks[0]]) < abs(error[peaks[-1]]) else -1)
        if len(peaks) < count + 1 or worst <= level * mpf("1.02"):
            return coefficients, worst
        nodes = [grid[i] for i in peaks]
    return coefficients, worst


def rounded(value, bits):
    if value == 0:
        return value
    mantissa, exponent = mp.frexp(value)
    return mp.nint(mantissa * mpf(2) ** bits) * mpf(2) ** (exponent - bits)


def fit(target, weight, low, high, bits, margin):
    goal = mpf(2) ** -(bits + margin)
    for count in range(2, 40):
        best, worst = remez(target, weight, low, high, 0, count)
        if worst < goal:
            break
    at_once = [rounded(c, bits) for c in best]
    fixed = []
    while len(fixed) < count:
        done = list(fixed)
        rest, worst = remez(lambda t: target(t) - horner(done, t), weight, low, high, len(done),
                            count - len(done))
        fixed.append(rounded(rest[0], bits))
    grid = [low + (high - low) * i / 1000 for i in range(1001)]
    found = []
    for candidate in (fixed, at_once):
        worst = max(abs(weight(t) * (horner(candidate, t) - target(t))) for t in grid)
        found.append((worst, candidate))
    worst, coefficients = min(found, key=lambda pair: pair[0])
    return coefficients, worst


def near_zero(function, t):
    """function(t), at 0 by its limit (the functions are even or smooth there)."""
    return function(t if abs(t) > mpf("1e-25") else mpf("1e-25"))


def rows(name):
    ln2 = log(mpf(2))
    half = ln2 / 2 * mpf("1.001")
    z_log = ((sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)) ** 2 * mpf("1.001")
    z_quarter = (pi / 4 * mpf("1.01")) ** 2
    z_tanh = mpf("0.5625") ** 2
    erf_high = {"f32": mpf(3), "f64": mpf(5)}[name]
    yield ("exp", "exp(t) = 1 + t + t^2 p(t), |t| <= ln(2)/2",
           lambda t: near_zero(lambda r: (exp(r) - 1 - r) / r ** 2, t),
           lambda t: t * t / exp(t), -half, half, 4)
    yield ("log", "log((1+s)/(1-s)) = 2 s + s t p(t), t = s^2 <= (3 - sqrt(8))^2",
           lambda t: near_zero(lambda z: (log((1 + sqrt(z)) / (1 - sqrt(z))) / sqrt(z) - 2) / z, t),
           lambda t: t / 2, mpf(0), z_log, 5)
    yield ("log_tail", "log((1+s)/(1-s)) = 2 s + 2/3 s t + s t^2 p(t), t as for log",
           lambda t: near_zero(lambda z: (log((1 + sqrt(z)) / (1 - sqrt(z))) / sqrt(z) - 2
                                          - 2 * z / 3) / z ** 2, t),
           lambda t: t * t / 2, mpf(0), z_log, {"f32": 12, "f64": 14}[name])
    yield ("tanh", "tanh(x) = x + x t p(t), t = x^2, |x| <= 0.5625",
           lambda t: near_zero(lambda z: (tanh(sqrt(z)) / sqrt(z) - 1) / z, t),
           lambda t: near_zero(lambda z: z * sqrt(z) / tanh(sqrt(z)), t), mpf(0), z_tanh, 5)
    yield ("erf_small", "erf(x) = x + x p(t), t = x^2, |x| <= 1",
           lambda t: near_zero(lambda z: erf(sqrt(z)) / sqrt(z) - 1, t),
           lambda t: near_zero(lambda z: sqrt(z) / erf(sqrt(z)), t), mpf(0), mpf(1), 5)
    yield ("erf_large", "log(1 - erf(1 + t)) = p(t), 0 <= t <= %s" % mp.nstr(erf_high, 3),
           lambda t: log(erfc(1 + t)),
           lambda t: erfc(1 + t) / erf(1 + t), mpf(0), erf_high, 4)
    yield ("sin", "sin(x) = x + x t p(t), t = x^2, |x| <= pi/4",
           lambda t: near_zero(lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, t),
           lambda t: near_zero(lambda z: z * sqrt(z) / sin(sqrt(z)), t), mpf(0), z_quarter, 5)
    yield ("cos", "cos(x) = 1 - t/2 + t^2 p(t), t = x^2, |x| <= pi/4",
           lambda t: near_zero(lambda z: (cos(sqrt(z)) - 1 + z / 2) / z ** 2, t),
           lambda t: t * t / cos(sqrt(t)), mpf(0), z_quarter, 5)


def hexadecimal(value):
    return float(value).hex()


def main():
    out = ["/* polynomials.h: made by scripts/make_polynomials.py; do not edit.",
           " *",
           " * Minimax coefficients, lowest power first; each table with the identity it serves and the",
           " * largest error of the result, relative, as a fraction of 2^-24 (f32) or 2^-53 (f64).",
           " */",
           "#ifndef NNC_MATH_POLYNOMIALS_H",
           "#define NNC_MATH_POLYNOMIALS_H",
           ""]
    names = []
    for precision, bits in BITS.items():
        for name, identity, target, weight, low, high, margin in rows(precision):
            coefficients, worst = fit(target, weight, low, high, bits, margin)
            share = mp.nstr(worst * mpf(2) ** bits, 2)
            sys.stderr.write("%s_%s: %d terms, error %s\n" % (name, precision, len(coefficients), share))
            if name not in names:
                names.append(name)
            out.append("/* %s: error %s */" % (identity, share))
            out.append("static const double %s_%s[] = {" % (name, precision))
            out += ["    %s," % hexadecimal(c) for c in coefficients]
            out += ["};", ""]
    out += ["#endif"]
    print("\n".join(out))


main()
