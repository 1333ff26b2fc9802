"""Spend of CDNOW by lifetimes and scipy, for tests/golden/lifetime/spend.json.

Made with Python 3.11, lifetimes 0.11.3, scipy 1.11.4, numpy 1.26.4, pandas 2.1.4. From the top of the repository:

    python scripts/references/spend.py > tests/golden/lifetime/spend.json
"""

import json

import numpy as np
import pandas as pd
from lifetimes import GammaGammaFitter
from lifetimes.utils import summary_data_from_transaction_data
from scipy import stats

log = pd.read_csv("examples/data/cdnow.csv", dtype={"customer": str}, parse_dates=["date"])
summary = summary_data_from_transaction_data(
    log, "customer", "date", "dollars", observation_period_end="1997-09-30", freq="D"
)
bought = summary[summary.frequency > 0]
used = bought[bought.monetary_value > 0]
fitter = GammaGammaFitter()
fitter.fit(used.frequency, used.monetary_value, tol=1e-12)
p, q, v = fitter.params_[["p", "q", "v"]]
x, z = used.frequency.to_numpy(), used.monetary_value.to_numpy()

geometric = float(np.exp(np.log(used.monetary_value).mean()))
penalized = GammaGammaFitter(penalizer_coef=0.01)
penalized.fit(used.frequency, used.monetary_value / geometric, tol=1e-9)


def correlation(found, n, wider):
    half = stats.norm.ppf(0.975) * np.sqrt(wider / (n - 3))
    r = float(found[0])
    return {
        "value": r,
        "lower": float(np.tanh(np.arctanh(r) - half)),
        "upper": float(np.tanh(np.arctanh(r) + half)),
        "p_value": float(found[1]),
    }


def without(row):
    keep = np.arange(len(x)) != row
    return stats.pearsonr(x[keep], z[keep])


pearson, spearman = stats.pearsonr(x, z), stats.spearmanr(x, z)
change = [abs(np.corrcoef(np.delete(x, i), np.delete(z, i))[0, 1] - pearson[0]) for i in range(len(x))]
most = int(np.argmax(change))
first = summary.loc[log.customer.unique()[:10]]  # in the order of the file, in which the fit above fails to converge
conditional = fitter.conditional_expected_average_profit(first.frequency, first.monetary_value)
print(
    json.dumps(
        {
            "repeat_buyers": int(len(bought)),
            "used": int(len(used)),
            "parameters": [float(p), float(q), float(v)],
            "standard_errors": [float(fitter.standard_errors_[name]) for name in "pqv"],
            "log_likelihood": float(-fitter._negative_log_likelihood_ * len(used)),
            "first_ten": [float(mean) for mean in conditional],
            "penalized": {
                "geometric_mean": geometric,
                "parameters": [float(penalized.params_[name]) for name in "pqv"],
            },
            "pearson": correlation(pearson, len(x), 1.0),
            "spearman": correlation(spearman, len(x), 1.0 + float(spearman[0]) ** 2 / 2),
            "excess": float((x * z).mean() / (x.mean() * z.mean()) - 1),
            "influence": {
                "repeats": int(x[most]),
                "spend": float(z[most]),
                "without": correlation(without(most), len(x) - 1, 1.0),
            },
        },
        indent=1,
    )
)
