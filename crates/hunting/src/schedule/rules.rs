//! Which hunts run on a schedule, and how: what the content says, and what the schedule file says instead.

use std::collections::HashSet;

use quarry_content::schedule_file::{CatchUp, RuleSettings, SinkSpec, Spanned, WindowsBy};
use quarry_content::{Hunt, HuntKind, HuntSeverity, IncidentRule, ScheduleFile};
use quarry_engine::TimeOf;
use quarry_text::{Diagnostic, suggest};
use quarry_value::time::{DAY, HOUR, MINUTE, SECOND};

use super::cron::Cron;
use super::timing::Timing;
use crate::database::KnownTables;
use crate::functions::Functions;
use crate::select::Selection;

/// Code of an entry that names no hunt, or a time that is none.
const UNKNOWN_VALUE: &str = "Q0206";
/// Data of a window are given so long to arrive, as in Sentinel.
const DELAY: i64 = 5 * MINUTE;
/// The same for near-real-time rules.
const SHORT_DELAY: i64 = 2 * MINUTE;
const OVERLAP: i64 = HOUR;
const CATCH_UP_LIMIT: i64 = DAY;
const TIMEOUT: u64 = 10 * 60;
const MAX_ROWS: usize = 10_000;

/// A hunt with its times.
#[derive(Debug, Clone)]
pub struct ScheduledRule<'h> {
    pub hunt: &'h Hunt,
    /// What its state is kept under: the hunt's id, or its title.
    pub key: String,
    pub timing: Timing,
    /// The length of a window; everything up to its end where it is absent. In ticks, as all lengths here.
    pub period: Option<i64>,
    /// Which time of its events puts them into a window.
    pub by: TimeOf,
    pub delay: i64,
    /// No other alert for so long after one.
    pub suppress: i64,
    pub per_result: bool,
    pub severity: Option<HuntSeverity>,
    pub incidents: IncidentRule,
    /// Who is told of alerts, each with the least severity that it wants to know of.
    pub sinks: Vec<(String, Option<HuntSeverity>)>,
    /// Tables that the query reads, as far as it tells.
    pub tables: Vec<String>,
}

/// What runs when.
#[derive(Debug, Clone)]
pub struct Plan<'h> {
    /// The name of the state in the lake.
    pub name: String,
    pub rules: Vec<ScheduledRule<'h>>,
    /// Hunts that do not run, and why.
    pub left_out: Vec<(&'h Hunt, String)>,
    /// Windows that end before are of no interest.
    pub start: Option<i64>,
    /// For so long after its end a window is looked at again when data come late.
    pub overlap: i64,
    pub catch_up: CatchUp,
    pub catch_up_limit: i64,
    pub timeout: std::time::Duration,
    pub max_rows: usize,
}

