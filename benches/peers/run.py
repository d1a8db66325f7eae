#!/usr/bin/env python3
"""Quarry beside DuckDB, ClickHouse (chdb) and Polars: the same simulated tenant, the same questions, the same machine.

    pip install duckdb chdb polars
    cargo build --profile dist
    python3 benches/peers/run.py --quarry target/dist/quarry --events 6000000 --work /tmp/peers

What is measured, best of several warm runs in one process each:
  load      the exports (newline-delimited JSON) into Quarry's lake; into DuckDB tables with JSON columns, and with VARIANT columns; all three tables
            together, and the one with documents alone
  size      the lake beside the peers' zstd Parquet
  signin    the first seed: sign-ins at risk of who received certain mail
  mailbox   the second seed: who read folders of others' mailboxes
  key       one key of a document over all rows: RawEventData.UserId == x
  search    a rare word in any text of a row
Every answer is compared with the others' before a time counts.
"""
import argparse
import glob
import json
import os
import shutil
import subprocess
import sys
import threading
import time

import queries

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = ["CloudAppEvents", "EmailEvents", "AADSignInEventsBeta"]
# The table whose rows are documents for the most part.
DOCUMENTS = ["CloudAppEvents"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quarry", default="target/dist/quarry", help="the binary")
    parser.add_argument("--events", type=int, default=6_000_000, help="events of all tables together")
    parser.add_argument("--work", default="peers-work", help="folder for data; what is there already is used again")
    parser.add_argument("--runs", type=int, default=5, help="warm runs of each question")
    parser.add_argument("--peers", default="duckdb,chdb,polars", help="those to run")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    return parser.parse_args()


def say(text):
    print(text, flush=True)


def folder_bytes(path):
    return sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(path) for name in names)


def timed(work):
    start = time.time()
    result = work()
    return time.time() - start, result


# ---------------------------------------------------------------- data

def simulate(args):
    """The exports, as `quarry demo --exports` keeps them; gives the time that the tenant ends at."""
    exports = os.path.join(args.work, "exports")
    if not os.path.isdir(exports):
        say(f"simulating {args.events} events")
        lake = os.path.join(args.work, "demo-lake")
        command = [args.quarry, "demo", "--events", str(args.events), "--exports", exports, "--lake", lake]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        # Findings are what a demo is for: 1 is no failure.
        if done.returncode > 1:
            sys.exit(done.stderr)
        shutil.rmtree(lake, ignore_errors=True)
    return exports


def parquet(args, exports):
    """The peers' files: times as times, documents as JSON text, zstd."""
    import duckdb

    target = os.path.join(args.work, "parquet")
    if not os.path.isdir(target):
        os.makedirs(target + ".new", exist_ok=True)
        connection = duckdb.connect()
        connection.execute("set timezone='UTC'")
        for table in TABLES:
            files = sorted(glob.glob(f"{exports}/{table}_*.json*"))
            reader, columns = queries.duckdb_read(connection, files)
            select = queries.duckdb_select(columns, "varchar")
            connection.execute(
                f"copy (select {select} from {reader} order by Timestamp) "
                f"to '{target}.new/{table}.parquet' (format parquet, compression zstd, row_group_size 122880)"
            )
        os.rename(target + ".new", target)
    return target


def end_of(connection, parquet_folder):
    """Midnight after the last event."""
    query = " union all ".join(f"select max(Timestamp) t from '{parquet_folder}/{table}.parquet'" for table in TABLES)
    return connection.execute(f"select strftime(date_trunc('day', max(t)) + interval 1 day, '%Y-%m-%d %H:%M:%S') from ({query})").fetchone()[0]


def read_through(folder):
    """Brings files into the system's memory, as far as there is room: nobody's load waits for a disk that others were spared."""
    for file in sorted(glob.glob(f"{folder}/*")):
        with open(file, "rb", buffering=0) as content:
            while content.read(1 << 20):
                pass


# ---------------------------------------------------------------- Quarry

def quarry_load(args, exports, name, tables, *options):
    lake = os.path.join(args.work, name)
    files = sorted(file for table in tables for file in glob.glob(f"{exports}/{table}_*.json*"))
    shutil.rmtree(lake, ignore_errors=True)
    os.sync()
    start = time.time()
    process = subprocess.Popen([args.quarry, "ingest", *files, "--lake", lake, *options], stdout=subprocess.DEVNULL)
    peak = watched(process)
    if process.wait() != 0:
        sys.exit("quarry ingest failed")
    return lake, time.time() - start, peak()


