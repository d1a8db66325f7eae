//! Content as it is published, dirt included.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use quarry_content::{Document, HuntKind, HuntSeverity, Trigger, code, load_bytes, load_text};
use quarry_text::Span;

const RULE: &str = r#"id: 3f1c2f0e-58a4-4b0b-9d5e-0c3d8f6f7a10
name: Many failed sign-ins
kind: scheduled
description: |
  'Counts failures.'
severity: Hight
requiredDataConnectors:
  - connectorId: AzureActiveDirectory
    dataTypes:
      - SigninLogs
queryFrequency: 1h
queryPeriod: 30m
triggerOperator: GreaterThan
triggerThreshold: 3
tactics: Credential access, Nonsense
relevantTechniques:
  - t1110
  - T11
query: |
  let threshold = 5;
  SigninLogs
  | where ResultTyp != "0"
  | summarize count() by UserPrincipalName
entityMappings:
  - entityType: Acount
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
version: 1.10.0
"#;

const PAGE: &str = "Somebody may send many invoices. Look for it.
KQL Query
// How many invoices are too many
let Limit = 3;
let schema = datatable(
id: string, name: string) [];
EmailEvents
| where Subject has \"invoice\"
| summarize Mails = count() by SenderFromAddress
| where Mails > Limit
id: 0a4f5b52-9a4c-4a3e-8c1d-1f0a3c6f2b77
name: Too many invoices
description: |
Counts invoices by sender.
requiredDataConnectors:
- connectorId: MicrosoftThreatProtection
dataTypes:
- EmailEvents
- EmailUrlInfo
tactics:
- InitialAccess
relevantTechniques:
- T1566
entityMappings:
- entityType: Account
fieldMappings:
- identifier: FullName
columnName: SenderFromAddress
query: |
// How many invoices are too many
let Limit = 3;
let schema = datatable(
version: 1.0.0
| Sentinel Table | Notes |
|---|---|
EmailEvents | Needs Defender for Office 365 |
Scenario: Billing run
Description: The billing system
sends them monthly.
Filter/Exclusion: Exclude billing@contoso.example.
Scenario: Cut in the mid";

fn codes(document: &Document) -> Vec<&str> {
    document.diagnostics.iter().map(|found| found.code.as_ref()).collect()
}

#[test]
fn a_rule_is_read_in_spite_of_its_dirt() {
    let document = load_text("rule.yaml", &format!("\u{feff}{RULE}"));
    let hunt = &document.hunts[0];
    assert_eq!(hunt.kind, HuntKind::Scheduled);
    assert_eq!(hunt.severity, Some(HuntSeverity::High), "closest to what was written");
    assert_eq!(hunt.tactics, ["CredentialAccess", "Nonsense"]);
    assert_eq!(hunt.techniques, ["T1110", "T11"]);
    assert_eq!(hunt.connectors[0].data_types, ["SigninLogs"]);
    assert_eq!(hunt.version, "1.10.0", "not a number");
    let schedule = hunt.schedule.as_ref().unwrap();
    assert_eq!(
        (schedule.frequency, schedule.period, schedule.trigger),
        (3600, 1800, Trigger::GreaterThan)
    );
    assert!(!schedule.fires(3) && schedule.fires(4));
    assert_eq!(hunt.entity_mappings[0].fields[0].1, "UserPrincipalName");
    let mut found = codes(&document);
    found.sort_unstable();
    let expected = [
        code::WRONG_SHAPE,
        code::UNKNOWN_VALUE,
        code::UNKNOWN_VALUE,
        code::TACTIC,
        code::TACTIC,
        code::TECHNIQUE,
        code::TECHNIQUE,
        code::DURATION,
        code::ENTITY_MAPPING,
    ];
    assert_eq!(found, expected);
}

#[test]
fn places_in_the_query_are_places_in_the_file() {
    let document = load_text("rule.yaml", RULE);
    let query = &document.hunts[0].query;
    let start = u32::try_from(query.text.find("ResultTyp").unwrap()).unwrap();
    let span = query.map.to_source(Span::new(start, start + 9));
    assert_eq!(span.text(&document.source), "ResultTyp");
}

#[test]
fn a_page_gives_query_metadata_and_scenarios() {
    let document = load_text("page.txt", PAGE);
    let hunt = &document.hunts[0];
    assert_eq!(hunt.name, "Too many invoices");
    assert_eq!(hunt.description, "Counts invoices by sender.");
    assert!(
        hunt.query.text.starts_with("// How many") && hunt.query.text.ends_with("> Limit"),
        "{}",
        hunt.query.text
    );
    assert_eq!(hunt.connectors[0].data_types, ["EmailEvents", "EmailUrlInfo"]);
    assert_eq!((hunt.tactics[0].as_str(), hunt.techniques[0].as_str()), ("InitialAccess", "T1566"));
    assert_eq!(
        hunt.entity_mappings[0].fields[0],
        ("FullName".to_owned(), "SenderFromAddress".to_owned())
    );
    assert_eq!(hunt.version, "1.0.0");
    assert_eq!(hunt.table_notes[0].table, "EmailEvents");
    assert_eq!(hunt.scenarios[0].description, "The billing system\nsends them monthly.");
    assert_eq!(hunt.scenarios[0].exclusion, "Exclude billing@contoso.example.");
    assert_eq!(hunt.scenarios[1].name, "Cut in the mid");
    assert_eq!(codes(&document), [code::PAGE_COPY, code::PAGE_PART]);
    let copy = &document.diagnostics[0];
    assert!(copy.message.contains("stops after 3 of 8 lines"), "{}", copy.message);
}

#[test]
fn broken_yaml_is_read_by_its_field_names() {
    let text = "id: 0a4f5b52-9a4c-4a3e-8c1d-1f0a3c6f2b77\nname: it's: broken\ndescription: d\ntactics:\n- Execution\nquery: |\n\tDeviceEvents\n\t| take 5\n";
    let document = load_text("x.yaml", text);
    assert_eq!(document.hunts[0].query.text, "DeviceEvents\n| take 5\n");
    assert_eq!(document.hunts[0].tactics, ["Execution"]);
    assert_eq!(codes(&document), [code::YAML]);
    assert!(!document.diagnostics[0].is_error());
}

#[test]
fn a_parser_is_a_function_with_defaults() {
    let text = "Parser:\n  Title: T\nParserName: vimX\nEquivalentBuiltInParser: _Im_X\nParserParams:\n  - Name: who\n    Type: string\n    Default: ''\n  - Name: disabled\n    Type: bool\n    Default: false\n  - Name: since\n    Type: datetime\nParserQuery: |\n  T | take 1\n";
    let document = load_text("p.yaml", text);
    let function = &document.functions[0];
    assert_eq!(function.name, "vimX");
    assert_eq!(function.aliases, ["_Im_X"]);
    let defaults: Vec<Option<&str>> = function.params.iter().map(|param| param.default.as_deref()).collect();
    assert_eq!(defaults, [Some("''"), Some("false"), None]);
}

#[test]
fn nothing_is_skipped_in_silence() {
    for (name, text) in [
        ("a.yaml", ""),
        ("a.yaml", "swagger: 2\n"),
        ("a.txt", "hello"),
        ("a.yaml", "- 1\n- 2\n"),
        ("a.yaml", "id: x\nname: moved\n"),
    ] {
        let document = load_text(name, text);
        assert_eq!(codes(&document), [code::NOT_CONTENT], "{text:?}");
    }
    assert_eq!(
        codes(&load_text("a.yaml", "name: n\ntactics: [Execution]\n")).last(),
        Some(&code::MISSING_FIELD)
    );
}

#[test]
fn a_query_file_is_a_hunt() {
    let document = load_text(
        "hunts/find it.kql",
        "// Name: Find it\n// Tactics: #Execution, #Impact\n// DataSource: #DeviceEvents\nDeviceEvents | take 1",
    );
    let hunt = &document.hunts[0];
    assert_eq!((hunt.name.as_str(), hunt.tactics.len()), ("Find it", 2));
    assert_eq!(hunt.connectors[0].data_types, ["DeviceEvents"]);
    assert!(document.diagnostics.is_empty());
    assert_eq!(load_text("hunts/bare.kql", "T").hunts[0].name, "bare");
}

#[test]
fn utf16_and_latin_files_are_read() {
    let bytes: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(RULE.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(load_bytes("a.yaml", &bytes).hunts.len(), 1);
    let document = load_bytes("a.kql", b"T | where a == '\xe9'");
    assert_eq!(document.hunts.len(), 1);
    assert_eq!(codes(&document), [code::UNREADABLE]);
}

proptest! {
    #[test]
    fn any_bytes_give_content_or_a_reason(bytes in prop::collection::vec(any::<u8>(), 0..300), name in "[a-c]\\.(yaml|txt|kql|md)") {
        let document = load_bytes(&name, &bytes);
        prop_assert!(!document.hunts.is_empty() || !document.functions.is_empty() || !document.diagnostics.is_empty());
    }

    #[test]
    fn any_mangled_rule_loads_or_says_why(cut in 0..RULE.len(), junk in "[ \\t\\n:|\\-\\[\\]{}'\"#&*!>%@a]{0,12}", page in any::<bool>()) {
        let text = if page { PAGE } else { RULE };
        let cut = text.floor_char_boundary(cut.min(text.len()));
        let mangled = format!("{}{junk}{}", &text[..cut], &text[cut..]);
        let document = load_text(if page { "p.txt" } else { "r.yaml" }, &mangled);
        prop_assert!(!document.hunts.is_empty() || !document.diagnostics.is_empty());
        for hunt in &document.hunts {
            let whole = Span::new(0, u32::try_from(hunt.query.text.len()).unwrap());
            let mapped = hunt.query.map.to_source(whole);
            prop_assert!(mapped.end as usize <= document.source.len() + 1);
        }
    }
}
