//! What a round does: what is due, what is suppressed, what rules that run without a pause look at.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::common::{done, quarry, rows};
use super::{EACH, SCHEDULE, arrivals, ingest, set_up};

#[test]
fn what_is_due_is_told_and_done() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    set_up(folder, &["lake"]);
    for hour in 0..3 {
        ingest(folder, "lake", hour);
    }
    let run = |more: &[&str]| {
        let mut args = vec!["run", "--schedule", "lake.yaml", "--lake", "lake", "--once"];
        args.extend(more);
        quarry(folder, &args)
    };
    let now = "2026-11-20T03:06:00Z";
    let plan = done(run(&["--dry-run", "--now", now, "--format", "jsonl"]));
    let plan: Vec<Value> = String::from_utf8(plan.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut windows: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in &plan {
        let shown = format!("{} {}", line["to"].as_str().unwrap(), line["why"].as_str().unwrap());
        windows.entry(line["rule"].as_str().unwrap()).or_default().push(shown);
    }
    assert_eq!(
        windows["Every mail that was sent"],
        [
            "2026-11-20T01:00:00Z missed",
            "2026-11-20T02:00:00Z missed",
            "2026-11-20T03:00:00Z due"
        ]
    );
    assert_eq!(windows["Who sends mail"], ["2026-11-20T02:00:00Z due"]);
    assert_eq!(windows["Many inbox rules"].len(), 6);
    assert!(rows(folder, "lake", "_runs | take 1").is_empty());

    let did = done(run(&["--now", now]));
    let said = String::from_utf8(did.stderr).unwrap();
    assert!(said.contains("bert@contoso.example made 3 inbox rules"), "{said}");
    let again = done(run(&["--now", now]));
    assert_eq!(String::from_utf8(again.stderr).unwrap().trim(), "Nothing is due");

    let incidents = |args: &[&str]| {
        let mut all = vec!["incidents", "--lake", "lake", "--format", "jsonl"];
        all.extend(args);
        let output = done(quarry(folder, &all));
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect::<Vec<Value>>()
    };
    let open = incidents(&["--rule", "inbox rules"]);
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!(
        (&open[0]["State"], &open[0]["Severity"]),
        (&Value::from("open"), &Value::from("High"))
    );
    let id = open[0]["Incident"].as_str().unwrap();
    let refused = quarry(folder, &["incidents", "close", id, "--lake", "lake"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    done(quarry(
        folder,
        &["incidents", "close", &id[..8], "--reason", "ticket 4711", "--lake", "lake"],
    ));
    assert!(incidents(&["--rule", "inbox rules", "--state", "open"]).is_empty());
    let shown = done(quarry(folder, &["incidents", "show", id, "--lake", "lake"]));
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("ticket 4711") && shown.contains("bert@contoso.example"), "{shown}");

    // A closed incident stays closed where the rule does not say otherwise.
    ingest(folder, "lake", 3);
    done(run(&["--now", "2026-11-20T04:06:00Z"]));
    ingest(folder, "lake", 4);
    done(run(&["--now", "2026-11-20T05:06:00Z"]));
    let states: Vec<Value> = incidents(&["--rule", "inbox rules"])
        .into_iter()
        .map(|row| row["State"].clone())
        .collect();
    assert_eq!(states, ["open", "closed"]);
}

#[test]
fn a_suppressed_rule_does_not_run() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    set_up(folder, &["lake"]);
    let schedule = SCHEDULE.replace("LAKE", "lake");
    let schedule = schedule.replace(
        "rules:\n",
        "rules:\n  - match: every mail\n    suppress: 2h\n  - match: inbox\n    enabled: false\n",
    );
    fs::write(folder.join("lake.yaml"), schedule).unwrap();
    for hour in 0..4 {
        ingest(folder, "lake", hour);
    }
    let once = || {
        done(quarry(
            folder,
            &[
                "run",
                "--schedule",
                "lake.yaml",
                "--lake",
                "lake",
                "--once",
                "--now",
                "2026-11-20T04:06:00Z",
            ],
        ))
    };
    once();
    let by_run = rows(
        folder,
        "lake",
        "_runs | where Hunt startswith 'Every mail' | project Hour = hourofday(Clock), Outcome, Reason | sort by Hour asc",
    );
    let outcomes: Vec<String> = by_run
        .iter()
        .map(|row| format!("{} {}", row["Hour"], row["Outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(outcomes, ["1 findings", "2 skipped", "3 findings", "4 skipped"], "{by_run:?}");
    assert!(by_run[1]["Reason"].as_str().unwrap().starts_with("suppressed"), "{by_run:?}");
    let again = once();
    assert!(String::from_utf8(again.stderr).unwrap().trim().ends_with("Nothing is due"));
}

#[test]
fn near_real_time_rules_look_at_what_came_in() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    let nrt = EACH.replace("kind: Scheduled", "kind: NRT");
    let of_schedule = ["queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold"];
    let nrt: Vec<&str> = nrt
        .lines()
        .filter(|line| !of_schedule.iter().any(|field| line.starts_with(field)))
        .collect();
    fs::write(folder.join("nrt.yaml"), nrt.join("\n")).unwrap();
    let moment = |ticks: i64| {
        let mut text = String::new();
        quarry_value::format::datetime(ticks, &mut text);
        text
    };
    let begin = quarry_value::time::system_now() - quarry_value::time::MINUTE;
    // The events are of another day than that of their arrival.
    fs::write(folder.join("audit-0.json"), arrivals(0)).unwrap();
    ingest(folder, "lake", 0);
    let now = moment(quarry_value::time::system_now() + 4 * quarry_value::time::MINUTE);
    for (by, expected) in [("ingestion", 3), ("event", 0)] {
        let file = format!("{by}.yaml");
        let setting = if by == "event" {
            "rules:\n  - match: every mail\n    by: event\n"
        } else {
            ""
        };
        fs::write(
            folder.join(&file),
            format!("content: [nrt.yaml]\nstart: {}\n{setting}", moment(begin)),
        )
        .unwrap();
        let ran = done(quarry(
            folder,
            &["run", "--schedule", &file, "--once", "--now", &now, "--lake", "lake"],
        ));
        let found = rows(folder, "lake", "_findings | summarize Copies = count() by Fingerprint");
        assert_eq!(found.len(), 3, "{by}: {}", String::from_utf8_lossy(&ran.stderr));
        assert!(found.iter().all(|row| row["Copies"] == 1), "{found:?}");
        let said = String::from_utf8(ran.stderr).unwrap();
        assert!(said.contains(&format!("{expected} new finding")), "{said}");
    }
}
