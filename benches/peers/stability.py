"""Bootstrap stability of k-means, by segmentry and by scikit-learn with joblib, in turn; one thread and two.

    pip install -r benches/peers/requirements-cluster.txt
    cargo build --release --manifest-path benches/peers/evaluate/Cargo.toml
    python benches/peers/stability.py FOLDER RUNNER [ANSWERS]

Makes rows once in FOLDER (seeded). 50 pairs of bootstrap samples, so 100 fits: each sample is drawn, clustered from one
greedy k-means++ start, asked about all rows; each pair is compared by the adjusted Rand index. Prints the least seconds
of three turns and how many times ours that is. With ANSWERS, the csv file of McDonald's, also both tools' medians for 2
to 8 segments, 100 pairs from 10 starts each.
"""

import csv
import json
import os
import subprocess
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # one thread a worker; joblib has as many workers as threads are asked for

import joblib  # noqa: E402
import numpy as np  # noqa: E402
from sklearn.cluster import KMeans  # noqa: E402
from sklearn.metrics import adjusted_rand_score  # noqa: E402


def pair(rows, k, restarts, seed):
    random = np.random.default_rng(seed)
    labels = []
    for side in range(2):
        drawn = rows[random.integers(0, len(rows), len(rows))]
        model = KMeans(k, n_init=restarts, random_state=2 * seed + side).fit(drawn)
        labels.append(model.predict(rows))
    return adjusted_rand_score(*labels)


def sklearn(rows, k, restarts, pairs, workers):
    start = time.perf_counter()
    with joblib.Parallel(n_jobs=workers) as parallel:
        values = parallel(joblib.delayed(pair)(rows, k, restarts, seed) for seed in range(pairs))
    return {"seconds": time.perf_counter() - start, "median": float(np.median(values)), "mean": float(np.mean(values))}


def ours(runner, file, columns, k, restarts, pairs, threads):
    arguments = [runner, "stability", file, columns, k, k, restarts, pairs, threads]
    return json.loads(subprocess.run([str(a) for a in arguments], check=True, capture_output=True, text=True).stdout)


def blobs(n, d, k):
    random = np.random.default_rng(n + d + k)
    return random.uniform(-2, 2, (k, d))[random.integers(0, k, n)] + random.standard_normal((n, d))


def main():
    folder, runner = sys.argv[1:3]
    for n in (10_000, 100_000):
        rows, file = blobs(n, 8, 5), os.path.join(folder, f"stability-{n}.f64")
        rows.tofile(file)
        for threads in (1, 2):
            turns = [
                (ours(runner, file, 8, 5, 1, 50, threads), sklearn(rows, 5, 1, 50, threads))
                for _ in range(3 if n < 50_000 else 2)
            ]
            mine, theirs = (min((turn[at] for turn in turns), key=lambda run: run["seconds"]) for at in (0, 1))
            print(
                f"n = {n:,} threads {threads}: segmentry {mine['seconds']:.3f} s (median {mine['median']:.3f}), "
                f"scikit-learn {theirs['seconds']:.3f} s (median {theirs['median']:.3f}), "
                f"{theirs['seconds'] / mine['seconds']:.1f} times; load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
    if len(sys.argv) > 3:
        with open(sys.argv[3]) as lines:
            answers = list(csv.reader(lines))[1:]
        rows = np.array([[cell == "Yes" for cell in row[:11]] for row in answers], float)
        file = os.path.join(folder, "stability-answers.f64")
        rows.tofile(file)
        for k in range(2, 9):
            mine, theirs = ours(runner, file, 11, k, 10, 100, 2), sklearn(rows, k, 10, 100, 2)
            print(f"k = {k}: median {mine['median']:.3f}, scikit-learn {theirs['median']:.3f}", flush=True)


if __name__ == "__main__":
    main()
