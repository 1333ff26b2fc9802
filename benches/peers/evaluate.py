"""Figures of a million rows by segmentry and its peers, interleaved; two threads.

    pip install -r benches/peers/requirements-cluster.txt
    cargo build --release --manifest-path benches/peers/evaluate/Cargo.toml
    python benches/peers/evaluate.py FOLDER RUNNER [REPEATS]

Makes the rows once in FOLDER as .npy (seeded) and runs every peer in a process of its own, one after another. Prints for
each figure the least seconds of the figure alone, with the checks of its input, and how many times ours that is. Both
must give the same to 1e-12.
"""

import json
import os
import subprocess
import sys
import time

THREADS = 2
ROWS, COLUMNS, GROUPS = 1_000_000, 16, 8
FIGURES = {"calinski_harabasz": "calinski_harabasz_score", "davies_bouldin": "davies_bouldin_score"}


def make(folder):
    import numpy as np

    random = np.random.default_rng(1)
    labels = random.integers(0, GROUPS, ROWS)
    rows = random.uniform(-1.5, 1.5, (GROUPS, COLUMNS))[labels] + random.standard_normal((ROWS, COLUMNS))
    np.save(f"{folder}/evaluate-rows.npy", rows)
    np.save(f"{folder}/evaluate-labels.npy", labels.astype(np.int64))


def scikit_learn(figure, rows, labels, repeats):
    import numpy as np
    from sklearn import metrics

    rows, labels, score = np.load(rows), np.load(labels), getattr(metrics, FIGURES[figure])
    least, value = float("inf"), 0.0
    for _ in range(repeats):
        clock = time.perf_counter()
        value = float(score(rows, labels))
        least = min(least, time.perf_counter() - clock)
    print(json.dumps({"seconds": least, "value": value}))


def main():
    folder, runner = sys.argv[1:3]
    repeats = sys.argv[3] if len(sys.argv) > 3 else "3"
    files = [f"{folder}/evaluate-rows.npy", f"{folder}/evaluate-labels.npy"]
    if not all(map(os.path.exists, files)):
        make(folder)
    threads = {name: str(THREADS) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")}
    run = lambda *words: json.loads(subprocess.run(words, env=os.environ | threads, capture_output=True, check=True).stdout)
    for figure in FIGURES:
        theirs = run(sys.executable, __file__, "scikit-learn", figure, *files, repeats)
        ours = run(runner, "index", figure, *files, repeats)
        assert abs(ours["value"] - theirs["value"]) <= 1e-12 * abs(theirs["value"]), (ours, theirs)
        ratio = theirs["seconds"] / ours["seconds"]
        print(f"{figure}: segmentry {ours['seconds']:.4f} s, scikit-learn {theirs['seconds']:.4f} s, {ratio:.1f} times")
    both = run(runner, "index", ",".join(FIGURES), *files, repeats)
    print(f"both together: segmentry {both['seconds']:.4f} s")


if __name__ == "__main__":
    if sys.argv[1] == "scikit-learn":
        scikit_learn(*sys.argv[2:5], int(sys.argv[5]))
    else:
        main()
