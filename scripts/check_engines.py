"""Lets engines answer what tests/it/rules/engines.rs wrote, and compares. Called by scripts/check-engines."""

import os
import pathlib
import subprocess
import sys


def postgres(setup):
    """One psql for each file: statements in, answers out."""
    command = ["psql", "-h", os.environ["SEGMENTRY_POSTGRES"], "-U", "check", "-d", "postgres", "-qAtX", "-F", "|"]

    def run(text):
        return subprocess.run(command, input=text, capture_output=True, text=True)

    done = run("DROP SCHEMA public CASCADE; CREATE SCHEMA public; SET TimeZone = 'Asia/Tokyo';" + setup)
    if done.returncode != 0 or "ERROR" in done.stderr:
        sys.exit("postgres: " + done.stderr[:2000])

    def ask(statements):
        text = "SET TimeZone = 'Asia/Tokyo';\n"
        for number, sql in enumerate(statements):
            text += f"\\echo =={number}\n{sql};\n"
        done = run(text + "\\echo ==end\n")
        parts = done.stdout.split("==")[1:-1]
        if len(parts) != len(statements):
            sys.exit("postgres: " + done.stderr[:2000])
        errors = {}
        for line in done.stderr.splitlines():
            errors.setdefault(line.split(":")[1] if ":" in line else "", line)
        for part in parts:
            rows = [line.split("|") for line in part.splitlines()[1:] if line]
            yield [(row[0], {"t": True, "f": False, "": None}[row[1]]) for row in rows] or list(errors.values())[:3]

    return ask


def duckdb(setup):
    import duckdb

    connection = duckdb.connect()
    connection.execute(setup)

    def ask(statements):
        for sql in statements:
            try:
                yield connection.execute(sql).fetchall()
            except Exception as error:
                yield str(error)

    return ask


def datafusion(setup):
    import datafusion

    context = datafusion.SessionContext()
    for statement in setup.splitlines():
        context.sql(statement).collect()

    def ask(statements):
        for sql in statements:
            try:
                table = context.sql(sql).to_pydict()
                yield list(zip(table["id"], table["c0"]))
            except Exception as error:
                yield str(error)

    return ask


def main(folder):
    failed = 0
    for name, engine in [("postgres", postgres), ("duckdb", duckdb), ("datafusion", datafusion)]:
        for part in ["utc", "zone"]:
            files = {end: (folder / f"{name}.{part}.{end}").read_text() for end in ["setup.sql", "cases", "refused"]}
            try:
                ask = engine(files["setup.sql"])
            except (ImportError, KeyError) as error:
                print(f"{name}: skipped, {error} is not installed")
                break
            lines = files["cases"].splitlines()
            expected, statements = lines[0::2], lines[1::2]
            wrong = []
            for answer, sql, rows in zip(expected, statements, ask(statements)):
                if isinstance(rows, str) or not rows or isinstance(rows[0], str):
                    wrong.append((sql, rows))
                    continue
                by_id = sorted(rows, key=lambda row: int(row[0].split("-")[1]))
                found = "".join({True: "1", False: "0", None: "-"}[truth] for _, truth in by_id)
                if found != answer:
                    wrong.append((sql, f"\n  expected {answer}\n  found    {found}"))
            refused = sum(int(line.split()[0]) for line in files["refused"].splitlines())
            print(f"{name} {part}: {len(statements)} rules x {len(expected[0])} customers, {len(wrong)} differ, {refused} refused")
            for sql, found in wrong[:6]:
                print(f"  {sql}\n  {found}\n")
            failed += len(wrong)
    sys.exit(1 if failed else 0)


main(pathlib.Path(sys.argv[1]))
