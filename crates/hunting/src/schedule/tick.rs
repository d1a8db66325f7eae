//! One round of a scheduler: everything that is due, in batches that are each decided by one commit.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use quarry_engine::{LakeDatabase, Session};
use quarry_storage::{ALERTS, Entry, FINDINGS, INCIDENTS, Lake, RUNS, StorageError};
use quarry_value::time;

use super::alerts::Alert;
use super::due::{Due, Skipped, Why, Window, due};
use super::evaluate::{Look, Looked, Outcome};
use super::ledger::{Batch, Ledger};
use super::rows::alert_row;
use super::rules::{Plan, ScheduledRule};
use super::seen::Files;
use super::state::{State, WindowState};
use crate::database::{Beside, HuntDatabase};
use crate::engine::EngineRunner;
use crate::incident::{Groups, IncidentState, Place, incident_row};
use crate::keep::{RunRow, finding_row, name_at, run_row};
use crate::outcome::Reason;
use crate::runner::RunError;
use crate::team::Team;

/// Windows in one batch: what a kill throws away.
const BATCH: usize = 64;
/// Times that others may be faster before this scheduler gives up the round.
const OVERTAKEN: usize = 8;

/// Why a schedule cannot go on.
#[derive(Debug)]
pub enum ScheduleError {
    Storage(StorageError),
    /// The lake's own journals cannot be read.
    Journals(RunError),
    /// The state in the lake is not one.
    State(String),
    /// Other schedulers of the same schedule are always faster.
    Overtaken,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Storage(error) => error.fmt(f),
            Self::Journals(error) => match error.diagnostics.first() {
                Some(found) => write!(f, "{} {}", found.code, found.message),
                None => write!(f, "no table {}", error.missing_tables.join(", ")),
            },
            Self::State(reason) => write!(f, "the state of the schedule cannot be read: {reason}"),
            Self::Overtaken => f.write_str("another scheduler runs this schedule on this lake, and is always faster"),
        }
    }
}

impl From<StorageError> for ScheduleError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<RunError> for ScheduleError {
    fn from(error: RunError) -> Self {
        Self::Journals(error)
    }
}

/// What a round tells while it goes on. What is told after a batch is in the lake.
#[derive(Debug)]
pub enum Step<'s, 'h> {
    Looks {
        rule: &'s ScheduledRule<'h>,
        window: Window,
        why: Why,
    },
    Skipped {
        rule: &'s ScheduledRule<'h>,
        skipped: Skipped,
    },
    Looked {
        rule: &'s ScheduledRule<'h>,
        looked: &'s Looked,
    },
    Alert {
        rule: &'s ScheduledRule<'h>,
        alert: &'s Alert,
    },
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticked {
    pub windows: usize,
    pub findings: usize,
    pub alerts: usize,
    pub could_not_run: usize,
    /// Windows that were left out, because an alert came shortly before.
    pub suppressed: usize,
    /// When something falls due next.
    pub next: Option<i64>,
}

/// What is to be done for a rule.
#[derive(Debug)]
pub struct Todo<'s, 'h> {
    pub rule: &'s ScheduledRule<'h>,
    pub due: Due,
}

/// Runs a schedule on a lake.
pub struct Scheduler<'a> {
    pub lake: &'a Lake,
    pub session: &'a Session,
    pub plan: &'a Plan<'a>,
    pub team: &'a Team,
    pub beside: &'a Beside,
    /// Set to end at the next opportunity.
    pub stop: &'a AtomicBool,
}

