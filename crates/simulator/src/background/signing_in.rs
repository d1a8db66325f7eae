//! Ordinary sign-ins.

use super::{Background, seat};
use crate::json::Out;
use crate::people::Person;
use crate::rng::Rng;
use crate::rows::sign_in::{APPLICATIONS, BLOCKED, OUTLOOK, SignIn, WRONG_PASSWORD, risk_state};

/// Interrupts and mistakes of everyday life.
const FAILURES: [i64; 6] = [WRONG_PASSWORD, WRONG_PASSWORD, 50_074, 50_076, 50_140, 70_044];

impl Background<'_> {
    pub fn sign_in(&self, at: i64, rng: &mut Rng, out: &mut Out) {
        let people = &self.tenant.people;
        let index = rng.skewed_index(people.len());
        let person = self.person(index);
        let seat = seat(person, rng);
        let interactive = rng.below(100) < 35;
        let phone = seat.os == "Ios";
        let (location, address) = self.trip(index, person).unwrap_or((&person.office.location, ""));
        let application = APPLICATIONS.get(rng.skewed_index(APPLICATIONS.len())).copied().unwrap_or(&OUTLOOK);
        let error = if rng.chance(25) {
            FAILURES.get(rng.index(FAILURES.len())).copied().unwrap_or(WRONG_PASSWORD)
        } else {
            0
        };
        let mut row = SignIn {
            address: if address.is_empty() { seat.address } else { address },
            location,
            known_device: !phone || rng.chance(2),
            client: if interactive && !phone {
                "Browser"
            } else {
                "Mobile Apps and Desktop clients"
            },
            interactive,
            error,
            ..SignIn::ordinary(at, person, application)
        };
        if phone {
            row.machine = crate::people::MACHINES.last().unwrap_or(person.machine);
        }
        self.assess(&mut row, person, rng);
        row.write(out, rng);
    }

    /// The risk that the identity provider saw; see the crate's model for what is kept out.
    fn assess(&self, row: &mut SignIn<'_>, person: &Person, rng: &mut Rng) {
        let at_home = row.location.country == person.office.location.country;
        match rng.below(10_000) {
            0..2 if !person.cast && !person.notified => {
                row.risk = 100;
                row.error = BLOCKED;
                row.risk_state = risk_state::AT_RISK;
                row.risk_events = r#"[\"leakedCredentials\"]"#;
                row.known_device = false;
            }
            2..10 if !person.cast && at_home => {
                row.risk = 50;
                row.risk_state = risk_state::AT_RISK;
                row.risk_events = r#"[\"unfamiliarFeatures\"]"#;
            }
            10..120 => {
                row.risk = 10;
                row.risk_events = r#"[\"unlikelyTravel\"]"#;
            }
            120..3_000 => row.risk = 1,
            _ => {}
        }
    }
}
