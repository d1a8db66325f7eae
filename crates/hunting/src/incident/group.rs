//! Which incident an alert belongs to, as the rule's grouping says.

use std::collections::HashMap;

use quarry_content::{HuntSeverity, IncidentGrouping, Matching};
use quarry_value::json;
use quarry_value::parse;
use sha2::{Digest, Sha256};

use crate::finding::hex;
use crate::keep::literal;
use crate::runner::{QueryRunner, RunError, RunOptions};
use crate::schedule::{Alert, ScheduledRule};

/// Alerts of one incident: those that follow open another one.
const MOST_ALERTS: usize = 150;

/// The incident of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// Alerts of the rule make no incidents.
    None,
    /// One that is open.
    Joins(String),
    /// A new one.
    Opens(String),
    /// One that was closed, and is opened again.
    Reopens(String),
}

/// An incident of a group. Times are ends of windows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    id: String,
    first: i64,
    last: i64,
    alerts: usize,
    open: bool,
}

/// The incidents of the groups that were asked for: those of the lake, and those of the batch that is being made.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    known: HashMap<String, Vec<Known>>,
}

impl Groups {
    /// Finds the incident of an alert and gives it the alert.
    pub async fn place<R: QueryRunner>(&mut self, runner: &R, rule: &ScheduledRule<'_>, alert: &mut Alert) -> Result<Place, RunError> {
        if !rule.incidents.create {
            return Ok(Place::None);
        }
        let grouping = rule.incidents.grouping.as_ref();
        let group = grouping.and_then(|grouping| Some((grouping, group_of(rule, grouping, alert)?)));
        let place = match group {
            None => Place::Opens(alert.id.clone()),
            Some((grouping, group)) => {
                if !self.known.contains_key(&group) {
                    let found = in_lake(runner, &group).await?;
                    self.known.insert(group.clone(), found);
                }
                alert.group = group.clone();
                place(self.known.entry(group).or_default(), grouping, alert)
            }
        };
        if let Place::Joins(id) | Place::Opens(id) | Place::Reopens(id) = &place {
            alert.incident = id.clone();
        }
        Ok(place)
    }
}

fn place(known: &mut Vec<Known>, grouping: &IncidentGrouping, alert: &Alert) -> Place {
    let at = alert.window.to;
    let lookback = i64::try_from(grouping.lookback)
        .unwrap_or(i64::MAX)
        .saturating_mul(quarry_value::time::SECOND);
    let near = |one: &&mut Known| {
        let (first, last) = (one.first.saturating_sub(lookback), one.last.saturating_add(lookback));
        (first..=last).contains(&at) && one.alerts < MOST_ALERTS && (one.open || grouping.reopen)
    };
    match known.iter_mut().filter(near).max_by_key(|one| one.last) {
        Some(one) => {
            let was_open = std::mem::replace(&mut one.open, true);
            one.first = one.first.min(at);
            one.last = one.last.max(at);
            one.alerts += 1;
            if was_open {
                Place::Joins(one.id.clone())
            } else {
                Place::Reopens(one.id.clone())
            }
        }
        None => {
            known.push(Known {
                id: alert.id.clone(),
                first: at,
                last: at,
                alerts: 1,
                open: true,
            });
            Place::Opens(alert.id.clone())
        }
    }
}

