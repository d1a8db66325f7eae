//! One case: made ready once, run as often as needed.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use quarry_content::Hunt;
use quarry_content::sidecar::{Expectation, RowSource, TableRows, TestCase};
use quarry_engine::{Exclusion, HeldTables, MemoryDatabase};
use quarry_schema::{KqlType, catalogue};
use quarry_storage::{RecordText, rows_in_memory};
use quarry_syntax::literal::parse_datetime;
use quarry_text::{Diagnostic, Span, suggest};
use serde_json::Value as Json;

use super::database::CaseDatabase;
use super::queries::{LocalFiles, Queries};
use super::{Bench, TestedHunt, expect, when};
use crate::exclude::for_engine;
use crate::lookup;
use crate::overrides::{Origin, Overrides};
use crate::run::fires;
use crate::runner::RunOptions;
use crate::table::ResultTable;
use crate::team::Scope;

/// What came of a case.
#[derive(Debug, Clone)]
pub struct CaseReport {
    pub case: String,
    /// The place of the case's name.
    pub span: Span,
    pub verdict: Verdict,
    pub elapsed: Duration,
}

impl CaseReport {
    /// The report of a case that no run has come back from.
    pub(super) fn broken(case: &TestCase) -> Self {
        let message = "running this case failed inside Quarry: please report it";
        Self {
            case: case.name.clone(),
            span: case.span,
            verdict: Verdict::Broken {
                diagnostics: vec![Diagnostic::error("Q0003", message, case.span)],
                in_hunt: false,
            },
            elapsed: Duration::ZERO,
        }
    }
}

#[derive(Debug, Clone)]
pub enum Verdict {
    Passed,
    /// What differs, a sentence each.
    Failed(Vec<String>),
    /// The case or the hunt cannot be run: places are in the hunt's document, or in the sidecar.
    Broken {
        diagnostics: Vec<Diagnostic>,
        in_hunt: bool,
    },
}

impl Verdict {
    #[must_use]
    pub const fn passed(&self) -> bool {
        matches!(self, Self::Passed)
    }
}

/// What a case is run with: the hunt as it is, or with a change in it or in one of its exclusions.
#[derive(Debug, Clone)]
pub struct Trial {
    pub hunt: Hunt,
    /// An exclusion and what stands in the place of its predicate.
    pub predicate: Option<(String, String)>,
    /// Whether the query is planned with little effort, as is good for what runs on few cases.
    quick: bool,
    /// What has run already: further cases need not be planned.
    queries: Queries,
}

impl Trial {
    /// The hunt as it is.
    #[must_use]
    pub fn of(hunt: &Hunt) -> Self {
        Self {
            hunt: hunt.clone(),
            predicate: None,
            quick: false,
            queries: Queries::default(),
        }
    }

    /// The same, planned with little effort or with all that is made for hunts.
    #[must_use]
    pub(super) fn planned(&self, quick: bool) -> Self {
        Self {
            hunt: self.hunt.clone(),
            predicate: self.predicate.clone(),
            quick,
            queries: Queries::default(),
        }
    }

    /// The exclusions as they are tried.
    fn exclusions(&self, mut all: Vec<Exclusion>) -> Vec<Exclusion> {
        if let Some((id, predicate)) = &self.predicate {
            for exclusion in all.iter_mut().filter(|exclusion| exclusion.name == *id) {
                exclusion.predicate.clone_from(predicate);
            }
        }
        all
    }
}

/// A case that is ready to run.
pub struct Prepared {
    database: Arc<CaseDatabase>,
    files: LocalFiles,
    now: i64,
    overrides: Overrides,
    exclusions: Vec<Exclusion>,
    hidden_by: Vec<String>,
    expect: Expectation,
}

/// Longest run of a case, and most rows of its result: cases are small, and a mutant may be large.
const LONGEST: Duration = Duration::from_secs(20);
const MOST_ROWS: usize = 200_000;

