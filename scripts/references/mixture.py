# Writes tests/golden/cluster/mixture.json: what scikit-learn finds from given starts.
# numpy==2.4.6 scikit-learn==1.9.1
import json
import warnings
from pathlib import Path

import numpy as np
from sklearn.mixture import GaussianMixture

warnings.filterwarnings("ignore")  # a tolerance of 0 never converges

random = np.random.default_rng(4)
rows = np.concatenate(
    [
        random.normal(size=(40, 3)) @ np.array([[1.0, 0.4, 0.0], [0.0, 0.6, 0.3], [0.0, 0.0, 0.5]]),
        random.normal(size=(30, 3)) * [0.4, 1.2, 0.7] + [3.0, 1.0, -1.0],
        random.normal(size=(20, 3)) * 0.5 + [0.0, 3.5, 2.0],
    ]
)
rows = np.round((rows - rows.mean(0)) / rows.std(0), 6)
spread = np.cov(rows.T, bias=True) + 1e-6 * np.diag(rows.var(0))
start = rows[[0, 45, 80]]
k, d = start.shape
precisions = {
    "full": np.repeat(np.linalg.inv(spread)[None], k, 0),
    "tied": np.linalg.inv(spread),
    "diag": np.repeat(1.0 / np.diag(spread)[None], k, 0),
    "spherical": np.repeat(1.0 / np.diag(spread).mean(), k),
}
cases = []
for shape, name in [("full", "full"), ("tied", "tied"), ("diag", "diagonal"), ("spherical", "spherical")]:
    for iterations in [1, 25]:
        mixture = GaussianMixture(
            k,
            covariance_type=shape,
            tol=0.0,
            max_iter=iterations,
            means_init=start,
            weights_init=np.full(k, 1.0 / k),
            precisions_init=precisions[shape],
        ).fit(rows)
        order = np.lexsort((np.arange(k), -np.bincount(mixture.predict(rows), minlength=k)))
        full = {
            "full": lambda: mixture.covariances_,
            "tied": lambda: np.repeat(mixture.covariances_[None], k, 0),
            "diag": lambda: np.array([np.diag(v) for v in mixture.covariances_]),
            "spherical": lambda: np.array([np.eye(d) * v for v in mixture.covariances_]),
        }[shape]()
        cases.append(
            {
                "shape": name,
                "iterations": iterations,
                "log_likelihood": mixture.score(rows) * len(rows),
                "bic": mixture.bic(rows),
                "aic": mixture.aic(rows),
                "labels": np.argsort(order)[mixture.predict(rows)].tolist(),
                "weights": mixture.weights_[order].tolist(),
                "means": mixture.means_[order].tolist(),
                "covariances": full[order].reshape(k, -1).tolist(),
            }
        )
out = {"rows": rows.tolist(), "start": start.tolist(), "cases": cases}
path = Path(__file__).parents[2] / "tests/golden/cluster/mixture.json"
path.write_text(json.dumps(out) + "\n")
