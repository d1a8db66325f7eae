//! Every command that the help and the documents show works as it is printed, on the demo's lake and a folder with files of those names.
#![cfg(unix)]

mod files;
mod texts;

use std::collections::HashSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::{code, err, folder, out};

/// Examples that need something that a test has not, and what.
const ELSEWHERE: &[(&str, &str)] = &[("az://", "an account of Azure"), ("GeoLite2-City.mmdb", "a database of MaxMind's")];

/// Beginnings and parts of commands that change the lake or files, which the others then see: these run alone, and in their order.
const CHANGES: [&str; 12] = [
    "quarry data",
    "quarry demo",
    "quarry findings mark",
    "quarry findings note",
    "quarry fmt",
    "quarry incidents",
    "quarry ingest",
    "quarry inquiry",
    "quarry lake",
    "quarry run",
    "quarry simulate",
    "zcat",
];
const CHANGING: [&str; 3] = ["--fix", "--save", "--write-baseline"];

fn changes(line: &str) -> bool {
    CHANGES.iter().any(|begin| line.starts_with(begin)) || CHANGING.iter().any(|part| line.contains(part))
}

/// What stands for something that only a lake of one's own can tell.
struct Names {
    finding: String,
    incident: String,
    inquiry: String,
    moment: String,
}

impl Names {
    fn put_into(&self, example: &str) -> String {
        if example == "quarry demo" {
            return "quarry demo --events 5000 --lake another-lake".to_owned();
        }
        let about_incident = example.starts_with("quarry incidents");
        example
            .replace("3f2a", if about_incident { &self.incident } else { &self.finding })
            .replace("7c1f", &self.finding)
            .replace("5f3a", &self.inquiry)
            .replace("--as-of 2026-11-20T08:00:00Z", &format!("--as-of {}", self.moment))
            .replace("--as-of 17", "--as-of 0")
            .replace("/data/lake", "../data-lake")
            // The same, but smaller: this is about the command, and not about how long it takes.
            .replace("--events 2000000", "--events 5000 --lake another-lake")
    }
}

fn shell(place: &Path, line: &str) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_quarry")).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("sh");
    command
        .args(["-c", line])
        .current_dir(place.join("work"))
        .env("PATH", format!("{}:{}:{path}", place.join("bin").display(), binary.display()))
        .env_remove("QUARRY_LAKE")
        .env_remove("QUARRY_TEAM")
        .stdin(Stdio::null());
    command
}

fn run(place: &Path, line: &str) -> Output {
    shell(place, line).output().unwrap()
}

