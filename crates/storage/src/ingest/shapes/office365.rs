//! The audit log of Office 365: records of the Management Activity API, and the `AuditData` of audit searches (CSV, JSON, Graph).
//!
//! A record goes to `OfficeActivity` when its service is one of those that the Sentinel connector brings, and always to `CloudAppEvents`, where
//! `RawEventData` is the record unchanged.

use super::office365_names::{LOGON_TYPES, RECORD_TYPES, USER_TYPES};
use super::{Mapped, Shape, nothing};
use crate::ingest::convert;
use crate::ingest::fields::{Fields, Names};
use crate::ingest::mapping::{How, Mapping, Rest, Rule, always, by, names, same};
use crate::ingest::report::Format;

/// A row of an audit search: the record is the JSON text of one of its fields.
pub(super) const WRAPPED: Shape = Shape {
    format: Format::OfficeAudit,
    is: |names| names.any(&["AuditData", "auditData"]),
    inside: |fields| {
        let data = fields.own("AuditData").or_else(|| fields.own("auditData"))?;
        Some(data.into_owned())
    },
    read: |_| Err("AuditData is empty".to_owned()),
};

pub(super) const AUDIT: Shape = Shape {
    format: Format::OfficeAudit,
    is: is_audit,
    inside: nothing,
    read,
};

fn is_audit(names: Names<'_>) -> bool {
    names.all(&["CreationTime", "Operation"]) && names.any(&["Workload", "RecordType"]) && !names.any(&["TimeGenerated", "Timestamp"])
}

/// Services whose records `OfficeActivity` holds.
const CONNECTED: [&str; 6] = ["Exchange", "SharePoint", "OneDrive", "MicrosoftTeams", "Teams", "PublicEndpoint"];

#[expect(clippy::unnecessary_wraps, reason = "every shape is read by such a function")]
fn read(fields: Fields<'_>) -> Result<Mapped<'_>, String> {
    let connected = fields
        .own("Workload")
        .is_some_and(|workload| CONNECTED.contains(&workload.as_ref()));
    Ok(Mapped {
        fields,
        views: if connected {
            vec![&OFFICE_ACTIVITY, &CLOUD_APP_EVENTS]
        } else {
            vec![&CLOUD_APP_EVENTS]
        },
        on_request: &[&OFFICE_ACTIVITY],
        format: None,
    })
}

/// Fields that are no rule's have the name of their column, or are kept beside the columns. Lists and objects become JSON text.
const OFFICE_ACTIVITY: Mapping = Mapping {
    table: "OfficeActivity",
    rules: &[&[
        same("TimeGenerated", &["CreationTime"]),
        same("OfficeId", &["Id"]),
        same("OfficeWorkload", &["Workload"]),
        same("OfficeObjectId", &["ObjectId"]),
        names("RecordType", &["RecordType"], RECORD_TYPES),
        names("UserType", &["UserType"], USER_TYPES),
        names("Logon_Type", &["LogonType"], LOGON_TYPES),
        same("Client_IPAddress", &["ClientIPAddress"]),
        same("Site_", &["Site"]),
        same("Site_Url", &["SiteUrl"]),
        same("Source_Name", &["SourceName"]),
        same("Event_Data", &["EventData"]),
        same("AADTarget", &["Target"]),
        same("AzureActiveDirectory_EventType", &["AzureActiveDirectoryEventType"]),
        same("IntraSystemId", &["IntraSystemsId", "IntraSystemId"]),
        same("Start_Time", &["StartTime"]),
        same("AddonName", &["AddOnName"]),
        always("SourceSystem", "OfficeActivityManager"),
    ]],
    rest: Rest::Keep,
};

const CLOUD_APP_EVENTS: Mapping = Mapping {
    table: "CloudAppEvents",
    rules: &[&[
        same("Timestamp", &["CreationTime"]),
        same("ActionType", &["Operation"]),
        names("Application", &["Workload"], APPLICATIONS),
        same("AccountId", &["UserId"]),
        by("AccountObjectId", &["UserKey"], convert::guid),
        by("IPAddress", &["ClientIP", "ClientIPAddress", "ActorIpAddress"], convert::address),
        same("ObjectName", &["ObjectId"]),
        same("UserAgent", &["UserAgent", "ClientInfoString"]),
        same("ReportId", &["Id"]),
        Rule {
            to: "RawEventData",
            from: &[],
            how: How::Whole,
        },
    ]],
    rest: Rest::Drop,
};

const APPLICATIONS: &[(&str, &str)] = &[
    ("AzureActiveDirectory", "Office 365"),
    ("Exchange", "Microsoft Exchange Online"),
    ("MicrosoftTeams", "Microsoft Teams"),
    ("OneDrive", "Microsoft OneDrive for Business"),
    ("SharePoint", "Microsoft SharePoint Online"),
];
