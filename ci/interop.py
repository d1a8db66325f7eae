#!/usr/bin/env python3
"""Reads a lake with other engines and compares every row and every value with what `quarry query` answers.

usage: interop.py --quarry BINARY [--events N] [--rows N] [--keep FOLDER]

Makes a virtual environment with the Python packages `deltalake`, `duckdb` and `pyarrow`; where they cannot be installed the check is skipped, and says
so. Builds a lake from the demo's tenant and from random rows of tables with columns of every type, in many small files, and compares it as it is
ingested, optimized, cut by retention and vacuumed. `deltalake` reads the table by its log; DuckDB reads the files that the log lists.
"""
import collections
import json
import math
import pathlib
import sys

from environment import main, run

PACKAGES = ["deltalake", "duckdb", "pyarrow"]
# With columns of every type between them.
RANDOM_TABLES = ["SigninLogs", "SecurityEvent", "DeviceProcessEvents", "AzureActivity", "CommonSecurityLog", "AADNonInteractiveUserSignInLogs"]
UNIX_EPOCH = 621_355_968_000_000_000


def quarry(args, *command):
    """What a command prints, findings or none."""
    return run(args.quarry, *command, allowed=(0, 1))


def build(args, folder):
    """A lake of many small files."""
    exports, lake = folder / "exports", folder / "lake"
    quarry(args, "demo", "--events", args.events, "--lake", folder / "demo-lake", "--exports", exports)
    for table in RANDOM_TABLES:
        for part in range(3):
            quarry(args, "simulate", "--out", exports / f"random-{part}", "--rows", args.rows, "--seed", 7 + part, table)
    paths = [path for path in sorted(exports.rglob("*.json*")) if path.is_file()]
    for start in range(5):
        quarry(args, "ingest", *paths[start::5], "--lake", lake)
    return lake


class Column:
    def __init__(self, field):
        self.physical = field["name"]
        self.name = field["metadata"].get("quarry.name", self.physical)
        self.type = field["metadata"].get("quarry.type", "")
        self.quoted = '"' + self.physical.replace('"', '""') + '"'


TYPES = {"bool", "int", "long", "real", "decimal", "string", "datetime", "timespan", "guid", "dynamic"}


def ticks_of_timespan(text):
    """[-][d.]hh:mm:ss[.fffffff]"""
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
    time, _, fraction = text.rpartition(".") if text.count(":") == 2 and "." in text.split(":")[2] else (text, "", "")
    days, _, time = time.rpartition(".")
    hours, minutes, seconds = (int(part) for part in time.split(":"))
    whole = ((int(days or 0) * 24 + hours) * 60 + minutes) * 60 + seconds
    return sign * (whole * 10_000_000 + int((fraction or "0").ljust(7, "0")))


def exact(value):
    """A document or number in a form that compares exactly."""
    if isinstance(value, dict):
        return tuple(sorted((key, exact(item)) for key, item in value.items()))
    if isinstance(value, list):
        return ("list", tuple(exact(item) for item in value))
    return (type(value).__name__ if isinstance(value, (bool, str)) else "", value)


def from_quarry(column, value):
    if column.type == "string":
        return value or ""
    if value is None:
        return None
    if column.type == "datetime":
        day, _, clock = value.rstrip("Z").partition("T")
        clock, _, fraction = clock.partition(".")
        return f"{day}T{clock}.{fraction.ljust(7, '0')[:6]}"
    if column.type == "timespan":
        return ticks_of_timespan(value)
    if column.type == "real":
        return float("nan") if value == "NaN" else float(str(value).replace("Infinity", "inf"))
    if column.type == "decimal":
        from decimal import Decimal

        return Decimal(str(value)).normalize()
    if column.type == "dynamic":
        return exact(value)
    return value


def from_arrow(column, value):
    if column.type == "string":
        return value or ""
    if value is None:
        return None
    if column.type == "datetime":
        return value
    if column.type == "decimal":
        return value.normalize()
    if column.type == "dynamic":
        return exact(json.loads(value))
    return value


