"""Figures of Python and R packages that silhouettes, Dunn's family, gamma and DBCV are compared with.

    python scripts/references/pairs.py > tests/golden/evaluate/pairs.json

Python 3.11, numpy 2.4.6, scikit-learn 1.9.1, hdbscan 0.8.44, kmedoids 0.5.5; R 4.2.2 with cluster 2.1.4 and fpc 2.2-10.
"""

import json
import subprocess
import sys
import tempfile
import warnings

import hdbscan.validity
import kmedoids
import numpy as np
from sklearn.metrics import pairwise_distances, silhouette_samples, silhouette_score

R = """
suppressMessages({library(cluster); library(fpc)})
args <- commandArgs(TRUE)
rows <- as.matrix(read.csv(args[1], header = FALSE))
groups <- scan(args[2], quiet = TRUE) + 1
d <- dist(rows)
s <- cluster.stats(d, groups, G2 = TRUE, silhouette = TRUE)
one <- function(name, value) cat(name, format(value, digits = 17), "\\n")
for (name in c("dunn", "dunn2", "pearsongamma", "g2", "avg.silwidth", "min.separation", "max.diameter", "average.between"))
  one(name, s[[name]])
w <- silhouette(groups, d)
cat("neighbours", w[, "neighbor"] - 1, "\\n")
cat("group_silhouettes", format(s$clus.avg.silwidths, digits = 17), "\\n")
"""


def by_r(rows, labels):
    folder = tempfile.mkdtemp()
    np.savetxt(f"{folder}/rows.csv", rows, delimiter=",", fmt="%.17g")
    np.savetxt(f"{folder}/groups", labels, fmt="%d")
    done = subprocess.run(["Rscript", "-e", R, f"{folder}/rows.csv", f"{folder}/groups"], check=True, stdout=subprocess.PIPE, text=True)
    found = {}
    for line in done.stdout.splitlines():
        name, *values = line.split()
        found[name] = [float(value) for value in values]
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def case(name, rows, labels, noise=None, r=True):
    labels = np.asarray(labels)
    out = {"name": name, "rows": rows.tolist(), "labels": labels.tolist()}
    out["silhouettes"] = silhouette_samples(rows, labels).tolist()
    out["silhouette"] = float(silhouette_score(rows, labels))
    out["manhattan"] = float(silhouette_score(rows, labels, metric="manhattan"))
    out["cosine"] = float(silhouette_score(rows, labels, metric="cosine"))
    if r:
        out["r"] = by_r(rows, labels)
    if noise is not None:
        thinned = np.where(noise, -1, labels)
        out["noise"] = np.flatnonzero(noise).tolist()
        out["dbcv"] = float(hdbscan.validity.validity_index(rows, labels))
        out["dbcv_with_noise"] = float(hdbscan.validity.validity_index(rows, thinned))
    distances = pairwise_distances(rows)
    groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    medoids = [group[np.argmin(distances[np.ix_(group, group)].sum(axis=1))] for group in groups]
    nearest = np.argmin(distances[:, medoids], axis=1)
    out["medoids"] = [int(medoid) for medoid in medoids]
    out["nearest"] = nearest.tolist()
    out["medoid_silhouette"] = float(kmedoids.medoid_silhouette(distances, np.array(medoids))[0])
    return out


def blobs(seed, n, d, k, spread, decimals=3):
    rng = np.random.default_rng(seed)
    labels = np.sort(rng.integers(0, k, n))
    order = rng.permutation(n)
    rows = rng.uniform(-5, 5, (k, d))[labels] + rng.normal(0, spread, (n, d))
    return np.round(rows, decimals)[order], labels[order]


def main():
    warnings.simplefilter("error")
    cases = []
    rows, labels = blobs(1, 90, 3, 4, 0.8)
    cases.append(case("apart", rows, labels, np.random.default_rng(2).uniform(size=90) < 0.15))
    rows, labels = blobs(3, 60, 2, 3, 4.0)
    labels[labels == 2] = 0
    labels[17] = 2
    cases.append(case("mingled, one row alone", rows, labels))
    rows, labels = blobs(5, 80, 5, 6, 1.5)
    cases.append(case("six", rows, labels, np.random.default_rng(6).uniform(size=80) < 0.1))
    rows, labels = blobs(7, 70, 2, 3, 1.0, 0)
    cases.append(case("many ties", rows, labels))
    rng = np.random.default_rng(8)
    angles = rng.uniform(0, 2 * np.pi, 100)
    radii = np.where(np.arange(100) < 50, 1.0, 5.0) + rng.normal(0, 0.1, 100)
    ring = np.round(np.column_stack([radii * np.cos(angles), radii * np.sin(angles)]), 3)
    cases.append(case("ring", ring, (np.arange(100) >= 50).astype(int), rng.uniform(size=100) < 0.2))
    json.dump({"cases": cases}, sys.stdout, separators=(",", ":"))
    print()


main()
