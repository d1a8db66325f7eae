//! From findings to alerts: one for all, or one for each, with the texts and details that the rule asks for.

use quarry_content::{Alerting, HuntSeverity};
use quarry_value::json;
use sha2::{Digest, Sha256};

use super::due::Window;
use super::rules::ScheduledRule;
use crate::finding::{Entity, Finding, hex};
use crate::table::{ResultTable, Row};

/// Alerts of one look at a window, where each result is one: the last of them stands for all that are left.
const MOST_ALERTS: usize = 150;
const MOST_ENTITIES: usize = 500;
const MOST_VALUES: usize = 50;
/// Rows that an alert shows.
const SAMPLE: usize = 10;
const LONGEST_TITLE: usize = 256;
const LONGEST_DESCRIPTION: usize = 5_000;

/// What a rule raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The same for the same rule, window and findings: 32 hexadecimal digits.
    pub id: String,
    pub run: String,
    pub title: String,
    pub description: String,
    pub severity: Option<HuntSeverity>,
    pub tactics: Vec<String>,
    pub window: Window,
    pub entities: Vec<Entity>,
    /// Custom details: a name and the values of its column.
    pub details: Vec<(String, Vec<String>)>,
    /// Properties of the alert itself, such as a link.
    pub properties: Vec<(String, String)>,
    /// Fingerprints.
    pub findings: Vec<String>,
    /// The first rows, as JSON objects.
    pub sample: Vec<String>,
    /// Result rows that made it fire.
    pub rows: usize,
    pub incident: String,
    /// What alerts of one incident have in common; empty where each is an incident of its own.
    pub group: String,
}

/// The alerts of new findings in a window. `rows` is how many rows the query gave; without findings, that number alone is the news.
pub(crate) fn alerts(
    rule: &ScheduledRule<'_>,
    window: Window,
    run: &str,
    table: &ResultTable,
    found: &[(Finding, Row<'_>)],
    rows: usize,
) -> Vec<Alert> {
    if !rule.per_result || found.len() < 2 {
        return vec![alert(rule, window, run, table, found, rows)];
    }
    let single = if found.len() > MOST_ALERTS { MOST_ALERTS - 1 } else { found.len() };
    let (each, rest) = found.split_at(single);
    let mut alerts: Vec<Alert> = each
        .iter()
        .map(|one| alert(rule, window, run, table, std::slice::from_ref(one), one.0.rows))
        .collect();
    if !rest.is_empty() {
        let rows = rest.iter().map(|(finding, _)| finding.rows).sum();
        alerts.push(alert(rule, window, run, table, rest, rows));
    }
    alerts
}

fn alert(rule: &ScheduledRule<'_>, window: Window, run: &str, table: &ResultTable, found: &[(Finding, Row<'_>)], rows: usize) -> Alert {
    let hunt = rule.hunt;
    let wanted: &Alerting = &hunt.alerting;
    let first = found.first().map(|(_, row)| *row);
    let cell = |column: &str| match (table.position(column), first) {
        (Some(at), Some(row)) => row.text(at),
        _ => String::new(),
    };
    let written = |format: &str, otherwise: &str, most: usize| {
        let text = fill(format, &cell);
        let text = if text.trim().is_empty() { otherwise } else { text.trim() };
        shortened(text, most)
    };
    let mut entities: Vec<Entity> = Vec::new();
    for entity in found.iter().flat_map(|(finding, _)| &finding.entities) {
        if entities.len() < MOST_ENTITIES && !entities.contains(entity) {
            entities.push(entity.clone());
        }
    }
    let details = hunt.custom_details.iter().filter_map(|(name, column)| {
        let at = table.position(column)?;
        let mut values: Vec<String> = Vec::new();
        for text in found.iter().map(|(_, row)| row.text(at)) {
            if values.len() < MOST_VALUES && !text.is_empty() && !values.contains(&text) {
                values.push(text);
            }
        }
        Some((name.clone(), values))
    });
    let properties = wanted.properties.iter().map(|(property, column)| (property.clone(), cell(column)));
    let tactics = words(&cell(&wanted.tactics_column));
    let severity = cell(&wanted.severity_column);
    let severity = HuntSeverity::ALL
        .into_iter()
        .find(|known| known.name().eq_ignore_ascii_case(severity.trim()));
    let mut findings: Vec<String> = found.iter().map(|(finding, _)| finding.fingerprint.clone()).collect();
    let sample = found.iter().take(SAMPLE).map(|(finding, _)| finding.row.clone()).collect();
    findings.sort();
    Alert {
        id: identity(run, &findings),
        run: run.to_owned(),
        title: written(&wanted.title, hunt.title(), LONGEST_TITLE),
        description: written(&wanted.description, &hunt.description, LONGEST_DESCRIPTION),
        severity: severity.or(rule.severity),
        tactics: if tactics.is_empty() { hunt.tactics.clone() } else { tactics },
        window,
        entities,
        details: details.collect(),
        properties: properties.filter(|(_, value)| !value.is_empty()).collect(),
        findings,
        sample,
        rows,
        incident: String::new(),
        group: String::new(),
    }
}

