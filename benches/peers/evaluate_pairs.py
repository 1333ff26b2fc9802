"""Figures of pairs of rows by segmentry and its peers, on the same rows, interleaved; two threads.

    pip install -r benches/peers/requirements-cluster.txt
    cargo build --release --manifest-path benches/peers/evaluate/Cargo.toml
    python benches/peers/evaluate_pairs.py FOLDER RUNNER [REPEATS]

RUNNER is what benches/peers/evaluate.py uses: `RUNNER index NAME ROWS.npy LABELS.npy REPEATS`. Every peer runs in a process of
its own, the least time of each counts, and both must give the same to 1e-12. How time grows is shown for ours up to 100,000
rows; scikit-learn is asked up to 20,000.
"""

import json
import os
import subprocess
import sys
import time

THREADS = "2"
COLUMNS, GROUPS = 16, 8
BOTH, OURS = [5_000, 20_000], [50_000, 100_000]


def make(folder, rows):
    import numpy as np

    random = np.random.default_rng(0)
    centers = random.uniform(-10, 10, (GROUPS, COLUMNS))
    labels = random.integers(0, GROUPS, rows)
    files = [f"{folder}/pairs-rows-{rows}.npy", f"{folder}/pairs-labels-{rows}.npy"]
    np.save(files[0], centers[labels] + random.normal(0, 3, (rows, COLUMNS)))
    np.save(files[1], labels.astype(np.int64))
    return files


def scikit_learn(rows, labels, repeats):
    import resource

    import numpy as np
    from sklearn.metrics import silhouette_score

    rows, labels = np.load(rows), np.load(labels)
    least, value = float("inf"), 0.0
    for _ in range(repeats):
        clock = time.perf_counter()
        value = float(silhouette_score(rows, labels))
        least = min(least, time.perf_counter() - clock)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": least, "value": value, "megabytes": memory}))


def silhouette(run, folder, repeats):
    for rows in BOTH + OURS:
        files = make(folder, rows)
        ours = run("ours", "index", "silhouette", *files, repeats if rows in BOTH else "1")
        print(f"silhouette of {rows} rows: segmentry {ours['seconds']:.3f} s", end="")
        if rows in BOTH:
            theirs = run("scikit-learn", *files, repeats)
            assert abs(ours["value"] - theirs["value"]) <= 1e-12, (ours, theirs)
            ratio = theirs["seconds"] / ours["seconds"]
            print(f", scikit-learn {theirs['seconds']:.3f} s and {theirs['megabytes']} MB, {ratio:.1f} times", end="")
        print()


def main():
    folder, runner = sys.argv[1:3]
    repeats = sys.argv[3] if len(sys.argv) > 3 else "3"
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
    threads = {name: THREADS for name in names}
    programs = {"ours": [runner], "scikit-learn": [sys.executable, __file__, "scikit-learn"]}

    def run(who, *words):
        done = subprocess.run([*programs[who], *words], env=os.environ | threads, capture_output=True, check=True)
        return json.loads(done.stdout)

    silhouette(run, folder, repeats)


if __name__ == "__main__":
    if sys.argv[1] == "scikit-learn":
        scikit_learn(*sys.argv[2:4], int(sys.argv[4]))
    else:
        main()
