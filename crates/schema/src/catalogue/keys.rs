//! The columns by which a table's source tells one record from another: what it delivers twice has them alike.
//!
//! Where the source repeats an id for several records (the attachments of one message), or writes a record anew under the same id (an alert that
//! grows), the columns that differ belong to the key: a key may let a repetition pass, but never takes two records for one.

/// Keys by table, in alphabetical order.
const KEYS: &[(&str, &[&str])] = &[
    ("AADManagedIdentitySignInLogs", &["Id"]),
    ("AADNonInteractiveUserSignInLogs", &["Id"]),
    ("AADProvisioningLogs", &["Id"]),
    ("AADRiskyServicePrincipals", &["Id", "TimeGenerated"]),
    ("AADRiskyUsers", &["Id", "TimeGenerated"]),
    ("AADServicePrincipalRiskEvents", &["Id", "TimeGenerated"]),
    ("AADServicePrincipalSignInLogs", &["Id"]),
    ("AADSignInEventsBeta", &["ReportId", "Timestamp"]),
    ("AADUserRiskEvents", &["Id", "TimeGenerated"]),
    ("ADFSSignInLogs", &["Id"]),
    ("AlertInfo", &["AlertId", "Timestamp"]),
    ("AuditLogs", &["Id"]),
    ("AzureActivity", &["EventDataId", "TimeGenerated"]),
    ("BehaviorInfo", &["BehaviorId", "Timestamp"]),
    ("CloudAppEvents", &["ReportId"]),
    ("DeviceEvents", DEVICE),
    ("DeviceFileCertificateInfo", DEVICE),
    ("DeviceFileEvents", DEVICE),
    ("DeviceImageLoadEvents", DEVICE),
    ("DeviceInfo", DEVICE),
    ("DeviceLogonEvents", DEVICE),
    ("DeviceNetworkEvents", DEVICE),
    ("DeviceNetworkInfo", DEVICE),
    ("DeviceProcessEvents", DEVICE),
    ("DeviceRegistryEvents", DEVICE),
    (
        "EmailAttachmentInfo",
        &[
            "ReportId",
            "Timestamp",
            "NetworkMessageId",
            "RecipientEmailAddress",
            "FileName",
            "SHA256",
        ],
    ),
    (
        "EmailEvents",
        &["ReportId", "Timestamp", "NetworkMessageId", "RecipientEmailAddress"],
    ),
    (
        "EmailPostDeliveryEvents",
        &["ReportId", "Timestamp", "NetworkMessageId", "RecipientEmailAddress", "Action"],
    ),
    ("EmailUrlInfo", &["ReportId", "Timestamp", "NetworkMessageId", "Url", "UrlLocation"]),
    ("EntraIdSignInEvents", &["ReportId", "Timestamp"]),
    ("EntraIdSpnSignInEvents", &["ReportId", "Timestamp"]),
    ("IdentityDirectoryEvents", &["ReportId", "Timestamp"]),
    ("IdentityLogonEvents", &["ReportId", "Timestamp"]),
    ("IdentityQueryEvents", &["ReportId", "Timestamp"]),
    ("MicrosoftGraphActivityLogs", &["RequestId", "TimeGenerated"]),
    ("OfficeActivity", &["OfficeId"]),
    ("SecurityAlert", &["SystemAlertId", "TimeGenerated"]),
    ("SecurityEvent", WINDOWS),
    ("SecurityIncident", &["IncidentNumber", "TimeGenerated", "LastModifiedTime"]),
    ("SigninLogs", &["Id"]),
    ("UrlClickEvents", &["ReportId", "Timestamp"]),
    ("WindowsEvent", WINDOWS),
];

/// A counter of the device, which begins anew with its system.
const DEVICE: &[&str] = &["ReportId", "Timestamp", "DeviceName"];
/// A counter of the log, which begins anew when it is cleared.
const WINDOWS: &[&str] = &["EventRecordId", "Computer", "Channel", "TimeGenerated"];

/// The key of a table's records, if its source gives them one.
#[must_use]
pub fn record_key(table: &str) -> Option<&'static [&'static str]> {
    let at = KEYS.binary_search_by(|(name, _)| name.cmp(&table)).ok()?;
    KEYS.get(at).map(|(_, key)| *key)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use crate::catalogue::table;

    #[test]
    fn keys_are_sorted_and_name_columns_of_their_tables() {
        assert!(KEYS.is_sorted_by(|left, right| left.0 < right.0));
        for (name, key) in KEYS {
            let Some(table) = table(name) else { panic!("no table {name}") };
            for column in *key {
                assert!(table.columns.iter().any(|known| known.name == *column), "{name}.{column}");
            }
            assert_eq!(record_key(name), Some(*key));
        }
        assert_eq!(record_key("Syslog"), None);
    }
}
