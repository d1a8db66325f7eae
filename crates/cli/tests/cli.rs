//! The command as people and scripts meet it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "cli/content.rs"]
mod content;
#[path = "cli/exports.rs"]
mod exports;
mod team;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn quarry(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quarry"))
        .args(args)
        .current_dir(folder)
        .env_remove("QUARRY_LAKE")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

const HUNT: &str = "id: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10
name: Many mails from one sender
description: Counts mails.
severity: Low
tactics:
  - InitialAccess
relevantTechniques:
  - T1566
requiredDataConnectors:
  - connectorId: MicrosoftThreatProtection
    dataTypes:
      - EmailEvents
query: |
  // Mails that are too many
  let Limit = 2;
  EmailEvents
  | summarize Mails = count() by SenderFromAddress
  | where Mails > Limit
version: 1.0.0
";

const MAILS: &str = r#"{"Timestamp":"2026-11-19T08:00:00Z","SenderFromAddress":"a@contoso.example","Subject":"one"}
{"Timestamp":"2026-11-19T08:00:01.1234567Z","SenderFromAddress":"a@contoso.example","Subject":"two"}
{"Timestamp":"2026-11-19T09:00:00Z","SenderFromAddress":"a@contoso.example","Subject":"three, \"quoted\""}
{"Timestamp":"2026-11-19T10:00:00Z","SenderFromAddress":"b@contoso.example","Subject":"four"}
"#;

/// A folder with a lake that holds four mails, and a hunt.
fn with_mails() -> tempfile::TempDir {
    let place = folder();
    fs::create_dir(place.path().join("exports")).unwrap();
    fs::write(place.path().join("exports/EmailEvents.json"), MAILS).unwrap();
    fs::write(place.path().join("hunt.yaml"), HUNT).unwrap();
    let ingested = quarry(place.path(), &["ingest", "exports"]);
    assert_eq!(code(&ingested), 0, "{}{}", out(&ingested), err(&ingested));
    place
}

#[test]
fn every_command_teaches() {
    let place = folder();
    for command in [
        "batch",
        "check",
        "coverage",
        "demo",
        "docs",
        "evidence",
        "exclusions",
        "explain",
        "export",
        "fmt",
        "hunt",
        "ingest",
        "query",
        "ready",
        "show",
        "test",
        "tune",
    ] {
        let help = quarry(place.path(), &[command, "--help"]);
        assert_eq!(code(&help), 0, "{command}");
        assert!(
            out(&help).contains("Examples:") && out(&help).contains(&format!("quarry {command}")),
            "{command}: {}",
            out(&help)
        );
    }
    let help = out(&quarry(place.path(), &["--help"]));
    assert!(help.contains("Exit codes:") && help.contains("quarry demo"), "{help}");
}

#[test]
fn a_query_needs_no_lake() {
    let place = folder();
    let answer = quarry(place.path(), &["query", "print a = 1 + 1, b = 'x'", "--format", "jsonl"]);
    assert_eq!(out(&answer), "{\"a\":2,\"b\":\"x\"}\n", "{}", err(&answer));
    assert_eq!(code(&answer), 0);
    assert!(!place.path().join("quarry-lake").exists(), "asking makes no lake");
}

#[test]
fn a_broken_query_gets_diagnostics_and_code_2() {
    let place = with_mails();
    let answer = quarry(
        place.path(),
        &["query", "EmailEvents | where Timestmp > ago(1d) | summarise count() by Subject"],
    );
    let shown = err(&answer);
    assert_eq!(code(&answer), 2, "{shown}");
    assert!(
        shown.contains("summarise") && shown.contains("did you mean `summarize`?"),
        "{shown}"
    );
    assert!(shown.contains("Timestmp") && shown.contains("did you mean `Timestamp`"), "{shown}");
    assert!(shown.contains("query:1:"), "{shown}");
    assert!(!shown.contains('\u{1b}') && out(&answer).is_empty(), "{shown}");
    assert!(!shown.contains("panicked") && !shown.contains("RUST_BACKTRACE"), "{shown}");
}

#[test]
fn a_table_without_data_is_named() {
    let place = with_mails();
    let answer = quarry(place.path(), &["query", "SigninLogs | count"]);
    assert!(err(&answer).contains("table SigninLogs holds no data here"), "{}", err(&answer));
    assert_eq!(code(&answer), 2);
}

#[test]
fn rows_come_in_every_form() {
    let place = with_mails();
    let query =
        "EmailEvents | where SenderFromAddress == 'a@contoso.example' | project Timestamp, Subject | sort by Timestamp asc | take 3";
    let form = |format: &str| out(&quarry(place.path(), &["query", query, "--format", format]));
    assert_eq!(
        form("table"),
        "Timestamp                    Subject\n2026-11-19 08:00:00.0000000  one\n2026-11-19 08:00:01.1234567  two\n2026-11-19 09:00:00.0000000  three, \"quoted\"\n"
    );
    assert_eq!(
        form("csv"),
        "Timestamp,Subject\n2026-11-19T08:00:00Z,one\n2026-11-19T08:00:01.1234567Z,two\n2026-11-19T09:00:00Z,\"three, \"\"quoted\"\"\"\n"
    );
    let json: Value = serde_json::from_str(&form("json")).unwrap();
    assert_eq!(json[2]["Subject"], "three, \"quoted\"");
    assert_eq!(form("jsonl").lines().count(), 3);
}

#[test]
fn a_hunt_finds_and_says_so_in_its_exit_code() {
    let place = with_mails();
    let found = quarry(place.path(), &["hunt", "hunt.yaml", "--now", "2026-11-20"]);
    let shown = out(&found);
    assert_eq!(code(&found), 1, "{shown}{}", err(&found));
    assert!(
        shown.contains("LOW") && shown.contains("Many mails from one sender") && shown.contains("InitialAccess · T1566"),
        "{shown}"
    );
    assert!(
        shown.contains("a@contoso.example") && !shown.contains("b@contoso.example"),
        "{shown}"
    );
    assert!(shown.contains("1 finding from 1 hunt"), "{shown}");
    let silent = quarry(place.path(), &["hunt", "hunt.yaml", "--set", "Limit=10"]);
    assert_eq!(code(&silent), 0, "{}", out(&silent));
    let jsonl = quarry(place.path(), &["hunt", "hunt.yaml", "--format", "jsonl"]);
    let finding: Value = serde_json::from_str(out(&jsonl).lines().next().unwrap()).unwrap();
    assert_eq!(finding["row"]["Mails"], 3);
    assert_eq!(finding["severity"], "Low");
}

#[test]
fn findings_bring_the_events_that_they_come_from() {
    let place = with_mails();
    let plain = quarry(place.path(), &["hunt", "hunt.yaml", "--format", "jsonl"]);
    assert!(!out(&plain).contains("evidence"), "{}", out(&plain));
    let hunt = |more: &[&str]| {
        let args = [&["hunt", "hunt.yaml", "--evidence", "--set", "Limit=0"], more].concat();
        let output = quarry(place.path(), &args);
        assert_eq!(code(&output), 1, "{}", err(&output));
        out(&output)
    };
    let shown = hunt(&["--evidence-limit", "2", "--save"]);
    assert!(
        shown.contains("Evidence of row 1") && shown.contains("EmailEvents  2026-11-19 08:00:0"),
        "{shown}"
    );
    assert!(
        shown.contains("SenderFromAddress=a@contoso.example") && shown.contains("not shown: up to 1 more of EmailEvents"),
        "{shown}"
    );
    let rows: Vec<Value> = hunt(&["--format", "jsonl"])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let a = rows.iter().find(|row| row["row"]["Mails"] == 3).unwrap();
    assert_eq!(a["evidence"].as_array().unwrap().len(), 3, "{a}");
    assert!(hunt(&["--format", "csv"]).starts_with("hunt,id,severity,tactics,techniques,row,evidence\n"));

    let found = out(&quarry(place.path(), &["findings", "--entity", "b@contoso", "--format", "jsonl"]));
    let found: Value = serde_json::from_str(found.lines().next().unwrap()).unwrap();
    let fingerprint = found["Fingerprint"].as_str().unwrap();
    let ask = |more: &[&str]| {
        let args = [&["evidence", fingerprint, "--content", "hunt.yaml"], more].concat();
        quarry(place.path(), &args)
    };
    let again = ask(&["--set", "Limit=0", "--format", "jsonl"]);
    assert_eq!(code(&again), 0, "{}", err(&again));
    let event: Value = serde_json::from_str(&out(&again)).unwrap();
    assert_eq!(event["Table"], "EmailEvents");
    assert_eq!(event["Fields"]["SenderFromAddress"], "b@contoso.example");
    assert!(out(&ask(&["--set", "Limit=0"])).contains("EmailEvents  2026-11-19 10:00:00"));
    let gone = ask(&[]);
    assert!(
        code(&gone) == 3 && err(&gone).contains("does not find it any more"),
        "{}",
        err(&gone)
    );
}

#[test]
fn settings_are_checked() {
    let place = with_mails();
    let unknown = quarry(place.path(), &["hunt", "hunt.yaml", "--set", "Limt=1"]);
    assert_eq!(code(&unknown), 2);
    assert!(err(&unknown).contains("did you mean `Limit`?"), "{}", err(&unknown));
    let wrong = quarry(place.path(), &["hunt", "hunt.yaml", "--set", "Limit=many"]);
    assert_eq!(code(&wrong), 3, "nothing found, and one hunt could not run");
    assert!(
        out(&wrong).contains("`many` is not of type long") && out(&wrong).contains("hunt.yaml:"),
        "{}",
        out(&wrong)
    );
}

#[test]
fn hunts_that_cannot_run_are_listed() {
    let place = with_mails();
    fs::write(
        place.path().join("other.yaml"),
        HUNT.replace("EmailEvents", "SigninLogs").replace("4a8c1f6e", "5a8c1f6e"),
    )
    .unwrap();
    let run = quarry(place.path(), &["hunt", "."]);
    let shown = out(&run);
    assert!(
        shown.contains("1 hunt could not run") && shown.contains("no table SigninLogs"),
        "{shown}"
    );
    assert_eq!(code(&run), 1, "the other one found something");
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

#[test]
fn records_set_aside_can_be_looked_at() {
    let place = folder();
    fs::write(
        place.path().join("EmailEvents.json"),
        format!("{MAILS}{{\"Timestamp\":\"31/02/2026\",\"Subject\":\"five\"}}\n"),
    )
    .unwrap();
    let ingested = quarry(place.path(), &["ingest", "EmailEvents.json"]);
    assert!(
        out(&ingested).contains("1 record set aside") && out(&ingested).contains("EmailEvents.json:5"),
        "{}",
        out(&ingested)
    );
    let again = quarry(place.path(), &["ingest", "EmailEvents.json"]);
    assert!(
        out(&again).contains("Nothing new") && out(&again).contains("1 file was in already"),
        "{}",
        out(&again)
    );
    let looked = quarry(place.path(), &["query", "_quarantine | count", "--format", "jsonl"]);
    assert_eq!(out(&looked), "{\"Count\":1}\n", "{}", err(&looked));
    assert!(!out(&quarry(place.path(), &["show", "tables"])).contains("_quarantine"));
    let tried = quarry(place.path(), &["ingest", "--quarantine", "--since", "2026-01-01"]);
    assert_eq!(code(&tried), 0, "{}", err(&tried));
    assert!(out(&tried).contains("1 record set aside"), "{}", out(&tried));
    let empty = with_mails();
    let looked = quarry(empty.path(), &["query", "_quarantine | count", "--format", "jsonl"]);
    assert_eq!(out(&looked), "{\"Count\":0}\n", "{}", err(&looked));
}

#[test]
fn records_that_came_before_are_left_out_when_asked() {
    let place = with_mails();
    let more = MAILS.replace("\"one\"", "\"new\"");
    fs::write(place.path().join("EmailEvents-2.json"), &more).unwrap();
    let key = ["ingest", "EmailEvents-2.json", "--dedup-key", "Timestamp,SenderFromAddress,Subject"];
    let ingested = quarry(place.path(), &key);
    assert!(
        out(&ingested).contains("3 left out as duplicates") && out(&ingested).contains("Committed 1 row"),
        "{}{}",
        out(&ingested),
        err(&ingested)
    );
}

#[test]
fn show_lists_what_is_there() {
    let place = with_mails();
    let tables = out(&quarry(place.path(), &["show", "tables"]));
    assert!(tables.contains("EmailEvents") && tables.contains("2026-11-19 08:00"), "{tables}");
    let schema = out(&quarry(place.path(), &["show", "schema", "CloudAppEvents"]));
    assert!(schema.contains("RawEventData") && schema.contains("dynamic"), "{schema}");
    let tunables = out(&quarry(place.path(), &["show", "tunables", "hunt.yaml"]));
    assert!(
        tunables.contains("Limit") && tunables.contains("Mails that are too many"),
        "{tunables}"
    );
    assert!(out(&quarry(place.path(), &["show", "functions", "ipv4"])).contains("ipv4_is_match"));
    let miss = quarry(place.path(), &["show", "schema", "EmailEvent"]);
    assert!(err(&miss).contains("did you mean `EmailEvents`?"), "{}", err(&miss));
}

#[test]
fn docs_print_pages_with_answers() {
    let place = with_mails();
    for words in [&["docs", "strcat"][..], &["docs", "functions", "strcat"][..]] {
        let page = out(&quarry(place.path(), words));
        assert!(page.contains("strcat(arg") && page.contains("a1True"), "{page}");
    }
    let operator = out(&quarry(place.path(), &["docs", "operators", "has_cs"]));
    assert!(operator.contains("text has term") && operator.contains("print_1"), "{operator}");
    let list = out(&quarry(place.path(), &["docs", "functions", "ipv6"]));
    assert!(list.contains("ipv6_is_match") && !list.contains("ipv4_is_match"), "{list}");
    let miss = quarry(place.path(), &["docs", "operators", "wherre"]);
    assert!(err(&miss).contains("did you mean `where`?"), "{}", err(&miss));
}

#[test]
fn explain_shows_each_stage() {
    let place = with_mails();
    for stage in ["tree", "ir", "plan", "physical"] {
        let shown = quarry(
            place.path(),
            &["explain", "--stage", stage, "EmailEvents | where Subject has 'one' | count"],
        );
        assert_eq!(code(&shown), 0, "{stage}: {}", err(&shown));
        assert!(out(&shown).lines().count() >= 2, "{stage}: {}", out(&shown));
    }
}

#[test]
fn explain_counts_what_scans_left_out() {
    let place = with_mails();
    let query = "EmailEvents | where Subject has 'nowheretobefound'";
    let people = quarry(place.path(), &["explain", "--analyze", query]);
    assert_eq!(code(&people), 0, "{}", err(&people));
    assert!(
        out(&people).starts_with("EmailEvents") && out(&people).contains("row groups"),
        "{}",
        out(&people)
    );
    let machine = quarry(place.path(), &["explain", "--analyze", "--format", "json", query]);
    let shown: Value = serde_json::from_str(&out(&machine)).unwrap();
    let scan = &shown["scans"][0];
    assert_eq!(
        (&shown["rows"], &scan["table"]),
        (&serde_json::json!(0), &serde_json::json!("EmailEvents"))
    );
    assert_eq!(scan["files"]["pruned_by_terms"], scan["files"]["total"], "{shown}");
    let whole = quarry(
        place.path(),
        &["explain", "--analyze", "--format", "json", "--without-pruning", "all", query],
    );
    let whole: Value = serde_json::from_str(&out(&whole)).unwrap();
    assert_eq!(whole["scans"][0]["rows"]["out"], whole["scans"][0]["rows"]["total"], "{whole}");
    assert_eq!(whole["rows"], 0);
}

#[test]
fn batch_survives_every_case() {
    let place = folder();
    let deep = format!("print {}1{}", "(".repeat(10_000), ")".repeat(10_000));
    let cases = [
        r#"{"id":"a","query":"print x = 1, t = datetime(2026-01-01), d = dynamic({\"k\":[1]})"}"#.to_owned(),
        r#"{"id":"b","query":"print nosuchfunction(1)"}"#.to_owned(),
        "not json".to_owned(),
        serde_json::json!({ "id": "deep", "query": deep }).to_string(),
        r#"{"id":"t","query":"T | where a > 1","tables":{"T":{"columns":[["a","long"],["b","string"]],"rows":[[1,"x"],[2,"y"]]}}}"#
            .to_owned(),
    ];
    fs::write(place.path().join("cases.jsonl"), cases.join("\n")).unwrap();
    let run = quarry(place.path(), &["batch", "cases.jsonl"]);
    let lines: Vec<Value> = out(&run).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), cases.len(), "{}", err(&run));
    assert_eq!(lines[0]["rows"], serde_json::json!([[1, "2026-01-01T00:00:00Z", { "k": [1] }]]));
    assert_eq!(lines[0]["types"], serde_json::json!(["long", "datetime", "dynamic"]));
    assert_eq!(lines[1]["error"]["start"], 6);
    assert!(lines[3]["error"]["code"].is_string());
    assert_eq!(lines[4]["rows"], serde_json::json!([[2, "y"]]));
    let bound = quarry(place.path(), &["batch", "--bind", "cases.jsonl"]);
    let lines: Vec<Value> = out(&bound).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["columns"][1], serde_json::json!(["t", "datetime"]));
    assert_eq!((&lines[0]["kind"], &lines[0]["open"]), (&Value::from("table"), &Value::from(false)));
    assert_eq!(lines[1]["errors"].as_array().unwrap().len(), 1);
}

