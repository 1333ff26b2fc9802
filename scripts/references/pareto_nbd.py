"""Likelihoods, chances and means of Pareto/NBD and GGompertz/NBD to many digits, for tests/golden/lifetime/pareto_nbd.json.

mpmath 1.3.0. Pareto/NBD by the published closed forms with hypergeometric functions, GGompertz/NBD by quadrature of the
published integrals. Parameters and buyers go over many decades; they come from a congruential generator, so that the
file can be made again:

    python scripts/references/pareto_nbd.py > tests/golden/lifetime/pareto_nbd.json
"""

import json
import sys

from mpmath import exp, expm1, hyp2f1, log, loggamma, mp, mpf, quad

mp.dps = 60
state = 20_26


def uniform():
    global state
    state = (state * 1664525 + 1013904223) % 2**32
    return (state >> 8) / 2**24


def decades(low, high):
    """A number of six digits, spread over decades."""
    return float(f"{10 ** (low + (high - low) * uniform()):.6g}")


def buyer():
    age = decades(-2, 4)
    x = 0 if uniform() < 0.25 else int(10 ** (4 * uniform() ** 1.5))
    last = 0.0 if x == 0 else float(f"{age * (uniform() if uniform() < 0.6 else 1 - 10 ** (-6 * uniform())):.9g}")
    return x, max(last, 1e-9) if x else 0.0, age


def pareto_odds(r, alpha, s, beta, x, last, age):
    """The odds of having left: the two forms of Fader and Hardie 2005."""
    r, alpha, s, beta, last, age = (mpf(v) for v in (r, alpha, s, beta, last, age))
    whole = r + s + x
    top, second = (max(alpha, beta), s + 1 if alpha >= beta else r + x)

    def part(t):
        return hyp2f1(whole, second, whole + 1, abs(alpha - beta) / (top + t), maxterms=10**7) / (top + t) ** whole

    difference = part(last) - part(age)
    return s / whole * difference * (alpha + age) ** (r + x) * (beta + age) ** s


def places(low, high, *scales):
    """Where to cut an integral: near its ends and around scales."""
    cuts = {low, high}
    span = high - low
    for k in range(0, 34, 2):
        cuts.add(low + span * mpf(2) ** -k)
        cuts.add(high - span * mpf(2) ** -k)
        for scale in scales:
            for c in (low + scale * mpf(2) ** (k - 25), scale * mpf(2) ** (k - 25), scale * (1 + mpf(k - 16) / 8)):
                if low < c < high:
                    cuts.add(c)
    return sorted(cuts)


def gompertz_rise(b, beta, y):
    return log(beta + expm1(b * y)) - log(beta)


def gompertz_odds(r, alpha, b, s, beta, x, last, age):
    r, alpha, b, s, beta, last, age = (mpf(v) for v in (r, alpha, b, s, beta, last, age))
    now = gompertz_rise(b, beta, age)

    def density(y):
        rise = gompertz_rise(b, beta, y)
        return exp((r + x) * (log(alpha + age) - log(alpha + y)) + s * (now - rise) + b * y - rise - log(beta)) * s * b

    return quad(density, places(last, age, alpha, 1 / b, abs(log(abs(1 - beta))) / b), maxdegree=5)


def ln_rest(r, alpha, x, age):
    r, alpha, age = mpf(r), mpf(alpha), mpf(age)
    return loggamma(r + x) - loggamma(r) - r * log(1 + age / alpha) - x * log(alpha + age)


def nbd(r, alpha, n, y):
    if y == 0:
        return mpf(1) if n == 0 else mpf(0)
    ln = loggamma(r + n) - loggamma(r) - loggamma(n + 1) - r * log(1 + y / alpha) - n * log(1 + alpha / y)
    return exp(ln)


def num(value):
    return float(mp.nstr(value, 17))


