//! The column that tells what kind of event a row is: hunting content filters by it more than by anything else but time.

/// Names of such columns, the most telling first.
const NAMES: &[&str] = &[
    "ActionType",
    "EventID",
    "OperationName",
    "Operation",
    "OperationNameValue",
    "EventName",
    "EventType",
    "ActivityType",
    "Category",
];

/// Tables whose kinds another column tells, in alphabetical order: what content compares most, where the column of a usual name is the same in
/// nearly all rows or says less.
const OTHERS: &[(&str, &str)] = &[
    ("AADManagedIdentitySignInLogs", "ResultType"),
    ("AADNonInteractiveUserSignInLogs", "ResultType"),
    ("AADServicePrincipalSignInLogs", "ResultType"),
    ("ADFSSignInLogs", "ResultType"),
    ("AWSCloudTrail", "EventName"),
    ("AlertEvidence", "EntityType"),
    ("AzureActivity", "OperationNameValue"),
    ("AzureDiagnostics", "Category"),
    ("CommonSecurityLog", "DeviceVendor"),
    ("SecurityAlert", "ProductName"),
    ("SigninLogs", "ResultType"),
    ("Syslog", "ProcessName"),
];

/// Names of columns that may tell the kind of a table's events: the first that the table has does.
pub fn kind_columns(table: &str) -> impl Iterator<Item = &'static str> {
    let other = OTHERS.binary_search_by(|(name, _)| (*name).cmp(table)).ok();
    let other = other.and_then(|at| OTHERS.get(at)).map(|(_, column)| *column);
    let usual: &[&str] = if other.is_some() { &[] } else { NAMES };
    other.into_iter().chain(usual.iter().copied())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use crate::catalogue::table;

    #[test]
    fn other_columns_are_of_their_tables() {
        assert!(OTHERS.is_sorted_by(|left, right| left.0 < right.0));
        for (name, column) in OTHERS {
            let Some(table) = table(name) else { panic!("no table {name}") };
            assert!(table.columns.iter().any(|known| known.name == *column), "{name}.{column}");
            assert!(kind_columns(name).eq([*column]));
        }
    }

    #[test]
    fn tables_that_content_filters_by_kind_have_one() {
        for (name, kind) in [
            ("AuditLogs", "OperationName"),
            ("CloudAppEvents", "ActionType"),
            ("DeviceEvents", "ActionType"),
            ("OfficeActivity", "Operation"),
            ("SecurityEvent", "EventID"),
            ("SigninLogs", "ResultType"),
            ("WindowsEvent", "EventID"),
        ] {
            let Some(table) = table(name) else { panic!("no table {name}") };
            let has = |column: &&str| table.columns.iter().any(|known| known.name == *column);
            assert_eq!(kind_columns(name).find(has), Some(kind), "{name}");
        }
    }
}
