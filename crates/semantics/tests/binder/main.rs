//! The binder seen from outside: queries in, the representation or the diagnostics out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use quarry_schema::KqlType;
use quarry_semantics::ir::display::display;
use quarry_semantics::ir::{Query, Rel, RelKind};
use quarry_semantics::{BindOptions, BindOutcome, Catalog, Mode, SchemaCatalog, StoredFunction, TableSchema, bind};

/// Two small tables and a stored function.
struct Fixture;

impl Catalog for Fixture {
    fn table(&self, name: &str) -> Option<TableSchema> {
        let columns: &[(&str, KqlType)] = match name {
            "Events" => &[
                ("Timestamp", KqlType::DateTime),
                ("User", KqlType::String),
                ("Bytes", KqlType::Long),
                ("Code", KqlType::Int),
                ("Raw", KqlType::Dynamic),
                ("TimeGenerated", KqlType::DateTime),
                ("Type", KqlType::String),
            ],
            "Users" => &[("User", KqlType::String), ("Risk", KqlType::Real), ("Tags", KqlType::Dynamic)],
            _ => return None,
        };
        let mut schema = TableSchema {
            name: name.to_owned(),
            ..TableSchema::default()
        };
        schema.columns = columns.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect();
        if name == "Events" {
            schema.aliases = vec![("TimeGenerated".to_owned(), "Timestamp".to_owned())];
            schema.constants = vec![("Type".to_owned(), "Events".to_owned())];
        }
        Some(schema)
    }

    fn table_names(&self) -> Vec<String> {
        vec!["Events".to_owned(), "Users".to_owned()]
    }

    fn function(&self, name: &str) -> Option<StoredFunction> {
        let (parameters, body) = match name {
            "Risky" => ("(least: real = 0.5)", "Users | where Risk >= least | project User"),
            "Loop" => ("()", "{ Loop() }"),
            "Garbled" => ("()", "{ Users | where ) }"),
            "Broken" => ("()", "{ Users | project Nope }"),
            _ => return None,
        };
        Some(StoredFunction {
            parameters: parameters.to_owned(),
            body: body.to_owned(),
        })
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        quarry_text::suggest::closest(name, ["Events", "Users"]).map(str::to_owned)
    }

    fn database_name(&self) -> &str {
        "logs"
    }
}

fn bound(query: &str) -> BindOutcome {
    bind(query, &BindOptions::default(), &Fixture)
}

fn shown(query: &str, outcome: &BindOutcome) -> String {
    let mut out = format!("{query}\n");
    for diagnostic in &outcome.diagnostics {
        let _ = writeln!(out, "! {diagnostic} at `{}`", diagnostic.span.text(query));
    }
    if let Some(discover) = &outcome.discover {
        let _ = writeln!(out, "? {} #{}\n{}", discover.plugin, discover.column, display(&discover.input));
    }
    if let Some(query) = &outcome.query {
        out.push_str(&display(query));
    }
    out
}

fn all(queries: &[&str]) -> String {
    queries
        .iter()
        .map(|query| shown(query, &bound(query)))
        .collect::<Vec<_>>()
        .join("\n")
}

macro_rules! snapshots {
    ($($name:ident: [$($query:expr),* $(,)?];)*) => {$(
        #[test]
        fn $name() {
            insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(all(&[$($query),*])) });
        }
    )*};
}

