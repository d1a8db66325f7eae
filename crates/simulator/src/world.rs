//! A whole simulated world: who is in it, what the script says, and how its days are written.

use crate::background::Background;
use crate::json::Out;
use crate::people::{Cast, Person, Personnel};
use crate::rng::Rng;
use crate::scenario::{Scenario, Table};
use crate::script::{self, Scripted};
use crate::ticks::{DAY, HOUR, weekday};
use crate::truth::Truth;

/// Random streams of a seed.
mod stream {
    pub(super) const PEOPLE: u64 = 1;
    pub(super) const SCRIPT: u64 = 2;
    pub(super) const FIRST_DAY: u64 = 1_000;
}

/// Most pairs of a known delegate and the mailbox that he reads.
const MOST_DELEGATES: usize = 200;
/// Mailboxes that the old backup service reads.
const BACKED_UP: usize = 25;

/// The accounts of the tenant and how they are related.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub cast: Cast,
    /// Everybody who causes ordinary traffic; the cast's staff come first.
    pub people: Vec<Person>,
    /// Pairs of reader and mailbox, as indices into `people`.
    pub delegates: Vec<(usize, usize)>,
    /// Indices into `people`.
    pub backed_up: std::ops::Range<usize>,
}

impl Tenant {
    fn new(scenario: &Scenario) -> Self {
        let rng = Rng::stream(scenario.seed, stream::PEOPLE);
        let mut staff = Personnel::new(rng, scenario.start_ticks());
        let cast = Cast::new(&mut staff);
        let mut people: Vec<Person> = cast.staff().into_iter().cloned().collect();
        let first = people.len();
        while people.len() < scenario.users as usize {
            people.push(staff.employee());
        }
        let delegates = (first..people.len().saturating_sub(1))
            .step_by(12)
            .take(MOST_DELEGATES)
            .map(|reader| (reader, reader + 1))
            .collect();
        Self {
            cast,
            delegates,
            backed_up: first..(first + BACKED_UP).min(people.len()),
            people,
        }
    }
}

/// A simulation that is ready to be written, as a whole or in parts.
#[derive(Debug)]
pub struct World {
    scenario: Scenario,
    tenant: Tenant,
    /// Sorted by table, then time.
    script: Vec<Scripted>,
    truth: Truth,
}

impl World {
    pub fn new(scenario: &Scenario) -> Self {
        let scenario = scenario.normalised();
        let tenant = Tenant::new(&scenario);
        let rng = Rng::stream(scenario.seed, stream::SCRIPT);
        let (script, truth) = script::write(&scenario, &tenant, rng);
        Self {
            scenario,
            tenant,
            script,
            truth,
        }
    }

    /// The scenario with its values in range.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    pub fn into_truth(self) -> Truth {
        self.truth
    }

    /// Writes the records of one table on one day (0 is the first) in time order.
    pub fn write_day(&self, table: Table, day: u32, sink: &mut dyn FnMut(&str)) {
        let from = self.scenario.start_ticks() + i64::from(day) * DAY;
        let table_number = table as u64;
        let mut rng = Rng::stream(self.scenario.seed, stream::FIRST_DAY * (1 + table_number) + u64::from(day));
        let background = Background::new(&self.scenario, &self.tenant, day);
        let mut scripted = self.scripted(table, from, from + DAY).iter().peekable();
        let mut out = Out::default();
        let count = self.ordinary_count(table, day);
        let mut clock = DayClock::new(from, count);
        for _ in 0..count {
            let at = clock.next(&mut rng);
            while let Some(event) = scripted.next_if(|event| event.at <= at) {
                sink(&event.record);
            }
            match table {
                Table::EmailEvents => background.email(at, &mut rng, &mut out),
                Table::AADSignInEventsBeta => background.sign_in(at, &mut rng, &mut out),
                Table::CloudAppEvents => background.cloud(at, &mut rng, &mut out),
            }
            sink(out.text());
        }
        scripted.for_each(|event| sink(&event.record));
    }

    fn scripted(&self, table: Table, from: i64, to: i64) -> &[Scripted] {
        let position = |at: i64| self.script.partition_point(|event| (event.table, event.at) < (table, at));
        self.script.get(position(from)..position(to)).unwrap_or_default()
    }

    /// Ordinary records of a table on a day: the running totals are rounded, so that the days add
    /// up to the table's share and the tables to the scenario's events.
    fn ordinary_count(&self, table: Table, day: u32) -> u64 {
        let scripted = self.script.len() as u64;
        let ordinary = self.scenario.events.saturating_sub(scripted);
        let before: u64 = Table::ALL
            .iter()
            .take_while(|other| **other != table)
            .map(|other| other.share())
            .sum();
        let total = ordinary * (before + table.share()) / 100 - ordinary * before / 100;
        let weight = |days: u32| -> u64 {
            (0..days)
                .map(|day| match weekday(self.scenario.start_ticks() + i64::from(day) * DAY) {
                    5 => 30,
                    6 => 25,
                    _ => 100,
                })
                .sum()
        };
        let all = weight(self.scenario.days);
        total * weight(day + 1) / all - total * weight(day) / all
    }
}

/// Relative traffic of the hours of a day (UTC).
const HOURLY: [u64; 24] = [2, 1, 1, 1, 1, 2, 5, 12, 20, 22, 20, 16, 13, 18, 20, 19, 17, 13, 8, 6, 5, 4, 3, 2];

/// Hands out the times of a day's events, in order, following [`HOURLY`].
struct DayClock {
    midnight: i64,
    count: u64,
    given: u64,
    hour: usize,
    /// Weight of the hours before `hour`.
    passed: u64,
}

/// Fixed-point bits of a position in the day.
const FRACTION: u32 = 24;

impl DayClock {
    fn new(midnight: i64, count: u64) -> Self {
        Self {
            midnight,
            count: count.max(1),
            given: 0,
            hour: 0,
            passed: 0,
        }
    }

    fn next(&mut self, rng: &mut Rng) -> i64 {
        let all: u64 = HOURLY.iter().sum();
        let drawn = (self.given << FRACTION) + u64::from(rng.below(1 << FRACTION));
        self.given += 1;
        let position = drawn * all / self.count;
        let mut weight = HOURLY.get(self.hour).copied().unwrap_or(1);
        while self.hour < 23 && position >= (self.passed + weight) << FRACTION {
            self.passed += weight;
            self.hour += 1;
            weight = HOURLY.get(self.hour).copied().unwrap_or(1);
        }
        let within = position.saturating_sub(self.passed << FRACTION) as i64;
        let span = (weight << FRACTION) as i64;
        let offset = (i128::from(within) * i128::from(HOUR) / i128::from(span)) as i64;
        self.midnight + self.hour as i64 * HOUR + offset.min(HOUR - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_in_order_and_follows_the_hours() {
        let mut rng = Rng::stream(3, 3);
        let mut clock = DayClock::new(0, 10_000);
        let times: Vec<i64> = (0..10_000).map(|_| clock.next(&mut rng)).collect();
        assert!(times.is_sorted());
        assert!(times.iter().all(|at| (0..DAY).contains(at)));
        let at_nine = times.iter().filter(|at| **at / HOUR == 9).count();
        assert!((900..1_000).contains(&at_nine), "{at_nine}");
    }

    #[test]
    fn the_script_and_the_days_add_up() {
        let world = World::new(&Scenario::sized(50_000));
        let ordinary: u64 = Table::ALL
            .iter()
            .flat_map(|table| (0..world.scenario.days).map(|day| world.ordinary_count(*table, day)))
            .sum();
        assert_eq!(ordinary + world.script.len() as u64, 50_000);
    }
}
