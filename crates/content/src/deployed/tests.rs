#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use crate::model::{HuntKind, Trigger};
use crate::{HuntSeverity, load_text};

/// As the portal of Sentinel exports a rule.
const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "workspace": { "type": "String" } },
  "resources": [
    {
      "id": "[concat(resourceId('Microsoft.OperationalInsights/workspaces/providers', parameters('workspace'), 'Microsoft.SecurityInsights'),'/alertRules/6d7214d9-4a28-44df-aafb-0910b9e6ae3e')]",
      "name": "[concat(parameters('workspace'),'/Microsoft.SecurityInsights/6d7214d9-4a28-44df-aafb-0910b9e6ae3e')]",
      "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
      "kind": "Scheduled",
      "apiVersion": "2023-12-01-preview",
      "properties": {
        "displayName": "Many mails",
        "description": "[[in brackets]",
        "severity": "Medium",
        "enabled": true,
        "query": "EmailEvents\n| where Subject has \"invoice\"\n| summarize Mails = count() by SenderFromAddress",
        "queryFrequency": "PT5H",
        "queryPeriod": "P1DT12H",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 3,
        "suppressionDuration": "PT2H",
        "suppressionEnabled": true,
        "startTimeUtc": null,
        "tactics": [ "InitialAccess" ],
        "techniques": [ "T1566", "T1078" ],
        "subTechniques": [ "T1566.001" ],
        "alertRuleTemplateName": null,
        "incidentConfiguration": { "createIncident": true, "groupingConfiguration": { "enabled": false, "reopenClosedIncident": false,
          "lookbackDuration": "PT5H", "matchingMethod": "AllEntities", "groupByEntities": [], "groupByAlertDetails": null, "groupByCustomDetails": null } },
        "eventGroupingSettings": { "aggregationKind": "AlertPerResult" },
        "alertDetailsOverride": null,
        "customDetails": { "How": "Mails" },
        "entityMappings": [ { "entityType": "Account", "fieldMappings": [ { "identifier": "FullName", "columnName": "SenderFromAddress" } ] } ],
        "templateVersion": "1.2.3"
      }
    },
    { "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules", "kind": "Fusion", "name": "x/y/z", "properties": {} },
    { "type": "Microsoft.Resources/deployments", "properties": { "template": { "resources": { "one": {
      "type": "Microsoft.OperationalInsights/workspaces/savedSearches", "name": "x/senders",
      "properties": { "category": "Functions", "displayName": "Known senders", "functionAlias": "KnownSenders",
        "functionParameters": "since:timespan=1d", "query": "EmailEvents | where Timestamp > ago(since)" } } } } } }
  ]
}"#;

#[test]
fn an_exported_rule_is_a_hunt() {
    let document = load_text("rule.json", TEMPLATE);
    let [hunt] = document.hunts.as_slice() else {
        unreachable!("{:?}", document.diagnostics)
    };
    assert_eq!(hunt.id, "6d7214d9-4a28-44df-aafb-0910b9e6ae3e");
    assert_eq!((hunt.name.as_str(), hunt.description.as_str()), ("Many mails", "[in brackets]"));
    assert_eq!((hunt.kind, hunt.severity), (HuntKind::Scheduled, Some(HuntSeverity::Medium)));
    let schedule = hunt.schedule.as_ref().unwrap();
    assert_eq!(
        (schedule.frequency, schedule.period, schedule.trigger, schedule.threshold),
        (5 * 3600, 36 * 3600, Trigger::GreaterThan, 3)
    );
    assert_eq!(hunt.techniques, ["T1078", "T1566.001"]);
    assert_eq!((hunt.alerting.suppression, hunt.alerting.per_result), (2 * 3600, true));
    assert_eq!(hunt.entity_mappings[0].fields, [("FullName".to_owned(), "SenderFromAddress".to_owned())]);
    assert_eq!((hunt.version.as_str(), hunt.custom_details.len()), ("1.2.3", 1));
    let function = &document.functions[0];
    assert_eq!((function.name.as_str(), function.params[0].default.as_deref()), ("KnownSenders", Some("1d")));
    let told: Vec<&str> = document.diagnostics.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(told, ["a rule of kind `Fusion` has no query that could run here"]);
    // What is said of the query is said of its place in the file.
    let at = hunt.query.text.find("summarize").and_then(|at| u32::try_from(at).ok()).unwrap();
    let place = hunt.query.map.to_source(quarry_text::Span::new(at, at + 9));
    assert_eq!(place.text(&document.source), "summarize");
}

#[test]
fn answers_of_the_interface_are_read() {
    let text = r#"{"value": [{"id": "/subscriptions/1/savedSearches/8d7214d9-4a28-44df-aafb-0910b9e6ae3e", "type": "Microsoft.OperationalInsights/savedSearches",
        "name": "8d7214d9-4a28-44df-aafb-0910b9e6ae3e", "properties": {"Category": "Hunting Queries", "DisplayName": "Mails", "Query": "EmailEvents",
        "Tags": [{"Name": "description", "Value": "Counts"}, {"Name": "tactics", "Value": "InitialAccess,Persistence"},
        {"Name": "techniques", "Value": "T1566,T1078"}, {"Name": "createdBy", "Value": "mia"}]}},
        {"type": "Microsoft.OperationalInsights/savedSearches", "name": "b", "properties": {"Category": "General", "DisplayName": "x", "Query": "T"}}]}"#;
    let document = load_text("answer.json", text);
    let hunt = &document.hunts[0];
    assert_eq!((hunt.name.as_str(), hunt.description.as_str(), hunt.kind), ("Mails", "Counts", HuntKind::Hunting));
    assert_eq!((hunt.tactics.len(), hunt.techniques.len()), (2, 2));
    assert_eq!(document.hunts.len(), 1);
    assert!(document.diagnostics.iter().all(|found| found.message.contains("General")), "{:?}", document.diagnostics);
}

