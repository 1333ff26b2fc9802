"""How the time and memory of k-means and its siblings grow with rows, columns, clusters and threads.

    pip install -r benches/peers/requirements-cluster.txt
    python benches/peers/cluster_growth.py [--most 10000000] [--runs 3]

Each fit is a process of its own, `workbench cluster`, which prints the seconds of the fit alone; its peak memory is what the
system counts for the process, rows included. The least time of the runs is taken.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile

import numpy as np

from cluster_methods import blobs, workbench

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="segmentry-growth-"))


def fit(binary, path, method, threads, settings, runs):
    command = [binary, "cluster", "--points", path, "--method", method, "--json"]
    for key, value in settings.items():
        command += ["--set", f"{key}={json.dumps(value)}"]
    best = float("inf")
    for _ in range(runs):
        environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
        process = subprocess.Popen(["/usr/bin/env", *map(str, command)], stdout=subprocess.PIPE, text=True, env=environment)
        out, _ = process.communicate()
        best = min(best, json.loads(out)["seconds"])
    return best


def peak(binary, path, method, settings):
    command = [binary, "cluster", "--points", path, "--method", method, "--json"]
    for key, value in settings.items():
        command += ["--set", f"{key}={json.dumps(value)}"]
    pid = os.fork()
    if pid == 0:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, 1)
        os.execv(command[0], [str(part) for part in command])
    _, _, usage = os.wait4(pid, 0)
    return usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workbench", help="where the program is, if it is built already")
    arguments = parser.parse_args()
    binary = workbench(arguments.workbench)
    cases = [(rows, 8, 8) for rows in (10_000, 100_000, 1_000_000, 10_000_000)]
    cases += [(1_000_000, columns, 8) for columns in (2, 32)] + [(1_000_000, 8, k) for k in (2, 32, 128)]
    for rows, columns, k in cases:
        if rows > arguments.most:
            continue
        points = blobs(rows, columns, 8, 1, 3.0)
        path = FOLDER / "points.npy"
        np.save(path, points)
        start = points[np.random.default_rng(2).choice(rows, k, replace=False)].tolist()
        for method, settings in (
            ("k_means", {"k": k, "iterations": 20, "tolerance": 0.0, "restarts": 1, "start": {"given": start}}),
            ("mini_batch", {"k": k}),
            ("one_pass", {"k": k}),
        ):
            one, two = (fit(binary, path, method, threads, settings, arguments.runs) for threads in (1, 2))
            memory = peak(binary, path, method, settings)
            print(f"{method:11} {rows:>10} x {columns:<3} k {k:<4} 1 thread {one:9.4f} s  2 threads {two:9.4f} s  {memory:8.0f} MiB", flush=True)
        path.unlink()


if __name__ == "__main__":
    main()
