//! What is called unreachable is unreachable: conditions are tried on every row of a small world.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use quarry_content::load_text;
use quarry_lint::review;
use quarry_semantics::SchemaCatalog;

/// A condition over `a` and `b`, whole numbers that may be null, and `s`, a text.
#[derive(Debug, Clone)]
enum Condition {
    Compare(char, &'static str, i64),
    Between(char, i64, i64),
    In(char, Vec<i64>),
    Null(char, bool),
    Text(&'static str, &'static str),
    Empty(bool),
    Not(Box<Condition>),
    And(Vec<Condition>),
    Or(Vec<Condition>),
}

#[derive(Debug, Clone, Copy)]
struct Row {
    a: Option<i64>,
    b: Option<i64>,
    s: &'static str,
}

const TEXTS: [&str; 4] = ["", "x", "X", "y"];

fn world() -> Vec<Row> {
    let numbers = || (-3..=4).map(Some).chain([None]);
    numbers()
        .flat_map(|a| numbers().flat_map(move |b| TEXTS.map(|s| Row { a, b, s })))
        .collect()
}

impl Condition {
    fn kql(&self) -> String {
        let list = |parts: &[Condition], word: &str| {
            let parts: Vec<String> = parts.iter().map(|part| format!("({})", part.kql())).collect();
            parts.join(word)
        };
        match self {
            Condition::Compare(column, op, value) => format!("{column} {op} {value}"),
            Condition::Between(column, low, high) => format!("{column} between ({low} .. {high})"),
            Condition::In(column, values) => {
                let values: Vec<String> = values.iter().map(i64::to_string).collect();
                format!("{column} in ({})", values.join(", "))
            }
            Condition::Null(column, is) => format!("{}({column})", if *is { "isnull" } else { "isnotnull" }),
            Condition::Text(op, text) => format!("s {op} '{text}'"),
            Condition::Empty(is) => format!("{}(s)", if *is { "isempty" } else { "isnotempty" }),
            Condition::Not(inner) => format!("not({})", inner.kql()),
            Condition::And(parts) => list(parts, " and "),
            Condition::Or(parts) => list(parts, " or "),
        }
    }

    /// True, false or null.
    fn value(&self, row: Row) -> Option<bool> {
        let column = |name: char| if name == 'a' { row.a } else { row.b };
        match self {
            Condition::Compare(name, op, value) => match (column(*name), *op) {
                (None, "!=") => Some(true),
                (None, "==") => Some(false),
                (None, _) => None,
                (Some(number), "==") => Some(number == *value),
                (Some(number), "!=") => Some(number != *value),
                (Some(number), "<") => Some(number < *value),
                (Some(number), "<=") => Some(number <= *value),
                (Some(number), ">") => Some(number > *value),
                (Some(number), _) => Some(number >= *value),
            },
            Condition::Between(name, low, high) => column(*name).map(|number| (*low..=*high).contains(&number)),
            Condition::In(name, values) => Some(column(*name).is_some_and(|number| values.contains(&number))),
            Condition::Null(name, is) => Some(column(*name).is_none() == *is),
            Condition::Text(op, text) => Some(match *op {
                "==" => row.s == *text,
                "!=" => row.s != *text,
                "=~" => row.s.eq_ignore_ascii_case(text),
                _ => !row.s.eq_ignore_ascii_case(text),
            }),
            Condition::Empty(is) => Some(row.s.is_empty() == *is),
            Condition::Not(inner) => inner.value(row).map(|value| !value),
            Condition::And(parts) => {
                let values: Vec<_> = parts.iter().map(|part| part.value(row)).collect();
                if values.contains(&Some(false)) {
                    Some(false)
                } else if values.contains(&None) {
                    None
                } else {
                    Some(true)
                }
            }
            Condition::Or(parts) => {
                let values: Vec<_> = parts.iter().map(|part| part.value(row)).collect();
                if values.contains(&Some(true)) {
                    Some(true)
                } else if values.contains(&None) {
                    None
                } else {
                    Some(false)
                }
            }
        }
    }
}

fn conditions() -> impl Strategy<Value = Condition> {
    let column = || prop::sample::select(vec!['a', 'b']);
    let number = || -2i64..=3;
    let leaf = prop_oneof![
        4 => (column(), prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]), number()).prop_map(|(c, op, n)| Condition::Compare(c, op, n)),
        1 => (column(), number(), number()).prop_map(|(c, low, high)| Condition::Between(c, low, high)),
        1 => (column(), prop::collection::vec(number(), 1..4)).prop_map(|(c, values)| Condition::In(c, values)),
        1 => (column(), any::<bool>()).prop_map(|(c, is)| Condition::Null(c, is)),
        2 => (prop::sample::select(vec!["==", "!=", "=~", "!~"]), prop::sample::select(TEXTS.to_vec())).prop_map(|(op, text)| Condition::Text(op, text)),
        1 => any::<bool>().prop_map(Condition::Empty),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| Condition::Not(Box::new(inner))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::And),
            prop::collection::vec(inner, 2..4).prop_map(Condition::Or),
        ]
    })
}

fn found(query: &str) -> Vec<(String, u32)> {
    let reviewed = review(&load_text("a.kql", query), &SchemaCatalog);
    assert!(
        reviewed.diagnostics.iter().all(|found| !found.is_error()),
        "{query}: {:?}",
        reviewed.diagnostics
    );
    reviewed
        .diagnostics
        .iter()
        .map(|found| (found.code.to_string(), found.span.start))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn dead_branches_are_dead(filter in conditions(), branches in prop::collection::vec(conditions(), 1..4)) {
        let mut query = format!("datatable(a: long, b: long, s: string) [1, 2, 'x'] | where {} | extend r = case(", filter.kql());
        let mut starts = Vec::new();
        for branch in &branches {
            let text = branch.kql();
            starts.push((query.len(), query.len() + text.len()));
            query.push_str(&format!("{text}, 'v', "));
        }
        let rest = query.len();
        query.push_str("'rest')");
        let claims = found(&query);
        let rows: Vec<Row> = world().into_iter().filter(|row| filter.value(*row) == Some(true)).collect();
        for (code, at) in claims {
            let at = at as usize;
            if code == "Q0402" {
                prop_assert!(rows.is_empty(), "rows pass: {query}");
            } else if code == "Q0401" && at >= rest {
                let reaches = rows.iter().any(|row| branches.iter().all(|branch| branch.value(*row) != Some(true)));
                prop_assert!(!reaches, "rows get to the end: {query}");
            } else if code == "Q0401" {
                // A claim stands at a condition, or at the value behind it.
                let number = starts.iter().rposition(|(start, _)| *start <= at).unwrap();
                let inside = at < starts[number].1;
                let chosen = |row: &Row| branches.iter().position(|branch| branch.value(*row) == Some(true));
                let taken = rows.iter().any(|row| chosen(row).is_some_and(|chosen| if inside { chosen == number } else { chosen > number }));
                prop_assert!(!taken, "branch {number} is taken: {query}");
            } else if code == "Q0403" {
                prop_assert!(!rows.is_empty() || filter.kql().contains(" or "), "{query}");
            }
        }
    }
}
