//! Tests of hunts: events in, findings or silence out, on the real engine with tables in memory.

mod anonymise;
mod case;
mod database;
mod expect;
mod mutants;
mod mutation;
mod predicates;
mod queries;
mod record;
mod when;

use std::sync::Arc;

use quarry_content::sidecar::{ExclusionState, TestCase, TestSet};
use quarry_content::{Document, Hunt};
use quarry_engine::{EngineConfig, Session};
use quarry_text::Diagnostic;
use tokio::task::JoinSet;

use crate::database::Beside;
use crate::team::{ExclusionMode, ScopedExclusion, Team, sidecars};

pub(crate) use database::CaseDatabase;

pub use case::{CaseReport, Prepared, Trial, Verdict};
pub use mutants::{Mutant, mutants};
pub use mutation::{MutationReport, Survivor, changes_of, mutate};
pub use predicates::mutants_of_predicate;
pub use record::{Recorded, Recording, record, table_of};

/// A hunt with its tests, wherever they are written.
#[derive(Debug, Clone)]
pub struct TestedHunt {
    pub hunt: Hunt,
    /// The text that the places in the hunt refer to.
    pub hunt_source: Arc<str>,
    /// The file with the tests; empty when there are none.
    pub path: String,
    /// The text that the places of tests refer to.
    pub source: Arc<str>,
    pub tests: TestSet,
}

/// The hunts of some documents with the tests that those or others hold for them. What one sidecar lacks another may have.
#[must_use]
pub fn tested_hunts(content: &[Document], elsewhere: &[Document]) -> Vec<TestedHunt> {
    let mut tested = Vec::new();
    for document in content {
        for hunt in &document.hunts {
            let own = sidecars(content).chain(sidecars(elsewhere)).find(|(_, sidecar)| {
                !sidecar.hunt.is_empty() && sidecar.hunt.eq_ignore_ascii_case(&hunt.id) && !sidecar.tests.cases.is_empty()
            });
            let (path, source, tests) = match own {
                Some((file, sidecar)) => (file.name.clone(), Arc::clone(&file.source), sidecar.tests.clone()),
                None => (String::new(), Arc::from(""), TestSet::default()),
            };
            tested.push(TestedHunt {
                hunt: hunt.clone(),
                hunt_source: Arc::clone(&document.source),
                path,
                source,
                tests,
            });
        }
    }
    tested
}

/// Sidecars of hunts that are not among the content: nothing tests them.
#[must_use]
pub fn strays(content: &[Document]) -> Vec<(&Document, &quarry_content::Sidecar)> {
    let known = |id: &str| {
        content
            .iter()
            .flat_map(|document| &document.hunts)
            .any(|hunt| hunt.id.eq_ignore_ascii_case(id))
    };
    sidecars(content)
        .filter(|(_, sidecar)| !sidecar.hunt.is_empty() && !known(&sidecar.hunt))
        .collect()
}

/// What tests run on. Cheap to clone.
#[derive(Clone)]
pub struct Bench {
    pub(crate) session: Session,
    /// For what runs on a case or two and never again.
    pub(crate) quick: Session,
    pub(crate) beside: Beside,
    pub(crate) team: Arc<Team>,
    pub(crate) empty: Arc<database::EmptyTables>,
}

impl Bench {
    /// A bench with the functions that hunts may call, the files for data from outside, and the team's exclusions.
    ///
    /// # Errors
    /// When the engine cannot be set up.
    pub fn new(beside: impl Into<Beside>, team: &Team) -> Result<Self, Box<Diagnostic>> {
        // Cases are small: more partitions would only cost their setting up.
        let config = EngineConfig {
            partitions: Some(1),
            ..EngineConfig::default()
        };
        let session =
            Session::new(&config).map_err(|error| Box::new(Diagnostic::error("Q0003", error.to_string(), quarry_text::Span::default())))?;
        let team = Team {
            mode: ExclusionMode::Apply,
            ..team.clone()
        };
        Ok(Self {
            quick: session.planning_little(),
            session,
            beside: beside.into(),
            team: Arc::new(team),
            empty: Arc::default(),
        })
    }

    /// The exclusions that count in tests of a hunt: also those that are over, because a test must not fail when a day has passed.
    pub(crate) fn exclusions_of<'t>(&'t self, hunt: &'t Hunt) -> impl Iterator<Item = &'t ScopedExclusion> {
        self.team
            .exclusions
            .iter()
            .filter(|one| one.is_for(hunt) && !matches!(one.exclusion.state(self.team.today), ExclusionState::Unfinished(_)))
    }

    /// Runs the cases of a hunt, several at a time, and reports them in their order.
    pub async fn run(&self, tested: &TestedHunt) -> Vec<CaseReport> {
        let cases = &tested.tests.cases;
        let shared = Arc::new((self.clone(), tested.clone(), Trial::of(&tested.hunt)));
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let mut reports: Vec<Option<CaseReport>> = vec![None; cases.len()];
        let mut running = JoinSet::new();
        let mut waiting = 0..cases.len();
        loop {
            for number in waiting.by_ref().take(workers - running.len()) {
                let shared = Arc::clone(&shared);
                running.spawn(async move {
                    let (bench, tested, trial) = shared.as_ref();
                    let case = tested.tests.cases.get(number)?;
                    Some((number, bench.run_case(tested, case, trial).await))
                });
            }
            let Some(done) = running.join_next().await else { break };
            if let Ok(Some((number, report))) = done
                && let Some(place) = reports.get_mut(number)
            {
                *place = Some(report);
            }
        }
        // A case on which the engine itself breaks must not vanish.
        let all = reports.into_iter().zip(cases);
        all.map(|(report, case)| report.unwrap_or_else(|| CaseReport::broken(case)))
            .collect()
    }

    async fn run_case(&self, tested: &TestedHunt, case: &TestCase, trial: &Trial) -> CaseReport {
        let started = std::time::Instant::now();
        let verdict = match self.prepare(tested, case) {
            Ok(prepared) => prepared.verdict(self, trial).await,
            Err(diagnostics) => Verdict::Broken {
                diagnostics,
                in_hunt: false,
            },
        };
        CaseReport {
            case: case.name.clone(),
            span: case.span,
            verdict,
            elapsed: started.elapsed(),
        }
    }
}
