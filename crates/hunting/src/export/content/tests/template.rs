//! Templates of resources, as Sentinel deploys them.

use quarry_schema::attack::Tactic;

use super::*;

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
