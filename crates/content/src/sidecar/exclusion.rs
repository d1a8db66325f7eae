//! Exclusions: what a team has decided not to see, who decided it, why, and for how long.

use quarry_syntax::literal::parse_datetime;
use quarry_text::Span;

/// Rows of a table or of a result that are known to be harmless.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TeamExclusion {
    pub id: String,
    /// The hunts that it is for, by id; every hunt that reads the table when empty. In a sidecar, its own hunt.
    pub hunts: Vec<String>,
    /// The table whose events it takes out before the query sees them; the result's rows when empty.
    pub table: String,
    /// The predicate, in KQL.
    pub predicate: String,
    /// The place of the predicate.
    pub predicate_span: Span,
    pub owner: String,
    pub reason: String,
    pub ticket: String,
    /// The innocent cause that it is about, as the hunt's page calls it.
    pub scenario: String,
    /// The last day on which it holds, as written.
    pub expires: String,
    /// Suggested by a page or a tool, and not looked at by anybody.
    pub proposed: bool,
    /// What the page suggests, in words.
    pub suggestion: String,
    pub span: Span,
}

/// Whether an exclusion takes anything out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExclusionState {
    Active,
    /// Its last day is over.
    Expired,
    /// Nobody has completed it: what is missing, by field.
    Unfinished(Vec<&'static str>),
}

/// Ticks of a day.
const DAY: i64 = 864_000_000_000;

impl TeamExclusion {
    /// Whether it counts at a moment, in ticks: it must be complete and not over. The moment is that of the run, not of the data hunted.
    #[must_use]
    pub fn state(&self, today: i64) -> ExclusionState {
        let fields = [
            ("id", &self.id),
            ("where", &self.predicate),
            ("owner", &self.owner),
            ("reason", &self.reason),
            ("expires", &self.expires),
        ];
        let mut missing: Vec<&'static str> = fields
            .into_iter()
            .filter(|(_, value)| value.trim().is_empty())
            .map(|(name, _)| name)
            .collect();
        if self.proposed {
            missing.push("status: reviewed");
        }
        if !missing.is_empty() {
            return ExclusionState::Unfinished(missing);
        }
        match self.end() {
            Some(end) if today < end => ExclusionState::Active,
            Some(_) => ExclusionState::Expired,
            None => ExclusionState::Unfinished(vec!["expires"]),
        }
    }

    /// The first moment at which it no longer holds; `None` when its last day cannot be read.
    #[must_use]
    pub fn end(&self) -> Option<i64> {
        end_of(&self.expires)
    }

    /// Whether it is for the hunt of this id, as far as its list says.
    #[must_use]
    pub fn is_for(&self, hunt: &str) -> bool {
        self.hunts.is_empty() || self.hunts.iter().any(|id| id.eq_ignore_ascii_case(hunt))
    }
}

/// The first moment after a last day; `None` when it cannot be read.
pub(super) fn end_of(expires: &str) -> Option<i64> {
    let ticks = parse_datetime(expires.trim())?;
    // A day counts to its end.
    Some(if ticks % DAY == 0 { ticks.saturating_add(DAY) } else { ticks })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn complete() -> TeamExclusion {
        let text = |text: &str| text.to_owned();
        TeamExclusion {
            id: text("backup"),
            predicate: text("UserId == 'x'"),
            owner: text("mail team"),
            reason: text("nightly job"),
            expires: text("2026-11-30"),
            ..TeamExclusion::default()
        }
    }

    fn day(text: &str) -> i64 {
        parse_datetime(text).unwrap()
    }

    #[test]
    fn the_last_day_still_counts() {
        assert_eq!(complete().state(day("2026-11-30T23:59:59Z")), ExclusionState::Active);
        assert_eq!(complete().state(day("2026-12-01")), ExclusionState::Expired);
    }

    #[test]
    fn what_nobody_completed_does_nothing() {
        let mut proposal = TeamExclusion {
            owner: String::new(),
            ..complete()
        };
        assert_eq!(proposal.state(0), ExclusionState::Unfinished(vec!["owner"]));
        proposal.owner = "me".to_owned();
        proposal.proposed = true;
        assert_eq!(proposal.state(0), ExclusionState::Unfinished(vec!["status: reviewed"]));
        let undated = TeamExclusion {
            expires: "never".to_owned(),
            ..complete()
        };
        assert_eq!(undated.state(0), ExclusionState::Unfinished(vec!["expires"]));
    }
}
