//! Ordinary work with mailboxes, files and chats.

use super::{Background, seat};
use crate::json::Out;
use crate::people::Person;
use crate::places::DATACENTRE;
use crate::rng::Rng;
use crate::rows::audit::{self, Folders, MailAccess};
use crate::rows::cloud::{CloudEvent, DIRECTORY, EXCHANGE, ONEDRIVE, Service, TEAMWORK};

/// Folder sets that a mail client opens together, escaped for JSON.
const FOLDER_SETS: [&[&str]; 6] = [
    &["\\\\Inbox"],
    &["\\\\Inbox", "\\\\Sent Items"],
    &["\\\\Inbox", "\\\\Calendar", "\\\\Drafts"],
    &["\\\\Inbox\\\\Projects"],
    &["\\\\Archive", "\\\\Inbox"],
    &["\\\\Sent Items"],
];
const CLIENTS: &[&str] = &[
    "Client=OutlookService;Outlook-iOS/2.0;",
    "Client=MSExchangeRPC",
    "Client=OWA;Action=ViaProxy",
    "Client=REST;Client=RESTSystem;;",
];
const FILES: &[&str] = &[
    "Budget.xlsx",
    "Roadmap.pptx",
    "Offer.docx",
    "Notes.one",
    "Floor plan.pdf",
    "Contract.docx",
    "Photo.jpg",
    "Timesheet.xlsx",
];

impl<'a> Background<'a> {
    pub fn cloud(&self, at: i64, rng: &mut Rng, out: &mut Out) {
        let person = self.somebody(rng);
        match rng.below(1_000) {
            0..480 => self.own_mailbox(at, person, rng, out),
            480..520 => self.delegate(at, rng, out),
            520..560 => self.backup(at, rng, out),
            560..566 => self.odd_access(at, person, rng, out),
            566..680 => file(at, person, "FileAccessed", "View", rng, out),
            680..740 => file(at, person, "FileModified", "Edit", rng, out),
            740..800 => file(at, person, "FileDownloaded", "Download", rng, out),
            800..825 => file(at, person, "FileUploaded", "Upload", rng, out),
            825..900 => plain(at, person, &EXCHANGE, "Send", rng, out, |out, rng, event| {
                audit::write_send(out, rng, event, "Notes from this morning");
            }),
            900..960 => plain(at, person, &DIRECTORY, "UserLoggedIn", rng, out, audit::write_logged_in),
            960..997 => plain(at, person, &TEAMWORK, "MessageSent", rng, out, audit::write_chat),
            _ => sorting_rule(at, person, rng, out),
        }
    }

    fn own_mailbox(&self, at: i64, person: &Person, rng: &mut Rng, out: &mut Out) {
        let folders = FOLDER_SETS.get(rng.index(FOLDER_SETS.len())).copied().unwrap_or_default();
        // Some clients send the name in capitals: still the owner.
        let shouted = rng.chance(40).then(|| person.upn.to_uppercase());
        let access = MailAccess {
            user_id: shouted.as_deref().unwrap_or(&person.upn),
            mailbox: person,
            owner: Some(&person.upn),
            client: rng.pick(CLIENTS),
            status: match rng.below(200) {
                0 => "Failed",
                1 => "PartiallySucceeded",
                _ => "Succeeded",
            },
            folders: match rng.below(100) {
                0 => Folders::Paths(&[]),
                1 => Folders::Missing,
                _ => Folders::Paths(folders),
            },
        };
        mail_access(at, person, &access, rng, out);
    }

    fn delegate(&self, at: i64, rng: &mut Rng, out: &mut Out) {
        let pairs = &self.tenant.delegates;
        let Some((reader, owner)) = pairs.get(rng.index(pairs.len())).copied() else {
            return self.own_mailbox(at, self.person(0), rng, out);
        };
        let (reader, mailbox) = (self.person(reader), self.person(owner));
        let access = MailAccess {
            user_id: &reader.upn,
            mailbox,
            owner: Some(&mailbox.upn),
            client: "Client=MSExchangeRPC",
            status: "Succeeded",
            folders: Folders::Paths(&["\\\\Inbox", "\\\\Calendar"]),
        };
        mail_access(at, reader, &access, rng, out);
    }

    /// The backup service reads the mailboxes that it has always read.
    fn backup(&self, at: i64, rng: &mut Rng, out: &mut Out) {
        let range = self.tenant.backed_up.clone();
        let mailbox = self.person(range.start + rng.index(range.len()));
        let access = MailAccess {
            user_id: &self.tenant.cast.backup.upn,
            mailbox,
            owner: Some(&mailbox.upn),
            client: "Client=WebServices;BackupJob-Exchange/4.1",
            status: "Succeeded",
            folders: Folders::Paths(&["\\\\Inbox", "\\\\Sent Items"]),
        };
        mail_access(at, &self.tenant.cast.backup, &access, rng, out);
    }

