"""Rules asked of many customers in columns: segmentry, polars, duckdb.

    pip install -r benches/peers/requirements.txt
    python benches/peers/rules.py [--one 10000000] [--many 1000000] [--rules 100] [--runs 9] [--threads 1,2]

Two workloads: one rule of eight conditions on 10 million customers, and 100 variations of it on 1 million. Texts are coded
for all: a dictionary here, `Enum` in polars (one byte a row), `ENUM` in duckdb. The columns follow from one formula of
whole numbers (SplitMix64 of row and column), which this script and the Rust binary share; the binary hands out the rules.
Each number of threads is a process of its own. Runs are interleaved (A B C A B C ...), after one to warm up, and the least
of each is taken, so that a busy machine is unfair to nobody. The counts of every rule must agree, or the run stops.

What is measured: `members` are the sets of those for whom a rule holds, a bit each, as segmentry gives them; `counts` are
only their sizes, which is all that duckdb is asked, as handing out rows would cost it more.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "benches" / "peers" / "rules" / "Cargo.toml"
TEXTS = ["country", "plan", "industry", "status"]


class Segmentry:
    """The binary, asked over its standard input."""

    def __init__(self, threads):
        command = ["cargo", "build", "--release", "--manifest-path", MANIFEST, "--message-format=json"]
        built = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        binary = [json.loads(line).get("executable") for line in built.stdout.splitlines()]
        command = [[path for path in binary if path][-1], "--columns", "--threads", str(threads)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.words = json.loads(self.process.stdout.readline())

    def ask(self, question):
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def run(self):
        answer = self.ask("run")
        return answer["seconds"], answer["counts"]


def columns(rows, words):
    """The columns, by the formula of `src/columns.rs`."""
    import numpy as np

    def hashed(column):
        z = (np.arange(rows, dtype=np.uint64) * np.uint64(8) + np.uint64(column + 1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return z ^ z >> np.uint64(31)

    def below(column, end):
        return hashed(column) % np.uint64(end)

    return {
        "country": below(0, len(words["country"])).astype(np.uint8),
        "plan": below(1, len(words["plan"])).astype(np.uint8),
        "mrr": below(2, 200_000).astype(np.float64) / 100.0,
        "employees": below(3, 2_000).astype(np.int64),
        "last_seen": (words["today"] - below(4, 400).astype(np.int32)).astype(np.int32),
        "industry": below(5, len(words["industry"])).astype(np.uint8),
        "status": below(6, len(words["status"])).astype(np.uint8),
    }


def polars_frame(data, words):
    import polars as pl

    series = [pl.Series(name, values) for name, values in data.items()]
    frame = pl.DataFrame(series).with_columns(pl.col("last_seen").cast(pl.Date))
    return frame.with_columns(pl.col(name).cat.to(pl.Enum(words[name])) for name in TEXTS)


def polars_rule(rule, words):
    import polars as pl

    def among(name, values):
        return pl.col(name).is_in(pl.Series(values, dtype=pl.Enum(words[name])).implode())

    def equal(name, value):
        return pl.col(name) == pl.lit(value, dtype=pl.Enum(words[name]))

    first, second = rule["industries"]
    low, high = rule["employees"]
    seen = pl.lit(rule["last_seen"], dtype=pl.Int32).cast(pl.Date)
    return (among("country", rule["countries"]) & among("plan", rule["plans"]) & (pl.col("mrr") >= rule["mrr"])
            & (pl.col("employees") >= low) & (pl.col("employees") <= high) & (pl.col("last_seen") >= seen)
            & (equal("industry", first) | equal("industry", second)) & ~equal("status", rule["status"]))


def polars_members(frame, rules, engine):
    """The members of each rule, a bit each."""
    start = time.perf_counter()
    masks = frame.lazy().select(rule.alias(str(i)) for i, rule in enumerate(rules)).collect(engine=engine)
    seconds = time.perf_counter() - start
    return seconds, [mask.sum() for mask in masks.get_columns()]


def polars_counts(frame, rules, engine):
    start = time.perf_counter()
    counts = frame.lazy().select(rule.sum().alias(str(i)) for i, rule in enumerate(rules)).collect(engine=engine)
    return time.perf_counter() - start, list(counts.row(0))


def polars_filter(frame, rules, engine):
    """The rows that are left of one rule: conditions need not be asked of those that are out."""
    import polars as pl

    start = time.perf_counter()
    counts = [frame.lazy().filter(rule).select(pl.len()).collect(engine=engine).item() for rule in rules]
    return time.perf_counter() - start, counts


def duckdb_table(data, words, threads):
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    for name in TEXTS:
        connection.execute(f"CREATE TYPE {name}_words AS ENUM ({', '.join(repr(word) for word in words[name])})")
    arrow = {name: pa.array(values) for name, values in data.items()}
    arrow["last_seen"] = arrow["last_seen"].cast(pa.date32())
    for name in TEXTS:
        arrow[name] = pa.DictionaryArray.from_arrays(arrow[name], words[name])
    connection.register("source", pa.table(arrow))
    casts = ", ".join(f"{name}::VARCHAR::{name}_words AS {name}" if name in TEXTS else name for name in data)
    connection.execute(f"CREATE TABLE customers AS SELECT {casts} FROM source")
    return connection


def duckdb_rule(rule):
    def among(values):
        return "(" + ", ".join(repr(value) for value in values) + ")"

    first, second = rule["industries"]
    low, high = rule["employees"]
    return (f"country IN {among(rule['countries'])} AND plan IN {among(rule['plans'])} AND mrr >= {rule['mrr']!r}::DOUBLE "
            f"AND employees >= {low} AND employees <= {high} AND last_seen >= DATE '1970-01-01' + {rule['last_seen']} "
            f"AND (industry = '{first}' OR industry = '{second}') AND NOT status = '{rule['status']}'")


def duckdb_counts(connection, rules):
    counted = ", ".join(f"count(*) FILTER (WHERE {rule})" for rule in rules)
    query = f"SELECT {counted} FROM customers" if len(rules) > 1 else f"SELECT count(*) FROM customers WHERE {rules[0]}"
    start = time.perf_counter()
    counts = connection.execute(query).fetchone()
    return time.perf_counter() - start, list(counts)


def compare(segmentry, rows, rules, runs, threads):
    """One workload: asks everybody in turn and prints who took how long."""
    words = segmentry.words
    ready = segmentry.ask(f"make {rows} {rules}")
    data = columns(rows, words)
    frame, table = polars_frame(data, words), duckdb_table(data, words, threads)
    of_polars = [polars_rule(rule, words) for rule in ready["rules"]]
    of_duckdb = [duckdb_rule(rule) for rule in ready["rules"]]
    peers = {
        "segmentry, members": segmentry.run,
        "polars streaming, members": lambda: polars_members(frame, of_polars, "streaming"),
        "polars streaming, counts": lambda: polars_counts(frame, of_polars, "streaming"),
        "polars in memory, members": lambda: polars_members(frame, of_polars, "in-memory"),
        "polars in memory, counts": lambda: polars_counts(frame, of_polars, "in-memory"),
        "duckdb, counts": lambda: duckdb_counts(table, of_duckdb),
    }
    if rules == 1:
        peers["polars streaming, filter"] = lambda: polars_filter(frame, of_polars, "streaming")
    times = {name: [] for name in peers}
    for _ in range(runs + 1):
        counts = None
        for name, run in peers.items():
            seconds, found = run()
            counts = counts or found
            assert found == counts, f"{name}: {found[:5]}, segmentry {counts[:5]}"
            times[name].append(seconds)
    least = {name: min(seconds) for name, seconds in times.items()}
    print(f"\n{rules} rules, {rows:,} customers, {threads} threads, {runs} runs; {sum(counts):,} answers are yes, "
          f"{ready['atoms']} different conditions")
    for name, seconds in times.items():
        print(f"  {name:27} {least[name]:8.4f} s least {statistics.median(seconds):8.4f} s median "
              f"{least[name] * 1e9 / rows / rules:7.3f} ns/row and rule {least[name] / least['segmentry, members']:6.2f} x")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--one", type=int, default=10_000_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, default=100)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--threads", default="1,2")
    arguments = parser.parse_args()
    if "," in arguments.threads:  # polars takes its threads from the environment, once
        for threads in arguments.threads.split(","):
            options = [[f"--{name}", str(getattr(arguments, name))] for name in ("one", "many", "rules", "runs")]
            command = [sys.executable, __file__, *sum(options, []), "--threads", threads]
            subprocess.run(command, check=True, env=os.environ | {"POLARS_MAX_THREADS": threads})
        return
    os.environ["POLARS_MAX_THREADS"] = arguments.threads  # before polars is first imported
    threads = int(arguments.threads)
    segmentry = Segmentry(threads)
    compare(segmentry, arguments.one, 1, arguments.runs, threads)
    compare(segmentry, arguments.many, arguments.rules, arguments.runs, threads)


if __name__ == "__main__":
    main()
