//! The script: the records that are in a simulation for a reason.

mod intrusions;
mod look_alikes;
mod mailbox_look_alikes;
mod stage;

use crate::rng::Rng;
use crate::scenario::{Scenario, Table};
use crate::truth::Truth;
use crate::world::Tenant;

use stage::Stage;

/// One finished record of the script.
#[derive(Debug)]
pub(crate) struct Scripted {
    pub table: Table,
    pub at: i64,
    pub record: String,
}

/// All records of the script, sorted by table and time, and the truth about them.
pub(crate) fn write(scenario: &Scenario, tenant: &Tenant, rng: Rng) -> (Vec<Scripted>, Truth) {
    let mut stage = Stage::new(scenario, tenant, rng);
    everyday(&mut stage);
    intrusions::play(&mut stage);
    look_alikes::play(&mut stage);
    mailbox_look_alikes::play(&mut stage);
    stage.finish()
}

/// What must have happened before the last two weeks, however few events there are: the cast has
/// signed in at home, known delegates and the backup service have read their mailboxes.
fn everyday(stage: &mut Stage<'_>) {
    let tenant = stage.tenant;
    for person in tenant.cast.staff() {
        for day in [21, 18, 16] {
            let at = stage.at(day, 8, 10);
            stage.sign_in_at_office(at, person);
        }
    }
    for (reader, owner) in &tenant.delegates {
        if let (Some(reader), Some(owner)) = (tenant.people.get(*reader), tenant.people.get(*owner)) {
            let at = stage.at(20, 9, 30);
            let paths = ["\\\\Inbox", "\\\\Calendar"];
            stage.read_mailbox(at, reader, owner, "Client=MSExchangeRPC", &paths);
        }
    }
    for mailbox in tenant.people.get(tenant.backed_up.clone()).unwrap_or_default() {
        let at = stage.at(20, 2, 0);
        let client = "Client=WebServices;BackupJob-Exchange/4.1";
        stage.read_mailbox(at, &tenant.cast.backup, mailbox, client, &["\\\\Inbox"]);
    }
}
