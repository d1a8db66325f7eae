//! Alerts as rows of their journal.

use quarry_content::HuntSeverity;
use quarry_storage::Entry;
use quarry_value::json;

use super::alerts::{Alert, object};
use super::rules::ScheduledRule;
use crate::keep::json_list;

/// A row of `_alerts`. The sinks are those that want to know of an alert of its severity.
pub(super) fn alert_row(alert: &Alert, rule: &ScheduledRule<'_>, schedule: &str, written: i64) -> Vec<Entry> {
    let text = |text: &str| Entry::Text(text.to_owned());
    let quoted = |items: &[String]| json_list(items.iter(), |item, out| json::quote(item, out));
    let wanted = |least: &Option<HuntSeverity>| match (least, alert.severity) {
        (Some(least), Some(severity)) => severity <= *least,
        _ => true,
    };
    let sinks: Vec<String> = rule
        .sinks
        .iter()
        .filter(|(_, least)| wanted(least))
        .map(|(name, _)| name.clone())
        .collect();
    let details = object(&alert.details, |values: &Vec<String>, out| {
        if let Entry::Json(array) = quoted(values) {
            out.push_str(&array);
        }
    });
    vec![
        Entry::Time(written),
        text(&alert.id),
        text(schedule),
        text(&alert.run),
        text(&rule.key),
        text(rule.hunt.title()),
        text(&rule.hunt.version),
        text(&alert.title),
        text(&alert.description),
        text(alert.severity.map(HuntSeverity::name).unwrap_or_default()),
        quoted(&alert.tactics),
        quoted(&rule.hunt.techniques),
        alert.window.from.map_or(Entry::Null, Entry::Time),
        Entry::Time(alert.window.to),
        json_list(alert.entities.iter(), |entity, out| entity.json(out)),
        Entry::Json(details),
        Entry::Json(object(&alert.properties, |value: &String, out| json::quote(value, out))),
        quoted(&alert.findings),
        Entry::Long(i64::try_from(alert.rows).unwrap_or(i64::MAX)),
        json_list(alert.sample.iter(), |row, out| out.push_str(row)),
        text(&alert.group),
        text(&alert.incident),
        quoted(&sinks),
    ]
}
