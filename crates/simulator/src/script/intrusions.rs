//! The planted intrusions.

use super::stage::{DROPBOX, Origin, PASSCODES, Stage};
use crate::people::{Person, UNKNOWN_MACHINE};
use crate::places::{AMSTERDAM, BUCHAREST, CHISINAU, HANOI, LAGOS, SAO_PAULO};
use crate::rows::audit;
use crate::rows::cloud::{CloudEvent, DIRECTORY, EXCHANGE, Service};
use crate::rows::email::Sender;
use crate::rows::sign_in::{OUTLOOK, SignIn, WRONG_PASSWORD, risk_state};
use crate::ticks::{MINUTE, SECOND};
use crate::truth::{Expectation, Intrusion, IntrusionKind, hunts};

const RELAY: Origin<'static> = Origin {
    address: "203.0.113.4",
    location: &AMSTERDAM,
};
const ROMANIA: Origin<'static> = Origin {
    address: "203.0.113.21",
    location: &BUCHAREST,
};
const MOLDOVA: Origin<'static> = Origin {
    address: "203.0.113.77",
    location: &CHISINAU,
};
const BRAZIL: Origin<'static> = Origin {
    address: "203.0.113.130",
    location: &SAO_PAULO,
};
const VIETNAM: Origin<'static> = Origin {
    address: "203.0.113.161",
    location: &HANOI,
};
const NIGERIA: Origin<'static> = Origin {
    address: "203.0.113.204",
    location: &LAGOS,
};

/// Accounts whose passwords the spray tries.
const SPRAYED: usize = 45;

pub(super) fn play(stage: &mut Stage<'_>) {
    notification_lure(stage);
    mass_download(stage);
    mailbox_harvest(stage);
    mailbox_grant(stage);
    password_spray(stage);
    forwarding_rule(stage);
    new_country(stage);
    legacy_protocol(stage);
    consent_grant(stage);
    internal_phishing(stage);
    long_dwelling(stage);
}

fn expect(hunt: &'static str, column: &'static str, who: &Person) -> Expectation {
    Expectation {
        hunt,
        column,
        value: who.upn.clone(),
    }
}

fn planted(id: &'static str, kind: IntrusionKind, who: &Person, at: i64, story: &'static str, expected: Vec<Expectation>) -> Intrusion {
    Intrusion {
        id,
        kind,
        account: who.upn.clone(),
        at,
        story,
        expected,
        why_missed: "",
    }
}

/// An event that an attacker causes with somebody's account.
fn deed<'a>(at: i64, action: &'a str, service: &'a Service, actor: &'a Person, from: Origin<'a>) -> CloudEvent<'a> {
    CloudEvent {
        at,
        action,
        service,
        actor,
        address: from.address,
        location: from.location,
        agent: UNKNOWN_MACHINE.agent,
        os: UNKNOWN_MACHINE.os,
        activity: "Run",
        object: action,
        object_type: "Task",
        admin: actor.alias.starts_with("adm."),
    }
}

fn notification_lure(stage: &mut Stage<'_>) {
    let mia = &stage.tenant.cast.mia;
    let mailed = stage.at(11, 6, 58);
    stage.mail(mailed, DROPBOX, mia, "Contract update was shared with you");
    let at = stage.at(11, 7, 12);
    stage.risky_sign_in(at, mia, RELAY, 100);
    stage.planted(planted(
        "notification-lure",
        IntrusionKind::NotificationLure,
        mia,
        at,
        "A shared file was the lure: 14 minutes after the notification somebody signs in through an anonymous relay.",
        vec![
            expect(hunts::PUBLISHED_SIGN_IN, "AccountUpn", mia),
            expect(hunts::RISKY_AFTER_NOTIFICATION, "AccountUpn", mia),
            expect(hunts::NEW_COUNTRY, "AccountUpn", mia),
        ],
    ));
}

