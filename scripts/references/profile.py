"""What scipy finds about differences between segments, for tests/golden/profile/differences.json.

scipy 1.17.1, numpy 2.4.6; p-values corrected by R 4.2.2 (`p.adjust`). Rows are made of whole numbers by a rule that
the test repeats, so that no random generator has to agree; weights are whole and stand for rows that occur as often:

    python scripts/references/profile.py > tests/golden/profile/differences.json
"""

import json
import subprocess

import numpy as np
from scipy import optimize, stats


def noise(seed, count):
    """A linear congruential generator modulo 2**32 (constants of Numerical Recipes), its upper 16 bits."""
    state, out = seed, []
    for _ in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        out.append(state >> 16)
    return np.array(out, dtype=np.int64)


def parameter(cdf, at, share):
    """The noncentrality at which `cdf(at)` is `share`; 0 if it is smaller already without any."""
    if cdf(at, 1e-12) <= share:
        return 0.0
    high = 1.0
    while cdf(at, high) > share:
        high *= 2.0
    return optimize.brentq(lambda lam: cdf(at, lam) - share, 1e-12, high, xtol=1e-13, rtol=1e-14)


def noncentral(cdf, at):
    return parameter(cdf, at, 0.975), parameter(cdf, at, 0.025)


def correct(p):
    text = ",".join(repr(float(x)) for x in p)
    methods = ["bonferroni", "holm", "BH", "BY"]
    code = ";".join(f'cat(sprintf("%.17g", p.adjust(c({text}),"{m}")), "\\n")' for m in methods)
    lines = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout.splitlines()
    return [[float(x) for x in line.split()] for line in lines]


cases = []
for seed in range(1, 9):
    n, k, c = 60 + 31 * seed, 2 + seed % 4, 2 + seed % 5
    a, b, t = noise(seed, n), noise(seed + 100, n), noise(seed + 200, n)
    segment = noise(seed + 300, n) % k
    weight = 1 + np.arange(n) % 3 if seed % 2 == 0 else np.ones(n, dtype=int)
    amount = a % 1000 + 40 * segment * (seed % 3)
    visits = b % (5 + segment)
    text = (t + (t % 3 == 0) * segment) % c
    amount, visits, text, segment = (np.repeat(x, weight) for x in (amount, visits, text, segment))
    parts = [amount[segment == s] for s in range(k)]
    total = len(amount)

    anova, welch = stats.f_oneway(*parts), stats.f_oneway(*parts, equal_var=False)
    grand = amount.mean()
    between = sum(len(p) * (p.mean() - grand) ** 2 for p in parts)
    within = sum(((p - p.mean()) ** 2).sum() for p in parts)
    error = within / (total - k)
    lam = noncentral(lambda x, l: stats.ncf.cdf(x, k - 1, total - k, l), anova.statistic)
    ranks = stats.rankdata(visits)
    kruskal = stats.kruskal(*[visits[segment == s] for s in range(k)])
    ranked = stats.f_oneway(*[ranks[segment == s] for s in range(k)])
    rank_lam = noncentral(lambda x, l: stats.ncf.cdf(x, k - 1, total - k, l), ranked.statistic)

    table = np.array([[np.sum((segment == s) & (text == v)) for v in range(c)] for s in range(k)])
    table = table[:, table.sum(axis=0) > 0]
    chi = stats.chi2_contingency(table, correction=False)
    r, q = table.shape
    r_, q_ = r - (r - 1) ** 2 / (total - 1), q - (q - 1) ** 2 / (total - 1)
    phi = max(0.0, chi.statistic / total - (r - 1) * (q - 1) / (total - 1))
    chi_lam = noncentral(lambda x, l: stats.ncx2.cdf(x, chi.dof, l), chi.statistic)
    v = lambda phi: min(1.0, (phi / (min(r_, q_) - 1)) ** 0.5)

    x, y = parts[0], parts[1]
    t = stats.ttest_ind(x, y, equal_var=False)
    mann = stats.mannwhitneyu(visits[segment == 0], visits[segment == 1], method="asymptotic", use_continuity=False)
    deviation = ((x.var(ddof=1) + y.var(ddof=1)) / 2) ** 0.5
    bound = 0.2 * deviation
    low = stats.ttest_ind(x + bound, y, equal_var=False, alternative="greater").pvalue
    high = stats.ttest_ind(x - bound, y, equal_var=False, alternative="less").pvalue
    interval = t.confidence_interval(0.9)

    inside, outside = table[0], table[1:].sum(axis=0)
    cells = [[[inside[0], inside.sum() - inside[0]], [outside[0], outside.sum() - outside[0]]]]
    fisher = [stats.fisher_exact(cells[0], alternative=how).pvalue for how in ("greater", "less", "two-sided")]
    odds = stats.contingency.odds_ratio(cells[0], kind="sample").statistic
    p = [anova.pvalue, welch.pvalue, kruskal.pvalue, chi.pvalue, t.pvalue, *fisher]
    cases.append(
        dict(
            seed=seed, n=n, k=k, c=c,
            anova=[anova.statistic, anova.pvalue],
            eta=[between / (between + within), *[l / (l + total) for l in lam]],
            omega=(between - (k - 1) * error) / (between + within + error),
            welch=[welch.statistic, welch.pvalue],
            kruskal=[kruskal.statistic, kruskal.pvalue],
            epsilon=[kruskal.statistic / (total - 1), *[l / (l + total) for l in rank_lam]],
            chi=[chi.statistic, chi.dof, chi.pvalue],
            v=[v(phi), *[v(l / total) for l in chi_lam]],
            fewest=chi.expected_freq.min(),
            t=[t.statistic, t.df, t.pvalue],
            mann=[mann.statistic, mann.pvalue],
            tost=[(x.mean() - y.mean()) / deviation, interval.low / deviation, interval.high / deviation, max(low, high)],
            fisher=fisher,
            odds=odds if np.isfinite(odds) else None,
            p=p,
            adjusted=[*correct(p), stats.false_discovery_control(p).tolist()],
        )
    )
print(json.dumps(cases, default=float))
