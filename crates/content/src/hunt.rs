//! From the fields of a document to a hunt.

use quarry_text::{Diagnostic, Span, suggest};

use crate::alerting;
use crate::code;
use crate::fields::Fields;
use crate::map::TextMap;
use crate::model::{ColumnUse, Connector, EntityMapping, Hunt, HuntKind, HuntSeverity, QueryText, Schedule, Trigger};
use crate::node::{Node, Value};
use crate::official;
use crate::validate;

const EXPLORATION_FIELDS: &[&str] = &[
    "Id",
    "DisplayName",
    "Description",
    "InputEntityType",
    "InputFields",
    "OutputEntityTypes",
    "QueryPeriodBefore",
    "QueryPeriodAfter",
    "DataSources",
    "Tactics",
    "query",
];

/// A hunting query, a rule or an exploration query. `None`, with an error, when it has no query.
pub(crate) fn read(document: &Node, source: &str, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Hunt> {
    let exploration = document.get("InputEntityType").is_some();
    let mut fields = Fields::new(document, diagnostics);
    let known = if exploration {
        EXPLORATION_FIELDS
    } else {
        crate::flat::DOCUMENT_FIELDS
    };
    fields.unknown_keys(known);
    let kind = if exploration { HuntKind::Exploration } else { kind(&mut fields) };
    let rule = matches!(kind, HuntKind::Scheduled | HuntKind::NearRealTime);
    let id = fields.expected_text("id");
    if let Some((id, span)) = id {
        validate::guid(id, span, fields.diagnostics);
    }
    let name = fields.expected_text(if exploration { "DisplayName" } else { "name" });
    let description = description(&mut fields);
    let severity = severity(&mut fields, rule);
    let tactics = fields.texts("tactics");
    let tactics: Vec<String> = tactics
        .into_iter()
        .map(|(name, span)| validate::tactic(name, span, fields.diagnostics))
        .collect();
    let techniques = techniques(&mut fields);
    official::techniques(&tactics, &techniques, fields.diagnostics);
    let techniques = techniques.into_iter().map(|(technique, _)| technique).collect();
    let connectors = connectors(&mut fields, rule);
    let schedule = rule.then(|| schedule(&mut fields, kind));
    let version = if rule {
        fields.expected_text("version")
    } else {
        fields.text("version")
    };
    if let Some((version, span)) = version {
        validate::version(version, span, fields.diagnostics);
    }
    let (entity_mappings, mut column_uses) = entity_mappings(&mut fields);
    column_uses.extend(official::fields(&mut fields, kind));
    let custom_details = custom_details(&mut fields);
    let alerting = alerting::read(&fields);
    let tags = tags(&fields);
    let query = query(&mut fields, source)?;
    if rule {
        let place = fields.entry("query").map_or(fields.head(), |entry| entry.key_span);
        official::query_length(&query.text, place, fields.diagnostics);
    }
    Some(Hunt {
        id: owned(id),
        name: owned(name),
        description,
        severity,
        tactics,
        techniques,
        connectors,
        entity_mappings,
        column_uses,
        custom_details,
        alerting,
        schedule,
        version: owned(version),
        tags,
        ..Hunt::of(query, kind, path)
    })
}

fn owned(text: Option<(&str, Span)>) -> String {
    text.map(|(text, _)| text.to_owned()).unwrap_or_default()
}

fn kind(fields: &mut Fields<'_>) -> HuntKind {
    match fields.text("kind") {
        Some((text, span)) if text.eq_ignore_ascii_case("Scheduled") => {
            validate::spelling("kind", text, "Scheduled", span, fields.diagnostics);
            HuntKind::Scheduled
        }
        Some((text, span)) if text.eq_ignore_ascii_case("NRT") => {
            validate::spelling("kind", text, "NRT", span, fields.diagnostics);
            HuntKind::NearRealTime
        }
        None if fields.entry("queryFrequency").is_some() => HuntKind::Scheduled,
        None => HuntKind::Hunting,
        Some((text, span)) => {
            let diagnostic = Diagnostic::warning(code::UNKNOWN_VALUE, format!("no kind of rule is called `{text}`"), span)
                .with_help("the kinds are `Scheduled` and `NRT`; hunting queries have none");
            fields.diagnostics.push(diagnostic);
            HuntKind::Hunting
        }
    }
}

fn description(fields: &mut Fields<'_>) -> String {
    let short = fields.expected_text("description");
    // The detailed one usually starts by repeating the short one.
    let detailed = fields.text("description-detailed");
    let text = detailed.or(short).map(|(text, _)| text).unwrap_or_default();
    text.trim_matches('\'').trim().to_owned()
}

fn severity(fields: &mut Fields<'_>, required: bool) -> Option<HuntSeverity> {
    let (text, span) = if required {
        fields.expected_text("severity")?
    } else {
        fields.text("severity")?
    };
    let exact = HuntSeverity::ALL
        .into_iter()
        .find(|severity| severity.name().eq_ignore_ascii_case(text));
    if let Some(exact) = exact {
        validate::spelling("severity", text, exact.name(), span, fields.diagnostics);
        return Some(exact);
    }
    let close = suggest::closest(text, HuntSeverity::ALL.iter().map(|severity| severity.name()));
    let help = close.map_or_else(
        || "the severities are High, Medium, Low and Informational".to_owned(),
        |close| format!("did you mean `{close}`?"),
    );
    let message = format!("no severity is called `{text}`");
    fields
        .diagnostics
        .push(Diagnostic::warning(code::UNKNOWN_VALUE, message, span).with_help(help));
    HuntSeverity::ALL.into_iter().find(|severity| Some(severity.name()) == close)
}

fn techniques(fields: &mut Fields<'_>) -> Vec<(String, Span)> {
    let mut found = fields.texts("relevantTechniques");
    if found.is_empty() {
        found = fields.texts("techniques");
    }
    found
        .into_iter()
        .filter_map(|(text, span)| Some((validate::technique(text, span, fields.diagnostics)?, span)))
        .collect()
}

fn connectors(fields: &mut Fields<'_>, required: bool) -> Vec<Connector> {
    if required && fields.entry("requiredDataConnectors").is_none() {
        let span = fields.head();
        fields
            .diagnostics
            .push(Diagnostic::warning(code::MISSING_FIELD, "no `requiredDataConnectors`", span));
    }
    let mut connectors: Vec<Connector> = Vec::new();
    for node in fields.maps("requiredDataConnectors") {
        let mut inner = Fields::new(node, fields.diagnostics);
        let id = owned(inner.expected_text("connectorId"));
        let data_types = inner.texts("dataTypes").into_iter().map(|(text, _)| text.to_owned()).collect();
        connectors.push(Connector { id, data_types });
    }
    if connectors.is_empty() {
        // Exploration queries name their tables alone.
        let tables: Vec<String> = fields.texts("DataSources").into_iter().map(|(text, _)| text.to_owned()).collect();
        if !tables.is_empty() {
            connectors.push(Connector {
                id: String::new(),
                data_types: tables,
            });
        }
    }
    connectors
}

fn schedule(fields: &mut Fields<'_>, kind: HuntKind) -> Schedule {
    if kind == HuntKind::NearRealTime {
        return Schedule {
            frequency: 0,
            period: 0,
            trigger: Trigger::GreaterThan,
            threshold: 0,
        };
    }
    let mut duration = |key: &str| {
        let (text, span) = fields.expected_text(key)?;
        validate::duration(key, text, span, fields.diagnostics).map(|seconds| (seconds, span))
    };
    let frequency = duration("queryFrequency");
    let period = duration("queryPeriod");
    if let (Some((frequency, _)), Some((period, span))) = (frequency, period) {
        validate::window(frequency, period, span, fields.diagnostics);
    }
    let seconds = |found: Option<(u64, Span)>| found.map_or(0, |(seconds, _)| seconds);
    Schedule {
        frequency: seconds(frequency),
        period: seconds(period),
        trigger: trigger(fields),
        threshold: threshold(fields),
    }
}

fn trigger(fields: &mut Fields<'_>) -> Trigger {
    let Some((text, span)) = fields.expected_text("triggerOperator") else {
        return Trigger::GreaterThan;
    };
    match text.to_ascii_lowercase().as_str() {
        "gt" | "greaterthan" => Trigger::GreaterThan,
        "lt" | "lessthan" => Trigger::LessThan,
        "eq" | "equal" => Trigger::Equal,
        "ne" | "notequal" => Trigger::NotEqual,
        _ => {
            let message = format!("no trigger operator is called `{text}`");
            fields.diagnostics.push(
                Diagnostic::warning(code::UNKNOWN_VALUE, message, span).with_help("the operators are gt, lt, eq and ne; `gt` is assumed"),
            );
            Trigger::GreaterThan
        }
    }
}

fn threshold(fields: &mut Fields<'_>) -> i64 {
    let Some((text, span)) = fields.expected_text("triggerThreshold") else {
        return 0;
    };
    match text.parse::<i64>() {
        Ok(number) if (0..=10_000).contains(&number) => number,
        _ => {
            let message = format!("`triggerThreshold` must be a whole number from 0 to 10000, not `{text}`");
            fields.diagnostics.push(Diagnostic::warning(code::NUMBER, message, span));
            0
        }
    }
}

fn entity_mappings(fields: &mut Fields<'_>) -> (Vec<EntityMapping>, Vec<ColumnUse>) {
    let mut mappings = Vec::new();
    for node in fields.maps("entityMappings") {
        let mut inner = Fields::new(node, fields.diagnostics);
        let entity = inner.expected_text("entityType").map(|(name, span)| (name.to_owned(), span));
        let mut pairs: Vec<official::Pair> = Vec::new();
        for field in inner.maps("fieldMappings") {
            let mut pair = Fields::new(field, inner.diagnostics);
            if let (Some((identifier, place)), Some((column, column_place))) =
                (pair.expected_text("identifier"), pair.expected_text("columnName"))
            {
                pairs.push(official::Pair {
                    identifier: identifier.to_owned(),
                    place,
                    column: column.to_owned(),
                    column_place,
                });
            }
        }
        if let Some((name, span)) = &entity {
            let identifiers: Vec<&str> = pairs.iter().map(|pair| pair.identifier.as_str()).collect();
            validate::entity(name, &identifiers, *span, inner.diagnostics);
        }
        if pairs.is_empty() {
            let span = node.entries().first().map_or(node.span, |entry| entry.key_span);
            inner.diagnostics.push(Diagnostic::warning(
                code::ENTITY_MAPPING,
                "this entity mapping names no column",
                span,
            ));
        }
        mappings.push(official::Mapping { entity, pairs });
    }
    let place = fields.entry("entityMappings").map_or(fields.head(), |entry| entry.key_span);
    let uses = official::entities(&mappings, place, fields.diagnostics);
    let mappings = mappings.into_iter().map(|mapping| EntityMapping {
        entity: mapping.entity.map(|(name, _)| name).unwrap_or_default(),
        fields: mapping.pairs.into_iter().map(|pair| (pair.identifier, pair.column)).collect(),
    });
    (mappings.collect(), uses)
}

fn custom_details(fields: &mut Fields<'_>) -> Vec<(String, String)> {
    let Some(entry) = fields.entry("customDetails") else {
        return Vec::new();
    };
    let pairs = entry.value.entries().iter();
    pairs
        .filter_map(|pair| Some((pair.key.clone(), pair.value.as_text()?.trim().to_owned())))
        .collect()
}

/// Tags are words, or groups of fields such as a schema and its version.
fn tags(fields: &Fields<'_>) -> Vec<String> {
    let Some(entry) = fields.entry("tags") else {
        return Vec::new();
    };
    let words = |node: &Node| match &node.value {
        Value::Text(text) => vec![text.trim().to_owned()],
        Value::Map(pairs) => pairs
            .iter()
            .filter_map(|pair| Some(format!("{}: {}", pair.key, pair.value.as_text()?.trim())))
            .collect(),
        Value::List(_) => Vec::new(),
    };
    let tags = match &entry.value.value {
        Value::List(items) => items.iter().flat_map(words).collect(),
        _ => words(&entry.value),
    };
    tags.into_iter().filter(|tag: &String| !tag.is_empty()).collect()
}

fn query(fields: &mut Fields<'_>, source: &str) -> Option<QueryText> {
    let found = fields.entry("query").filter(|entry| !entry.value.is_blank());
    let Some(entry) = found else {
        let span = fields.entry("query").map_or(fields.head(), |entry| entry.key_span);
        fields.diagnostics.push(
            Diagnostic::error(code::MISSING_FIELD, "no `query`, so there is nothing to hunt with", span)
                .with_help("write the KQL under `query: |`, indented"),
        );
        return None;
    };
    query_text(&entry.value, entry.key_span, source, fields.diagnostics)
}

/// The text of a query field and where it stands.
pub(crate) fn query_text(value: &Node, key: Span, source: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<QueryText> {
    let Some(text) = value.as_text() else {
        let message = format!("the query must be text, not {}", value.describe());
        diagnostics.push(Diagnostic::error(code::WRONG_SHAPE, message, key).with_help("write it under `query: |`"));
        return None;
    };
    let region = key.cover(value.span);
    let map = TextMap::align(text, source, Span::new(key.end, region.end));
    Some(QueryText {
        text: text.to_owned(),
        map,
    })
}