fn mass_download(stage: &mut Stage<'_>) {
    let david = &stage.tenant.cast.david;
    let mailed = stage.at(6, 20, 31);
    stage.mail(mailed, PASSCODES, david, "Your one-time passcode");
    let signed_in = stage.at(6, 20, 44);
    stage.risky_sign_in(signed_in, david, ROMANIA, 100);
    let start = stage.at(6, 21, 3);
    for number in 0..180_i64 {
        let at = start + number * 14 * SECOND + i64::from(stage.rng().below(9_000_000));
        let file = format!("Plan {number:03}.docx");
        stage.download(at, david, ROMANIA, UNKNOWN_MACHINE.agent, &file);
    }
    stage.planted(planted(
        "mass-download",
        IntrusionKind::MassDownload,
        david,
        start,
        "After a one-time passcode mail a stranger signs in and downloads 180 files in 42 minutes.",
        vec![
            expect(hunts::PUBLISHED_SIGN_IN, "AccountUpn", david),
            expect(hunts::RISKY_AFTER_NOTIFICATION, "AccountUpn", david),
            expect(hunts::NEW_COUNTRY, "AccountUpn", david),
            expect(hunts::MASS_DOWNLOAD, "AccountUpn", david),
        ],
    ));
}

fn mailbox_harvest(stage: &mut Stage<'_>) {
    let tenant = stage.tenant;
    let scanner = &tenant.cast.scanner;
    let first = stage.at(9, 1, 10);
    let from = Origin {
        address: "[::ffff:203.0.113.55]:50213",
        location: &BUCHAREST,
    };
    let paths = ["\\\\Inbox", "\\\\Sent Items", "\\\\Inbox\\\\Invoices", "\\\\Archive"];
    for (number, mailbox) in tenant.people.iter().skip(30).take(14).enumerate() {
        let at = first + number as i64 * 7 * MINUTE;
        let some = paths.get(..2 + number % 3).unwrap_or_default();
        stage.read_mailbox_from(at, scanner, mailbox, "Client=REST;;", some, from);
        stage.read_mailbox_from(at + 40 * SECOND, scanner, mailbox, "Client=REST;;", some, from);
    }
    stage.planted(planted(
        "mailbox-harvest",
        IntrusionKind::MailboxHarvest,
        scanner,
        first,
        "The scan-to-mail account, whose password was never changed, reads 14 mailboxes in a night.",
        vec![
            expect(hunts::PUBLISHED_MAILBOX, "UserId", scanner),
            expect(hunts::OTHER_MAILBOXES, "Reader", scanner),
        ],
    ));
}

fn mailbox_grant(stage: &mut Stage<'_>) {
    let cast = &stage.tenant.cast;
    let (admin, karl, chief) = (&cast.felix_admin, &cast.karl, &cast.chief);
    let signed_in = stage.at(4, 22, 5);
    stage.risky_sign_in(signed_in, admin, NIGERIA, 50);
    let granted = stage.at(4, 22, 19);
    let grant = deed(granted, "Add-MailboxPermission", &EXCHANGE, admin, NIGERIA);
    let parameters = [
        ("Identity", chief.upn.as_str()),
        ("User", karl.upn.as_str()),
        ("AccessRights", "FullAccess"),
        ("AutoMapping", "False"),
    ];
    stage.cloud(grant, |out, rng, event| {
        audit::write_cmdlet(out, rng, event, &chief.upn, &parameters);
    });
    let folders = [
        "\\\\Inbox",
        "\\\\Sent Items",
        "\\\\Drafts",
        "\\\\Archive",
        "\\\\Inbox\\\\Board",
        "\\\\Inbox\\\\Finance",
        "\\\\Inbox\\\\Legal",
        "\\\\Deleted Items",
    ];
    let at = stage.at(4, 23, 2);
    for (number, pair) in folders.chunks(2).enumerate() {
        let when = at + number as i64 * 3 * MINUTE;
        let client = "Client=OWA;Action=ViaProxy";
        stage.read_mailbox_from(when, karl, chief, client, pair, NIGERIA);
    }
    stage.planted(planted(
        "mailbox-grant",
        IntrusionKind::MailboxGrant,
        karl,
        at,
        "With a stolen administrator session somebody gives Karl's account the chief executive's mailbox and reads its folders.",
        vec![
            expect(hunts::PUBLISHED_MAILBOX, "UserId", karl),
            expect(hunts::OTHER_MAILBOXES, "Reader", karl),
            expect(hunts::MAILBOX_GRANT, "Grantee", karl),
            expect(hunts::NEW_COUNTRY, "AccountUpn", admin),
        ],
    ));
}

