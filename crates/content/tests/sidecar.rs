//! Sidecars: what is read of them, and what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use quarry_content::sidecar::{ExclusionState, Expectation, Layer, RowSource, propose};
use quarry_content::{Document, Sidecar, load_paths, load_text};

fn sidecar(text: &str) -> Sidecar {
    let document = load_text("hunt.quarry.yaml", text);
    assert!(document.diagnostics.is_empty(), "{:?}", document.diagnostics);
    document.sidecars.into_iter().next().unwrap()
}

fn complaints(text: &str) -> Vec<(String, String)> {
    let document = load_text("hunt.quarry.yaml", text);
    let told = document.diagnostics.iter();
    told.map(|found| (found.message.clone(), found.span.text(&document.source).to_owned()))
        .collect()
}

fn events(sidecar: &Sidecar) -> Vec<String> {
    let RowSource::Inline(rows) = &sidecar.tests.cases[0].tables[0].source else {
        panic!()
    };
    rows.iter().map(|(row, _)| row.to_string()).collect()
}

#[test]
fn rows_build_on_samples_and_keep_their_types() {
    let read = sidecar(
        "hunt: x
samples:
  one: {A: 5, B: '5', D.x: true, D.list: [1, two]}
  two: {like: one, A: 6}
tests:
  - name: t
    events:
      T_CL:
        - {like: two, D.y.z: null, C: 1.5.0}
        - {like: one, repeat: 2, B: 'n{n}'}
    fires: 3
",
    );
    assert_eq!(
        events(&read),
        [
            r#"{"A":6,"B":"5","D":{"x":true,"list":[1,"two"],"y":{"z":null}},"C":"1.5.0"}"#,
            r#"{"A":5,"B":"n1","D":{"x":true,"list":[1,"two"]}}"#,
            r#"{"A":5,"B":"n2","D":{"x":true,"list":[1,"two"]}}"#,
        ]
    );
}

#[test]
fn expectations_have_several_forms() {
    let expect = |form: &str| {
        sidecar(&format!("hunt: x\ntests:\n  - name: t\n    {form}\n"))
            .tests
            .cases
            .remove(0)
            .expect
    };
    assert!(matches!(expect("silent: true"), Expectation::Silent));
    assert!(matches!(expect("hidden-by: some-id"), Expectation::Silent));
    let fires = |form: &str| match expect(form) {
        Expectation::Fires { findings, rows, .. } => (findings, rows.len()),
        Expectation::Silent => panic!("{form}"),
    };
    assert_eq!(fires("fires: true"), (None, 0));
    assert_eq!(fires("fires: 3"), (Some(3), 0));
    assert_eq!(fires("fires: [{A: 1}, {A: 2}]"), (Some(2), 2));
    assert_eq!(fires("fires: {rows: [{A: 1}]}"), (None, 1));
    assert_eq!(fires("fires: {findings: 5, rows: [{A: 1}]}"), (Some(5), 1));
}

