"""Methods of clustering beside those of Python, on the same rows: mixtures, medoids, modes, prototypes, trees, density.

    pip install -r benches/peers/requirements-cluster.txt
    python benches/peers/cluster_methods.py [--only gmm,ward] [--runs 5] [--scale 1.0] [--workbench FILE]

Rows are made here from a seed and written as .npy; ours is `workbench cluster`, which prints the seconds of the fit alone.
Runs are interleaved (A B A B ...) and the least of each is taken. What both find is printed beside the times, and the work is
only comparable where that agrees. `--scale 0.1` makes everything smaller for a try.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ.setdefault(name, "2")

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="segmentry-peers-"))


def workbench(built=None):
    """The program, built unless a path says where it is already."""
    if built:
        return pathlib.Path(built)
    build = ["cargo", "build", "--release", "--features", "full", "--example", "workbench"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return target / "release" / "examples" / "workbench"


def blobs(rows, columns, clusters, seed, spread=1.0):
    random = np.random.default_rng(seed)
    centers = random.uniform(-10, 10, (clusters, columns))
    return centers[random.integers(0, clusters, rows)] + random.normal(0, spread, (rows, columns))


def codes(rows, columns, levels, clusters, seed):
    random = np.random.default_rng(seed)
    modes = random.integers(0, levels, (clusters, columns))
    own = modes[random.integers(0, clusters, rows)]
    noise = random.integers(0, levels, (rows, columns))
    return np.where(random.uniform(size=(rows, columns)) < 0.6, own, noise).astype(np.float64)


def ours(binary, rows, method, settings, categories=()):
    path = FOLDER / f"{method}-{len(rows)}-{id(rows)}.npy"
    if not path.exists():
        np.save(path, np.ascontiguousarray(rows))
    command = [binary, "cluster", "--points", path, "--method", method, "--json"]
    for key, value in settings.items():
        command += ["--set", f"{key}={json.dumps(value)}"]
    if categories:
        command += ["--categories", ",".join(f"x{c}" for c in categories)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    report = json.loads(done.stdout)
    keep = {"method", "rows", "columns", "clusters", "sizes", "in_none", "iterations", "converged", "seconds", "notes"}
    found = {key: value for key, value in report.items() if key not in keep}
    return report["seconds"], f"{found} {report['clusters']} clusters, {report['in_none']} in none"


def timed(work):
    begin = time.perf_counter()
    found = work()
    return time.perf_counter() - begin, found


def gmm(binary, scale):
    from sklearn.mixture import GaussianMixture

    rows = blobs(int(200_000 * scale), 8, 8, 1, 3.0)
    start = rows[np.random.default_rng(2).choice(len(rows), 8, replace=False)]

    def peer():
        weights = np.full(8, 1 / 8)
        precisions = np.stack([np.linalg.inv(np.cov(rows.T))] * 8)
        model = GaussianMixture(8, max_iter=50, tol=0.0, means_init=start, weights_init=weights, precisions_init=precisions)
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(rows)
        return f"mean log-likelihood {model.lower_bound_:.6f}, {model.n_iter_} iterations"

    settings = {"k": 8, "shape": "full", "iterations": 50, "tolerance": 0.0, "restarts": 1, "start": {"given": start.tolist()}}
    return {"scikit-learn": lambda: timed(peer), "segmentry": lambda: ours(binary, rows, "mixture", settings)}


def fasterpam(binary, scale):
    import kmedoids
    from sklearn.metrics import pairwise_distances

    rows = blobs(int(5_000 * scale), 8, 8, 3, 3.0)

    def peer():
        # the distances are part of the work, as they are of ours
        found = kmedoids.fasterpam(pairwise_distances(rows), 8, init="build")
        return f"loss {found.loss:.6f}, {found.n_swap} swaps"

    settings = {"k": 8, "start": "build", "distance": "euclidean"}
    return {"kmedoids": lambda: timed(peer), "segmentry": lambda: ours(binary, rows, "k_medoids", settings)}


def gower_pam(binary, scale):
    import gower
    import kmedoids

    count = int(5_000 * scale)
    rows = np.hstack([blobs(count, 4, 6, 4, 3.0), codes(count, 4, 5, 6, 5)])

    def peer():
        categories = [False] * 4 + [True] * 4
        distances = gower.gower_matrix(rows, cat_features=categories)
        found = kmedoids.fasterpam(distances, 6, init="build")
        return f"loss {found.loss:.6f}, {found.n_swap} swaps"

    settings = {"k": 6, "start": "build", "distance": "gower"}
    return {
        "gower, kmedoids": lambda: timed(peer),
        "segmentry": lambda: ours(binary, rows, "k_medoids", settings, range(4, 8)),
    }


def k_modes(binary, scale):
    from kmodes.kmodes import KModes

    rows = codes(int(100_000 * scale), 10, 6, 8, 6)

    def peer():
        model = KModes(8, init="Huang", n_init=1, random_state=1).fit(rows.astype(int))
        return f"cost {model.cost_}, {model.n_iter_} iterations"

    settings = {"k": 8, "start": "huang", "restarts": 1}
    return {"kmodes": lambda: timed(peer), "segmentry": lambda: ours(binary, rows, "k_modes", settings, range(10))}


def k_prototypes(binary, scale):
    from kmodes.kprototypes import KPrototypes

    count = int(100_000 * scale)
    rows = np.hstack([blobs(count, 5, 8, 7, 3.0), codes(count, 10, 6, 8, 8)])

    def peer():
        model = KPrototypes(8, init="Huang", n_init=1, random_state=1).fit(rows, categorical=list(range(5, 15)))
        return f"cost {model.cost_:.6f}, {model.n_iter_} iterations"

    settings = {"k": 8, "restarts": 1}
    return {"kmodes": lambda: timed(peer), "segmentry": lambda: ours(binary, rows, "k_prototypes", settings, range(5, 15))}


def ward(binary, scale):
    import fastcluster

    rows = blobs(int(10_000 * scale), 8, 8, 9, 3.0)

    def peer():
        return f"top merge {fastcluster.linkage_vector(rows, method='ward')[-1, 2]:.6f}"

    settings = {"k": 8, "linkage": "ward"}
    return {"fastcluster": lambda: timed(peer), "segmentry": lambda: ours(binary, rows, "hierarchical", settings)}


def dbscan(binary, scale):
    from sklearn.cluster import DBSCAN

    rows = blobs(int(100_000 * scale), 3, 9, 10, 1.0)

    def peer():
        found = DBSCAN(eps=0.4, min_samples=10, n_jobs=2).fit(rows)
        return f"{found.labels_.max() + 1} clusters, {(found.labels_ == -1).sum()} in none"

    peers = {"scikit-learn": lambda: timed(peer)}
    try:
        import mlpack

        def other():
            found = mlpack.dbscan(input_=rows, epsilon=0.4, min_size=10)["assignments"]
            clusters = np.unique(found[found < len(rows)]).size
            return f"{clusters} clusters"

        peers["mlpack"] = lambda: timed(other)
    except ImportError:
        print("mlpack is not there", file=sys.stderr)
    settings = {"radius": 0.4, "neighbours": 10}
    return {**peers, "segmentry": lambda: ours(binary, rows, "dbscan", settings)}


def hdbscan(binary, scale):
    import fast_hdbscan

    rows = blobs(int(50_000 * scale), 8, 11, 11, 1.5)

    def peer():
        found = fast_hdbscan.HDBSCAN(min_cluster_size=50).fit(rows).labels_
        return f"{found.max() + 1} clusters, {(found == -1).sum()} in none"

    peer()  # it compiles when it is first called
    settings = {"least": 50}
    return {"fast_hdbscan": lambda: timed(peer), "segmentry": lambda: ours(binary, rows, "hdbscan", settings)}


WORKS = {work.__name__: work for work in (gmm, fasterpam, gower_pam, k_modes, k_prototypes, ward, dbscan, hdbscan)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(WORKS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--workbench", help="where the program is, if it is built already")
    arguments = parser.parse_args()
    binary = workbench(arguments.workbench)
    for name in arguments.only.split(","):
        runners = WORKS[name](binary, arguments.scale)
        best = {}
        for _ in range(arguments.runs):
            for who, run in runners.items():
                seconds, found = run()
                if seconds < best.get(who, (float("inf"), ""))[0]:
                    best[who] = (seconds, found)
        mine = best["segmentry"][0]
        for who, (seconds, found) in best.items():
            print(f"{name:14} {who:16} {seconds:9.4f} s {seconds / mine:7.2f} x  {found}", flush=True)


if __name__ == "__main__":
    main()
