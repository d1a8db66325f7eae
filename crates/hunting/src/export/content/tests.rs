#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
use quarry_content::{Document, load_text};
use quarry_schema::attack::Tactic;

use super::*;
use crate::functions::Functions;
use crate::{KnownTables, Overrides};

const RULE: &str = "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e
name: Sign-ins at risk
description: '[Sign-ins that failed]'
kind: Scheduled
severity: Low
requiredDataConnectors:
  - connectorId: AzureActiveDirectory
    dataTypes:
      - SigninLogs
queryFrequency: 1h
queryPeriod: 14d
triggerOperator: gt
triggerThreshold: 5
tactics:
  - InitialAccess
  - Persistence
relevantTechniques:
  - T1078.004
  - T1098
query: |
  let Limit = 3;
  SigninLogs
  | where toint(ResultType) > Limit
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
  - entityType: Process
    fieldMappings:
      - identifier: ProcessId
        columnName: CorrelationId
customDetails:
  Code: ResultType
alertDetailsOverride:
  alertDisplayNameFormat: Sign-in of {{UserPrincipalName}}
eventGroupingSettings:
  aggregationKind: AlertPerResult
suppressionEnabled: true
suppressionDuration: PT2H
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    lookbackDuration: 1d
    matchingMethod: Selected
    groupByEntities: [Account]
version: 1.2.3
";
const HUNT: &str = "id: 7d7214d9-4a28-44df-aafb-0910b9e6ae3e
name: Mails
description: Many mails.
severity: Medium
tactics: [InitialAccess]
relevantTechniques: [T1566]
query: |
  EmailEvents
  | project Timestamp, ReportId, RecipientEmailAddress, SenderIPv4, Subject
";
const NRT: &str =
    "id: 8d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: At once\nkind: NRT\nseverity: High\ntactics: [Impact]\nquery: |\n  SigninLogs\n";

fn documents(texts: &[&str]) -> Vec<Document> {
    let named = texts.iter().enumerate();
    named.map(|(at, text)| load_text(&format!("{at}.yaml"), text)).collect()
}

