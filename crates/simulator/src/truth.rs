//! What is true about a simulation, and how the findings of hunts compare with it.

use std::collections::BTreeSet;

use serde::Serialize;

/// Identifiers of the hunts that the truth speaks of.
pub mod hunts {
    /// Published: automated notification mail and a high-risk sign-in.
    pub const PUBLISHED_SIGN_IN: &str = "a7acfaf4-e03e-409d-a16e-dcde33f7dba3";
    /// Published: users who newly read other users' mailboxes or many of their folders.
    pub const PUBLISHED_MAILBOX: &str = "6a927d9a-66c3-4491-815d-a31d4bbb2948";
    /// Bundled, in the order of content/README.md.
    pub const RISKY_AFTER_NOTIFICATION: &str = "ec663f4b-980f-43a3-aa2e-29a005b99354";
    pub const OTHER_MAILBOXES: &str = "7aad677c-7667-46e1-8ed5-9c1ee208f4b6";
    pub const PASSWORD_SPRAY: &str = "70f77be6-b581-49bf-a7ad-a2e924de4680";
    pub const NEW_COUNTRY: &str = "832396e7-625a-4d5f-8dce-229fba8007b4";
    pub const FORWARDING: &str = "eef7c101-9c22-400d-b6f6-5c8be0d4701d";
    pub const MASS_DOWNLOAD: &str = "47b009bb-0253-4d4b-95b2-38b1411f1333";
    pub const LEGACY_PROTOCOL: &str = "92a6a870-2be2-41e4-8424-ca8f3060f389";
    pub const CONSENT: &str = "a2fa380f-1c05-477e-9386-8b66c763b2fa";
    pub const MAILBOX_GRANT: &str = "0c1dc97e-0757-4723-bd0d-e0250506171f";
    pub const PHISHING_BURST: &str = "c6a1d84d-c269-44dd-a129-4e92d82e67e9";

    /// The bundled hunts.
    pub const BUNDLED: [&str; 10] = [
        RISKY_AFTER_NOTIFICATION,
        OTHER_MAILBOXES,
        PASSWORD_SPRAY,
        NEW_COUNTRY,
        FORWARDING,
        MASS_DOWNLOAD,
        LEGACY_PROTOCOL,
        CONSENT,
        MAILBOX_GRANT,
        PHISHING_BURST,
    ];
}

/// That a hunt, with its published values, reports a row with this value in this column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Expectation {
    /// One of [`hunts`].
    pub hunt: &'static str,
    pub column: &'static str,
    pub value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum IntrusionKind {
    NotificationLure,
    MassDownload,
    MailboxHarvest,
    MailboxGrant,
    PasswordSpray,
    ForwardingRule,
    NewCountry,
    LegacyProtocol,
    ConsentGrant,
    InternalPhishing,
    LongDwelling,
}

/// A planted intrusion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Intrusion {
    /// Short name, unique in the truth.
    pub id: &'static str,
    pub kind: IntrusionKind,
    /// The account that it is about.
    pub account: String,
    /// Ticks of its decisive event.
    pub at: i64,
    /// What happened, in a sentence.
    pub story: &'static str,
    /// Which hunts report it; empty when none of them can.
    pub expected: Vec<Expectation>,
    /// Why no hunt reports it; empty when one does.
    pub why_missed: &'static str,
}

/// Harmless events that resemble an intrusion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LookAlike {
    /// Short name, unique in the truth.
    pub id: &'static str,
    /// The hunt that it is made to deceive.
    pub deceives: &'static str,
    /// The false-positive scenario that it plays, as its page calls it, or our own words.
    pub scenario: &'static str,
    /// The account or address that it is about.
    pub entity: String,
    /// Why it is harmless.
    pub story: &'static str,
    /// Which hunts report it nevertheless.
    pub expected: Vec<Expectation>,
}

/// The truth about a simulation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Truth {
    pub intrusions: Vec<Intrusion>,
    pub look_alikes: Vec<LookAlike>,
}

/// A row that a hunt reported: the hunt's id and the text of its cells.
#[derive(Clone, Debug)]
pub struct Reported {
    pub hunt: String,
    pub values: Vec<String>,
}

/// Reported rows about something harmless, or about nothing that the truth knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FalseAlarm {
    pub hunt: String,
    /// The look-alike's entity, or the first cell of a row that nothing explains.
    pub entity: String,
    /// `None` when the truth has no explanation.
    pub look_alike: Option<LookAlike>,
    pub rows: usize,
}

