//! Ordinary traffic.

mod cloud;
mod mail;
mod signing_in;

use crate::people::{Person, UNKNOWN_MACHINE};
use crate::places::{Location, MADRID, STOCKHOLM, TOKYO};
use crate::rng::Rng;
use crate::scenario::Scenario;
use crate::world::Tenant;

/// The ordinary traffic of one day.
pub(crate) struct Background<'a> {
    tenant: &'a Tenant,
    day: u32,
    days: u32,
}

impl<'a> Background<'a> {
    pub fn new(scenario: &Scenario, tenant: &'a Tenant, day: u32) -> Self {
        Self {
            tenant,
            day,
            days: scenario.days,
        }
    }

    /// Somebody, the same few people more often than the others.
    fn somebody(&self, rng: &mut Rng) -> &'a Person {
        let people = &self.tenant.people;
        people.get(rng.skewed_index(people.len())).unwrap_or(&self.tenant.cast.mia)
    }

    fn person(&self, index: usize) -> &'a Person {
        self.tenant.people.get(index).unwrap_or(&self.tenant.cast.mia)
    }

    /// Where somebody on a business trip is today. Trips are in the last two weeks, so that
    /// everybody's home country is on record before.
    fn trip(&self, index: usize, person: &Person) -> Option<(&'static Location, &'static str)> {
        if person.cast || index % 37 != 5 {
            return None;
        }
        let start = self.days - 12 + (index % 7) as u32;
        if !(start..start + 4).contains(&self.day) {
            return None;
        }
        Some(match index % 3 {
            0 => (&TOKYO, "192.0.2.30"),
            1 => (&STOCKHOLM, "192.0.2.40"),
            _ => (&MADRID, "192.0.2.50"),
        })
    }
}

/// Where and with what a person works at a moment.
struct Seat<'a> {
    location: &'a Location,
    address: &'a str,
    agent: &'static str,
    os: &'static str,
}

fn seat<'a>(person: &'a Person, rng: &mut Rng) -> Seat<'a> {
    let phone = crate::people::MACHINES.last().unwrap_or(&UNKNOWN_MACHINE);
    let (address, machine) = match rng.below(100) {
        0..45 => (person.office.address, person.machine),
        45..80 => (person.home_address.as_str(), person.machine),
        _ => (person.mobile_address.as_str(), phone),
    };
    Seat {
        location: &person.office.location,
        address,
        agent: machine.agent,
        os: machine.os,
    }
}