snapshots! {
    columns: [
        "Users | extend Risk = Risk * 2, Risk + 1 | project Column1, User",
        "Events | project-away Type, T* | project-rename Who = User | project-reorder Who, *",
        "Events | project tostring(Raw.a.b), Raw['x y'], Raw.list[-1], strlen(User), Bytes / 2, Code + Code",
        "Events | where User has 'a' and (Bytes > 5 or Code in (1, 2)) and Timestamp between (ago(1d) .. 2h)",
        "Events | where Timestamp == '2024-01-01' and Bytes == '5' and Raw.a == 'x'",
        "Events | project i = iff(Bytes > 1, User, Raw.a), c = case(Code == 1, 1, 2), d = coalesce(Code, Bytes)",
        "print 1, x = 'a', strcat('b', 2), dynamic({'a': [1, 2.5]})",
    ];
    aggregation: [
        "Events | summarize count(), sum(Bytes), make_set(Raw.a) by User, bin(Timestamp, 1h)",
        "Events | summarize arg_max(Timestamp, *) by User",
        "Events | summarize round(avg(Bytes), 2), p = percentiles(Bytes, 5, 99.9), Total = sum(Bytes) / count()",
        "Events | distinct User | count | top 3 by Count asc",
        "Events | make-series Total = sum(Bytes) default = -1 on Timestamp from ago(1d) to now() step 1h by User",
        "Events | evaluate pivot(User, sum(Bytes), Code)",
    ];
    tables: [
        "Events | join kind=leftouter (Users | project User, Code = 1) on User",
        "Events | lookup Users on User",
        "union withsource=T Events, (Users | extend Code = 'x')",
        "let f = materialize(Users | where Risk > 0.5); f | join kind=inner f on User",
        "let top_user = toscalar(Users | top 1 by Risk | project User); Events | where User == top_user or User in (Users | project User)",
        "Risky(0.9) | union Risky",
        "search in (Users) 'adm*' and Risk > 0.1",
        "Users | fork (count) (where Risk > 1)",
        "range x from 1 to 3 step 1 | getschema",
    ];
    expansion: [
        "Users | mv-expand Tags",
        "Users | mv-expand with_itemindex=i Tag = Tags to typeof(string) limit 5",
        "Events | mv-expand parse_json(User)",
        "Users | mv-apply Tag = Tags to typeof(string) on (where Tag startswith 'a' | summarize Tagged = make_list(Tag))",
        "Events | parse kind=relaxed User with 'a' X: long 'b' Y *",
        "Events | evaluate bag_unpack(Raw)",
    ];
    windows: [
        "Events | sort by Timestamp asc | extend n = row_number(), before = prev(Bytes, 1, 0) | where prev(User) != User",
        "Events | serialize n = row_number() | partition by User (top 1 by Bytes)",
    ];
    functions: [
        "let f = (x: long, y: string = 'd') { strcat(y, x) }; Events | project a = f(Code), b = f(y = 'k', x = 5)",
        "let f = (T: (User: string), n: long) { T | where strlen(User) > n | take n }; Users | invoke f(3)",
        "let lower = 1; let g = (n: long) { let inner = n + lower; toscalar(Events | where Bytes > inner | count) }; print g(2)",
        "declare query_parameters (least: real = 0.25); Users | where Risk >= least",
    ];
    mistakes: [
        "Event | take 1",
        "Events | where Usr == 'a' | project Byts, User",
        "Events | extend a = 1, b = a",
        "Events | project User, User",
        "Events | summarize sum(Bytes) + Bytes by User",
        "Events | where Bytes has 'a'",
        "Events | summarize count() by Raw | sort by Raw",
        "let a = 1; let a = 2; print a",
        "Loop",
        "Broken",
        "Garbled",
        "let a = 1;",
        "Events | extend n = row_number()",
        "Events | join kind=outerish Users on User, Nope",
        "Events | extend x = strcatt(User), y = floor(1.5)",
        "database('other').T | take 1",
        "Events | where User in ((Users | project Risk))",
        "print iff(true, 1, 'a')",
    ];
}

#[test]
fn answers_about_the_data_complete_a_query() {
    let query = "Events | project User, Raw | evaluate bag_unpack(Raw, 'p_') | project p_a, p_b";
    assert!(bound(query).discover.is_some());
    let facts = vec![vec![("a".to_owned(), KqlType::Long), ("b".to_owned(), KqlType::String)]];
    let outcome = bind(
        query,
        &BindOptions {
            facts,
            ..BindOptions::default()
        },
        &Fixture,
    );
    insta::assert_snapshot!(shown(query, &outcome));
}

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

#[test]
fn given_values_take_the_place_of_literals() {
    let query = "let threshold = 5; let since = 1d; declare query_parameters (who: string = 'a'); Events | where Bytes > threshold and Timestamp > ago(since) and User == who";
    let options = BindOptions {
        overrides: [("threshold".to_owned(), "50".to_owned()), ("since".to_owned(), "7d".to_owned())].into(),
        parameters: [("who".to_owned(), "'b'".to_owned())].into(),
        ..BindOptions::default()
    };
    insta::assert_snapshot!(shown(query, &bind(query, &options, &Fixture)));
}

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

/// The names that each column id goes by anywhere in a query.
fn names_by_id(query: &Query) -> BTreeMap<u32, BTreeSet<String>> {
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
