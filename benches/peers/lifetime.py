"""Models of lifetimes by segmentry and lifetimes 0.11.3, on the same columns, interleaved.

    pip install -r benches/peers/requirements-lifetime.txt
    cargo build --release --manifest-path benches/peers/lifetime/Cargo.toml
    python benches/peers/lifetime.py FOLDER RUNNER [ROUNDS] [--only=cdnow,day-100000,years-1000000,all-1000000,many] [--work]

Makes the columns once in FOLDER as .npy and runs every peer in a process of its own, one after another, ROUNDS times (3).
Columns: CDNOW (2,357 customers, exact weeks), and customers drawn at its parameters: `day` seen for 27 to 39 weeks by the day,
`years` for 27 weeks to 3 years by the day, `all` as long and no two the same. `many`, 2,560,000 customers as in
lifetimes#332, runs only if asked for.

Prints for each step the least seconds from columns in memory to the model, how many times ours that is, what either ended
with and the most memory it held. With --work seconds are those that processors worked, which a busy machine
changes less; without, put nothing else on the machine. lifetimes uses one thread here and any number as it does; ours 1 and 2. Its second
line groups equal customers first and passes `weights`, grouping counted. Log-likelihoods of all parameters are taken by the
same formula; ours must be the highest or the same, and where theirs converged parameters agree to 1e-3.
"""

import json
import os
import subprocess
import sys
import time

CALIBRATION = "1997-09-30"
FAMILY, NEXT = "bg_nbd", 39.0
SETS = ["cdnow", "day-100000", "years-100000", "all-100000", "day-1000000", "years-1000000", "all-1000000"]
WEEKS = {"day": (27 * 7, 39 * 7, 1), "years": (27 * 7, 156 * 7, 1), "all": (27 * 7, 156 * 7, 0), "many": (27 * 7, 156 * 7, 1)}


def cdnow():
    """Repeats, age at the last, age, mean spend of a repeat."""
    import pandas as pd

    path = os.path.join(os.path.dirname(__file__), "../../examples/data/cdnow.csv")
    rows = pd.read_csv(path)
    who, when, _, amount = rows.columns
    rows[when] = pd.to_datetime(rows[when])
    end = pd.Timestamp(CALIBRATION)
    days = rows[rows[when] <= end].groupby([who, when])[amount].sum().reset_index()
    first = days.groupby(who)[when].transform("min")
    all_of = days.groupby(who)[when].agg(["min", "max", "count"])
    spend = days[days[when] > first].groupby(who)[amount].mean().reindex(all_of.index).fillna(0.0)
    weeks = lambda length: length.dt.days.to_numpy() / 7
    return {
        "x": all_of["count"].to_numpy() - 1,
        "last": weeks(all_of["max"] - all_of["min"]),
        "age": weeks(end - all_of["min"]),
        "spend": spend.to_numpy(),
    }


def columns(folder, name, runner):
    """The files of that set, made where they are not there."""
    import numpy as np

    place = f"{folder}/lifetime-{name}"
    files = {key: f"{place}/{key}.npy" for key in ("x", "last", "age", "spend")}
    if all(os.path.exists(path) for path in files.values()):
        return files
    os.makedirs(place, exist_ok=True)
    if name == "cdnow":
        for key, column in cdnow().items():
            np.save(files[key], column.astype(float))
        return files
    kind, count = name.split("-") if "-" in name else (name, "2560000")
    low, high, whole = WEEKS[kind]
    random = np.random.default_rng(int(count))
    days = random.integers(low, high + 1, int(count)) if whole else random.uniform(low, high, int(count))
    np.save(files["age"], days / 7)
    subprocess.run([runner, "simulate", files["age"], str(whole), "1", place], check=True)
    return files


def log_likelihood(parameters, x, last, age):
    """Of BG/NBD, of all customers (Fader, Hardie and Lee 2005, equation 6)."""
    import numpy as np
    from scipy.special import betaln, gammaln

    r, alpha, a, b = parameters
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + age)
    with np.errstate(all="ignore"):
        dead = betaln(a + 1, b + x - 1) - betaln(a, b) - (r + x) * np.log(alpha + last)
    dead = np.where(x > 0, dead, -np.inf)
    return float((gammaln(r + x) - gammaln(r) + r * np.log(alpha) + np.logaddexp(alive, dead)).sum())


