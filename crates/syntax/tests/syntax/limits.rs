//! Text that tries to exhaust the stack, the memory or the patience of the reader.

use std::time::Instant;

use quarry_syntax::{Parse, parse};

/// Parses on a small stack, walks the tree and drops it there.
fn survives(query: String) -> Parse {
    let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(move || {
        let parsed = parse(&query);
        assert_eq!(parsed.syntax().text().to_string(), query);
        assert!(parsed.syntax().descendants_with_tokens().count() > 0);
        parsed
    });
    thread.unwrap().join().unwrap()
}

fn is_too_deep(parsed: &Parse) -> bool {
    parsed
        .diagnostics()
        .iter()
        .filter(|diagnostic| diagnostic.message.contains("too deeply"))
        .count()
        == 1
}

#[test]
fn nesting_has_a_limit_and_one_diagnostic() {
    let pairs = [
        ("(", ")"),
        ("f(", ")"),
        ("a[", "]"),
        ("toscalar(", ")"),
        ("iff(a, b, ", ")"),
        ("a in (", ")"),
        ("a between (1 .. ", ")"),
        ("(T | where ", ")"),
        ("(T | join kind=inner (U) on a | mv-apply x on (where ", "))"),
    ];
    for (open, close) in pairs {
        let query = format!("print {}1{}", open.repeat(10_000), close.repeat(10_000));
        let parsed = survives(query);
        assert!(is_too_deep(&parsed), "{open}: {:?}", parsed.diagnostics());
        assert_eq!(parsed.diagnostics().len(), 1, "{open}");
    }
}

#[test]
fn documents_and_functions_have_the_same_limit() {
    let document = format!("print dynamic({}{})", "[".repeat(10_000), "]".repeat(10_000));
    assert!(is_too_deep(&survives(document)));
    let document = format!("print dynamic({}1{})", "{'a':".repeat(10_000), "}".repeat(10_000));
    assert!(is_too_deep(&survives(document)));
    let functions = format!("{}1{}; T", "let f = () { ".repeat(10_000), "}".repeat(10_000));
    assert!(is_too_deep(&survives(functions)));
}

#[test]
fn unclosed_brackets_end_quickly() {
    for open in [
        "(",
        "f(",
        "a[",
        "dynamic([",
        "T | join (",
        "let f = () {",
        "datatable(a:long)[",
        "{",
        "(a,",
    ] {
        assert!(!survives(open.repeat(10_000)).is_ok(), "{open}");
    }
}

#[test]
fn what_people_write_is_no_limit() {
    let depth = 60;
    let nested = format!("print {}1{}", "iff(a, b, (".repeat(depth), "))".repeat(depth));
    assert!(survives(nested).is_ok());
    let sum = format!("print {}", vec!["a"; 300].join(" + "));
    assert!(survives(sum).is_ok());
}

#[test]
fn long_flat_queries_are_fine() {
    assert!(survives(format!("T{}", " | where a == 1".repeat(10_000))).is_ok());
    assert!(survives(format!("print {}", vec!["a == 1"; 10_000].join(" or "))).is_ok());
    assert!(survives(format!("print a in ({})", vec!["'x'"; 10_000].join(", "))).is_ok());
    assert!(survives("let a = 1; ".repeat(10_000)).is_ok());
    assert!(survives(format!("print {}", "'a' ".repeat(10_000))).is_ok());
}

#[test]
fn long_chains_are_cut_instead_of_nested() {
    for chain in [
        vec!["a"; 10_000].join(" + "),
        vec!["a"; 10_000].join("."),
        format!("a{}", "[0]".repeat(10_000)),
    ] {
        let parsed = survives(format!("print {chain}"));
        assert!(is_too_deep(&parsed), "{:?}", parsed.diagnostics());
    }
}

#[test]
fn diagnostics_have_a_limit() {
    assert!(survives("print 'a\n ".repeat(5_000)).diagnostics().len() <= 200);
    assert!(survives("T | nonsense ".repeat(5_000)).diagnostics().len() <= 200);
}

#[test]
fn time_grows_with_length_alone() {
    let texts = [
        "(a,",
        "a = (b, c",
        "T | x-",
        "f(",
        "'a' ",
        "a. ",
        "-",
        "a b ",
        "!x ",
        "[ ",
        "*a",
        "a!b",
        "hint.",
        ";",
        ")",
    ];
    for text in texts {
        let start = Instant::now();
        survives(text.repeat(30_000 / text.len()));
        assert!(start.elapsed().as_secs() < 10, "{text}: {:?}", start.elapsed());
    }
}
