//! Those who look after a lake, killed at any moment while others do the same and logs come in: nothing is lost, nothing is there twice, nothing comes back.

use std::fs::{self, File, FileTimes};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::{Chance, KILLS, done, quarry, rows};

const FILES: usize = 6;
const ROWS: usize = 40;
/// Days that mails are kept.
const KEPT: i64 = 10;
/// Times that all of them are let loose on one lake.
const ROUNDS: usize = 5;

/// What is done to a lake at the same time.
const WORK: [&[&str]; 6] = [
    &["ingest", "in"],
    &["lake", "optimize"],
    &["lake", "retain", "--apply"],
    &["lake", "optimize", "--target", "16MB"],
    &["lake", "vacuum", "--keep", "1h"],
    &["ingest", "in"],
];

/// Mails, of which every second is too old to be kept, and audit records with paths that get hot columns, which are kept for good.
fn write_logs(folder: &Path) {
    let now = quarry_value::time::system_now();
    for file in 0..FILES {
        let (mut audit, mut mails) = (String::new(), String::new());
        for row in 0..ROWS {
            let key = file * ROWS + row;
            let age = if row % 2 == 0 { 1 } else { 3 * KEPT };
            let mut time = String::new();
            quarry_value::format::datetime(now - age * quarry_value::time::DAY, &mut time);
            audit.push_str(&format!(
                "{{\"Timestamp\":\"{time}\",\"ActionType\":\"a{key}\",\"RawEventData\":{{\"UserId\":\"u{}\",\"Common\":\"c{}\"}}}}\n",
                key % 5,
                key % 3
            ));
            mails.push_str(&format!(
                "{{\"Timestamp\":\"{time}\",\"NetworkMessageId\":\"m{key}\",\"SenderFromAddress\":\"a@contoso.example\",\"Subject\":\"s\"}}\n"
            ));
        }
        fs::write(folder.join(format!("CloudAppEvents-{file}.json")), audit).unwrap();
        fs::write(folder.join(format!("EmailEvents-{file}.json")), mails).unwrap();
    }
}

const QUESTION: &str = "union
    (CloudAppEvents | summarize Rows = count(), Keys = count_distinct(ActionType), Recent = countif(Timestamp > ago(5d)),
        Some = countif(RawEventData.UserId == 'u3' and RawEventData.Common has 'c1') | extend At = 0),
    (EmailEvents | summarize Rows = count(), Keys = count_distinct(NetworkMessageId), Recent = countif(Timestamp > ago(5d)), Some = countif(false) | extend At = 1)
    | sort by At asc";

fn held(folder: &Path, lake: &str) -> Vec<Value> {
    rows(folder, lake, QUESTION)
}

fn number(row: &Value, name: &str) -> u64 {
    row[name].as_u64().unwrap()
}

/// A lake with the first of the logs, in small files without hot columns.
fn begun(folder: &Path, lake: &str) {
    for file in 0..2 {
        for table in ["CloudAppEvents", "EmailEvents"] {
            let name = format!("in/{table}-{file}.json");
            done(quarry(folder, &["ingest", &name, "--no-hot-columns", "--lake", lake]));
        }
    }
    let days = format!("{KEPT}d");
    done(quarry(folder, &["lake", "retain", "EmailEvents", &days, "--lake", lake]));
}

/// Everything once, one after the other.
fn complete(folder: &Path, lake: &str) {
    for work in [
        ["ingest", "in"].as_slice(),
        &["lake", "retain", "--apply"],
        &["lake", "optimize"],
        &["lake", "vacuum", "--keep", "1h"],
    ] {
        let mut command = quarry(folder, work);
        command.args(["--lake", lake]);
        done(command);
    }
}

/// What killed writers have left looks as if it were left hours ago, so that vacuum may take it.
fn age(folder: &Path) {
    let old = FileTimes::new().set_modified(SystemTime::now() - Duration::from_secs(7_200));
    for table in fs::read_dir(folder).unwrap() {
        for file in fs::read_dir(table.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.is_file() {
                File::options().write(true).open(path).unwrap().set_times(old).unwrap();
            }
        }
    }
}

struct Worker {
    child: Child,
    what: String,
    log: std::path::PathBuf,
}

impl Worker {
    fn start(folder: &Path, lake: &str, at: usize) -> Worker {
        let log = folder.join(format!("worker-{at}.log"));
        let mut command = quarry(folder, WORK[at]);
        command.args(["--lake", lake]);
        command.stdout(Stdio::null()).stderr(File::create(&log).unwrap());
        Worker {
            child: command.spawn().unwrap(),
            what: WORK[at].join(" "),
            log,
        }
    }

    /// Whether it was still at work.
    fn kill(&mut self) -> bool {
        let ended = self.child.try_wait().unwrap();
        if ended.is_none() {
            self.child.kill().unwrap();
        }
        let status = self.child.wait().unwrap();
        // Who came to an end did so without an error, whatever the others did.
        if let Some(status) = ended {
            assert!(
                status.success(),
                "{}: {status}\n{}",
                self.what,
                fs::read_to_string(&self.log).unwrap()
            );
        }
        !status.success()
    }
}

#[test]
fn care_killed_at_any_moment_changes_no_answer() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    fs::create_dir(folder.join("in")).unwrap();
    write_logs(&folder.join("in"));
    begun(folder, "undisturbed");
    let start = std::time::Instant::now();
    complete(folder, "undisturbed");
    // All at once take about as long as one after the other.
    let whole = u64::try_from(start.elapsed().as_millis()).unwrap_or(2_000).max(500);
    let expected = held(folder, "undisturbed");
    assert_eq!(number(&expected[0], "Rows"), (FILES * ROWS) as u64);
    assert_eq!(number(&expected[1], "Rows"), (FILES * ROWS / 2) as u64);
    assert!(number(&expected[0], "Some") > 0);

    let mut chance = Chance(0xCA2E);
    let (mut kills, mut lakes) = (0, 0);
    while kills < KILLS {
        let lake = format!("lake-{lakes}");
        lakes += 1;
        begun(folder, &lake);
        let mut before = held(folder, &lake);
        for _ in 0..ROUNDS {
            let mut workers: Vec<Worker> = (0..WORK.len()).map(|at| Worker::start(folder, &lake, at)).collect();
            while !workers.is_empty() {
                std::thread::sleep(Duration::from_millis(chance.below(whole / 4)));
                let at = usize::try_from(chance.below(workers.len() as u64)).unwrap();
                kills += usize::from(workers.swap_remove(at).kill());
            }
            let now = held(folder, &lake);
            for (now, before) in now.iter().zip(&before) {
                assert_eq!(number(now, "Rows"), number(now, "Keys"), "a row is there twice: {now}");
                assert!(number(now, "Recent") >= number(before, "Recent"), "rows are gone: {before} {now}");
                assert_eq!(number(now, "Recent") % (ROWS as u64 / 2), 0, "files go in as a whole: {now}");
            }
            before = now;
            age(&folder.join(&lake));
        }
        complete(folder, &lake);
        assert_eq!(held(folder, &lake), expected, "{lake} of {kills} kills");
        let again = done(quarry(folder, &["lake", "optimize", "--lake", &lake]));
        let again = String::from_utf8(again.stdout).unwrap();
        assert!(again.starts_with("Nothing to do"), "{again}");
    }
}
