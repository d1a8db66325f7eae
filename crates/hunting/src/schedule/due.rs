//! Which windows of a rule are to be looked at now, and why.

use std::fmt;

use quarry_content::schedule_file::CatchUp;
use quarry_value::time::MINUTE;

use super::rules::{Plan, ScheduledRule};
use super::state::RuleState;

/// A window that failed is tried again after so long, or as soon as its data change.
const RETRY: i64 = 5 * MINUTE;

/// A stretch of time that a rule looks at. In ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Where it begins; everything before its end where it is absent.
    pub from: Option<i64>,
    /// The first moment behind it, and what `now()` gives.
    pub to: i64,
}

/// Why a window is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The rule has never run.
    First,
    /// It has fallen due.
    Due,
    /// It fell due while nobody ran it.
    Missed,
    /// Data came late.
    Late,
    /// It failed.
    Again,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "first run",
            Self::Due => "due",
            Self::Missed => "missed",
            Self::Late => "late data",
            Self::Again => "failed before",
        })
    }
}

/// Windows that are left out because they have been missed for too long, or all but the newest of those missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// The ends of the first and the last of them.
    pub first: i64,
    pub last: i64,
}

/// What is to be done for a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Due {
    /// By their ends, the oldest first.
    pub windows: Vec<(Window, Why)>,
    pub skipped: Option<Skipped>,
    /// When the next window falls due and has had time for its data.
    pub next: Option<i64>,
}

impl ScheduledRule<'_> {
    /// The window that ends at a time.
    #[must_use]
    pub fn window(&self, to: i64) -> Window {
        Window {
            from: self.period.map(|period| to.saturating_sub(period)),
            to,
        }
    }
}

/// What is to be done for a rule at a time. `changed` tells whether the data of a window are others than when it was looked at; at most
/// `most` windows are given, the oldest first.
pub(crate) fn due(
    plan: &Plan<'_>,
    rule: &ScheduledRule<'_>,
    state: Option<&RuleState>,
    now: i64,
    most: usize,
    changed: &dyn Fn(Window, &str) -> bool,
) -> Due {
    let horizon = now.saturating_sub(rule.delay);
    let mut due = Due {
        next: rule.timing.after(horizon).map(|end| end.saturating_add(rule.delay)),
        ..Due::default()
    };
    for (end, looked) in state.iter().flat_map(|state| &state.windows) {
        let window = rule.window(*end);
        if end.saturating_add(plan.overlap) <= horizon {
            continue;
        }
        if changed(window, &looked.seen) {
            let why = if looked.failed.is_some() { Why::Again } else { Why::Late };
            due.windows.push((window, why));
        } else if looked.failed.is_some_and(|tried| now.saturating_sub(tried) >= RETRY) {
            due.windows.push((window, Why::Again));
        }
    }
    match (state, plan.start) {
        (Some(state), _) => missed(plan, rule, state.done, horizon, most, &mut due),
        (None, Some(start)) => missed(plan, rule, start.saturating_sub(1), horizon, most, &mut due),
        (None, None) => due
            .windows
            .extend(rule.timing.at_or_before(horizon).map(|end| (rule.window(end), Why::First))),
    }
    due.windows.truncate(most);
    due
}

