//! A timeline cut into bins.

use datafusion::common::{Result, exec_err};
use quarry_value::time::{DAY, add_months, date_of, day_of_week, days_of};

/// More bins than this are a mistake, not an analysis.
const MOST_BINS: usize = 1_000_000;

/// The width of a bin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Fixed(i64),
    /// From Sunday on.
    Week,
    Month,
    Year,
}

impl Step {
    /// The step that a word asks for.
    #[must_use]
    pub fn named(word: &str) -> Option<Step> {
        match word.to_ascii_lowercase().as_str() {
            "week" => Some(Step::Week),
            "month" => Some(Step::Month),
            "year" => Some(Step::Year),
            _ => None,
        }
    }
}

/// The part of a timeline that is looked at, both ends included. Numbers, ticks of datetimes and ticks of timespans are alike here.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    pub start: i64,
    pub end: i64,
    pub step: Step,
}

impl Axis {
    #[must_use]
    pub fn holds(&self, time: i64) -> bool {
        (self.start..=self.end).contains(&time)
    }

    /// The start of the bin of a time. Bins of fixed width lie at the start of the axis and from there on both ways.
    #[must_use]
    pub fn bin(&self, time: i64) -> i64 {
        match self.step {
            Step::Fixed(width) => time.saturating_sub(time.saturating_sub(self.start).rem_euclid(width.max(1))),
            Step::Week => (time.div_euclid(DAY) - day_of_week(time)) * DAY,
            Step::Month => {
                let date = date_of(time);
                days_of(date.year, date.month, 1) * DAY
            }
            Step::Year => days_of(date_of(time).year, 1, 1) * DAY,
        }
    }

    /// The bin before or after a bin, by a count; `None` off the timeline.
    #[must_use]
    pub fn shifted(&self, bin: i64, bins: i64) -> Option<i64> {
        match self.step {
            Step::Fixed(width) => bin.checked_add(width.checked_mul(bins)?),
            Step::Week => bin.checked_add((7 * DAY).checked_mul(bins)?),
            Step::Month => add_months(bin, bins),
            Step::Year => add_months(bin, bins.checked_mul(12)?),
        }
    }

    /// Every bin of the axis, whether anything happened in it or not.
    ///
    /// # Errors
    /// When there are far too many, or the width is not positive.
    pub fn bins(&self) -> Result<Vec<i64>> {
        if matches!(self.step, Step::Fixed(width) if width <= 0) {
            return exec_err!("the step must be greater than zero");
        }
        let mut bins = Vec::new();
        let mut next = Some(self.bin(self.start));
        while let Some(bin) = next.filter(|bin| *bin <= self.end) {
            if bins.len() == MOST_BINS {
                return exec_err!("from start to end are more than {MOST_BINS} steps");
            }
            bins.push(bin);
            next = self.shifted(bin, 1);
        }
        Ok(bins)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use quarry_value::time::datetime;

    #[test]
    fn bins_of_fixed_width_start_at_the_start() {
        let axis = Axis {
            start: 3,
            end: 12,
            step: Step::Fixed(4),
        };
        assert_eq!(axis.bins().unwrap(), [3, 7, 11]);
        assert_eq!([axis.bin(2), axis.bin(3), axis.bin(10)], [-1, 3, 7]);
    }

    #[test]
    fn bins_of_the_calendar() {
        let day = |month, day| datetime(2024, month, day).unwrap();
        let axis = |step| Axis {
            start: day(1, 31),
            end: day(3, 5),
            step,
        };
        assert_eq!(axis(Step::Month).bins().unwrap(), [day(1, 1), day(2, 1), day(3, 1)]);
        // The 28th of January 2024 was a Sunday.
        assert_eq!(axis(Step::Week).bins().unwrap().first(), Some(&day(1, 28)));
        assert_eq!(axis(Step::Year).bins().unwrap(), [day(1, 1)]);
    }

    #[test]
    fn hostile_steps_end() {
        let bins = |step| {
            Axis {
                start: 0,
                end: i64::MAX,
                step: Step::Fixed(step),
            }
            .bins()
        };
        assert!(bins(1).is_err());
        assert!(bins(0).is_err());
        assert_eq!(bins(i64::MAX).unwrap().len(), 2);
    }
}
