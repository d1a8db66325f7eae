#!/usr/bin/env python3
"""Bundles held to the rules of STIX 2.1 by the validator of its authors: findings of the bundled hunts, and of logs that name things of every kind.

usage: stix.py --quarry BINARY

Makes a virtual environment with the Python package `stix2-validator`; where it cannot be installed the check is skipped, and says so.
"""
import json
import pathlib
import sys

from environment import main, run

# Version 3.3.1 comes without the schemas it validates by.
PACKAGES = ["stix2-validator==3.2.0"]
ROOT = pathlib.Path(__file__).resolve().parent.parent
NOW = "2026-11-20"
# Recommendations that do not fit: ids follow from what they name, `kql` is no word of the vocabulary of patterns (which is open), and pages about
# techniques have no hash.
NOT_FOLLOWED = "103,245,302"

HUNT = """id: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10
name: Everything that a process names
description: Accounts, addresses, hosts, files, hashes, mails and URLs.
severity: High
tactics:
  - Execution
relevantTechniques:
  - T1059.001
query: |
  DeviceProcessEvents
  | join kind=inner (DeviceNetworkEvents) on DeviceName
  | project Timestamp, DeviceName, AccountUpn, AccountSid, FileName, SHA256, SHA1, MD5, ProcessCommandLine, RemoteIP, RemoteUrl
version: 1.0.0
"""
ODD = ["", "-", "\u0000\u001b[31m", "x" * 5000, "{\"a\": 1}", "2001:db8::1", "203.0.113.9", "not an address", "\u2028é<script>"]


def demo(args, folder):
    """The bundled hunts on the demo's lake, with evidence."""
    lake, bundle = folder / "demo", folder / "demo.json"
    run(args.quarry, "demo", "--lake", lake, "--events", 20000)
    run(args.quarry, "hunt", ROOT / "content", "--lake", lake, "--now", NOW, "--evidence", "--export", bundle, allowed=(0, 1))
    return bundle


def odd(args, folder):
    """Values of all kinds in every place, the last digit of times among them."""
    processes, connections = [], []
    for number, value in enumerate(ODD):
        host = f"host-{number}"
        time = f"2026-11-19T0{number}:00:00.123456{number}Z"
        processes.append({"Timestamp": time, "DeviceName": host, "AccountUpn": value, "AccountSid": value, "FileName": value, "SHA256": "ab" * 32,
                          "SHA1": value, "MD5": "cd" * 16, "ProcessCommandLine": value})
        connections.append({"Timestamp": time, "DeviceName": host, "RemoteIP": value, "RemoteUrl": value})
    lake, bundle, hunt = folder / "odd", folder / "odd.json", folder / "hunt.yaml"
    hunt.write_text(HUNT)
    for table, rows in (("DeviceProcessEvents", processes), ("DeviceNetworkEvents", connections)):
        file = folder / f"{table}.json"
        file.write_text("\n".join(map(json.dumps, rows)))
        run(args.quarry, "ingest", file, "--table", table, "--lake", lake)
    for more in ([], ["--evidence"]):
        run(args.quarry, "hunt", hunt, "--lake", lake, "--now", NOW, "--export", bundle, *more, allowed=(1,))
        yield bundle


def held(bundle):
    """How many objects a bundle has, once all of them are right."""
    from stix2validator import ValidationOptions, validate_file

    result = validate_file(str(bundle), ValidationOptions(version="2.1", strict=True, enforce_refs=True, disabled=NOT_FOLLOWED))
    if not result.is_valid:
        wrong = [str(error) for part in result.object_results for error in part.errors] or [str(result.fatal)]
        sys.exit(f"{bundle.name} is not valid STIX 2.1:\n" + "\n".join(sorted(set(wrong))[:20]))
    return len(json.loads(bundle.read_text())["objects"])


def check(args, folder):
    objects = [held(demo(args, folder))]
    objects.extend(held(bundle) for bundle in odd(args, folder))
    print(f"{len(objects)} bundles with {sum(objects)} objects are valid STIX 2.1")
    return 0


if __name__ == "__main__":
    sys.exit(main(__file__, __doc__, PACKAGES, check))
