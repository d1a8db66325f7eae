//! The columns of what is bound: their names, their ids, and the paths into them.

use std::collections::{BTreeMap, BTreeSet};

use quarry_semantics::ir::{Query, Rel, RelKind};
use quarry_semantics::{BindOptions, Mode, SchemaCatalog, bind};

use super::{Fixture, bound};

#[test]
fn without_running_unknown_columns_stay_open() {
    let options = BindOptions {
        mode: Mode::SchemaOnly,
        ..BindOptions::default()
    };
    let outcome = bind("Events | evaluate bag_unpack(Raw) | where anything == 1", &options, &Fixture);
    assert!(outcome.open && outcome.discover.is_none() && outcome.diagnostics.is_empty());
}

/// Every column of every leg and nothing more: a place for each pair of leg and result column would be sixty million.
#[test]
fn a_search_of_every_table_lists_each_column_once() {
    let options = BindOptions {
        mode: Mode::SchemaOnly,
        ..BindOptions::default()
    };
    let outcome = bind(
        "search 'x' and TimeGenerated > ago(1d) | project-reorder $table, UserPrincipalName",
        &options,
        &SchemaCatalog,
    );
    let query = outcome.query.expect("a bound query");
    let result = &query.results[0].rel;
    assert_eq!(result.columns[0].name, "$table");
    assert_eq!(result.columns[1].name, "UserPrincipalName");
    let union = result.inputs()[0];
    let RelKind::Union { legs, .. } = union.kind.as_ref() else {
        panic!("{:?}", union.kind)
    };
    for leg in legs {
        assert_eq!(leg.source.len(), leg.rel.columns.len(), "{}", leg.label);
    }
    assert!(result.columns.len() > 20_000 && legs.len() > 2_000);
}

/// The engine splits a column by type wherever a type differs; the language service only where the second column of the name does.
#[test]
fn an_editor_overlooks_types_after_two_that_are_alike() {
    let columns = |mode: Mode, legs: &str| {
        let options = BindOptions {
            mode,
            ..BindOptions::default()
        };
        let query = bind(&format!("union {legs}"), &options, &Fixture).query.expect("a bound query");
        let columns = query.results[0].rel.columns.iter();
        columns
            .map(|column| format!("{}:{}", column.name, column.ty))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let leg = |literal: &str| format!("(print x = {literal})");
    let (long, text) = (leg("1"), leg("''"));
    let [first, last] = [format!("{long}, {text}, {text}"), format!("{long}, {long}, {text}")];
    assert_eq!(columns(Mode::Execute, &last), "x_long:long x_string:string");
    assert_eq!(columns(Mode::Editor, &last), "x:long");
    for mode in [Mode::Execute, Mode::Editor] {
        assert_eq!(columns(mode, &first), "x_long:long x_string:string");
    }
}

/// The names that each column id goes by anywhere in a query.
pub(super) fn names_by_id(query: &Query) -> BTreeMap<u32, BTreeSet<String>> {
    let mut names: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    let mut todo: Vec<&Rel> = query
        .results
        .iter()
        .map(|result| &result.rel)
        .chain(query.subqueries.iter().map(|subquery| &subquery.rel))
        .collect();
    while let Some(rel) = todo.pop() {
        for column in &rel.columns {
            names.entry(column.id).or_default().insert(column.name.clone());
        }
        todo.extend(rel.inputs());
    }
    names
}

#[test]
fn a_column_id_goes_with_one_name() {
    let queries = [
        "Events | join Users on User | join kind=inner (Users) on User",
        "Events | lookup (Users | extend Code = 'x') on User",
        "Events | summarize x = count(), y = arg_max(Timestamp, *) by who = User | project-rename z = x",
        "union Events, Users | as All | union withsource=T All",
        "Users | mv-apply t = Tags on (project t, User) | mv-expand Tags, t",
        "Events | top-nested 2 of User by sum(Bytes), top-nested 1 of Code by worst = max(Bytes)",
        "Events | make-series n = count(), sum(Bytes) on Timestamp step 1h by User | extend series_stats(n)",
    ];
    for query in queries {
        let bound = bound(query).query.unwrap_or_else(|| panic!("{query}"));
        for (id, names) in names_by_id(&bound) {
            assert_eq!(names.len(), 1, "#{id} is called {names:?} in {query}");
        }
    }
}

#[test]
fn paths_into_stored_columns_are_told_through_names_and_operators() {
    let paths = |text: &str| -> Vec<String> {
        let query = bind(text, &BindOptions::default(), &Fixture).query.unwrap();
        let shown = quarry_semantics::ir::stored_paths(&query)
            .into_iter()
            .map(|found| format!("{}.{} {:?}", found.table, found.column, found.path));
        shown.collect()
    };
    assert_eq!(
        paths("Events | where Raw['a'] == 'x' | extend Folders = Raw.b.c | where isnotempty(Folders.d)"),
        [
            r#"Events.Raw [Key("a")]"#,
            r#"Events.Raw [Key("b"), Key("c")]"#,
            r#"Events.Raw [Key("b"), Key("c"), Key("d")]"#
        ]
    );
    // Computed steps end a path; elements of an expanded array have none.
    assert_eq!(
        paths("let E = materialize(Events | extend R = parse_json(Raw)); E | mv-expand x = R[0].items | extend k = x.key, v = R[User].z"),
        [r#"Events.Raw [Index(0), Key("items")]"#]
    );
    assert!(paths("Events | extend Raw = parse_json(User) | extend x = Raw.a").is_empty());
}
