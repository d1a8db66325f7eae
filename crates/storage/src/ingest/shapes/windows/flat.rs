//! Flat JSON: nxlog, winlogbeat's flat output, and the recordings made with them. Keys that shippers add are told from the event's data by name.

use std::borrow::Cow;

use crate::ingest::fields::{Fields, Names, Scope, Value};

pub(super) fn is(names: Names<'_>) -> bool {
    let event = names.any(&["EventID", "EventId"]);
    let header = names.has("Channel") && names.any(&["Hostname", "Computer", "SourceName", "Provider", "ProviderName"]);
    // Rows of a table have the time of its column; records of the log have their own.
    let labelled = names.has("TimeGenerated") || names.has("Timestamp");
    let bare = names.has("TimeGenerated") && names.has("Computer") && !names.any(&["Type", "Channel", "Source", "EventLog", "Provider"]);
    event && ((header && !labelled) || bare)
}

/// Identifiers of the events that Windows audits.
pub(super) fn is_security_id(id: u32) -> bool {
    matches!(id, 1100..=1108 | 4608..=5169 | 5376..=5379 | 5440..=5485 | 5632..=5633 | 5712 | 5888..=5890 | 6144..=6145 | 6272..=6281 | 6400..=6424)
}

/// Keys of the header, and its own names for them.
const HEADER: &[(&str, &str)] = &[
    ("@timestamp", "TimeShipped"),
    ("ActivityID", "ActivityID"),
    ("Channel", "Channel"),
    ("Computer", "Computer"),
    ("EventID", "EventID"),
    ("EventId", "EventID"),
    ("EventRecordID", "EventRecordID"),
    ("EventTime", "TimeCreated"),
    ("ExecutionProcessID", "ProcessID"),
    ("ExecutionThreadID", "ThreadID"),
    ("Hostname", "Computer"),
    ("Keywords", "Keywords"),
    ("Level", "Level"),
    ("Message", "Message"),
    ("Opcode", "OpcodeName"),
    ("OpcodeValue", "Opcode"),
    ("Provider", "Provider"),
    ("ProviderGuid", "ProviderGuid"),
    ("ProviderName", "Provider"),
    ("RecordNumber", "EventRecordID"),
    ("Severity", "LevelName"),
    ("SourceName", "Provider"),
    ("SystemTime", "TimeCreated"),
    ("Task", "Task"),
    ("ThreadID", "ThreadID"),
    ("TimeCreated", "TimeCreated"),
    ("TimeGenerated", "TimeCreated"),
    ("UserID", "UserID"),
    ("Version", "Version"),
];

/// Keys that say how the record came here, or repeat what the header says.
const SHIPPER: &[&str] = &[
    "@version",
    "AccountType",
    "Category",
    "EventReceivedTime",
    "EventType",
    "EventTypeOrignal",
    "SeverityValue",
    "SourceModuleName",
    "SourceModuleType",
    "TenantId",
    "host",
    "port",
    "tags",
];

pub(super) fn read(fields: Fields<'_>) -> Fields<'_> {
    let mut event = Fields {
        whole: fields.whole,
        list: Vec::with_capacity(fields.list.len()),
    };
    let from_nxlog = fields.own("SourceModuleType").is_some() || fields.own("EventReceivedTime").is_some();
    let registry = fields.own("TargetObject").is_some();
    for mut field in fields.list {
        let header = HEADER.iter().find(|(key, _)| *key == field.name).map(|(_, name)| *name);
        // nxlog's `ProcessID` is the one in the header; Sysmon and the Security log spell theirs `ProcessId`, but for the firewall's events.
        let header = header.or_else(|| (field.name == "ProcessID" && from_nxlog).then_some("ProcessID"));
        // Sysmon's registry events have an `EventType` of their own.
        let data = header.is_none() && (!SHIPPER.contains(&field.name.as_ref()) || (field.name == "EventType" && registry));
        match header {
            Some(name) if event.find(Scope::System, name).is_some() => {}
            Some(name) => {
                field.scope = Scope::System;
                field.name = Cow::Borrowed(name);
                event.list.push(field);
            }
            None if data => event.list.push(field),
            None => {}
        }
    }
    if event.find(Scope::System, "TimeCreated").is_none()
        && let Some(shipped) = event
            .find(Scope::System, "TimeShipped")
            .map(|field| field.value.text().into_owned())
    {
        event.add(Scope::System, "TimeCreated", Value::Text(shipped.into()));
    }
    event
}
