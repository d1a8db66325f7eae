//! Runs hunting content on an engine: picks hunts, sets their tunables, runs them and collects findings or the reason why not.

mod again;
mod coverage;
mod database;
mod engine;
mod evidence;
mod exclude;
pub mod export;
mod finding;
mod functions;
pub mod incident;
mod keep;
pub mod lookup;
pub mod notify;
mod outcome;
mod overrides;
mod ready;
mod run;
mod runner;
pub mod schedule;
mod select;
mod table;
mod team;
pub mod testing;
pub mod tune;

pub use again::{Again, found_again};
pub use coverage::{Coverage, Domain, Gap, LayerText, Marks, finding_layer, findings_of, gaps, has_firing_test};
pub use database::{Beside, HuntDatabase, KnownTables};
pub use engine::EngineRunner;
pub use evidence::{Event, Evidence};
pub use exclude::{Effect, EvidenceCost};
pub use finding::{Entity, Finding, findings, fingerprints};
pub use functions::Functions;
pub use keep::{
    Answer, Filter, HuntFindings, KeptFindings, LastSeen, Note, Saved, State, UnknownName, mark, new_inquiry, note, note_finding, save,
};
pub use outcome::{HuntOutcome, HuntReport, Reason, Report, Totals};
pub use overrides::{Edited, Origin, Overrides};
pub use ready::{LakeState, Obstacle, Readiness, TableState, readiness};
pub use run::{Progress, run_hunts};
pub use runner::{QueryRunner, RunError, RunOptions};
pub use select::Selection;
pub use table::{ResultTable, Row};
pub use team::{ExclusionMode, Scope, ScopedExclusion, Team, sidecars};
