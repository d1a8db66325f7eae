#!/usr/bin/env python3
"""Sigma rules through pySigma's Kusto backend to hunts: translated, checked, and run on events of which some must fire.

usage: sigma.py --quarry BINARY

Makes a virtual environment with the Python packages `pysigma` and `pysigma-backend-kusto`; where they cannot be installed the check is skipped, and
says so.
"""
import json
import pathlib
import sys

from environment import main, run

# The versions whose output docs/sigma.md describes.
PACKAGES = ["pysigma-backend-kusto==1.0.1"]
ROOT = pathlib.Path(__file__).resolve().parent.parent

# Title, pipeline, rule.
RULES = {
    "encoded-shell": ("microsoft_xdr", """
title: Encoded command in PowerShell
id: 5d0b8a3e-6f0e-4c5f-9c3f-1a1f3f9a0001
status: test
description: PowerShell that is given an encoded command.
author: Quarry
level: high
tags:
  - attack.execution
  - attack.t1059.001
falsepositives:
  - Deployment tools
logsource:
  category: process_creation
  product: windows
detection:
  selection:
    Image|endswith: '\\powershell.exe'
    CommandLine|contains|all:
      - ' -enc'
      - 'JAB'
  filter:
    ParentImage|endswith: '\\ccmexec.exe'
  condition: selection and not filter
"""),
    "rare-port": ("microsoft_xdr", """
title: Connection of a script host
id: 5d0b8a3e-6f0e-4c5f-9c3f-1a1f3f9a0002
status: test
description: A script host that connects to an address of another network.
level: medium
tags:
  - attack.command-and-control
  - attack.t1071
logsource:
  category: network_connection
  product: windows
detection:
  selection:
    Image|endswith:
      - '\\wscript.exe'
      - '\\cscript.exe'
    DestinationPort: 8443
  filter:
    DestinationIp|cidr: 10.0.0.0/8
  condition: selection and not filter
"""),
    "run-key": ("microsoft_xdr", """
title: Run key set by a script
id: 5d0b8a3e-6f0e-4c5f-9c3f-1a1f3f9a0003
status: test
description: A value below a Run key that starts a script.
level: critical
tags:
  - attack.persistence
  - attack.t1547.001
logsource:
  category: registry_set
  product: windows
detection:
  selection:
    TargetObject|contains: '\\CurrentVersion\\Run'
    Details|re: '\\.(vbs|js)"?$'
  condition: selection
"""),
    "log-cleared": ("azure_monitor", """
title: Logon with explicit credentials by a shell
id: 5d0b8a3e-6f0e-4c5f-9c3f-1a1f3f9a0004
status: test
description: Another account's credentials used from a shell.
level: low
tags:
  - attack.lateral_movement
  - attack.t1021
logsource:
  product: windows
  service: security
detection:
  selection:
    EventID: 4648
    TargetUserName|startswith: 'adm'
  condition: selection
"""),
}

NOW = "2026-11-20T00:00:00Z"
# Events by table; each says which hunt it must make fire, if any.
EVENTS = {
    "DeviceProcessEvents": [
        ("encoded-shell", {"FolderPath": "C:\\Windows\\System32\\powershell.exe", "FileName": "powershell.exe", "ProcessCommandLine": "powershell -enc JABhAA==", "InitiatingProcessFolderPath": "C:\\Windows\\explorer.exe"}),
        (None, {"FolderPath": "C:\\Windows\\System32\\powershell.exe", "FileName": "powershell.exe", "ProcessCommandLine": "powershell -enc JABhAA==", "InitiatingProcessFolderPath": "C:\\Windows\\CCM\\ccmexec.exe"}),
        (None, {"FolderPath": "C:\\Windows\\System32\\powershell.exe", "FileName": "powershell.exe", "ProcessCommandLine": "powershell -File a.ps1", "InitiatingProcessFolderPath": "C:\\Windows\\explorer.exe"}),
    ],
    "DeviceNetworkEvents": [
        ("rare-port", {"InitiatingProcessFolderPath": "C:\\Windows\\System32\\wscript.exe", "RemoteIP": "198.51.100.7", "RemotePort": 8443}),
        (None, {"InitiatingProcessFolderPath": "C:\\Windows\\System32\\wscript.exe", "RemoteIP": "10.4.4.4", "RemotePort": 8443}),
    ],
    "DeviceRegistryEvents": [
        ("run-key", {"RegistryKey": "HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\", "RegistryValueName": "x", "RegistryValueData": "wscript C:\\a.vbs", "ActionType": "RegistryValueSet"}),
        (None, {"RegistryKey": "HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\", "RegistryValueName": "x", "RegistryValueData": "C:\\a.exe", "ActionType": "RegistryValueSet"}),
    ],
    "SecurityEvent": [
        ("log-cleared", {"EventID": 4648, "TargetUserName": "adm-mia"}),
        (None, {"EventID": 4648, "TargetUserName": "mia"}),
    ],
}


def translate(folder):
    """The rules as hunts, in one folder."""
    hunts = folder / "hunts"
    for name, (pipeline, text) in RULES.items():
        rule = folder / "rules" / f"{name}.yml"
        rule.parent.mkdir(exist_ok=True)
        rule.write_text(text)
        run(sys.executable, ROOT / "contrib" / "sigma2quarry.py", "-p", pipeline, "-o", hunts, rule)
    return hunts


def lake_of_events(args, folder):
    lake, files = folder / "lake", []
    for table, events in EVENTS.items():
        time = "TimeGenerated" if table == "SecurityEvent" else "Timestamp"
        rows = [{time: "2026-11-19T12:00:00Z", "Type": table, **event} for _, event in events]
        files.append(folder / f"{table}.json")
        files[-1].write_text("\n".join(map(json.dumps, rows)))
    run(args.quarry, "ingest", *files, "--lake", lake)
    return lake


def check(args, folder):
    hunts = translate(folder)
    found = json.loads(run(args.quarry, "check", hunts, "--format", "json", allowed=(0, 1)))
    errors = [str(remark) for remark in remarks(found) if remark.get("severity", remark.get("level")) == "error"]
    if errors:
        sys.exit("quarry check finds errors in translated rules:\n" + "\n".join(errors))
    lake = lake_of_events(args, folder)
    passed = 0
    for name in RULES:
        rows = run(args.quarry, "hunt", hunts / f"{name}.yaml", "--lake", lake, "--now", NOW, "--rows", 0, "--format", "jsonl", allowed=(0, 1))
        rows = [json.loads(line) for line in rows.splitlines() if line.strip()]
        wanted = sum(hunt == name for events in EVENTS.values() for hunt, _ in events)
        if len(rows) != wanted:
            sys.exit(f"{name}: {len(rows)} findings where {wanted} are expected\n{(hunts / f'{name}.yaml').read_text()}\n{rows}")
        passed += 1
    print(f"{passed} passed, 0 failed")
    return 0


def remarks(found):
    """The remarks of `quarry check --format json`, however deep they stand."""
    if isinstance(found, dict):
        if "code" in found and "message" in found:
            yield found
        for part in found.values():
            yield from remarks(part)
    elif isinstance(found, list):
        for part in found:
            yield from remarks(part)


if __name__ == "__main__":
    sys.exit(main(__file__, __doc__, PACKAGES, check))
