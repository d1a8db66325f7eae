//! Harmless readers of other people's mailboxes.

use super::look_alikes::{expect, harmless, office_event};
use super::stage::Stage;
use crate::people::Person;
use crate::rows::audit;
use crate::ticks::{MINUTE, SECOND};
use crate::truth::hunts;

/// Index of the first person whose mailbox these readers open.
const FIRST_MAILBOX: usize = 28;

pub(super) fn play(stage: &mut Stage<'_>) {
    backup_jobs(stage);
    admin_review(stage);
    migration(stage);
    shared_folders(stage);
    distribution_lists(stage);
    delegates(stage);
}

fn mailboxes<'a>(stage: &Stage<'a>, count: usize) -> impl Iterator<Item = &'a Person> + use<'a> {
    stage.tenant.people.iter().skip(FIRST_MAILBOX).take(count)
}

fn backup_jobs(stage: &mut Stage<'_>) {
    let cast = &stage.tenant.cast;
    stage.harmless(harmless(
        "backup-job-known",
        hunts::PUBLISHED_MAILBOX,
        "Systematic mailbox backups via scheduled job",
        &cast.backup,
        "The backup service has read the same mailboxes for longer than a month.",
        Vec::new(),
    ));
    let job = &cast.backup_new;
    let client = "Client=WebServices;BackupJob-Exchange-EU/4.2";
    let paths = ["\\\\Inbox", "\\\\Sent Items", "\\\\Calendar"];
    for day in 1..=6 {
        let start = stage.at(day, 1, 30);
        for (number, mailbox) in mailboxes(stage, 30).enumerate() {
            let at = start + number as i64 * 20 * SECOND;
            stage.read_mailbox(at, job, mailbox, client, &paths);
        }
    }
    stage.harmless(harmless(
        "backup-job-new",
        hunts::PUBLISHED_MAILBOX,
        "Systematic mailbox backups via scheduled job",
        job,
        "A second backup job started six days ago; it names itself in the client string.",
        vec![expect(hunts::PUBLISHED_MAILBOX, "UserId", job)],
    ));
}

fn admin_review(stage: &mut Stage<'_>) {
    let admin = &stage.tenant.cast.lena_admin;
    let start = stage.at(5, 14, 0);
    for (number, mailbox) in mailboxes(stage, 4).enumerate() {
        let at = start + number as i64 * 12 * MINUTE;
        let paths = ["\\\\Inbox", "\\\\Deleted Items"];
        stage.read_mailbox(at, admin, mailbox, "Client=OWA;Action=ViaProxy", &paths);
    }
    stage.harmless(harmless(
        "admin-review",
        hunts::PUBLISHED_MAILBOX,
        "Admin task to review user mailbox access",
        admin,
        "An administrator looks into an incident and opens four mailboxes; she is on the hunt's list.",
        vec![expect(hunts::PUBLISHED_MAILBOX, "UserId", admin)],
    ));
}

fn migration(stage: &mut Stage<'_>) {
    let tool = &stage.tenant.cast.migration;
    let client = "Client=WebServices;MigrationWizard/7.1";
    let start = stage.at(9, 20, 0);
    for (number, mailbox) in mailboxes(stage, 30).enumerate() {
        let at = start + number as i64 * 5 * MINUTE;
        let paths = [
            "\\\\Inbox",
            "\\\\Sent Items",
            "\\\\Archive",
            "\\\\Contacts",
            "\\\\Notes",
            "\\\\Tasks",
            "\\\\Calendar",
        ];
        stage.read_mailbox(at, tool, mailbox, client, &paths);
    }
    stage.harmless(harmless(
        "migration",
        hunts::PUBLISHED_MAILBOX,
        "Automated folder synchronization between mailboxes",
        tool,
        "A migration copies thirty mailboxes in one evening; the tool names itself.",
        vec![expect(hunts::PUBLISHED_MAILBOX, "UserId", tool)],
    ));
}

fn shared_folders(stage: &mut Stage<'_>) {
    let julia = &stage.tenant.cast.julia;
    let start = stage.at(8, 10, 30);
    for (number, mailbox) in mailboxes(stage, 5).enumerate() {
        let at = start + number as i64 * 9 * MINUTE;
        let paths = ["\\\\Shared Documents\\\\Plans", "\\\\Shared Documents\\\\Templates"];
        stage.read_mailbox(at, julia, mailbox, "Client=MSExchangeRPC", &paths);
    }
    stage.harmless(harmless(
        "shared-folders",
        hunts::PUBLISHED_MAILBOX,
        "User accessing shared folders in multiple mailboxes",
        julia,
        "Five colleagues share folders with her; she opens nothing else.",
        vec![expect(hunts::PUBLISHED_MAILBOX, "UserId", julia)],
    ));
}

fn distribution_lists(stage: &mut Stage<'_>) {
    let cast = &stage.tenant.cast;
    let ben = &cast.ben;
    let lists = [&cast.list_sales, &cast.list_marketing, &cast.list_support];
    for day in [7, 3] {
        for (number, list) in lists.into_iter().enumerate() {
            let at = stage.at(day, 15, 5 + number as i64);
            stage.read_mailbox(at, ben, list, "Client=MSExchangeRPC", &["\\\\Inbox"]);
        }
    }
    stage.harmless(harmless(
        "distribution-lists",
        hunts::PUBLISHED_MAILBOX,
        "Email forwarding or distribution list activity",
        ben,
        "He moderates three lists; their mailboxes begin with dl-.",
        vec![expect(hunts::PUBLISHED_MAILBOX, "UserId", ben)],
    ));
}

fn delegates(stage: &mut Stage<'_>) {
    let tenant = stage.tenant;
    if let Some(reader) = tenant.delegates.first().and_then(|(reader, _)| tenant.people.get(*reader)) {
        stage.harmless(harmless(
            "delegate-known",
            hunts::PUBLISHED_MAILBOX,
            "A delegate since before the baseline",
            reader,
            "An assistant who has looked after a colleague's mailbox for long, one of several.",
            Vec::new(),
        ));
    }
    let cast = &tenant.cast;
    let tom = &cast.tom;
    let granted = stage.at(2, 15, 40);
    let start = stage.at(1, 9, 10);
    for (number, mailbox) in mailboxes(stage, 2).enumerate() {
        let parameters = [
            ("Identity", mailbox.upn.as_str()),
            ("User", tom.upn.as_str()),
            ("AccessRights", "FullAccess"),
        ];
        let minutes = number as i64 * MINUTE;
        let grant = office_event(granted + minutes, "Add-MailboxPermission", &cast.lena_admin);
        stage.cloud(grant, |out, rng, event| {
            audit::write_cmdlet(out, rng, event, &mailbox.upn, &parameters);
        });
        let paths = ["\\\\Inbox", "\\\\Calendar", "\\\\Inbox\\\\Travel"];
        let at = start + 25 * minutes;
        stage.read_mailbox(at, tom, mailbox, "Client=MSExchangeRPC", &paths);
    }
    stage.harmless(harmless(
        "delegate-since-yesterday",
        hunts::PUBLISHED_MAILBOX,
        "A delegate since yesterday",
        tom,
        "Stands in for an assistant since yesterday; only the grant of the day before tells.",
        vec![
            expect(hunts::PUBLISHED_MAILBOX, "UserId", tom),
            expect(hunts::OTHER_MAILBOXES, "Reader", tom),
        ],
    ));
}