impl<'h> Plan<'h> {
    /// Puts a schedule file and hunts together. `name` is used where the file gives none.
    ///
    /// # Errors
    /// Entries of the file that are for no hunt, and times that are none, with their places in the file.
    pub fn new(file: &ScheduleFile, name: &str, hunts: &[&'h Hunt], functions: &Functions) -> Result<Self, Vec<Diagnostic>> {
        let mut diagnostics = Vec::new();
        for text in file.rules.iter().flat_map(|entry| &entry.matches) {
            if !hunts.iter().any(|hunt| is_meant(text, hunt)) {
                diagnostics.push(nobody(text, hunts));
            }
        }
        let known = KnownTables::new(functions.clone());
        let mut seen = HashSet::new();
        let (mut rules, mut left_out) = (Vec::new(), Vec::new());
        for hunt in hunts.iter().copied() {
            let key = if hunt.id.is_empty() { hunt.title() } else { &hunt.id }.to_lowercase();
            let settings = merged(file, hunt);
            let rule = match timing(hunt, &settings, &mut diagnostics) {
                Err(reason) => Err(reason),
                Ok(_) if !seen.insert(key.clone()) => Err("another hunt has the same id".to_owned()),
                Ok((timing, period)) => Ok(ScheduledRule {
                    key,
                    timing,
                    period,
                    by: by(hunt, &settings),
                    delay: settings.delay.map_or_else(|| delay(file, hunt), ticks),
                    suppress: ticks(settings.suppress.unwrap_or(hunt.alerting.suppression)),
                    per_result: settings.per_result.unwrap_or(hunt.alerting.per_result),
                    severity: settings.severity.or(hunt.severity),
                    incidents: settings
                        .incidents
                        .clone()
                        .or_else(|| hunt.alerting.incidents.clone())
                        .or_else(|| file.incidents.clone())
                        .unwrap_or_default(),
                    sinks: sinks(file, settings.notify.as_ref().unwrap_or(&file.notify)),
                    tables: quarry_lint::needs(hunt, &known)
                        .tables
                        .into_iter()
                        .map(|table| table.name)
                        .collect(),
                    hunt,
                }),
            };
            match rule {
                Ok(rule) => rules.push(rule),
                Err(reason) => left_out.push((hunt, reason)),
            }
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        Ok(Self {
            name: if file.name.is_empty() { name } else { &file.name }.to_owned(),
            rules,
            left_out,
            start: file
                .start
                .as_ref()
                .and_then(|start| quarry_syntax::literal::parse_datetime(&start.value)),
            overlap: file.overlap.map_or(OVERLAP, ticks),
            catch_up: file.catch_up.unwrap_or_default(),
            catch_up_limit: file.catch_up_limit.map_or(CATCH_UP_LIMIT, ticks),
            timeout: std::time::Duration::from_secs(file.timeout.unwrap_or(TIMEOUT)),
            max_rows: file.max_rows.and_then(|rows| usize::try_from(rows).ok()).unwrap_or(MAX_ROWS),
        })
    }
}

fn ticks(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(SECOND)
}

fn delay(file: &ScheduleFile, hunt: &Hunt) -> i64 {
    let usual = if hunt.kind == HuntKind::NearRealTime { SHORT_DELAY } else { DELAY };
    file.delay.map_or(usual, ticks)
}

/// Near-real-time rules look at what came in since they last looked, as in Sentinel: an event that comes late is not too late for them.
fn by(hunt: &Hunt, settings: &RuleSettings) -> TimeOf {
    match settings.by {
        Some(WindowsBy::Event) => TimeOf::Event,
        Some(WindowsBy::Ingestion) => TimeOf::Ingestion,
        None if hunt.kind == HuntKind::NearRealTime => TimeOf::Ingestion,
        None => TimeOf::Event,
    }
}

fn is_meant(text: &Spanned<String>, hunt: &Hunt) -> bool {
    let selection = Selection {
        only: vec![text.value.clone()],
        ..Selection::default()
    };
    selection.allows(hunt)
}

/// Of each setting, what the last entry says that is for the hunt and says anything of it.
fn merged(file: &ScheduleFile, hunt: &Hunt) -> RuleSettings {
    let mut all = RuleSettings::default();
    let for_hunt = file
        .rules
        .iter()
        .filter(|entry| entry.matches.iter().any(|text| is_meant(text, hunt)));
    for entry in for_hunt.cloned() {
        if entry.every.is_some() || entry.cron.is_some() {
            (all.every, all.cron) = (entry.every, entry.cron);
        }
        all.enabled = entry.enabled.or(all.enabled);
        all.period = entry.period.or(all.period);
        all.by = entry.by.or(all.by);
        all.delay = entry.delay.or(all.delay);
        all.suppress = entry.suppress.or(all.suppress);
        all.per_result = entry.per_result.or(all.per_result);
        all.severity = entry.severity.or(all.severity);
        all.incidents = entry.incidents.or(all.incidents);
        all.notify = entry.notify.or(all.notify);
    }
    all
}

/// The times of a hunt and the length of its windows, or why it has none.
fn timing(hunt: &Hunt, settings: &RuleSettings, diagnostics: &mut Vec<Diagnostic>) -> Result<(Timing, Option<i64>), String> {
    if settings.enabled == Some(false) {
        return Err("not enabled in the schedule".to_owned());
    }
    if hunt.kind == HuntKind::Exploration {
        return Err("an exploration query runs for one entity".to_owned());
    }
    let own = hunt.schedule.as_ref();
    let own_period = own.map(|schedule| schedule.period).filter(|period| *period > 0);
    let period = settings.period.or(own_period).filter(|period| *period > 0).map(ticks);
    if let Some(cron) = &settings.cron {
        return match cron.value.parse::<Cron>() {
            Ok(times) => Ok((Timing::Cron(times), period)),
            Err(reason) => {
                let told =
                    Diagnostic::error(UNKNOWN_VALUE, reason.clone(), cron.span).with_help("such as `15 6 * * *`: every day at 06:15 UTC");
                if !diagnostics.contains(&told) {
                    diagnostics.push(told);
                }
                Err(reason)
            }
        };
    }
    let every = settings.every.or(own.map(|schedule| schedule.frequency).filter(|every| *every > 0));
    match (every.map(ticks), hunt.kind) {
        (Some(every), _) => Ok((Timing::Every(every), period)),
        (None, HuntKind::NearRealTime) => Ok((Timing::Every(MINUTE), Some(period.unwrap_or(MINUTE)))),
        (None, HuntKind::Scheduled) => Err("the rule has no `queryFrequency`".to_owned()),
        (None, _) => Err("a hunting query has no times of its own: give it `cron` or `every`".to_owned()),
    }
}

fn sinks(file: &ScheduleFile, names: &[Spanned<String>]) -> Vec<(String, Option<HuntSeverity>)> {
    let known = |name: &str| file.sinks.iter().find(|sink: &&SinkSpec| sink.name == name);
    let named = names.iter().filter_map(|name| known(&name.value));
    named.map(|sink| (sink.name.clone(), sink.least)).collect()
}

fn nobody(text: &Spanned<String>, hunts: &[&Hunt]) -> Diagnostic {
    let message = format!("no hunt has an id that begins with `{0}`, or a name with `{0}` in it", text.value);
    let told = Diagnostic::error(UNKNOWN_VALUE, message, text.span);
    match suggest::closest(&text.value, hunts.iter().map(|hunt| hunt.title())) {
        Some(close) => told.with_help(format!("did you mean `{close}`?")),
        None => told.with_help("`quarry show hunts` lists names and ids"),
    }
}
