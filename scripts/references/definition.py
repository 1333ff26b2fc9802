"""Figures of all models of lifetimes from the definition of their processes, for tests/golden/lifetime/definition.json.

Python 3.11, numpy 1.26, scipy 1.11, mpmath 1.3. Nothing here is a formula of the literature: what one buyer with known
rates does is written down as it is, and integrated numerically over the distributions in which the rates differ. The
trapezoidal rule on the logarithm of a rate, or of the odds of a coin, gives all digits of 80-bit numbers. Curvatures are
second differences of likelihoods with 40 digits.

    python scripts/references/definition.py > tests/golden/lifetime/definition.json
"""

import json
import random

import mpmath
import numpy as np
from mpmath import mp, mpf
from scipy.special import gammainc
from scipy.stats import rankdata

mp.dps = 40
BIG = np.longdouble
COUNTS = [0, 1, 2, 5]
NODES, WEIGHTS = (a.astype(BIG) for a in np.polynomial.legendre.leggauss(24))
np.seterr(over="ignore")  # of the hazard of one long dead
random.seed(2026)


def decade(low, high):
    return float(f"{10 ** random.uniform(low, high):.4g}")


def ln_gamma(x):
    return BIG(str(mpmath.loggamma(mpf(float(x)))))


def rates(shape, scale, most, times):
    """Rates that are Gamma(shape, scale), with the mass of each; e^(-rate t) is smooth for these times."""
    whole = float(shape) + most
    low = float(np.log(BIG(shape) / (BIG(scale) + max(times)))) - 75 / float(shape)
    high = np.log((whole + 110 + 10 * np.sqrt(whole)) / float(scale))
    step = BIG(min(0.12, 0.35 / np.sqrt(whole)))
    ln = BIG(low) + step * np.arange(int((high - low) / step) + 2)
    rate = np.exp(ln)
    return rate, step * np.exp(shape * np.log(BIG(scale)) - ln_gamma(shape) + shape * ln - scale * rate)


def coins(a, b, most, far=0.0):
    """Chances that are Beta(a, b) and one less them, with the mass of each, for powers up to `most`; of one less `far`."""
    low, high = -75 / a - np.log1p(a + b + most + far) - 5, 75 / b + 5
    step = BIG(min(0.12, 0.5 / np.sqrt(a + b + most + 1)))
    odds = BIG(low) + step * np.arange(int((high - low) / step) + 2)
    hit, miss = -np.logaddexp(0, -odds), -np.logaddexp(0, odds)
    whole = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
    return np.exp(hit), np.exp(miss), step * np.exp(a * hit + b * miss - whole)


def panels(end, scale):
    """Places from 0 to the end with weights: panels that grow from a part of the scale."""
    cuts, width = [0.0], min(scale, end) / 64
    while cuts[-1] + width < end:
        cuts.append(cuts[-1] + width)
        width *= 1.5
    cuts = np.array(cuts + [end]).astype(BIG)
    middle, half = (cuts[1:] + cuts[:-1]) / 2, (cuts[1:] - cuts[:-1]) / 2
    return (middle[:, None] + half[:, None] * NODES).ravel(), (half[:, None] * WEIGHTS).ravel()


def poisson(n, mean):
    return np.exp(n * np.log(mean) - mean - ln_gamma(n + 1))


def within(stages, mean):
    """The chance that so many stages are passed, at a mean number of them: 1 of no stage."""
    return gammainc(float(stages), mean.astype(float)).astype(BIG) if stages > 0 else np.ones_like(mean)


def in_steps(expected, horizon, force, step):
    total, before, end, number = BIG(0), BIG(0), BIG(0), 1
    while end < horizon * (1 - 1e-12):
        end = min(BIG(number) * BIG(step), BIG(horizon))
        until = expected(end)
        total += (until - before) * np.exp(-force * end)
        before, number = until, number + 1
    return total


