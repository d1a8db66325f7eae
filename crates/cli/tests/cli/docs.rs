//! `quarry docs`, and the help of every command.

use super::{code, err, folder, out, quarry, with_mails};

#[test]
fn every_command_teaches() {
    let place = folder();
    for command in [
        "batch",
        "check",
        "coverage",
        "demo",
        "docs",
        "evidence",
        "exclusions",
        "explain",
        "export",
        "findings",
        "fmt",
        "hunt",
        "incidents",
        "ingest",
        "inquiry",
        "query",
        "ready",
        "run",
        "show",
        "test",
        "tune",
    ] {
        let help = quarry(place.path(), &[command, "--help"]);
        assert_eq!(code(&help), 0, "{command}");
        assert!(
            out(&help).contains("Examples:") && out(&help).contains(&format!("quarry {command}")),
            "{command}: {}",
            out(&help)
        );
    }
    let help = out(&quarry(place.path(), &["--help"]));
    assert!(help.contains("Exit codes:") && help.contains("quarry demo"), "{help}");
}

#[test]
fn docs_print_pages_with_answers() {
    let place = with_mails();
    for words in [&["docs", "strcat"][..], &["docs", "functions", "strcat"][..]] {
        let page = out(&quarry(place.path(), words));
        assert!(page.contains("strcat(arg") && page.contains("a1True"), "{page}");
    }
    let operator = out(&quarry(place.path(), &["docs", "operators", "has_cs"]));
    assert!(operator.contains("text has term") && operator.contains("print_1"), "{operator}");
    let list = out(&quarry(place.path(), &["docs", "functions", "ipv6"]));
    assert!(list.contains("ipv6_is_match") && !list.contains("ipv4_is_match"), "{list}");
    let miss = quarry(place.path(), &["docs", "operators", "wherre"]);
    assert!(err(&miss).contains("did you mean `where`?"), "{}", err(&miss));
}