fn with<R>(documents: &[Document], settings: &[&str], form: ContentForm, look: impl FnOnce(&Exported<'_>) -> R) -> R {
    let hunts: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    let functions: Vec<&ContentFunction> = documents.iter().flat_map(|document| &document.functions).collect();
    let team = Team::from(Overrides::parse(settings).unwrap());
    let catalog = KnownTables::new(Functions::of(documents));
    let content = ContentExport {
        hunts: &hunts,
        functions: &functions,
        team: &team,
        enabled: true,
        catalog: &catalog,
    };
    look(&export(&content, form))
}

fn said(exported: &Exported<'_>) -> Vec<String> {
    exported
        .remarks
        .iter()
        .map(|remark| format!("{} {} {}", remark.code, remark.field, remark.message))
        .collect()
}

/// What the published specification of the service demands of a rule.
fn check_rule(resource: &Value) {
    let properties = resource["properties"].as_object().unwrap();
    let scheduled = ["queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold"];
    let required = [
        "displayName",
        "enabled",
        "severity",
        "query",
        "suppressionEnabled",
        "suppressionDuration",
    ];
    let kind = resource["kind"].as_str().unwrap();
    let required: Vec<&str> = match kind {
        "Scheduled" => required.into_iter().chain(scheduled).collect(),
        "NRT" => {
            assert!(
                scheduled.iter().all(|field| !properties.contains_key(*field)),
                "a near-real-time rule has no schedule"
            );
            required.to_vec()
        }
        other => panic!("{other}"),
    };
    let optional = [
        "description",
        "tactics",
        "techniques",
        "subTechniques",
        "entityMappings",
        "customDetails",
        "eventGroupingSettings",
        "alertDetailsOverride",
        "incidentConfiguration",
    ];
    for field in &required {
        assert!(properties.get(*field).is_some_and(|value| !value.is_null()), "{field} is required");
    }
    for field in properties.keys() {
        assert!(
            required.contains(&field.as_str()) || optional.contains(&field.as_str()),
            "no rule has {field}"
        );
    }
    let one_of = |field: &str, allowed: &[&str]| {
        if let Some(value) = properties.get(field) {
            assert!(allowed.contains(&value.as_str().unwrap()), "{field}: {value}");
        }
    };
    one_of("severity", &["High", "Medium", "Low", "Informational"]);
    one_of("triggerOperator", &["GreaterThan", "LessThan", "Equal", "NotEqual"]);
    for field in ["queryFrequency", "queryPeriod", "suppressionDuration"] {
        let duration = properties.get(field).and_then(Value::as_str);
        assert!(
            duration.is_none_or(|text| text.starts_with('P') && quarry_content::duration::seconds(text).is_some()),
            "{field}"
        );
    }
    let texts = |field: &str| -> Vec<&str> {
        properties[field]
            .as_array()
            .unwrap()
            .iter()
            .map(|text| text.as_str().unwrap())
            .collect()
    };
    assert!(texts("tactics").iter().all(|name| Tactic::from_name(name).is_some()));
    assert!(texts("techniques").iter().all(|id| !id.contains('.')) && texts("subTechniques").iter().all(|id| id.contains('.')));
    assert!(["SingleAlert", "AlertPerResult"].contains(&properties["eventGroupingSettings"]["aggregationKind"].as_str().unwrap()));
    let grouping = &properties["incidentConfiguration"]["groupingConfiguration"];
    for field in ["enabled", "reopenClosedIncident", "lookbackDuration", "matchingMethod"] {
        assert!(!grouping[field].is_null(), "{field} of the grouping is required");
    }
}

#[test]
fn rules_queries_and_functions_make_a_template() {
    let function = "Function:\n  Title: Known senders\nFunctionName: KnownSenders\nCategory: x\nFunctionParams:\n  - Name: since\n    Type: timespan\n    Default: 1d\nFunctionQuery: |\n  EmailEvents\n  | where Timestamp > ago(since)\n";
    let documents = documents(&[RULE, HUNT, NRT, function]);
    with(&documents, &["Limit=9"], ContentForm::Arm, |exported| {
        let template = &exported.value;
        assert_eq!(exported.carried, 4, "{template:#}");
        assert!(template["$schema"].as_str().unwrap().ends_with("deploymentTemplate.json#"));
        assert_eq!(template["contentVersion"], "1.0.0.0");
        assert_eq!(template["parameters"]["workspace"]["type"], "string");
        let resources = template["resources"].as_array().unwrap();
        let [rule, hunt, nrt, function] = resources.as_slice() else {
            panic!()
        };
        check_rule(rule);
        check_rule(nrt);
        assert_eq!(
            rule["name"],
            "[concat(parameters('workspace'), '/Microsoft.SecurityInsights/6d7214d9-4a28-44df-aafb-0910b9e6ae3e')]"
        );
        let properties = &rule["properties"];
        assert_eq!(properties["queryPeriod"], "P14D");
        assert!(
            properties["query"].as_str().unwrap().contains("let Limit = 9;"),
            "with the value that was set"
        );
        assert_eq!(properties["techniques"], serde_json::json!(["T1098", "T1078"]));
        assert_eq!(properties["subTechniques"], serde_json::json!(["T1078.004"]));
        assert_eq!(
            properties["description"], "[[Sign-ins that failed]",
            "text in brackets is no expression"
        );
        assert_eq!(
            (&properties["suppressionEnabled"], &properties["suppressionDuration"]),
            (&true.into(), &"PT2H".into())
        );
        assert_eq!(properties["eventGroupingSettings"]["aggregationKind"], "AlertPerResult");
        assert_eq!(
            properties["alertDetailsOverride"]["alertDisplayNameFormat"],
            "Sign-in of {{UserPrincipalName}}"
        );
        assert_eq!(
            properties["incidentConfiguration"]["groupingConfiguration"]["lookbackDuration"],
            "P1D"
        );
        assert_eq!(
            properties["entityMappings"][0]["fieldMappings"][0]["columnName"],
            "UserPrincipalName"
        );
        assert_eq!(rule["metadata"]["version"], "1.2.3");

        assert_eq!(hunt["type"], "Microsoft.OperationalInsights/workspaces/savedSearches");
        assert_eq!(hunt["properties"]["category"], "Hunting Queries");
        let tags: Vec<(&str, &str)> = hunt["properties"]["tags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tag| (tag["name"].as_str().unwrap(), tag["value"].as_str().unwrap()))
            .collect();
        assert_eq!(
            tags,
            [
                ("description", "Many mails."),
                ("tactics", "InitialAccess"),
                ("techniques", "T1566")
            ]
        );
        assert_eq!(function["properties"]["functionAlias"], "KnownSenders");
        assert_eq!(function["properties"]["functionParameters"], "since:timespan=1d");
        assert_eq!(
            said(exported),
            ["Q0601 severity saved hunting queries have no severity: it stands in the metadata of the template only"]
        );
    });
}

#[test]
fn what_a_template_cannot_hold_is_said() {
    let exploration = "Id: 9d7214d9-4a28-44df-aafb-0910b9e6ae3e\nDisplayName: About one\nInputEntityType: Account\nquery: SigninLogs\n";
    let nameless = "id: not-a-guid\nname: Odd\nkind: Scheduled\nquery: SigninLogs\ntactics: [Ransomware]\n";
    let documents = documents(&[RULE, RULE, exploration, nameless]);
    with(&documents, &[], ContentForm::Arm, |exported| {
        assert_eq!((exported.carried, exported.left_out()), (2, 2));
        let said = said(exported);
        for (code, part) in [
            (LEFT_OUT, "another hunt has the id"),
            (LEFT_OUT, "one entity"),
            (CHANGED, "its id becomes"),
            (CHANGED, "gets Medium"),
            (CHANGED, "no queryFrequency"),
            (NOT_CARRIED, "`Ransomware` is no tactic"),
        ] {
            assert!(
                said.iter().any(|line| line.starts_with(code) && line.contains(part)),
                "{code} {part}: {said:#?}"
            );
        }
        exported.value["resources"].as_array().unwrap().iter().for_each(check_rule);
        let odd = exported.remarks.iter().find(|remark| remark.field == "tactics").unwrap();
        assert_eq!(place(odd, &documents[3]).text(&documents[3].source), "tactics");
    });
}

#[test]
fn exclusions_are_not_carried() {
    let sidecar = "hunt: 7d7214d9-4a28-44df-aafb-0910b9e6ae3e\nexclusions:\n  - id: backup\n    where: Subject == 'x'\n    owner: a\n    reason: b\n    expires: 2999-01-01\n";
    let mut documents = documents(&[HUNT]);
    documents.push(load_text("0.quarry.yaml", sidecar));
    let hunts: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    let team = Team::of(&documents, &[], 0);
    let content = ContentExport {
        hunts: &hunts,
        functions: &[],
        team: &team,
        enabled: false,
        catalog: &KnownTables::default(),
    };
    for form in [ContentForm::Arm, ContentForm::GraphDetection] {
        let said = said(&export(&content, form));
        assert!(
            said.iter().any(|line| line.starts_with("Q0601 query the exclusion `backup`")),
            "{said:#?}"
        );
    }
    let rules = export(&content, ContentForm::GraphDetection).value;
    assert_eq!(rules[0]["status"], "disabled");
}

#[test]
fn detection_rules_have_the_shape_of_the_service() {
    let documents = documents(&[RULE, HUNT, NRT]);
    with(&documents, &[], ContentForm::GraphDetection, |exported| {
        let rules = exported.value.as_array().unwrap();
        let rule = &rules[0];
        assert_eq!(rule["status"], "enabled");
        assert_eq!(rule["schedule"]["frequency"], "PT1H");
        let template = &rule["detectionAction"]["alertTemplate"];
        assert_eq!(template["title"], "Sign-in of {{UserPrincipalName}}");
        assert_eq!(template["severity"], "low");
        assert_eq!(
            template["tactics"],
            serde_json::json!([{ "tactic": "InitialAccess", "techniques": [{ "technique": "T1078", "subTechniques": ["T1078.004"] }] }])
        );
        assert_eq!(
            template["entityMappings"],
            serde_json::json!({ "accounts": [{ "upnColumn": "UserPrincipalName" }], "ips": [{ "addressColumn": "IPAddress" }] })
        );
        assert_eq!(template["customDetails"]["Code"], "ResultType");
        assert!(
            template.get("eventGroupingKind").is_none(),
            "an alert of each result is what a detection does anyway"
        );
        assert_eq!(rules[1]["schedule"]["frequency"], "P1D");
        assert_eq!(rules[2]["schedule"]["frequency"], "PT0S", "without a pause");
        assert_eq!(rules[2]["detectionAction"]["alertTemplate"]["eventGroupingKind"], "singleAlert");
        let gone = ["isEnabled", "impactedAssets", "mitreTechniques", "category", "period"];
        let text = exported.value.to_string();
        assert!(
            gone.iter().all(|field| !text.contains(&format!("\"{field}\""))),
            "fields that the service no longer takes"
        );

        let said = said(exported);
        for part in [
            "Q0601 triggerThreshold",
            "Q0601 suppressionDuration",
            "Q0601 incidentConfiguration",
            "Q0601 tactics a detection has one tactic and its techniques: InitialAccess is kept, Persistence, T1098 not",
            "Q0601 entityMappings alerts there are not about entities of type Process",
            "Q0602 queryPeriod it looks back 4h and not 14d",
            "Q0602 queryFrequency no schedule",
            "Q0602 entityMappings no entity mappings: ",
        ] {
            assert!(said.iter().any(|line| line.starts_with(part)), "{part}: {said:#?}");
        }
    });
}

#[test]
fn what_the_service_would_refuse_is_said() {
    let counted = "id: 9d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: Counted\nseverity: Low\nquery: |\n  EmailEvents\n  | summarize count() by Subject\nentityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: Name\n        columnName: Subject\n  - entityType: IP\n    fieldMappings:\n      - identifier: Address\n        columnName: Nowhere\n";
    let documents = documents(&[counted]);
    with(&documents, &[], ContentForm::GraphDetection, |exported| {
        let said = said(exported);
        for part in [
            "Q0603 query the result has neither Timestamp nor TimeGenerated",
            "Q0603 entityMappings an alert must be about",
            "Q0601 entityMappings Subject alone does not tell one Account from another there",
            "Q0601 entityMappings the result has no column Nowhere",
        ] {
            assert!(said.iter().any(|line| line.starts_with(part)), "{part}: {said:#?}");
        }
        assert_eq!(exported.carried, 1, "it is written nevertheless");
    });
}

#[test]
fn a_file_and_its_hash_are_one_entity() {
    let files = "id: 9d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: Files\nseverity: Low\nquery: |\n  DeviceFileEvents\n  | project Timestamp, ReportId, DeviceName, FileName, SHA256\nentityMappings:\n  - entityType: File\n    fieldMappings:\n      - identifier: Name\n        columnName: FileName\n  - entityType: FileHash\n    fieldMappings:\n      - identifier: Algorithm\n        columnName: FileName\n      - identifier: Value\n        columnName: SHA256\n  - entityType: Host\n    fieldMappings:\n      - identifier: FullName\n        columnName: DeviceName\n";
    let documents = documents(&[files]);
    with(&documents, &[], ContentForm::GraphDetection, |exported| {
        assert_eq!(
            exported.value[0]["detectionAction"]["alertTemplate"]["entityMappings"],
            serde_json::json!({
                "files": [{ "nameColumn": "FileName", "sha256Column": "SHA256" }],
                "hosts": [{ "nameColumn": "DeviceName" }],
            })
        );
        assert!(
            !said(exported).iter().any(|line| line.starts_with(REFUSED)),
            "{:#?}",
            said(exported)
        );
    });
}

/// The bundled hunts, and one of each kind.
fn all_kinds() -> Vec<Document> {
    let function = "Function:\n  Title: Known senders\nFunctionName: KnownSenders\nCategory: x\nFunctionParams:\n  - Name: since\n    Type: timespan\n    Default: 1d\nFunctionQuery: |\n  EmailEvents\n  | where Timestamp > ago(since)\n";
    let mut all = documents(&[RULE, HUNT, NRT, function]);
    let bundled = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    all.extend(quarry_content::load_paths(&[bundled]));
    // What a team adds is not exported.
    all.retain(|document| document.sidecars.is_empty());
    all
}

/// What is exported, read back, and exported again.
fn there_and_back(form: ContentForm, compare: impl Fn(&Hunt, &Hunt)) {
    let documents = all_kinds();
    let (text, value) = with(&documents, &[], form, |exported| (exported.value.to_string(), exported.value.clone()));
    let read = load_text("exported.json", &text);
    assert!(!quarry_text::has_errors(&read.diagnostics), "{:#?}", read.diagnostics);
    let before: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    assert!(before.len() > 10);
    assert_eq!(before.len(), read.hunts.len());
    for (before, after) in before.iter().zip(&read.hunts) {
        assert_eq!((&before.name, &before.description), (&after.name, &after.description));
        assert_eq!(before.query.text, after.query.text, "{}", before.name);
        assert_eq!(before.tunables.len(), after.tunables.len());
        compare(before, after);
    }
    let again = with(&[read], &[], form, |exported| exported.value.clone());
    assert_eq!(again, value);
}

#[test]
fn a_template_is_read_back_as_the_same_hunts() {
    there_and_back(ContentForm::Arm, |before, after| {
        let name = &before.name;
        assert_eq!((&before.id, before.kind, before.severity), (&after.id, after.kind, after.severity), "{name}");
        assert_eq!((&before.schedule, &before.version), (&after.schedule, &after.version), "{name}");
        assert_eq!((&before.tactics, &before.connectors), (&after.tactics, &after.connectors), "{name}");
        assert_eq!((&before.entity_mappings, &before.custom_details), (&after.entity_mappings, &after.custom_details), "{name}");
        let techniques = |hunt: &Hunt| hunt.techniques.iter().cloned().collect::<std::collections::BTreeSet<String>>();
        assert_eq!(techniques(before), techniques(after), "{name}");
        // An incident of each alert is what a rule gets that says nothing.
        let alerting = |hunt: &Hunt| {
            let mut alerting = hunt.alerting.clone();
            alerting.incidents = Some(alerting.incidents.unwrap_or_default()).filter(|_| hunt.schedule.is_some());
            alerting
        };
        assert_eq!(alerting(before), alerting(after), "{name}");
    });
}

#[test]
fn detections_are_read_back_as_the_same_hunts() {
    there_and_back(ContentForm::GraphDetection, |before, after| {
        assert_eq!(before.severity.unwrap_or(quarry_content::HuntSeverity::Medium), after.severity.unwrap(), "{}", before.name);
        assert_eq!(before.alerting.title, after.alerting.title);
        assert_eq!(before.custom_details, after.custom_details);
    });
}
