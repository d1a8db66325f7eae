//! Rules on a schedule, run by the command itself: what they find, what is told of it, and what a kill at any moment changes: nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use common::{Chance, done, quarry, rows};

/// Kills, at least.
const KILLS: usize = 56;
/// Hours of events, each with a run behind it.
const HOURS: usize = 7;

fn event(hour: usize, minute: usize, id: &str, user: &str, operation: &str) -> String {
    format!(
        "{{\"CreationTime\":\"2026-11-20T{hour:02}:{minute:02}:00\",\"Id\":\"{id}\",\"Operation\":\"{operation}\",\"UserId\":\"{user}@contoso.example\",\
         \"Workload\":\"Exchange\",\"RecordType\":2}}\n"
    )
}

/// The events that arrive in an hour: its own, some of the hour before that come late, and some that have come already.
fn arrivals(hour: usize) -> String {
    let mut text = String::new();
    for minute in [5, 25, 45] {
        text.push_str(&event(hour, minute, &format!("{hour}-{minute}"), "anna", "Send"));
    }
    // Two now, and the one that makes it fire an hour later.
    text.push_str(&event(hour, 10, &format!("{hour}-x"), "bert", "New-InboxRule"));
    text.push_str(&event(hour, 11, &format!("{hour}-y"), "bert", "New-InboxRule"));
    if let Some(before) = hour.checked_sub(1) {
        text.push_str(&event(before, 59, &format!("{before}-late"), "bert", "New-InboxRule"));
        text.push_str(&event(before, 25, &format!("{before}-25"), "anna", "Send"));
        text.push_str(&event(before, 58, &format!("{before}-sent"), "carl", "Send"));
    }
    text
}

const EACH: &str = "id: 11111111-0000-0000-0000-000000000001
name: Every mail that was sent
description: One alert for each.
kind: Scheduled
severity: Low
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics:
  - Collection
query: |
  OfficeActivity
  | where Operation == 'Send'
  | project TimeGenerated, OfficeId, UserId
eventGroupingSettings:
  aggregationKind: AlertPerResult
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserId
version: 1.0.0
";

const COUNTED: &str = "id: 11111111-0000-0000-0000-000000000002
name: Many inbox rules
description: Of one user.
kind: Scheduled
severity: High
queryFrequency: 30m
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics:
  - Persistence
query: |
  OfficeActivity
  | where Operation == 'New-InboxRule'
  | summarize Rules = count() by UserId
  | where Rules >= 3
alertDetailsOverride:
  alertDisplayNameFormat: '{{UserId}} made {{Rules}} inbox rules'
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserId
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    lookbackDuration: 5h
    matchingMethod: AllEntities
version: 1.0.0
";

const HUNT: &str = "id: 11111111-0000-0000-0000-000000000003
name: Who sends mail
description: Every sender once.
tactics:
  - Collection
query: |
  OfficeActivity
  | where Operation == 'Send'
  | summarize Mails = count() by UserId
";

const SCHEDULE: &str = "name: soc
content: [rules/]
start: 2026-11-20T00:30:00Z
overlap: 3h
catch-up-limit: 2d
notify: [log]
rules:
  - match: who sends
    cron: 0 */2 * * *
sinks:
  - name: log
    file: LAKE.jsonl
";

fn set_up(folder: &Path, lakes: &[&str]) {
    fs::create_dir(folder.join("rules")).unwrap();
    for (name, text) in [("each.yaml", EACH), ("counted.yaml", COUNTED), ("hunt.yaml", HUNT)] {
        fs::write(folder.join("rules").join(name), text).unwrap();
    }
    for hour in 0..HOURS {
        fs::write(folder.join(format!("audit-{hour}.json")), arrivals(hour)).unwrap();
    }
    for lake in lakes {
        fs::write(folder.join(format!("{lake}.yaml")), SCHEDULE.replace("LAKE", lake)).unwrap();
    }
}

fn ingest(folder: &Path, lake: &str, hour: usize) {
    let name = format!("audit-{hour}.json");
    done(quarry(folder, &["ingest", &name, "--lake", lake, "--table", "OfficeActivity"]));
}

fn scheduler(folder: &Path, lake: &str, hour: usize) -> Command {
    let (file, now) = (format!("{lake}.yaml"), format!("2026-11-20T{:02}:06:00Z", hour + 1));
    quarry(folder, &["run", "--schedule", &file, "--once", "--now", &now, "--lake", lake])
}

/// Findings by run, how often each is there, and the same of alerts, incidents and deliveries.
fn kept(folder: &Path, lake: &str) -> [Vec<Value>; 4] {
    [
        "_findings | summarize Copies = count() by Run, Fingerprint, Hunt | sort by Run asc, Fingerprint asc",
        "_alerts | summarize Copies = count() by Alert, Title, Incident, Run | sort by Alert asc",
        "_incidents | summarize Copies = count() by Incident, State | sort by Incident asc",
        "_deliveries | distinct Alert, Sink | extend Copies = 1 | sort by Alert asc",
    ]
    .map(|query| rows(folder, lake, query))
}

