"""Labels of DBSCAN and HDBSCAN by Python packages, for tests/it/cluster/dbscan.rs and hdbscan.rs.

python 3.11: scikit-learn 1.9.1, hdbscan 0.8.44, fast_hdbscan 0.3.4, numpy 2.4.6
python scripts/references/density.py > tests/golden/cluster/density.json
"""

import json

import fast_hdbscan
import hdbscan
import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.cluster import HDBSCAN as SkHdbscan


def rows(seed, n, d, kind):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(3, 7))
    centers = rng.uniform(-10, 10, (k, d))
    spread = rng.uniform(0.3, 1.2, k)
    of = rng.integers(0, k, n)
    x = centers[of] + rng.normal(size=(n, d)) * spread[of][:, None]
    loose = rng.random(n) < 0.1
    x[loose] = rng.uniform(-13, 13, (int(loose.sum()), d))
    if kind == "grid":  # equal rows and equal distances are the rule
        x = np.round(x)
    return np.round(x, 3)


def dbscan(x, radius, neighbours, weights=None):
    found = DBSCAN(eps=radius, min_samples=neighbours, algorithm="kd_tree").fit(x, sample_weight=weights)
    return {
        "radius": radius,
        "neighbours": neighbours,
        "weights": None if weights is None else weights.tolist(),
        "labels": found.labels_.tolist(),
        "core": found.core_sample_indices_.tolist(),
    }


def rounded(values):
    return [round(float(v), 4) for v in values]


def tree(x, least, neighbours, selection, epsilon, full):
    method = {"excess_of_mass": "eom", "leaves": "leaf"}[selection]
    m = neighbours - 1  # hdbscan and fast_hdbscan do not count the row itself
    h = hdbscan.HDBSCAN(
        min_cluster_size=least, min_samples=m, cluster_selection_method=method,
        cluster_selection_epsilon=epsilon, approx_min_span_tree=False, gen_min_span_tree=True,
    ).fit(x)
    f = fast_hdbscan.HDBSCAN(
        min_cluster_size=least, min_samples=m, cluster_selection_method=method, cluster_selection_epsilon=epsilon,
    ).fit(x)
    # scikit-learn 1.9.1 fails with an epsilon under numpy 2.4
    s = None if epsilon else SkHdbscan(
        min_cluster_size=least, min_samples=neighbours, cluster_selection_method=method, copy=True,
    ).fit(x)
    out = {
        "least": least,
        "neighbours": neighbours,
        "selection": selection,
        "epsilon": epsilon,
        "hdbscan": h.labels_.tolist(),
        "fast_hdbscan": f.labels_.tolist(),
        "sklearn": s and s.labels_.tolist(),
        "tree_length": float(h.minimum_spanning_tree_.to_numpy()[:, 2].sum()),
    }
    if full:
        out["probabilities"] = rounded(h.probabilities_)
        out["outlier_scores"] = rounded(h.outlier_scores_)
    return out


def main():
    cases = []
    for seed, n, d, kind in [(1, 220, 2, "blobs"), (2, 200, 3, "blobs"), (3, 250, 2, "blobs"), (4, 200, 2, "grid")]:
        x = rows(seed, n, d, kind)
        weights = np.random.default_rng(seed + 100).integers(1, 4, n).astype(float)
        radius = 1.0 if kind == "grid" else 0.75 * d / 2
        case = {
            "kind": kind,
            "rows": x.tolist(),
            "dbscan": [dbscan(x, radius, 5), dbscan(x, 1.5 * radius, 9, weights)],
            "hdbscan": [],
        }
        if kind == "blobs":
            case["hdbscan"] = [
                tree(x, 8, 5, "excess_of_mass", 0.0, True),
                tree(x, 15, 3, "excess_of_mass", 0.0, False),
                tree(x, 5, 5, "leaves", 0.0, False),
                tree(x, 5, 4, "excess_of_mass", 0.9, False),
            ]
        cases.append(case)
    print(json.dumps(cases, separators=(",", ":")))


main()
