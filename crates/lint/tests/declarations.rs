//! Holds every rule to its declaration: its example fires, its other example does not, its page is up to date.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::HashSet;
use std::path::Path;

use quarry_content::{Document, load_text};
use quarry_lint::{fix, review, rule, rules};
use quarry_semantics::SchemaCatalog;
use quarry_text::{Diagnostic, Rule};

fn document(text: &str) -> Document {
    let yaml = text
        .lines()
        .any(|line| line.starts_with("query:") || line.starts_with("id:") || line.starts_with("name:"));
    load_text(if yaml { "example.yaml" } else { "example.kql" }, text)
}

fn found(text: &str) -> Vec<Diagnostic> {
    review(&document(text), &SchemaCatalog).diagnostics
}

#[test]
fn examples_do_what_they_say() {
    let mut wrong = Vec::new();
    for Rule { code, fires, silent, .. } in rules() {
        // What needs a file system, or a second file, has no example of one text.
        if fires.is_empty() {
            continue;
        }
        if !found(fires).iter().any(|diagnostic| diagnostic.code == *code) {
            wrong.push(format!("{code} does not fire:\n{fires}\n{:?}", found(fires)));
        }
        if let Some(diagnostic) = found(silent)
            .iter()
            .find(|diagnostic| diagnostic.code == *code || diagnostic.is_error())
        {
            wrong.push(format!("{code} is not silent: {diagnostic}\n{silent}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn examples_have_no_other_errors() {
    for lint in quarry_lint::lints() {
        for text in [lint.rule.fires, lint.rule.silent] {
            let others: Vec<Diagnostic> = found(text)
                .into_iter()
                .filter(|other| other.is_error() && other.code != lint.rule.code)
                .collect();
            assert!(others.is_empty(), "{}: {others:?}", lint.rule.code);
        }
    }
}

#[test]
fn codes_and_names_are_unique_and_in_order() {
    let codes: Vec<&str> = rules().map(|rule| rule.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
    let names: HashSet<&str> = rules().map(|rule| rule.name).collect();
    assert_eq!(names.len(), codes.len());
    assert_eq!(codes.iter().collect::<HashSet<_>>().len(), codes.len());
    assert_eq!(rule("q0404"), rule("join-kind"));
}

#[test]
fn fixes_see_to_what_was_found_and_to_nothing_else() {
    for lint in quarry_lint::lints() {
        let text = lint.rule.fires;
        let diagnostics = found(text);
        if diagnostics.iter().all(|diagnostic| diagnostic.fix.is_empty()) {
            continue;
        }
        let fixed = fix(text, &diagnostics);
        let again = found(&fixed.text);
        assert!(
            again.iter().all(|diagnostic| diagnostic.fix.is_empty()),
            "{}: {again:?}",
            lint.rule.code
        );
        assert_eq!(fix(&fixed.text, &again).text, fixed.text);
    }
}

#[test]
fn page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lints.md");
    let page = quarry_lint::page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == page,
        "docs/lints.md is out of date: UPDATE=1 cargo test -p quarry-lint page"
    );
}

/// The codes that stand in the sources of all crates, tests aside.
fn codes_in_sources() -> Vec<(String, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !matches!(name.as_str(), "tests" | "benches" | "examples" | "target") {
                folders.push(path);
            } else if name.ends_with(".rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]").next().unwrap();
                for piece in text.split('"').filter(|piece| piece.len() == 5) {
                    if piece
                        .strip_prefix('Q')
                        .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
                    {
                        found.push((piece.to_owned(), path.display().to_string()));
                    }
                }
            }
        }
    }
    found
}

#[test]
fn every_code_is_explained() {
    let found = codes_in_sources();
    assert!(found.len() > 60, "{found:?}");
    let unknown: Vec<_> = found.iter().filter(|(code, _)| rule(code).is_none()).collect();
    assert!(unknown.is_empty(), "no Rule explains {unknown:?}");
    let unused: Vec<_> = rules().filter(|rule| !found.iter().any(|(code, _)| code == rule.code)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}