#[test]
fn killed_at_any_moment_nothing_is_lost_or_doubled() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    set_up(folder, &["calm", "killed", "afterwards"]);
    let mut slowest = Duration::ZERO;
    for hour in 0..HOURS {
        ingest(folder, "calm", hour);
        let start = Instant::now();
        done(scheduler(folder, "calm", hour));
        slowest = slowest.max(start.elapsed());
    }
    // Moments are spread over the time that an undisturbed run takes on this machine.
    let whole = u64::try_from(slowest.as_millis()).unwrap_or(1000).max(200);
    let mut chance = Chance(0x5EED);
    let mut kills = 0;
    for hour in 0..HOURS {
        ingest(folder, "killed", hour);
        while kills * HOURS < KILLS * (hour + 1) {
            // Two schedulers at a time, as when somebody forgot that one is running.
            let mut running: Vec<Child> = (0..2)
                .map(|_| {
                    let mut command = scheduler(folder, "killed", hour);
                    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
                })
                .collect();
            let mut moment = chance.below(whole);
            for one in &mut running {
                std::thread::sleep(Duration::from_millis(moment));
                if one.try_wait().unwrap().is_none() {
                    one.kill().unwrap();
                    kills += 1;
                }
                one.wait().unwrap();
                moment = chance.below(whole / 4 + 1);
            }
        }
        done(scheduler(folder, "killed", hour));
    }
    assert!(kills >= KILLS);
    let (calm, killed) = (kept(folder, "calm"), kept(folder, "killed"));
    for (kind, (calm, killed)) in ["findings", "alerts", "incidents", "deliveries"]
        .iter()
        .zip(calm.iter().zip(&killed))
    {
        assert!(!calm.is_empty(), "no {kind}");
        assert_eq!(calm, killed, "{kind} after {kills} kills");
        assert!(killed.iter().all(|row| row["Copies"] == 1), "{kind} twice: {killed:?}");
    }
    // Told at least once, and what is told twice has the same key.
    let told = fs::read_to_string(folder.join("killed.jsonl")).unwrap();
    let mut keys: Vec<String> = told
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["data"]["id"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    keys.sort();
    keys.dedup();
    let alerts: Vec<&str> = killed[1].iter().map(|row| row["Alert"].as_str().unwrap()).collect();
    assert_eq!(keys, alerts);

    // One run over everything, when all data are there, finds the same.
    for hour in 0..HOURS {
        ingest(folder, "afterwards", hour);
    }
    done(scheduler(folder, "afterwards", HOURS - 1));
    assert_eq!(kept(folder, "afterwards")[0], killed[0]);
    let of = |hunt: &str| killed[0].iter().filter(|row| row["Hunt"] == hunt).count();
    // Three mails an hour and a late one of all hours but the last, each in the window of its time alone.
    assert_eq!(of("Every mail that was sent"), HOURS * 3 + HOURS - 1);
    assert!(of("Many inbox rules") > 0, "late data made no rule fire");
}

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
fn a_wrong_schedule_is_told_with_its_place() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    set_up(folder, &["lake"]);
    fs::write(folder.join("wrong.yaml"), "content: [rules/]\nruls:\n  - match: x\n").unwrap();
    let output = quarry(folder, &["run", "--schedule", "wrong.yaml", "--once"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("wrong.yaml:2:1") && said.contains("did you mean `rules`?"), "{said}");
    fs::write(
        folder.join("wrong.yaml"),
        "content: [rules/]\nrules:\n  - match: mails\n    enabled: false\n",
    )
    .unwrap();
    let output = quarry(folder, &["run", "--schedule", "wrong.yaml", "--once"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("wrong.yaml:3:12"), "{said}");
}

#[cfg(unix)]
#[test]
fn it_ends_cleanly_on_a_signal() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    set_up(folder, &["lake"]);
    ingest(folder, "lake", 0);
    let mut running = quarry(
        folder,
        &["run", "--schedule", "lake.yaml", "--lake", "lake", "--catch-up", "latest"],
    );
    let mut running = running.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = std::io::BufReader::new(running.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut said, &mut line).unwrap();
    assert!(line.starts_with("Running 3 rules"), "{line}");
    done({
        let mut kill = Command::new("kill");
        kill.args(["-TERM", &running.id().to_string()]);
        kill
    });
    let status = running.wait().unwrap();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut said, &mut rest).unwrap();
    assert!(status.success(), "{rest}");
    assert!(rest.contains("goes on where it was"), "{rest}");
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
