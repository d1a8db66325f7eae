//! What a rule makes of its results: alerts, how they look, how they are held back, and the incidents they are gathered in.

use crate::duration;
use crate::fields::Fields;
use crate::node::{Node, Value};

/// What becomes of the results of a rule. The default is what a rule gets that says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alerting {
    /// Title with places for columns, `{{Column}}`; the rule's name when empty.
    pub title: String,
    /// Description with places for columns; the rule's own when empty.
    pub description: String,
    /// The column that holds the tactics; empty when there is none.
    pub tactics_column: String,
    /// The column that holds the severity; empty when there is none.
    pub severity_column: String,
    /// Property to column.
    pub properties: Vec<(String, String)>,
    /// Whether each result row is an alert of its own.
    pub per_result: bool,
    /// Seconds without another alert after one; zero when alerts are not held back.
    pub suppression: u64,
    pub incidents: Option<IncidentRule>,
}

/// Whether alerts make incidents, and which alerts make one together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentRule {
    pub create: bool,
    /// Every alert is an incident of its own where this is absent.
    pub grouping: Option<IncidentGrouping>,
}

impl Default for IncidentRule {
    fn default() -> Self {
        Self {
            create: true,
            grouping: None,
        }
    }
}

/// Which alerts of a rule belong to one incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentGrouping {
    pub matching: Matching,
    /// Seconds between two alerts of one incident, at most.
    pub lookback: u64,
    /// A closed incident is opened again for a further alert; otherwise that opens a new one.
    pub reopen: bool,
    /// Types of entities that must be equal, where the matching is by selection.
    pub entities: Vec<String>,
    /// `DisplayName`, `Severity`.
    pub alert_details: Vec<String>,
    /// Names of custom details.
    pub custom_details: Vec<String>,
}

/// How alerts are held against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Matching {
    /// All entities are the same.
    #[default]
    AllEntities,
    /// All alerts of the rule belong together.
    AnyAlert,
    /// What is selected is the same.
    Selected,
}

impl Matching {
    pub const ALL: [Matching; 3] = [Self::AllEntities, Self::AnyAlert, Self::Selected];

    /// The name in content.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AllEntities => "AllEntities",
            Self::AnyAlert => "AnyAlert",
            Self::Selected => "Selected",
        }
    }

    /// The matching of this name, in any case.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(text.trim()))
    }
}

/// What a rule counts as one incident when it does not say how long.
pub const LOOKBACK: u64 = 5 * 60 * 60;

/// Takes what can be taken; what is odd has been reported by the checks of these fields.
pub(crate) fn read(fields: &Fields<'_>) -> Alerting {
    let details = fields.entry("alertDetailsOverride").map(|entry| &entry.value);
    let of_details = |key: &str| details.map(|details| text(details, key)).unwrap_or_default();
    let properties = details.and_then(|details| details.get("alertDynamicProperties"));
    let properties = properties.map(|entry| items(&entry.value)).unwrap_or_default();
    let named = |key: &str| fields.entry(key).and_then(|entry| entry.value.as_text()).map(str::trim);
    let suppressed = named("suppressionEnabled").is_some_and(is_true);
    let kind = fields
        .entry("eventGroupingSettings")
        .map(|entry| text(&entry.value, "aggregationKind"));
    Alerting {
        title: of_details("alertDisplayNameFormat"),
        description: of_details("alertDescriptionFormat"),
        tactics_column: of_details("alertTacticsColumnName"),
        severity_column: of_details("alertSeverityColumnName"),
        properties: properties
            .iter()
            .map(|property| (text(property, "alertProperty"), text(property, "value")))
            .filter(|(property, column)| !property.is_empty() && !column.is_empty())
            .collect(),
        per_result: kind.is_some_and(|kind| kind.eq_ignore_ascii_case("AlertPerResult")),
        suppression: named("suppressionDuration")
            .filter(|_| suppressed)
            .and_then(duration::seconds)
            .unwrap_or_default(),
        incidents: fields.entry("incidentConfiguration").map(|entry| incidents(&entry.value)),
    }
}