/// Findings compared with the truth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub found: Vec<Intrusion>,
    pub missed: Vec<Intrusion>,
    /// One for each hunt and entity, in the order reported.
    pub false_alarms: Vec<FalseAlarm>,
}

impl Truth {
    fn expectations(&self) -> impl Iterator<Item = &Expectation> {
        let planted = self.intrusions.iter().flat_map(|one| &one.expected);
        planted.chain(self.look_alikes.iter().flat_map(|one| &one.expected))
    }

    /// The entities, planted and harmless, that a hunt reports with its published values.
    pub fn expected_entities(&self, hunt: &str) -> BTreeSet<&str> {
        self.expectations()
            .filter(|one| one.hunt == hunt)
            .map(|one| one.value.as_str())
            .collect()
    }

    /// The column that names the entity in a hunt's rows.
    pub fn entity_column(&self, hunt: &str) -> Option<&'static str> {
        self.expectations().find(|one| one.hunt == hunt).map(|one| one.column)
    }

    /// Compares reported rows with the truth. A row belongs to an intrusion or look-alike when
    /// one of its cells is the account or an entity expected for it; letter case is ignored.
    pub fn judge(&self, reported: &[Reported]) -> Verdict {
        let mut found = BTreeSet::new();
        let mut false_alarms: Vec<FalseAlarm> = Vec::new();
        for row in reported {
            let names = |entity: &str, expected: &[Expectation]| {
                row.values
                    .iter()
                    .any(|value| value.eq_ignore_ascii_case(entity) || expected.iter().any(|one| value.eq_ignore_ascii_case(&one.value)))
            };
            let mut planted = self
                .intrusions
                .iter()
                .filter(|one| names(&one.account, &one.expected))
                .map(|one| one.id)
                .peekable();
            if planted.peek().is_some() {
                found.extend(planted);
                continue;
            }
            let look_alike = self.look_alikes.iter().find(|one| names(&one.entity, &one.expected));
            let entity = match look_alike {
                Some(known) => known.entity.clone(),
                None => row.values.first().cloned().unwrap_or_default(),
            };
            match false_alarms
                .iter_mut()
                .find(|alarm| alarm.hunt == row.hunt && alarm.entity == entity)
            {
                Some(alarm) => alarm.rows += 1,
                None => false_alarms.push(FalseAlarm {
                    hunt: row.hunt.clone(),
                    entity,
                    look_alike: look_alike.cloned(),
                    rows: 1,
                }),
            }
        }
        let (found, missed) = self.intrusions.iter().cloned().partition(|one| found.contains(one.id));
        Verdict {
            found,
            missed,
            false_alarms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scenario, World};

    fn row(hunt: &str, values: &[&str]) -> Reported {
        Reported {
            hunt: hunt.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        }
    }

    #[test]
    fn findings_are_judged() {
        let world = World::new(&Scenario::sized(10_000));
        let truth = world.truth();
        let verdict = truth.judge(&[
            row(hunts::NEW_COUNTRY, &["NL", "MIA.KOCH@contoso.example"]),
            row(hunts::OTHER_MAILBOXES, &["tom.berg@contoso.example", "2"]),
            row(hunts::OTHER_MAILBOXES, &["tom.berg@contoso.example", "1"]),
            row(hunts::CONSENT, &["nobody@contoso.example"]),
        ]);
        let found: Vec<_> = verdict.found.iter().map(|one| one.id).collect();
        assert_eq!(found, ["notification-lure"]);
        assert_eq!(verdict.missed.len(), truth.intrusions.len() - 1);
        let alarms: Vec<_> = verdict
            .false_alarms
            .iter()
            .map(|one| (one.entity.as_str(), one.look_alike.is_some(), one.rows))
            .collect();
        assert_eq!(
            alarms,
            [("tom.berg@contoso.example", true, 2), ("nobody@contoso.example", false, 1)]
        );
    }

    #[test]
    fn every_hunt_has_something_to_find() {
        let world = World::new(&Scenario::default());
        for hunt in hunts::BUNDLED {
            assert!(!world.truth().expected_entities(hunt).is_empty(), "{hunt}");
            assert!(world.truth().entity_column(hunt).is_some(), "{hunt}");
        }
    }
}
