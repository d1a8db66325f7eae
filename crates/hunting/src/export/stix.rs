//! Findings as a STIX 2.1 bundle: an indicator for each hunt, its attack patterns, what was observed, a sighting that joins them, and a report about
//! the run.

mod observable;

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::ids;
use super::model::{Dossier, FindingEntry, HuntEntry};
use crate::evidence::{Event, in_order};

/// Objects of one kind that no property tells apart get their ids in this space.
const SYSTEM: &str = "Quarry";

/// The bundle, with the same ids whenever the same is exported.
#[must_use]
pub fn stix(dossier: &Dossier) -> Value {
    let mut objects = Objects::new(dossier);
    let mut about = vec![objects.identity.clone()];
    for (at, hunt) in dossier.hunts.iter().enumerate() {
        let mut found = dossier.findings.iter().filter(|finding| finding.hunt == at).peekable();
        if found.peek().is_none() {
            continue;
        }
        let indicator = objects.indicator(hunt);
        for finding in found {
            about.push(objects.finding(finding, &indicator));
        }
        about.push(indicator);
    }
    objects.report(dossier, &about);
    json!({ "type": "bundle", "id": ids::of("bundle", &[&dossier.clock, &dossier.made]), "objects": objects.list })
}

/// The objects of the bundle so far.
struct Objects {
    made: String,
    identity: String,
    list: Vec<Value>,
    known: HashSet<String>,
}

impl Objects {
    fn new(dossier: &Dossier) -> Self {
        let mut objects = Self {
            made: millis(&dossier.made),
            identity: ids::of("identity", &[SYSTEM]),
            list: Vec::new(),
            known: HashSet::new(),
        };
        let made = &objects.made;
        let properties = json!({ "created": made, "modified": made, "name": SYSTEM, "identity_class": "system" });
        objects.put("identity", objects.identity.clone(), properties);
        objects
    }

    /// Adds an object unless one of its id is there.
    fn put(&mut self, kind: &str, id: String, properties: Value) {
        if !self.known.insert(id.clone()) {
            return;
        }
        let mut object = Map::new();
        object.insert("type".to_owned(), kind.into());
        object.insert("spec_version".to_owned(), "2.1".into());
        object.insert("id".to_owned(), id.into());
        if let Value::Object(properties) = properties {
            object.extend(properties);
        }
        self.list.push(Value::Object(object));
    }

    /// Adds something that Quarry says; gives its id.
    fn say(&mut self, kind: &str, parts: &[&str], properties: Value) -> String {
        let id = ids::of(kind, parts);
        let mut all = Map::new();
        all.insert("created_by_ref".to_owned(), self.identity.clone().into());
        all.insert("created".to_owned(), self.made.clone().into());
        all.insert("modified".to_owned(), self.made.clone().into());
        if let Value::Object(properties) = properties {
            all.extend(properties);
        }
        self.put(kind, id.clone(), Value::Object(all));
        id
    }

    fn indicator(&mut self, hunt: &HuntEntry) -> String {
        let mut properties = json!({
            "name": hunt.title, "indicator_types": ["anomalous-activity"],
            "pattern": hunt.query, "pattern_type": "kql", "valid_from": self.made,
        });
        if let (false, Value::Object(properties)) = (hunt.description.is_empty(), &mut properties) {
            properties.insert("description".to_owned(), hunt.description.clone().into());
        }
        let indicator = self.say("indicator", &[&hunt.id, &hunt.title, &hunt.version], properties);
        for technique in &hunt.techniques {
            let url = format!("https://attack.mitre.org/techniques/{}", technique.replace('.', "/"));
            let reference = json!({ "source_name": "mitre-attack", "external_id": technique, "url": url });
            let pattern = self.say(
                "attack-pattern",
                &[technique],
                json!({ "name": technique, "external_references": [reference] }),
            );
            let properties = json!({ "relationship_type": "indicates", "source_ref": indicator, "target_ref": pattern });
            self.say("relationship", &[&indicator, &pattern], properties);
        }
        indicator
    }

