//! What a team keeps beside its hunts, as commands use it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{code, err, out, quarry, with_mails};

const SIDECAR: &str = "hunt: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10
exclusions:
  - id: bulk
    table: EmailEvents
    where: Subject == 'one'
    owner: mail team
    reason: known
    expires: 2099-12-31
  - id: old
    where: SenderFromAddress == 'nobody@x'
    owner: mail team
    reason: was known
    expires: 2020-12-31
samples:
  mail: {Timestamp: -1h, SenderFromAddress: a@x}
tests:
  - {name: three mails, events: {EmailEvents: [{like: mail, repeat: 3}]}, fires: [{Mails: 3}]}
  - {name: two mails, events: {EmailEvents: [{like: mail, repeat: 2}]}, silent: true}
  - {name: a known one, events: {EmailEvents: [{like: mail, repeat: 2}, {like: mail, Subject: one}]}, hidden-by: bulk}
";

fn with_sidecar() -> tempfile::TempDir {
    let place = with_mails();
    fs::write(place.path().join("hunt.quarry.yaml"), SIDECAR).unwrap();
    place
}

#[test]
fn a_run_tells_what_exclusions_hide() {
    let place = with_sidecar();
    let run = |more: &[&str]| quarry(place.path(), &[&["hunt", "hunt.yaml"], more].concat());
    let usual = run(&[]);
    assert_eq!(code(&usual), 0, "{}", out(&usual));
    assert!(out(&usual).contains("Excluded: 1 finding, 1 row by 1 exclusion"), "{}", out(&usual));
    assert!(out(&usual).contains("exclusion old was over after 2020-12-31"), "{}", out(&usual));
    let all = run(&["--no-exclusions"]);
    assert_eq!(code(&all), 1);
    assert!(
        out(&all).contains("a@contoso.example") && out(&all).contains("left out"),
        "{}",
        out(&all)
    );
    let hidden = run(&["--only-excluded", "--format", "jsonl"]);
    assert_eq!(out(&hidden).lines().count(), 1, "{}", out(&hidden));
    assert!(err(&hidden).contains("Shown: 1 finding"), "{}", err(&hidden));
}

#[test]
fn tests_pass_fail_and_are_measured() {
    let place = with_sidecar();
    let good = quarry(place.path(), &["test", "hunt.yaml", "--mutate", "--min-score", "100"]);
    assert_eq!(code(&good), 0, "{}{}", out(&good), err(&good));
    assert!(out(&good).contains("3 passed") && out(&good).contains("100.0 %"), "{}", out(&good));
    fs::write(place.path().join("hunt.quarry.yaml"), SIDECAR.replace("Mails: 3}]", "Mails: 4}]")).unwrap();
    let bad = quarry(place.path(), &["test", "hunt.yaml"]);
    assert_eq!(code(&bad), 1);
    assert!(
        out(&bad).contains("expected a finding with Mails = 4, found 1 finding"),
        "{}",
        out(&bad)
    );
    let junit = out(&quarry(place.path(), &["test", "hunt.yaml", "--format", "junit"]));
    assert!(
        junit.starts_with("<?xml") && junit.contains("tests=\"3\" failures=\"1\""),
        "{junit}"
    );
    assert!(
        junit.contains("<failure message=\"expected a finding with Mails = 4, found 1 finding\">"),
        "{junit}"
    );
    let json: Value = serde_json::from_str(&out(&quarry(place.path(), &["test", "hunt.yaml", "--format", "json"]))).unwrap();
    assert_eq!(json["hunts"][0]["tests"][1]["passed"], true);
    assert_eq!(json["hunts"][0]["tests"][0]["line"], 17);
}