def by_coin(k, first, parameters, x, last, age, horizon, force, step):
    """Gaps of k stages; after each purchase (also the first, if so) a coin with the buyer's own chance ends it."""
    r, alpha, a, b = parameters
    silent, thrown = age - last, x + first
    rate, mass = rates(r, alpha, k * x + (20 * k if k > 1 else 20), [age + horizon])
    chance, stay, share = coins(a, b, thrown + 5)
    seen = mass * np.exp(k * x * np.log(rate) - rate * last - x * ln_gamma(k))
    if silent > 0:
        stages = [seen * poisson(j, rate * silent) for j in range(k)]
    else:
        stages = [seen] + [0 * seen] * (k - 1)
    kept = lambda n: np.sum(share * stay ** (thrown + n))
    ended = lambda n: np.sum(share * chance * stay ** (thrown + n - 1))
    alive = sum(map(np.sum, stages)) * kept(0)
    gone = np.sum(seen) * ended(0) if thrown else BIG(0)
    # purchase n is reached when k n - j stages are passed and n - 1 coins have not ended it
    reached = lambda n, t: sum(np.sum(s * within(k * n - j, rate * t)) for j, s in enumerate(stages))

    def over_purchases(term):
        total, n, now = BIG(0), 1, term(1)
        while n < 3 or now > 1e-22 * alive:
            total, n = total + now, n + 1
            now = term(n)
        return total

    if k == 1:
        whole = (stages[0][:, None] * rate[:, None]) * (share * stay**thrown)[None, :]
        leave = rate[:, None] * chance[None, :]
        flow = lambda t, f: np.sum(whole * (-np.expm1(-(leave + f) * t) / (leave + f)))
        expected, worth = lambda t: flow(t, BIG(0)), flow(BIG(horizon), force)
        forever = np.sum(whole / (leave + force))
        later = np.sum(whole / rate[:, None] * np.exp(-leave * horizon))
    else:
        expected = lambda t: over_purchases(lambda n: reached(n, t) * kept(n - 1))
        counts = rate / (rate + force)
        paid = lambda n, j: counts ** (k * n - j) * within(k * n - j, (rate + force) * horizon)
        worth = over_purchases(lambda n: sum(np.sum(s * paid(n, j)) for j, s in enumerate(stages)) * kept(n - 1))
        left = -np.expm1(k * np.log(counts))[:, None] + chance[None, :] * counts[:, None] ** k
        forever = np.sum(sum(s * counts ** (k - j) for j, s in enumerate(stages))[:, None] * (share * stay**thrown) / left)
        between = lambda n: (reached(n, horizon) - reached(n + 1, horizon)) * kept(n)
        later = between(0) + over_purchases(between)
    exactly = lambda n: sum(
        np.sum(s * poisson(i, rate * horizon)) for j, s in enumerate(stages) for i in range(max(k * n - j, 0), k * (n + 1) - j)
    )
    chances = [exactly(n) * kept(n) + (reached(n, horizon) * ended(n) if n else gone) for n in COUNTS]
    steps = in_steps(expected, horizon, force, step)
    return alive + gone, [alive, later, expected(BIG(horizon)), worth, forever, steps] + chances


def by_hazard(hazard, parameters, x, last, age, horizon, force, step):
    """Purchases at random until the end of a lifetime: of constant hazard (Pareto/NBD), growing (GGompertz), none (NBD)."""
    r, alpha = parameters[:2]
    rate, mass = rates(r, alpha, x + 20, [age + horizon])
    bought = lambda t, n=0: np.sum(mass * rate ** (x + n) * np.exp(-rate * t))
    if hazard == "none":
        lives = lambda t: BIG(1)
        ends = lambda t: BIG(0)
        scale = 1e9
    else:
        b, (s, beta) = (parameters[2], parameters[3:]) if hazard == "gompertz" else (0, parameters[2:])
        b = BIG(b)
        passed = (lambda t: np.expm1(b * t)) if hazard == "gompertz" else (lambda t: t)
        speed = (lambda t: b * np.exp(b * t)) if hazard == "gompertz" else (lambda t: BIG(1))
        late = age + horizon + min(60 / float(force), 150 / (s * float(b)) if b > 0 else np.inf)  # then nobody is left
        own, weight = rates(s, beta, 2, [passed(BIG(late))])
        lives = lambda t: np.sum(weight * np.exp(-own * passed(t)))
        ends = lambda t: np.sum(weight * own * np.exp(-own * passed(t))) * speed(t)
        scale = beta + age if hazard == "pareto" else min(1 / float(b), np.log1p(beta) / float(b), alpha + last)
    age, last = BIG(age), BIG(last)
    over = lambda f, end, unit: np.sum([w * f(y) for y, w in zip(*panels(float(end), float(unit)))]) if end > 0 else BIG(0)
    alive = bought(age) * lives(age)
    gone = over(lambda y: bought(last + y) * ends(last + y), age - last, min(scale, alpha + last))
    flow = bought(age, 1)
    expected = lambda t: flow * over(lambda y: lives(age + y), t, scale)
    paid = lambda end: flow * over(lambda y: lives(age + y) * np.exp(-force * y), end, min(scale, 1 / force))
    count = lambda n, y: np.sum(mass * rate**x * np.exp(-rate * age) * poisson(n, rate * y))
    chances = [
        count(n, BIG(horizon)) * lives(age + horizon)
        + over(lambda y: count(n, y) * ends(age + y), horizon, min(scale, 1))
        + (0 if n else gone)
        for n in COUNTS
    ]
    figures = [alive, bought(age) * lives(age + horizon), expected(horizon), paid(horizon), paid(60 / force)]
    return alive + gone, figures + [in_steps(expected, horizon, force, step)] + chances


