"""What lifelines finds of tenures in cohorts, for tests/golden/lifetime/kaplan_meier.json.

lifelines 0.30.0, numpy 2.x. Tenures are made of whole numbers by a rule that the test repeats:

    python scripts/references/kaplan_meier.py > tests/golden/lifetime/kaplan_meier.json
    python scripts/references/kaplan_meier.py telco_churn.csv > telco.txt   # the figures in the test of that file
"""

import csv
import json
import sys

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import qth_survival_times, restricted_mean_survival_time


def noise(seed, count):
    """A linear congruential generator modulo 2**32 (constants of Numerical Recipes), its upper 16 bits."""
    state, out = seed, []
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        out.append(state >> 16)
    return np.array(out, dtype=int)


def ends(interval, height):
    found = qth_survival_times(height, interval)
    found = [float(found.iloc[0, at]) for at in range(2)]
    return [end if np.isfinite(end) else None for end in found]


def curves(lengths, left, weights, cohorts):
    found = {}
    for cohort in sorted(set(cohorts)):
        own = cohorts == cohort
        fitter = KaplanMeierFitter(alpha=0.05)
        fitter.fit(lengths[own], left[own], weights=weights[own])
        table = fitter.event_table
        times = [float(t) for t in table.index[table["observed"] > 0]]
        interval = fitter.confidence_interval_
        found[str(cohort)] = {
            "times": times,
            "survival": [float(fitter.survival_function_.loc[t].iloc[0]) for t in times],
            "lower": [float(interval.loc[t].iloc[0]) for t in times],
            "upper": [float(interval.loc[t].iloc[1]) for t in times],
            "median": float(fitter.median_survival_time_),
            # tenures at which a half, and a quarter, are gone: the lower and the upper end; none beyond what was seen
            "half": ends(interval, 0.5),
            "quarter": ends(interval, 0.75),
            "mean_10": float(restricted_mean_survival_time(fitter, t=10.0)),
        }
    test = multivariate_logrank_test(lengths, cohorts, left, weights=weights)
    return {"curves": found, "statistic": float(test.test_statistic), "p": float(test.p_value)}


if len(sys.argv) > 1:
    rows = [row for row in csv.DictReader(open(sys.argv[1], encoding="utf-8"))]
    lengths = np.array([float(row["tenure"]) for row in rows])
    left = np.array([row["Churn"] == "Yes" for row in rows])
    cohorts = np.array([row["Contract"] for row in rows])
    found = curves(lengths, left, np.ones(len(rows), dtype=int), cohorts)
    for name, curve in found["curves"].items():
        at = {t: s for t, *s in zip(curve["times"], curve["survival"], curve["lower"], curve["upper"])}
        print(name, curve["median"], [(t, at[t]) for t in (1.0, 12.0, 24.0, 48.0, 70.0) if t in at])
    print(found["statistic"], found["p"])
else:
    count = 240
    draws = noise(7, 4 * count).reshape(count, 4)
    cohorts = np.array(["abc"[i] for i in draws[:, 0] % 3])
    lengths = 1.0 + draws[:, 1] % 24
    lengths[cohorts == "b"] = np.ceil(lengths[cohorts == "b"] / 2)
    left = draws[:, 2] % 3 > 0
    weights = 1 + draws[:, 3] % 3
    json.dump(curves(lengths, left, weights, cohorts), sys.stdout, indent=1)
