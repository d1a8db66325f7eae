//! What the command says of files that are wrong, and when it is told to end.

use std::fs;
use std::process::{Command, Stdio};

use super::common::{done, quarry};
use super::{ingest, set_up};

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