def futures():
    """Of each family some buyers: likelihood, P(alive) now and later, purchases, discounted, for ever, in steps, chances."""
    families = {
        "bg_nbd": lambda *a: by_coin(1, 0, *a),
        "mbg_nbd": lambda *a: by_coin(1, 1, *a),
        "bg_cnbd_2": lambda *a: by_coin(2, 0, *a),
        "mbg_cnbd_3": lambda *a: by_coin(3, 1, *a),
        "bg_cnbd_10": lambda *a: by_coin(10, 0, *a),
        "pareto_nbd": lambda *a: by_hazard("pareto", *a),
        "ggompertz_nbd": lambda *a: by_hazard("gompertz", *a),
        "nbd": lambda *a: by_hazard("none", *a),
    }
    rows = []
    for name, figures in families.items():
        k = int(name.split("_")[-1]) if "cnbd" in name else 1
        for x, late in [(0, 0), (0, 0), (1, 0.1), (2, 1), (9, 0.7)]:
            age = 0.0 if not rows or rows[-1][0] != name else decade(0, 2)
            last, horizon, force = float(f"{age * late:.5g}"), decade(-0.5, 1.5), decade(-2.5, -0.7)
            step = float(f"{horizon / random.choice([1, 2.5, 4]):.4g}")
            parameters = [decade(-0.4, 0.8), float(f"{decade(-0.3, 1.5) / k:.4g}"), decade(-0.4, 0.8), decade(-0.4, 0.8)]
            if name == "pareto_nbd":
                parameters[3] = decade(-0.3, 1.7)
            if name == "ggompertz_nbd":
                parameters = parameters[:2] + [float(f"{decade(-2, 0.5) / (age + horizon):.4g}"), parameters[2], decade(-1.5, 1.5)]
            if name == "nbd":
                parameters = parameters[:2]
            whole, found = figures(parameters, x, last, age, horizon, BIG(force), step)
            found = [one / whole for one in found]
            rows.append([name, parameters, [x, last, age], [horizon, force, step], float(np.log(whole)), list(map(float, found))])
    return rows


def opportunities():
    """BG/BB: likelihood, P(alive) at a later opportunity, purchases, discounted, for ever, chances."""
    rows = []
    for x, last, n in [(0, 0, 0), (0, 0, 6), (3, 4, 6), (6, 6, 6), (5, 20, 40), (1, 2, 12)]:
        a, b, g, d = (decade(-0.8, 1.2) for _ in range(4))
        m, rate = random.choice([1, 3, 12]), decade(-2, -0.5)
        buy, pass_by, mass = coins(a, b, n + m)
        leave, stay, share = coins(g, d, n + m)
        p = lambda i, j: np.sum(mass * buy**i * pass_by**j)
        q = lambda i, j: np.sum(share * leave**i * stay**j)
        gone = sum((p(x, last - x + i) * q(1, last + i) for i in range(n - last)), BIG(0))
        alive = p(x, n - x) * q(0, n)
        worth = lambda f: p(x + 1, n - x) * sum(q(0, n + j) / BIG(1 + f) ** j for j in range(1, m + 1))
        ever = p(x + 1, n - x) * np.sum(share * stay**n * (stay / (1 + BIG(rate))) / (1 - stay / (1 + BIG(rate))))

        def chance(k):
            ways = lambda j: int(mpmath.binomial(j, k)) * p(x + k, n - x + j - k)
            ended = sum((ways(j) * q(1, n + j) for j in range(k, m)), BIG(0))
            return (ways(m) * q(0, n + m) if k <= m else 0) + ended + (0 if k else gone)

        found = [p(x, n - x) * q(0, n + m), worth(0), worth(rate), ever] + [chance(k) for k in COUNTS]
        whole = alive + gone
        rows.append([[a, b, g, d], [x, last, n], [m, rate], float(np.log(whole)), [float(one / whole) for one in found]])
    return rows