fn password_spray(stage: &mut Stage<'_>) {
    let tenant = stage.tenant;
    let emma = &tenant.cast.emma;
    for (round, hour) in [3, 4].into_iter().enumerate() {
        let start = stage.at(8, hour, 2);
        let targets = tenant.people.iter().skip(25).take(SPRAYED);
        for (number, person) in targets.chain([emma]).enumerate() {
            let at = start + number as i64 * 61 * SECOND + i64::from(stage.rng().below(20_000_000));
            stage.sign_in(SignIn {
                address: MOLDOVA.address,
                location: MOLDOVA.location,
                machine: &UNKNOWN_MACHINE,
                known_device: false,
                error: WRONG_PASSWORD,
                risk: if round == 0 { 1 } else { 10 },
                ..SignIn::ordinary(at, person, &OUTLOOK)
            });
        }
    }
    let at = stage.at(8, 5, 21);
    stage.risky_sign_in(at, emma, MOLDOVA, 50);
    stage.planted(planted(
        "password-spray",
        IntrusionKind::PasswordSpray,
        emma,
        at,
        "One address tries a password on 46 accounts, twice; Emma's gives way.",
        vec![
            expect(hunts::PASSWORD_SPRAY, "AccountUpn", emma),
            expect(hunts::NEW_COUNTRY, "AccountUpn", emma),
        ],
    ));
}

fn forwarding_rule(stage: &mut Stage<'_>) {
    let lukas = &stage.tenant.cast.lukas;
    let signed_in = stage.at(5, 13, 40);
    stage.sign_in_at_office(signed_in - 40 * MINUTE, lukas);
    stage.risky_sign_in(signed_in, lukas, BRAZIL, 50);
    let at = stage.at(5, 13, 52);
    let rule = deed(at, "New-InboxRule", &EXCHANGE, lukas, BRAZIL);
    let parameters = [
        ("Name", "."),
        ("SubjectContainsWords", "invoice;payment;bank"),
        ("ForwardTo", "smtp:lukas.brandt.archive@mailbox.invalid"),
        ("DeleteMessage", "True"),
    ];
    stage.cloud(rule, |out, rng, event| {
        audit::write_cmdlet(out, rng, event, &lukas.upn, &parameters);
    });
    stage.planted(planted(
        "forwarding-rule",
        IntrusionKind::ForwardingRule,
        lukas,
        at,
        "40 minutes after working in Berlin, Lukas signs in from Brazil; a rule then forwards invoices and deletes them.",
        vec![
            expect(hunts::FORWARDING, "AccountUpn", lukas),
            expect(hunts::NEW_COUNTRY, "AccountUpn", lukas),
        ],
    ));
}

fn new_country(stage: &mut Stage<'_>) {
    let nora = &stage.tenant.cast.nora;
    let at_work = stage.at(10, 9, 15);
    stage.sign_in_at_office(at_work, nora);
    let at = stage.at(10, 10, 3);
    stage.risky_sign_in(at, nora, VIETNAM, 50);
    stage.planted(planted(
        "impossible-travel",
        IntrusionKind::NewCountry,
        nora,
        at,
        "Nora signs in from Hanoi 48 minutes after Munich.",
        vec![expect(hunts::NEW_COUNTRY, "AccountUpn", nora)],
    ));
}

