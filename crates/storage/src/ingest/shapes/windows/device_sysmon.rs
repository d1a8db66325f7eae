//! Device tables from Sysmon: processes, connections, images, files and the registry.

use super::device_logon::DEVICE;
use crate::ingest::convert;
use crate::ingest::fields::Fields;
use crate::ingest::mapping::{Mapping, Rest, Rule, always, by, codes, names, same};

/// The mapping of an event's identifier.
pub(super) fn view(id: u32, fields: &Fields<'_>) -> Option<&'static Mapping> {
    Some(match id {
        1 => &PROCESS,
        3 if fields
            .own("Initiated")
            .is_some_and(|initiated| initiated.eq_ignore_ascii_case("false")) =>
        {
            &CONNECTION_IN
        }
        3 => &CONNECTION_OUT,
        7 => &IMAGE,
        11 => &FILE_CREATED,
        12 => &REGISTRY_KEY,
        13 => &REGISTRY_VALUE,
        14 => &REGISTRY_RENAMED,
        23 | 26 => &FILE_DELETED,
        _ => return None,
    })
}

/// Sysmon's own time, of the event and not of its writing.
const TIME: &[Rule] = &[same("Timestamp", &["UtcTime", "System.TimeCreated"])];

/// The process that did it.
const ACTOR: &[Rule] = &[
    same("InitiatingProcessId", &["ProcessId"]),
    by("InitiatingProcessFileName", &["Image"], convert::file_name),
    same("InitiatingProcessFolderPath", &["Image"]),
    by("InitiatingProcessAccountName", &["User"], convert::account),
    by("InitiatingProcessAccountDomain", &["User"], convert::domain),
    same("InitiatingProcessUniqueId", &["ProcessGuid"]),
];

const HASHES: &[Rule] = &[
    by("SHA1", &["Hashes", "Hash"], convert::sha1),
    by("SHA256", &["Hashes", "Hash"], convert::sha256),
    by("MD5", &["Hashes", "Hash"], convert::md5),
];

const PROCESS: Mapping = Mapping {
    table: "DeviceProcessEvents",
    rules: &[
        TIME,
        DEVICE,
        HASHES,
        &[
            always("ActionType", "ProcessCreated"),
            by("FileName", &["Image"], convert::file_name),
            same("FolderPath", &["Image"]),
            same("ProcessId", &["ProcessId"]),
            same("ProcessCommandLine", &["CommandLine"]),
            same("ProcessCreationTime", &["UtcTime"]),
            same("ProcessIntegrityLevel", &["IntegrityLevel"]),
            same("ProcessVersionInfoCompanyName", &["Company"]),
            same("ProcessVersionInfoProductName", &["Product"]),
            same("ProcessVersionInfoProductVersion", &["FileVersion"]),
            same("ProcessVersionInfoOriginalFileName", &["OriginalFileName"]),
            same("ProcessVersionInfoFileDescription", &["Description"]),
            same("ProcessUniqueId", &["ProcessGuid"]),
            by("AccountName", &["User"], convert::account),
            by("AccountDomain", &["User"], convert::domain),
            same("LogonId", &["LogonId"]),
            same("InitiatingProcessId", &["ParentProcessId"]),
            by("InitiatingProcessFileName", &["ParentImage"], convert::file_name),
            same("InitiatingProcessFolderPath", &["ParentImage"]),
            same("InitiatingProcessCommandLine", &["ParentCommandLine"]),
            same("InitiatingProcessUniqueId", &["ParentProcessGuid"]),
            by("InitiatingProcessAccountName", &["ParentUser"], convert::account),
            by("InitiatingProcessAccountDomain", &["ParentUser"], convert::domain),
        ],
    ],
    rest: Rest::Drop,
};

const PROTOCOLS: &[(&str, &str)] = &[("tcp", "Tcp"), ("udp", "Udp")];

const CONNECTION_OUT: Mapping = Mapping {
    table: "DeviceNetworkEvents",
    rules: &[
        TIME,
        DEVICE,
        ACTOR,
        &[
            always("ActionType", "ConnectionSuccess"),
            names("Protocol", &["Protocol"], PROTOCOLS),
            same("LocalIP", &["SourceIp"]),
            same("LocalPort", &["SourcePort"]),
            same("RemoteIP", &["DestinationIp"]),
            same("RemotePort", &["DestinationPort"]),
            same("RemoteUrl", &["DestinationHostname"]),
        ],
    ],
    rest: Rest::Drop,
};

const CONNECTION_IN: Mapping = Mapping {
    table: "DeviceNetworkEvents",
    rules: &[
        TIME,
        DEVICE,
        ACTOR,
        &[
            always("ActionType", "InboundConnectionAccepted"),
            names("Protocol", &["Protocol"], PROTOCOLS),
            same("LocalIP", &["DestinationIp"]),
            same("LocalPort", &["DestinationPort"]),
            same("RemoteIP", &["SourceIp"]),
            same("RemotePort", &["SourcePort"]),
            same("RemoteUrl", &["SourceHostname"]),
        ],
    ],
    rest: Rest::Drop,
};

const IMAGE: Mapping = Mapping {
    table: "DeviceImageLoadEvents",
    rules: &[
        TIME,
        DEVICE,
        HASHES,
        ACTOR,
        &[
            always("ActionType", "ImageLoaded"),
            by("FileName", &["ImageLoaded"], convert::file_name),
            same("FolderPath", &["ImageLoaded"]),
        ],
    ],
    rest: Rest::Drop,
};

const FILE: &[Rule] = &[
    by("FileName", &["TargetFilename"], convert::file_name),
    same("FolderPath", &["TargetFilename"]),
];

const FILE_CREATED: Mapping = Mapping {
    table: "DeviceFileEvents",
    rules: &[TIME, DEVICE, ACTOR, FILE, &[always("ActionType", "FileCreated")]],
    rest: Rest::Drop,
};

const FILE_DELETED: Mapping = Mapping {
    table: "DeviceFileEvents",
    rules: &[TIME, DEVICE, HASHES, ACTOR, FILE, &[always("ActionType", "FileDeleted")]],
    rest: Rest::Drop,
};

const REGISTRY_KEY: Mapping = Mapping {
    table: "DeviceRegistryEvents",
    rules: &[
        TIME,
        DEVICE,
        ACTOR,
        &[
            codes(
                "ActionType",
                &["EventType"],
                &[
                    ("CreateKey", "RegistryKeyCreated"),
                    ("DeleteKey", "RegistryKeyDeleted"),
                    ("DeleteValue", "RegistryValueDeleted"),
                ],
            ),
            by("RegistryKey", &["TargetObject"], convert::registry_path),
        ],
    ],
    rest: Rest::Drop,
};

const REGISTRY_VALUE: Mapping = Mapping {
    table: "DeviceRegistryEvents",
    rules: &[
        TIME,
        DEVICE,
        ACTOR,
        &[
            always("ActionType", "RegistryValueSet"),
            by("RegistryKey", &["TargetObject"], convert::registry_key),
            by("RegistryValueName", &["TargetObject"], convert::registry_value),
            same("RegistryValueData", &["Details"]),
        ],
    ],
    rest: Rest::Drop,
};

const REGISTRY_RENAMED: Mapping = Mapping {
    table: "DeviceRegistryEvents",
    rules: &[
        TIME,
        DEVICE,
        ACTOR,
        &[
            always("ActionType", "RegistryKeyRenamed"),
            by("PreviousRegistryKey", &["TargetObject"], convert::registry_path),
            by("RegistryKey", &["NewName"], convert::registry_path),
        ],
    ],
    rest: Rest::Drop,
};