/// What alerts of one incident have in common, as a hash. `None` for an alert that has nothing of it: it stands alone.
fn group_of(rule: &ScheduledRule<'_>, grouping: &IncidentGrouping, alert: &Alert) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let entities = |wanted: &dyn Fn(&str) -> bool| {
        let texts = alert.entities.iter().filter(|entity| wanted(&entity.kind)).map(|entity| {
            let mut text = String::new();
            entity.json(&mut text);
            text
        });
        let mut texts: Vec<String> = texts.collect();
        texts.sort();
        texts
    };
    match grouping.matching {
        Matching::AnyAlert => {}
        Matching::AllEntities => {
            parts = entities(&|_| true);
            if parts.is_empty() {
                return None;
            }
        }
        Matching::Selected => {
            parts.extend(entities(&|kind| {
                grouping.entities.iter().any(|wanted| wanted.eq_ignore_ascii_case(kind))
            }));
            for (name, values) in &alert.details {
                if grouping.custom_details.contains(name) {
                    parts.push(named(name, values.iter()));
                }
            }
            for detail in &grouping.alert_details {
                match detail.as_str() {
                    "DisplayName" => parts.push(named("DisplayName", [&alert.title].into_iter())),
                    "Severity" => {
                        let severity = alert.severity.map(HuntSeverity::name).unwrap_or_default().to_owned();
                        parts.push(named("Severity", [&severity].into_iter()));
                    }
                    _ => {}
                }
            }
            if parts.is_empty() {
                return None;
            }
        }
    }
    let mut hash = Sha256::new();
    for part in std::iter::once(&rule.key).chain(&parts) {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    Some(hex(hash.finalize().iter().take(16)))
}

fn named<'v>(name: &str, values: impl Iterator<Item = &'v String>) -> String {
    let mut values: Vec<&String> = values.collect();
    values.sort();
    let mut text = name.to_owned();
    for value in values {
        text.push('=');
        json::quote(value, &mut text);
    }
    text
}

