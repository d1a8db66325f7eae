#!/usr/bin/env python3
"""Holds Quarry against the recorded answers of the real engine and the official binder.

usage: conformance.py --quarry BINARY --shared FOLDER [--update]

Fails when a case that passed before (ids in ci/passed/) no longer passes, when a query of the corpus does not parse,
when a content file is neither loaded nor diagnosed, or when a seed page does not run. --update writes the ids that pass now.
Standard library only. The last lines are the counts.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
RECORDINGS = ["engine_docs", "engine_probes", "engine_refused", "docs_outputs"]


def run(command, **options):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)


def score(quarry, shared, work, name):
    """Answers one file of recordings; gives the ids that pass and the line of counts."""
    cases = shared / "conformance" / f"{name}.jsonl"
    answers = work / f"{name}.answers.jsonl"
    with open(answers, "w", encoding="utf-8") as out:
        subprocess.run([str(quarry), "batch", str(cases)], stdout=out, check=True)
    ids = work / f"{name}.ids"
    scored = run([sys.executable, shared / "conformance" / "score.py", cases, answers, "--ids", ids], check=True)
    return set(ids.read_text(encoding="utf-8").split()), scored.stdout.rstrip().splitlines()


def bindings(quarry, shared, work):
    """Binds the corpus; gives the ids whose columns and types are those of the official binder, and the number compared."""
    bound = work / "bindings.jsonl"
    with open(bound, "w", encoding="utf-8") as out:
        subprocess.run([str(quarry), "batch", "--bind", str(shared / "corpus" / "queries.jsonl")], stdout=out, check=True)
    got = {}
    for line in bound.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        got[record["id"]] = record
    same, compared = set(), 0
    for line in (shared / "corpus" / "bindings.jsonl").read_text(encoding="utf-8").splitlines():
        expected = json.loads(line)
        if expected["errors"] or expected["open"] or expected["kind"] != "table":
            continue
        compared += 1
        answer = got.get(expected["id"])
        if answer and not answer["errors"] and answer["columns"] == expected["columns"]:
            same.add(expected["id"])
    return same, compared


def parsed(quarry, shared):
    """Checks that every query of the corpus parses and is kept byte for byte."""
    result = run([quarry, "batch", "--parse", shared / "corpus" / "queries.jsonl"])
    records = [json.loads(line) for line in result.stdout.splitlines()]
    good = sum(1 for record in records if record.get("lossless") and not record.get("errors"))
    total = sum(1 for line in open(shared / "corpus" / "queries.jsonl", encoding="utf-8") if line.strip())
    return good, total


def content(quarry, shared):
    """Loads every published content file; each must give a hunt or a diagnostic."""
    folder = shared / "corpus" / "azure-sentinel"
    files = sum(1 for path in folder.rglob("*") if path.suffix in (".yaml", ".yml"))
    result = run([quarry, "check", "--format", "json", "--load-only", folder])
    report = json.loads(result.stdout)
    accounted = sum(1 for entry in report["files"] if entry["hunts"] or entry["other"] or entry["diagnostics"])
    return accounted, files


def seeds(quarry, shared, work):
    """Runs the two seed pages, unmodified, on the demo's data and on a small real recording."""
    lake = work / "lake"
    made = run([quarry, "demo", "--events", "30000", "--lake", lake, "--keep-lake"])
    if made.returncode not in (0, 1):
        return 0, 4, made.stderr[-2000:]
    recording = work / "recording"
    ingested = run([quarry, "ingest", shared / "data" / "golden-saml", "--lake", recording])
    if ingested.returncode not in (0, 1):
        return 0, 4, ingested.stderr[-2000:]
    ran, trouble = 0, []
    for seed in sorted((shared / "seeds").glob("*.txt")):
        for data, now in ((lake, "2026-11-20"), (recording, "2020-12-22")):
            result = run([quarry, "hunt", seed, "--lake", data, "--now", now, "--format", "jsonl"])
            missing = data == recording and "holds no data" in result.stdout + result.stderr
            if result.returncode in (0, 1) or missing:
                ran += 1
            else:
                trouble.append(f"{seed.name}: {result.stderr[-500:]}")
    return ran, 4, "\n".join(trouble)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--quarry", type=pathlib.Path, required=True)
    options.add_argument("--shared", type=pathlib.Path, required=True)
    options.add_argument("--update", action="store_true")
    options = options.parse_args()
    quarry, shared = options.quarry.resolve(), options.shared.resolve()
    failures, lines = [], []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        suites = {}
        for name in RECORDINGS:
            suites[name], counts = score(quarry, shared, work, name)
            lines += [f"{name}: {line.strip()}" for line in counts]
        suites["bindings"], compared = bindings(quarry, shared, work)
        lines.append(f"bindings: same columns and types {len(suites['bindings'])} of {compared}")
        for name, ids in suites.items():
            kept = HERE / "passed" / f"{name}.txt"
            before = set(kept.read_text(encoding="utf-8").split()) if kept.exists() else set()
            lost = sorted(before - ids)
            if lost and not options.update:
                failures.append(f"{name}: {len(lost)} cases passed before and do not now: {' '.join(lost[:20])}")
            if options.update:
                kept.parent.mkdir(exist_ok=True)
                kept.write_text("".join(f"{case}\n" for case in sorted(ids)), encoding="utf-8")
        good, total = parsed(quarry, shared)
        lines.append(f"parser: {good} of {total} queries")
        if good != total:
            failures.append(f"parser: {total - good} queries of the corpus do not parse")
        good, total = content(quarry, shared)
        lines.append(f"content: {good} of {total} files loaded or diagnosed")
        if good != total:
            failures.append(f"content: {total - good} files skipped in silence")
        good, total, trouble = seeds(quarry, shared, work)
        lines.append(f"seed pages: {good} of {total} runs")
        if good != total:
            failures.append(f"seed pages: {trouble}")
    print("\n".join(lines))
    for failure in failures:
        print(f"FAILED {failure}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
