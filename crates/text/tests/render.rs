//! What a diagnostic looks like to a person, a program and a build server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use quarry_text::render::{self, SarifFile};
use quarry_text::{Diagnostic, Rule, Severity, Span};

const QUERY: &str = "CloudAppEvents | where Timestmp > ago(1d) | summarise count() by ActionType";

fn span_of(source: &str, word: &str) -> Span {
    let start = u32::try_from(source.find(word).unwrap()).unwrap();
    Span::new(start, start + u32::try_from(word.len()).unwrap())
}

fn two_errors() -> Vec<Diagnostic> {
    vec![
        Diagnostic::error("SYN0002", "unknown operator `summarise`", span_of(QUERY, "summarise")).with_help("did you mean `summarize`?"),
        Diagnostic::error("SEM0100", "no column `Timestmp` in CloudAppEvents", span_of(QUERY, "Timestmp"))
            .with_help("did you mean `Timestamp`? (datetime)"),
    ]
}

#[test]
fn short_help_stands_at_the_place() {
    insta::assert_snapshot!(render::terminal("query", QUERY, &two_errors(), false));
}

#[test]
fn a_label_at_the_place_moves_help_below() {
    let source = "T\n| where FolderCount > FolderThreshold and UserCount < UserThreshold\n| take 1";
    let place = span_of(source, "UserCount < UserThreshold");
    let warning = Diagnostic::warning("Q0107", "this branch can never be chosen", place)
        .with_label(place, "UserCount ≥ 1 for every group and UserThreshold is 1")
        .with_label(span_of(source, "FolderThreshold"), "the other threshold")
        .with_help("`UserCount <= UserThreshold` covers the folder-only case");
    insta::assert_snapshot!(render::terminal("mailbox.yaml", source, &[warning], false));
}

#[test]
fn of_a_long_line_the_place_is_shown() {
    let many: String = (0..400).map(|n| format!("'ünïcode {n}', ")).collect();
    let source = format!("T\n| where Name in ({many}'end') and Nmae has 'x' and Other in ({many}'z')\n| take 1");
    let error = Diagnostic::error("SEM0100", "no column `Nmae`", span_of(&source, "Nmae")).with_help("did you mean `Name`?");
    insta::assert_snapshot!(render::terminal("long.kql", &source, &[error], false));
}

#[test]
fn colour_is_ansi() {
    let drawn = render::terminal("query", QUERY, &two_errors(), true);
    assert!(drawn.contains("\u{1b}["));
    assert!(!render::terminal("query", QUERY, &two_errors(), false).contains('\u{1b}'));
}

#[test]
fn the_source_cannot_drive_the_terminal() {
    let source = "T | where x == '\u{1b}[2J\u{202e}\u{9b}'";
    let diagnostic = Diagnostic::error("X", "bad \u{1b}[31m name", Span::new(4, 9));
    let drawn = render::terminal("a\u{7}b", source, &[diagnostic], false);
    assert!(!drawn.chars().any(|c| c.is_control() && c != '\n'), "{drawn:?}");
    assert!(!drawn.contains('\u{202e}'));
}

#[test]
fn json_holds_every_fact() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&render::json(QUERY, &two_errors())).unwrap());
}

fn rule(code: &str) -> Option<&'static Rule> {
    static RULE: Rule = Rule {
        code: "SEM0100",
        name: "unknown-name",
        level: Severity::Error,
        summary: "A name that nothing declares.",
        why: "The query cannot run.",
        fires: "print x",
        silent: "print 1",
    };
    (code == RULE.code).then_some(&RULE)
}

#[test]
fn an_edit_is_told_to_programs() {
    let diagnostics =
        [Diagnostic::error("SEM0100", "no column `Timestmp`", span_of(QUERY, "Timestmp"))
            .with_edit(span_of(QUERY, "Timestmp"), "Timestamp")];
    let files = [SarifFile {
        uri: "a.kql",
        source: QUERY,
        diagnostics: &diagnostics,
    }];
    let log = render::sarif("0.1.0", &files, &rule);
    assert_eq!(
        log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"],
        "Timestamp"
    );
    assert_eq!(render::json(QUERY, &diagnostics)[0]["fix"][0]["start"], 23);
}

#[test]
fn sarif_log_of_two_files() {
    let diagnostics = two_errors();
    let clean: Vec<Diagnostic> = Vec::new();
    let files = [
        SarifFile {
            uri: "hunts/a.yaml",
            source: QUERY,
            diagnostics: &diagnostics,
        },
        SarifFile {
            uri: "hunts/b.yaml",
            source: "T",
            diagnostics: &clean,
        },
    ];
    insta::assert_snapshot!(serde_json::to_string_pretty(&render::sarif("0.1.0", &files, &rule)).unwrap());
}

proptest! {
    #[test]
    fn lines_are_never_wider_than_a_terminal_can_show(source in "[a-zü\n]{0,900}", start in 0u32..1000, length in 0u32..1000) {
        let diagnostic = Diagnostic::error("SYN0002", "odd place", Span::new(start, start + length));
        let drawn = render::terminal("query", &source, &[diagnostic], false);
        prop_assert!(drawn.lines().all(|line| line.chars().count() < 220), "{}", drawn);
        let start = source.floor_char_boundary((start as usize).min(source.len()));
        let before = &source[..start];
        let column = before[before.rfind('\n').map_or(0, |at| at + 1)..].chars().count() + 1;
        let place = format!("query:{}:{column}", before.matches('\n').count() + 1);
        prop_assert!(drawn.contains(&place), "{} in {}", place, drawn);
    }

    #[test]
    fn any_span_of_any_text_can_be_drawn(source in any::<String>(), start in 0u32..40, length in 0u32..40) {
        let diagnostic = Diagnostic::error("SYN0002", "odd place", Span::new(start, start + length));
        let drawn = render::terminal("query", &source, std::slice::from_ref(&diagnostic), false);
        prop_assert!(drawn.contains("odd place"));
        prop_assert_eq!(render::json(&source, &[diagnostic]).as_array().map(Vec::len), Some(1));
    }
}