impl Bench {
    /// Makes a case ready: its events become rows.
    ///
    /// # Errors
    /// Diagnostics with places in the sidecar.
    pub fn prepare(&self, tested: &TestedHunt, case: &TestCase) -> Result<Prepared, Vec<Diagnostic>> {
        let now = parse_datetime(&case.now)
            .ok_or_else(|| vec![Diagnostic::error("Q0311", "the clock of this test cannot be read", case.span)])?;
        let mut given = MemoryDatabase::new();
        for table in &case.tables {
            add_table(&mut given, table, now, tested).map_err(|problem| vec![*problem])?;
        }
        let mut beside = self.beside.clone();
        let (files, problems) = lookup::all_of(&case.lookups, Path::new(&tested.path));
        if !problems.is_empty() {
            let told = problems
                .into_iter()
                .map(|(span, problem)| Diagnostic::error("Q0316", problem, span));
            return Err(told.collect());
        }
        let local = LocalFiles::of(&files);
        for file in files {
            beside.data.register.add(file);
        }
        // Only what belongs to the content counts: a test must not depend on whose machine it runs on.
        let mut overrides = self.team.overrides.clone();
        overrides.add(&case.tunables, &Origin::TestCase, &Scope::All);
        let exclusions: Vec<Exclusion> = if case.without_exclusions {
            Vec::new()
        } else {
            self.exclusions_of(&tested.hunt).map(|one| for_engine(&one.exclusion)).collect()
        };
        for (id, span) in &case.hidden_by {
            if !exclusions.iter().any(|exclusion| exclusion.name == *id) {
                let found = Diagnostic::error(
                    "Q0312",
                    format!("no exclusion of this hunt is called `{id}` and is complete"),
                    *span,
                );
                let close = suggest::closest(id, exclusions.iter().map(|exclusion| exclusion.name.as_str()));
                return Err(vec![match close {
                    Some(close) => found.with_help(format!("did you mean `{close}`?")),
                    None => found,
                }]);
            }
        }
        Ok(Prepared {
            database: Arc::new(CaseDatabase {
                given,
                beside,
                empty: Arc::clone(&self.empty),
            }),
            files: local,
            now,
            overrides,
            exclusions,
            hidden_by: case.hidden_by.iter().map(|(id, _)| id.clone()).collect(),
            expect: case.expect.clone(),
        })
    }
}

impl Prepared {
    /// Runs a trial on the case's events.
    pub async fn verdict(&self, bench: &Bench, trial: &Trial) -> Verdict {
        match self.differences(bench, trial).await {
            Ok(differences) if differences.is_empty() => Verdict::Passed,
            Ok(differences) => Verdict::Failed(differences),
            Err(diagnostics) => Verdict::Broken {
                diagnostics,
                in_hunt: true,
            },
        }
    }

    /// How many findings the hunt has on the case's events.
    pub(super) async fn findings(&self, bench: &Bench, hunt: &Hunt) -> Result<usize, Vec<Diagnostic>> {
        let table = self.run(bench, &Trial::of(hunt), self.exclusions.clone()).await?;
        Ok(if fired(hunt, &table) { table.rows() } else { 0 })
    }

    async fn run(&self, bench: &Bench, trial: &Trial, exclusions: Vec<Exclusion>) -> Result<ResultTable, Vec<Diagnostic>> {
        let hunt = &trial.hunt;
        let edited = self.overrides.apply(hunt)?;
        let options = self.options(exclusions);
        let tables = Arc::clone(&self.database) as Arc<dyn HeldTables>;
        let session = if trial.quick { &bench.quick } else { &bench.session };
        let ran = trial.queries.run(session, edited.text.clone(), options, &self.files, tables);
        ran.await.map_err(|error| {
            let missing = error.missing_tables.iter().map(|table| {
                let message = format!("the hunt reads {table}, which is no table of the catalogue: give its events in the test");
                Diagnostic::error("Q0313", message, hunt.query.map.whole())
            });
            let told = error
                .diagnostics
                .into_iter()
                .map(|found| hunt.query.map.diagnostic(edited.original(found)));
            missing.chain(told).collect()
        })
    }

    fn options(&self, exclusions: Vec<Exclusion>) -> RunOptions {
        RunOptions {
            scope: None,
            now: Some(self.now),
            timeout: Some(LONGEST),
            max_rows: Some(MOST_ROWS),
            exclusions,
            evidence: None,
        }
    }

