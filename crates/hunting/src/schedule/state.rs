//! How far a schedule has come. It is written with every batch, in the same commit as what the batch decides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How far a schedule has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// By the rules' keys.
    pub rules: BTreeMap<String, RuleState>,
}

/// How far a rule has come. Times in ticks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RuleState {
    /// The end of the newest window that was looked at or left out.
    pub done: i64,
    /// Windows that late data may still change, by their ends.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub windows: BTreeMap<i64, WindowState>,
    /// A rule is suppressed between these times: no alert of the window that ends at the first, and no look at windows that end behind it and
    /// before the second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<(i64, i64)>,
}

/// What is known of a window that was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WindowState {
    /// Which files it was looked at with.
    pub seen: String,
    /// Whether it could run.
    #[serde(default)]
    pub ran: bool,
    /// When it was tried last, if that failed for a reason that may pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<i64>,
}

impl RuleState {
    /// Takes down that a window was looked at, and forgets those that end before a time.
    pub fn looked_at(&mut self, end: i64, window: WindowState, keep_from: i64) {
        self.done = self.done.max(end);
        self.windows.insert(end, window);
        self.windows = self.windows.split_off(&keep_from);
    }

    /// Whether alerts of a window are held back.
    pub fn is_quiet(&self, end: i64) -> bool {
        self.quiet.is_some_and(|(from, until)| (from..until).contains(&end))
    }

    /// Whether a window is not to be looked at, because an alert came shortly before it.
    pub fn is_suppressed(&self, end: i64) -> bool {
        self.quiet.is_some_and(|(from, until)| from < end && end < until)
    }

    /// Takes down that a window is not looked at, and will not be.
    pub fn passed_over(&mut self, end: i64) {
        self.done = self.done.max(end);
        self.windows.remove(&end);
    }

    /// After an alert of a window.
    pub fn alerted(&mut self, end: i64, suppress: i64) {
        if suppress > 0 && self.quiet.is_none_or(|(_, until)| end >= until) {
            self.quiet = Some((end, end.saturating_add(suppress)));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_alert_holds_back_those_that_follow() {
        let mut state = RuleState::default();
        assert!(!state.is_quiet(100));
        state.alerted(100, 50);
        assert!(state.is_quiet(100) && state.is_quiet(149));
        assert!(!state.is_quiet(150) && !state.is_quiet(99));
        // The window of the alert itself may be looked at again, for late data.
        assert!(!state.is_suppressed(100) && state.is_suppressed(101) && state.is_suppressed(149) && !state.is_suppressed(150));
        state.alerted(150, 50);
        assert!(state.is_quiet(150));
        state.alerted(300, 0);
        assert!(!state.is_quiet(300));
    }

    #[test]
    fn it_survives_its_json() {
        let mut state = State::default();
        let rule = state.rules.entry("a".to_owned()).or_default();
        rule.looked_at(
            639_200_000_000_000_001,
            WindowState {
                seen: "x".to_owned(),
                ran: false,
                failed: Some(7),
            },
            0,
        );
        rule.alerted(639_200_000_000_000_001, 5);
        let text = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<State>(&text).unwrap(), state);
    }
}