/// The incidents of a group that a lake has.
async fn in_lake<R: QueryRunner>(runner: &R, group: &str) -> Result<Vec<Known>, RunError> {
    let query = format!(
        "_alerts | where Group == {}\n| summarize First = min(To), Last = max(To), Alerts = count() by Incident\n\
         | lookup kind=leftouter (_incidents | summarize arg_max(TimeGenerated, State) by Incident | project Incident, State) on Incident\n\
         | project Incident, First, Last, Alerts, State",
        literal(group)
    );
    let table = runner.run(&query, &RunOptions::default()).await?;
    let known = table.iter().filter_map(|row| {
        Some(Known {
            id: row.text(0),
            first: parse::datetime(&row.text(1))?,
            last: parse::datetime(&row.text(2))?,
            alerts: row.text(3).parse().ok()?,
            open: row.text(4) != super::IncidentState::Closed.name(),
        })
    });
    Ok(known.collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use quarry_value::time::HOUR;

    use super::*;
    use crate::finding::Entity;
    use crate::functions::Functions;
    use crate::schedule::{Plan, Window};
    use crate::table::ResultTable;

    /// A lake without alerts.
    struct Nothing;

    impl QueryRunner for Nothing {
        async fn run(&self, _: &str, _: &RunOptions) -> Result<ResultTable, RunError> {
            Ok(ResultTable::default())
        }

        async fn rows_excluded(&self, _: &str, _: &RunOptions, _: &quarry_engine::Exclusion) -> Result<u64, RunError> {
            Ok(0)
        }
    }

    fn alert(hour: i64, accounts: &[&str], severity: HuntSeverity) -> Alert {
        let entities = accounts.iter().map(|name| Entity {
            kind: "Account".to_owned(),
            identifiers: vec![("Name".to_owned(), (*name).to_owned())],
        });
        Alert {
            id: format!("{hour}-{}-{}", accounts.join("+"), severity.name()),
            run: "run".to_owned(),
            title: "Title".to_owned(),
            description: String::new(),
            severity: Some(severity),
            tactics: Vec::new(),
            window: Window {
                from: None,
                to: hour * HOUR,
            },
            entities: entities.collect(),
            details: vec![("Who".to_owned(), accounts.iter().map(|name| (*name).to_owned()).collect())],
            properties: Vec::new(),
            findings: Vec::new(),
            sample: Vec::new(),
            rows: 1,
            incident: String::new(),
            group: String::new(),
        }
    }

    /// The incident of each of some alerts, by the alert that opened it.
    async fn placed(grouping: &str, alerts: &[(i64, &[&str])]) -> Vec<String> {
        let text = format!("id: 11111111-2222-3333-4444-555555555555\nname: R\nkind: NRT\nquery: T\nincidentConfiguration:\n{grouping}");
        let hunts = quarry_content::load_text("rule.yaml", &text).hunts;
        let file = quarry_content::schedule_file::read("content: [a]\n").unwrap();
        let plan = Plan::new(&file, "t", &[&hunts[0]], &Functions::default()).unwrap();
        let mut groups = Groups::default();
        let mut places = Vec::new();
        for (hour, accounts) in alerts {
            let mut alert = alert(*hour, accounts, HuntSeverity::Low);
            groups.place(&Nothing, &plan.rules[0], &mut alert).await.unwrap();
            places.push(alert.incident.split("-Low").next().unwrap_or_default().to_owned());
        }
        places
    }

    const GROUPED: &str = "  createIncident: true\n  groupingConfiguration:\n    enabled: true\n    lookbackDuration: 5h\n";

    #[tokio::test]
    async fn alerts_are_alone_unless_the_rule_groups_them() {
        let alerts: [(i64, &[&str]); 2] = [(1, &["a"]), (2, &["a"])];
        assert_eq!(placed("  createIncident: true\n", &alerts).await, ["1-a", "2-a"]);
        assert_eq!(placed("  createIncident: false\n", &alerts).await, ["", ""]);
        let off = "  createIncident: true\n  groupingConfiguration:\n    enabled: false\n    matchingMethod: AnyAlert\n";
        assert_eq!(placed(off, &alerts).await, ["1-a", "2-a"]);
    }

    #[tokio::test]
    async fn the_same_entities_within_the_time_make_one() {
        let alerts: [(i64, &[&str]); 7] = [
            (1, &["a", "b"]),
            (2, &["b", "a"]),
            (3, &["a"]),
            (6, &["a", "b"]),
            (12, &["a", "b"]),
            (8, &["a"]),
            (9, &[]),
        ];
        let grouping = format!("{GROUPED}    matchingMethod: AllEntities\n");
        assert_eq!(
            placed(&grouping, &alerts).await,
            ["1-a+b", "1-a+b", "3-a", "1-a+b", "12-a+b", "3-a", "9-"]
        );
        let any = format!("{GROUPED}    matchingMethod: AnyAlert\n");
        assert_eq!(placed(&any, &alerts[..3]).await, ["1-a+b", "1-a+b", "1-a+b"]);
    }

    #[tokio::test]
    async fn what_is_selected_counts_alone() {
        let alerts: [(i64, &[&str]); 3] = [(1, &["a"]), (2, &["b"]), (3, &["a"])];
        let severity = format!("{GROUPED}    matchingMethod: Selected\n    groupByAlertDetails:\n      - Severity\n");
        assert_eq!(placed(&severity, &alerts).await, ["1-a", "1-a", "1-a"]);
        let details = format!("{GROUPED}    matchingMethod: Selected\n    groupByCustomDetails:\n      - Who\n");
        assert_eq!(placed(&details, &alerts).await, ["1-a", "2-b", "1-a"]);
        let hosts = format!("{GROUPED}    matchingMethod: Selected\n    groupByEntities:\n      - Host\n");
        assert_eq!(placed(&hosts, &alerts).await, ["1-a", "2-b", "3-a"]);
    }

    #[test]
    fn a_closed_incident_is_opened_again_or_left_closed() {
        let mut grouping = IncidentGrouping {
            matching: Matching::AnyAlert,
            lookback: 5 * 3600,
            reopen: true,
            entities: Vec::new(),
            alert_details: Vec::new(),
            custom_details: Vec::new(),
        };
        let closed = |alerts| {
            vec![Known {
                id: "old".to_owned(),
                first: 0,
                last: HOUR,
                alerts,
                open: false,
            }]
        };
        let alert = alert(2, &["a"], HuntSeverity::Low);
        let mut known = closed(1);
        assert_eq!(place(&mut known, &grouping, &alert), Place::Reopens("old".to_owned()));
        assert_eq!(place(&mut known, &grouping, &alert), Place::Joins("old".to_owned()));
        assert_eq!(place(&mut closed(MOST_ALERTS), &grouping, &alert), Place::Opens(alert.id.clone()));
        grouping.reopen = false;
        assert_eq!(place(&mut closed(1), &grouping, &alert), Place::Opens(alert.id.clone()));
    }
}