#[test]
fn a_lake_is_looked_after() {
    let folder = with_mails();
    let mail = r#"{"Timestamp":"2026-11-20T08:00:00Z","SenderFromAddress":"c@contoso.example","Subject":"five"}"#;
    fs::write(folder.path().join("EmailEvents-2.json"), mail).unwrap();
    assert_eq!(code(&quarry(folder.path(), &["ingest", "EmailEvents-2.json"])), 0);
    let count = |more: &[&str]| {
        let mut args = vec!["query", "EmailEvents | count", "--format", "csv"];
        args.extend(more);
        quarry(folder.path(), &args)
    };
    assert_eq!(out(&count(&[])), "Count\n5\n");

    let dry = quarry(folder.path(), &["lake", "optimize", "--dry-run"]);
    assert!(out(&dry).contains("EmailEvents: 2 files → 1, 5 rows rewritten"), "{}", out(&dry));
    assert_eq!(code(&quarry(folder.path(), &["lake", "optimize"])), 0);
    assert!(out(&quarry(folder.path(), &["lake", "optimize"])).starts_with("Nothing to do"));
    assert_eq!(out(&count(&[])), "Count\n5\n");
    let status = quarry(folder.path(), &["lake", "status", "--format", "json"]);
    let status: Value = serde_json::from_str(&out(&status)).unwrap();
    assert_eq!((&status[0]["rows"], &status[0]["files"]), (&Value::from(5), &Value::from(1)));

    let history = out(&quarry(folder.path(), &["lake", "history", "EmailEvents", "--format", "jsonl"]));
    let commits: Vec<Value> = history.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let first = commits.iter().rev().find(|commit| commit["operation"] == "WRITE").unwrap();
    let version = first["version"].to_string();
    assert_eq!(out(&count(&["--as-of", &version])), "Count\n4\n");
    assert_eq!(out(&count(&["--as-of", first["at"].as_str().unwrap()])), "Count\n4\n");
    let before = count(&["--as-of", "2020-01-01"]);
    assert!(err(&before).contains("table EmailEvents holds no data"), "{}", err(&before));
    let none = quarry(folder.path(), &["query", "print 1", "--as-of", &version]);
    assert_eq!((code(&none), err(&none).contains("reads no table")), (2, true));
    let hunt = quarry(folder.path(), &["hunt", "hunt.yaml", "--as-of", &version]);
    assert_eq!((code(&hunt), err(&hunt).contains("give a time")), (2, true), "{}", err(&hunt));

    let kept = quarry(folder.path(), &["lake", "retain", "EmailEvents", "1d"]);
    assert_eq!(out(&kept), "EmailEvents keeps rows: 1d\n");
    let applied = quarry(folder.path(), &["lake", "retain", "--apply", "--now", "2026-11-20T09:30:00Z"]);
    assert!(out(&applied).contains("3 rows too old"), "{}", out(&applied));
    assert_eq!(out(&count(&[])), "Count\n2\n");
    let vacuum = quarry(folder.path(), &["lake", "vacuum", "--dry-run"]);
    assert_eq!(out(&vacuum), "Nothing to delete\n");
    let unknown = quarry(folder.path(), &["lake", "history", "EmailEvent"]);
    assert_eq!((code(&unknown), err(&unknown).contains("it has EmailEvents")), (3, true));
}

