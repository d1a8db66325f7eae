//! A deterministic simulator of a Microsoft 365 tenant, `contoso.example`.
//!
//! It writes the records of three tables (`EmailEvents`, `AADSignInEventsBeta`,
//! `CloudAppEvents`) over some weeks that end at a given moment, and knows the truth about them:
//! which intrusions were planted, which harmless events look like one, and which hunts should
//! report what.
//!
//! # Model
//!
//! *Ordinary traffic* fills the days: people of five offices mail each other and the outside,
//! get newsletters, share notifications and one-time passcodes, sign in from the office, from home
//! and from phones, read their own mailboxes, work on files. Weekends and nights are quiet.
//! It also carries what real logs carry: failed and partly failed records, records without a
//! mailbox owner or without folders, addresses in brackets with a port, user names in
//! another case, senders whose spelling differs from the one a query compares with, passwords
//! mistyped, medium risk on a familiar network and high risk that a policy blocked.
//! Ordinary traffic never completes an intrusion: high risk appears only on blocked sign-ins of
//! people who get no automated notifications, medium risk only in a person's own country, nobody
//! succeeds with a legacy protocol, forwards mail outside, or opens a mailbox for the first
//! time in the last two weeks. That is what makes the truth exact for every seed and size.
//!
//! *The script* adds what the hunts are about. Intrusions: a lure in an automated notification
//! followed by a high-risk sign-in, a mass download after a one-time passcode, a service account
//! that suddenly reads many mailboxes, somebody who grants himself a mailbox and reads all its
//! folders, a password spray, sign-ins from new countries, a forwarding rule, a legacy protocol,
//! consent to a mail-reading application, a burst of internal phishing, and one intruder who
//! came before the logs begin and who therefore looks like a known delegate. Look-alikes:
//! one for every false-positive scenario of the two published hunts that the product starts from
//! (scheduled reports, directory synchronisation, maintenance, password resets, backup status;
//! mailbox backup, admin review, migration, shared folders, distribution lists), delegates old
//! and new, a traveller, a synchronising laptop, the newsroom. See [`Truth`].
//!
//! *Sizes.* [`Scenario::events`] is met exactly unless it is smaller than the script
//! (about 2,000 records). Every day of every table has its own random stream, so parts
//! can be produced alone and in parallel ([`World`]).
//!
//! *Any other table* gets random rows of the right types and shapes, without a story: [`write_table`].
//!
//! All addresses are from documentation, benchmark and shared ranges; names are invented.

mod background;
mod exports;
mod json;
mod people;
mod places;
pub mod reference;
mod rng;
mod rows;
mod scenario;
mod script;
mod tables;
pub mod ticks;
mod truth;
mod world;

pub use exports::{ExportedFile, Summary, write_exports};
pub use scenario::{Scenario, Table};
pub use tables::{RandomRows, Vocabulary, write_table};
pub use truth::{Expectation, FalseAlarm, Intrusion, IntrusionKind, LookAlike, Reported, Truth, Verdict, hunts};
pub use world::World;

/// Produces all records of a scenario, table by table within each day, in time order within a
/// table, and returns the truth about them.
///
/// `sink` gets the table's name and one JSON object, valid until it returns.
pub fn simulate(scenario: &Scenario, sink: &mut dyn FnMut(&'static str, &str)) -> Truth {
    let world = World::new(scenario);
    for day in 0..world.scenario().days {
        for table in Table::ALL {
            world.write_day(table, day, &mut |record| sink(table.name(), record));
        }
    }
    world.into_truth()
}
