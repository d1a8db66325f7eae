//! What `Get-WinEvent | ConvertTo-Json` writes: the properties of the object that PowerShell makes of an event. The event's data have lost their
//! names there; the order of those that hunts look at is known.

use std::borrow::Cow;

use quarry_value::{dynamic, json};

use crate::ingest::fields::{Fields, Names, Scope, Value};
use crate::write::is_iso_time;

pub(super) fn is(names: Names<'_>) -> bool {
    names.all(&["Id", "LogName", "MachineName", "ProviderName", "TimeCreated"])
}

/// Properties that are the event's header, and its own names for them.
const HEADER: [(&str, &str); 16] = [
    ("ActivityId", "ActivityID"),
    ("Id", "EventID"),
    ("Level", "Level"),
    ("LevelDisplayName", "LevelName"),
    ("LogName", "Channel"),
    ("MachineName", "Computer"),
    ("Message", "Message"),
    ("Opcode", "Opcode"),
    ("OpcodeDisplayName", "OpcodeName"),
    ("ProcessId", "ProcessID"),
    ("ProviderId", "ProviderGuid"),
    ("ProviderName", "Provider"),
    ("RecordId", "EventRecordID"),
    ("Task", "Task"),
    ("ThreadId", "ThreadID"),
    ("Version", "Version"),
];

