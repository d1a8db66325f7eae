#!/usr/bin/env python3
"""Checks every published content file in one run, and holds docs/check-sample.md against it.

usage: check_sample.py --quarry BINARY --shared FOLDER [--errors]

Fails when `quarry check` gives an error for a query that the official binder accepts and that is not about the columns of the result, or one on another
line than those of the binder; when the run takes 20 seconds or more; when the page's table of files with errors is another one than that of the run, when
a finding of the page is not made, or when an error is not on the page that should be. --errors lists the errors that parser and binder do not have.
Standard library only.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import time

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "check-sample.md"
SECONDS = 20
# What the page says of files with errors.
UNBOUND = "the binder reports errors in the query, on the same lines"
ACCEPTED = "both accept the query"
UNANSWERED = "there is no answer of theirs"


def remarks(quarry, corpus):
    """What one run says, and how long it took."""
    start = time.monotonic()
    command = [str(quarry), "check", str(corpus), "--level", "hint", "--format", "jsonl"]
    result = subprocess.run(command, capture_output=True, text=True)
    seconds = time.monotonic() - start
    if result.returncode not in (0, 1):
        sys.exit(f"quarry check: exit code {result.returncode}\n{result.stderr}")
    made = [json.loads(line) for line in result.stdout.splitlines()]
    for remark in made:
        remark["file"] = pathlib.Path(remark["file"]).relative_to(corpus).as_posix()
    return made, seconds


def stripped(text):
    """Lines without the blanks around them, and without blank ones at the end."""
    return [line.strip() for line in text.rstrip().splitlines()]


def official(shared, files):
    """Of these files, those whose query the official binder reports errors in, with the lines, and those whose query it accepts. There are answers for
    each different query that the parser accepts, once: a query is a file's when the file has its lines."""
    read = lambda name: list(map(json.loads, (shared / "corpus" / name).read_text(encoding="utf-8").splitlines()))
    errors = {bound["id"]: bound["errors"] for bound in read("bindings.jsonl")}
    queries = [(query["query"], stripped(query["query"]), errors[query["id"]]) for query in read("queries.jsonl")]
    unbound, accepted = {}, set()
    for file in files:
        text = stripped((shared / "corpus" / "azure-sentinel" / file).read_text(encoding="utf-8", errors="replace"))
        joined = "\n".join(text)
        own = [(query, lines, wrong) for query, lines, wrong in queries if "\n".join(lines).strip("\n") in joined]
        places = set()
        for query, lines, wrong in own:
            starts = [at for at in range(len(text)) if text[at : at + len(lines)] == lines]
            places |= {start + query[: error["start"]].count("\n") + 1 for start in starts for error in wrong}
        if places:
            unbound[file] = places
        elif own:
            accepted.add(file)
    return unbound, accepted


def on_page():
    """The counts of the page, and its findings: file, code, level, line."""
    counts, findings = {}, []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 2 and cells[1].isdigit():
            counts[cells[0]] = int(cells[1])
        elif len(cells) == 6 and cells[0].isdigit():
            findings.append((cells[1], cells[2], cells[3], int(cells[4])))
    total = re.search(r"(\d+) files have errors", PAGE.read_text(encoding="utf-8"))
    return counts, int(total[1]) if total else None, findings


def checked(quarry, shared, errors=False):
    """Counts of one run, and what is wrong with it or with the page."""
    made, seconds = remarks(quarry, shared / "corpus" / "azure-sentinel")
    of_errors = [remark for remark in made if remark["severity"] == "error"]
    files = {remark["file"] for remark in of_errors}
    unbound, accepted = official(shared, files)
    wrong = [
        f"{remark['file']}: {remark['code']} {remark['message']}, which the official binder accepts"
        for remark in of_errors
        if remark["file"] in accepted and remark["code"] != "Q0415"
    ]
    wrong += [
        f"{remark['file']}:{remark['line']}: {remark['code']} {remark['message']}, where the official binder has no error"
        for remark in of_errors
        if remark["file"] in unbound and remark["line"] not in unbound[remark["file"]]
    ]
    told = {UNBOUND: len(unbound), ACCEPTED: len(accepted), UNANSWERED: len(files - set(unbound) - accepted)}
    counts, total, findings = on_page()
    if counts != told or total != len(files):
        wrong.append(f"the page says {total} files, {counts}; the run {len(files)} files, {told}")
    all_made = {(remark["file"], remark["code"], remark["severity"], remark["line"]) for remark in made}
    wrong += [f"on the page and not made: {finding}" for finding in findings if finding not in all_made]
    listed = {(file, line) for file, _, level, line in findings if level == "error"}
    wanted = {(remark["file"], remark["line"]) for remark in of_errors if remark["file"] in accepted}
    wrong += [f"not on the page: {file}:{line}" for file, line in sorted(wanted - listed)]
    wrong += [f"not on the page: {file}" for file in sorted(files - set(unbound) - accepted - {file for file, _ in listed})]
    if seconds >= SECONDS:
        wrong.append(f"it took {seconds:.1f} s")
    if errors:
        for remark in of_errors:
            if remark["file"] in accepted:
                print(f"{remark['file']}:{remark['line']} {remark['code']} {remark['message']}")
    levels = {}
    for remark in made:
        levels[remark["severity"]] = levels.get(remark["severity"], 0) + 1
    shown = ", ".join(f"{number} {level}" for level, number in sorted(levels.items()))
    return f"{shown}; {len(files)} files with errors, {told[ACCEPTED]} of them accepted elsewhere; {len(findings)} findings of the page; {seconds:.1f} s", wrong


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quarry", type=pathlib.Path, required=True)
    options.add_argument("--shared", type=pathlib.Path, required=True)
    options.add_argument("--errors", action="store_true")
    options = options.parse_args()
    counts, wrong = checked(options.quarry.resolve(), options.shared.resolve(), options.errors)
    print(counts)
    for problem in wrong:
        print(f"FAILED {problem}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
