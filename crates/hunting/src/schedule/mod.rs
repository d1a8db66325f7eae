//! Hunts on a schedule: which windows are due, what they find, and what that leads to, each exactly once.

mod alerts;
mod cron;
mod due;
mod evaluate;
mod ledger;
mod rows;
mod rules;
mod seen;
mod state;
mod tick;
mod timing;

pub use alerts::Alert;
pub use due::{Due, Skipped, Why, Window};
pub use evaluate::{Looked, Outcome};
pub use rules::{Plan, ScheduledRule};
pub use tick::{ScheduleError, Scheduler, Step, Ticked, Todo};