#[test]
fn detections_of_both_shapes_are_hunts() {
    let new = r#"[{"displayName": "New", "status": "enabled", "queryCondition": {"queryText": "DeviceEvents"}, "schedule": {"frequency": "PT3H"},
        "detectionAction": {"alertTemplate": {"title": "{{DeviceName}}", "description": "What", "severity": "high",
        "tactics": [{"tactic": "Execution", "techniques": [{"technique": "T1059", "subTechniques": ["T1059.001"]}]}],
        "entityMappings": {"hosts": [{"nameColumn": "DeviceName"}], "files": [{"nameColumn": "FileName", "sha1Column": "SHA1"}]},
        "customDetails": {"How": "ActionType"}, "eventGroupingKind": "singleAlert"}}}]"#;
    let old = r##"{"displayName": "Old", "isEnabled": true, "queryCondition": {"queryText": "DeviceEvents"}, "schedule": {"period": "0"}, "detectorId": "7",
        "detectionAction": {"alertTemplate": {"title": "Old", "description": "What", "severity": "low", "category": "Execution", "mitreTechniques": ["T1059"],
        "impactedAssets": [{"@odata.type": "#microsoft.graph.security.impactedDeviceAsset", "identifier": "deviceId"}]}}}"##;
    let document = load_text("new.json", new);
    let hunt = &document.hunts[0];
    assert_eq!((hunt.name.as_str(), hunt.alerting.title.as_str(), hunt.description.as_str()), ("New", "{{DeviceName}}", "What"));
    assert_eq!((hunt.kind, hunt.alerting.per_result), (HuntKind::Scheduled, false));
    assert_eq!(hunt.schedule.as_ref().map(|schedule| (schedule.frequency, schedule.period)), Some((3 * 3600, 12 * 3600)));
    assert_eq!((hunt.tactics.join(","), hunt.techniques.join(",")), ("Execution".to_owned(), "T1059.001".to_owned()));
    let mapped: Vec<String> = hunt
        .entity_mappings
        .iter()
        .flat_map(|mapping| mapping.fields.iter().map(move |(name, column)| format!("{} {name} {column}", mapping.entity)))
        .collect();
    assert_eq!(mapped, ["Host FullName DeviceName", "File Name FileName", "FileHash Value SHA1"]);
    let document = load_text("old.json", old);
    let hunt = &document.hunts[0];
    assert_eq!((hunt.kind, hunt.id.as_str(), hunt.alerting.per_result), (HuntKind::NearRealTime, "7", true));
    assert_eq!((hunt.tactics.join(","), hunt.techniques.join(",")), ("Execution".to_owned(), "T1059".to_owned()));
    assert_eq!(hunt.alerting.title, "");
}

#[test]
fn what_cannot_be_hunted_with_is_told() {
    let computed = TEMPLATE.replace("\"query\": \"EmailEvents", "\"query\": \"[concat('x')]").replace(
        "\\n| where Subject has \\\"invoice\\\"\\n| summarize Mails = count() by SenderFromAddress",
        "",
    );
    let document = load_text("rule.json", &computed);
    assert!(document.hunts.is_empty());
    assert!(document.diagnostics.iter().any(|found| found.is_error() && found.message.contains("computed")));
    let broken = load_text("rule.json", &TEMPLATE[..900]);
    assert!(broken.diagnostics.iter().any(|found| found.is_error() && found.message.contains("not valid JSON")));
    let other = load_text("other.json", "{\"workbookKey\": \"x\"}");
    assert!(other.diagnostics.iter().any(|found| found.code == crate::code::NOT_CONTENT));
}

#[test]
fn folders_hold_json_of_all_kinds() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("rule.json", TEMPLATE),
        ("workbook.json", "{\"version\": \"Notebook/1.0\", \"items\": [\"/savedSearches\"]}"),
        ("events.json", "{\"a\": 1}\n{\"a\": 2}\n"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let documents = crate::load_paths(&[folder.path()]);
    let names: Vec<&str> = documents.iter().map(|document| document.name.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["rule.json"]);
}

#[test]
fn what_serves_hunts_is_no_hunt_and_no_stranger() {
    let schedule = load_text("soc.yaml", "content: [hunts/]\nrules:\n  - match: x\n    every: 1h\n");
    assert!(schedule.diagnostics.is_empty(), "{:?}", schedule.diagnostics);
    let wrong = load_text("soc.yaml", "content: [hunts/]\nrules:\n  - match: x\n    evry: 1h\n");
    assert!(wrong.diagnostics[0].is_error() && wrong.diagnostics[0].span.text(&wrong.source) == "evry");
    let watchlist = load_text("vips.yaml", "alias: VIPs\nsearchKey: Mail\n---\nalias: Nets\nitems:\n  - {Net: a}\n");
    assert!(watchlist.diagnostics.is_empty(), "{:?}", watchlist.diagnostics);
    assert_eq!(watchlist.watchlists.len(), 2);
    let wrong = load_text("vips.yaml", "alias: VIPs\nsearchKey: Mail\nfil: x\n");
    assert!(wrong.diagnostics.iter().any(|found| found.is_error() && found.help.as_deref() == Some("did you mean `file`?")));
    assert!(load_text("hunt.yaml", "name: a\ncontent: x\nquery: T\n").hunts.len() == 1);
}
