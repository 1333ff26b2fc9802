"""k-means of the same rows from the same start, by segmentry and its peers, interleaved; two threads.

    pip install -r benches/peers/requirements-cluster.txt
    cargo build --release --manifest-path benches/peers/cluster/Cargo.toml
    python benches/peers/cluster.py FOLDER RUNNER [REPEATS] [SIZE ...]

Makes the rows once in FOLDER as .npy (seeded), runs every peer in a process of its own, one after another, REPEATS times,
and prints for each the least seconds of the fit alone, the least processor seconds, and how many times ours that is.
Peers that stop after as many iterations must have the same inertia to 1e-6 (single precision: 1e-4, as they add up in
it).
"""

import json
import os
import resource
import subprocess
import sys
import time

THREADS = 2
SIZES = {  # name: rows, columns, centers (0: uniform), half the width in which they lie, clusters, iterations
    "d3-k5": (1_000_000, 3, 5, 3.0, 5, 20),
    "d8-k8": (1_000_000, 8, 8, 2.0, 8, 20),
    "d16-k8": (1_000_000, 16, 8, 1.5, 8, 20),
    "d16-k32": (1_000_000, 16, 8, 1.5, 32, 20),
    "uniform-d16-k32": (1_000_000, 16, 0, 0.5, 32, 20),
    "d64-k100": (1_000_000, 64, 100, 1.0, 100, 5),
    "separated-d16-k8-rest": (1_000_000, 16, 8, 10.0, 8, 300),
    "uniform-d8-k8-rest": (1_000_000, 8, 0, 0.5, 8, 300),
}
PEERS = ["ours", "sklearn-lloyd", "sklearn-elkan", "sklearnex", "faiss"]


def make(folder, name):
    import numpy as np

    n, d, centers, wide, k, _ = SIZES[name]
    random = np.random.default_rng(n + d + k)
    if centers:
        rows = random.uniform(-wide, wide, (centers, d))[random.integers(0, centers, n)]
        rows += random.standard_normal((n, d))
    else:
        rows = random.random((n, d))
    start = rows[random.choice(n, k, replace=False)]
    for kind in ("f64", "f32"):
        np.save(f"{folder}/{name}-{kind}.npy", rows.astype(kind[0] + str(int(kind[1:]) // 8)))
        np.save(f"{folder}/{name}-{kind}-start.npy", start.astype(kind[0] + str(int(kind[1:]) // 8)))


def peer(who, rows, start, iterations):
    """One fit, in this process: seconds, processor seconds, inertia, iterations."""
    import numpy as np

    rows, start = np.load(rows), np.load(start)
    k = len(start)
    if who == "faiss":
        import faiss

        faiss.omp_set_num_threads(THREADS)
        fit = faiss.Kmeans(rows.shape[1], k, niter=iterations, max_points_per_centroid=10**9)
        work = lambda: fit.train(rows, init_centroids=start)
        told = lambda: (float(fit.obj[-1]), iterations)
    else:
        if who == "sklearnex":
            from sklearnex.cluster import KMeans
        else:
            from sklearn.cluster import KMeans
        algorithm = "elkan" if who.endswith("elkan") else "lloyd"
        fit = KMeans(k, init=start, n_init=1, max_iter=iterations, tol=0, algorithm=algorithm)
        work = lambda: fit.fit(rows)
        told = lambda: (float(fit.inertia_), int(fit.n_iter_))
    import warnings

    warnings.filterwarnings("ignore")
    before, clock = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    seconds, after = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_SELF)
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    inertia, done = told()
    print(json.dumps({"seconds": seconds, "processor": processor, "inertia": inertia, "iterations": done}))


def run(who, runner, folder, name, kind):
    rows, start = f"{folder}/{name}-{kind}.npy", f"{folder}/{name}-{kind}-start.npy"
    k, iterations = SIZES[name][4:]
    if who == "ours":
        command = [runner, who, rows, str(k), start, str(iterations), "0", "1"]
    else:
        command = [sys.executable, __file__, "--peer", who, rows, start, str(iterations)]
    limits = {name: str(THREADS) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **limits})
    if done.returncode:
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    if sys.argv[1] == "--peer":
        return peer(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
    folder, runner = sys.argv[1:3]
    repeats = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    for name in sys.argv[4:] or SIZES:
        if not os.path.exists(f"{folder}/{name}-f32-start.npy"):
            make(folder, name)
        for kind in ("f64", "f32"):
            best = {}
            for _ in range(repeats):
                for who in PEERS:
                    if who == "faiss" and kind == "f64":
                        continue  # it has single precision only
                    one = run(who, runner, folder, name, kind)
                    if one is None:
                        continue
                    known = best.setdefault(who, one)
                    for measure in ("seconds", "processor"):
                        known[measure] = min(known[measure], one[measure])
            ours = best["ours"]
            for who, one in best.items():
                print(
                    f"{name:22} {kind} {who:14} {one['seconds']:8.3f} s {one['processor']:8.3f} cpu s"
                    f" {one['iterations']:4} iterations, inertia {one['inertia']:.9e};"
                    f" {one['seconds'] / ours['seconds']:6.2f} x, {one['processor'] / ours['processor']:6.2f} x cpu",
                    flush=True,
                )
                same = one["iterations"] == ours["iterations"] and who != "faiss"  # it tells the sum one iteration earlier
                bound = 1e-6 if kind == "f64" else 1e-4
                if same and abs(one["inertia"] / ours["inertia"] - 1) > bound:
                    sys.exit(f"{who} has another inertia")


if __name__ == "__main__":
    main()
