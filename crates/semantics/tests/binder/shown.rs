//! What queries are bound to, as text.

use std::fmt::Write as _;

use quarry_schema::KqlType;
use quarry_semantics::ir::display::display;
use quarry_semantics::{BindOptions, BindOutcome, bind};

use super::{Fixture, bound};

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
fn given_values_take_the_place_of_literals() {
    let query = "let threshold = 5; let since = 1d; declare query_parameters (who: string = 'a'); Events | where Bytes > threshold and Timestamp > ago(since) and User == who";
    let options = BindOptions {
        overrides: [("threshold".to_owned(), "50".to_owned()), ("since".to_owned(), "7d".to_owned())].into(),
        parameters: [("who".to_owned(), "'b'".to_owned())].into(),
        ..BindOptions::default()
    };
    insta::assert_snapshot!(shown(query, &bind(query, &options, &Fixture)));
}
