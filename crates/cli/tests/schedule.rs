//! Rules on a schedule, run by the command itself: what they find, what is told of it, and what a kill at any moment changes: nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;
#[path = "schedule/kills.rs"]
mod kills;
#[path = "schedule/rounds.rs"]
mod rounds;
#[path = "schedule/told.rs"]
mod told;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::{done, quarry};

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
