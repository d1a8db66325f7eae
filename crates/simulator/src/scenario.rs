//! What to simulate.

use serde::{Deserialize, Serialize};

use crate::ticks::{DAY, date};

/// The size, time and seed of a simulation. Values out of range are brought into it by
/// [`Scenario::normalised`], which every entry point applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// Same seed and sizes, same bytes.
    pub seed: u64,
    /// People with a mailbox: at least 60 and at least one per 10,000 events.
    pub users: u32,
    /// Length in days, 22 to 365: hunts compare the last 14 days with the days before.
    pub days: u32,
    /// The clock at the end, in ticks; brought down to midnight UTC.
    pub end_ticks: i64,
    /// Records in all tables together.
    pub events: u64,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            seed: 7,
            users: 300,
            days: 30,
            end_ticks: date(2026, 11, 20),
            events: 120_000,
        }
    }
}

impl Scenario {
    /// The default scenario with another number of events, and people in proportion.
    pub fn sized(events: u64) -> Self {
        Self {
            users: u32::try_from(events / 400).unwrap_or(u32::MAX),
            events,
            ..Self::default()
        }
        .normalised()
    }

    /// The scenario with every value in its range.
    #[must_use]
    pub fn normalised(&self) -> Self {
        let events = self.events.min(1_000_000_000);
        let fewest = u32::try_from(events / 10_000).unwrap_or(u32::MAX).max(60);
        let end = self.end_ticks.clamp(date(1971, 1, 1), date(9999, 1, 1));
        Self {
            seed: self.seed,
            users: self.users.clamp(fewest, 100_000.max(fewest)),
            days: self.days.clamp(22, 365),
            end_ticks: end - end.rem_euclid(DAY),
            events,
        }
    }

    /// The tick at which the simulation begins.
    pub fn start_ticks(&self) -> i64 {
        self.end_ticks - i64::from(self.days) * DAY
    }
}

/// A simulated table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Table {
    EmailEvents,
    AADSignInEventsBeta,
    CloudAppEvents,
}

impl Table {
    pub const ALL: [Self; 3] = [Self::EmailEvents, Self::AADSignInEventsBeta, Self::CloudAppEvents];

    /// The table's name in queries.
    pub fn name(self) -> &'static str {
        match self {
            Self::EmailEvents => "EmailEvents",
            Self::AADSignInEventsBeta => "AADSignInEventsBeta",
            Self::CloudAppEvents => "CloudAppEvents",
        }
    }

    /// Percent of the ordinary traffic.
    pub(crate) fn share(self) -> u64 {
        match self {
            Self::EmailEvents => 29,
            Self::AADSignInEventsBeta => 23,
            Self::CloudAppEvents => 48,
        }
    }
}
