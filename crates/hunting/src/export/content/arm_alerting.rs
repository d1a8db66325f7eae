//! What a rule makes of its results, in the properties of an alert rule.

use quarry_content::{Alerting, Hunt, IncidentGrouping, IncidentRule, LOOKBACK, Matching};
use serde_json::{Map, Value, json};

use super::iso;

/// The service wants a length also where alerts are not held back.
const SUPPRESSION: u64 = 5 * 3_600;

/// Hands over the properties about alerts and incidents.
pub fn alerting(hunt: &Hunt, put: &mut impl FnMut(&str, Value)) {
    let alerting = &hunt.alerting;
    let suppressed = alerting.suppression > 0;
    put("suppressionEnabled", suppressed.into());
    put(
        "suppressionDuration",
        iso::duration(if suppressed { alerting.suppression } else { SUPPRESSION }).into(),
    );
    let kind = if alerting.per_result { "AlertPerResult" } else { "SingleAlert" };
    put("eventGroupingSettings", json!({ "aggregationKind": kind }));
    put("alertDetailsOverride", details(alerting));
    put("incidentConfiguration", incidents(alerting.incidents.as_ref()));
}

/// How alerts say what they are about; nothing where the rule leaves it to the service.
fn details(alerting: &Alerting) -> Value {
    let texts = [
        ("alertDisplayNameFormat", &alerting.title),
        ("alertDescriptionFormat", &alerting.description),
        ("alertTacticsColumnName", &alerting.tactics_column),
        ("alertSeverityColumnName", &alerting.severity_column),
    ];
    let given = texts.into_iter().filter(|(_, text)| !text.is_empty());
    let mut details: Map<String, Value> = given.map(|(key, text)| (key.to_owned(), text.clone().into())).collect();
    if !alerting.properties.is_empty() {
        let properties = alerting.properties.iter();
        let properties: Vec<Value> = properties
            .map(|(property, column)| json!({ "alertProperty": property, "value": column }))
            .collect();
        details.insert("alertDynamicProperties".to_owned(), properties.into());
    }
    if details.is_empty() { Value::Null } else { details.into() }
}

/// A rule that says nothing makes an incident of each alert.
fn incidents(rule: Option<&IncidentRule>) -> Value {
    let rule = rule.cloned().unwrap_or_default();
    let enabled = rule.grouping.is_some();
    let grouping = rule.grouping.unwrap_or_else(|| IncidentGrouping {
        matching: Matching::default(),
        lookback: LOOKBACK,
        reopen: false,
        entities: Vec::new(),
        alert_details: Vec::new(),
        custom_details: Vec::new(),
    });
    json!({
        "createIncident": rule.create,
        "groupingConfiguration": {
            "enabled": enabled,
            "reopenClosedIncident": grouping.reopen,
            "lookbackDuration": iso::duration(grouping.lookback),
            "matchingMethod": grouping.matching.name(),
            "groupByEntities": grouping.entities,
            "groupByAlertDetails": grouping.alert_details,
            "groupByCustomDetails": grouping.custom_details,
        },
    })
}
