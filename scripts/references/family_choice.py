"""BG/NBD on CDNOW judged by lifetimes, for tests/it/lifetime/compare.rs and shrink.rs.

python 3.11: lifetimes 0.11.3, numpy 1.26.4, scipy 1.11.4, pandas
python scripts/references/family_choice.py > tests/golden/lifetime/family_choice.json
"""

import json

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter
from lifetimes.utils import calibration_and_holdout_data, expected_cumulative_transactions
from scipy.stats import spearmanr

log = pd.read_csv("examples/data/cdnow.csv")
customer, day = log.columns[0], log.columns[1]
split = calibration_and_holdout_data(
    log, customer, day, calibration_period_end="1997-09-30", observation_period_end="1998-06-30", freq="D",
)
x, t_x, T = split["frequency_cal"], split["recency_cal"] / 7, split["T_cal"] / 7
later, weeks = split["frequency_holdout"], split["duration_holdout"].iloc[0] / 7

plain = BetaGeoFitter().fit(x, t_x, T, tol=1e-9)
expected = plain.conditional_expected_number_of_purchases_up_to_time(weeks, x, t_x, T)
capped = np.minimum(x, 7)


def probabilities(count):
    return float(sum(plain.probability_of_n_purchases_up_to_time(t, count) * many for t, many in T.value_counts().items()))


def penalized(coefficient):
    fitted = BetaGeoFitter(penalizer_coef=coefficient).fit(x, t_x, T, tol=1e-9)
    return [float(value) for value in fitted.params_]


tracked = expected_cumulative_transactions(
    BetaGeoFitter().fit(x, t_x * 7, T * 7, tol=1e-9), log, day, customer, 545, freq="D", set_index_date=False,
)
print(json.dumps({
    "holdout_weeks": float(weeks),
    "parameters": [float(value) for value in plain.params_],
    "penalized": {str(coefficient): penalized(coefficient) for coefficient in [0.001, 0.01, 0.1, 1.0]},
    "calibration_expected": [probabilities(count) for count in range(7)],
    "calibration_actual": [int((capped == count).sum()) for count in range(8)],
    "holdout_expected": [float(expected[capped == count].mean()) for count in range(8)],
    "holdout_actual": [float(later[capped == count].mean()) for count in range(8)],
    "expected": float(expected.sum()),
    "actual": float(later.sum()),
    "mae": float(abs(expected - later).mean()),
    "rmse": float(np.sqrt(((expected - later) ** 2).mean())),
    "spearman": float(spearmanr(np.round(expected, 12), later).statistic),
    "tracked_days": [int(d) for d in range(6, 545, 7)],
    "tracked_actual": [float(tracked["actual"].iloc[d]) for d in range(6, 545, 7)],
    # lifetimes writes what it expects up to the next day beside the count of this one: ages here end on the day itself
    "tracked_expected": [float(tracked["predicted"].iloc[d - 1]) for d in range(6, 545, 7)],
}, indent=1))
