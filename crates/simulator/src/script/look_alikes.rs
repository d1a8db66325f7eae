//! Harmless events around mail, sign-ins, files and applications.

use super::stage::{DROPBOX, MICROSOFT, Origin, PASSCODES, Stage};
use crate::people::{Person, UNKNOWN_MACHINE};
use crate::places::{DATACENTRE, TOKYO};
use crate::rows::audit;
use crate::rows::cloud::{CloudEvent, DIRECTORY, EXCHANGE};
use crate::rows::email::Sender;
use crate::rows::sign_in::{BLOCKED, OUTLOOK, SYNC_CLIENT, SignIn, WRONG_PASSWORD, risk_state};
use crate::ticks::SECOND;
use crate::truth::{Expectation, LookAlike, hunts};

pub(super) fn play(stage: &mut Stage<'_>) {
    scheduled_report(stage);
    directory_sync(stage);
    maintenance_mail(stage);
    password_reset(stage);
    backup_mail(stage);
    blocked_sign_ins(stage);
    traveller(stage);
    synchronising_laptop(stage);
    known_legacy_client(stage);
    password_probe(stage);
    approved_application(stage);
    partner_forwarding(stage);
    newsroom(stage);
}

pub(super) fn expect(hunt: &'static str, column: &'static str, who: &Person) -> Expectation {
    Expectation {
        hunt,
        column,
        value: who.upn.clone(),
    }
}

pub(super) fn harmless(
    id: &'static str,
    deceives: &'static str,
    scenario: &'static str,
    who: &Person,
    story: &'static str,
    expected: Vec<Expectation>,
) -> LookAlike {
    LookAlike {
        id,
        deceives,
        scenario,
        entity: who.upn.clone(),
        story,
        expected,
    }
}

/// A sign-in that was rated 100 and that somebody or some policy has since settled.
fn settled<'a>(at: i64, person: &'a Person, state: i64) -> SignIn<'a> {
    SignIn {
        address: "198.51.100.77",
        risk: 100,
        risk_state: state,
        risk_events: r#"[\"unfamiliarFeatures\"]"#,
        ..SignIn::ordinary(at, person, &OUTLOOK)
    }
}

fn scheduled_report(stage: &mut Stage<'_>) {
    let cast = &stage.tenant.cast;
    let ines = &cast.ines;
    for day in 1..=stage.first_day() {
        let at = stage.at(day, 8, 0);
        let report = Sender::colleague(&cast.reports);
        for reader in [ines, &cast.lena_admin, &cast.rita] {
            stage.mail(at, report, reader, "Daily security report");
        }
        let notice = stage.at(day, 8, 1);
        stage.mail(notice, MICROSOFT, ines, "Your scheduled report is ready");
    }
    let at = stage.at(5, 8, 14);
    stage.sign_in(settled(at, ines, risk_state::DISMISSED));
    stage.harmless(harmless(
        "scheduled-report",
        hunts::PUBLISHED_SIGN_IN,
        "Scheduled email report generation using Microsoft Exchange",
        ines,
        "A report comes at 8:00 every day; its reader tried the new VPN and the risk was dismissed.",
        vec![expect(hunts::PUBLISHED_SIGN_IN, "AccountUpn", ines)],
    ));
}

fn directory_sync(stage: &mut Stage<'_>) {
    let account = &stage.tenant.cast.directory_sync;
    for day in 1..=stage.first_day() {
        let at = stage.at(day, 0, 30);
        stage.sign_in(synchronisation(at, account));
    }
    let mailed = stage.at(7, 0, 12);
    stage.mail(mailed, MICROSOFT, account, "5 users were provisioned");
    let at = stage.at(7, 0, 31);
    stage.sign_in(SignIn {
        risk: 100,
        risk_state: risk_state::AT_RISK,
        risk_events: r#"[\"unfamiliarFeatures\"]"#,
        ..synchronisation(at, account)
    });
    stage.harmless(harmless(
        "directory-sync",
        hunts::PUBLISHED_SIGN_IN,
        "Automated user provisioning via Azure AD Connect",
        account,
        "The synchronisation account signs in from a replaced server after a provisioning notice.",
        vec![expect(hunts::PUBLISHED_SIGN_IN, "AccountUpn", account)],
    ));
}

fn synchronisation(at: i64, account: &Person) -> SignIn<'_> {
    SignIn {
        address: "198.51.100.2",
        location: &DATACENTRE,
        machine: &UNKNOWN_MACHINE,
        known_device: false,
        client: "Mobile Apps and Desktop clients",
        interactive: false,
        ..SignIn::ordinary(at, account, &SYNC_CLIENT)
    }
}

