//! The stage on which the script is played: writes single records at chosen moments.

use super::Scripted;
use crate::json::Out;
use crate::people::{Person, UNKNOWN_MACHINE};
use crate::places::{DATACENTRE, Location};
use crate::rng::Rng;
use crate::rows::audit::{self, Folders, MailAccess};
use crate::rows::cloud::{CloudEvent, EXCHANGE, ONEDRIVE};
use crate::rows::email::{Email, MessageId, Recipient, Sender, Verdict};
use crate::rows::sign_in::{OUTLOOK, SignIn, risk_state};
use crate::scenario::{Scenario, Table};
use crate::ticks::{DAY, HOUR, MINUTE, SECOND};
use crate::truth::{Intrusion, LookAlike, Truth};
use crate::world::Tenant;

/// A place that somebody acts from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin<'a> {
    pub address: &'a str,
    pub location: &'a Location,
}

pub(super) struct Stage<'a> {
    pub tenant: &'a Tenant,
    start: i64,
    end: i64,
    rng: Rng,
    out: Out,
    rows: Vec<Scripted>,
    truth: Truth,
}

/// Senders of automated notifications.
pub(super) const DROPBOX: Sender<'static> = Sender {
    address: "no-reply@dropbox.com",
    domain: "dropbox.com",
    display: "Dropbox",
    object_id: "",
    ip: "192.0.2.91",
};
pub(super) const MICROSOFT: Sender<'static> = Sender {
    address: "no-reply@notify.microsoft.com",
    domain: "notify.microsoft.com",
    display: "Microsoft",
    object_id: "",
    ip: "192.0.2.92",
};
pub(super) const PASSCODES: Sender<'static> = Sender {
    address: "no-reply@sharepointonline.example",
    domain: "sharepointonline.example",
    display: "SharePoint Online",
    object_id: "",
    ip: "192.0.2.93",
};

impl<'a> Stage<'a> {
    pub fn new(scenario: &Scenario, tenant: &'a Tenant, rng: Rng) -> Self {
        Self {
            tenant,
            start: scenario.start_ticks(),
            end: scenario.end_ticks,
            rng,
            out: Out::default(),
            rows: Vec::new(),
            truth: Truth::default(),
        }
    }

    pub fn finish(mut self) -> (Vec<Scripted>, Truth) {
        self.rows.sort_by_key(|row| (row.table, row.at));
        (self.rows, self.truth)
    }

    /// First midnight of the simulation, as whole days before its end.
    pub fn first_day(&self) -> i64 {
        (self.end - self.start) / DAY
    }

    /// A moment in the minute that begins at `hour:minute`, `days` days before the end's midnight
    /// (1 is the last day). The rest of the minute is up to the seed.
    pub fn at(&mut self, days: i64, hour: i64, minute: i64) -> i64 {
        let within = i64::from(self.rng.below((58 * SECOND) as u32));
        self.end - days * DAY + hour * HOUR + minute * MINUTE + within
    }

    pub fn rng(&mut self) -> &mut Rng {
        &mut self.rng
    }

    pub fn planted(&mut self, intrusion: Intrusion) {
        self.truth.intrusions.push(intrusion);
    }

    pub fn harmless(&mut self, look_alike: LookAlike) {
        self.truth.look_alikes.push(look_alike);
    }

    fn push(&mut self, table: Table, at: i64) {
        if (self.start..self.end).contains(&at) {
            self.rows.push(Scripted {
                table,
                at,
                record: self.out.text().to_owned(),
            });
        }
    }

    pub fn mail(&mut self, at: i64, sender: Sender<'_>, recipient: &Person, subject: &str) {
        let message_id = if sender.address == PASSCODES.address {
            MessageId::Passcode("<OneTimePasscode")
        } else {
            MessageId::Ordinary
        };
        let mail = Email {
            at,
            sender,
            recipient: Recipient::colleague(recipient),
            subject,
            message_id,
            verdict: Verdict::Clean,
            urls: 2,
            attachments: 0,
            language: "en",
        };
        mail.write(&mut self.out, &mut self.rng);
        self.push(Table::EmailEvents, at);
    }

    pub fn sign_in(&mut self, row: SignIn<'_>) {
        row.write(&mut self.out, &mut self.rng);
        self.push(Table::AADSignInEventsBeta, row.at);
    }

    pub fn sign_in_at_office(&mut self, at: i64, person: &Person) {
        self.sign_in(SignIn::ordinary(at, person, &OUTLOOK));
    }

    /// A successful sign-in at the given risk from an unknown device.
    pub fn risky_sign_in(&mut self, at: i64, person: &Person, from: Origin<'_>, risk: i64) {
        self.sign_in(SignIn {
            address: from.address,
            location: from.location,
            machine: &UNKNOWN_MACHINE,
            known_device: false,
            risk,
            risk_state: risk_state::AT_RISK,
            risk_events: r#"[\"anonymizedIPAddress\",\"unfamiliarFeatures\"]"#,
            ..SignIn::ordinary(at, person, &OUTLOOK)
        });
    }

    /// Somebody reads folders (escaped paths) of a mailbox from his own network.
    pub fn read_mailbox(&mut self, at: i64, reader: &Person, mailbox: &Person, client: &str, paths: &[&str]) {
        let service = reader.alias.starts_with("svc-");
        let from = Origin {
            address: reader.office.address,
            location: if service { &DATACENTRE } else { &reader.office.location },
        };
        self.read_mailbox_from(at, reader, mailbox, client, paths, from);
    }

    pub fn read_mailbox_from(&mut self, at: i64, reader: &Person, mailbox: &Person, client: &str, paths: &[&str], from: Origin<'_>) {
        let event = CloudEvent {
            at,
            action: "MailItemsAccessed",
            service: &EXCHANGE,
            actor: reader,
            address: from.address,
            location: from.location,
            agent: client,
            os: "Unknown",
            activity: "Run",
            object: "MailItemsAccessed",
            object_type: "Task",
            admin: false,
        };
        let access = MailAccess {
            user_id: &reader.upn,
            mailbox,
            owner: Some(&mailbox.upn),
            client,
            status: "Succeeded",
            folders: Folders::Paths(paths),
        };
        event.write(&mut self.out, &mut self.rng, |out, rng| {
            access.write(out, rng, &event);
        });
        self.push(Table::CloudAppEvents, at);
    }

    pub fn download(&mut self, at: i64, person: &Person, from: Origin<'_>, agent: &str, file: &str) {
        let url = [
            "https://contoso-my.sharepoint.example/personal/",
            &person.alias,
            "/Documents/",
            file,
        ];
        let event = CloudEvent {
            at,
            action: "FileDownloaded",
            service: &ONEDRIVE,
            actor: person,
            address: from.address,
            location: from.location,
            agent,
            os: "Unknown",
            activity: "Download",
            object: file,
            object_type: "File",
            admin: false,
        };
        event.write(&mut self.out, &mut self.rng, |out, rng| {
            audit::write_file(out, rng, &event, &url, file);
        });
        self.push(Table::CloudAppEvents, at);
    }

    /// Any other event; `audit` writes the audit record.
    pub fn cloud(&mut self, event: CloudEvent<'_>, audit: impl FnOnce(&mut Out, &mut Rng, &CloudEvent<'_>)) {
        event.write(&mut self.out, &mut self.rng, |out, rng| {
            audit(out, rng, &event);
        });
        self.push(Table::CloudAppEvents, event.at);
    }
}
