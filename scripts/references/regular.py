"""Figures that MBG/NBD and the families of regular buyers are compared with.

    python scripts/references/regular.py > tests/golden/lifetime/regular.json

Python 3.11, lifetimes 0.11.3, numpy 1.26, scipy 1.11.

MBG/NBD: lifetimes, with the parameters of CDNOW. Regular buyers: no package has them exact, so they are integrated here over
the rate of stages from the definition: gaps are sums of k exponential gaps, the stage at the end of the silence is Poisson.
"""

import json

import numpy as np
from lifetimes import ModifiedBetaGeoFitter
from scipy.integrate import quad
from scipy.special import betaln, gammaln
from scipy.stats import gamma, poisson

CDNOW = dict(r=0.5248432, alpha=6.1830856, a=0.8913594, b=1.6140019)
BUYERS = [(0, 0.0, 38.86), (1, 3.0, 39.0), (2, 30.43, 38.86), (26, 30.857, 31.0), (10, 20.0, 39.0)]


def modified():
    fitter = ModifiedBetaGeoFitter()
    fitter.params_ = CDNOW
    alive = [float(fitter.conditional_probability_alive(*buyer)[0]) for buyer in BUYERS]
    later = [float(fitter.conditional_expected_number_of_purchases_up_to_time(39, *buyer)) for buyer in BUYERS]
    new = [[t, float(fitter.expected_number_of_purchases_up_to_time(t))] for t in (0.1429, 1, 3, 32, 78)]
    counts = [float(fitter.probability_of_n_purchases_up_to_time(30, n)) for n in range(8)]
    return dict(parameters=list(CDNOW.values()), buyers=BUYERS, alive=alive, purchases=later, new=new, counts=counts)


def held(a, b, coins):
    return np.exp(betaln(a, b + coins) - betaln(a, b))


def regular(k, modified, r, alpha, a, b, x, last, age, t):
    coins = x + modified
    silent = age - last

    def over(figure):
        top = (r + k * x + 1) / (alpha + last)
        density = lambda rate: gamma.pdf(rate, r, scale=1 / alpha) * figure(rate)
        pieces = [0, top / 50, top / 5, top, 3 * top, 10 * top, 60 * top]
        return sum(quad(density, low, high, epsabs=0, epsrel=1e-12, limit=400)[0] for low, high in zip(pieces, pieces[1:]))

    bought = lambda rate: np.exp(k * x * np.log(rate) - rate * last - x * gammaln(k))
    alive = over(lambda rate: bought(rate) * poisson.cdf(k - 1, rate * silent)) * held(a, b, coins)
    dead = 0.0
    if coins > 0:
        dead = over(bought) * (held(a, b, coins - 1) - held(a, b, coins))

    def purchases(rate):
        total = 0.0
        for stage in range(k):
            n = np.arange(1, 400)
            reached = poisson.sf(n * k - stage - 1, rate * t)
            total += poisson.pmf(stage, rate * silent) * np.sum(reached * held(a, b, coins + n - 1))
        return total * bought(rate)

    later = over(purchases) / (alive + dead)
    return dict(k=k, modified=bool(modified), parameters=[r, alpha, a, b], buyer=[x, last, age], horizon=t,
                log_likelihood=float(np.log(alive + dead)), alive=float(alive / (alive + dead)), purchases=float(later))


cases = []
for k in (1, 2, 3, 7):
    for modified_ in (0, 1):
        for x, last, age in [(0, 0.0, 20.0), (2, 12.5, 20.0), (9, 19.0, 39.0)]:
            cases.append(regular(k, modified_, 0.9, 2.5, 0.8, 2.4, x, last, age, 26.0))
print(json.dumps(dict(modified=modified(), regular=cases), indent=1))
