"""What scikit-learn finds from given starts: inertia, iterations and sizes, for tests/golden/cluster/k_means.json.

scikit-learn 1.9.1, numpy 2.4.6. Rows are made of whole numbers by a rule that the test repeats, so that no random
generator has to agree:

    python scripts/references/k_means.py > tests/golden/cluster/k_means.json
"""

import json

import numpy as np
from sklearn.cluster import KMeans


def noise(seed, count):
    """A linear congruential generator modulo 2**32 (constants of Numerical Recipes), its upper 16 bits."""
    state, out = seed, []
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        out.append(state >> 16)
    return np.array(out, dtype=float)


cases = []
for seed in range(1, 13):
    n, d, k = 200 + 37 * seed, 1 + seed % 5, 2 + seed % 7
    rows = noise(seed, n * d).reshape(n, d)
    rows += 40000.0 * (np.arange(n) % k)[:, None] * (np.arange(d) % 2 == 0)
    weights = 1.0 + np.arange(n) % 3 if seed % 2 == 0 else np.ones(n)
    for tolerance in (0.0, 1e-2):
        model = KMeans(k, init=rows[:k], n_init=1, max_iter=100, tol=tolerance, algorithm="lloyd")
        model.fit(rows, sample_weight=weights)
        sizes = np.bincount(model.labels_, weights=weights, minlength=k)
        cases.append(
            {
                "seed": seed,
                "rows": n,
                "columns": d,
                "k": k,
                "tolerance": tolerance,
                "inertia": float(model.inertia_),
                "iterations": int(model.n_iter_),
                "sizes": sorted(sizes.tolist(), reverse=True),
            }
        )
print(json.dumps(cases, indent=1))
