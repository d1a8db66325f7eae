//! The table `SecurityEvent`: every datum that has a column of its name, and columns made of several.

use super::activities::ACTIVITIES;
use super::render;
use crate::ingest::convert;
use crate::ingest::fields::Fields;
use crate::ingest::mapping::{Mapping, Rest, always, by, codes, made, same};

pub(super) const SECURITY_EVENT: Mapping = Mapping {
    table: "SecurityEvent",
    rules: &[&[
        same("TimeGenerated", &["System.TimeCreated"]),
        same("Computer", &["System.Computer"]),
        same("EventID", &["System.EventID"]),
        same("EventSourceName", &["System.Provider"]),
        same("Channel", &["System.Channel"]),
        same("Task", &["System.Task"]),
        same("Level", &["System.Level"]),
        same("Version", &["System.Version"]),
        same("Opcode", &["System.Opcode"]),
        same("Keywords", &["System.Keywords"]),
        same("Correlation", &["System.ActivityID"]),
        same("SystemUserId", &["System.UserID"]),
        same("SystemProcessId", &["System.ProcessID"]),
        same("SystemThreadId", &["System.ThreadID"]),
        same("EventRecordId", &["System.EventRecordID"]),
        made("Activity", activity),
        made("Account", account),
        made("AccountType", account_type),
        made("SubjectAccount", |fields| joined(fields, "SubjectDomainName", "SubjectUserName")),
        made("TargetAccount", |fields| joined(fields, "TargetDomainName", "TargetUserName")),
        by("Process", &["NewProcessName", "ProcessName"], convert::file_name),
        codes("LogonTypeName", &["LogonType"], LOGON_TYPES),
        made("EventData", render::event_data),
        always("SourceSystem", "OpsManager"),
    ]],
    rest: Rest::Columns,
};

const LOGON_TYPES: &[(&str, &str)] = &[
    ("0", "0 - System"),
    ("2", "2 - Interactive"),
    ("3", "3 - Network"),
    ("4", "4 - Batch"),
    ("5", "5 - Service"),
    ("7", "7 - Unlock"),
    ("8", "8 - NetworkCleartext"),
    ("9", "9 - NewCredentials"),
    ("10", "10 - RemoteInteractive"),
    ("11", "11 - CachedInteractive"),
    ("12", "12 - CachedRemoteInteractive"),
    ("13", "13 - CachedUnlock"),
];

/// `4688 - A new process has been created.`
fn activity(fields: &Fields<'_>) -> Option<String> {
    let id = fields.system("EventID")?;
    let number: u32 = id.parse().ok()?;
    let known = ACTIVITIES.iter().find(|(of, _)| *of == number);
    Some(known.map_or_else(|| id.clone().into_owned(), |(_, text)| format!("{id} - {text}")))
}

/// Who logs on in events of logons, who acts in all others.
fn account(fields: &Fields<'_>) -> Option<String> {
    let logon = matches!(fields.system("EventID").as_deref(), Some("4624" | "4625"));
    let subject = || joined(fields, "SubjectDomainName", "SubjectUserName").filter(|account| account != "-\\-");
    let target = || joined(fields, "TargetDomainName", "TargetUserName");
    if logon {
        target().or_else(subject)
    } else {
        subject().or_else(target)
    }
}

fn account_type(fields: &Fields<'_>) -> Option<String> {
    let account = account(fields)?;
    Some(if account.ends_with('$') { "Machine" } else { "User" }.to_owned())
}

/// `DOMAIN\user`
fn joined(fields: &Fields<'_>, domain: &str, user: &str) -> Option<String> {
    let user = fields.own(user)?;
    Some(match fields.own(domain) {
        Some(domain) => format!("{domain}\\{user}"),
        None => user.into_owned(),
    })
}