fn maintenance_mail(stage: &mut Stage<'_>) {
    let cast = &stage.tenant.cast;
    let jonas = &cast.jonas;
    for day in (1..=stage.first_day()).step_by(3) {
        let at = stage.at(day, 3, 30);
        let sender = Sender::colleague(&cast.maintenance);
        stage.mail(at, sender, jonas, "Maintenance Task Complete");
    }
    let shared = stage.at(12, 14, 5);
    stage.mail(shared, DROPBOX, jonas, "Manuals were shared with you");
    let at = stage.at(2, 3, 41);
    stage.sign_in(settled(at, jonas, risk_state::DISMISSED));
    stage.harmless(harmless(
        "maintenance-mail",
        hunts::PUBLISHED_SIGN_IN,
        "System maintenance task triggering email alerts",
        jonas,
        "A nightly task tells the operator that it is done; he signs in at an odd hour to check.",
        vec![expect(hunts::PUBLISHED_SIGN_IN, "AccountUpn", jonas)],
    ));
}

fn password_reset(stage: &mut Stage<'_>) {
    let paul = &stage.tenant.cast.paul;
    let mailed = stage.at(9, 10, 20);
    stage.mail(mailed, PASSCODES, paul, "Your password reset code");
    let at = stage.at(9, 10, 26);
    stage.sign_in(settled(at, paul, risk_state::REMEDIATED));
    stage.harmless(harmless(
        "password-reset",
        hunts::PUBLISHED_SIGN_IN,
        "Admin task to reset user passwords via email",
        paul,
        "An administrator resets a password; the first sign-in with the new one settles the risk.",
        vec![expect(hunts::PUBLISHED_SIGN_IN, "AccountUpn", paul)],
    ));
}

fn backup_mail(stage: &mut Stage<'_>) {
    let cast = &stage.tenant.cast;
    let greta = &cast.greta;
    for day in 1..=stage.first_day() {
        let at = stage.at(day, 5, 0);
        let sender = Sender::colleague(&cast.backup_mailer);
        stage.mail(at, sender, greta, "Backup completed: 412 of 412 objects");
    }
    let at = stage.at(3, 5, 22);
    stage.sign_in(settled(at, greta, risk_state::DISMISSED));
    stage.harmless(harmless(
        "backup-mail",
        hunts::PUBLISHED_SIGN_IN,
        "Automated backup system sending status emails",
        greta,
        "Status mails come from an own mailbox, not from a notification service.",
        Vec::new(),
    ));
}

fn blocked_sign_ins(stage: &mut Stage<'_>) {
    let cast = &stage.tenant.cast;
    let people = [("blocked-sign-in-1", &cast.hugo, 8), ("blocked-sign-in-2", &cast.rita, 4)];
    for (id, person, day) in people {
        let mailed = stage.at(day, 11, 2);
        stage.mail(mailed, DROPBOX, person, "A folder was shared with you");
        let at = stage.at(day, 19, 47);
        stage.sign_in(SignIn {
            known_device: false,
            error: BLOCKED,
            risk_state: risk_state::AT_RISK,
            address: "203.0.113.201",
            ..settled(at, person, risk_state::AT_RISK)
        });
        stage.harmless(harmless(
            id,
            hunts::PUBLISHED_SIGN_IN,
            "A risky sign-in that a policy blocked",
            person,
            "Conditional access did its work: nobody got in.",
            vec![expect(hunts::PUBLISHED_SIGN_IN, "AccountUpn", person)],
        ));
    }
}

fn traveller(stage: &mut Stage<'_>) {
    let anna = &stage.tenant.cast.anna;
    for (day, risk) in [(6, 50), (5, 10), (4, 1)] {
        let at = stage.at(day, 0, 40);
        stage.sign_in(SignIn {
            address: "192.0.2.33",
            location: &TOKYO,
            risk,
            risk_state: if risk == 50 { risk_state::AT_RISK } else { risk_state::NONE },
            risk_events: r#"[\"unlikelyTravel\"]"#,
            ..SignIn::ordinary(at, anna, &OUTLOOK)
        });
    }
    stage.harmless(harmless(
        "traveller",
        hunts::NEW_COUNTRY,
        "First business trip to a country",
        anna,
        "On a business trip with her own laptop; nothing in the records says so.",
        vec![expect(hunts::NEW_COUNTRY, "AccountUpn", anna)],
    ));
}

fn synchronising_laptop(stage: &mut Stage<'_>) {
    let felix = &stage.tenant.cast.felix;
    let mailed = stage.at(5, 9, 40);
    stage.mail(mailed, PASSCODES, felix, "Your one-time passcode");
    let from = Origin {
        address: felix.office.address,
        location: &felix.office.location,
    };
    let start = stage.at(5, 10, 4);
    for number in 0..120_i64 {
        let agent = "Microsoft SkyDriveSync 24.196.0929.0005 ship; Windows NT 10.0 (22631)";
        let file = format!("Drawing {number:03}.dwg");
        stage.download(start + number * 9 * SECOND, felix, from, agent, &file);
    }
    stage.harmless(harmless(
        "synchronising-laptop",
        hunts::MASS_DOWNLOAD,
        "A new laptop synchronises its owner's files",
        felix,
        "The synchronisation client names itself in the user agent.",
        Vec::new(),
    ));
}

