//! What stands between a hunt and its answer.

use quarry_content::{Hunt, HuntKind};
use quarry_lint::{TableNeed, needs};
use quarry_semantics::{BindOptions, Catalog};
use quarry_text::Diagnostic;

use super::lake::LakeState;

/// Something that keeps a hunt from its answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Obstacle {
    /// The lake has no such table.
    NoTable { table: String },
    /// The table has no rows.
    Empty { table: String },
    /// The newest event is older than what the hunt looks at.
    Stale { table: String, latest: i64, back: i64 },
    /// The lake does not reach as far back as the hunt looks. Lengths in ticks.
    TooShort { table: String, asks: i64, holds: i64 },
    /// Columns that the hunt's conditions read and that hold nothing.
    Unfilled { table: String, columns: Vec<String> },
    /// The query itself: a function, watchlist or file that is not there, or a mistake.
    Query(Diagnostic),
    /// Not a hunt that can be run as it is.
    NotRunnable(&'static str),
}

/// A hunt and what stands in its way.
#[derive(Debug, Clone)]
pub struct Readiness<'a> {
    pub hunt: &'a Hunt,
    /// The tables that it reads.
    pub tables: Vec<String>,
    pub obstacles: Vec<Obstacle>,
}

impl Readiness<'_> {
    /// Whether the hunt can be answered.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.obstacles.is_empty()
    }
}

/// A lake that holds nine tenths of what is asked for is not called short.
const ENOUGH: (i64, i64) = (9, 10);

/// Holds what a hunt needs against a lake. `known` has every table that is known, `database` those of the lake and what is registered beside
/// them; `now` is the time that the hunt would run at, in ticks.
#[must_use]
pub fn readiness<'a>(hunt: &'a Hunt, known: &dyn Catalog, database: &dyn Catalog, lake: &LakeState, now: i64) -> Readiness<'a> {
    let needs = needs(hunt, known);
    let tables = needs.tables.iter().map(|table| table.name.clone()).collect();
    if hunt.kind == HuntKind::Exploration {
        let obstacles = vec![Obstacle::NotRunnable(
            "an exploration query runs for one entity, which is not given",
        )];
        return Readiness { hunt, tables, obstacles };
    }
    let options = BindOptions {
        now: Some(now),
        ..BindOptions::default()
    };
    let outcome = quarry_semantics::bind(&hunt.query.text, &options, database);
    let errors: Vec<Diagnostic> = outcome.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
    // A union with `isfuzzy` goes on without a table, but not without all of them.
    let all_missing = errors.iter().any(|error| error.message.contains("none of the tables exists"));
    let mut obstacles = Vec::new();
    for need in &needs.tables {
        match lake.table(&need.name) {
            None if all_missing || names(&errors, &need.name) => obstacles.push(Obstacle::NoTable { table: need.name.clone() }),
            None => {}
            Some(table) if table.rows == 0 => obstacles.push(Obstacle::Empty { table: need.name.clone() }),
            Some(table) => {
                obstacles.extend(table.span.and_then(|span| time(need, span, now)));
                let columns: Vec<String> = need
                    .columns
                    .iter()
                    .filter(|column| table.unfilled.contains(*column))
                    .cloned()
                    .collect();
                if !columns.is_empty() {
                    obstacles.push(Obstacle::Unfilled {
                        table: need.name.clone(),
                        columns,
                    });
                }
            }
        }
    }
    let missing = |diagnostic: &&Diagnostic| needs.tables.iter().any(|need| names(std::slice::from_ref(*diagnostic), &need.name));
    let lacks_table = obstacles.iter().any(|obstacle| matches!(obstacle, Obstacle::NoTable { .. }));
    // Without a table the names of its columns mean nothing either: what is said of them would be guesswork.
    let follows = |diagnostic: &&Diagnostic| lacks_table && is_about_names(diagnostic);
    let of_query = errors.iter().filter(|diagnostic| !missing(diagnostic) && !follows(diagnostic));
    obstacles.extend(of_query.map(|diagnostic| Obstacle::Query(hunt.query.map.diagnostic(diagnostic.clone()))));
    Readiness { hunt, tables, obstacles }
}

/// Whether a diagnostic is about a table or another thing of this name.
fn names(diagnostics: &[Diagnostic], table: &str) -> bool {
    let quoted = format!("'{table}'");
    diagnostics.iter().any(|diagnostic| {
        diagnostic.code == "SEM0100" && diagnostic.message.starts_with("Failed to resolve table") && diagnostic.message.contains(&quoted)
    })
}

