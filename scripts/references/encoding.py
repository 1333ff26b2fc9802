#!/usr/bin/env python3
"""Reference figures of encodings: writes tests/golden/encoding.json.

scikit-learn 1.9.1, scipy 1.17.1, numpy 2.4.6. Run from the root of the checkout:

    python scripts/references/encoding.py
"""

import json
from pathlib import Path

import numpy as np
from scipy import special, stats
from sklearn.decomposition import PCA
from sklearn.preprocessing import MinMaxScaler, PowerTransformer, QuantileTransformer, RobustScaler, StandardScaler

random = np.random.default_rng(7)
positive = np.round(np.exp(random.normal(3.0, 1.2, 40)), 3)
signed = np.round(random.normal(0.5, 2.0, 40) ** 3, 3)
ties = random.integers(0, 6, 40).astype(float)


def scaled(scaler, values):
    return scaler.fit_transform(values.reshape(-1, 1)).ravel().tolist()


def power(method, values):
    found = PowerTransformer(method).fit(values.reshape(-1, 1))
    return {"lambda": float(found.lambdas_[0]), "rows": found.transform(values.reshape(-1, 1)).ravel().tolist()}


matrix = random.normal(size=(30, 5)) @ random.normal(size=(5, 5)) + random.normal(size=5)
pca = PCA(n_components=3, svd_solver="full").fit(matrix)
ranks = (stats.rankdata(ties) - 0.5) / len(ties)

golden = {
    "positive": positive.tolist(),
    "signed": signed.tolist(),
    "ties": ties.tolist(),
    "standard": scaled(StandardScaler(), signed),
    "robust": scaled(RobustScaler(), signed),
    "min_max": scaled(MinMaxScaler(), signed),
    "quantiles": scaled(QuantileTransformer(n_quantiles=len(signed)), signed),
    "ranks": ranks.tolist(),
    "normal": special.ndtri(ranks).tolist(),
    "box_cox": power("box-cox", positive),
    "yeo_johnson": power("yeo-johnson", signed),
    "winsorized": np.clip(signed, *np.quantile(signed, [0.05, 0.9])).tolist(),
    "pca": {
        "matrix": matrix.tolist(),
        "rows": pca.transform(matrix).tolist(),
        "variance": pca.explained_variance_.tolist(),
        "share": pca.explained_variance_ratio_.tolist(),
    },
}

# the wholesale customers of UCI, where they lie beside the checkout
wholesale = Path("../shared/data/wholesale_customers.csv")
if wholesale.exists():
    names = wholesale.read_text().splitlines()[0].split(",")
    table = np.loadtxt(wholesale, delimiter=",", skiprows=1)
    golden["wholesale"] = {
        name: {
            "box_cox": power("box-cox", table[:, at])["lambda"],
            "yeo_johnson": power("yeo-johnson", table[:, at])["lambda"],
            "mean": float(table[:, at].mean()),
            "deviation": float(table[:, at].std()),
        }
        for at, name in enumerate(names)
        if at >= 2
    }

path = Path("tests/golden/encoding.json")
path.write_text(json.dumps(golden, indent=0) + "\n")
