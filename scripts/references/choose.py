"""Knees of curves by kneed, and yellowbrick's test data, for tests/it/evaluate/choose.rs.

python 3.11: kneed 0.8.5, numpy 2.4.6, scipy 1.17.1
python scripts/references/choose.py > tests/golden/evaluate/choose.json
"""

import json

import numpy as np
from kneed import KneeLocator

# the 18 rows of DistrictDataLabs/yellowbrick tests/test_cluster/test_elbow.py (Apache-2.0)
YELLOWBRICK = """
-0.40020753 -4.67055317 -0.27191127 -1.49156318  0.37143349 -4.89391622 -1.23893945 0.48318165
8.625142 -1.2372284 1.39301471 4.3394457  7.65803596 -2.21017215 1.99175714 3.71004654
0.89319875 -5.37152317 1.50313598 1.95284886  2.68362166 -5.78810913 -0.41233406 1.94638989
7.63541182 -1.99606076 0.9241231 4.53478238  9.04699415 -0.74540679 0.98042851 5.99569071
1.02552122 -5.73874278 -1.74804915 -0.07831216  7.18135665 -3.49473178 1.14300963 4.46065816
0.58812902 -4.66559815 -0.72831685 1.40171779  1.48620862 -5.9963108 0.19145963 -1.11369256
7.6625556 -1.21328083 2.06361094 6.2643551  9.45050727 -1.36536078 1.31154384 3.89103468
6.88203724 -1.62040255 3.89961049 2.12865388  5.60842705 -2.10693356 1.93328514 3.90825432
2.35150936 -6.62836131 -1.84278374 0.51540886  1.17446451 -5.62506058 -2.18420699 1.21385128
"""


def knee(curve):
    found = KneeLocator(
        range(1, len(curve) + 1), curve, S=1.0, curve="convex", direction="decreasing", interp_method="interp1d",
    ).knee
    return None if found is None else int(found)


def curves():
    k = np.arange(1, 11)
    yield 100 / k
    yield 100.0 - 10 * k  # straight
    yield [181363.596, 106348.373, 73679.789, 44448.455, 37233.815, 30259.657, 24986.526]  # numbers A34
    yield [152.347952, 78.851441, 57.228473, 46.446182, 39.039987]  # numbers A32
    yield [5904.052, 3421.366, 1348.528, 1107.465, 913.697]  # numbers A35
    yield [2145.5037, 1818.7006, 1602.9303, 1434.6061, 1331.4462, 1255.0148, 1175.9350]  # numbers A24
    yield [681.3706, 152.347952, 78.851441, 57.228473, 46.446182, 39.039987]
    yield np.exp(-0.8 * k)
    yield [10, 9, 8, 1, 0.9, 0.8, 0.7, 0.6]
    yield [10, 9.9, 9.7, 9.4, 9, 8.5, 7, 5, 0]  # bends the other way
    yield k[::-1] ** 1.15
    yield 50 - 5 * np.log(k)


def main():
    cases = [{"curve": [round(float(y), 6) for y in curve]} for curve in curves()]
    for case in cases:
        case["knee"] = knee(case["curve"])
    rows = np.array(YELLOWBRICK.split(), dtype=float).reshape(-1, 4)
    print(json.dumps({"knees": cases, "yellowbrick": rows.tolist()}, separators=(",", ":")))


main()
