//! `quarry query`.

use serde_json::Value;

use super::{code, err, folder, out, quarry, with_mails};

#[test]
fn a_query_needs_no_lake() {
    let place = folder();
    let answer = quarry(place.path(), &["query", "print a = 1 + 1, b = 'x'", "--format", "jsonl"]);
    assert_eq!(out(&answer), "{\"a\":2,\"b\":\"x\"}\n", "{}", err(&answer));
    assert_eq!(code(&answer), 0);
    assert!(!place.path().join("quarry-lake").exists(), "asking makes no lake");
}

#[test]
fn a_broken_query_gets_diagnostics_and_code_2() {
    let place = with_mails();
    let answer = quarry(
        place.path(),
        &["query", "EmailEvents | where Timestmp > ago(1d) | summarise count() by Subject"],
    );
    let shown = err(&answer);
    assert_eq!(code(&answer), 2, "{shown}");
    assert!(
        shown.contains("summarise") && shown.contains("did you mean `summarize`?"),
        "{shown}"
    );
    assert!(shown.contains("Timestmp") && shown.contains("did you mean `Timestamp`"), "{shown}");
    assert!(shown.contains("query:1:"), "{shown}");
    assert!(!shown.contains('\u{1b}') && out(&answer).is_empty(), "{shown}");
    assert!(!shown.contains("panicked") && !shown.contains("RUST_BACKTRACE"), "{shown}");
}

#[test]
fn a_table_without_data_is_named() {
    let place = with_mails();
    let answer = quarry(place.path(), &["query", "SigninLogs | count"]);
    assert!(err(&answer).contains("table SigninLogs holds no data here"), "{}", err(&answer));
    assert_eq!(code(&answer), 2);
}

#[test]
fn rows_come_in_every_form() {
    let place = with_mails();
    let query =
        "EmailEvents | where SenderFromAddress == 'a@contoso.example' | project Timestamp, Subject | sort by Timestamp asc | take 3";
    let form = |format: &str| out(&quarry(place.path(), &["query", query, "--format", format]));
    assert_eq!(
        form("table"),
        "Timestamp                    Subject\n2026-11-19 08:00:00.0000000  one\n2026-11-19 08:00:01.1234567  two\n2026-11-19 09:00:00.0000000  three, \"quoted\"\n"
    );
    assert_eq!(
        form("csv"),
        "Timestamp,Subject\n2026-11-19T08:00:00Z,one\n2026-11-19T08:00:01.1234567Z,two\n2026-11-19T09:00:00Z,\"three, \"\"quoted\"\"\"\n"
    );
    let json: Value = serde_json::from_str(&form("json")).unwrap();
    assert_eq!(json[2]["Subject"], "three, \"quoted\"");
    assert_eq!(form("jsonl").lines().count(), 3);
}

#[test]
fn too_little_memory_is_an_error_that_says_so() {
    let folder = folder();
    let text = "range n from 1 to 400000 step 1 | extend t = strcat('a text that is long enough to count ', n)";
    let small = quarry(folder.path(), &["query", text, "--memory", "16MB", "--format", "csv"]);
    assert_eq!(code(&small), 3);
    assert!(
        err(&small).contains("Q0005") && err(&small).contains("limit of 16 MB"),
        "{}",
        err(&small)
    );
    let wrong = quarry(folder.path(), &["query", "print 1", "--memory", "much"]);
    assert_eq!((code(&wrong), err(&wrong).contains("512MB")), (2, true));
}
