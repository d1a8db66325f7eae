//! The command killed at any moment, and short of disk: the lake stays valid, and doing it again completes it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

#[path = "kill/care.rs"]
mod care;
mod common;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use common::{Chance, done, quarry, rows};

/// Kills, at least.
const KILLS: usize = 50;
const FILES: usize = 16;
const ROWS: usize = 60;

/// Logs of several tables; of each file two records do not fit.
fn write_logs(folder: &Path) {
    for file in 0..FILES {
        let (mut audit, mut mails) = (String::new(), String::new());
        for row in 0..ROWS {
            let (key, good) = (file * ROWS + row, row % 30 != 7);
            let time = if good { "2026-11-19T08:00:00" } else { "never" };
            audit.push_str(&format!(
                "{{\"CreationTime\":\"{time}\",\"Id\":\"a{key}\",\"Operation\":\"Send\",\"Workload\":\"Exchange\",\"RecordType\":2}}\n"
            ));
            mails.push_str(&format!(
                "{{\"Timestamp\":\"{time}\",\"NetworkMessageId\":\"m{key}\",\"SenderFromAddress\":\"a@contoso.example\",\"Subject\":\"s\"}}\n"
            ));
        }
        fs::write(folder.join(format!("audit-{file}.json")), audit).unwrap();
        fs::write(folder.join(format!("EmailEvents-{file}.json")), mails).unwrap();
    }
}

const QUESTION: &str = "union
    (OfficeActivity | summarize Rows = count(), Keys = count_distinct(OfficeId) | extend At = 0),
    (CloudAppEvents | summarize Rows = count(), Keys = count_distinct(ReportId) | extend At = 1),
    (EmailEvents | summarize Rows = count(), Keys = count_distinct(NetworkMessageId) | extend At = 2),
    (_quarantine | summarize Rows = count(), Keys = count_distinct(Raw) | extend At = 3)
    | sort by At asc";

/// What a lake holds: rows and different keys, by table.
fn held(folder: &Path, lake: &str) -> Vec<Value> {
    let lines = rows(folder, lake, QUESTION);
    assert_eq!(lines.len(), 4);
    lines
}

/// Waits until something in a folder has changed, or the process has ended.
fn begun(writer: &mut Child, folder: &Path, known: (usize, u64)) {
    while written(folder) == known && writer.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Files below a folder, and bytes of them.
fn written(folder: &Path) -> (usize, u64) {
    let Ok(entries) = fs::read_dir(folder) else { return (0, 0) };
    entries
        .map_while(Result::ok)
        .fold((0, 0), |(files, bytes), entry| match entry.metadata() {
            Ok(kind) if kind.is_dir() => {
                let (more, larger) = written(&entry.path());
                (files + more, bytes + larger)
            }
            Ok(kind) => (files + 1, bytes + kind.len()),
            Err(_) => (files, bytes),
        })
}

#[test]
fn killed_at_any_moment_it_completes() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    fs::create_dir(folder.join("in")).unwrap();
    write_logs(&folder.join("in"));
    let start = std::time::Instant::now();
    done(quarry(folder, &["ingest", "in", "--lake", "undisturbed"]));
    // Moments are spread over the time that an undisturbed run takes on this machine.
    let whole = u64::try_from(start.elapsed().as_millis()).unwrap_or(1000).max(200);
    let expected = held(folder, "undisturbed");
    assert_eq!(expected[0]["Rows"], (FILES * ROWS - FILES * 2) as u64);
    let mut chance = Chance(0x5EED);
    let (mut kills, mut lakes) = (0, 0);
    // Kills that came after something was written; those of a process that has yet to begin, or has only to end, prove little.
    let mut halfway = 0;
    while halfway < KILLS {
        let lake = format!("lake-{lakes}");
        lakes += 1;
        assert!(
            kills < 20 * KILLS,
            "{kills} kills, of which {halfway} came while the lake was written"
        );
        let mut known = written(&folder.join(&lake));
        for round in 0..8 {
            let mut writers: Vec<Child> = (0..2)
                .map(|_| {
                    let mut command = quarry(folder, &["ingest", "in", "--lake", &lake]);
                    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
                })
                .collect();
            let before = kills;
            // At any moment at all; and, more often, at any moment from the first thing that is written.
            let mut moment = chance.below(if round % 4 == 0 { whole } else { whole / 6 });
            if round % 4 != 0 {
                begun(&mut writers[0], &folder.join(&lake), known);
            }
            for writer in &mut writers {
                std::thread::sleep(Duration::from_millis(moment));
                if writer.try_wait().unwrap().is_none() {
                    writer.kill().unwrap();
                    kills += 1;
                    halfway += usize::from(written(&folder.join(&lake)) != known);
                }
                writer.wait().unwrap();
                moment = chance.below(whole / 8 + 1);
            }
            known = written(&folder.join(&lake));
            // One that came to its end has left nothing to do.
            if kills - before < 2 {
                break;
            }
        }
        done(quarry(folder, &["ingest", "in", "--lake", &lake]));
        assert_eq!(held(folder, &lake), expected, "lake {lakes} of {kills} kills");
    }
    println!("{kills} kills in {lakes} lakes, {halfway} of them while the lake was written");
}

/// A limit to the size of files stands for a disk that is full.
#[test]
fn a_full_disk_is_said_and_nothing_is_half_in() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    fs::create_dir(folder.join("in")).unwrap();
    write_logs(&folder.join("in"));
    let binary = env!("CARGO_BIN_EXE_quarry");
    let mut limited = Command::new("sh");
    // The signal is ignored, so that writing fails as it does on a full disk.
    limited.args(["-c", &format!("trap '' XFSZ; ulimit -f 8; exec '{binary}' ingest in --lake lake")]);
    let output = limited
        .current_dir(folder)
        .env_remove("QUARRY_LAKE")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{}{shown}", String::from_utf8_lossy(&output.stdout));
    assert!(shown.contains("error") && !shown.contains("panicked"), "{shown}");
    done(quarry(folder, &["ingest", "in", "--lake", "lake"]));
    done(quarry(folder, &["ingest", "in", "--lake", "undisturbed"]));
    assert_eq!(held(folder, "lake"), held(folder, "undisturbed"));
}
