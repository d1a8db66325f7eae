//! What leaves Quarry: runs for people and tools, content for other products, coverage.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;

use serde_json::Value;

use super::{HUNT, MAILS, code, err, folder, out, quarry, with_mails};

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
    assert!(page.matches("<script").count() == 1 && page.contains("&lt;script&gt;alert(1)"));
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
    assert!(read("timeline.csv").starts_with("time,kind,severity,hunt,"));
    let wrong = quarry(folder.path(), &["hunt", "hunt.yaml", "--export", "report.pdf"]);
    assert_eq!(code(&wrong), 2);
}

#[test]
fn exports_have_the_events_behind_findings() {
    let place = with_mails();
    fs::create_dir(place.path().join("hunts")).unwrap();
    fs::write(place.path().join("hunts/mails.yaml"), HUNT).unwrap();
    let absent = HUNT.replace("EmailEvents", "SigninLogs").replace("4a8c1f6e", "5a8c1f6e");
    fs::write(place.path().join("hunts/signins.yaml"), absent).unwrap();
    let files = ["report.html", "bundle.json", "timeline.csv", "timeline.jsonl"];
    let mut args = vec!["hunt", "hunts", "--now", "2026-11-20", "--evidence", "--set", "Limit=1"];
    files.iter().for_each(|file| args.extend(["--export", file]));
    let run = quarry(place.path(), &args);
    assert_eq!(code(&run), 1, "{}", err(&run));
    let read = |name: &str| fs::read_to_string(place.path().join(name)).unwrap();

    let lines: Vec<Value> = read("timeline.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let kinds = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    assert_eq!((kinds("finding"), kinds("event")), (1, 3), "three mails make the finding");
    assert!(
        lines
            .iter()
            .filter(|line| line["kind"] == "event")
            .all(|line| line["table"] == "EmailEvents")
    );
    assert_eq!(read("timeline.csv").lines().count(), 5);

    let page = read("report.html");
    assert!(
        page.contains("Evidence: 3 events") && page.contains("2026-11-19T08:00:01.1234567Z"),
        "{page}"
    );
    assert!(page.contains("Hunts that could not run") && page.contains("no table SigninLogs"));
    assert!(
        page.contains("<tr><td>EmailEvents</td><td class=\"number\">"),
        "the version of each table"
    );
    assert!(
        page.contains("let Limit = 1;") && page.contains("as published"),
        "the query as it ran, and that it is not the published one"
    );
    let digest = page.split("SHA-256 <code>").nth(1).unwrap().split('<').next().unwrap();
    assert!(
        digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{digest}"
    );

    let bundle: Value = serde_json::from_str(&read("bundle.json")).unwrap();
    let objects = bundle["objects"].as_array().unwrap();
    let of = |kind: &str| objects.iter().filter(|object| object["type"] == kind).collect::<Vec<_>>();
    assert_eq!(of("x-quarry-log-event").len(), 3);
    let sighting = of("sighting")[0];
    assert_eq!(sighting["first_seen"], "2026-11-19T08:00:00.000Z");
    assert_eq!(
        sighting["observed_data_refs"].as_array().unwrap().len(),
        4,
        "the finding and its three events"
    );
    let definition = &of("extension-definition")[0]["id"];
    assert!(
        of("x-quarry-log-event")
            .iter()
            .all(|event| event["extensions"].get(definition.as_str().unwrap()).is_some())
    );
    let report = of("report")[0]["description"].as_str().unwrap();
    assert!(
        report.contains("EmailEvents version") && report.contains("no table SigninLogs"),
        "{report}"
    );
}

#[test]
fn coverage_counts_and_finds_gaps() {
    let place = with_mails();
    fs::create_dir(place.path().join("other")).unwrap();
    let other = HUNT
        .replace("T1566", "T1534")
        .replace("InitialAccess", "LateralMovement")
        .replace("Limit = 2", "Limit = 3")
        .replace("4a8c1f6e", "5a8c1f6e");
    fs::write(place.path().join("other/mail.yaml"), &other).unwrap();
    let absent = HUNT
        .replace("T1566", "T1110")
        .replace("EmailEvents", "SigninLogs")
        .replace("4a8c1f6e", "6a8c1f6e");
    fs::write(place.path().join("other/signin.yaml"), absent).unwrap();
    let against = ["coverage", "hunt.yaml", "--against", "other", "--now", "2026-11-20", "--gaps"];
    let shown = quarry(place.path(), &against);
    assert_eq!(code(&shown), 0, "{}", err(&shown));
    let text = out(&shown);
    assert!(text.contains("Initial Access") && text.contains("T1566"), "{text}");
    assert!(
        text.contains("T1534") && !text.contains("T1110"),
        "a gap is what the lake has data for: {text}"
    );
    let json = quarry(place.path(), &[&against[..], &["--format", "json"]].concat());
    let json: Value = serde_json::from_str(&out(&json)).unwrap();
    let own = &json["tactics"][0]["techniques"][0]["hunts"][0];
    assert_eq!(
        (&own["can_run"], &own["tested"], &own["findings"]),
        (&true.into(), &false.into(), &0.into())
    );

    let lakeless = quarry(place.path(), &["coverage", "hunt.yaml", "--lake", "nowhere"]);
    assert!(out(&lakeless).contains("no lake"), "{}", out(&lakeless));
}

#[test]
fn layers_show_hunts_data_tests_and_findings() {
    let place = with_mails();
    let sidecar = "hunt: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10\ntests:\n  - name: one\n    events:\n      EmailEvents: [{Subject: a}]\n    fires: true\n";
    let layer = |args: &[&str]| -> Value {
        let shown = quarry(place.path(), &[&["coverage", "--format", "layer"], args].concat());
        assert_eq!(code(&shown), 0, "{args:?}: {}", err(&shown));
        serde_json::from_str(&out(&shown)).unwrap()
    };
    let hunts = layer(&["hunt.yaml"]);
    assert_eq!(hunts["versions"]["layer"], "4.5");
    assert_eq!(hunts["techniques"][0]["techniqueID"], "T1566");
    assert_eq!(layer(&["hunt.yaml", "--of", "data"])["techniques"][0]["score"], 1);
    let untested = layer(&["hunt.yaml", "--of", "tests"]);
    assert!(untested["techniques"][0].get("score").is_none() && untested["techniques"][0]["color"].is_string());
    fs::write(place.path().join("hunt.quarry.yaml"), sidecar).unwrap();
    assert_eq!(layer(&["hunt.yaml", "--of", "tests"])["techniques"][0]["score"], 1);

    assert_eq!(layer(&["--of", "findings"])["techniques"].as_array().unwrap().len(), 0);
    let kept = quarry(place.path(), &["hunt", "hunt.yaml", "--now", "2026-11-20", "--save"]);
    assert_eq!(code(&kept), 1, "{}", err(&kept));
    let found = layer(&["--of", "findings"]);
    assert_eq!(
        (&found["techniques"][0]["techniqueID"], &found["techniques"][0]["score"]),
        (&"T1566".into(), &1.into())
    );
    assert_eq!(layer(&["hunt.yaml", "--domain", "ics"])["techniques"].as_array().unwrap().len(), 0);
    let wrong = quarry(place.path(), &["coverage", "hunt.yaml", "--of", "data"]);
    assert_eq!(code(&wrong), 2, "--of is about layers");
}

#[test]
fn content_is_exported_for_other_products() {
    let place = folder();
    fs::write(place.path().join("hunt.yaml"), HUNT).unwrap();
    let template = quarry(place.path(), &["export", "hunt.yaml", "--format", "arm", "--set", "Limit=7"]);
    assert_eq!(code(&template), 0, "{}", err(&template));
    let json: Value = serde_json::from_str(&out(&template)).unwrap();
    assert_eq!(json["resources"][0]["properties"]["category"], "Hunting Queries");
    assert!(
        json["resources"][0]["properties"]["query"]
            .as_str()
            .unwrap()
            .contains("let Limit = 7;")
    );

    let rules = quarry(
        place.path(),
        &[
            "export",
            "hunt.yaml",
            "--format",
            "graph-detection",
            "--disabled",
            "-o",
            "rules.json",
        ],
    );
    assert_eq!(code(&rules), 0, "{}", err(&rules));
    let shown = err(&rules);
    assert!(
        shown.contains("warning[Q0603]") && shown.contains("hunt.yaml:13") && shown.contains("Wrote rules.json"),
        "{shown}"
    );
    let json: Value = serde_json::from_str(&fs::read_to_string(place.path().join("rules.json")).unwrap()).unwrap();
    assert_eq!(
        (&json[0]["status"], &json[0]["schedule"]["frequency"]),
        (&"disabled".into(), &"P1D".into())
    );

    let layer = quarry(place.path(), &["export", "hunt.yaml", "--format", "navigator"]);
    let json: Value = serde_json::from_str(&out(&layer)).unwrap();
    assert_eq!(json["techniques"][0]["techniqueID"], "T1566");

    let exploration = "Id: 9d7214d9-4a28-44df-aafb-0910b9e6ae3e\nDisplayName: One\nInputEntityType: Account\nquery: EmailEvents\n";
    fs::write(place.path().join("one.yaml"), exploration).unwrap();
    let partly = quarry(place.path(), &["export", "hunt.yaml", "one.yaml", "--format", "arm"]);
    assert_eq!(code(&partly), 1, "{}", err(&partly));
    assert!(
        err(&partly).contains("Q0604") && out(&partly).contains("Hunting Queries"),
        "{}",
        err(&partly)
    );
    let nothing = quarry(place.path(), &["export", "hunt.yaml", "--format", "arm", "--only", "no such hunt"]);
    assert_eq!(code(&nothing), 3, "{}", err(&nothing));
}

#[test]
fn what_was_exported_is_content_again() {
    let place = with_mails();
    for (form, file) in [("arm", "template.json"), ("graph-detection", "rules.json")] {
        let exported = quarry(place.path(), &["export", "hunt.yaml", "--format", form, "-o", file]);
        assert_eq!(code(&exported), 0, "{}", err(&exported));
        let checked = quarry(place.path(), &["check", file]);
        assert_eq!(code(&checked), 0, "{}", out(&checked));
        let found = |content: &str| {
            let run = quarry(place.path(), &["hunt", content, "--now", "2026-11-20", "--format", "jsonl"]);
            assert_eq!(code(&run), 1, "{content}: {}", err(&run));
            let rows = out(&run);
            let row: Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
            (rows.lines().count(), row["Mails"].clone(), row["SenderFromAddress"].clone())
        };
        assert_eq!(found(file), found("hunt.yaml"), "{form}");
    }
}
