//! Rewritten queries as text.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fmt::Write as _;

use quarry_schema::KqlType;

use super::instrument;
use crate::ir::display::display;
use crate::{BindOptions, Catalog, StoredFunction, TableSchema, bind};

struct Fixture;

impl Catalog for Fixture {
    fn table(&self, name: &str) -> Option<TableSchema> {
        let columns: &[(&str, KqlType)] = match name {
            "Logons" => &[
                ("Timestamp", KqlType::DateTime),
                ("User", KqlType::String),
                ("Host", KqlType::String),
                ("ReportId", KqlType::Long),
                ("Raw", KqlType::Dynamic),
            ],
            "Users" => &[("User", KqlType::String), ("Risk", KqlType::Long)],
            _ => return None,
        };
        Some(TableSchema {
            name: name.to_owned(),
            columns: columns.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect(),
            ..TableSchema::default()
        })
    }

    fn table_names(&self) -> Vec<String> {
        vec!["Logons".to_owned(), "Users".to_owned()]
    }

    fn function(&self, _: &str) -> Option<StoredFunction> {
        None
    }

    fn closest_table(&self, _: &str) -> Option<String> {
        None
    }

    fn database_name(&self) -> &str {
        "logs"
    }
}

fn shown(queries: &[&str]) -> String {
    let mut out = String::new();
    for text in queries {
        let outcome = bind(text, &BindOptions::default(), &Fixture);
        let query = outcome.query.unwrap_or_else(|| panic!("{text}: {:?}", outcome.diagnostics));
        let traced = instrument(&query, 20);
        for (before, after) in query.results.iter().zip(&traced.results) {
            let (last, visible) = after.rel.columns.split_last().unwrap();
            assert_eq!(visible, before.rel.columns, "{text}");
            assert_eq!(last.name, "$evidence", "{text}");
        }
        let _ = writeln!(out, "{text}\n{}", display(&traced));
    }
    out
}

macro_rules! snapshots {
    ($($name:ident: [$($query:expr),* $(,)?];)*) => {$(
        #[test]
        fn $name() {
            insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(shown(&[$($query),*])) });
        }
    )*};
}

snapshots! {
    rows: [
        "Logons | where Host == 'a' | project User",
        "Logons | where Host == 'a' | extend Name = tolower(User) | sort by Name asc | take 3 | project Name",
        "Users | sample 2",
        "print x = 1",
        "range x from 1 to 3 step 1",
        "Logons | sort by Timestamp asc | extend Before = prev(User) | project Before",
        "Logons | parse Host with 'a' Number:long | project Number",
        "Logons | parse-kv Host as (a: string) | project a",
        "Logons | mv-expand Raw to typeof(string) | project Raw",
    ];
    groups: [
        "Logons | summarize Count = count() by User",
        "Logons | distinct User",
        "Logons | mv-apply e = Raw on (where e == 'x' | summarize n = count()) | project User, n",
        "Logons | partition by User (top 1 by Timestamp | project User, Host)",
    ];
    joins: [
        "Logons | join kind=inner (Users) on User | project User, Risk",
        "Logons | join (Users) on User | project User, Risk",
        "Logons | join kind=leftouter (Users) on User | project User, Risk",
        "Logons | join kind=leftsemi (Users | where Risk > 5) on User | project User",
        "Logons | join kind=rightsemi (Users | where Risk > 5) on User | project Risk",
        "Logons | join kind=leftanti (Users | where Risk > 5) on User | project User",
        "Logons | lookup kind=leftouter (Users) on User | project User, Risk",
    ];
    several: [
        "union withsource=Origin (Logons | project User), (Users | project User)",
        "let kept = materialize(Users | where Risk > 5); kept | join kind=inner (kept) on User | project User",
        "let Risky = Users | where Risk > 5 | project User; Logons | where User in (Risky) | project Host",
        "let Risky = Users | where Risk > 5 | project User; Logons | where User !in (Risky) | project Host",
        "let Most = toscalar(Users | summarize max(Risk)); Users | where Risk == Most | project User",
    ];
    what_is_not_followed: [
        "Logons | make-series Count = count() on Timestamp from datetime(2024-01-01) to datetime(2024-01-02) step 1h by User",
        "Logons | sample-distinct 2 of User",
        "Logons | reduce by Host",
    ];
}