impl<'a> Scheduler<'a> {
    /// What is due at a time, without doing any of it.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn todo(&self, now: i64) -> Result<Vec<Todo<'a, 'a>>, ScheduleError> {
        let (_, state) = Ledger::peek(self.lake, self.session, &self.plan.name).await?;
        let tables = Arc::new(LakeDatabase::open(self.lake).await?);
        let files = Files::read(&tables, &self.plan.rules).await?;
        Ok(self.due(&state, now, &files))
    }

    /// Does what is due at a time.
    ///
    /// # Errors
    /// When the lake cannot be read or written. What was told before is in the lake.
    pub async fn tick(&self, now: i64, tell: &mut (dyn FnMut(Step<'_, 'a>) + Send)) -> Result<Ticked, ScheduleError> {
        let mut ticked = Ticked::default();
        let mut overtaken = 0;
        loop {
            let (mut ledger, mut state) = Ledger::open(self.lake, self.session, &self.plan.name).await?;
            let tables = Arc::new(LakeDatabase::open(self.lake).await?);
            let files = Files::read(&tables, &self.plan.rules).await?;
            let todo = self.due(&state, now, &files);
            ticked.next = todo.iter().filter_map(|one| one.due.next).min();
            let nothing = todo.iter().all(|one| one.due.windows.is_empty() && one.due.skipped.is_none());
            if nothing || self.stop.load(Ordering::Relaxed) {
                return Ok(ticked);
            }
            let database = HuntDatabase::over(tables, self.beside.clone());
            let runner = EngineRunner::new(self.session, &database);
            let mut round = Round {
                scheduler: self,
                runner: &runner,
                files: &files,
                now,
                written: time::system_now(),
                batch: Batch::default(),
                groups: Groups::default(),
                looked: Vec::new(),
                raised: HashMap::new(),
            };
            round.all(&todo, &mut state, tell).await?;
            if !ledger.commit(&state, &round.batch).await? {
                overtaken += 1;
                if overtaken > OVERTAKEN {
                    return Err(ScheduleError::Overtaken);
                }
                continue;
            }
            for (rule, looked) in &round.looked {
                ticked.windows += 1;
                match &looked.outcome {
                    Outcome::Findings { new, .. } => ticked.findings += new,
                    Outcome::CannotRun(_) => ticked.could_not_run += 1,
                    Outcome::Suppressed => ticked.suppressed += 1,
                    Outcome::Silent => {}
                }
                tell(Step::Looked { rule, looked });
                for alert in &looked.alerts {
                    ticked.alerts += 1;
                    tell(Step::Alert { rule, alert });
                }
            }
        }
    }

    fn due(&self, state: &State, now: i64, files: &Files) -> Vec<Todo<'a, 'a>> {
        let rules = self.plan.rules.iter();
        rules
            .map(|rule| {
                let changed = |window: Window, seen: &str| files.of(rule, window) != seen;
                Todo {
                    rule,
                    due: due(self.plan, rule, state.rules.get(&rule.key), now, BATCH, &changed),
                }
            })
            .collect()
    }
}

/// A batch while it is made.
struct Round<'r, 'a> {
    scheduler: &'r Scheduler<'a>,
    runner: &'r EngineRunner<'r>,
    files: &'r Files,
    now: i64,
    written: i64,
    batch: Batch,
    groups: Groups,
    looked: Vec<(&'a ScheduledRule<'a>, Looked)>,
    /// Alerts of the batch by rule.
    raised: HashMap<&'a str, Vec<Alert>>,
}

