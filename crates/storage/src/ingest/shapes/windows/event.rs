//! The tables `Event` and `WindowsEvent`: any log, the data as a whole.

use super::render;
use crate::ingest::mapping::{Mapping, Rest, Rule, codes, made, names, same};

const LEVELS: &[(&str, &str)] = &[
    ("0", "Information"),
    ("1", "Critical"),
    ("2", "Error"),
    ("3", "Warning"),
    ("4", "Information"),
    ("5", "Verbose"),
];

const LEVEL_NUMBERS: &[(&str, &str)] = &[
    ("0", "0"),
    ("1", "1"),
    ("2", "2"),
    ("3", "3"),
    ("4", "4"),
    ("5", "5"),
    ("critical", "1"),
    ("error", "2"),
    ("information", "4"),
    ("verbose", "5"),
    ("warning", "3"),
    ("INFO", "4"),
];

const USERS: &[(&str, &str)] = &[
    ("S-1-5-18", "NT AUTHORITY\\SYSTEM"),
    ("S-1-5-19", "NT AUTHORITY\\LOCAL SERVICE"),
    ("S-1-5-20", "NT AUTHORITY\\NETWORK SERVICE"),
];

const COMMON: &[Rule] = &[
    same("TimeGenerated", &["System.TimeCreated"]),
    same("Computer", &["System.Computer"]),
    same("EventID", &["System.EventID"]),
    codes("EventLevel", &["System.Level", "System.LevelName"], LEVEL_NUMBERS),
    names("EventLevelName", &["System.Level", "System.LevelName"], LEVELS),
];

pub(super) const EVENT: Mapping = Mapping {
    table: "Event",
    rules: &[
        COMMON,
        &[
            same("Source", &["System.Provider"]),
            same("EventLog", &["System.Channel"]),
            same("EventCategory", &["System.Task"]),
            names("UserName", &["System.UserID"], USERS),
            made("EventData", render::data_item),
            made("ParameterXml", render::parameters),
            same("RenderedDescription", &["System.Message"]),
        ],
    ],
    rest: Rest::Drop,
};

pub(super) const WINDOWS_EVENT: Mapping = Mapping {
    table: "WindowsEvent",
    rules: &[
        COMMON,
        &[
            same("Provider", &["System.Provider"]),
            same("Channel", &["System.Channel"]),
            same("Task", &["System.Task"]),
            same("Opcode", &["System.Opcode"]),
            same("Keywords", &["System.Keywords"]),
            same("Version", &["System.Version"]),
            same("Correlation", &["System.ActivityID"]),
            same("SystemUserId", &["System.UserID"]),
            same("SystemProcessId", &["System.ProcessID"]),
            same("SystemThreadId", &["System.ThreadID"]),
            same("EventRecordId", &["System.EventRecordID"]),
            made("EventData", render::bag),
        ],
    ],
    rest: Rest::Drop,
};