def watched(process):
    """What gives the most memory that a process has had, in KB, when it has ended. Its usage as `wait4` tells it begins with that of this process."""
    seen = [0]

    def watch():
        while process.poll() is None:
            try:
                with open(f"/proc/{process.pid}/status") as status:
                    seen[0] = max([seen[0]] + [int(line.split()[1]) for line in status if line.startswith("VmHWM")])
            except OSError:
                pass
            time.sleep(0.05)

    thread = threading.Thread(target=watch)
    thread.start()

    def peak():
        thread.join()
        return seen[0]

    return peak


def quarry_ask(args, lake, now, questions):
    """Best seconds and the rows of each question, all asked in one process, one after another."""
    cases = os.path.join(args.work, "cases.jsonl")
    asked = [(name, run) for name in questions for run in range(args.runs + 1)]
    with open(cases, "w") as out:
        for name, _ in asked:
            text = f"set query_now=datetime({now});\n{queries.KQL[name]}"
            out.write(json.dumps({"id": name, "query": text}) + "\n")
    process = subprocess.Popen(
        [args.quarry, "batch", cases, "--lake", lake, "--jobs", "1", "--timeout", "30m"], stdout=subprocess.PIPE, text=True
    )
    peak = watched(process)
    times, rows = {}, {}
    last = time.time()
    for (name, run), line in zip(asked, process.stdout):
        now_at = time.time()
        answer = json.loads(line)
        if "error" in answer:
            sys.exit(f"quarry {name}: {answer['error']}")
        # The first run of a question warms caches.
        if run > 0:
            times.setdefault(name, []).append(now_at - last)
        rows[name] = answer["rows"]
        last = now_at
    if process.wait() != 0:
        sys.exit("quarry batch failed")
    return {name: min(of) for name, of in times.items()}, rows, peak()


# ---------------------------------------------------------------- peers

def best(args, work):
    work()
    times, result = [], None
    for _ in range(args.runs):
        seconds, result = timed(work)
        times.append(seconds)
    return min(times), result


def run_peer(args):
    """In a process of its own: prints one JSON line for each question."""
    setting = json.loads(os.environ["PEERS_SETTING"])
    for name, work in queries.peer(args.peer, setting):
        try:
            seconds, rows = best(args, work)
            line = {"question": name, "seconds": seconds, "rows": rows}
        except Exception as error:  # a peer that cannot is told so, and the others go on
            line = {"question": name, "error": str(error)[:300]}
        print(json.dumps(line), flush=True)


