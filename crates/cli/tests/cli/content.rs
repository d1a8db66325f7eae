//! Commands for those who keep hunts: check, fmt, ready.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{HUNT, code, err, folder, out, quarry, with_mails};

const FLAWED: &str = "id: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e11\r
name: Mails and sign-ins\r
description: Joins.\r
tactics:\r
  - Initial access   # kept\r
query: |\r
  EmailEvents|where Timestamp > ago(1d)\r
  | join   EntraIdSignInEvents on $left.RecipientEmailAddress == $right.AccountUpn // why\r
";

#[test]
fn check_fix_changes_what_it_names_and_nothing_else() {
    let place = folder();
    let file = place.path().join("flawed.yaml");
    fs::write(&file, FLAWED).unwrap();
    let first = quarry(place.path(), &["check", "flawed.yaml", "--deny", "warning"]);
    assert_eq!(code(&first), 1, "{}", out(&first));
    assert!(out(&first).contains("Q0404") && out(&first).contains("Q0210"), "{}", out(&first));
    let fixed = quarry(place.path(), &["check", "flawed.yaml", "--fix"]);
    assert!(out(&fixed).contains("2 corrected"), "{}", out(&fixed));
    let expected = FLAWED
        .replace("Initial access", "InitialAccess")
        .replace("| join   Entra", "| join kind=innerunique   Entra");
    assert_eq!(fs::read_to_string(&file).unwrap(), expected);
    let again = quarry(place.path(), &["check", "flawed.yaml", "--fix", "--deny", "warning"]);
    assert_eq!(code(&again), 0, "{}", out(&again));
    assert_eq!(fs::read_to_string(&file).unwrap(), expected);
}

#[test]
fn a_baseline_lets_old_findings_be() {
    let place = folder();
    fs::write(place.path().join("a.yaml"), FLAWED).unwrap();
    let written = quarry(
        place.path(),
        &["check", "a.yaml", "--baseline", "known.json", "--write-baseline", "--deny", "hint"],
    );
    assert_eq!(code(&written), 0, "{}", err(&written));
    let known = quarry(place.path(), &["check", "a.yaml", "--baseline", "known.json", "--deny", "hint"]);
    assert_eq!(code(&known), 0, "{}", out(&known));
    fs::write(place.path().join("a.yaml"), format!("severity: Hight\r\n{FLAWED}")).unwrap();
    let more = quarry(
        place.path(),
        &["check", "a.yaml", "--baseline", "known.json", "--deny", "hint", "--format", "jsonl"],
    );
    let lines: Vec<Value> = out(&more).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(code(&more), 1);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["code"], "Q0206");
    let none = quarry(place.path(), &["check", "a.yaml", "--baseline", "missing.json"]);
    assert_eq!(code(&none), 3, "a baseline that is not there is no empty one");
}

#[test]
fn codes_are_explained() {
    let place = folder();
    let page = quarry(place.path(), &["check", "--explain", "unreachable-branch"]);
    assert_eq!(code(&page), 0);
    assert!(
        out(&page).contains("Q0401") && out(&page).contains("Not found in:"),
        "{}",
        out(&page)
    );
    let unknown = quarry(place.path(), &["check", "--explain", "Q0499"]);
    assert_eq!(code(&unknown), 3);
    let sarif = {
        fs::write(place.path().join("a.yaml"), FLAWED).unwrap();
        quarry(place.path(), &["check", "a.yaml", "--format", "sarif"])
    };
    let log: Value = serde_json::from_str(&out(&sarif)).unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(
        rules.iter().any(|rule| rule["id"] == "Q0404" && rule["name"] == "join-kind"),
        "{rules:?}"
    );
}

