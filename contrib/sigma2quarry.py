#!/usr/bin/env python3
"""Sigma rules in, hunts for Quarry out: one YAML file for each rule, with its title, id, severity, tactics and techniques.

usage: sigma2quarry.py [-p PIPELINE] [-o FOLDER] RULES…

RULES are files and folders of Sigma rules. PIPELINE says whose tables the queries read: microsoft_xdr (Defender, the default), sentinel_asim (parsers
of ASIM) or azure_monitor (SecurityEvent, SigninLogs and others of Log Analytics). Without FOLDER the hunts are printed, one document after the other.

Needs the Python packages `pysigma` and `pysigma-backend-kusto`, which do the translation. A rule that they cannot translate is named on standard
error with the reason, and the exit code is 1; `--skip` lets it be 0.
"""
import argparse
import pathlib
import re
import sys

try:
    import yaml
    from sigma.backends.kusto import KustoBackend
    from sigma.collection import SigmaCollection
    from sigma.exceptions import SigmaError
    from sigma.pipelines.azuremonitor import azure_monitor_pipeline
    from sigma.pipelines.microsoftxdr import microsoft_xdr_pipeline
    from sigma.pipelines.sentinelasim import sentinel_asim_pipeline
except ImportError as error:
    sys.exit(f"{error}: install them with `pip install pysigma pysigma-backend-kusto`")

PIPELINES = {
    "azure_monitor": azure_monitor_pipeline,
    "microsoft_xdr": microsoft_xdr_pipeline,
    "sentinel_asim": sentinel_asim_pipeline,
}
# Hunts have no severity above High.
SEVERITIES = {"informational": "Informational", "low": "Low", "medium": "Medium", "high": "High", "critical": "High"}
TACTICS = [
    "Reconnaissance", "ResourceDevelopment", "InitialAccess", "Execution", "Persistence", "PrivilegeEscalation", "DefenseEvasion",
    "CredentialAccess", "Discovery", "LateralMovement", "Collection", "CommandAndControl", "Exfiltration", "Impact",
]
TECHNIQUE = re.compile(r"t\d{4}(\.\d{3})?")


def files_of(paths):
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.suffix in (".yml", ".yaml"))
        else:
            yield path


def attack(tags):
    """Tactics and techniques of a rule's tags `attack.…`; other tags stay what they are."""
    tactics, techniques, others = [], [], []
    for tag in tags:
        name = tag.name.lower().replace("-", "_")
        tactic = next((known for known in TACTICS if known.lower() == name.replace("_", "")), None)
        if tag.namespace != "attack":
            others.append(str(tag))
        elif TECHNIQUE.fullmatch(name):
            techniques.append(name.upper())
        elif tactic:
            tactics.append(tactic)
        else:
            others.append(str(tag))
    return tactics, techniques, others


def hunt(rule, query, number, of):
    """The document of one query. A rule that gives several (one for each condition) gives hunts that are told apart by a number."""
    tactics, techniques, others = attack(rule.tags)
    head = {"id": str(rule.id or ""), "name": rule.title}
    if of > 1:
        head["name"] += f" ({number} of {of})"
        if number > 1:
            head["id"] = f"{head['id']}-{number}"
    head["description"] = (rule.description or rule.title).strip()
    if rule.level:
        head["severity"] = SEVERITIES[rule.level.name.lower()]
    if tactics:
        head["tactics"] = list(dict.fromkeys(tactics))
    if techniques:
        head["relevantTechniques"] = list(dict.fromkeys(techniques))
    if others:
        head["tags"] = others
    lines = [f"// Scenario: {text}".replace("\n", " ") for text in rule.falsepositives or []]
    lines += [f"// {reference}" for reference in rule.references or []]
    lines += query.strip().splitlines()
    text = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=1000)
    return text + "query: |\n" + "".join(f"  {line}".rstrip() + "\n" for line in lines)


def converted(path, pipeline):
    """The hunts of one file. A pipeline keeps notes on the rule it works on: each file gets a new one."""
    rules = SigmaCollection.from_yaml(path.read_text(encoding="utf-8"))
    backend = KustoBackend(processing_pipeline=PIPELINES[pipeline]())
    for rule in rules:
        queries = backend.convert_rule(rule)
        for number, query in enumerate(queries, 1):
            yield hunt(rule, query, number, len(queries))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rules", nargs="+", type=pathlib.Path, metavar="RULES")
    parser.add_argument("-p", "--pipeline", choices=sorted(PIPELINES), default="microsoft_xdr")
    parser.add_argument("-o", "--out", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--skip", action="store_true", help="exit with 0 though some rules could not be translated")
    args = parser.parse_args()
    failed, written = 0, 0
    taken = set()
    for path in files_of(args.rules):
        try:
            hunts = list(converted(path, args.pipeline))
        except (SigmaError, NotImplementedError, ValueError, OSError, yaml.YAMLError) as error:
            failed += 1
            print(f"{path}: {str(error) or type(error).__name__}", file=sys.stderr)
            continue
        if args.out is None:
            for text in hunts:
                print(f"---\n{text}", end="")
        else:
            args.out.mkdir(parents=True, exist_ok=True)
            name, again = path.stem, 1
            while name in taken:
                again += 1
                name = f"{path.stem}-{again}"
            taken.add(name)
            (args.out / f"{name}.yaml").write_text("---\n".join(hunts), encoding="utf-8")
        written += len(hunts)
    print(f"{written} hunts, {failed} rules could not be translated", file=sys.stderr)
    sys.exit(1 if failed and not args.skip else 0)


if __name__ == "__main__":
    main()
