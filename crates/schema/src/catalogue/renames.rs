//! Tables, columns and values that changed their name, so that content written for the old one can be understood.

/// A table that another one took the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableRename {
    pub old: &'static str,
    /// The successor; two when the old table was split.
    pub new: &'static [&'static str],
    /// Year and month, or day, where known; else empty.
    pub since: &'static str,
    /// The successor has the same columns (but for [`column_renamed`]), so that the one can answer for the other.
    /// Otherwise the names only serve as advice.
    pub compatible: bool,
}

/// A column that is called otherwise today, or in the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnRename {
    pub table: &'static str,
    pub old: &'static str,
    pub new: &'static str,
}

/// A text in a column that is another today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueRename {
    pub table: &'static str,
    pub column: &'static str,
    pub old: &'static str,
    pub new: &'static str,
}

const fn same(old: &'static str, new: &'static [&'static str], since: &'static str) -> TableRename {
    TableRename {
        old,
        new,
        since,
        compatible: true,
    }
}

const fn replaced(old: &'static str, new: &'static [&'static str], since: &'static str) -> TableRename {
    TableRename {
        old,
        new,
        since,
        compatible: false,
    }
}

const TABLES: &[TableRename] = &[
    same("AADSignInEventsBeta", &["EntraIdSignInEvents"], "2025-12-09"),
    same("AADSpnSignInEventsBeta", &["EntraIdSpnSignInEvents"], "2025-12-09"),
    same("GraphAPIAuditEvents", &["GraphApiAuditEvents"], ""),
    replaced("AIAgentsInfo", &["AgentsInfo"], ""),
    replaced("AppFileEvents", &["CloudAppEvents"], "2021-05"),
    replaced("DeviceAlertEvents", &["AlertInfo", "AlertEvidence"], ""),
    replaced(
        "DeviceTvmSoftwareInventoryVulnerabilities",
        &["DeviceTvmSoftwareInventory", "DeviceTvmSoftwareVulnerabilities"],
        "2021-03",
    ),
    replaced("ThreatIntelligenceIndicator", &["ThreatIntelIndicators", "ThreatIntelObjects"], ""),
    // Application Insights before workspaces.
    replaced("dependencies", &["AppDependencies"], ""),
    replaced("exceptions", &["AppExceptions"], ""),
    replaced("pageViews", &["AppPageViews"], ""),
    replaced("requests", &["AppRequests"], ""),
    replaced("traces", &["AppTraces"], ""),
    // Defender ATP.
    replaced("FileCreationEvents", &["DeviceFileEvents"], ""),
    replaced("ImageLoadEvents", &["DeviceImageLoadEvents"], ""),
    replaced("LogonEvents", &["DeviceLogonEvents"], ""),
    replaced("MachineInfo", &["DeviceInfo"], ""),
    replaced("MachineNetworkInfo", &["DeviceNetworkInfo"], ""),
    replaced("MiscEvents", &["DeviceEvents"], ""),
    replaced("NetworkCommunicationEvents", &["DeviceNetworkEvents"], ""),
    replaced("ProcessCreationEvents", &["DeviceProcessEvents"], ""),
    replaced("RegistryEvents", &["DeviceRegistryEvents"], ""),
];

const fn column(table: &'static str, old: &'static str, new: &'static str) -> ColumnRename {
    ColumnRename { table, old, new }
}

const COLUMNS: &[ColumnRename] = &[
    column("CloudAppEvents", "Isp", "ISP"),
    column("DeviceInfo", "DeviceObjectId", "AadDeviceId"),
    column("DeviceProcessEvents", "LogonID", "LogonId"),
    column("EmailAttachmentInfo", "MalwareDetectionMethod", "DetectionMethods"),
    column("EmailAttachmentInfo", "MalwareFilterVerdict", "ThreatTypes"),
    column("EmailAttachmentInfo", "PhishDetectionMethod", "DetectionMethods"),
    column("EmailAttachmentInfo", "PhishFilterVerdict", "ThreatTypes"),
    column("EmailEvents", "FinalEmailAction", "EmailAction"),
    column("EmailEvents", "FinalEmailActionPolicy", "EmailActionPolicy"),
    column("EmailEvents", "FinalEmailActionPolicyGuid", "EmailActionPolicyGuid"),
    column("EmailEvents", "MalwareDetectionMethod", "DetectionMethods"),
    column("EmailEvents", "MalwareFilterVerdict", "ThreatTypes"),
    column("EmailEvents", "PhishDetectionMethod", "DetectionMethods"),
    column("EmailEvents", "PhishFilterVerdict", "ThreatTypes"),
    column("EntraIdSignInEvents", "AadDeviceId", "EntraIdDeviceId"),
    column("IdentityDirectoryEvents", "Isp", "ISP"),
    column("IdentityInfo", "AccountUPN", "AccountUpn"),
    column("IdentityLogonEvents", "Isp", "ISP"),
];

const fn value(table: &'static str, column: &'static str, old: &'static str, new: &'static str) -> ValueRename {
    ValueRename { table, column, old, new }
}

const VALUES: &[ValueRename] = &[
    value("AlertEvidence", "ServiceSource", "Azure ATP", "Microsoft Defender for Identity"),
    value(
        "AlertEvidence",
        "ServiceSource",
        "Microsoft Defender ATP",
        "Microsoft Defender for Endpoint",
    ),
    value(
        "AlertEvidence",
        "ServiceSource",
        "Microsoft Threat Protection",
        "Microsoft Defender XDR",
    ),
    value(
        "AlertEvidence",
        "ServiceSource",
        "Office 365 ATP",
        "Microsoft Defender for Office 365",
    ),
    value("AlertInfo", "DetectionSource", "AzureATP", "Microsoft Defender for Identity"),
    value("AlertInfo", "DetectionSource", "CustomerTI", "Custom TI"),
    value("AlertInfo", "DetectionSource", "MTP", "Microsoft Defender XDR"),
    value("AlertInfo", "DetectionSource", "OfficeATP", "Microsoft Defender for Office 365"),
    value("AlertInfo", "DetectionSource", "WindowsDefenderAtp", "EDR"),
    value("AlertInfo", "DetectionSource", "WindowsDefenderAv", "Antivirus"),
    value("AlertInfo", "DetectionSource", "WindowsDefenderSmartScreen", "SmartScreen"),
    value("AlertInfo", "ServiceSource", "Azure ATP", "Microsoft Defender for Identity"),
    value(
        "AlertInfo",
        "ServiceSource",
        "Microsoft Defender ATP",
        "Microsoft Defender for Endpoint",
    ),
    value(
        "AlertInfo",
        "ServiceSource",
        "Microsoft Threat Protection",
        "Microsoft Defender XDR",
    ),
    value("AlertInfo", "ServiceSource", "Office 365 ATP", "Microsoft Defender for Office 365"),
    value("DeviceEvents", "ActionType", "UsbDriveMount", "UsbDriveMounted"),
    value("DeviceEvents", "ActionType", "UsbDriveUnmount", "UsbDriveUnmounted"),
    value(
        "DeviceEvents",
        "ActionType",
        "WriteProcessMemoryApiCall",
        "WriteToLsassProcessMemory",
    ),
];

/// Every known rename of a table.
#[must_use]
pub fn table_renames() -> &'static [TableRename] {
    TABLES
}

/// What became of a table of this old name.
#[must_use]
pub fn renamed(old: &str) -> Option<&'static TableRename> {
    TABLES.iter().find(|rename| rename.old == old)
}

/// The old tables that this one took the place of.
pub fn predecessors(new: &str) -> impl Iterator<Item = &'static TableRename> {
    TABLES.iter().filter(move |rename| rename.new.contains(&new))
}

/// Every known rename of a column.
#[must_use]
pub fn column_renames() -> &'static [ColumnRename] {
    COLUMNS
}

/// The name that a column of a table has today.
#[must_use]
pub fn column_renamed(table: &str, old: &str) -> Option<&'static str> {
    COLUMNS
        .iter()
        .find(|rename| rename.table == table && rename.old == old)
        .map(|rename| rename.new)
}

/// Columns of a table that sources spell with another case: (other spelling, name in the product).
pub fn column_case_aliases(table: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let of_table = COLUMNS.iter().filter(move |rename| rename.table == table);
    of_table
        .filter(|rename| rename.old.eq_ignore_ascii_case(rename.new))
        .map(|rename| (rename.old, rename.new))
}

/// Every known rename of a value.
#[must_use]
pub fn value_renames() -> &'static [ValueRename] {
    VALUES
}
