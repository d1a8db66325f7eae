//! Detection rules, as Graph takes them.

use super::*;

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