    /// Records that a hunt for foreign access must drop: attempts that failed, and records
    /// without an owner, without folders or without a path.
    fn odd_access(&self, at: i64, person: &Person, rng: &mut Rng, out: &mut Out) {
        let stranger = self.somebody(rng);
        let tried = MailAccess {
            user_id: &person.upn,
            mailbox: stranger,
            owner: Some(&stranger.upn),
            client: "Client=OWA;Action=ViaProxy",
            status: "Succeeded",
            folders: Folders::Paths(&["\\\\Inbox"]),
        };
        let access = match rng.below(6) {
            0 | 1 => MailAccess { status: "Failed", ..tried },
            2 => MailAccess {
                folders: Folders::Missing,
                ..tried
            },
            3 => MailAccess {
                folders: Folders::Paths(&[]),
                ..tried
            },
            4 => MailAccess {
                folders: Folders::Paths(&["", ""]),
                ..tried
            },
            // Nothing says whose mailbox it is; it is the reader's own.
            _ => MailAccess {
                mailbox: person,
                owner: None,
                ..tried
            },
        };
        mail_access(at, person, &access, rng, out);
    }
}

fn mail_access(at: i64, reader: &Person, access: &MailAccess<'_>, rng: &mut Rng, out: &mut Out) {
    let seat = seat(reader, rng);
    // Exchange writes most addresses plain, some in brackets with a port.
    let bracketed = match rng.below(10) {
        0..3 => Some(format!("[::ffff:{}]:{}", seat.address, 1_024 + rng.below(60_000))),
        3 => Some(format!(
            "[2001:db8:{:x}::{:x}]:{}",
            rng.below(16),
            rng.below(0xffff),
            1_024 + rng.below(60_000)
        )),
        _ => None,
    };
    let service_account = reader.alias.starts_with("svc-");
    let event = CloudEvent {
        at,
        action: "MailItemsAccessed",
        service: &EXCHANGE,
        actor: reader,
        address: bracketed.as_deref().unwrap_or(seat.address),
        location: if service_account { &DATACENTRE } else { seat.location },
        agent: access.client,
        os: if service_account { "Unknown" } else { seat.os },
        activity: "Run",
        object: "MailItemsAccessed",
        object_type: "Task",
        admin: false,
    };
    event.write(out, rng, |out, rng| access.write(out, rng, &event));
}

fn file(at: i64, person: &Person, action: &'static str, activity: &'static str, rng: &mut Rng, out: &mut Out) {
    let seat = seat(person, rng);
    let name = rng.pick(FILES);
    let url = [
        "https://contoso-my.sharepoint.example/personal/",
        &person.alias,
        "/Documents/",
        name,
    ];
    let event = CloudEvent {
        at,
        action,
        service: &ONEDRIVE,
        actor: person,
        address: seat.address,
        location: seat.location,
        agent: seat.agent,
        os: seat.os,
        activity,
        object: name,
        object_type: "File",
        admin: false,
    };
    event.write(out, rng, |out, rng| {
        audit::write_file(out, rng, &event, &url, name);
    });
}

fn plain(
    at: i64,
    person: &Person,
    service: &'static Service,
    action: &'static str,
    rng: &mut Rng,
    out: &mut Out,
    audit: impl FnOnce(&mut Out, &mut Rng, &CloudEvent<'_>),
) {
    let seat = seat(person, rng);
    let event = CloudEvent {
        at,
        action,
        service,
        actor: person,
        address: seat.address,
        location: seat.location,
        agent: seat.agent,
        os: seat.os,
        activity: "Run",
        object: action,
        object_type: "Task",
        admin: false,
    };
    event.write(out, rng, |out, rng| audit(out, rng, &event));
}

/// A rule that sorts mail into a folder, or hands it to a colleague.
fn sorting_rule(at: i64, person: &Person, rng: &mut Rng, out: &mut Out) {
    let inside = rng.chance(4);
    plain(at, person, &EXCHANGE, "New-InboxRule", rng, out, |out, rng, event| {
        let action = if inside {
            ("ForwardTo", "assistants@contoso.example")
        } else {
            ("MoveToFolder", "Newsletters")
        };
        let parameters = [
            ("Name", "Sort newsletters"),
            ("FromAddressContainsWords", "newsletter"),
            action,
            ("StopProcessingRules", "True"),
        ];
        audit::write_cmdlet(out, rng, event, &event.actor.upn, &parameters);
    });
}
