//! Looking at a window of a rule: what it finds, what of that is new, and the alerts that follow.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use quarry_engine::TimeScope;
use quarry_value::format;
use sha2::{Digest, Sha256};

use super::alerts::{Alert, alerts};
use super::due::{Why, Window};
use super::rules::{Plan, ScheduledRule};
use crate::finding::{Finding, findings_with_rows, hex};
use crate::keep::{literal, name_at};
use crate::outcome::Reason;
use crate::run::{fires, run_hunt};
use crate::runner::{QueryRunner, RunError, RunOptions};
use crate::table::{ResultTable, Row};
use crate::team::Team;

/// What came of looking at a window.
#[derive(Debug)]
pub enum Outcome {
    /// Rows enough to fire: how many findings, and how many of them the window did not have before.
    Findings { all: usize, new: usize },
    /// Nothing, or too little.
    Silent,
    /// It did not run: an alert came shortly before, and the rule is suppressed since.
    Suppressed,
    /// It could not run.
    CannotRun(Vec<Reason>),
}

/// A window that was looked at.
#[derive(Debug)]
pub struct Looked {
    pub window: Window,
    pub why: Why,
    pub run: String,
    pub outcome: Outcome,
    /// Alerts that are not raised, because another one came shortly before.
    pub held_back: usize,
    pub elapsed: Duration,
    pub(super) findings: Vec<Finding>,
    pub(super) alerts: Vec<Alert>,
}

/// What is needed to look at a window.
pub(super) struct Look<'a, R> {
    pub runner: &'a R,
    pub plan: &'a Plan<'a>,
    pub team: &'a Team,
    pub rule: &'a ScheduledRule<'a>,
    pub window: Window,
    pub why: Why,
    /// Whether it was looked at before, so that some of its findings may be known.
    pub again: bool,
    /// Whether alerts are held back.
    pub quiet: bool,
}

impl<R: QueryRunner> Look<'_, R> {
    /// Leaves the window out.
    pub fn suppressed(&self) -> Looked {
        self.looked(Outcome::Suppressed)
    }

    fn looked(&self, outcome: Outcome) -> Looked {
        Looked {
            window: self.window,
            why: self.why,
            run: self.name(),
            outcome,
            held_back: 0,
            elapsed: Duration::ZERO,
            findings: Vec::new(),
            alerts: Vec::new(),
        }
    }

    /// Runs the rule on the window. `raised` are alerts of the same batch.
    pub async fn run(&self, raised: &[Alert]) -> Result<Looked, RunError> {
        let started = Instant::now();
        let mut looked = self.looked(Outcome::Silent);
        let options = RunOptions {
            now: Some(self.window.to),
            timeout: Some(self.plan.timeout),
            max_rows: Some(self.plan.max_rows),
            scope: Some(TimeScope {
                of: self.rule.by,
                from: self.window.from,
                to: self.window.to,
            }),
            ..RunOptions::default()
        };
        match run_hunt(self.runner, self.rule.hunt, self.team, &options).await {
            Err(reasons) => looked.outcome = Outcome::CannotRun(reasons),
            Ok(excluded) => self.judge(&excluded.table, raised, &mut looked).await?,
        }
        looked.elapsed = started.elapsed();
        Ok(looked)
    }

    async fn judge(&self, table: &ResultTable, raised: &[Alert], looked: &mut Looked) -> Result<(), RunError> {
        let rows = table.rows();
        // What only asks for rows, and a rule that fires on their absence.
        let enough = match self.rule.hunt.schedule {
            Some(_) => fires(self.rule.hunt, rows),
            None => rows > 0,
        };
        if !enough {
            return Ok(());
        }
        let found = findings_with_rows(self.rule.hunt, table);
        let all = found.len();
        let known = if self.again {
            self.known(&looked.run).await?
        } else {
            HashSet::new()
        };
        let found: Vec<(Finding, Row<'_>)> = found.into_iter().filter(|(one, _)| !known.contains(&one.fingerprint)).collect();
        looked.outcome = Outcome::Findings { all, new: found.len() };
        looked.findings = found.iter().map(|(finding, _)| finding.clone()).collect();
        let told = self.told(raised).await?;
        let fresh: Vec<(Finding, Row<'_>)> = found.into_iter().filter(|(one, _)| !told.contains(&one.fingerprint)).collect();
        // Without any row there is no finding, and the alert is known by its window.
        let news = if all == 0 { !told.contains(&looked.run) } else { !fresh.is_empty() };
        if news {
            let rows = if fresh.len() == all {
                rows
            } else {
                fresh.iter().map(|(finding, _)| finding.rows).sum()
            };
            let alerts = alerts(self.rule, self.window, &looked.run, table, &fresh, rows);
            if self.quiet {
                looked.held_back = alerts.len();
            } else {
                looked.alerts = alerts;
            }
        }
        Ok(())
    }

    /// The name of the run, the same whoever looks at the window, and when.
    fn name(&self) -> String {
        let mut hash = Sha256::new();
        for part in [&self.plan.name, &self.rule.key] {
            hash.update(part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
        name_at(self.window.to, &hex(hash.finalize().iter().take(4)))
    }

    /// Fingerprints of the findings that the window has.
    async fn known(&self, run: &str) -> Result<HashSet<String>, RunError> {
        let query = format!("_findings | where Run == {} | distinct Fingerprint", literal(run));
        self.texts(&query).await
    }

    /// Fingerprints in alerts of the rule whose windows share time with this one, and the runs of those without any: nobody needs to be told
    /// of the same events twice.
    async fn told(&self, raised: &[Alert]) -> Result<HashSet<String>, RunError> {
        let moment = |ticks: i64| {
            let mut text = String::new();
            format::datetime(ticks, &mut text);
            text
        };
        let mut query = format!(
            "_alerts | where Rule == {} and Schedule == {}",
            literal(&self.rule.key),
            literal(&self.plan.name)
        );
        if let Some(from) = self.window.from {
            query.push_str(&format!(
                " and To > datetime({}) and (isnull(From) or From < datetime({}))",
                moment(from),
                moment(self.window.to)
            ));
        }
        query.push_str(
            "\n| extend Told = iff(array_length(Findings) == 0, pack_array(Run), Findings)\n\
             | mv-expand Told to typeof(string) | distinct Told",
        );
        let mut told = self.texts(&query).await?;
        let shares = |alert: &&Alert| {
            self.window.from.is_none_or(|from| alert.window.to > from) && alert.window.from.is_none_or(|from| from < self.window.to)
        };
        for alert in raised.iter().filter(shares) {
            told.extend(alert.findings.iter().cloned());
            told.extend(alert.findings.is_empty().then(|| alert.run.clone()));
        }
        Ok(told)
    }

    async fn texts(&self, query: &str) -> Result<HashSet<String>, RunError> {
        let table = self.runner.run(query, &RunOptions::default()).await?;
        Ok(table.iter().map(|row| row.text(0)).collect())
    }
}
