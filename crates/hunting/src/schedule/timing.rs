//! When a rule falls due.

use quarry_value::time::MINUTE;

use super::cron::Cron;

/// The moments at which windows of a rule end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Timing {
    /// At whole multiples of a length of time, so that every run of every scheduler has the same windows.
    Every(i64),
    Cron(Cron),
}

impl Timing {
    /// The last moment that is not later.
    #[must_use]
    pub fn at_or_before(&self, ticks: i64) -> Option<i64> {
        match self {
            Self::Every(length) => {
                let length = (*length).max(MINUTE);
                Some(ticks.div_euclid(length).saturating_mul(length))
            }
            Self::Cron(cron) => cron.at_or_before(ticks),
        }
    }

    /// The first moment that is later.
    #[must_use]
    pub fn after(&self, ticks: i64) -> Option<i64> {
        match self {
            Self::Every(length) => {
                let length = (*length).max(MINUTE);
                ticks.div_euclid(length).checked_add(1)?.checked_mul(length)
            }
            Self::Cron(cron) => cron.after(ticks),
        }
    }
}