def contracts():
    """Stays t renewals with the chance (1 - leave)^(t^c): survival, alive, residual, discounted twice, for ever twice."""
    rows = []
    for c in [1.0, 0.4, 1.0, 2.2, 0.8, 1.0]:
        a, b, tenure, within_, rate = decade(-0.7, 1), decade(-0.7, 1), random.choice([1, 2, 9]), random.choice([1, 5, 40]), decade(-1.5, -0.5)
        far = int(48 / np.log1p(rate))
        _, stay, share = coins(a, b, 0, float((tenure + far) ** c))
        s = lambda t: np.sum(share * stay ** (BIG(t) ** BIG(c)))
        f = BIG(1 + rate)
        due = lambda end: sum(s(tenure + j) / f ** (j - 1) for j in range(1, end + 1)) / s(tenure)
        new = lambda end: 1 + sum(s(j) / f**j for j in range(1, end + 1))
        found = [s(tenure), s(tenure + within_) / s(tenure), sum(s(tenure + j) for j in range(1, within_ + 1)) / s(tenure)]
        found += [due(within_), due(far), new(within_), new(far)]
        rows.append([[a, b] if c == 1.0 else [a, b, c], tenure, within_, rate, list(map(float, found))])
    return rows


def spends():
    """Purchases are Gamma(p, rate), rates Gamma(q, v): density of a mean spend, what the next purchase brings."""
    rows = []
    for x, z in [(0, 1.0), (1, 5.0), (2, 220.0), (9, 31.0), (60, 0.4)]:
        p, q, v = decade(-0.3, 1), decade(0.15, 1), decade(0, 2)
        rate, mass = rates(q - 1, v, p * x + 2, [x * z])
        mass = mass * rate * np.exp(np.log(BIG(v)) - np.log(BIG(q - 1)))  # of q, on a grid for q - 1
        seen = np.exp(p * x * np.log(rate * x) + (p * x - 1) * np.log(BIG(z)) - rate * x * z - ln_gamma(p * x)) if x else 1
        whole = np.sum(mass * seen)
        rows.append([[p, q, v], [x, z], float(np.log(whole)), float(np.sum(mass * seen * p / rate) / whole)])
    return rows


CELLS = [  # repeats, last, age, weight
    (0, 0.0, 39.0, 60.0), (1, 3.0, 39.0, 12.0), (1, 30.0, 39.0, 10.0), (2, 10.0, 39.0, 6.5), (2, 35.0, 39.0, 8.0),
    (4, 30.0, 39.0, 7.0), (7, 37.5, 39.0, 5.0), (3, 8.0, 20.0, 4.0), (0, 0.0, 20.0, 20.0), (5, 19.0, 20.0, 3.0),
    (12, 38.0, 39.0, 2.0), (1, 1.0, 20.0, 6.0), (20, 20.0, 39.0, 1.0),
]  # fmt: skip
LOYAL = [1000.0, 869.0, 743.0, 653.0, 593.0, 551.0, 517.0, 491.0]  # Fader and Hardie (2007), high-end


