"""Figures of divisions by segmentry and scikit-learn, on the same rows, interleaved; two threads.

    pip install -r benches/peers/requirements-cluster.txt
    cargo build --release --manifest-path benches/peers/evaluate/Cargo.toml
    python benches/peers/evaluate.py FOLDER RUNNER [REPEATS] [--only index,agreement,silhouette]

Makes the rows once in FOLDER as .npy (seeded) and runs every peer in a process of its own, one after another. Prints for each
figure the least seconds of the figure alone, with the checks of its input, and how many times ours that is. Both must give
the same: to 1e-12, adjusted mutual information to 1e-11. How the silhouette grows is shown for ours up to 200,000 rows;
scikit-learn is asked up to 20,000.
"""

import json
import os
import subprocess
import sys
import time

THREADS = "2"
INDICES = {"calinski_harabasz": "calinski_harabasz_score", "davies_bouldin": "davies_bouldin_score"}
AGREEMENTS = {"adjusted_rand": "adjusted_rand_score", "ami_arithmetic": "adjusted_mutual_info_score"}
BOTH, OURS = [5_000, 20_000], [50_000, 100_000, 200_000]


def saved(folder, name, make):
    """The array of that name, made where it is not there."""
    import numpy as np

    path = f"{folder}/evaluate-{name}.npy"
    if not os.path.exists(path):
        np.save(path, make())
    return path


def rows_and_labels(folder, rows, columns, groups, spread):
    import numpy as np

    random = np.random.default_rng(rows)
    labels = random.integers(0, groups, rows)
    centers = random.uniform(-10, 10, (groups, columns))
    noise = random.normal(0, spread, (rows, columns))
    name = f"{rows}-{columns}-{groups}"
    return [
        saved(folder, f"rows-{name}", lambda: centers[labels] + noise),
        saved(folder, f"labels-{name}", lambda: labels.astype(np.int64)),
    ]


def two_divisions(folder, rows, groups):
    import numpy as np

    random = np.random.default_rng(groups)
    first = random.integers(0, groups, rows)
    second = np.where(random.uniform(size=rows) < 0.5, first, random.integers(0, groups, rows))
    return [
        saved(folder, f"first-{rows}-{groups}", lambda: first.astype(np.int64)),
        saved(folder, f"second-{rows}-{groups}", lambda: second.astype(np.int64)),
    ]


def scikit_learn(figure, first, second, repeats):
    """The peer in a process of its own."""
    import resource

    import numpy as np
    from sklearn import metrics

    first, second, score = np.load(first), np.load(second), getattr(metrics, figure)
    least, value = float("inf"), 0.0
    for _ in range(repeats):
        clock = time.perf_counter()
        value = float(score(first, second))
        least = min(least, time.perf_counter() - clock)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": least, "value": value, "megabytes": memory}))


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--only")]
    only = [word.split("=")[1].split(",") for word in sys.argv[1:] if word.startswith("--only=")]
    wanted = only[0] if only else ["index", "agreement", "silhouette"]
    folder, runner = words[:2]
    repeats = words[2] if len(words) > 2 else "3"
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
    environment = os.environ | {name: THREADS for name in names}
    programs = {"ours": [runner], "scikit-learn": [sys.executable, __file__, "scikit-learn"]}

    def run(who, *arguments):
        done = subprocess.run([*programs[who], *arguments], env=environment, capture_output=True, check=True)
        return json.loads(done.stdout)

    def beside(what, section, figure, peer, files, tolerance=1e-12):
        theirs = run("scikit-learn", peer, *files, repeats)
        ours = run("ours", section, figure, *files, repeats)
        assert abs(ours["value"] - theirs["value"]) <= tolerance * max(abs(theirs["value"]), 1e-3), (ours, theirs)
        ratio = theirs["seconds"] / ours["seconds"]
        print(f"{what}: segmentry {ours['seconds']:.4f} s, scikit-learn {theirs['seconds']:.4f} s, {ratio:.1f} times", flush=True)

    if "index" in wanted:
        files = rows_and_labels(folder, 1_000_000, 16, 8, 3.0)
        for figure, peer in INDICES.items():
            beside(f"{figure}, 1,000,000 x 16, 8 groups", "index", figure, peer, files)
    if "agreement" in wanted:
        for groups in (10, 100):
            files = two_divisions(folder, 1_000_000, groups)
            for figure, peer in AGREEMENTS.items():
                tolerance = 1e-12 if figure == "adjusted_rand" else 1e-11
                beside(f"{figure}, 1,000,000 rows, {groups} groups", "agreement", figure, peer, files, tolerance)
    if "silhouette" in wanted:
        for rows in BOTH:
            files = rows_and_labels(folder, rows, 16, 8, 3.0)
            beside(f"silhouette, {rows} x 16, 8 groups", "index", "silhouette", "silhouette_score", files)
        for rows in OURS:
            ours = run("ours", "index", "silhouette", *rows_and_labels(folder, rows, 16, 8, 3.0), "1")
            print(f"silhouette, {rows} x 16, 8 groups: segmentry {ours['seconds']:.2f} s", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "scikit-learn":
        scikit_learn(*sys.argv[2:5], int(sys.argv[5]))
    else:
        main()
