"""What scikit-learn and SciPy find of pairs of divisions, for tests/golden/evaluate/agreement.json.

scikit-learn 1.9.1, SciPy 1.17.1, numpy 2.4.6, mpmath 1.4.1. Labels are made of whole numbers by a rule that the test
repeats, so that no random generator has to agree:

    python scripts/references/agreement.py > tests/golden/evaluate/agreement.json

Expected mutual information is also summed with 50 digits (mpmath): scikit-learn's has the rounding of differences of
logarithms of factorials.
"""

import json
import sys

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn import metrics
from sklearn.metrics.cluster import contingency_matrix, pair_confusion_matrix

try:
    from mpmath import binomial, log, mp, mpf

    mp.dps = 50
except ImportError:
    sys.exit("mpmath is needed")


def noise(seed, count):
    """A linear congruential generator modulo 2**32 (constants of Numerical Recipes), its upper 16 bits."""
    state, out = seed, []
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        out.append(state >> 16)
    return np.array(out, dtype=int)


def exact(table):
    """Adjusted mutual information by the four means, 50 digits."""
    n = int(table.sum())
    a, b = [int(x) for x in table.sum(1)], [int(x) for x in table.sum(0)]
    xlogx = lambda counts: sum(mpf(c) / n * log(mpf(c) / n) for c in counts if c)
    first, second = -xlogx(a), -xlogx(b)
    shared = first + second + xlogx([int(x) for x in table.ravel()])
    expected, known = mpf(0), {}
    for i in a:
        for j in b:
            if (i, j) not in known:
                total = mpf(0)
                low = max(0, i + j - n)
                chance = binomial(j, low) * binomial(n - j, i - low) / binomial(n, i)
                for x in range(low, min(i, j) + 1):
                    if x > 0:
                        total += mpf(x) / n * log(mpf(n) * x / (mpf(i) * j)) * chance
                    chance *= mpf(i - x) * (j - x) / (mpf(x + 1) * (n - i - j + x + 1)) if x < min(i, j) else 1
                known[i, j] = total
            expected += known[i, j]
    means = {"arithmetic": (first + second) / 2, "geometric": (first * second) ** mpf(0.5)}
    means |= {"min": min(first, second), "max": max(first, second)}
    return {name: float((shared - expected) / (mean - expected)) for name, mean in means.items()}


shapes = [(1, 1, 1), (2, 2, 2), (3, 1, 2), (3, 2, 1), (5, 5, 5), (10, 2, 3), (17, 4, 4), (30, 29, 3), (50, 3, 50)]
shapes += [(64, 8, 8), (100, 2, 2), (150, 3, 4), (200, 10, 40), (333, 7, 5), (500, 2, 9), (777, 20, 20), (900, 1, 6)]
shapes += [(1000, 10, 10), (1500, 100, 3), (2000, 5, 6), (2500, 30, 30), (3000, 2, 100), (4000, 12, 9), (5000, 8, 8)]
shapes += [(5000, 50, 60), (1200, 400, 300)]

cases = []
for number, (n, k1, k2) in enumerate(shapes):
    draws = noise(number + 1, 3 * n).reshape(3, n)
    first = draws[0] % k1 if k1 < n else np.arange(n)
    # a part of the rows follows the first division
    second = np.where(draws[2] % 100 < 13 * (number % 8), first % k2, draws[1] % k2)
    table = contingency_matrix(first, second)
    rows, columns = linear_sum_assignment(table, maximize=True)
    fractions = metrics.homogeneity_completeness_v_measure(first, second)
    half = metrics.v_measure_score(first, second, beta=0.5)
    case = {
        "n": n,
        "k": [k1, k2],
        "rand": metrics.rand_score(first, second),
        "adjusted_rand": metrics.adjusted_rand_score(first, second),
        "mutual_information": metrics.mutual_info_score(first, second),
        "fowlkes_mallows": metrics.fowlkes_mallows_score(first, second),
        "homogeneity": fractions[0],
        "completeness": fractions[1],
        "v_measure": fractions[2],
        "v_half": half,
        "confusion": pair_confusion_matrix(first, second).tolist(),
        "overlap": int(table[rows, columns].sum()),
    }
    adjusted = exact(table) if min(table.shape) > 1 and max(table.shape) < n else {}
    for mean in ["arithmetic", "geometric", "min", "max"]:
        case["nmi_" + mean] = metrics.normalized_mutual_info_score(first, second, average_method=mean)
        case["ami_" + mean] = metrics.adjusted_mutual_info_score(first, second, average_method=mean)
        if mean in adjusted:
            case["exact_" + mean] = adjusted[mean]
            away = abs(adjusted[mean] - case["ami_" + mean])
            if away > 1e-13:
                print(f"n {n}, {k1} and {k2}, {mean}: scikit-learn is {away:.1e} away", file=sys.stderr)
    cases.append(case)
print("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")
