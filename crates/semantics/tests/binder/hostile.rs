//! Queries that are too deep, too long or double too often.

use std::fmt::Write as _;

use super::bound;

#[test]
fn hostile_queries_are_refused_quietly() {
    let deep = format!("print {}1{}", "(".repeat(10_000), ")".repeat(10_000));
    let piped = format!("Events {}", "| take 1 ".repeat(10_000));
    let sum = format!("print {}1", "1 + ".repeat(10_000));
    let ors = format!("Events | where {}true", "User == 'a' or ".repeat(10_000));
    let mut doubling = "let a0 = 1;".to_owned();
    let mut tables = "let t0 = Users;".to_owned();
    for n in 1..64 {
        let _ = write!(doubling, "let a{n} = a{} + a{};", n - 1, n - 1);
        let _ = write!(tables, "let t{n} = t{} | union t{};", n - 1, n - 1);
    }
    doubling.push_str("print a63");
    tables.push_str("t63");
    for query in [&deep, &piped, &sum, &doubling, &tables] {
        assert!(bound(query).diagnostics.iter().any(|d| d.is_error()), "{}", &query[..60]);
    }
    assert!(bound(&ors).query.is_some());
}

#[test]
fn the_deepest_queries_that_are_read_fit_the_stack() {
    let mut chain = "let f0 = (x: long) { x + 1 };".to_owned();
    let mut tables = "let g0 = () { Users };".to_owned();
    for n in 1..200 {
        let _ = write!(chain, "let f{n} = (x: long) {{ iff(x > 1, f{}(x), x) }};", n - 1);
        let _ = write!(
            tables,
            "let g{n} = () {{ g{} | where Risk > toscalar(g{} | count) }};",
            n - 1,
            n - 1
        );
    }
    chain.push_str("print f199(1)");
    tables.push_str("g199");
    let nested = |open: &str, close: &str, times: usize| format!("{}1{}", open.repeat(times), close.repeat(times));
    let mut queries = vec![chain, tables];
    for times in [20, 40, 60, 100, 127] {
        queries.push(format!("print {}", nested("iff(true, ", ", 2)", times)));
        queries.push(format!("print {}", nested("(", ")", times)));
        queries.push(format!("print {}", nested("toscalar(print ", ")", times)));
        queries.push(format!(
            "Users | where Risk in (({}))",
            "Users | where Risk in ((".repeat(times) + "Users" + &"))".repeat(times)
        ));
        queries.push(format!("{} Users {}", "union (".repeat(times), ")".repeat(times)));
        queries.push(format!(
            "Users | mv-apply Tags on ({} take 1 {})",
            "mv-apply Tags on (".repeat(times),
            ")".repeat(times)
        ));
    }
    for query in &queries {
        let outcome = bound(query);
        assert!(outcome.query.is_some() || outcome.diagnostics.iter().any(|d| d.is_error()));
    }
}