def ask_peer(args, peer, setting):
    environment = dict(os.environ, PEERS_SETTING=json.dumps(setting))
    command = [sys.executable, os.path.abspath(__file__), "--peer", peer, "--runs", str(max(1, args.runs // 2))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    answers = {}
    for line in process.stdout:
        if line.startswith("{"):
            answer = json.loads(line)
            answers[answer["question"]] = answer
    process.wait()
    return answers


def duckdb_loads(args, exports, names, tables):
    """Seconds to load the same exports into tables with JSON columns, and into tables with VARIANT columns."""
    import duckdb

    def load(name, variant):
        path = os.path.join(args.work, name)
        if os.path.exists(path):
            os.remove(path)
        connection = duckdb.connect(path)
        connection.execute("set timezone='UTC'")
        os.sync()
        start = time.time()
        for table in tables:
            files = sorted(glob.glob(f"{exports}/{table}_*.json*"))
            reader, columns = queries.duckdb_read(connection, files)
            select = queries.duckdb_select(columns, "variant" if variant else "json")
            connection.execute(f"create table {table} as select {select} from {reader}")
        connection.execute("checkpoint")
        connection.close()
        return time.time() - start

    plain = load(names[0], False)
    try:
        variant = load(names[1], True)
    except Exception as error:
        say(f"duckdb VARIANT: {error}")
        variant = None
    return plain, variant


# ---------------------------------------------------------------- all of it

def load_all(args, exports, name, databases, tables):
    """Loads tables on each side, once all that was written before is on the disk; gives the lake, and the seconds of DuckDB's two loads."""
    lake, seconds, peak = quarry_load(args, exports, name, tables)
    say(f"  quarry                     {seconds:8.2f} s   peak {peak / 1024:.0f} MB")
    loads = duckdb_loads(args, exports, databases, tables) if "duckdb" in args.peers else (None, None)
    for name, peer in zip(["duckdb, JSON columns", "duckdb, VARIANT columns"], loads):
        if peer:
            say(f"  {name:26} {peer:8.2f} s   {peer / seconds:6.2f} times as long")
    return lake, loads


def main():
    args = arguments()
    if args.peer:
        return run_peer(args)
    import duckdb

    os.makedirs(args.work, exist_ok=True)
    exports = simulate(args)
    files = parquet(args, exports)
    connection = duckdb.connect()
    connection.execute("set timezone='UTC'")
    now = end_of(connection, files)
    counts = {table: connection.execute(f"select count(*) from '{files}/{table}.parquet'").fetchone()[0] for table in TABLES}
    cloud = f"'{files}/CloudAppEvents.parquet'"
    user = connection.execute(f"select quantile_disc(json_extract_string(RawEventData, '$.UserId'), 0.5) from {cloud}").fetchone()[0]
    word = connection.execute(f"select AccountObjectId from {cloud} group by 1 order by count(*), 1 limit 1").fetchone()[0]
    queries.prepare(user, word)
    say(f"rows {counts}, now {now}, processors {os.cpu_count()}")

    read_through(exports)
    say("\nload")
    lake, loads = load_all(args, exports, "lake", ["json.duckdb", "variant.duckdb"], TABLES)
    plain_lake, plain_seconds, _ = quarry_load(args, exports, "plain-lake", TABLES, "--no-hot-columns")
    say(f"  quarry without hot columns {plain_seconds:8.2f} s")
    say(f"\nload of {DOCUMENTS[0]} alone")
    load_all(args, exports, "alone", ["alone.duckdb", "alone.duckdb"], DOCUMENTS)
    shutil.rmtree(os.path.join(args.work, "alone"))
    if "duckdb" in args.peers:
        os.remove(os.path.join(args.work, "alone.duckdb"))

    say("\nsize")
    base = folder_bytes(files)
    for name, path in [("zstd Parquet", files), ("lake", lake), ("lake without hot columns", plain_lake)]:
        size = folder_bytes(path)
        say(f"  {name:26} {size / 1e6:9.1f} MB   {size / base:5.2f}")

    # What was just loaded is on the disk before anybody is asked, not written while the first is.
    os.sync()
    say("\nquestions")
    results, rows = {}, {}
    for name, place in [("quarry", lake), ("quarry, no hot columns", plain_lake)]:
        times, answers, peak = quarry_ask(args, place, now, list(queries.KQL))
        say(f"  {name}: peak {peak / 1024:.0f} MB")
        results[name], rows[name] = times, answers
    setting = {"files": files, "now": now, "user": user, "word": word, "variant": os.path.join(args.work, "variant.duckdb") if loads[1] else None}
    for peer in args.peers.split(","):
        answers = ask_peer(args, peer, setting)
        for question, answer in answers.items():
            if "error" in answer:
                say(f"  {peer} {question}: {answer['error']}")
        results[peer] = {question: answer["seconds"] for question, answer in answers.items() if "seconds" in answer}
        rows[peer] = {question: answer["rows"] for question, answer in answers.items() if "rows" in answer}
    report(results, rows)


def report(results, rows):
    ok = True
    for question in queries.KQL:
        say(f"\n  {question}")
        mine = queries.summary(question, rows["quarry"][question])
        base = results["quarry"][question]
        for name, times in results.items():
            for variant in [question, question + " (VARIANT)"]:
                if variant not in times:
                    continue
                theirs = queries.summary(question, rows[name][variant])
                same = theirs == mine
                ok = ok and same
                note = "" if same else f"   ANSWERS DIFFER: {str(theirs)[:160]} and {str(mine)[:160]}"
                label = name if variant == question else f"{name} (VARIANT)"
                say(f"    {label:26} {times[variant]:9.4f} s   {times[variant] / base:8.2f} times as long{note}")
    if not ok:
        sys.exit("some answers differ")


if __name__ == "__main__":
    main()
