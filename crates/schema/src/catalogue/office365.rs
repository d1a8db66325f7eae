//! How records of the Office 365 audit log (`AuditData`) become rows of `OfficeActivity` and `CloudAppEvents`.

/// Keys that have another name as a column of `OfficeActivity`. Matched by name and meaning: no official table exists.
const RENAMED: &[(&str, &str)] = &[
    ("AddOnName", "AddonName"),
    ("AzureActiveDirectoryEventType", "AzureActiveDirectory_EventType"),
    ("ClientIPAddress", "Client_IPAddress"),
    ("CreationTime", "TimeGenerated"),
    ("EventData", "Event_Data"),
    ("Id", "OfficeId"),
    ("IntraSystemsId", "IntraSystemId"),
    ("LogonType", "Logon_Type"),
    ("ObjectId", "OfficeObjectId"),
    ("Site", "Site_"),
    ("SiteUrl", "Site_Url"),
    ("SourceName", "Source_Name"),
    ("StartTime", "Start_Time"),
    ("Target", "AADTarget"),
    ("Workload", "OfficeWorkload"),
];

/// Keys that keep their name as a column of `OfficeActivity`.
const KEPT: &[&str] = &[
    "AADGroupId",
    "Actor",
    "ActorContextId",
    "ActorIpAddress",
    "AffectedItems",
    "AppId",
    "ApplicationId",
    "ClientAppId",
    "ClientIP",
    "ClientInfoString",
    "ClientProcessName",
    "ClientVersion",
    "CommunicationType",
    "DestFolder",
    "EffectiveOrganization",
    "EventSource",
    "ExtendedProperties",
    "ExternalAccess",
    "ExtraProperties",
    "Folder",
    "Folders",
    "InterSystemsId",
    "InternalLogonType",
    "IntraSystemId",
    "Item",
    "ItemName",
    "ItemType",
    "ListItemUniqueId",
    "LogonUserSid",
    "MailboxGuid",
    "MailboxOwnerMasterAccountSid",
    "MailboxOwnerSid",
    "MailboxOwnerUPN",
    "Members",
    "ModifiedProperties",
    "Name",
    "Operation",
    "OperationProperties",
    "OrganizationId",
    "OrganizationName",
    "OriginatingServer",
    "Parameters",
    "RecordType",
    "ResultStatus",
    "SourceFileExtension",
    "SourceFileName",
    "SourceRelativeUrl",
    "SupportTicketId",
    "TargetContextId",
    "TargetUserOrGroupName",
    "TargetUserOrGroupType",
    "TeamGuid",
    "TeamName",
    "UniqueSharingId",
    "UserAgent",
    "UserId",
    "UserKey",
    "UserType",
];

/// Columns of `CloudAppEvents` and the keys that fill them, the first that is present. `RawEventData` holds the whole record.
const CLOUD_APP_EVENTS: &[(&str, &[&str])] = &[
    ("AccountId", &["UserId"]),
    ("AccountObjectId", &["UserKey"]),
    ("ActionType", &["Operation"]),
    ("IPAddress", &["ClientIP", "ClientIPAddress", "ActorIpAddress"]),
    ("ObjectName", &["ObjectId"]),
    ("Timestamp", &["CreationTime"]),
    ("UserAgent", &["UserAgent", "ClientInfoString"]),
];

/// The column of `OfficeActivity` that a key of an audit record fills.
#[must_use]
pub fn office_activity_column(key: &str) -> Option<&'static str> {
    let renamed = RENAMED.iter().find(|(from, _)| *from == key).map(|(_, to)| *to);
    renamed.or_else(|| KEPT.iter().find(|kept| **kept == key).copied())
}

/// The keys of an audit record that fill a column of `CloudAppEvents`, best first; none for what the service adds itself.
#[must_use]
pub fn cloud_app_events_sources(column: &str) -> &'static [&'static str] {
    CLOUD_APP_EVENTS
        .iter()
        .find(|(name, _)| *name == column)
        .map_or(&[], |(_, keys)| *keys)
}

/// The text of `OfficeActivity.UserType` for the number in a record.
#[must_use]
pub fn user_type_name(number: i64) -> Option<&'static str> {
    Some(match number {
        0 => "Regular",
        2 => "Admin",
        3 => "DCAdmin",
        4 => "System",
        5 => "Application",
        6 => "ServicePrincipal",
        7 => "CustomPolicy",
        8 => "SystemPolicy",
        9 => "PartnerTechnician",
        10 => "Guest",
        _ => return None,
    })
}

/// The text of `OfficeActivity.Logon_Type` for the number in a record (`InternalLogonType` stays a number).
#[must_use]
pub fn logon_type_name(number: i64) -> Option<&'static str> {
    Some(match number {
        0 => "Owner",
        1 => "Admin",
        2 => "Delegated",
        3 => "Transport",
        4 => "SystemService",
        5 => "BestAccess",
        6 => "DelegatedAdmin",
        _ => return None,
    })
}
