# Writes tests/golden/cluster/hierarchical.json: the trees of scipy for all linkages.
# numpy==2.4.6 scipy==1.17.1
import json
from pathlib import Path

import numpy as np
from scipy.cluster.hierarchy import cophenet, fcluster, linkage
from scipy.spatial.distance import pdist

random = np.random.default_rng(11)
rows = np.round(random.normal(size=(40, 3)) + np.repeat([[0, 0, 0], [3, 1, 0], [0, 4, 2], [5, 5, 5]], 10, 0), 6)
cases = []
for method in ["single", "complete", "average", "weighted", "centroid", "median", "ward"]:
    tree = linkage(rows, method)
    middle = float(np.sort(tree[:, 2])[-6] * 1.000001)
    flat = fcluster(tree, middle, "distance")
    first = {label: number for number, label in enumerate(dict.fromkeys(flat.tolist()))}
    cases.append(
        {
            "linkage": method,
            "merges": tree.tolist(),
            "height": middle,
            "labels": [first[label] for label in flat.tolist()],
            "cophenetic": float(cophenet(tree, pdist(rows))[0]),
        }
    )
out = {"rows": rows.tolist(), "distances": pdist(rows)[:5].tolist(), "cases": cases}
path = Path(__file__).parents[2] / "tests/golden/cluster/hierarchical.json"
path.write_text(json.dumps(out) + "\n")
