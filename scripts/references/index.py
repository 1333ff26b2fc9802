"""Internal figures by Python and R, for tests/it/evaluate/index.rs.

python 3.11: scikit-learn 1.9.1, permetrics 2.1.0, numpy 2.4.6; R 4.2 with fpc 2.2-10

Of permetrics are left out: its Ball-Hall, which is the sum of squares within over k, and its k² det W, of rows that it
brings to 0..1 first, and its Xie-Beni, which takes for each row the nearest mean, also of another group.
python scripts/references/index.py > tests/golden/evaluate/index.json
"""

import json
import subprocess
import tempfile

import numpy as np
import permetrics
import sklearn
from permetrics import ClusteringMetric
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

R = """
suppressMessages(library(fpc))
x <- as.matrix(read.csv(commandArgs(TRUE)[1], header = FALSE))
l <- scan(commandArgs(TRUE)[2], quiet = TRUE)
s <- cluster.stats(dist(x), l + 1, silhouette = FALSE)
cat(sprintf("%.17g %.17g %.17g %.17g", s$ch, s$within.cluster.ss, s$entropy, s$min.cluster.size))
"""


def rows(seed, n, d, k, apart, offset, scale):
    random = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(k), random.integers(0, k, n - k)])
    x = (random.uniform(-apart, apart, (k, d))[labels] + random.standard_normal((n, d))) * scale
    return np.round(x, 4) + offset, labels


def by_r(x, labels):
    with tempfile.NamedTemporaryFile("w") as a, tempfile.NamedTemporaryFile("w") as b, tempfile.NamedTemporaryFile("w") as c:
        np.savetxt(a.name, x, delimiter=",", fmt="%.17g")
        np.savetxt(b.name, labels, fmt="%d")
        c.write(R)
        c.flush()
        out = subprocess.run(["Rscript", c.name, a.name, b.name], capture_output=True, text=True, check=True).stdout
    ch, within, entropy, smallest = map(float, out.split())
    return {"calinski_harabasz": ch, "trace_w": within, "size_entropy": entropy, "smallest_share": smallest / len(x)}


def by_permetrics(x, labels):
    m = ClusteringMetric(X=x, y_pred=labels)
    return {
        "calinski_harabasz": m.CHI(), "davies_bouldin": m.DBI(), "trace_w": m.SSEI(), "banfield_raftery": m.BRI(),
        "det_ratio": m.DRI(), "log_det_ratio": m.LDRI(), "log_ss_ratio": m.LSRI(),
        "explained_share": m.RSI(),
    }


cases = []
for seed, (n, d, k, apart, offset, scale) in enumerate([
    (20, 2, 2, 3, 0, 1), (30, 1, 3, 5, 0, 1), (40, 3, 4, 1, 0, 1), (50, 4, 5, 0, 0, 1), (60, 5, 3, 8, 0, 1),
    (35, 2, 8, 4, 0, 1), (25, 7, 2, 2, 0, 1), (45, 3, 3, 3, 1000, 1), (45, 3, 3, 3, -7, 1000), (50, 2, 2, 100, 0, 1),
    (33, 2, 11, 6, 0, 1), (64, 6, 6, 2, 3, 10), (40, 1, 2, 0, 0, 1), (55, 9, 4, 3, 0, 1),
]):
    x, labels = rows(seed, n, d, k, apart, offset, scale)
    cases.append({
        "rows": x.tolist(), "labels": labels.tolist(),
        "scikit-learn": {
            "calinski_harabasz": calinski_harabasz_score(x, labels), "davies_bouldin": davies_bouldin_score(x, labels),
        },
        "fpc": by_r(x, labels),
        "permetrics": {name: float(v) for name, v in by_permetrics(x, labels).items()},
    })
versions = {"scikit-learn": sklearn.__version__, "permetrics": permetrics.__version__, "numpy": np.__version__}
print(json.dumps({"versions": versions, "cases": cases}))
