//! winlogbeat: the event below `winlog`, or in its older form with `event_data` at the top.

use quarry_value::dynamic;

use crate::ingest::fields::{Fields, Names, Scope, Value};

pub(super) fn is(names: Names<'_>) -> bool {
    names.has("winlog") || (names.has("event_data") && names.any(&["event_id", "log_name"]))
}

/// Keys of `winlog`, below dots, and the header's names.
const HEADER: &[(&str, &str)] = &[
    ("activity_id", "ActivityID"),
    ("channel", "Channel"),
    ("computer_name", "Computer"),
    ("event_id", "EventID"),
    ("keywords", "Keywords"),
    ("level", "LevelName"),
    ("log_name", "Channel"),
    ("opcode", "OpcodeName"),
    ("process.pid", "ProcessID"),
    ("process.thread.id", "ThreadID"),
    ("process_id", "ProcessID"),
    ("provider_guid", "ProviderGuid"),
    ("provider_name", "Provider"),
    ("record_id", "EventRecordID"),
    ("record_number", "EventRecordID"),
    ("source_name", "Provider"),
    ("task", "TaskName"),
    ("thread_id", "ThreadID"),
    ("user.identifier", "UserID"),
    ("version", "Version"),
];

pub(super) fn read<'t>(fields: &Fields<'t>) -> Result<Fields<'t>, String> {
    let winlog = fields.nested("winlog").or(fields.whole).ok_or("the event has no winlog part")?;
    let mut event = Fields {
        whole: fields.whole,
        ..Fields::default()
    };
    for (path, name) in HEADER {
        let value = path.split('.').try_fold(winlog, |raw, key| dynamic::member(raw, key));
        if let Some(value) = value
            && event.find(Scope::System, name).is_none()
        {
            event.add(Scope::System, *name, Value::of_raw(value));
        }
    }
    let top = [("@timestamp", "TimeCreated"), ("message", "Message")];
    for (key, name) in top {
        if let Some(field) = fields.find(Scope::Own, key) {
            event.add(Scope::System, name, field.value.clone());
        }
    }
    if event.find(Scope::System, "LevelName").is_none()
        && let Some(level) = fields.nested("log").and_then(|log| dynamic::member(log, "level"))
    {
        event.add(Scope::System, "LevelName", Value::of_raw(level));
    }
    let data = ["event_data", "user_data"].iter().find_map(|key| dynamic::member(winlog, key));
    if let Some(data) = data {
        event.add_object(Scope::Own, data);
    }
    Ok(event)
}