#[test]
fn fmt_lays_out_and_says_what_it_would() {
    let place = folder();
    let file = place.path().join("a.yaml");
    fs::write(&file, FLAWED).unwrap();
    let check = quarry(place.path(), &["fmt", "--check", "."]);
    assert_eq!((code(&check), out(&check)), (1, "./a.yaml\n".to_owned()));
    let diff = quarry(place.path(), &["fmt", "--diff", "a.yaml"]);
    assert!(
        out(&diff).contains("-  EmailEvents|where") && out(&diff).contains("+  EmailEvents"),
        "{}",
        out(&diff)
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), FLAWED, "neither changes anything");
    let done = quarry(place.path(), &["fmt", "a.yaml"]);
    assert_eq!(code(&done), 0, "{}", err(&done));
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("  EmailEvents\r\n  | where Timestamp > ago(1d)\r\n  | join EntraId"),
        "{text}"
    );
    assert!(text.starts_with(FLAWED.split("query").next().unwrap()));
    assert_eq!(code(&quarry(place.path(), &["fmt", "--check", "a.yaml"])), 0);
}

#[test]
fn fmt_reads_standard_input() {
    let place = folder();
    let ask = |text: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_quarry"))
            .args(["fmt", "-"])
            .current_dir(place.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    assert_eq!(out(&ask("T|where a==1")), "T\n| where a == 1\n");
    let broken = ask("T|where");
    assert_eq!((code(&broken), out(&broken).as_str()), (2, ""));
}

#[test]
fn ready_tells_what_the_lake_lacks() {
    let place = with_mails();
    let ready = quarry(place.path(), &["ready", "hunt.yaml", "--now", "2026-11-20"]);
    assert_eq!(code(&ready), 0, "{}{}", out(&ready), err(&ready));
    assert!(out(&ready).contains("1 can run"), "{}", out(&ready));
    fs::write(
        place.path().join("other.yaml"),
        HUNT.replace("EmailEvents", "SigninLogs").replace("SenderFromAddress", "Location"),
    )
    .unwrap();
    fs::write(
        place.path().join("long.yaml"),
        HUNT.replace("  | summarize", "  | where Timestamp > ago(90d)\n  | summarize"),
    )
    .unwrap();
    let report = quarry(
        place.path(),
        &[
            "ready",
            "hunt.yaml",
            "other.yaml",
            "long.yaml",
            "--now",
            "2026-11-20",
            "--format",
            "jsonl",
        ],
    );
    assert_eq!(code(&report), 1, "{}", err(&report));
    let lines: Vec<Value> = out(&report).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["ready"], true);
    assert_eq!(lines[1]["obstacles"][0]["kind"], "no table");
    assert_eq!(lines[1]["obstacles"][0]["connectors"][0], "AzureActiveDirectory");
    assert_eq!(lines[2]["obstacles"][0]["kind"], "too short");
    let summary = out(&quarry(place.path(), &["ready", "other.yaml", "--now", "2026-11-20"]));
    assert!(summary.contains("quarry ingest EXPORT --table SigninLogs"), "{summary}");
}

#[test]
fn check_points_into_the_yaml() {
    let place = folder();
    let broken = HUNT
        .replace("summarize Mails", "summarise Mails")
        .replace("Mails > Limit", "Mial > Limit")
        .replace("InitialAccess", "InitalAccess");
    fs::write(place.path().join("broken.yaml"), broken).unwrap();
    fs::write(place.path().join("good.yaml"), HUNT).unwrap();
    let checked = quarry(place.path(), &["check", "."]);
    let shown = out(&checked);
    assert_eq!(code(&checked), 1, "{shown}");
    assert!(shown.contains("did you mean `InitialAccess`?"), "{shown}");
    assert!(shown.contains("did you mean `summarize`?"), "{shown}");
    let line = HUNT.lines().position(|line| line.contains("summarize")).unwrap() + 1;
    assert!(shown.contains(&format!("broken.yaml:{line}:")), "{shown}");
    assert!(shown.contains("2 files · 2 hunts"), "{shown}");
    assert_eq!(code(&quarry(place.path(), &["check", "good.yaml"])), 0);
    let sarif: Value = serde_json::from_str(&out(&quarry(place.path(), &["check", ".", "--format", "sarif"]))).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
}