fn legacy_protocol(stage: &mut Stage<'_>) {
    let tim = &stage.tenant.cast.tim;
    let start = stage.at(7, 2, 30);
    for (number, error) in [WRONG_PASSWORD, WRONG_PASSWORD, 0, 0, 0].into_iter().enumerate() {
        stage.sign_in(SignIn {
            address: "203.0.113.92",
            location: &BUCHAREST,
            machine: &UNKNOWN_MACHINE,
            known_device: false,
            client: "IMAP4",
            error,
            risk: 10,
            risk_state: risk_state::NONE,
            ..SignIn::ordinary(start + number as i64 * 4 * MINUTE, tim, &OUTLOOK)
        });
    }
    stage.planted(planted(
        "legacy-protocol",
        IntrusionKind::LegacyProtocol,
        tim,
        start,
        "A guessed password is used over IMAP, where no second factor is asked for.",
        vec![expect(hunts::LEGACY_PROTOCOL, "AccountUpn", tim)],
    ));
}

fn consent_grant(stage: &mut Stage<'_>) {
    let olga = &stage.tenant.cast.olga;
    let at = stage.at(3, 15, 26);
    let from = Origin {
        address: &olga.home_address,
        location: &olga.office.location,
    };
    let consent = deed(at, "Consent to application.", &DIRECTORY, olga, from);
    stage.cloud(consent, |out, rng, event| {
        let application = "b2d8f6a4-7c13-4e0b-9a5f-6e41c07d3b92";
        let scopes = "offline_access Mail.Read Contacts.Read";
        audit::write_consent(out, rng, event, "Mail Tidy Up", application, scopes, false);
    });
    stage.planted(planted(
        "consent-grant",
        IntrusionKind::ConsentGrant,
        olga,
        at,
        "Olga lets an application that nobody knows read her mail for good.",
        vec![expect(hunts::CONSENT, "AccountUpn", olga)],
    ));
}

fn internal_phishing(stage: &mut Stage<'_>) {
    let tenant = stage.tenant;
    let sara = &tenant.cast.sara;
    let signed_in = stage.at(2, 16, 12);
    stage.risky_sign_in(signed_in, sara, NIGERIA, 50);
    let at = stage.at(2, 17, 1);
    let people = tenant.people.len();
    for (number, colleague) in tenant.people.iter().rev().take(60.min(people)).enumerate() {
        let sent = at + number as i64 * 11 * SECOND;
        stage.mail(sent, Sender::colleague(sara), colleague, "Please review: salary adjustments");
    }
    stage.planted(planted(
        "internal-phishing",
        IntrusionKind::InternalPhishing,
        sara,
        at,
        "From Sara's mailbox the same message goes to dozens of colleagues within minutes.",
        vec![
            expect(hunts::PHISHING_BURST, "SenderFromAddress", sara),
            expect(hunts::NEW_COUNTRY, "AccountUpn", sara),
        ],
    ));
}

fn long_dwelling(stage: &mut Stage<'_>) {
    let cast = &stage.tenant.cast;
    let (victor, chief) = (&cast.victor, &cast.chief);
    let first_day = stage.first_day();
    let mut day = first_day;
    while day >= 1 {
        let at = stage.at(day, 4, 17);
        let from = Origin {
            address: "203.0.113.240",
            location: &AMSTERDAM,
        };
        stage.read_mailbox_from(at, victor, chief, "Client=REST;;", &["\\\\Inbox"], from);
        day -= 3;
    }
    let at = stage.at(first_day, 4, 17);
    stage.planted(Intrusion {
        why_missed: "The reading began before the baseline does, so it counts as known; only a longer history would tell.",
        ..planted(
            "long-dwelling",
            IntrusionKind::LongDwelling,
            victor,
            at,
            "Somebody has read the chief executive's inbox through Victor's account since before the logs begin.",
            Vec::new(),
        )
    });
}