def rows_of_arrow(table, columns):
    import pyarrow as pa
    import pyarrow.compute as pc

    lists = []
    for column in columns:
        array = table.column(column.physical)
        if column.type == "datetime":
            array = pc.strftime(array.cast(pa.timestamp("us", tz="UTC")), format="%Y-%m-%dT%H:%M:%S")
        lists.append([from_arrow(column, value) for value in array.to_pylist()])
    return list(zip(*lists))


def comparable(rows):
    unlike_itself = lambda value: "NaN" if isinstance(value, float) and math.isnan(value) else value
    return collections.Counter(tuple(map(unlike_itself, row)) for row in rows)


def compare(args, lake, when):
    """Compares every table; gives what does not agree."""
    import deltalake
    import duckdb
    import pyarrow.parquet as pq

    wrong, compared, total = [], 0, 0
    tables = sorted(path.parent.name for path in lake.glob("*/_delta_log"))
    for name in tables:
        table = deltalake.DeltaTable(str(lake / name))
        fields = json.loads(table.schema().to_json())["fields"]
        columns = [column for column in map(Column, fields) if column.type in TYPES and column.physical != "_ingestion_time"]
        files = [uri.removeprefix("file://") for uri in table.file_uris()]
        in_files = {field for file in files for field in pq.read_schema(file).names}
        columns = [column for column in columns if column.physical in in_files]
        if name == "_ingest":
            # The lake's own ledger is no table of queries: counts are what there is to compare.
            expected = None
        else:
            shown = ", ".join(f"['{column.name}']" for column in columns)
            text = quarry(args, "query", f"['{name}'] | project {shown}", "--lake", lake, "--format", "jsonl", "--max-rows", 10_000_000)
            answers = [json.loads(line) for line in text.splitlines()]
            expected = comparable(tuple(from_quarry(column, answer[column.name]) for column in columns) for answer in answers)
        names = [column.physical for column in columns]
        by_delta = table.to_pyarrow_table(columns=names) if files else None
        selected = ", ".join(column.quoted for column in columns)
        by_duckdb = None
        if files:
            listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
            by_duckdb = duckdb.sql(f"SELECT {selected} FROM read_parquet([{listed}], union_by_name = true)").to_arrow_table()
        for engine, rows in [("deltalake", by_delta), ("DuckDB", by_duckdb)]:
            found = comparable(rows_of_arrow(rows, columns)) if rows is not None else collections.Counter()
            if expected is None:
                expected = found
            if found != expected:
                missing, extra = expected - found, found - expected
                at = next(zip(missing, extra), None)
                differing = [(column.name, here, there) for column, here, there in zip(columns, *at) if here != there][:3] if at else ""
                wrong.append(f"{when}: {engine} reads {name} differently: {sum(missing.values())} rows missing, {sum(extra.values())} others {differing}")
            compared += 1
        total += sum(expected.values())
    print(f"{when}: {len(tables)} tables, {total} rows, {compared} readings compared", flush=True)
    return wrong


def check(args, folder):
    if args.keep:
        folder = args.keep
        folder.mkdir(parents=True, exist_ok=True)
    lake = build(args, folder)
    wrong = compare(args, lake, "as ingested")
    print(quarry(args, "lake", "optimize", "--lake", lake).strip().splitlines()[-1])
    wrong += compare(args, lake, "optimized")
    if quarry(args, "lake", "optimize", "--lake", lake).split("(")[0].strip() != "Nothing to do":
        wrong.append("a second run of optimize finds something to do")
    for table in ["SigninLogs", "EmailEvents"]:
        quarry(args, "lake", "retain", table, "5d", "--lake", lake)
    print(quarry(args, "lake", "retain", "--apply", "--lake", lake).strip())
    wrong += compare(args, lake, "after retention")
    quarry(args, "lake", "vacuum", "--keep", "1h", "--lake", lake)
    wrong += compare(args, lake, "vacuumed")
    for line in wrong:
        print("WRONG", line)
    return 1 if wrong else 0


def options(parser):
    parser.add_argument("--events", type=int, default=6_000)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--keep", type=pathlib.Path, help="build the lake here and leave it")


if __name__ == "__main__":
    sys.exit(main(__file__, __doc__, PACKAGES, check, options))