impl<'a> Round<'_, 'a> {
    /// Looks at the oldest windows of all rules.
    async fn all(
        &mut self,
        todo: &[Todo<'a, 'a>],
        state: &mut State,
        tell: &mut (dyn FnMut(Step<'_, 'a>) + Send),
    ) -> Result<(), ScheduleError> {
        let mut windows: Vec<(&'a ScheduledRule<'a>, Window, Why)> = Vec::new();
        for Todo { rule, due } in todo {
            if let Some(skipped) = due.skipped {
                self.skip(rule, skipped, state);
                tell(Step::Skipped { rule, skipped });
            }
            windows.extend(due.windows.iter().map(|(window, why)| (*rule, *window, *why)));
        }
        // In the order of time, so that the first alert of several is the earliest.
        windows.sort_by_key(|(_, window, _)| window.to);
        for (rule, window, why) in windows.into_iter().take(BATCH) {
            if self.scheduler.stop.load(Ordering::Relaxed) {
                break;
            }
            tell(Step::Looks { rule, window, why });
            self.one(rule, window, why, state).await?;
        }
        Ok(())
    }

    async fn one(&mut self, rule: &'a ScheduledRule<'a>, window: Window, why: Why, state: &mut State) -> Result<(), ScheduleError> {
        let plan = self.scheduler.plan;
        let known = state.rules.entry(rule.key.clone()).or_default();
        let before = known.windows.get(&window.to).cloned();
        let look = Look {
            runner: self.runner,
            plan,
            team: self.scheduler.team,
            rule,
            window,
            why,
            again: before.is_some(),
            quiet: known.is_quiet(window.to),
        };
        if known.is_suppressed(window.to) {
            known.passed_over(window.to);
            let looked = look.suppressed();
            if let Some(row) = self.run_row(rule, &looked, before.as_ref()) {
                self.batch.add(&RUNS, row);
            }
            self.looked.push((rule, looked));
            return Ok(());
        }
        let raised = self.raised.entry(rule.key.as_str()).or_default();
        let mut looked = look.run(raised).await?;
        for alert in &mut looked.alerts {
            let place = self.groups.place(self.runner, rule, alert).await?;
            let opened = match &place {
                Place::Opens(id) => Some((id, "")),
                Place::Reopens(id) => Some((id, "another alert")),
                Place::None | Place::Joins(_) => None,
            };
            if let Some((id, reason)) = opened {
                let row = incident_row(self.written, id, IncidentState::Open, &alert.title, reason, &plan.name);
                self.batch.add(&INCIDENTS, row);
            }
            self.batch.add(&ALERTS, alert_row(alert, rule, &plan.name, self.written));
            raised.push(alert.clone());
            known.alerted(window.to, rule.suppress);
        }
        for finding in &looked.findings {
            self.batch
                .add(&FINDINGS, finding_row(rule.hunt, finding, &looked.run, self.written));
        }
        let failed = match &looked.outcome {
            // Missing data are looked for in the lake's files, not by trying again and again.
            Outcome::CannotRun(reasons) => !reasons.iter().any(|reason| matches!(reason, Reason::MissingTables(_))),
            _ => false,
        };
        let window_state = WindowState {
            seen: self.files.of(rule, window),
            ran: !matches!(looked.outcome, Outcome::CannotRun(_)),
            failed: failed.then_some(self.now),
        };
        let horizon = self.now.saturating_sub(rule.delay).saturating_sub(plan.overlap);
        known.looked_at(window.to, window_state, horizon.saturating_add(1));
        if let Some(row) = self.run_row(rule, &looked, before.as_ref()) {
            self.batch.add(&RUNS, row);
        }
        self.looked.push((rule, looked));
        Ok(())
    }

    /// What is kept of the look. Looking again without anything new is not worth a row.
    fn run_row(&self, rule: &ScheduledRule<'_>, looked: &Looked, before: Option<&WindowState>) -> Option<Vec<Entry>> {
        let held = (looked.held_back > 0).then(|| "alerts held back: another one came shortly before".to_owned());
        let ran_before = before.map(|window| window.ran);
        let (outcome, findings, reason) = match &looked.outcome {
            Outcome::Findings { new: 0, .. } | Outcome::Silent if ran_before == Some(true) => return None,
            Outcome::CannotRun(_) if ran_before.is_some() => return None,
            Outcome::Findings { all, .. } => ("findings", *all, held.unwrap_or_default()),
            Outcome::Silent => ("silent", 0, String::new()),
            Outcome::Suppressed => ("skipped", 0, "suppressed: an alert came shortly before".to_owned()),
            Outcome::CannotRun(reasons) => {
                let reason = reasons.first().map(Reason::summary).unwrap_or_default();
                ("could not run", 0, reason)
            }
        };
        Some(run_row(&RunRow {
            hunt: rule.hunt,
            run: &looked.run,
            written: self.written,
            clock: looked.window.to,
            outcome,
            findings,
            reason,
            seconds: looked.elapsed.as_secs_f64(),
        }))
    }

    /// Windows that are left out are told of where runs are told of.
    fn skip(&mut self, rule: &ScheduledRule<'_>, skipped: Skipped, state: &mut State) {
        let known = state.rules.entry(rule.key.clone()).or_default();
        known.done = known.done.max(skipped.last);
        let run = name_at(skipped.last, "skipped");
        let mut reason = String::from("windows missed from ");
        quarry_value::format::datetime_trimmed(skipped.first, &mut reason);
        self.batch.add(
            &RUNS,
            run_row(&RunRow {
                hunt: rule.hunt,
                run: &run,
                written: self.written,
                clock: skipped.last,
                outcome: "skipped",
                findings: 0,
                reason,
                seconds: 0.0,
            }),
        );
    }
}