    /// Adds a finding with what was observed; gives the id of the sighting.
    fn finding(&mut self, finding: &FindingEntry, indicator: &str) -> String {
        let time = finding.time.as_deref().map_or_else(|| self.made.clone(), millis);
        let things: Vec<String> = finding.entities.iter().filter_map(|entity| self.observable(entity)).collect();
        let mut observed = Vec::new();
        // Observed data needs something observed.
        if !things.is_empty() {
            observed.push(self.observed(&[&finding.fingerprint], &time, &things));
        }
        for event in &finding.events {
            let things = self.event(event);
            let time = if event.time.is_empty() { time.clone() } else { millis(&event.time) };
            let event = things.first().cloned().unwrap_or_default();
            observed.push(self.observed(&[&event], &time, &things));
        }
        let times = || {
            finding
                .events
                .iter()
                .map(|event| event.time.as_str())
                .filter(|time| !time.is_empty())
        };
        let mut sighting = json!({
            "first_seen": times().min_by(|a, b| in_order(a).cmp(in_order(b))).map_or_else(|| time.clone(), millis),
            "last_seen": times().max_by(|a, b| in_order(a).cmp(in_order(b))).map_or_else(|| time.clone(), millis),
            "count": finding.rows, "sighting_of_ref": indicator,
        });
        if let Value::Object(sighting) = &mut sighting {
            if !observed.is_empty() {
                sighting.insert("observed_data_refs".to_owned(), json!(observed));
            }
            if !finding.notes.is_empty() {
                sighting.insert("description".to_owned(), finding.notes.join("\n").into());
            }
        }
        self.say("sighting", &[&finding.fingerprint], sighting)
    }

    fn observed(&mut self, parts: &[&str], time: &str, things: &[String]) -> String {
        let properties = json!({ "first_observed": time, "last_observed": time, "number_observed": 1, "object_refs": things });
        self.say("observed-data", parts, properties)
    }

    /// Adds an event, and what its fields name; gives their ids, the event's first.
    fn event(&mut self, event: &Event) -> Vec<String> {
        let definition = self.say("extension-definition", &["log event"], observable::extension_definition());
        let fields: Map<String, Value> = event
            .fields
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().into()))
            .collect();
        let mut properties = json!({ "table": event.table, "fields": fields });
        if let (false, Value::Object(properties)) = (event.time.is_empty(), &mut properties) {
            properties.insert("time".to_owned(), millis(&event.time).into());
        }
        let id = ids::observable(observable::LOG_EVENT, &properties);
        if let Value::Object(properties) = &mut properties {
            properties.insert("extensions".to_owned(), json!({ definition: { "extension_type": "new-sco" } }));
        }
        self.put(observable::LOG_EVENT, id.clone(), properties);
        let mut things = vec![id];
        for (name, value) in &event.fields {
            for thing in observable::entity_of(name, value)
                .iter()
                .filter_map(|entity| self.observable(entity))
            {
                if !things.contains(&thing) {
                    things.push(thing);
                }
            }
        }
        things
    }

    /// Adds what an entity is in STIX; `None` for what it has no type of.
    fn observable(&mut self, entity: &crate::Entity) -> Option<String> {
        let (kind, properties) = observable::of(entity)?;
        let id = ids::observable(kind, &properties);
        self.put(kind, id.clone(), properties);
        Some(id)
    }

    /// Adds what someone needs to judge or repeat the run.
    fn report(&mut self, dossier: &Dossier, about: &[String]) {
        let tables: Vec<String> = dossier
            .tables
            .iter()
            .map(|table| format!("{} version {}", table.name, table.version))
            .collect();
        let mut lines = vec![
            format!(
                "Quarry {}, lake {}, clock {}, exclusions {}",
                dossier.version, dossier.lake, dossier.clock, dossier.exclusions
            ),
            format!("Tables: {}", tables.join(", ")),
        ];
        for hunt in &dossier.hunts {
            let reason = if hunt.reason.is_empty() {
                String::new()
            } else {
                format!(": {}", hunt.reason)
            };
            lines.push(format!("{} (query SHA-256 {}): {}{reason}", hunt.title, hunt.sha256, hunt.outcome));
        }
        let properties = json!({
            "name": "Hunting report", "report_types": ["indicator", "observed-data"], "published": self.made,
            "description": lines.join("\n"), "object_refs": about,
        });
        self.say("report", &[&dossier.clock, &dossier.made], properties);
    }
}

/// A time with milliseconds, as STIX writes it.
fn millis(time: &str) -> String {
    let bare = time.trim_end_matches('Z');
    let (seconds, fraction) = bare.split_once('.').unwrap_or((bare, ""));
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    format!("{seconds}.{fraction}Z")
}
