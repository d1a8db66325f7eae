//! `quarry hunt`.

use std::fs;

use serde_json::Value;

use super::{HUNT, MAILS, code, err, folder, out, quarry, with_mails};

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
fn a_run_is_exported_for_others() {
    let folder = folder();
    let hostile = r#"{"Timestamp":"2026-11-19T08:00:00Z","SenderFromAddress":"<script>alert(1)</script>@x.example"}"#;
    fs::write(
        folder.path().join("mails.ndjson"),
        format!("{hostile}\n{hostile}\n{hostile}\n{MAILS}"),
    )
    .unwrap();
    fs::write(folder.path().join("hunt.yaml"), HUNT).unwrap();
    quarry(folder.path(), &["ingest", "mails.ndjson", "--table", "EmailEvents"]);
    let files = ["report.html", "bundle.json", "timeline.csv", "timeline.jsonl"];
    let mut args = vec!["hunt", "hunt.yaml", "--now", "2026-11-20"];
    files.iter().for_each(|file| args.extend(["--export", file]));
    let run = quarry(folder.path(), &args);
    assert_eq!(code(&run), 1, "{}", err(&run));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();

    let page = read("report.html");
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(1)"));
    assert!(page.contains("a@contoso.example") && page.contains("Many mails from one sender") && page.contains("Mails &gt; Limit"));
    assert_eq!(page.matches("class=\"finding\"").count(), 2);

    let bundle: Value = serde_json::from_str(&read("bundle.json")).unwrap();
    let objects = bundle["objects"].as_array().unwrap();
    let ids: Vec<&str> = objects.iter().map(|object| object["id"].as_str().unwrap()).collect();
    let kinds = |kind: &str| objects.iter().filter(|object| object["type"] == kind).count();
    assert_eq!(
        (kinds("indicator"), kinds("sighting"), kinds("observed-data"), kinds("email-addr")),
        (1, 2, 2, 2)
    );
    for object in objects {
        let references = object["object_refs"]
            .as_array()
            .into_iter()
            .chain(object["observed_data_refs"].as_array())
            .flatten();
        for reference in references.chain(object.get("sighting_of_ref")) {
            assert!(ids.contains(&reference.as_str().unwrap()), "{object}");
        }
    }
    assert_eq!(read("timeline.jsonl").lines().count(), 2);
    assert!(read("timeline.csv").starts_with("time,severity,hunt,"));
    let wrong = quarry(folder.path(), &["hunt", "hunt.yaml", "--export", "report.pdf"]);
    assert_eq!(code(&wrong), 2);
}