    async fn differences(&self, bench: &Bench, trial: &Trial) -> Result<Vec<String>, Vec<Diagnostic>> {
        let hunt = &trial.hunt;
        let exclusions = trial.exclusions(self.exclusions.clone());
        let table = self.run(bench, trial, exclusions.clone()).await?;
        let mut differences = match &self.expect {
            Expectation::Silent if fired(hunt, &table) => {
                vec![format!("expected silence, found {}", expect::shown(&table, &[]))]
            }
            Expectation::Silent => Vec::new(),
            Expectation::Fires { .. } if !fired(hunt, &table) => vec!["expected findings, found none".to_owned()],
            Expectation::Fires { findings, rows, .. } => expect::differences(&table, *findings, rows, self.now),
        };
        for id in &self.hidden_by {
            let others = exclusions.iter().filter(|exclusion| exclusion.name != *id).cloned().collect();
            if !fired(hunt, &self.run(bench, trial, others).await?) {
                differences.push(format!("exclusion {id} hides nothing here: the hunt is silent without it too"));
            }
        }
        Ok(differences)
    }
}

fn fired(hunt: &Hunt, table: &ResultTable) -> bool {
    !table.is_empty() && fires(hunt, table.rows())
}

fn add_table(given: &mut MemoryDatabase, rows: &TableRows, now: i64, tested: &TestedHunt) -> Result<(), Box<Diagnostic>> {
    let known = catalogue::table(&rows.table);
    if known.is_none() && !rows.table.ends_with("_CL") {
        let found = Diagnostic::error("Q0314", format!("no table is called `{}`", rows.table), rows.span);
        return Err(Box::new(match catalogue::closest(&rows.table) {
            Some(close) => found.with_help(format!("did you mean `{close}`? Tables of your own end in _CL")),
            None => found.with_help("tables of your own end in _CL"),
        }));
    }
    let holds_time = |column: &str| {
        known.is_none_or(|table| {
            table
                .columns
                .iter()
                .any(|known| known.name == column && known.ty == KqlType::DateTime)
        })
    };
    let (records, places) = match &rows.source {
        RowSource::Inline(events) => {
            let texts = events.iter().map(|(event, _)| {
                let mut event = event.clone();
                if let Json::Object(columns) = &mut event {
                    when::resolve(columns, now, &holds_time);
                }
                RecordText::Json(event.to_string())
            });
            (texts.collect(), events.iter().map(|(_, span)| *span).collect::<Vec<_>>())
        }
        RowSource::File(name) => (records_of_file(name, tested, rows.span)?, Vec::new()),
    };
    let made = rows_in_memory(&rows.table, &records).map_err(|problem| {
        let place = places.get(problem.record).copied().unwrap_or(rows.span);
        let reason = if places.is_empty() {
            format!("record {}: {}", problem.record + 1, problem.reason)
        } else {
            problem.reason.clone()
        };
        let found = Diagnostic::error("Q0315", reason, place);
        let columns = known.into_iter().flat_map(|table| table.columns.iter().map(|column| column.name));
        Box::new(
            match problem.unknown_column.as_deref().and_then(|name| suggest::closest(name, columns)) {
                Some(close) => found.with_help(format!("did you mean `{close}`?")),
                None => found,
            },
        )
    })?;
    given
        .add(&rows.table, made.columns, vec![made.batch])
        .map_err(|error| Box::new(Diagnostic::error("Q0315", error.to_string(), rows.span)))
}

/// The records of a file beside the sidecar.
fn records_of_file(name: &str, tested: &TestedHunt, span: Span) -> Result<Vec<RecordText>, Box<Diagnostic>> {
    const MOST_BYTES: u64 = 64 << 20;
    let fail = |reason: String| Box::new(Diagnostic::error("Q0316", format!("{name}: {reason}"), span));
    let path = Path::new(&tested.path).parent().unwrap_or_else(|| Path::new("")).join(name);
    let size = std::fs::metadata(&path).map_err(|error| fail(error.to_string()))?.len();
    if size > MOST_BYTES {
        return Err(fail(format!(
            "{size} bytes are more than the events of a test may have ({MOST_BYTES})"
        )));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| fail(error.to_string()))?;
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    if !is_csv {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        return Ok(lines.map(|line| RecordText::Json(line.to_owned())).collect());
    }
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| fail(error.to_string()))?.clone();
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| fail(error.to_string()))?;
        let cells = header
            .iter()
            .zip(&record)
            .map(|(name, cell)| (name.trim().to_owned(), cell.to_owned()));
        records.push(RecordText::Cells(cells.collect()));
    }
    Ok(records)
}

#[cfg(test)]
mod tests;
