//! The command as people and scripts meet it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod batch;
mod content;
mod demo;
mod docs;
mod examples;
mod explain;
mod exports;
mod findings;
mod hostile;
mod hot_columns;
mod hunt;
mod ingest;
mod inquiry;
mod lake;
mod lookups;
mod query;
mod show;
mod team;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

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