/// Puts values in the places of `{{Column}}`.
fn fill(format: &str, cell: &dyn Fn(&str) -> String) -> String {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("{{") {
        text.push_str(before);
        match after.split_once("}}") {
            Some((column, after)) => {
                text.push_str(&cell(column.trim()));
                rest = after;
            }
            None => {
                text.push_str("{{");
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// The words of a cell: an array, or words between commas.
fn words(text: &str) -> Vec<String> {
    let words: Vec<String> = match serde_json::from_str::<Vec<String>>(text) {
        Ok(words) => words,
        Err(_) => text.split(',').map(str::to_owned).collect(),
    };
    let trimmed = words.iter().map(|word| word.trim().to_owned());
    trimmed.filter(|word| !word.is_empty()).collect()
}

fn identity(run: &str, findings: &[String]) -> String {
    let mut hash = Sha256::new();
    for part in std::iter::once(run).chain(findings.iter().map(String::as_str)) {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex(hash.finalize().iter().take(16))
}

/// Names with their values as a JSON object.
pub(crate) fn object<V>(pairs: &[(String, V)], write: impl Fn(&V, &mut String)) -> String {
    let mut text = String::from("{");
    for (at, (name, value)) in pairs.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        json::quote(name, &mut text);
        text.push(':');
        write(value, &mut text);
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewArray};
    use arrow::datatypes::{DataType, Field, Schema};
    use quarry_content::Hunt;
    use quarry_schema::KqlType;

    use super::*;
    use crate::finding::findings_with_rows;
    use crate::functions::Functions;
    use crate::schedule::rules::Plan;

    fn hunt(more: &str) -> Hunt {
        let text = format!(
            "id: 11111111-2222-3333-4444-555555555555\nname: Reads\ndescription: Many reads\nkind: Scheduled\nseverity: Low\n\
             queryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0\ntactics:\n  - Collection\nquery: T\n{more}"
        );
        quarry_content::load_text("rule.yaml", &text).hunts.into_iter().next().unwrap()
    }

    fn table(users: usize) -> ResultTable {
        let names: Vec<String> = (0..users).map(|at| format!("user{at}")).collect();
        let names: ArrayRef = Arc::new(StringViewArray::from_iter_values(names.iter()));
        let counts: ArrayRef = Arc::new(Int64Array::from_iter_values(0..i64::try_from(users).unwrap()));
        let schema = Schema::new(vec![
            Field::new("u", DataType::Utf8View, true),
            Field::new("c", DataType::Int64, true),
        ]);
        ResultTable {
            columns: vec![("UserId".to_owned(), KqlType::String), ("Reads".to_owned(), KqlType::Long)],
            identity: vec![0],
            batches: vec![RecordBatch::try_new(Arc::new(schema), vec![names, counts]).unwrap()],
            ..ResultTable::default()
        }
    }

    fn raised(more: &str, users: usize) -> Vec<Alert> {
        let hunt = hunt(more);
        let file = quarry_content::schedule_file::read("content: [a]\n").unwrap();
        let plan = Plan::new(&file, "t", &[&hunt], &Functions::default()).unwrap();
        let table = table(users);
        let found = findings_with_rows(&hunt, &table);
        alerts(&plan.rules[0], Window { from: Some(0), to: 10 }, "run", &table, &found, users)
    }

    #[test]
    fn one_alert_stands_for_all_results_unless_each_is_one() {
        let all = raised("", 3);
        assert_eq!((all.len(), all[0].findings.len(), all[0].rows), (1, 3, 3));
        assert_eq!((all[0].title.as_str(), all[0].description.as_str()), ("Reads", "Many reads"));
        let each = raised("eventGroupingSettings:\n  aggregationKind: AlertPerResult\n", 3);
        assert_eq!(each.len(), 3);
        assert_ne!(each[0].id, each[1].id);
        assert_eq!(
            each[0].id,
            raised("eventGroupingSettings:\n  aggregationKind: AlertPerResult\n", 3)[0].id
        );
    }

    #[test]
    fn very_many_results_end_in_one_alert() {
        let each = raised("eventGroupingSettings:\n  aggregationKind: AlertPerResult\n", 200);
        assert_eq!(each.len(), MOST_ALERTS);
        assert_eq!(each[MOST_ALERTS - 1].findings.len(), 51);
        let at_most = raised("eventGroupingSettings:\n  aggregationKind: AlertPerResult\n", 150);
        assert!(at_most.iter().all(|alert| alert.findings.len() == 1));
    }

    #[test]
    fn the_rule_says_what_stands_in_its_alerts() {
        let found = raised(
            "alertDetailsOverride:\n  alertDisplayNameFormat: '{{UserId}} read {{Reads}} of {{Nothing}}times'\n  \
             alertDescriptionFormat: '{{Nothing}}'\n  alertSeverityColumnName: UserId\n  alertTacticsColumnName: UserId\n  \
             alertDynamicProperties:\n    - alertProperty: AlertLink\n      value: UserId\ncustomDetails:\n  Who: UserId\n",
            2,
        );
        assert_eq!(found[0].title, "user0 read 0 of times");
        assert_eq!(found[0].description, "Many reads");
        assert_eq!(found[0].severity, Some(HuntSeverity::Low));
        assert_eq!(found[0].tactics, ["user0"]);
        assert_eq!(found[0].details, [("Who".to_owned(), vec!["user0".to_owned(), "user1".to_owned()])]);
        assert_eq!(found[0].properties, [("AlertLink".to_owned(), "user0".to_owned())]);
        assert_eq!(found[0].entities.len(), 2);
    }

    #[test]
    fn places_without_an_end_stay() {
        assert_eq!(fill("a {{b", &|_| "x".to_owned()), "a {{b");
        assert_eq!(fill("{{ a }}{{b}}", &|column| column.to_uppercase()), "AB");
        assert_eq!(words("[\"Impact\",\"Discovery\"]"), ["Impact", "Discovery"]);
        assert_eq!(words("Impact, Discovery"), ["Impact", "Discovery"]);
        assert_eq!(shortened("abc", 2), "a…");
    }
}
