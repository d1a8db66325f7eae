#!/usr/bin/env python3
"""Holds Quarry against the recorded answers of the real engine and the official binder.

usage: conformance.py --quarry BINARY --shared FOLDER [--update] [--runs]

Fails when a case that passed before (ids in ci/passed/) no longer passes, when a query of the sample of the corpus no longer runs on
random rows, when a query of the corpus does not parse, when a content file is neither loaded nor diagnosed, when a query cannot be laid
out or changes when it is laid out again, when `check` gives an error for a query that the official binder accepts, takes too long, or finds other
things than docs/check-sample.md says (check_sample.py), or when a seed page does not run. --update writes the ids that pass now. --runs also runs every query of the corpus on random rows (corpus_runs.py) and not
only every fifteenth, which takes a release build and minutes.
Standard library only. The last lines are the counts.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from check_sample import checked

HERE = pathlib.Path(__file__).resolve().parent
# Rows of each table in the small real recording, as its own description counts them; one of the security events has no label.
RECORDED = {
    "AuditLogs": 4,
    "CloudAppEvents": 2,
    "DeviceEvents": 5,
    "Event": 2,
    "IdentityDirectoryEvents": 2,
    "OfficeActivity": 1,
    "SecurityEvent": 36,
}
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


def corpus_sample(quarry, shared, work):
    """Runs every fifteenth query of the corpus on random rows; gives the ids that are answered and the counts."""
    ids = work / "corpus_runs.ids"
    command = [sys.executable, HERE / "corpus_runs.py", "--quarry", quarry, "--shared", shared, "--every", "15", "--rows", "60"]
    result = run([*command, "--timeout", "120s", "--ids", ids])
    if not ids.exists():
        return set(), [result.stderr[-400:]]
    counts = result.stdout.rpartition("tables made")[2].splitlines()[1:]
    return set(ids.read_text(encoding="utf-8").split()), counts


def parsed(shared):
    """Every query of the corpus must parse and be kept byte for byte: the example says so and fails otherwise."""
    example = ["cargo", "run", "-q", "-p", "quarry-syntax", "--example", "parse_corpus", "--"]
    result = run(example + [shared / "corpus" / "queries.jsonl"], cwd=HERE.parent)
    return result.returncode == 0, result.stdout.strip().splitlines()


def content(shared):
    """Loads every published content file; each must give content or a diagnostic."""
    example = ["cargo", "run", "-q", "-p", "quarry-content", "--example", "load", "--"]
    result = run(example + [shared / "corpus" / "azure-sentinel"], cwd=HERE.parent)
    first = next((line for line in result.stdout.splitlines() if line.startswith("files ")), result.stderr[-500:])
    return result.returncode == 0 and first.endswith("reason 0"), first


def laid_out(shared):
    """Lays out every query of the corpus and every content file, twice: nothing may be refused, and the second time nothing may change."""
    example = ["cargo", "run", "-q", "-p", "quarry-format", "--example", "format_corpus", "--"]
    corpus = shared / "corpus"
    result = run(example + [corpus / "queries.jsonl", corpus / "azure-sentinel"], cwd=HERE.parent)
    return result.returncode == 0, (result.stdout.strip().splitlines() or [result.stderr[-500:]])[-1]


def seeds(quarry, shared, work):
    """Runs the two seed pages, unmodified, from the command line on the demo's data and on a small real recording."""
    lake, recording = work / "lake", work / "recording"
    run([quarry, "demo", "--events", "6000", "--lake", lake])
    run([quarry, "ingest", shared / "data" / "golden-saml", "--lake", recording])
    for table, rows in RECORDED.items():
        counted = run([quarry, "query", f"{table} | count", "--lake", recording, "--format", "jsonl"])
        if counted.returncode or json.loads(counted.stdout).get("Count") != rows:
            return 0, 4, f"{table} of the recording: {counted.stdout.strip() or counted.stderr[-400:]} where {rows} rows are"
    ran, trouble = 0, []
    # Exit codes of `hunt`: 0 nothing found, 1 findings, 3 a hunt could not run. The recording holds no mail, so one page cannot run there.
    expected = {"demo": {"a7acfaf4": 1, "6a927d9a": 1}, "recording": {"a7acfaf4": 3, "6a927d9a": 0}}
    for page in sorted((shared / "seeds").glob("*.txt")):
        seed = next(seed for seed in expected["demo"] if seed in page.read_text(encoding="utf-8"))
        for name, data, now in (("demo", lake, "2026-11-20"), ("recording", recording, "2021-08-03")):
            result = run([quarry, "hunt", page, "--lake", data, "--now", now, "--format", "jsonl"])
            if result.returncode == expected[name][seed]:
                ran += 1
            else:
                trouble.append(f"{seed} on {name}: exit {result.returncode}, {result.stderr[-400:]}")
    return ran, 4, "; ".join(trouble)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--quarry", type=pathlib.Path, required=True)
    options.add_argument("--shared", type=pathlib.Path, required=True)
    options.add_argument("--update", action="store_true")
    options.add_argument("--runs", action="store_true")
    options = options.parse_args()
    quarry, shared = options.quarry.resolve(), options.shared.resolve()
    failures, lines = [], []
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        suites = {}
        for name in RECORDINGS:
            suites[name], counts = score(quarry, shared, work, name)
            # Topics of the documentation's own outputs are single functions: their total says enough.
            shown = counts if name.startswith("engine_docs") else counts[-1:]
            lines += [f"{name}: {line.strip()}" for line in shown]
        suites["corpus_runs"], counts = corpus_sample(quarry, shared, work)
        lines += [f"corpus on random rows, a sample: {line.strip()}" for line in counts]
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
        good, counts = parsed(shared)
        lines += [f"parser: {line}" for line in counts]
        if not good:
            failures.append("parser: queries of the corpus do not parse, or are not kept byte for byte")
        good, counts = content(shared)
        lines.append(f"content: {counts}")
        if not good:
            failures.append("content: files skipped in silence")
        good, counts = laid_out(shared)
        lines.append(f"layout: {counts}")
        if not good:
            failures.append("layout: queries are refused, or change a second time")
        counts, wrong = checked(quarry, shared)
        lines.append(f"check: {counts}")
        failures += [f"check: {problem}" for problem in wrong]
        good, total, trouble = seeds(quarry, shared, work)
        lines.append(f"seed pages: {good} of {total} runs")
        if good != total:
            failures.append(f"seed pages: {trouble}")
    if options.runs:
        result = run([sys.executable, HERE / "corpus_runs.py", "--quarry", quarry, "--shared", shared, "--timeout", "60s"])
        lines += [f"runs: {line.strip()}" for line in result.stdout.splitlines()]
        if result.returncode:
            failures.append("runs: queries of the corpus break the engine or run out of time")
    print("\n".join(lines))
    for failure in failures:
        print(f"FAILED {failure}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
