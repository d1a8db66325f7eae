//! What people are told about text that does not follow the grammar.

use insta::assert_snapshot;
use quarry_syntax::parse;

fn told(query: &str) -> String {
    let parsed = parse(query);
    assert_eq!(parsed.syntax().text().to_string(), query);
    quarry_text::render::terminal("query", query, parsed.diagnostics(), false)
}

fn all_told(queries: &[&str]) -> String {
    queries.iter().map(|query| format!("{}\n", told(query))).collect()
}

#[test]
fn unknown_operators_come_with_a_suggestion() {
    assert_snapshot!(all_told(&[
        "CloudAppEvents | where Timestamp > ago(1d) | summarise count() by ActionType",
        "T | mv-expnd a | wehre x | frobnicate y | take 1",
        "T | | take 1 |",
    ]));
}

#[test]
fn brackets_that_do_not_match() {
    assert_snapshot!(all_told(&[
        "T | where (a == 1 | take 1",
        "T | where f(a, (b) | take 1",
        "T | where a in ('x', 'y' | take 1",
        "T | where a) == 1 | take 1",
        "T | join (U | where x on a | take 1",
        "let f = (a: long) { a + 1; f(2)",
        "print dynamic({'a': [1, 2}), 2",
    ]));
}

#[test]
fn missing_and_misplaced_parts() {
    assert_snapshot!(all_told(&[
        "T | where",
        "T | project a, | take 1",
        "T | project a b, c",
        "T where a == 1 | take 1",
        "T | extend a = 1\nlet b = 2; T | take b",
        "T | where a = = 1",
        "T | summarize count(), by a",
        "T | sort a",
        "T | lookup U",
        "T | where a == b == c",
        "T | where a !has_any ('x')",
        "T | where a in 'x'",
        "T | where a AND b or c Contains 'd' | take 1",
        "T | where in == 1",
        "T | parse a with | take 1",
        "let x = ; T",
        "T | where f(T | take 1)",
        ".show tables",
        "",
    ]));
}

#[test]
fn malformed_literals() {
    assert_snapshot!(all_told(&[
        "print 'abc",
        "print 'a\nb'",
        "print 'a\\qb'",
        "print int(2147483648), int(-0x10), int(1.0), int(1_0), long(0x1_F), long(٣), 0x1FFFFFFFFFFFFFFFF",
        "print datetime(2020-13-01), timespan(col), guid(x), bool(maybe), datetime(2020\n)",
        "print dynamic({a: 1}), dynamic([1,]), dynamic(x)",
        "print /* no such comment */ 1",
        "datatable (a: lnog, b: string) [1 + 1, x]",
        "print é",
        "print a ? b : c, `x`",
    ]));
}

#[test]
fn several_errors_in_one_query() {
    assert_snapshot!(told(
        "let a = ;\nT\n| summarise count() by x\n| where (y == 1\n| project z,\n| take int(99999999999)"
    ));
}

#[test]
fn every_refused_literal_has_the_code_of_the_engine() {
    for query in [
        "print v = int(-0x10)",
        "print v = int(2147483648)",
        "print v = 0x1FFFFFFFFFFFFFFFF",
        "print v = int(1.0)",
    ] {
        let parsed = parse(query);
        assert!(
            parsed.diagnostics().iter().any(|diagnostic| diagnostic.code == "SYN0002"),
            "{query}"
        );
    }
}
