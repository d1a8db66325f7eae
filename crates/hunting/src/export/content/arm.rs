//! An ARM template for a workspace of Microsoft Sentinel: scheduled and near-real-time rules as `alertRules`, hunting queries and functions as
//! `savedSearches`. What the service has no field for stands in the `metadata` of the resource, which Resource Manager ignores.

use std::collections::HashSet;

use quarry_content::{ContentFunction, Hunt, HuntKind, HuntSeverity, Trigger};
use quarry_schema::attack::{self, Tactic};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::arm_alerting::alerting;
use super::remark::{REFUSED, Remarks};
use super::{ContentExport, first_of_its_id, for_all, iso, query};
use crate::export::ids;
use crate::functions::stored;

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
const RULE: (&str, &str) = (
    "Microsoft.OperationalInsights/workspaces/providers/alertRules",
    "2024-10-01-preview",
);
const SEARCH: (&str, &str) = ("Microsoft.OperationalInsights/workspaces/savedSearches", "2020-08-01");
/// A template takes no more.
const MOST_RESOURCES: usize = 800;
const MOST_BYTES: usize = 4_000_000;
/// What a rule gets that does not say how often it runs and how far it looks back.
const A_DAY: u64 = 86_400;

/// The template, and how many hunts and functions are in it.
pub fn template<'a>(content: &ContentExport<'a>, remarks: &mut Remarks<'a>) -> (Value, usize) {
    let mut resources = Vec::new();
    let mut seen = HashSet::new();
    for hunt in for_all(content, remarks) {
        resources.extend(resource(content, hunt, &mut seen, remarks));
    }
    resources.extend(content.functions.iter().map(|function| self::function(function)));
    let carried = resources.len();
    let template = json!({
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": { "workspace": { "type": "string", "metadata": { "description": "Name of the Log Analytics workspace" } } },
        "resources": resources,
    });
    if carried > MOST_RESOURCES {
        let message = format!("{carried} resources: a template takes {MOST_RESOURCES}; export the content in parts");
        remarks.overall(REFUSED, message);
    }
    let bytes = template.to_string().len();
    if bytes > MOST_BYTES {
        remarks.overall(
            REFUSED,
            format!("{bytes} bytes: a template takes 4 MB; export the content in parts"),
        );
    }
    (template, carried)
}

fn resource<'a>(content: &ContentExport<'a>, hunt: &'a Hunt, seen: &mut HashSet<String>, remarks: &mut Remarks<'a>) -> Option<Value> {
    let id = id(hunt, remarks);
    if !first_of_its_id(seen, &id, hunt, remarks) {
        return None;
    }
    let text = query(content, hunt, remarks)?;
    Some(match hunt.kind {
        HuntKind::Scheduled => rule(hunt, &id, "Scheduled", rule_properties(content, hunt, text, remarks)),
        HuntKind::NearRealTime => rule(hunt, &id, "NRT", rule_properties(content, hunt, text, remarks)),
        HuntKind::Hunting | HuntKind::Exploration => search(hunt, &id, text, remarks),
    })
}

/// The hunt's id where it is one that the service takes, else one that follows from its title.
fn id<'a>(hunt: &'a Hunt, remarks: &mut Remarks<'a>) -> String {
    if Uuid::try_parse(&hunt.id).is_ok() && hunt.id.len() == 36 {
        return hunt.id.clone();
    }
    let made = ids::derived(hunt.title());
    remarks.changed(hunt, "id", format!("its id becomes {made}: a workspace tells rules apart by GUIDs"));
    made
}

fn rule(hunt: &Hunt, id: &str, kind: &str, properties: Map<String, Value>) -> Value {
    json!({
        "type": RULE.0,
        "apiVersion": RULE.1,
        "name": format!("[concat(parameters('workspace'), '/Microsoft.SecurityInsights/{id}')]"),
        "kind": kind,
        "metadata": literal(metadata(hunt)),
        "properties": literal(Value::Object(properties)),
    })
}

/// What has no field in the service.
fn metadata(hunt: &Hunt) -> Value {
    let connectors: Vec<Value> = hunt
        .connectors
        .iter()
        .map(|connector| json!({ "connectorId": connector.id, "dataTypes": connector.data_types }))
        .collect();
    let mut metadata = json!({ "id": hunt.id, "version": hunt.version, "requiredDataConnectors": connectors, "tags": hunt.tags });
    if let (HuntKind::Hunting, Value::Object(metadata)) = (hunt.kind, &mut metadata) {
        metadata.insert("severity".to_owned(), json!(hunt.severity.map(HuntSeverity::name)));
        metadata.insert("entityMappings".to_owned(), entity_mappings(hunt));
        metadata.insert("customDetails".to_owned(), custom_details(hunt));
    }
    metadata
}

