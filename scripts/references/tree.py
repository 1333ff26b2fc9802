"""Figures of scikit-learn that the tests of trees and of goal alignment are compared with.

    python scripts/references/tree.py > tests/golden/evaluate/tree.json

Python 3.11, scikit-learn 1.9.1, numpy 2.

Trees: what the first split gains, and what a tree of six leaves that grows best first gains, each leaf at least 3 rows;
gains are decreases of impurity times the number of rows, entropy in nats. Out of fold: R2 of predictions by the mean of
the group in the other folds, AUC of rates of the group in the other folds as the mean over folds.
"""

import json

import numpy as np
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def gain(model, x, y):
    model.fit(x, y)
    tree = model.tree_
    leaf = tree.children_left == -1
    weighted = tree.n_node_samples * tree.impurity
    return float(weighted[0] - weighted[leaf].sum())


def trees():
    cases = []
    for seed, n, classes in [(1, 90, 2), (2, 120, 3), (3, 60, 4)]:
        rng = np.random.default_rng(seed)
        x = np.round(rng.normal(size=(n, 3)), 3)
        labels = (x[:, 0] + 0.5 * x[:, 1] ** 2 + 0.3 * rng.normal(size=n)).argsort().argsort() * classes // n
        number = np.round(3 * x[:, 2] + (x[:, 1] > 0.4) * 5 + rng.normal(size=n), 3)
        case = {"x": x.tolist(), "labels": labels.tolist(), "number": number.tolist()}
        for name, leaves in [("first", 2), ("six", 6)]:
            settings = {"max_leaf_nodes": leaves, "min_samples_leaf": 3, "random_state": 0}
            case[name] = {
                "gini": gain(DecisionTreeClassifier(criterion="gini", **settings), x, labels),
                "entropy": gain(DecisionTreeClassifier(criterion="entropy", **settings), x, labels) * np.log(2),
                "variance": gain(DecisionTreeRegressor(criterion="squared_error", **settings), x, number),
            }
        cases.append(case)
    return cases


def out_of_fold():
    cases = []
    for seed, n, groups in [(4, 80, 3), (5, 150, 5)]:
        rng = np.random.default_rng(seed)
        group = rng.integers(0, groups, size=n)
        number = np.round(group * 1.5 + rng.normal(size=n) * 2, 3)
        hit = rng.random(n) < 0.2 + 0.1 * group
        fold = rng.permutation(n) % 4
        predicted, areas = np.zeros(n), []
        for out in range(4):
            learnt, asked = fold != out, fold == out
            mean = [number[learnt & (group == g)].mean() for g in range(groups)]
            rate = [hit[learnt & (group == g)].mean() for g in range(groups)]
            predicted[asked] = np.array(mean)[group[asked]]
            areas.append(roc_auc_score(hit[asked], np.array(rate)[group[asked]]))
        cases.append({
            "group": group.tolist(), "number": number.tolist(), "hit": hit.astype(int).tolist(),
            "fold": fold.tolist(), "r2": r2_score(number, predicted), "auc": float(np.mean(areas)),
        })
    return cases


print(json.dumps({"trees": trees(), "out_of_fold": out_of_fold()}))