def main():
    mp.dps = 60
    rows = {"pareto": [], "gompertz": [], "pareto_counts": [], "gompertz_counts": []}
    while len(rows["pareto"]) < 50:
        wide = 6 if len(rows["pareto"]) % 2 else 2
        r, alpha, s, beta = decades(-wide, wide / 2), decades(-wide, wide), decades(-wide, wide / 2), decades(-wide, wide)
        x, last, age = buyer()
        if wide == 6 and (r + x + s) > 3e4:
            continue
        mp.dps = 40 + int(min((r + s + x) / 2, 300))
        odds = pareto_odds(r, alpha, s, beta, x, last, age)
        ln = ln_rest(r, alpha, x, age) - mpf(s) * log(1 + mpf(age) / mpf(beta)) + log(1 + odds)
        t = decades(-1, 3)
        own = mpf(beta) + mpf(age)
        expected = (mpf(r) + x) / (mpf(alpha) + mpf(age)) * own / (mpf(s) - 1) * (1 - (own / (own + mpf(t))) ** (mpf(s) - 1))
        row = [[r, alpha, s, beta], [x, last, age], num(ln), num(1 / (1 + odds)), t, num(expected / (1 + odds))]
        rows["pareto"].append(row)
        print(len(rows["pareto"]), row, file=sys.stderr)
    mp.dps = 22
    while len(rows["gompertz"]) < 30:
        wide = 4 if len(rows["gompertz"]) % 2 else 2
        r, alpha, s, beta = decades(-wide, wide / 2), decades(-wide, wide), decades(-wide, wide / 2), decades(-wide, wide)
        x, last, age = buyer()
        b = float(f"{10 ** (-4 + 6 * uniform()) / age:.6g}")
        odds = gompertz_odds(r, alpha, b, s, beta, x, last, age)
        ln = ln_rest(r, alpha, x, age) - mpf(s) * gompertz_rise(mpf(b), mpf(beta), mpf(age)) + log(1 + odds)
        rows["gompertz"].append([[r, alpha, b, s, beta], [x, last, age], num(ln), num(1 / (1 + odds))])
        print(len(rows["gompertz"]), rows["gompertz"][-1], file=sys.stderr)
    for r, alpha, s, beta, n, t in [
        (0.55, 10.58, 0.61, 11.67, 0, 52), (0.55, 10.58, 0.61, 11.67, 1, 52), (0.55, 10.58, 0.61, 11.67, 7, 52),
        (0.55, 10.58, 0.61, 11.67, 200, 520), (2.0, 0.01, 3.0, 50.0, 3, 20), (2.0, 0.01, 3.0, 50.0, 2000, 20),
        (1e-3, 5.0, 1e-3, 1e4, 1, 1000), (40.0, 1e3, 25.0, 1e-2, 2, 30), (500.0, 100.0, 1.0, 10.0, 80, 30),
    ]:
        r, alpha, s, beta, t = (mpf(str(v)) for v in (r, alpha, s, beta, t))
        left = quad(lambda y: nbd(r, alpha, n, y) * s / (beta + y) * (beta / (beta + y)) ** s,
                    places(mpf(0), t, alpha, beta, n * alpha / r), maxdegree=5)
        whole = left + nbd(r, alpha, n, t) * (beta / (beta + t)) ** s
        rows["pareto_counts"].append([[float(v) for v in (r, alpha, s, beta)], n, float(t), num(whole)])
    for r, alpha, b, s, beta, n, t in [
        (0.55, 10.58, 0.02, 0.61, 0.2, 0, 52), (0.55, 10.58, 0.02, 0.61, 0.2, 4, 52), (0.9, 2.0, 0.5, 0.1, 50.0, 12, 40),
        (3.0, 1.0, 2.0, 4.0, 1e3, 5, 10), (0.55, 10.58, 1e-6, 0.61, 1.17e-5, 3, 52), (100.0, 10.0, 0.1, 2.0, 1.0, 150, 20),
    ]:
        r, alpha, b, s, beta, t = (mpf(str(v)) for v in (r, alpha, b, s, beta, t))
        left = quad(lambda y: nbd(r, alpha, n, y) * s * b * exp(b * y - (s + 1) * gompertz_rise(b, beta, y)) / beta,
                    places(mpf(0), t, alpha, 1 / b, n * alpha / r), maxdegree=5)
        whole = left + nbd(r, alpha, n, t) * exp(-s * gompertz_rise(b, beta, t))
        mean = r / alpha * quad(lambda y: exp(-s * gompertz_rise(b, beta, y)), places(mpf(0), t, 1 / b))
        rows["gompertz_counts"].append([[float(v) for v in (r, alpha, b, s, beta)], n, float(t), num(whole), num(mean)])
    print("{")
    parts = []
    for name, list_ in rows.items():
        parts.append(f' "{name}": [\n' + ",\n".join("  " + json.dumps(row) for row in list_) + "\n ]")
    print(",\n".join(parts) + "\n}")


if __name__ == "__main__":
    main()