#[test]
fn a_hunt_that_does_not_bind_fails_its_tests_with_the_place() {
    let place = with_sidecar();
    let hunt = fs::read_to_string(place.path().join("hunt.yaml")).unwrap();
    fs::write(
        place.path().join("hunt.yaml"),
        hunt.replace("by SenderFromAddress", "by SenderFrom"),
    )
    .unwrap();
    let run = quarry(place.path(), &["test", "hunt.yaml"]);
    assert_eq!(code(&run), 1);
    assert!(
        out(&run).contains("hunt.yaml:17") && out(&run).contains("SenderFrom"),
        "{}",
        out(&run)
    );
}

#[test]
fn a_sidecar_with_mistakes_fails_the_run() {
    let place = with_sidecar();
    fs::write(
        place.path().join("hunt.quarry.yaml"),
        SIDECAR.replace("silent: true", "silnt: true"),
    )
    .unwrap();
    let run = quarry(place.path(), &["test", "hunt.yaml"]);
    assert_eq!(code(&run), 1);
    assert!(
        out(&run).contains("a test has no field `silnt`") && out(&run).contains("did you mean `silent`?"),
        "{}",
        out(&run)
    );
}

#[test]
fn a_recorded_case_is_a_case_without_names() {
    let place = with_sidecar();
    let args = [
        "test",
        "hunt.yaml",
        "--record",
        "EmailEvents | where SenderFromAddress startswith 'a@'",
        "--name",
        "three",
    ];
    let run = quarry(place.path(), &args);
    assert_eq!(code(&run), 0, "{}", err(&run));
    let case = out(&run);
    assert!(!case.contains("contoso") && case.contains("user1@company1.example"), "{case}");
    // The mail that the exclusion speaks of stays what it is, so that the hunt is silent as it is on the lake.
    assert!(case.contains("\"Subject\":\"one\"") && case.contains("silent: true"), "{case}");
    let kept = format!("hunt: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10\ntests:\n{case}");
    fs::write(
        place.path().join("hunt.quarry.yaml"),
        format!("{}---\n{}", SIDECAR.split("samples:").next().unwrap(), kept),
    )
    .unwrap();
    let again = quarry(place.path(), &["test", "hunt.yaml"]);
    assert_eq!(code(&again), 0, "{}", out(&again));
}

#[test]
fn tuning_prints_a_line_for_each_value() {
    let place = with_sidecar();
    fs::write(place.path().join("truths.csv"), "value,bad\na@contoso.example,true\n").unwrap();
    let args = ["tune", "hunt.yaml", "--vary", "Limit=0..3", "--truths", "truths.csv"];
    let run = quarry(place.path(), &args);
    assert_eq!(
        out(&run),
        "Limit,findings,truths_kept,truths,false_alarms,unknown,current,error\n0,2,1,1,0,1,false,\n1,1,1,1,0,0,false,\n2,0,0,1,0,0,true,\n3,0,0,1,0,0,false,\n",
        "{}",
        err(&run)
    );
    let table = out(&quarry(place.path(), &[&args[..], &["--format", "table"]].concat()));
    assert!(
        table.contains("Truths kept") && table.contains("1 of 1") && table.contains("now"),
        "{table}"
    );
    let wrong = quarry(place.path(), &["tune", "hunt.yaml", "--vary", "Limt=1..2"]);
    assert_eq!(code(&wrong), 2);
    assert!(err(&wrong).contains("did you mean `Limit`?"), "{}", err(&wrong));
}

#[test]
fn values_come_from_the_strongest_place() {
    let place = with_mails();
    fs::write(place.path().join("quarry.yaml"), "tunables: {Limit: 7}\n").unwrap();
    let shown = |folder: &Path, more: &[&str]| out(&quarry(folder, &[&["show", "tunables", "hunt.yaml"], more].concat()));
    let team = shown(place.path(), &[]);
    assert!(team.contains("quarry.yaml (hunt: 2)") && team.contains('7'), "{team}");
    let set = shown(place.path(), &["--set", "Limit=9"]);
    assert!(set.contains("--set (hunt: 2)") && set.contains('9'), "{set}");
}