fn rule_properties<'a>(content: &ContentExport<'a>, hunt: &'a Hunt, text: String, remarks: &mut Remarks<'a>) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut put = |key: &str, value: Value| {
        properties.insert(key.to_owned(), value);
    };
    put("displayName", hunt.title().into());
    put("description", hunt.description.clone().into());
    let severity = hunt.severity.unwrap_or_else(|| {
        remarks.changed(hunt, "severity", "no severity: a rule must have one, and gets Medium");
        HuntSeverity::Medium
    });
    put("severity", severity.name().into());
    put("enabled", content.enabled.into());
    put("query", text.into());
    if let (HuntKind::Scheduled, Some(schedule)) = (hunt.kind, &hunt.schedule) {
        for (field, seconds) in [("queryFrequency", schedule.frequency), ("queryPeriod", schedule.period)] {
            if seconds == 0 {
                remarks.changed(hunt, field, format!("no {field}: a rule must have one, and gets a day"));
            }
            put(field, iso::duration(if seconds == 0 { A_DAY } else { seconds }).into());
        }
        put("triggerOperator", trigger(schedule.trigger).into());
        put("triggerThreshold", schedule.threshold.into());
    }
    put("tactics", tactics(hunt, remarks).into());
    let (subs, bases): (Vec<_>, Vec<_>) = hunt.techniques.iter().partition(|technique| technique.contains('.'));
    let mut techniques: Vec<&str> = bases.iter().map(|technique| technique.as_str()).collect();
    for base in subs.iter().filter_map(|technique| attack::base_technique(technique)) {
        if !techniques.contains(&base) {
            techniques.push(base);
        }
    }
    put("techniques", techniques.into());
    put("subTechniques", json!(subs));
    put("entityMappings", entity_mappings(hunt));
    put("customDetails", custom_details(hunt));
    alerting(hunt, &mut put);
    properties
}

const fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::GreaterThan => "GreaterThan",
        Trigger::LessThan => "LessThan",
        Trigger::Equal => "Equal",
        Trigger::NotEqual => "NotEqual",
    }
}

/// The tactics that the service knows.
fn tactics<'a>(hunt: &'a Hunt, remarks: &mut Remarks<'a>) -> Vec<&'a str> {
    let known = |name: &&str| {
        let known = Tactic::from_name(name).is_some();
        if !known {
            remarks.not_carried(hunt, "tactics", format!("`{name}` is no tactic that rules can have"));
        }
        known
    };
    hunt.tactics.iter().map(String::as_str).filter(known).collect()
}

fn entity_mappings(hunt: &Hunt) -> Value {
    let mappings = hunt.entity_mappings.iter().map(|mapping| {
        let fields: Vec<Value> = mapping
            .fields
            .iter()
            .map(|(identifier, column)| json!({ "identifier": identifier, "columnName": column }))
            .collect();
        json!({ "entityType": mapping.entity, "fieldMappings": fields })
    });
    let mappings: Vec<Value> = mappings.collect();
    if mappings.is_empty() { Value::Null } else { mappings.into() }
}

fn custom_details(hunt: &Hunt) -> Value {
    let details: Map<String, Value> = hunt
        .custom_details
        .iter()
        .map(|(name, column)| (name.clone(), column.clone().into()))
        .collect();
    if details.is_empty() { Value::Null } else { details.into() }
}

/// A hunting query.
fn search<'a>(hunt: &'a Hunt, id: &str, text: String, remarks: &mut Remarks<'a>) -> Value {
    if !hunt.entity_mappings.is_empty() {
        let message = "saved hunting queries have no entity mappings: they stand in the metadata of the template only";
        remarks.not_carried(hunt, "entityMappings", message);
    }
    if hunt.severity.is_some() {
        remarks.not_kept(
            hunt,
            "severity",
            "saved hunting queries have no severity: it stands in the metadata of the template only",
        );
    }
    let tags = [
        ("description", hunt.description.clone()),
        ("tactics", hunt.tactics.join(",")),
        ("techniques", hunt.techniques.join(",")),
    ];
    let tags: Vec<Value> = tags
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    json!({
        "type": SEARCH.0,
        "apiVersion": SEARCH.1,
        "name": format!("[concat(parameters('workspace'), '/{id}')]"),
        "etag": "*",
        "metadata": literal(metadata(hunt)),
        "properties": literal(json!({
            "category": "Hunting Queries",
            "displayName": hunt.title(),
            "query": text,
            "version": 2,
            "tags": tags,
        })),
    })
}

/// A function that queries call by its name.
fn function(function: &ContentFunction) -> Value {
    let parameters = stored(function).parameters;
    let parameters = parameters.trim_start_matches('(').trim_end_matches(')');
    let title = if function.title.is_empty() {
        &function.name
    } else {
        &function.title
    };
    let id = ids::derived(&function.name);
    json!({
        "type": SEARCH.0,
        "apiVersion": SEARCH.1,
        "name": format!("[concat(parameters('workspace'), '/{id}')]"),
        "etag": "*",
        "properties": literal(json!({
            "category": "Functions",
            "displayName": title,
            "functionAlias": function.name,
            "functionParameters": parameters,
            "query": function.query.text,
            "version": 2,
        })),
    })
}

/// Text in brackets would be taken for an expression of the template; a second bracket says that it is not.
fn literal(value: Value) -> Value {
    match value {
        Value::String(text) if text.starts_with('[') && text.ends_with(']') => Value::String(format!("[{text}")),
        Value::Array(items) => items.into_iter().map(literal).collect(),
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| (key, literal(value)))
            .collect::<Map<_, _>>()
            .into(),
        other => other,
    }
}
