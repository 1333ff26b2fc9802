#!/usr/bin/env python3
"""Figures of mini-batch, bisecting, fuzzy, k-medians and spherical clustering for tests/it/cluster/family.rs.

Python 3.11, numpy 2.4.6, scikit-learn 1.9.1 (pip install numpy==2.4.6 scikit-learn==1.9.1).

usage: OMP_NUM_THREADS=1 family.py FOLDER_OF_THE_DATA > tests/golden/cluster/family.json
"""

import csv
import json
import sys

import numpy as np
import sklearn
from sklearn.cluster import BisectingKMeans, KMeans, MiniBatchKMeans

DATA = sys.argv[1]
SEEDS = range(10)


def read(name, columns):
    with open(f"{DATA}/{name}") as file:
        rows = list(csv.reader(file))[1:]
    return np.array([[float(row[column]) for column in columns] for row in rows])


SETS = {
    "mall": (read("mall_customers.csv", [3, 4]), 5),
    "wholesale_log": (np.log1p(read("wholesale_customers.csv", [2, 3, 4, 5, 6, 7])), 4),
    "iris": (read("iris.csv", [0, 1, 2, 3]), 3),
    "s1": (read("sipu_s1.csv", [0, 1]), 15),
}


def fuzzy(x, centers, m, rounds=3000):
    """Bezdek's iteration from given centers, to rest; the objective of the degrees at the last centers."""
    for _ in range(rounds):
        squares = ((x[:, None, :] - centers[None]) ** 2).sum(-1)
        ratio = np.maximum(squares, 1e-300)[:, :, None] / np.maximum(squares, 1e-300)[:, None, :]
        degrees = 1 / (ratio ** (1 / (m - 1))).sum(-1)
        shares = degrees**m
        before, centers = centers, (shares.T @ x) / shares.sum(0)[:, None]
        if np.abs(centers - before).max() < 1e-13 * np.abs(x).max():
            break
    squares = ((x[:, None, :] - centers[None]) ** 2).sum(-1)
    ratio = squares[:, :, None] / squares[:, None, :]
    degrees = 1 / (ratio ** (1 / (m - 1))).sum(-1)
    return centers, float((degrees**m * squares).sum()), degrees


def to_and_fro(x, centers, cost, center):
    """Labels and centers in turn, to rest: the last labels' cost and sizes."""
    labels = None
    while True:
        costs = np.stack([cost(x, c) for c in centers], 1)
        new = costs.argmin(1)
        if labels is not None and (new == labels).all():
            return float(costs.min(1).sum()), sorted(np.bincount(new, minlength=len(centers)).tolist(), reverse=True)
        labels = new
        centers = [center(x[labels == at]) for at in range(len(centers))]


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


out = {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "sets": {}}
for name, (x, k) in SETS.items():
    found = {"k": k, "rows": len(x)}
    found["k_means"] = KMeans(k, n_init=20, tol=0, random_state=0).fit(x).inertia_
    found["mini_batch"] = [MiniBatchKMeans(k, n_init=3, random_state=seed).fit(x).inertia_ for seed in SEEDS]
    for strategy, key in [("biggest_inertia", "bisecting_inertia"), ("largest_cluster", "bisecting_size")]:
        recipe = {"n_init": 10, "init": "k-means++", "bisecting_strategy": strategy}
        found[key] = [BisectingKMeans(k, random_state=seed, **recipe).fit(x).inertia_ for seed in SEEDS]
    if name != "s1":
        start = x[:: len(x) // k][:k]
        found["start"] = start.tolist()
        medians = to_and_fro(x, start, lambda x, c: np.abs(x - c).sum(1), lambda rows: np.median(rows, 0))
        found["k_medians"] = {"objective": medians[0], "sizes": medians[1]}
        cosine = to_and_fro(unit(x), unit(start), lambda x, c: 1 - x @ c, lambda rows: unit(rows.sum(0)))
        found["spherical"] = {"objective": cosine[0], "sizes": cosine[1]}
        found["fuzzy"] = []
        for m in (2.0, 1.6):
            start = x[:: len(x) // k][:k]
            centers, objective, degrees = fuzzy(x, start.copy(), m)
            found["fuzzy"].append(
                {
                    "m": m,
                    "start": start.tolist(),
                    "centers": centers.tolist(),
                    "objective": objective,
                    "degrees_of_row_0": degrees[0].tolist(),
                }
            )
    out["sets"][name] = found
json.dump(out, sys.stdout, indent=1)
print()