#[test]
fn too_little_memory_is_an_error_that_says_so() {
    let folder = folder();
    let text = "range n from 1 to 400000 step 1 | extend t = strcat('a text that is long enough to count ', n)";
    let small = quarry(folder.path(), &["query", text, "--memory", "16MB", "--format", "csv"]);
    assert_eq!(code(&small), 3);
    assert!(
        err(&small).contains("Q0005") && err(&small).contains("limit of 16 MB"),
        "{}",
        err(&small)
    );
    let wrong = quarry(folder.path(), &["query", "print 1", "--memory", "much"]);
    assert_eq!((code(&wrong), err(&wrong).contains("512MB")), (2, true));
}

#[test]
fn the_demo_finds_what_was_planted() {
    let place = folder();
    let demo = quarry(place.path(), &["demo", "--events", "20000"]);
    let shown = out(&demo);
    assert_eq!(code(&demo), 0, "{shown}{}", err(&demo));
    assert!(
        shown.contains("Planted intrusions found:") && shown.contains("Next:\n  quarry evidence "),
        "{shown}"
    );
    assert!(shown.contains("0 could not run"), "{shown}");
    let again = quarry(place.path(), &["query", "CloudAppEvents | count", "--format", "jsonl"]);
    assert_eq!(code(&again), 0, "the lake stays: {}", err(&again));
}

