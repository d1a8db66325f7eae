#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, HashSet};

use super::*;
use crate::KqlType;

#[test]
fn the_catalogue_holds_what_it_should() {
    let mut services: BTreeMap<String, usize> = BTreeMap::new();
    for table in names::all() {
        *services.entry(format!("{:?}", table.service)).or_default() += 1;
    }
    let stored: usize = names::all().map(|table| table.stored_columns().count()).sum();
    let dynamic: usize = names::all()
        .map(|table| table.stored_columns().filter(|column| column.ty == KqlType::Dynamic).count())
        .sum();
    let open = tables().filter(|table| table.open).count();
    let timeless = tables().filter(|table| table.time_column().is_none()).count();
    let counts = format!(
        "{services:?} stored columns {stored} dynamic {dynamic} open {open} timeless {timeless} connectors {} with tables {}",
        connectors().len(),
        connectors().iter().filter(|connector| !connector.tables.is_empty()).count()
    );
    insta::assert_snapshot!(counts);
}

#[test]
fn the_data_files_are_sorted_and_without_repetition() {
    let names: Vec<_> = names::all().map(|table| table.name).collect();
    assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(connectors().windows(2).all(|pair| pair[0].id < pair[1].id));
    for table in names::all() {
        let mut seen = HashSet::new();
        assert!(
            table.columns.iter().all(|column| seen.insert(column.name)),
            "{} repeats a column",
            table.name
        );
    }
}

#[test]
fn names_are_case_sensitive_for_queries_only() {
    assert_eq!(table("SigninLogs").unwrap().service, Service::LogAnalytics);
    assert!(table("signinlogs").is_none());
    assert_eq!(table_ignoring_case("SIGNINLOGS").unwrap().name, "SigninLogs");
    assert_eq!(closest("SignInLogs"), Some("SigninLogs"));
    assert_eq!(closest("CloudAppEvent"), Some("CloudAppEvents"));
    assert!(table("NoSuchTable").is_none());
    assert!(table("").is_none());
}

#[test]
fn both_time_columns_resolve_to_the_one_that_is_stored() {
    let xdr = table("CloudAppEvents").unwrap();
    assert_eq!(xdr.time_column(), Some("Timestamp"));
    assert_eq!(xdr.column("TimeGenerated").unwrap().origin, Origin::AliasOf("Timestamp"));
    let sentinel = table("OfficeActivity").unwrap();
    assert_eq!(sentinel.time_column(), Some("TimeGenerated"));
    assert_eq!(sentinel.column("Timestamp").unwrap().origin, Origin::AliasOf("TimeGenerated"));
}

#[test]
fn every_table_tells_its_type() {
    for table in tables() {
        assert_eq!(table.column("Type").unwrap().ty, KqlType::String, "{}", table.name);
    }
    assert_eq!(
        table("AADSignInEventsBeta").unwrap().column("Type").unwrap().origin,
        Origin::TableName
    );
}

#[test]
fn the_seeds_find_their_columns() {
    let signins = table("AADSignInEventsBeta").unwrap();
    assert_eq!(signins.column("RiskLevelDuringSignIn").unwrap().ty, KqlType::Int);
    assert_eq!(
        table("CloudAppEvents").unwrap().column("RawEventData").unwrap().ty,
        KqlType::Dynamic
    );
    assert_eq!(signins.closest_column("IPAdress"), Some("IPAddress"));
    assert_eq!(signins.column_ignoring_case("ipaddress").unwrap().name, "IPAddress");
    assert!(signins.column("ipaddress").is_none());
}

#[test]
fn custom_logs_are_open() {
    assert!(table("AzureDiagnostics").unwrap().open);
    assert!(is_open_name("Anything_CL"));
    assert!(!table("SigninLogs").unwrap().open);
}

#[test]
fn schemas_are_no_tables() {
    assert!(table("ASIM/Dns").is_none());
    assert!(asim_schema("Dns").unwrap().column("SrcIpAddr").is_some());
    for schema in asim_schemas() {
        assert!(asim_schema(schema).is_some(), "{schema}");
    }
}

#[test]
fn filter_parameters_have_neutral_defaults() {
    let port = asim_parameters("NetworkSession")
        .unwrap()
        .iter()
        .find(|parameter| parameter.name == "dstportnumber")
        .unwrap();
    assert_eq!(
        (port.ty, port.default_kql(), port.filters),
        (KqlType::Int, "int(null)", "DstPortNumber")
    );
    let result = asim_parameters("Authentication")
        .unwrap()
        .iter()
        .find(|parameter| parameter.name == "eventresult")
        .unwrap();
    assert_eq!(result.default_kql(), "'*'");
}

#[test]
fn renames_lead_to_known_tables_and_columns() {
    for rename in table_renames() {
        for new in rename.new {
            assert!(table(new).is_some(), "{} -> {new}", rename.old);
        }
    }
    for rename in column_renames() {
        let table = table(rename.table).unwrap();
        assert!(table.column(rename.new).is_some(), "{}.{}", rename.table, rename.new);
    }
    for rename in value_renames() {
        assert!(
            table(rename.table).unwrap().column(rename.column).is_some(),
            "{}.{}",
            rename.table,
            rename.column
        );
    }
    assert_eq!(renamed("AADSignInEventsBeta").unwrap().new, ["EntraIdSignInEvents"]);
    assert_eq!(
        predecessors("CloudAppEvents").map(|rename| rename.old).collect::<Vec<_>>(),
        ["AppFileEvents"]
    );
    assert_eq!(column_case_aliases("CloudAppEvents").collect::<Vec<_>>(), [("Isp", "ISP")]);
}

#[test]
fn connectors_tell_their_tables() {
    let defender = connector("MicrosoftThreatProtection").unwrap();
    assert!(defender.tables.contains(&"CloudAppEvents") && !defender.deprecated);
    assert!(connectors_of("CloudAppEvents").any(|connector| connector.id == "MicrosoftThreatProtection"));
    assert!(connector("NoSuchConnector").is_none());
}
