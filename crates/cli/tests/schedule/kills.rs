//! Killed at any moment, with late data and data that came before.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::common::{Chance, done, rows};
use super::{HOURS, ingest, scheduler, set_up};

/// Kills, at least.
const KILLS: usize = 56;

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