#[test]
fn findings_are_kept_compared_and_judged() {
    let folder = folder();
    fs::write(folder.path().join("mails.ndjson"), MAILS).unwrap();
    fs::write(folder.path().join("hunt.yaml"), HUNT).unwrap();
    assert_eq!(
        code(&quarry(folder.path(), &["ingest", "mails.ndjson", "--table", "EmailEvents"])),
        0
    );
    let hunt = |limit: &str| quarry(folder.path(), &["hunt", "hunt.yaml", "--save", "--set", limit]);
    let list = |more: &[&str]| -> Vec<Value> {
        let output = quarry(folder.path(), &[&["findings", "--format", "jsonl"], more].concat());
        assert_eq!(code(&output), 0, "{}", err(&output));
        out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    assert!(list(&[]).is_empty());

    let first = hunt("Limit=2");
    assert_eq!(code(&first), 1);
    assert!(err(&first).contains("Saved: 1 new"), "{}", err(&first));
    let second = hunt("Limit=0");
    assert!(
        err(&second).contains("1 new") && err(&second).contains("1 still there"),
        "{}",
        err(&second)
    );
    let found = list(&[]);
    assert_eq!(found.len(), 2);
    let a = found.iter().find(|row| row["Entities"].to_string().contains("a@contoso")).unwrap();
    assert_eq!(
        (&a["State"], &a["Change"], &a["Runs"]),
        (&"new".into(), &"still there".into(), &2.into())
    );
    assert_eq!(a["Entities"][0]["Type"], "Mailbox");

    let fingerprint = a["Fingerprint"].as_str().unwrap();
    assert_eq!(
        code(&quarry(folder.path(), &["findings", "mark", &fingerprint[..12], "--as", "benign"])),
        2
    );
    let marked = quarry(
        folder.path(),
        &["findings", "mark", &fingerprint[..12], "--as", "benign", "--reason", "newsletter"],
    );
    assert_eq!(code(&marked), 0, "{}", err(&marked));
    assert_eq!(list(&["--state", "benign"]).len(), 1);
    assert_eq!(list(&["--state", "new", "--entity", "b@contoso"]).len(), 1);
    let shown = out(&quarry(folder.path(), &["findings", "show", fingerprint]));
    assert!(shown.contains("newsletter") && shown.contains("\"Mails\":3"), "{shown}");

    hunt("Limit=3");
    assert_eq!(list(&["--change", "gone"]).len(), 2);
    assert_eq!(code(&quarry(folder.path(), &["findings", "show", "zz"])), 2);
    // What is kept does not show up among the logs.
    assert!(!out(&quarry(folder.path(), &["show", "tables"])).contains("_findings"));
}
