"""scikit-learn's adjusted Rand index and adjusted mutual information of the divisions of benches/evaluate/agreement.rs.

    python benches/peers/agreement.py [REPEATS]

Labels are numpy arrays of 32 bits; prints the least seconds of each and the figure, which ours must equal. Last seen with
scikit-learn 1.9.1, numpy 2.4.6.
"""

import sys
import time

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

ROWS = 1_000_000


def mixed(number):
    """A number without a pattern for each number (A. Appleby's finaliser of 32 bits)."""
    number = (number ^ (number >> 16)) * np.uint32(0x85EBCA6B)
    number = (number ^ (number >> 13)) * np.uint32(0xC2B2AE35)
    return number ^ (number >> 16)


repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
row = np.arange(ROWS, dtype=np.uint32)
for k in (10, 100):
    first = mixed(row) % np.uint32(k)
    second = np.where(mixed(row + np.uint32(ROWS)) & 1 == 0, first, mixed(row + np.uint32(2 * ROWS)) % np.uint32(k))
    first, second = first.astype(np.int32), second.astype(np.int32)
    for figure in (adjusted_rand_score, adjusted_mutual_info_score):
        least = float("inf")
        for _ in range(repeats):
            start = time.perf_counter()
            value = figure(first, second)
            least = min(least, time.perf_counter() - start)
        print(f"{figure.__name__}, k {k}: {least:.4f} s, {value:.15f}", flush=True)
