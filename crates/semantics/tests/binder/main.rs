//! The binder seen from outside: queries in, the representation or the diagnostics out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod any_text;
mod columns;
mod hostile;
mod restriction;
mod shown;

use quarry_schema::KqlType;
use quarry_semantics::{BindOptions, BindOutcome, Catalog, StoredFunction, TableSchema, bind};

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