#[test]
fn proposals_of_a_page_hide_nothing() {
    let place = with_mails();
    let hunt = fs::read_to_string(place.path().join("hunt.yaml")).unwrap();
    let query = hunt.split("query: |\n").nth(1).unwrap().split("version").next().unwrap();
    let fields = hunt.split("query: |").next().unwrap();
    let page = format!(
        "Says why.\nKQL Query\n{query}\n{fields}version: 1.0.0\nScenario: A newsletter\nDescription: Goes to all.\nFilter/Exclusion: Exclude it.\n"
    );
    fs::create_dir(place.path().join("pages")).unwrap();
    fs::write(place.path().join("pages/page.md"), page).unwrap();
    let proposed = quarry(place.path(), &["exclusions", "propose", "pages/page.md"]);
    assert_eq!(code(&proposed), 0, "{}", err(&proposed));
    fs::write(place.path().join("pages/page.quarry.yaml"), out(&proposed)).unwrap();
    let list = out(&quarry(place.path(), &["exclusions", "list", "pages"]));
    assert!(
        list.contains("a-newsletter") && list.contains("needs where, owner, expires, status: reviewed"),
        "{list}"
    );
    let run = quarry(place.path(), &["hunt", "pages"]);
    assert_eq!(code(&run), 1, "the finding is there: {}", out(&run));
    assert!(
        out(&run).contains("exclusion a-newsletter hides nothing: it needs"),
        "{}",
        out(&run)
    );
}

#[test]
fn the_bundled_hunts_pass_their_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let run = quarry(&root, &["test", "content", "--format", "json"]);
    assert_eq!(code(&run), 0, "{}", out(&run));
    let report: Value = serde_json::from_str(&out(&run)).unwrap();
    let hunts = report["hunts"].as_array().unwrap();
    assert_eq!(hunts.len(), 10);
    for hunt in hunts {
        assert!(hunt["tests"].as_array().unwrap().len() >= 6, "{}", hunt["name"]);
    }
}

#[test]
fn a_sidecar_allows_a_remark_until_its_day_is_over() {
    let place = with_mails();
    let hunt = super::HUNT.replace("let Limit = 2;", "let Limit = 2;\n  let Unused = 3;");
    fs::write(place.path().join("hunt.yaml"), hunt).unwrap();
    let check = |day: &str, code: &str, line: &str| {
        let sidecar = format!(
            "hunt: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10\nallow:\n  - {{code: {code}, line: '{line}', reason: wanted later, expires: {day}}}\n"
        );
        fs::write(place.path().join("hunt.quarry.yaml"), sidecar).unwrap();
        out(&quarry(place.path(), &["check", "hunt.yaml"]))
    };
    let allowed = check("2099-12-31", "unused-let", "let Unused = 3;");
    assert!(!allowed.contains("Q0408") && allowed.contains("1 allowed"), "{allowed}");
    let over = check("2020-12-31", "Q0408", "let Unused = 3;");
    assert!(
        over.contains("Q0408") && over.contains("Q0231") && over.contains("wanted later"),
        "{over}"
    );
    let unused = check("2099-12-31", "Q0404", "let Unused = 3;");
    assert!(unused.contains("Q0408") && unused.contains("Q0232"), "{unused}");
    let unknown = check("2099-12-31", "unsed-let", "let Unused = 3;");
    assert!(unknown.contains("did you mean `unused-let`?"), "{unknown}");
    // From another repository, the hunt's own folder left alone.
    fs::create_dir(place.path().join("team")).unwrap();
    check("2099-12-31", "Q0408", "let Unused = 3;");
    fs::rename(place.path().join("hunt.quarry.yaml"), place.path().join("team/hunt.quarry.yaml")).unwrap();
    let elsewhere = out(&quarry(place.path(), &["check", "hunt.yaml", "--team", "team"]));
    assert!(elsewhere.contains("1 allowed"), "{elsewhere}");
}
