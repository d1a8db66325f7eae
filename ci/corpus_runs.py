#!/usr/bin/env python3
"""Runs every query of the corpus on a lake with random rows in each table that it names.

usage: corpus_runs.py --quarry BINARY --shared FOLDER [--lake FOLDER] [--rows N] [--every N] [--timeout T] [--jobs N] [--list] [--ids FILE]

Counts what ran, what was refused and why, and what broke. The columns of the random rows hold what the queries compare them with, so that rows get
behind the first filter. With --lake an existing lake is used, or a new one kept. --every 10 takes every tenth query, --ids writes those answered. Fails when a query breaks the engine or runs out of time.
Standard library only.
"""
import argparse
import collections
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

NAME = r"([A-Za-z_]\w*)"
TEXT = r"""(?:@?"([^"\\\n]{0,200})"|@?'([^'\\\n]{0,200})')"""
COMPARED = re.compile(NAME + r"\)?\s*(?:==|=~|has|has_cs|contains|startswith|endswith|!=)\s*" + TEXT)
LISTED = re.compile(NAME + r"\)?\s*(?:in~?|has_any|has_all)\s*\(\s*(?:dynamic\s*\(\s*\[)?([^()\[\]]{0,2000})")
NUMBERED = re.compile(NAME + r"\s*(?:==|in\s*\()\s*(\d{1,9}(?:\s*,\s*\d{1,9})*)")
PATHS = re.compile(r"\b([A-Z]\w*)((?:\.\w+|\[\d\]|\[[\"'][\w ]{1,40}[\"']\])+)")
MATCHED = re.compile(r"parse(?:-where)?\s+(?:kind\s*=\s*\w+\s+)?(?:flags\s*=\s*\w+\s+)?" + NAME + r"\s+with\s+([^|;]{1,1500})")

EXTERNAL = re.compile(r"externaldata\s*\(([^()]{1,2000})\)\s*\[([^\[\]]{1,2000})\]", re.IGNORECASE)
WATCHLIST = re.compile(r"_?GetWatchlist\w*\s*\(\s*[\"']([^\"']{1,100})")
# Columns that queries expect of watchlists, the key first.
WATCHED = ["UserPrincipalName", "HostName", "IPAddress", "UserAgent", "name", "Source", "SourceType", "Tags"]


def vocabulary(queries):
    """What columns are compared with, which paths are followed into them, and texts that `parse` patterns match."""
    values, paths = collections.defaultdict(set), collections.defaultdict(set)
    for query in queries:
        for name, double, single in COMPARED.findall(query):
            values[name].add(double or single)
        for name, items in LISTED.findall(query):
            values[name].update(double or single for double, single in re.findall(TEXT, items))
        for name, items in NUMBERED.findall(query):
            values[name].update(re.split(r"\s*,\s*", items))
        for name, path in PATHS.findall(query):
            paths[name].add(path.lstrip("."))
        for name, pattern in MATCHED.findall(query):
            words = re.findall(TEXT + r"|(\w+)(?:\s*:\s*\w+)?", pattern)
            values[name].add("".join(double or single or "17" for double, single, _ in words)[:400])
    keep = lambda words: {name: sorted(words)[:60] for name, words in sorted(words.items())}
    return {"values": keep(values), "paths": keep(paths)}


def named_tables(queries, catalogue):
    words = set()
    for query in queries:
        words.update(re.findall(r"\b[A-Za-z_]\w*\b", query))
    return sorted(words & catalogue)


def make_lake(quarry, queries, catalogue, rows, work, lake):
    words, exports = work / "vocabulary.json", work / "exports"
    words.write_text(json.dumps(vocabulary(queries)), encoding="utf-8")
    tables = named_tables(queries, catalogue)
    for at in range(0, len(tables), 50):
        some = tables[at : at + 50]
        subprocess.run([quarry, "simulate", "--out", exports, "--rows", str(rows), "--vocabulary", words, *some], check=True)
    done = subprocess.run([quarry, "ingest", exports, "--lake", lake], capture_output=True, text=True)
    print(done.stdout[-600:], done.stderr[-600:])
    return len(tables)