def lifetimes(step, files, parameters):
    """The peer, in a process of its own."""
    import resource
    import warnings

    import lifetimes.fitters.beta_geo_fitter  # what it takes to load is not counted
    import numpy as np

    warnings.simplefilter("ignore")
    x, last, age, spend = (np.load(files[key]) for key in ("x", "last", "age", "spend"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    runs = [once(step, x, last, age, spend, parameters) for _ in range(5 if len(x) < 10_000 else 1)]
    least = min(runs, key=lambda run: run["seconds"])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(least | {"megabytes": most / 1024, "above": (most - before) / 1024}))


def once(step, x, last, age, spend, parameters):
    """One run of the peer, with what it says if it fails."""
    import numpy as np
    import pandas as pd
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    answer = {"says": ""}
    clock, work = time.perf_counter(), time.process_time()
    try:
        if step == "fit":
            answer["parameters"] = list(BetaGeoFitter().fit(x, last, age).params_)
        elif step == "weights":
            table = pd.DataFrame({"x": x, "last": last, "age": age})
            table = table.groupby(["x", "last", "age"], sort=False).size().reset_index(name="weight")
            model = BetaGeoFitter().fit(table["x"], table["last"], table["age"], weights=table["weight"])
            answer["parameters"] = list(model.params_)
        elif step == "spend":
            buys = (x > 0) & (spend > 0)
            answer["parameters"] = list(GammaGammaFitter().fit(x[buys], spend[buys]).params_)
        else:
            model = BetaGeoFitter()
            model.params_ = pd.Series(parameters, index=["r", "alpha", "a", "b"])
            alive = model.conditional_probability_alive(x, last, age)
            bought = model.conditional_expected_number_of_purchases_up_to_time(NEXT, x, last, age)
            answer["sums"] = [float(np.sum(alive)), float(np.sum(bought))]
    except Exception as error:  # what it says is what is told
        answer["says"] = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return answer | {"seconds": time.perf_counter() - clock, "work": time.process_time() - work}


def main():
    import numpy as np

    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    only = [word.split("=")[1].split(",") for word in sys.argv[1:] if word.startswith("--only=")]
    folder, runner = words[:2]
    rounds = int(words[2]) if len(words) > 2 else 3
    clock = "work" if "--work" in sys.argv else "seconds"

    def run(program, *arguments, threads="1"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
        environment = os.environ | {name: threads for name in names}
        done = subprocess.run([*program, *arguments], env=environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout)

    def peer(step, files, parameters=()):
        return run([sys.executable, __file__, "lifetimes"], step, json.dumps(files), json.dumps(list(parameters)))

    def beside(what, ours, theirs):
        """Runs all in turns; the least of each."""
        runs = {f"ours, {threads}": (lambda threads=threads: ours(threads)) for threads in ("1", "2")} | theirs
        least = {}
        for _ in range(rounds):
            for name, one in runs.items():
                found = one()
                # a processor's work is told in ticks: short steps go by the clock
                found["work"] = found["work"] if found["seconds"] > 0.05 else found["seconds"]
                if name not in least or found[clock] < least[name][clock]:
                    least[name] = found
        base = least["ours, 1"][clock]
        print(what)
        for name, found in least.items():
            times = f"{found[clock] / base:8.1f} times" if name in theirs else " " * 14
            memory = f"{found['megabytes']:7.0f} MB, {found['above']:6.0f} above columns"
            print(f"  {name:18} {found[clock]:10.5f} s {times}  {memory}  {found.get('says', '')}", flush=True)
        return least

    for name in only[0] if only else SETS:
        files = columns(folder, name, runner)
        three, turns = [files[key] for key in ("x", "last", "age")], "20" if name == "cdnow" else "3"
        x, last, age = (np.load(path) for path in three)
        both = {
            "lifetimes": lambda: peer("fit", files),
            "lifetimes, weights": lambda: peer("weights", files),
        }
        found = beside(
            f"{name}: BG/NBD of {len(x):,} customers",
            lambda threads: run([runner], "fit", FAMILY, *three, turns, threads=threads),
            both,
        )
        best = found["ours, 1"]["parameters"]
        assert best == found["ours, 2"]["parameters"]
        height = log_likelihood(best, x, last, age)
        print(f"  {found['ours, 1']['cells']:,} different; log-likelihood {height:.5f} at {[round(p, 5) for p in best]}")
        for who in both:
            if "parameters" not in found[who]:
                continue
            theirs = found[who]["parameters"]
            lower = height - log_likelihood(theirs, x, last, age)
            far = max(abs(a / b - 1) for a, b in zip(theirs, best))
            print(f"  {who}: {lower:.2e} lower, parameters {far:.1e} away")
            assert lower > -1e-9 * abs(height), (best, theirs)
        spends = beside(
            f"{name}: Gamma-Gamma",
            lambda threads: run([runner], "spend", files["x"], files["spend"], turns, threads=threads),
            {"lifetimes": lambda: peer("spend", files)},
        )
        theirs = spends["lifetimes"].get("parameters")
        if theirs:
            far = max(abs(a / b - 1) for a, b in zip(theirs, spends["ours, 1"]["parameters"]))
            print(f"  parameters {far:.1e} away")
            assert far < 5e-3
        sums = [sum(each[clock] for each in pair) for pair in zip(
            (found["ours, 1"], found["ours, 2"], found["lifetimes"]),
            (spends["ours, 1"], spends["ours, 2"], spends["lifetimes"]),
        )]
        print(f"{name}: both fits: lifetimes {sums[2] / sums[0]:.0f} times ours on one thread, {sums[2] / sums[1]:.0f} on two")
        parameters = ",".join(map(repr, best))
        futures = beside(
            f"{name}: P(alive) and purchases of the next {NEXT:.0f} weeks",
            lambda threads: run([runner], "predict", FAMILY, parameters, *three, turns, threads=threads),
            {"lifetimes": lambda: peer("predict", files, best)},
        )
        for ours, theirs in zip(futures["ours, 1"]["sums"], futures["lifetimes"].get("sums", [])):
            assert abs(ours / theirs - 1) < 1e-9, futures


if __name__ == "__main__":
    if sys.argv[1] == "lifetimes":
        lifetimes(sys.argv[2], json.loads(sys.argv[3]), json.loads(sys.argv[4]))
    else:
        main()
