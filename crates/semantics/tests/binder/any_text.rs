//! Any text is bound or refused.

use quarry_semantics::{BindOptions, Mode, bind};

use super::columns::names_by_id;
use super::{Fixture, bound};

/// Pieces of queries; any sequence of them must be bound or refused.
const PIECES: &[&str] = &[
    "Events",
    "Users",
    "|",
    ";",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    "=",
    "==",
    ".",
    "..",
    "*",
    "-",
    "+",
    "let x =",
    "let f = (a: long) {",
    "x",
    "f(1)",
    "where",
    "extend",
    "project",
    "project-away",
    "summarize",
    "by",
    "count()",
    "arg_max(Bytes, *)",
    "join",
    "kind=leftouter",
    "on",
    "$left.User",
    "union",
    "withsource=T",
    "isfuzzy=true",
    "mv-expand",
    "mv-apply",
    "parse",
    "with",
    "User",
    "Raw",
    "Raw.a[0]",
    "Bytes",
    "Timestamp",
    "1",
    "'a'",
    "1d",
    "dynamic([1])",
    "in",
    "!in~",
    "has_any",
    "between",
    "and",
    "or",
    "not(",
    "toscalar(",
    "materialize(",
    "datatable(a: long)",
    "range",
    "from",
    "to",
    "step",
    "print",
    "sort by",
    "top 5 by",
    "make-series",
    "evaluate bag_unpack(",
    "evaluate pivot(",
    "invoke",
    "as T",
    "search",
    "find",
    "fork",
    "facet by",
    "scan",
    "partition by",
    "serialize",
    "prev(",
    "column_ifexists(",
    "database('x')",
    "set query_now =",
    "declare query_parameters(a: long = 1)",
    "typeof(long)",
];

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_is_bound_or_refused(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        let query = pieces.join(" ");
        let outcome = bound(&query);
        let refused = outcome.diagnostics.iter().any(|d| d.is_error());
        proptest::prop_assert!(outcome.query.is_some() || outcome.discover.is_some() || refused, "{query}");
        for mode in [Mode::Execute, Mode::SchemaOnly] {
            let _ = bind(&query, &BindOptions { mode, ..BindOptions::default() }, &Fixture);
        }
    }

    #[test]
    fn a_query_that_runs_names_and_types_every_column(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..12)) {
        let query = format!("Events | {}", pieces.join(" "));
        if let Some(bound) = bound(&query).query {
            for (id, names) in names_by_id(&bound) {
                proptest::prop_assert!(names.len() == 1, "#{id} {names:?} {query}");
            }
            for column in bound.results.iter().flat_map(|result| &result.rel.columns) {
                proptest::prop_assert!(!column.name.is_empty(), "{query}");
            }
        }
    }
}