fn rows(place: &Path, line: &str) -> Vec<Value> {
    let output = run(place, line);
    assert_eq!(code(&output), 0, "{line}: {}", err(&output));
    out(&output).lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

/// A tool that others have and that a test must not depend on: it takes anything but nothing.
fn pretend(place: &Path, tool: &str) {
    let path = place.join("bin").join(tool);
    fs::write(&path, "#!/bin/sh\ntext=$(cat)\n[ -n \"$text\" ]\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The demo's lake with logs of other kinds in it, an incident and an inquiry.
fn set_up(place: &Path) -> Names {
    fs::create_dir(place.join("bin")).unwrap();
    pretend(place, "jq");
    files::write(place);
    for line in [
        "quarry demo --events 5000",
        "quarry ingest ./exports",
        "quarry run --schedule soc.yaml --once --now 2026-11-20T08:00:00Z",
    ] {
        let done = run(place, line);
        assert_eq!(code(&done), 0, "{line}: {}{}", out(&done), err(&done));
    }
    let first = |line: &str, column: &str| {
        let all = rows(place, line);
        let name = all.first().unwrap_or_else(|| panic!("{line}: nothing"))[column].as_str().unwrap();
        name.chars().take(12).collect::<String>()
    };
    let started = run(place, "quarry inquiry start 'Somebody' --hypothesis 'did it'");
    assert_eq!(code(&started), 0, "{}", err(&started));
    let moment = rows(place, "quarry query 'print t = now()' --format jsonl").remove(0)["t"].clone();
    Names {
        finding: first("quarry findings --hunt spray --format jsonl", "Fingerprint"),
        incident: first("quarry incidents --format jsonl", "Incident"),
        inquiry: first("quarry inquiry --format jsonl", "Inquiry"),
        moment: moment.as_str().unwrap().to_owned(),
    }
}

/// Runs what runs until it is stopped, and stops it.
fn until_stopped(place: &Path, line: &str) -> Result<(), String> {
    let mut running = shell(place, &format!("exec {line}"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(running.stderr.take().unwrap()).lines();
    let first = said.next().and_then(Result::ok).unwrap_or_default();
    Command::new("kill").args(["-TERM", &running.id().to_string()]).status().unwrap();
    let rest: Vec<String> = said.map_while(Result::ok).collect();
    let status = running.wait().unwrap();
    if first.starts_with("Running") && status.success() {
        Ok(())
    } else {
        Err(format!("{status}: {first}\n{}", rest.join("\n")))
    }
}

/// Runs commands that do not see each other.
fn try_all(place: &Path, waiting: &mut Vec<(String, String)>, wrong: &mut Vec<String>) {
    let tried = quarry_content::parallel::map(waiting, |(_, line)| try_it(place, line));
    let told = waiting.drain(..).zip(tried);
    wrong.extend(told.filter_map(|((from, line), tried)| Some(format!("{from}: {line}\n{}", tried.err()?))));
}

fn try_it(place: &Path, line: &str) -> Result<(), String> {
    let goes_on = line.starts_with("quarry run") && !line.contains("--once") && !line.contains("--dry-run");
    if goes_on {
        return until_stopped(place, line);
    }
    let output = run(place, line);
    // Findings, remarks and tests that fail are no mistakes of the command.
    match output.status.code() {
        Some(0 | 1) if !err(&output).contains("panicked") => Ok(()),
        status => Err(format!("exit code {status:?}\n{}{}", out(&output), err(&output))),
    }
}

#[test]
fn what_is_printed_works() {
    let place = folder();
    let place = place.path();
    let names = set_up(place);
    let examples = texts::examples(place);
    assert!(examples.len() > 150, "{examples:#?}");
    let (mut seen, mut waiting, mut wrong) = (HashSet::new(), Vec::new(), Vec::new());
    for (from, example) in &examples {
        let line = names.put_into(example);
        let same = line
            .replace(" ./", " ")
            .replace("hunts/ ", "hunts ")
            .trim_end_matches('/')
            .to_owned();
        let elsewhere = ELSEWHERE.iter().any(|(mark, _)| example.contains(mark));
        // What is registered may be taken out again by the next example.
        if elsewhere || (!seen.insert(same) && !line.starts_with("quarry data")) {
            continue;
        }
        let alone = changes(&line);
        if alone {
            try_all(place, &mut waiting, &mut wrong);
        }
        waiting.push((from.clone(), line));
        if alone {
            try_all(place, &mut waiting, &mut wrong);
        }
    }
    try_all(place, &mut waiting, &mut wrong);
    assert!(
        wrong.is_empty(),
        "{} of {} examples:\n\n{}",
        wrong.len(),
        seen.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn files_in_the_documents_are_right() {
    let place = folder();
    let place = place.path();
    fs::create_dir_all(place.join("bin")).unwrap();
    files::write(place);
    let blocks = texts::yaml_blocks();
    assert!(blocks.len() >= 4, "{blocks:#?}");
    for (from, text) in blocks {
        let name = match () {
            () if text.contains("hunt: ") => "example.quarry.yaml",
            () if text.starts_with("watchlists:") || text.starts_with("data:") => "quarry.yaml",
            () => "example.yaml",
        };
        fs::write(place.join("work").join(name), &text).unwrap();
        let checked = run(place, &format!("quarry check {name} --level warning"));
        assert_eq!(code(&checked), 0, "{from}:\n{text}\n{}", out(&checked));
        assert!(
            !out(&checked).contains("Q0203"),
            "{from} is recognised as nothing:\n{text}\n{}",
            out(&checked)
        );
        fs::remove_file(place.join("work").join(name)).unwrap();
    }
}
