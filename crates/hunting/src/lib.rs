//! Runs hunting content on an engine: picks hunts, sets their tunables, runs them and collects findings or the reason why not.

mod database;
mod engine;
mod functions;
mod outcome;
mod overrides;
mod ready;
mod run;
mod runner;
mod select;
mod table;

pub use database::{Beside, HuntDatabase, KnownTables};
pub use engine::EngineRunner;
pub use functions::Functions;
pub use outcome::{HuntOutcome, HuntReport, Reason, Report, Totals};
pub use overrides::{Edited, Overrides};
pub use ready::{LakeState, Obstacle, Readiness, TableState, readiness};
pub use run::{Progress, run_hunts};
pub use runner::{QueryRunner, RunError, RunOptions};
pub use select::Selection;
pub use table::{ResultTable, Row};