pub(super) fn read(fields: Fields<'_>) -> Fields<'_> {
    let mut event = Fields {
        whole: fields.whole,
        list: Vec::with_capacity(fields.list.len() + 16),
    };
    let mut data = None;
    for mut field in fields.list {
        if let Some((_, name)) = HEADER.iter().find(|(property, _)| *property == field.name) {
            field.scope = Scope::System;
            field.name = Cow::Borrowed(name);
            event.list.push(field);
            continue;
        }
        match &*field.name {
            "TimeCreated" => event.add_text(Scope::System, "TimeCreated", time(&field.value)),
            // A set of bits, which the log writes in hexadecimal.
            "Keywords" => {
                let bits = field.value.text().parse::<i64>();
                let text = bits.map_or_else(|_| field.value.text().into_owned(), |bits| format!("{bits:#x}"));
                event.add_text(Scope::System, "Keywords", text);
            }
            "UserId" => event.add_text(Scope::System, "UserID", plain(&field.value)),
            "Properties" => data = Some(field.value),
            _ => {}
        }
    }
    if let Some(data) = data.as_ref().and_then(Value::document) {
        add_data(&mut event, data);
    }
    event
}

/// Windows PowerShell writes `/Date(1714557600123)/`, by itself or in an object beside the same time in words.
fn time(value: &Value<'_>) -> String {
    let text = value.document().and_then(|object| dynamic::member(object, "value")).map(json::text);
    let text = text.unwrap_or_else(|| value.text());
    let milliseconds = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
    milliseconds.map_or_else(|| text.clone().into_owned(), str::to_owned)
}

/// A security identifier: its text, or an object that holds it.
fn plain(value: &Value<'_>) -> String {
    let inside = value.document().and_then(|object| dynamic::member(object, "Value"));
    inside.map_or_else(|| value.text(), json::text).into_owned()
}

fn add_data(event: &mut Fields<'_>, data: &str) {
    let number = |name: &str| event.system(name).and_then(|text| text.parse::<u32>().ok()).unwrap_or_default();
    let (id, version) = (number("EventID"), number("Version"));
    let provider = event.system("Provider").unwrap_or_default().into_owned();
    let properties: Vec<&str> = dynamic::elements(data).into_iter().flatten().collect();
    let layout = LAYOUTS
        .iter()
        .find(|layout| layout.id == id && version <= layout.most_version && layout.provider == provider)
        .filter(|layout| provider != SYSMON || layout.is_of_sysmon(&properties));
    for (place, property) in properties.into_iter().enumerate() {
        // Too deep for `ConvertTo-Json` there is the name of a class, and no value.
        let Some(value) = dynamic::member(property, "Value") else {
            continue;
        };
        let name = layout.and_then(|layout| layout.names.split(' ').nth(place)).unwrap_or("Data");
        let text = match dynamic::member(value, "Value") {
            Some(inside) => json::text(inside),
            None => json::text(value),
        };
        let text = match text.parse::<u64>() {
            Ok(bits) if IN_HEXADECIMAL.contains(&name) && provider == AUDITING => format!("{bits:#x}"),
            _ => text.into_owned(),
        };
        event.add_text(Scope::Own, name.to_owned(), text);
    }
}

/// The order of the data of an event, up to a version: later versions add at the end, until one does not.
struct Layout {
    provider: &'static str,
    id: u32,
    most_version: u32,
    names: &'static str,
}

impl Layout {
    /// Sysmon's data have changed their order without a new version of the event: the names fit where the name of the rule comes first, so that the time
    /// is second, and where no more than the last, the newest, is missing.
    fn is_of_sysmon(&self, properties: &[&str]) -> bool {
        let second = properties.get(1).and_then(|property| dynamic::member(property, "Value"));
        let is_time = second.is_some_and(|time| is_iso_time(&json::text(time).replace(' ', "T")));
        is_time && properties.len() + 1 >= self.names.split(' ').count()
    }
}

const AUDITING: &str = "Microsoft-Windows-Security-Auditing";
const SYSMON: &str = "Microsoft-Windows-Sysmon";

/// Data of the Security log that are numbers, and that the log writes in hexadecimal.
const IN_HEXADECIMAL: [&str; 11] = [
    "NewProcessId",
    "ProcessId",
    "Status",
    "SubStatus",
    "SubjectLogonId",
    "TargetLinkedLogonId",
    "TargetLogonId",
    "TicketEncryptionType",
    "TicketOptions",
    "ClientProcessId",
    "CallerProcessId",
];

const fn audited(id: u32, most_version: u32, names: &'static str) -> Layout {
    Layout {
        provider: AUDITING,
        id,
        most_version,
        names,
    }
}

const fn sysmon(id: u32, names: &'static str) -> Layout {
    Layout {
        provider: SYSMON,
        id,
        most_version: 5,
        names,
    }
}

const LAYOUTS: [Layout; 14] = [
    audited(
        4624,
        2,
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TargetUserSid TargetUserName TargetDomainName TargetLogonId LogonType LogonProcessName AuthenticationPackageName WorkstationName LogonGuid TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort ImpersonationLevel RestrictedAdminMode TargetOutboundUserName TargetOutboundDomainName VirtualAccount TargetLinkedLogonId ElevatedToken",
    ),
    audited(
        4625,
        0,
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TargetUserSid TargetUserName TargetDomainName Status FailureReason SubStatus LogonType LogonProcessName AuthenticationPackageName WorkstationName TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort",
    ),
    audited(4634, 0, "TargetUserSid TargetUserName TargetDomainName TargetLogonId LogonType"),
    audited(
        4648,
        0,
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId LogonGuid TargetUserName TargetDomainName TargetLogonGuid TargetServerName TargetInfo ProcessId ProcessName IpAddress IpPort",
    ),
    audited(
        4672,
        0,
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId PrivilegeList",
    ),
    audited(
        4688,
        2,
        "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId NewProcessId NewProcessName TokenElevationType ProcessId CommandLine TargetUserSid TargetUserName TargetDomainName TargetLogonId ParentProcessName MandatoryLabel",
    ),
    audited(
        4768,
        0,
        "TargetUserName TargetDomainName TargetSid ServiceName ServiceSid TicketOptions Status TicketEncryptionType PreAuthType IpAddress IpPort CertIssuerName CertSerialNumber CertThumbprint",
    ),
    audited(
        4769,
        0,
        "TargetUserName TargetDomainName ServiceName ServiceSid TicketOptions TicketEncryptionType IpAddress IpPort Status LogonGuid TransmittedServices",
    ),
    audited(4776, 0, "PackageName TargetUserName Workstation Status"),
    Layout {
        provider: "Service Control Manager",
        id: 7045,
        most_version: 0,
        names: "ServiceName ImagePath ServiceType StartType AccountName",
    },
    sysmon(
        1,
        "RuleName UtcTime ProcessGuid ProcessId Image FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory User LogonGuid LogonId TerminalSessionId IntegrityLevel Hashes ParentProcessGuid ParentProcessId ParentImage ParentCommandLine ParentUser",
    ),
    sysmon(
        3,
        "RuleName UtcTime ProcessGuid ProcessId Image User Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort SourcePortName DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName",
    ),
    sysmon(
        11,
        "RuleName UtcTime ProcessGuid ProcessId Image TargetFilename CreationUtcTime User",
    ),
    sysmon(
        22,
        "RuleName UtcTime ProcessGuid ProcessId QueryName QueryStatus QueryResults Image User",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_of_an_older_sysmon_are_not_named() {
        let layout = sysmon(
            11,
            "RuleName UtcTime ProcessGuid ProcessId Image TargetFilename CreationUtcTime User",
        );
        let rule = r#"{"Value":"-"}"#;
        let time = r#"{"Value":"2024-05-01 10:00:00.500"}"#;
        let other = r#"{"Value":"x"}"#;
        assert!(layout.is_of_sysmon(&[rule, time, other, other, other, other, time, other]));
        assert!(layout.is_of_sysmon(&[rule, time, other, other, other, other, time]));
        assert!(!layout.is_of_sysmon(&[time, other, other, other, other, time, other]));
        assert!(!layout.is_of_sysmon(&[rule, time, other, other, other, other]));
        assert!(!layout.is_of_sysmon(&[]));
    }
}
