"""Values of 50 digits for the Gauss hypergeometric function and for what a BG/NBD process makes of it.

mpmath 1.4.1; what takes it longer than two seconds is left out. Writes tests/golden/lifetime/hypergeometric2.json:

- gauss: a, b, c, z, ln 2F1(a, b; c; z), with 0 < b < c
- beta_geometric: r, a, b, t / alpha, ln of the probability to be alive, ln of the expected purchases:
  2F1(r, a; a + b; -s) and r s 3F2(r + 1, a, 1; a + b, 2; -s)
"""

import json
import random
import signal
from pathlib import Path

import mpmath as mp

mp.mp.dps = 50
random.seed(20)


class Late(Exception):
    pass


def late(*_):
    raise Late()


signal.signal(signal.SIGALRM, late)


def spread(low, high):
    """A number whose logarithm is uniform; few digits keep the file small, and its parts exact enough to be read back."""
    return float(f"{10 ** random.uniform(low, high):.4g}")


def within(seconds, work):
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return work()
    except (Late, mp.libmp.NoConvergence, ValueError, ZeroDivisionError, OverflowError):
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def ln(value):
    return float(mp.log(abs(value)))


def beta_geometric():
    rows = []

    def add(r, a, b, s):
        def work():
            rr, aa, bb, ss = map(mp.mpf, (r, a, b, s))
            alive = (1 + ss) ** -rr * mp.hyp2f1(rr, bb, aa + bb, ss / (1 + ss))
            expected = rr * ss * mp.hyper([rr + 1, aa, 1], [aa + bb, 2], -ss)
            return ln(alive), ln(expected)

        found = within(2, work)
        if found:
            rows.append([r, a, b, s, *found])

    # a = 1, a + b = 1 and beside them; published parameters
    for a, b in [(1, 2), (1 + 1e-9, 2), (0.999999, 2.5), (0.5, 0.5), (0.4, 0.6000001), (1, 1e-8), (0.79, 2.43)]:
        for r, s in [(0.243, 8.84), (0.243, 17.7), (2.243, 0.9), (26.243, 1.47), (1e-8, 100), (1e4, 1e-3), (900, 2)]:
            add(r, a, b, s)
    for _ in range(90):
        add(spread(-8, 6), spread(-8, 6), spread(-8, 6), spread(-8, 12))
    for _ in range(40):
        add(spread(-1, 2), spread(-1, 1), spread(-1, 2), spread(-1, 3))
    return rows


def gauss():
    rows = []

    def add(a, b, c, z):
        aa, bb, cc, zz = map(mp.mpf, (a, b, c, z))
        # below 0 by Pfaff: as it is, mpmath errs at (9013.5, 4; 9014.5; -1)
        pfaff = lambda: (1 - zz) ** -bb * mp.hyp2f1(cc - aa, bb, cc, zz / (zz - 1))
        found = within(2, pfaff if z < 0 else lambda: mp.hyp2f1(aa, bb, cc, zz))
        if found is not None and mp.isfinite(found) and found != 0:
            rows.append([a, b, c, z, ln(found)])

    places = [-1e6, -300.0, -7.5, -1.0, -0.25, 1e-3, 0.3, 0.8, 0.984375, 1 - 2.0**-20, 1 - 2.0**-40]
    for z in places:
        # as Pareto/NBD has them: r + s + x, s + 1; r + s + x + 1
        for r, s, x in [(0.5, 0.6, 0), (0.5, 0.6, 40), (10.5, 3.0, 9000), (1e-3, 200.0, 3), (50.0, 1e-3, 1)]:
            add(r + s + x, s + 1, r + s + x + 1, z)
        for _ in range(8):
            b = spread(-4, 4)
            add(spread(-4, 4), b, b + spread(-4, 4), z)
        for _ in range(2):
            b = spread(-2, 2)
            add(-spread(-2, 3), b, b + spread(-2, 2), z)
    return rows


golden = {"gauss": gauss(), "beta_geometric": beta_geometric()}
lists = [f'"{name}":[\n' + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "]" for name, rows in golden.items()]
path = Path(__file__).parents[2] / "tests/golden/lifetime/hypergeometric2.json"
path.parent.mkdir(exist_ok=True)
path.write_text("{" + ",\n".join(lists) + "}\n")
print({name: len(rows) for name, rows in golden.items()}, path.stat().st_size)