def tops():
    """Where likelihoods are greatest, by Newton's method, and the inverse of the curvature there, by logarithms."""

    def cells(k, parameters):
        r, alpha, a, b = parameters
        moment = lambda i, j: mpmath.beta(a + i, b + j) / mpmath.beta(a, b)
        power = lambda n, t: mpmath.rf(r, n) * alpha**r / (alpha + t) ** (r + n)
        total = mpf(0)
        for x, last, age, weight in CELLS:
            alive = sum(power(k * x + j, age) * mpf(age - last) ** j / mpmath.factorial(j) for j in range(k)) * moment(0, x)
            gone = power(k * x, last) * moment(1, x - 1) if x else 0
            total += weight * (mpmath.log(alive + gone) - x * mpmath.loggamma(k))
        return total

    def renewals(parameters):
        a, b, *c = parameters
        stays = [mpmath.beta(a, b + mpf(t) ** (c[0] if c else 1)) / mpmath.beta(a, b) for t in range(len(LOYAL))]
        lost = sum((LOYAL[t] - LOYAL[t + 1]) * mpmath.log(stays[t] - stays[t + 1]) for t in range(len(LOYAL) - 1))
        return lost + LOYAL[-1] * mpmath.log(stays[-1])

    h = mpf(10) ** -9
    rows = {}
    for name, height, start in [
        ("bg_nbd", lambda p: cells(1, p), [0.4, 5, 0.8, 3]),
        ("bg_cnbd_2", lambda p: cells(2, p), [0.4, 2.5, 0.8, 3]),
        ("sbg", renewals, [0.67, 3.8]),
        ("bdw", renewals, [0.26, 1.7, 1.6]),
    ]:
        at = mpmath.matrix([mpmath.log(one) for one in start])
        n = len(start)
        unit = lambda i: mpmath.matrix([h if i == j else 0 for j in range(n)])
        f = lambda place: height([mpmath.exp(one) for one in place])
        for _ in range(60):
            slope = mpmath.matrix([(f(at + unit(i)) - f(at - unit(i))) / (2 * h) for i in range(n)])
            curve = mpmath.matrix(n, n)
            for i in range(n):
                for j in range(i, n):
                    u, w = unit(i), unit(j)
                    curve[i, j] = curve[j, i] = (f(at + u + w) - f(at + u - w) - f(at - u + w) + f(at - u - w)) / (4 * h * h)
            move = mpmath.lu_solve(curve, -slope)
            if (slope.T * move)[0] < 0:  # not yet concave: uphill
                move = slope / mpmath.norm(slope)
            move *= min(mpf(1), mpf("0.7") / mpmath.norm(move))
            at += move
            if mpmath.norm(move) < mpf(10) ** -16:
                break
        covariance = (-curve) ** -1
        rows[name] = {
            "parameters": [float(mpmath.exp(one)) for one in at],
            "height": float(f(at)),
            "covariance": [[float(covariance[i, j]) for j in range(n)] for i in range(n)],
        }
    return {"cells": CELLS, "survivors": LOYAL, "tops": rows}


def orders():
    """Gini of an order, Spearman, and lift by tenths where many are expected to do the same: the mean over random orders."""
    rows = []
    for size, levels in [(10, 3), (23, 4), (40, 40), (7, 1), (12, 2)]:
        expected = [float(random.randrange(levels)) for _ in range(size)]
        actual = [float(random.choice([0, 0, 0, 1, 2, 5])) for _ in range(size)]
        actual[0] = 3.0
        mean = {e: np.mean([a for f, a in zip(expected, actual) if f == e]) for e in expected}  # ties share
        curve = [mean[e] for e in sorted(expected)]
        area = lambda values: 1 - sum(np.cumsum(values) * 2 - np.array(values)) / (sum(values) * len(values))
        best = area(sorted(actual))
        fine = np.repeat(curve[::-1], 10)  # ten parts of each customer fill tenths of any size
        lift = fine.reshape(10, -1).mean(axis=1) / np.mean(actual)
        rho = None if len(set(expected)) == 1 else float(np.corrcoef(rankdata(expected), rankdata(actual))[0, 1])
        rows.append([expected, actual, float(area(curve) / best), rho, lift.tolist()])
    return rows


def main():
    parts = {"futures": futures(), "opportunities": opportunities(), "contracts": contracts(), "spends": spends()}
    parts["orders"] = orders()
    lines = [f' "{name}": [\n' + ",\n".join("  " + json.dumps(row) for row in rows) + "\n ]" for name, rows in parts.items()]
    print("{\n" + ",\n".join(lines + [' "fits": ' + json.dumps(tops())]) + "\n}")


if __name__ == "__main__":
    main()
