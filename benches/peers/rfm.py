"""Recency, frequency, monetary value and their quintile scores of 10 million purchases: segmentry, polars, duckdb.

    pip install -r benches/peers/requirements.txt
    python benches/peers/rfm.py [--rows 10000000] [--runs 9] [--only int,sparse,text,uuid]

One process holds the same columns for all; runs are interleaved (A B C A B C ...) and the least of each is taken, so
that a busy machine is unfair to nobody. Every run's answer is compared: the number of customers, the sum of all
amounts, the sum of each score.

Input: gamma-distributed rates of purchase (shape 0.8) for a tenth as many customers as rows, so that 12.5 % buy
never; days uniform over 730 days; amounts log-normal (3.2, 1), in cents; seed 1. Ids are the same customers in four
forms: integers from 0, integers of all 64 bits, texts such as C00012345, and UUIDs as text.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import time

import duckdb
import numpy as np
import polars as pl

ROOT = pathlib.Path(__file__).resolve().parents[2]
CUTS = [0.2, 0.4, 0.6, 0.8]


def generate(rows, folder):
    """Writes the columns as .npy and returns them as a frame."""
    rng = np.random.default_rng(1)
    customers = rows // 10
    rates = np.cumsum(rng.gamma(0.8, size=customers))
    ids = np.searchsorted(rates, rng.random(rows) * rates[-1], side="right").clip(0, customers - 1).astype(np.int64)
    days = (20_000 + rng.integers(0, 730, rows)).astype(np.int32)
    amounts = np.round(rng.lognormal(3.2, 1.0, rows), 2)
    high, low = rng.integers(0, 2**62, (2, customers))
    texts = {
        "text": [f"C{i:08d}" for i in range(customers)],
        "uuid": [f"{h >> 30:08x}-{h & 0xffff:04x}-4{h >> 16 & 0xfff:03x}-8{lo & 0xfff:03x}-{lo >> 14:012x}"
                 for h, lo in zip(high.tolist(), low.tolist())],
    }
    columns = {"int": ids, "sparse": rng.integers(-2**63, 2**63, customers)[ids], "day": days, "amount": amounts}
    folder.mkdir(parents=True, exist_ok=True)
    for name, column in columns.items():
        np.save(folder / f"{name}.npy", column)
    frame = pl.DataFrame(columns)
    for name, of_customer in texts.items():
        column = np.array(of_customer, dtype="S")[ids]
        np.save(folder / f"{name}.npy", column.view(np.uint8))
        np.save(folder / f"{name}_end.npy", np.arange(1, rows + 1, dtype=np.uint64) * column.itemsize)
        frame = frame.with_columns(pl.Series(of_customer).gather(ids).rechunk().alias(name))
    return frame


class Segmentry:
    """The bench binary, asked over its standard input."""

    def __init__(self, folder):
        command = ["cargo", "bench", "--bench", "rfm_peers", "--no-run", "--message-format=json"]
        built = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        messages = [json.loads(line) for line in built.stdout.splitlines()]
        binary = [m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == "rfm_peers"]
        self.process = subprocess.Popen(
            [binary[-1], "--peers", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def run(self, ids):
        self.process.stdin.write(ids + "\n")
        self.process.stdin.flush()
        answer = self.last = json.loads(self.process.stdout.readline())
        return answer["seconds"], (answer["customers"], answer["total"], *answer["scores"])


def polars_run(frame, as_of, engine):
    """Quintile scores by expressions: how many of the four cuts are at most the value."""
    def cuts_reached(value):
        return sum((value >= value.quantile(cut, "linear")).cast(pl.UInt8) for cut in CUTS)

    start = time.perf_counter()
    last, count, total = pl.col("day").max().alias("last"), pl.len().alias("count"), pl.col("amount").sum().alias("sum")
    totals = frame.lazy().group_by("id").agg(last, count, total).collect(engine=engine)
    r, f, m = 5 - cuts_reached(as_of - pl.col("last")), 1 + cuts_reached(pl.col("count")), 1 + cuts_reached(pl.col("sum"))
    scored = totals.with_columns(r.alias("r"), f.alias("f"), m.alias("m"))
    seconds = time.perf_counter() - start
    return seconds, (scored.height, scored["sum"].sum(), *(int(scored[name].cast(pl.UInt64).sum()) for name in "rfm"))


def duckdb_run(connection, table, ids, as_of):
    """The same in SQL. Only the sums of the scores leave the engine, so that handing out rows costs it nothing."""
    def cuts_reached(value, cuts):
        return " + ".join(f"({value} >= {cuts}[{i + 1}])::INT" for i in range(len(CUTS)))

    query = f"""
        WITH totals AS MATERIALIZED (
            SELECT {ids} AS id, {as_of} - max(day) AS recency, count(*) AS count, sum(amount) AS sum
            FROM {table} GROUP BY {ids}),
        cuts AS MATERIALIZED (
            SELECT quantile_cont(recency::DOUBLE, {CUTS}) AS rq, quantile_cont(count::DOUBLE, {CUTS}) AS fq,
                   quantile_cont(sum, {CUTS}) AS mq FROM totals)
        SELECT count(*), sum(sum), sum(5 - ({cuts_reached("recency", "rq")})),
               sum(1 + {cuts_reached("count", "fq")}), sum(1 + {cuts_reached("sum", "mq")})
        FROM totals, cuts"""
    start = time.perf_counter()
    answer = connection.execute(query).fetchone()
    return time.perf_counter() - start, tuple(int(x) if i != 1 else x for i, x in enumerate(answer))


def same(ours, theirs):
    """Engines add in another order, so a sum may stand on the other side of a cut: as many as 1 in 100,000 may."""
    return (ours[0] == theirs[0] and abs(ours[1] - theirs[1]) <= 1e-9 * ours[1]
            and all(abs(a - b) <= max(5, ours[0] / 100_000) for a, b in zip(ours[2:], theirs[2:])))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--only", default="int,sparse,text,uuid")
    arguments = parser.parse_args()
    folder = ROOT / "target" / "peers" / f"rfm-{arguments.rows}"
    frame = generate(arguments.rows, folder)
    as_of = int(frame["day"].max())
    segmentry = Segmentry(folder)
    connection = duckdb.connect()
    arrow = frame.to_arrow()
    connection.register("arrow_log", arrow)
    connection.execute("CREATE TABLE log AS SELECT * FROM arrow_log")

    for ids in arguments.only.split(","):
        columns = frame.select(pl.col(ids).alias("id"), "day", "amount")
        peers = {
            "segmentry": lambda: segmentry.run(ids),
            "polars": lambda: polars_run(columns, as_of, "in-memory"),
            "polars streaming": lambda: polars_run(columns, as_of, "streaming"),
            "duckdb, Arrow": lambda: duckdb_run(connection, "arrow_log", ids, as_of),
            "duckdb, own table": lambda: duckdb_run(connection, "log", ids, as_of),
        }
        times, answers, aggregate, peak = {name: [] for name in peers}, {}, [], 0
        for _ in range(arguments.runs):
            for name, run in peers.items():
                seconds, answers[name] = run()
                times[name].append(seconds)
            aggregate.append(segmentry.last["aggregate_seconds"])
            peak = max(peak, segmentry.last["peak_bytes"])
        least = {name: min(seconds) for name, seconds in times.items()}
        width = frame[ids].dtype == pl.Int64 and 8 or frame[ids].str.len_bytes().mean() + 8
        print(f"\n{ids} ids, {arguments.rows:,} purchases of {answers['segmentry'][0]:,} customers, {arguments.runs} runs")
        for name, seconds in times.items():
            equal = "" if same(answers["segmentry"], answers[name]) else f"  OTHER ANSWER {answers[name]}"
            print(f"  {name:18} {least[name]:8.4f} s least {statistics.median(seconds):8.4f} s median "
                  f"{least[name] / least['segmentry']:6.2f} x{equal}")
        print(f"  segmentry without scores {min(aggregate):.4f} s; peak beyond the input {peak / 1e6:.0f} MB, "
              f"{peak / (arguments.rows * (width + 12)):.2f} of the input; answer {answers['segmentry']}")


if __name__ == "__main__":
    main()