fn incidents(node: &Node) -> IncidentRule {
    let grouping = node.get("groupingConfiguration").map(|entry| &entry.value);
    IncidentRule {
        create: node
            .get("createIncident")
            .is_none_or(|entry| entry.value.as_text().is_none_or(is_true)),
        grouping: grouping
            .filter(|grouping| is_true(&text(grouping, "enabled")))
            .map(|grouping| IncidentGrouping {
                matching: Matching::named(&text(grouping, "matchingMethod")).unwrap_or_default(),
                lookback: duration::seconds(&text(grouping, "lookbackDuration")).unwrap_or(LOOKBACK),
                reopen: is_true(&text(grouping, "reopenClosedIncident")),
                entities: texts(grouping, "groupByEntities"),
                alert_details: texts(grouping, "groupByAlertDetails"),
                custom_details: texts(grouping, "groupByCustomDetails"),
            }),
    }
}

fn is_true(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("true")
}

fn text(node: &Node, key: &str) -> String {
    let entry = node.get(key).filter(|entry| !entry.value.is_blank());
    entry.and_then(|entry| entry.value.as_text()).unwrap_or_default().trim().to_owned()
}

fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}

fn texts(node: &Node, key: &str) -> Vec<String> {
    let Some(entry) = node.get(key).filter(|entry| !entry.value.is_blank()) else {
        return Vec::new();
    };
    let texts = items(&entry.value).iter().filter_map(Node::as_text);
    texts.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn alerting(more: &str) -> Alerting {
        let text = format!("id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: A\nkind: Scheduled\nquery: T\n{more}");
        crate::load_text("rule.yaml", &text).hunts.into_iter().next().unwrap().alerting
    }

    #[test]
    fn a_rule_says_what_becomes_of_its_results() {
        let found = alerting(
            "alertDetailsOverride:\n  alertDisplayNameFormat: Sign-in of {{User}}\n  alertSeverityColumnName: Severity\n  \
             alertDynamicProperties:\n    - alertProperty: AlertLink\n      value: Link\n\
             eventGroupingSettings:\n  aggregationKind: AlertPerResult\nsuppressionEnabled: true\nsuppressionDuration: PT5H\n\
             incidentConfiguration:\n  createIncident: true\n  groupingConfiguration:\n    enabled: true\n    \
             lookbackDuration: 3d\n    reopenClosedIncident: true\n    matchingMethod: Selected\n    groupByEntities:\n      - Account\n    \
             groupByAlertDetails: [Severity]\n",
        );
        assert_eq!(found.title, "Sign-in of {{User}}");
        assert_eq!(found.severity_column, "Severity");
        assert_eq!(found.properties, [("AlertLink".to_owned(), "Link".to_owned())]);
        assert!(found.per_result);
        assert_eq!(found.suppression, 5 * 3600);
        let incidents = found.incidents.unwrap();
        assert!(incidents.create);
        let grouping = incidents.grouping.unwrap();
        assert_eq!(
            (grouping.matching, grouping.lookback, grouping.reopen),
            (Matching::Selected, 3 * 86_400, true)
        );
        assert_eq!(
            (grouping.entities, grouping.alert_details),
            (vec!["Account".to_owned()], vec!["Severity".to_owned()])
        );
    }

    #[test]
    fn a_rule_that_says_nothing_gets_the_defaults() {
        assert_eq!(alerting(""), Alerting::default());
        let off = alerting("suppressionEnabled: false\nsuppressionDuration: 5h\nincidentConfiguration:\n  createIncident: false\n");
        assert_eq!(off.suppression, 0);
        assert_eq!(
            off.incidents,
            Some(IncidentRule {
                create: false,
                grouping: None
            })
        );
    }
}