#[test]
fn what_is_odd_is_an_error_at_its_place() {
    let first = |text: &str| complaints(text).into_iter().next().unwrap_or_else(|| panic!("{text}"));
    for (text, message, place) in [
        ("hunt: x\ntest: []\n", "a sidecar has no field `test`", "test"),
        ("tests: []\n", "a sidecar has no `hunt`", "tests"),
        (
            "hunt: x\ntests:\n  - name: t\n    fire: true\n    silent: true\n",
            "a test has no field `fire`",
            "fire",
        ),
        ("hunt: x\ntests:\n  - name: t\n", "the test does not say what it expects", "t"),
        (
            "hunt: x\ntests:\n  - {name: t, silent: true, fires: 1}\n",
            "a test either fires or is silent",
            "fires",
        ),
        (
            "hunt: x\ntests:\n  - {name: t, silent: true, events: {T: [{like: a}]}}\n",
            "no sample is called `a`",
            "a",
        ),
        (
            "hunt: x\ntests:\n  - {name: t, silent: true, now: soon}\n",
            "`now` is a time, such as 2026-11-20 or 2026-11-20T08:00:00Z (UTC)",
            "soon",
        ),
        ("hunt: x\nexclusions:\n  - {id: e, where: 'a == ('}\n", "", "'a == ('"),
        (
            "hunt: x\nexclusions:\n  - {id: e, expires: never}\n",
            "`expires` is a day, such as 2027-06-30",
            "never",
        ),
        (
            "hunt: x\nexclusions:\n  - {id: e, hunts: [y]}\n",
            "an exclusion in a sidecar is for the sidecar's hunt alone",
            "hunts",
        ),
        (
            "hunt: x\nexclusions:\n  - {id: e}\n  - {id: e}\n",
            "two exclusions are called `e`",
            "e",
        ),
        (
            "hunt: x\ntunables: {A: [1]}\n",
            "the value of `A` is KQL on one line, such as dynamic([\"a\"]), in quotes",
            "[1]",
        ),
    ] {
        let (told, at) = first(text);
        assert!(told.contains(message), "{text}: {told}");
        assert_eq!(at, place, "{text}");
    }
    let document = load_text("hunt.quarry.yaml", "hunt: x\nexclusion: []\n");
    assert_eq!(document.diagnostics[0].help.as_deref(), Some("did you mean `exclusions`?"));
}

#[test]
fn files_say_by_their_names_what_they_are() {
    assert_eq!(load_text("a/quarry.yaml", "tunables: {A: 1}\n").sidecars[0].layer, Layer::Team);
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(place.path().join(name), text).unwrap();
    write(
        "hunt.yaml",
        "id: 00000000-0000-4000-8000-000000000001\nname: n\ndescription: d\nquery: T\n",
    );
    write("hunt.quarry.yaml", "hunt: 00000000-0000-4000-8000-000000000001\n");
    write("quarry.yaml", "tunables: {A: 1}\n");
    let counts = |documents: &[Document]| {
        let hunts: usize = documents.iter().map(|document| document.hunts.len()).sum();
        let sidecars: usize = documents.iter().map(|document| document.sidecars.len()).sum();
        (hunts, sidecars)
    };
    assert_eq!(counts(&load_paths(&[place.path()])), (1, 2), "a folder brings everything");
    assert_eq!(
        counts(&load_paths(&[place.path().join("hunt.yaml")])),
        (1, 2),
        "and so does the hunt alone"
    );
}

const PAGE: &str = "Somebody does something.
KQL Query
T | where a == 1
id: 00000000-0000-4000-8000-000000000001
name: A page
description: |
Says what.
tactics:
- Collection
version: 1.0.0
Scenario: The nightly \"job\"
Description: It runs: every night.
Filter/Exclusion: Exclude the job by name.
Scenario: Another cause
Description: Something else
";

#[test]
fn scenarios_become_proposals_that_do_nothing() {
    let page = load_text("page.md", PAGE);
    let hunt = &page.hunts[0];
    assert_eq!(hunt.scenarios.len(), 2);
    let proposed = sidecar(&propose(hunt, &[]));
    assert_eq!(proposed.hunt, hunt.id);
    assert_eq!(proposed.exclusions.len(), 2);
    for (exclusion, scenario) in proposed.exclusions.iter().zip(&hunt.scenarios) {
        assert_eq!(exclusion.scenario, scenario.name);
        assert!(
            matches!(exclusion.state(0), ExclusionState::Unfinished(missing) if missing.contains(&"where") && missing.contains(&"status: reviewed"))
        );
    }
    assert_eq!(proposed.exclusions[0].suggestion, "Exclude the job by name.");
    let rest = sidecar(&propose(hunt, &["The nightly \"job\""]));
    assert_eq!(rest.exclusions.len(), 1, "what has an exclusion needs no proposal");
}
