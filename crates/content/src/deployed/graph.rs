//! Custom detections of Defender XDR, in the shape that Microsoft Graph has now and in the one before it.

use quarry_text::{Diagnostic, Span};

use crate::alerting::Alerting;
use crate::defender::{ENTITIES, FREQUENCIES};
use crate::duration;
use crate::fields::Fields;
use crate::hunt::query_text;
use crate::model::{ColumnUse, EntityMapping, Hunt, HuntKind, HuntSeverity, Schedule, Trigger};
use crate::node::{Node, Value};
use crate::validate;

/// What a rule says of its alerts.
struct Alerts<'n> {
    template: Option<&'n Node>,
}

impl<'n> Alerts<'n> {
    fn get(&self, key: &str) -> Option<&'n Node> {
        let entry = self.template?.get(key).filter(|entry| !entry.value.is_blank())?;
        Some(&entry.value)
    }

    fn text(&self, key: &str) -> String {
        self.get(key).and_then(Node::as_text).unwrap_or_default().trim().to_owned()
    }
}

/// A rule. `None`, with an error, when it has no query.
pub(super) fn rule(node: &Node, source: &str, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Hunt> {
    let condition = &node.get("queryCondition")?.value;
    let mut fields = Fields::new(node, diagnostics);
    let owned = |found: Option<(&str, Span)>| found.map(|(text, _)| text.to_owned()).unwrap_or_default();
    let name = owned(fields.expected_text("displayName"));
    let id = owned(fields.text("id").or_else(|| fields.text("detectorId")));
    let said = owned(fields.text("description"));
    let Some(entry) = condition.get("queryText").filter(|entry| !entry.value.is_blank()) else {
        let message = "no `queryText`, so there is nothing to hunt with";
        diagnostics.push(Diagnostic::error(crate::code::MISSING_FIELD, message, condition.span));
        return None;
    };
    let query = query_text(&entry.value, entry.key_span, source, diagnostics)?;
    let alerts = Alerts {
        template: node
            .get("detectionAction")
            .and_then(|action| action.value.get("alertTemplate"))
            .map(|entry| &entry.value),
    };
    let description = if said.is_empty() { alerts.text("description") } else { said };
    let (kind, schedule) = schedule(node);
    let (tactics, techniques) = attack(&alerts, diagnostics);
    let (custom_details, mut column_uses) = details(&alerts);
    let entity_mappings = entities(&alerts, &mut column_uses);
    let severity = alerts.text("severity");
    let other = |text: String, usual: &str| if text == usual { String::new() } else { text };
    Some(Hunt {
        id,
        severity: HuntSeverity::ALL
            .into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(&severity)),
        tactics,
        techniques,
        entity_mappings,
        column_uses,
        custom_details,
        alerting: Alerting {
            title: other(alerts.text("title"), &name),
            description: other(alerts.text("description"), &description),
            per_result: !alerts.text("eventGroupingKind").eq_ignore_ascii_case("singleAlert"),
            ..Alerting::default()
        },
        description,
        name,
        schedule: Some(schedule),
        ..Hunt::of(query, kind, path)
    })
}

/// How often a rule runs; how far it looks back follows from that.
fn schedule(node: &Node) -> (HuntKind, Schedule) {
    let schedule = node.get("schedule").map(|entry| &entry.value);
    let text = ["frequency", "period"]
        .iter()
        .find_map(|key| schedule?.get(key)?.value.as_text())
        .unwrap_or_default();
    let seconds = if text == "0" { Some(0) } else { duration::seconds(text) };
    let kind = if seconds == Some(0) {
        HuntKind::NearRealTime
    } else {
        HuntKind::Scheduled
    };
    let frequency = seconds.unwrap_or_default();
    let back = FREQUENCIES.iter().find(|(known, _)| *known == frequency);
    let schedule = Schedule {
        frequency,
        period: back.map_or(0, |(_, back)| *back),
        trigger: Trigger::GreaterThan,
        threshold: 0,
    };
    (kind, schedule)
}

fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

/// Tactics and techniques: as a tree, or as a category and a list.
fn attack(alerts: &Alerts<'_>, diagnostics: &mut Vec<Diagnostic>) -> (Vec<String>, Vec<String>) {
    let mut tactics: Vec<(&str, Span)> = Vec::new();
    let mut techniques: Vec<(&str, Span)> = Vec::new();
    for branch in items(alerts.get("tactics")) {
        let name = branch.get("tactic").map(|entry| &entry.value).unwrap_or(branch);
        tactics.extend(name.as_text().map(|text| (text.trim(), name.span)));
        for technique in items(branch.get("techniques").map(|entry| &entry.value)) {
            let subs = items(technique.get("subTechniques").map(|entry| &entry.value));
            let base = technique.get("technique").map(|entry| &entry.value).unwrap_or(technique);
            let all = if subs.is_empty() { std::slice::from_ref(base) } else { subs };
            techniques.extend(all.iter().filter_map(|one| Some((one.as_text()?.trim(), one.span))));
        }
    }
    if tactics.is_empty() {
        let category = alerts.get("category");
        tactics.extend(category.and_then(|node| Some((node.as_text()?.trim(), node.span))));
    }
    let listed = items(alerts.get("mitreTechniques"));
    techniques.extend(listed.iter().filter_map(|one| Some((one.as_text()?.trim(), one.span))));
    let tactics = tactics
        .into_iter()
        .map(|(name, span)| validate::tactic(name, span, diagnostics))
        .collect();
    let techniques = techniques
        .into_iter()
        .filter_map(|(text, span)| validate::technique(text, span, diagnostics))
        .collect();
    (tactics, techniques)
}

fn details(alerts: &Alerts<'_>) -> (Vec<(String, String)>, Vec<ColumnUse>) {
    let (mut details, mut uses) = (Vec::new(), Vec::new());
    for entry in alerts.get("customDetails").map(Node::entries).unwrap_or_default() {
        if let Some(column) = entry.value.as_text().map(str::trim) {
            details.push((entry.key.clone(), column.to_owned()));
            uses.push(used(column, &entry.value));
        }
    }
    (details, uses)
}

fn used(column: &str, node: &Node) -> ColumnUse {
    ColumnUse {
        column: column.to_owned(),
        span: node.span,
    }
}

/// Entities by collection, with a column for each property. The assets of older rules name columns by what they mean, and need no mapping.
fn entities(alerts: &Alerts<'_>, uses: &mut Vec<ColumnUse>) -> Vec<EntityMapping> {
    let mut mappings: Vec<EntityMapping> = Vec::new();
    for collection in alerts.get("entityMappings").map(Node::entries).unwrap_or_default() {
        for object in items(Some(&collection.value)) {
            let first = mappings.len();
            for property in object.entries() {
                let known = ENTITIES
                    .iter()
                    .filter(|(_, name, _)| *name == collection.key)
                    .find_map(|(entity, _, properties)| {
                        let found = properties.iter().find(|(_, name)| *name == property.key)?;
                        Some((*entity, found.0))
                    });
                let (Some((entity, identifier)), Some(column)) = (known, property.value.as_text().map(str::trim)) else {
                    continue;
                };
                // The algorithm is told by the name of the property.
                let identifier = if entity == "FileHash" { "Value" } else { identifier };
                uses.push(used(column, &property.value));
                let field = (identifier.to_owned(), column.to_owned());
                let same = mappings.iter_mut().skip(first).find(|mapping| mapping.entity == entity);
                match same {
                    Some(mapping) => mapping.fields.push(field),
                    None => mappings.push(EntityMapping {
                        entity: entity.to_owned(),
                        fields: vec![field],
                    }),
                }
            }
        }
    }
    mappings
}