/// Whether a diagnostic is about names and types of columns, and not about a function, a watchlist or a file.
fn is_about_names(diagnostic: &Diagnostic) -> bool {
    diagnostic.code.starts_with("SEM") && diagnostic.code != "SEM0260"
}

/// Whether a table has events from the time that is looked at.
fn time(need: &TableNeed, (from, to): (i64, i64), now: i64) -> Option<Obstacle> {
    let back = need.back?;
    let table = need.name.clone();
    if to < now.saturating_sub(back) {
        return Some(Obstacle::Stale { table, latest: to, back });
    }
    let reaches = now.saturating_sub(from);
    let short = reaches.saturating_mul(ENOUGH.1) < back.saturating_mul(ENOUGH.0);
    short.then_some(Obstacle::TooShort {
        table,
        asks: back,
        holds: reaches,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use std::collections::{BTreeMap, BTreeSet};

    use quarry_content::load_text;
    use quarry_semantics::{StoredFunction, TableSchema};

    use super::*;
    use crate::ready::TableState;
    use crate::{Functions, KnownTables};

    const DAY: i64 = 864_000_000_000;
    const NOW: i64 = 1000 * DAY;

    struct Only(&'static [&'static str]);

    impl Catalog for Only {
        fn table(&self, name: &str) -> Option<TableSchema> {
            self.0
                .contains(&name)
                .then(|| KnownTables::new(Functions::default()).table(name))
                .flatten()
        }
        fn table_names(&self) -> Vec<String> {
            self.0.iter().map(|name| (*name).to_owned()).collect()
        }
        fn function(&self, _name: &str) -> Option<StoredFunction> {
            None
        }
        fn closest_table(&self, _name: &str) -> Option<String> {
            None
        }
        fn database_name(&self) -> &str {
            "lake"
        }
    }

    fn of(query: &str, span: (i64, i64)) -> Vec<Obstacle> {
        let document = load_text("a.kql", query);
        let state = TableState {
            rows: 5,
            span: Some(span),
            unfilled: BTreeSet::from(["Location".to_owned()]),
        };
        let lake = LakeState {
            tables: BTreeMap::from([("SigninLogs".to_owned(), state)]),
        };
        readiness(&document.hunts[0], &KnownTables::default(), &Only(&["SigninLogs"]), &lake, NOW).obstacles
    }

    #[test]
    fn what_is_there_is_ready() {
        assert_eq!(of("SigninLogs | where TimeGenerated > ago(7d)", (NOW - 10 * DAY, NOW)), []);
    }

    #[test]
    fn missing_stale_short_and_unfilled() {
        let whole = (NOW - 10 * DAY, NOW);
        assert_eq!(
            of("AuditLogs | take 5", whole),
            [Obstacle::NoTable {
                table: "AuditLogs".to_owned()
            }]
        );
        assert_eq!(of("union isfuzzy=true SigninLogs, AuditLogs | take 5", whole), []);
        assert!(matches!(
            of("union isfuzzy=true OfficeActivity, AuditLogs | take 5", whole)[..],
            [Obstacle::NoTable { .. }, Obstacle::NoTable { .. }]
        ));
        assert!(matches!(
            of(
                "SigninLogs | join kind=inner AuditLogs on CorrelationId | where OperationName == 'x'",
                whole
            )[..],
            [Obstacle::NoTable { .. }]
        ));
        assert!(matches!(
            of("SigninLogs | where TimeGenerated > ago(1d)", (NOW - 9 * DAY, NOW - 5 * DAY))[..],
            [Obstacle::Stale { .. }]
        ));
        assert!(matches!(
            of("SigninLogs | where TimeGenerated > ago(30d)", whole)[..],
            [Obstacle::TooShort { holds, .. }] if holds == 10 * DAY
        ));
        assert!(matches!(
            &of("SigninLogs | where Location == \"NL\"", whole)[..],
            [Obstacle::Unfilled { columns, .. }] if columns == &["Location"]
        ));
        assert_eq!(of("SigninLogs | where isempty(Location)", whole), []);
    }

    #[test]
    fn what_the_query_itself_lacks() {
        let found = of(
            "SigninLogs | where IPAddress in ((_GetWatchlist('Known') | project SearchKey))",
            (NOW - DAY, NOW),
        );
        assert!(
            matches!(&found[..], [Obstacle::Query(diagnostic)] if diagnostic.message.contains("Known")),
            "{found:?}"
        );
    }
}