def outside(queries, words, work):
    """Small files for the feeds and watchlists that the queries name, as `--data` arguments."""
    feeds = collections.defaultdict(list)
    lists = set()
    for query in queries:
        for columns, addresses in EXTERNAL.findall(query):
            names = [part.split(":")[0].strip(" \n['\"]") for part in columns.split(",")]
            for double, single in re.findall(TEXT, addresses):
                feeds[double or single].append(names)
        lists.update(name for name in WATCHLIST.findall(query))
    folder = work / "outside"
    folder.mkdir(exist_ok=True)
    value = lambda name, row: (words["values"].get(name) or [f"{name}{row}"])[row % max(1, len(words["values"].get(name, [])))]
    arguments = []
    for at, (address, layouts) in enumerate(sorted(feeds.items())):
        names = max(layouts, key=len)
        write_table(folder / f"feed{at}.csv", names, value)
        arguments += ["--data", f"{address}={folder / f'feed{at}.csv'}"]
    for at, alias in enumerate(sorted(lists)):
        write_table(folder / f"list{at}.csv", WATCHED, value)
        arguments += ["--data", f"watchlist:{alias}@{WATCHED[0]}={folder / f'list{at}.csv'}"]
    return arguments


def write_table(path, names, value):
    with open(path, "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(names)
        table.writerows([value(name, row) for name in names] for row in range(40))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--quarry", required=True, type=pathlib.Path)
    options.add_argument("--shared", required=True, type=pathlib.Path)
    options.add_argument("--lake", type=pathlib.Path)
    options.add_argument("--rows", type=int, default=300)
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--ids", type=pathlib.Path)
    options.add_argument("--timeout", default="20s")
    options.add_argument("--jobs", default="2")
    options.add_argument("--list", action="store_true", help="name the queries behind each count")
    args = options.parse_args()
    corpus = args.shared / "corpus" / "queries.jsonl"
    lines = corpus.read_text(encoding="utf-8").splitlines()[:: args.every]
    cases = [json.loads(line) for line in lines]
    schemas = json.loads((args.shared / "schemas" / "schemas.min.json").read_text(encoding="utf-8"))
    catalogue = {name for name in schemas if "/" not in name}
    unbound = {}
    for line in (args.shared / "corpus" / "bindings.jsonl").read_text(encoding="utf-8").splitlines():
        bound = json.loads(line)
        unbound[bound["id"]] = bool(bound["errors"])
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        lake = args.lake or work / "lake"
        if not lake.exists():
            print("tables made:", make_lake(args.quarry, [case["query"] for case in cases], catalogue, args.rows, work, lake))
        queries = [case["query"] for case in cases]
        data = outside(queries, vocabulary(queries), work)
        asked = work / "queries.jsonl"
        asked.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        command = [args.quarry, "batch", "--lake", lake, "--timeout", args.timeout, "--jobs", args.jobs, *data, asked]
        with open(work / "answers.jsonl", "w", encoding="utf-8") as out:
            subprocess.run(command, stdout=out, check=True)
        answers = (work / "answers.jsonl").read_text(encoding="utf-8")
    counts, behind, broken = collections.Counter(), collections.defaultdict(list), 0
    answered = []
    for line in answers.splitlines():
        answer = json.loads(line)
        if "error" not in answer:
            counts["answered with rows" if answer["rows"] else "answered, no rows"] += 1
            answered.append(answer["id"])
            continue
        code, message = answer["error"]["code"], re.sub(r"\s+", " ", answer["error"]["message"])
        if code in ("INTERNAL", "TIMEOUT", "Q0003", "Q0006"):
            broken += 1
        if code.startswith(("SEM", "SYN", "CRT")) and unbound.get(answer["id"]):
            counts["refused, as the official binder does"] += 1
            continue
        counts["refused or broken"] += 1
        behind[code + " " + message[:150]].append(answer["id"])
    if args.ids:
        args.ids.write_text("".join(f"{case}\n" for case in answered), encoding="utf-8")
    for reason, ids in sorted(behind.items(), key=lambda item: -len(item[1])):
        print(f"  {len(ids):4} {reason}" + (f"  {ids[:8]}" if args.list else ""))
    for name, count in counts.most_common():
        print(f"{name}: {count}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
