"""What lifetimes says with Pareto/NBD of buyers of CDNOW's kind, for tests/golden/lifetime/pareto_nbd_lifetimes.json.

lifetimes 0.11.3, numpy 1.26.4, scipy 1.11.4:

    python scripts/references/pareto_nbd_lifetimes.py > tests/golden/lifetime/pareto_nbd_lifetimes.json

Each row: repeats, last, age, P(alive), expected purchases in 39 weeks, and for newcomers the chances of counts.
"""

import json
import warnings

import numpy as np
from lifetimes import ParetoNBDFitter

warnings.filterwarnings("ignore")
PARAMETERS = [0.5532771, 10.577684, 0.6062400, 11.668735]


def main():
    fitter = ParetoNBDFitter()
    fitter.params_ = dict(zip(["r", "alpha", "s", "beta"], PARAMETERS))
    buyers = [(0, 0.0, 0.5), (0, 0.0, 30.0), (0, 0.0, 39.0)]
    for x in (1, 2, 5, 12, 29, 80):
        for share in (0.02, 0.4, 0.8, 0.97, 1.0):
            for age in (27.0, 38.86):
                buyers.append((x, round(share * age, 4), age))
    rows = []
    for x, last, age in buyers:
        alive = float(np.ravel(fitter.conditional_probability_alive(x, last, age))[0])
        later = float(np.ravel(fitter.conditional_expected_number_of_purchases_up_to_time(39.0, x, last, age))[0])
        rows.append([x, last, age, alive, later])
    new = [[t, float(fitter.expected_number_of_purchases_up_to_time(t))] for t in (0.1, 1.0, 9.0, 52.0, 1000.0)]
    out = {"parameters": PARAMETERS, "buyers": rows, "newcomers": new}
    print("{\n" + ",\n".join(f' "{key}": {json.dumps(value)}' for key, value in out.items()).replace("], [", "],\n  [") + "\n}")


if __name__ == "__main__":
    main()