fn known_legacy_client(stage: &mut Stage<'_>) {
    let erik = &stage.tenant.cast.erik;
    for day in (1..=stage.first_day()).step_by(2) {
        let at = stage.at(day, 7, 45);
        stage.sign_in(SignIn {
            client: "IMAP4",
            machine: &UNKNOWN_MACHINE,
            ..SignIn::ordinary(at, erik, &OUTLOOK)
        });
    }
    stage.harmless(harmless(
        "known-legacy-client",
        hunts::LEGACY_PROTOCOL,
        "A mail program that has always used IMAP",
        erik,
        "Unwise, but known: it was so in the baseline.",
        Vec::new(),
    ));
}

fn password_probe(stage: &mut Stage<'_>) {
    let tenant = stage.tenant;
    let start = stage.at(10, 12, 1);
    let probe = Origin {
        address: "198.51.100.200",
        location: &DATACENTRE,
    };
    for (number, person) in tenant.people.iter().skip(30).take(20).enumerate() {
        stage.sign_in(SignIn {
            address: probe.address,
            location: probe.location,
            error: WRONG_PASSWORD,
            ..SignIn::ordinary(start + number as i64 * 20 * SECOND, person, &OUTLOOK)
        });
    }
    let at = stage.at(10, 12, 30);
    stage.sign_in(SignIn {
        address: probe.address,
        location: probe.location,
        ..SignIn::ordinary(at, &tenant.cast.jonas, &OUTLOOK)
    });
    stage.harmless(LookAlike {
        entity: probe.address.to_owned(),
        ..harmless(
            "password-probe",
            hunts::PASSWORD_SPRAY,
            "The identity team's own test of lock-out rules",
            &tenant.cast.jonas,
            "The test always comes from one address, which is on the hunt's list.",
            Vec::new(),
        )
    });
}

fn approved_application(stage: &mut Stage<'_>) {
    let admin = &stage.tenant.cast.lena_admin;
    let at = stage.at(12, 13, 15);
    let mut event = office_event(at, "Consent to application.", admin);
    event.service = &DIRECTORY;
    stage.cloud(event, |out, rng, event| {
        let application = "41c5e0d2-8f6b-4a39-b7e1-02d94c6f8a15";
        let scopes = "Mail.ReadWrite Calendars.ReadWrite";
        audit::write_consent(out, rng, event, "Contoso CRM", application, scopes, true);
    });
    stage.harmless(harmless(
        "approved-application",
        hunts::CONSENT,
        "An administrator approves a known application",
        admin,
        "The application is on the hunt's list.",
        Vec::new(),
    ));
}

fn partner_forwarding(stage: &mut Stage<'_>) {
    let hugo = &stage.tenant.cast.hugo;
    let at = stage.at(9, 14, 33);
    let event = office_event(at, "Set-InboxRule", hugo);
    let parameters = [("Identity", "Shipping"), ("ForwardTo", "smtp:dispatch@fabrikam.example")];
    stage.cloud(event, |out, rng, event| {
        audit::write_cmdlet(out, rng, event, &hugo.upn, &parameters);
    });
    stage.harmless(harmless(
        "partner-forwarding",
        hunts::FORWARDING,
        "Forwarding to a partner that was agreed on",
        hugo,
        "There was no risky sign-in before it.",
        Vec::new(),
    ));
}

fn newsroom(stage: &mut Stage<'_>) {
    let tenant = stage.tenant;
    for day in (3..=stage.first_day()).step_by(7) {
        let start = stage.at(day, 9, 0);
        for (number, person) in tenant.people.iter().take(60).enumerate() {
            let at = start + number as i64 * 2 * SECOND;
            let sender = Sender::colleague(&tenant.cast.newsroom);
            stage.mail(at, sender, person, "Contoso this week");
        }
    }
    stage.harmless(harmless(
        "newsroom",
        hunts::PHISHING_BURST,
        "The company newsletter",
        &tenant.cast.newsroom,
        "Goes to everybody every week, and nobody signs in to its mailbox.",
        Vec::new(),
    ));
}

/// Something that a person does at the office.
pub(super) fn office_event<'a>(at: i64, action: &'a str, actor: &'a Person) -> CloudEvent<'a> {
    CloudEvent {
        at,
        action,
        service: &EXCHANGE,
        actor,
        address: actor.office.address,
        location: &actor.office.location,
        agent: actor.machine.agent,
        os: actor.machine.os,
        activity: "Run",
        object: action,
        object_type: "Task",
        admin: actor.alias.starts_with("adm."),
    }
}
