//! Device tables from the Security log: logons, and processes as 4688 tells them.

use crate::ingest::convert;
use crate::ingest::mapping::{Mapping, Rest, Rule, always, by, codes, made, names, same};

/// The mapping of an event's identifier.
pub(super) fn view(id: u32) -> Option<&'static Mapping> {
    Some(match id {
        4624 => &LOGON_SUCCESS,
        4625 => &LOGON_FAILED,
        4688 => &PROCESS,
        _ => return None,
    })
}

/// The log knows no device identifier: the name stands in, so that records of one device can be joined.
pub(super) const DEVICE: &[Rule] = &[
    same("Timestamp", &["System.TimeCreated"]),
    by("DeviceId", &["System.Computer"], convert::lower),
    by("DeviceName", &["System.Computer"], convert::lower),
    same("ReportId", &["System.EventRecordID"]),
];

const LOGON: &[Rule] = &[
    codes("LogonType", &["LogonType"], LOGON_TYPES),
    same("AccountName", &["TargetUserName"]),
    same("AccountDomain", &["TargetDomainName"]),
    same("AccountSid", &["TargetUserSid"]),
    same("LogonId", &["TargetLogonId"]),
    by("RemoteIP", &["IpAddress"], convert::address),
    codes("RemoteIPType", &["IpAddress"], &[("127.0.0.1", "Loopback"), ("::1", "Loopback")]),
    by("RemotePort", &["IpPort"], number),
    by("RemoteDeviceName", &["WorkstationName"], present),
    by("Protocol", &["AuthenticationPackageName"], present),
    same("InitiatingProcessAccountName", &["SubjectUserName"]),
    same("InitiatingProcessAccountDomain", &["SubjectDomainName"]),
    same("InitiatingProcessAccountSid", &["SubjectUserSid"]),
    same("InitiatingProcessId", &["ProcessId"]),
    by("InitiatingProcessFolderPath", &["ProcessName"], present),
    by("InitiatingProcessFileName", &["ProcessName"], file),
];

const LOGON_TYPES: &[(&str, &str)] = &[
    ("2", "Interactive"),
    ("3", "Network"),
    ("4", "Batch"),
    ("5", "Service"),
    ("7", "Unlock"),
    ("8", "NetworkCleartext"),
    ("9", "NewCredentials"),
    ("10", "RemoteInteractive"),
    ("11", "CachedInteractive"),
    ("12", "CachedRemoteInteractive"),
    ("13", "CachedUnlock"),
];

const LOGON_SUCCESS: Mapping = Mapping {
    table: "DeviceLogonEvents",
    rules: &[DEVICE, LOGON, &[always("ActionType", "LogonSuccess")]],
    rest: Rest::Drop,
};

const LOGON_FAILED: Mapping = Mapping {
    table: "DeviceLogonEvents",
    rules: &[
        DEVICE,
        LOGON,
        &[
            always("ActionType", "LogonFailed"),
            names("FailureReason", &["SubStatus", "Status"], FAILURES),
        ],
    ],
    rest: Rest::Drop,
};

const FAILURES: &[(&str, &str)] = &[
    ("0xc0000064", "UnknownUser"),
    ("0xc000006a", "InvalidUserNameOrPassword"),
    ("0xc000006d", "InvalidUserNameOrPassword"),
    ("0xc0000071", "PasswordExpired"),
    ("0xc0000072", "AccountDisabled"),
    ("0xc0000193", "AccountExpired"),
    ("0xc0000234", "AccountLockedOut"),
];

const PROCESS: Mapping = Mapping {
    table: "DeviceProcessEvents",
    rules: &[
        DEVICE,
        &[
            always("ActionType", "ProcessCreated"),
            by("FileName", &["NewProcessName"], convert::file_name),
            same("FolderPath", &["NewProcessName"]),
            same("ProcessId", &["NewProcessId"]),
            same("ProcessCommandLine", &["CommandLine"]),
            same("ProcessCreationTime", &["System.TimeCreated"]),
            names("ProcessTokenElevation", &["TokenElevationType"], ELEVATIONS),
            codes("ProcessIntegrityLevel", &["MandatoryLabel"], INTEGRITY),
            same("AccountName", &["TargetUserName", "SubjectUserName"]),
            same("AccountDomain", &["TargetDomainName", "SubjectDomainName"]),
            made("AccountSid", |fields| {
                let target = fields.own("TargetUserSid").filter(|sid| !matches!(sid.as_ref(), "S-1-0-0" | "-"));
                Some(target.or_else(|| fields.own("SubjectUserSid"))?.into_owned())
            }),
            same("LogonId", &["SubjectLogonId"]),
            same("InitiatingProcessAccountName", &["SubjectUserName"]),
            same("InitiatingProcessAccountDomain", &["SubjectDomainName"]),
            same("InitiatingProcessAccountSid", &["SubjectUserSid"]),
            same("InitiatingProcessLogonId", &["SubjectLogonId"]),
            same("InitiatingProcessId", &["ProcessId"]),
            by("InitiatingProcessFileName", &["ParentProcessName"], convert::file_name),
            same("InitiatingProcessFolderPath", &["ParentProcessName"]),
        ],
    ],
    rest: Rest::Drop,
};

const ELEVATIONS: &[(&str, &str)] = &[
    ("%%1936", "TokenElevationTypeDefault"),
    ("%%1937", "TokenElevationTypeFull"),
    ("%%1938", "TokenElevationTypeLimited"),
];

const INTEGRITY: &[(&str, &str)] = &[
    ("S-1-16-0", "Untrusted"),
    ("S-1-16-4096", "Low"),
    ("S-1-16-8192", "Medium"),
    ("S-1-16-8448", "MediumPlus"),
    ("S-1-16-12288", "High"),
    ("S-1-16-16384", "System"),
];

fn present(text: &str) -> Option<String> {
    (text != "-").then(|| text.to_owned())
}

fn file(path: &str) -> Option<String> {
    present(path).and_then(|path| convert::file_name(&path))
}

fn number(text: &str) -> Option<String> {
    present(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
}
