//! Running a hunt on nothing but the evidence of one of its findings: what holds together must be found again.

use std::collections::{BTreeMap, BTreeSet};

use quarry_content::Hunt;
use quarry_engine::{MemoryDatabase, Session};
use quarry_storage::{RecordText, rows_in_memory};
use quarry_value::dynamic;

use crate::database::Beside;
use crate::engine::EngineRunner;
use crate::evidence::Evidence;
use crate::finding::fingerprints;
use crate::outcome::HuntOutcome;
use crate::run::run_hunts;
use crate::runner::RunOptions;
use crate::team::Team;
use crate::testing::CaseDatabase;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// The same finding.
    Found { events: usize },
    /// Not this one: it depends on events that are not among its evidence, or on how many there are that look the same.
    NotFound { events: usize },
    /// It was not tried, and why.
    Untried(String),
}

/// Runs the hunt on the events in `evidence` alone and looks for the finding. `beside` is what its query may use besides tables.
pub async fn found_again(
    session: &Session,
    hunt: &Hunt,
    team: &Team,
    options: &RunOptions,
    beside: Beside,
    evidence: &[String],
    fingerprint: &str,
) -> Again {
    let tables = match tables_of(evidence) {
        Ok(tables) => tables,
        Err(reason) => return Again::Untried(reason),
    };
    let events = tables.values().map(BTreeSet::len).sum();
    let mut given = MemoryDatabase::new();
    for (table, events) in &tables {
        let records: Vec<RecordText> = events.iter().map(|event| RecordText::Json(event.clone())).collect();
        let added = rows_in_memory(table, &records)
            .map_err(|problem| problem.reason)
            .and_then(|rows| given.add(table, rows.columns, vec![rows.batch]).map_err(|error| error.to_string()));
        if let Err(reason) = added {
            return Again::Untried(format!("events of {table} make no table: {reason}"));
        }
    }
    let database = CaseDatabase::of(given, beside);
    let options = RunOptions {
        evidence: None,
        ..options.clone()
    };
    let report = run_hunts(&EngineRunner::new(session, &database), &[hunt], team, &options, &mut |_| {}).await;
    for report in report.hunts {
        match report.outcome {
            HuntOutcome::Findings(table) => {
                if fingerprints(hunt, &table).any(|(own, _)| own == fingerprint) {
                    return Again::Found { events };
                }
            }
            HuntOutcome::Silent => {}
            HuntOutcome::CannotRun(reasons) => {
                return Again::Untried(reasons.first().map(|reason| reason.summary()).unwrap_or_default());
            }
        }
    }
    Again::NotFound { events }
}

/// For each table its events, each once.
fn tables_of(evidence: &[String]) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in evidence.iter().filter_map(|array| dynamic::elements(array)).flatten() {
        match Evidence::read(entry) {
            Some(Evidence::Event(event)) => {
                let fields = dynamic::member(entry, "Fields").unwrap_or("{}");
                tables.entry(event.table).or_default().insert(fields.to_owned());
            }
            Some(Evidence::Omitted { table, .. }) => return Err(format!("more events of {table} played a part than are shown")),
            Some(Evidence::Untraced { operator, .. }) => return Err(format!("what {operator} does with events is not followed")),
            Some(Evidence::Consulted(tables)) => {
                return Err(format!("values computed from all of {} played a part", tables.join(", ")));
            }
            Some(Evidence::Absent { .. } | Evidence::Outside(_)) | None => {}
        }
    }
    Ok(tables)
}