/// The windows between the last that was looked at and now.
fn missed(plan: &Plan<'_>, rule: &ScheduledRule<'_>, done: i64, horizon: i64, most: usize, due: &mut Due) {
    let Some(newest) = rule.timing.at_or_before(horizon).filter(|newest| *newest > done) else {
        return;
    };
    let Some(first) = rule.timing.after(done) else { return };
    let oldest = match plan.catch_up {
        CatchUp::Latest => newest,
        // The newest is always looked at, however long a rule waits between two windows.
        CatchUp::Every => newest.min(horizon.saturating_sub(plan.catch_up_limit)),
    };
    let start = if first < oldest {
        let last = rule.timing.at_or_before(oldest - 1).unwrap_or(first);
        due.skipped = Some(Skipped { first, last });
        last
    } else {
        done
    };
    let mut at = start;
    while let Some(end) = rule.timing.after(at).filter(|end| *end <= newest) {
        if due.windows.len() >= most {
            break;
        }
        let why = if end == newest { Why::Due } else { Why::Missed };
        due.windows.push((rule.window(end), why));
        at = end;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use quarry_content::{Hunt, ScheduleFile};
    use quarry_value::time::HOUR;

    use super::super::state::WindowState;
    use super::*;
    use crate::functions::Functions;

    fn hunt(more: &str) -> Hunt {
        let text = format!(
            "id: 11111111-2222-3333-4444-555555555555\nname: Reads\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 2h\n\
             triggerOperator: gt\ntriggerThreshold: 0\nquery: SigninLogs\n{more}"
        );
        quarry_content::load_text("rule.yaml", &text).hunts.into_iter().next().unwrap()
    }

    fn file(text: &str) -> ScheduleFile {
        quarry_content::schedule_file::read(&format!("content: [a]\n{text}")).unwrap()
    }

    fn at(text: &str) -> i64 {
        quarry_value::parse::datetime(text).unwrap()
    }

    fn shown(due: &Due) -> Vec<String> {
        let windows = due.windows.iter();
        windows
            .map(|(window, why)| {
                let hour = |ticks: i64| ticks.rem_euclid(24 * HOUR) / HOUR;
                format!("{}-{} {why}", window.from.map_or(-1, hour), hour(window.to))
            })
            .collect()
    }

    fn plan_due(file_text: &str, state: Option<&RuleState>, now: &str, changed: bool) -> Due {
        let hunt = hunt("");
        let plan = Plan::new(&file(file_text), "test", &[&hunt], &Functions::default()).unwrap();
        due(&plan, &plan.rules[0], state, at(now), 100, &|_, _| changed)
    }

    fn done(time: &str) -> RuleState {
        RuleState {
            done: at(time),
            ..RuleState::default()
        }
    }

    #[test]
    fn a_new_rule_starts_with_its_newest_window_that_has_had_time_for_its_data() {
        let found = plan_due("", None, "2026-11-20T10:04:00Z", false);
        assert_eq!(shown(&found), ["7-9 first run"]);
        assert_eq!(found.next, Some(at("2026-11-20T10:05:00Z")));
        let found = plan_due("delay: 0s\n", None, "2026-11-20T10:04:00Z", false);
        assert_eq!(shown(&found), ["8-10 first run"]);
        let found = plan_due("start: 2026-11-20T08:00:00Z\n", None, "2026-11-20T10:05:00Z", false);
        assert_eq!(shown(&found), ["6-8 missed", "7-9 missed", "8-10 due"]);
    }

    #[test]
    fn nothing_is_due_twice() {
        assert_eq!(
            shown(&plan_due("", Some(&done("2026-11-20T10:00:00Z")), "2026-11-20T10:30:00Z", false)),
            [""; 0]
        );
    }

    #[test]
    fn what_was_missed_is_caught_up_with_within_bounds() {
        let state = done("2026-11-20T05:00:00Z");
        let now = "2026-11-20T10:30:00Z";
        let every = plan_due("", Some(&state), now, false);
        assert_eq!(shown(&every), ["4-6 missed", "5-7 missed", "6-8 missed", "7-9 missed", "8-10 due"]);
        assert_eq!(every.skipped, None);
        let latest = plan_due("catch-up: latest\n", Some(&state), now, false);
        assert_eq!(shown(&latest), ["8-10 due"]);
        assert_eq!(
            latest.skipped,
            Some(Skipped {
                first: at("2026-11-20T06:00:00Z"),
                last: at("2026-11-20T09:00:00Z")
            })
        );
        let bound = plan_due("catch-up-limit: 3h\n", Some(&state), now, false);
        assert_eq!(shown(&bound), ["6-8 missed", "7-9 missed", "8-10 due"]);
        assert_eq!(
            bound.skipped,
            Some(Skipped {
                first: at("2026-11-20T06:00:00Z"),
                last: at("2026-11-20T07:00:00Z")
            })
        );
        let long = plan_due("catch-up-limit: 1m\n", Some(&state), now, false);
        assert_eq!(shown(&long), ["8-10 due"]);
    }

    #[test]
    fn late_data_and_failures_bring_a_window_back_while_it_is_within_the_overlap() {
        let mut state = done("2026-11-20T10:00:00Z");
        let seen = |failed: Option<i64>| WindowState {
            seen: "x".to_owned(),
            ran: failed.is_none(),
            failed,
        };
        for hour in ["08", "09", "10"] {
            state.windows.insert(at(&format!("2026-11-20T{hour}:00:00Z")), seen(None));
        }
        let now = "2026-11-20T10:30:00Z";
        assert_eq!(
            shown(&plan_due("overlap: 2h\n", Some(&state), now, true)),
            ["7-9 late data", "8-10 late data"]
        );
        assert_eq!(shown(&plan_due("overlap: 0s\n", Some(&state), now, true)), [""; 0]);
        assert_eq!(shown(&plan_due("", Some(&state), now, false)), [""; 0]);
        state
            .windows
            .insert(at("2026-11-20T10:00:00Z"), seen(Some(at("2026-11-20T10:26:00Z"))));
        assert_eq!(shown(&plan_due("", Some(&state), now, false)), [""; 0]);
        assert_eq!(
            shown(&plan_due("", Some(&state), "2026-11-20T10:31:00Z", false)),
            ["8-10 failed before"]
        );
    }

    #[test]
    fn a_schedule_may_say_otherwise_than_the_rule() {
        let found = plan_due(
            "rules:\n  - match: reads\n    cron: 15 6 * * *\n    period: 1d\n    delay: 0s\n",
            None,
            "2026-11-20T10:00:00Z",
            false,
        );
        assert_eq!(found.windows[0].0.to, at("2026-11-20T06:15:00Z"));
        assert_eq!(found.next, Some(at("2026-11-21T06:15:00Z")));
        let hunt = hunt("");
        let off = Plan::new(
            &file("rules:\n  - match: reads\n    enabled: false\n"),
            "t",
            &[&hunt],
            &Functions::default(),
        )
        .unwrap();
        assert!(off.rules.is_empty());
        assert_eq!(off.left_out[0].1, "not enabled in the schedule");
        let wrong = Plan::new(&file("rules:\n  - match: raeds\n"), "t", &[&hunt], &Functions::default()).unwrap_err();
        assert!(wrong[0].message.contains("raeds"));
        let cron = Plan::new(
            &file("rules:\n  - match: reads\n    cron: 61 * * * *\n"),
            "t",
            &[&hunt],
            &Functions::default(),
        );
        assert!(cron.unwrap_err()[0].message.contains("61"));
    }
}
