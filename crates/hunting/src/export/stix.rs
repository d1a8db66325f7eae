//! Findings as a STIX 2.1 bundle: an indicator for each hunt, its attack patterns, what was observed, and a sighting that joins them.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Builder;

use super::model::{Dossier, FindingEntry, HuntEntry};
use crate::finding::Entity;

/// The bundle, with the same ids whenever the same is exported.
#[must_use]
pub fn stix(dossier: &Dossier) -> Value {
    let mut objects = Objects::new(dossier);
    let identity = objects.identity();
    for (at, hunt) in dossier.hunts.iter().enumerate() {
        let mut found = dossier.findings.iter().filter(|finding| finding.hunt == at).peekable();
        if found.peek().is_none() {
            continue;
        }
        let indicator = objects.indicator(hunt, &identity);
        for finding in found {
            objects.finding(finding, &indicator, &identity);
        }
    }
    json!({ "type": "bundle", "id": id("bundle", &[&dossier.clock, &dossier.made]), "objects": objects.list })
}

struct Objects {
    made: String,
    list: Vec<Value>,
    known: std::collections::HashSet<String>,
}

impl Objects {
    fn new(dossier: &Dossier) -> Self {
        Self {
            made: millis(&dossier.made),
            list: Vec::new(),
            known: std::collections::HashSet::new(),
        }
    }

    /// Adds an object unless it is there; gives its id.
    fn add(&mut self, kind: &str, parts: &[&str], properties: Value) -> String {
        let id = id(kind, parts);
        if self.known.insert(id.clone()) {
            let mut object = Map::new();
            object.insert("type".to_owned(), kind.into());
            object.insert("spec_version".to_owned(), "2.1".into());
            object.insert("id".to_owned(), id.clone().into());
            if let Value::Object(properties) = properties {
                object.extend(properties);
            }
            self.list.push(Value::Object(object));
        }
        id
    }

    fn identity(&mut self) -> String {
        let properties = json!({ "created": self.made, "modified": self.made, "name": "Quarry", "identity_class": "system" });
        self.add("identity", &["Quarry"], properties)
    }

    fn indicator(&mut self, hunt: &HuntEntry, identity: &str) -> String {
        let mut properties = json!({
            "created_by_ref": identity, "created": self.made, "modified": self.made,
            "name": hunt.title, "indicator_types": ["anomalous-activity"],
            "pattern": hunt.query, "pattern_type": "kql", "valid_from": self.made,
        });
        if !hunt.description.is_empty()
            && let Value::Object(properties) = &mut properties
        {
            properties.insert("description".to_owned(), hunt.description.clone().into());
        }
        let indicator = self.add("indicator", &[&hunt.id, &hunt.title, &hunt.version], properties);
        for technique in &hunt.techniques {
            let pattern = self.attack_pattern(technique, identity);
            let properties = json!({
                "created_by_ref": identity, "created": self.made, "modified": self.made,
                "relationship_type": "indicates", "source_ref": indicator, "target_ref": pattern,
            });
            self.add("relationship", &[&indicator, &pattern], properties);
        }
        indicator
    }

    fn attack_pattern(&mut self, technique: &str, identity: &str) -> String {
        let url = format!("https://attack.mitre.org/techniques/{}", technique.replace('.', "/"));
        let properties = json!({
            "created_by_ref": identity, "created": self.made, "modified": self.made, "name": technique,
            "external_references": [{ "source_name": "mitre-attack", "external_id": technique, "url": url }],
        });
        self.add("attack-pattern", &[technique], properties)
    }

    fn finding(&mut self, finding: &FindingEntry, indicator: &str, identity: &str) {
        let observables: Vec<String> = finding.entities.iter().filter_map(|entity| self.observable(entity)).collect();
        let time = finding.time.as_deref().map_or_else(|| self.made.clone(), millis);
        let mut sighting = json!({
            "created_by_ref": identity, "created": self.made, "modified": self.made,
            "first_seen": time, "last_seen": time, "count": 1, "sighting_of_ref": indicator,
        });
        // Observed data needs something observed.
        if !observables.is_empty() {
            let properties = json!({
                "created_by_ref": identity, "created": self.made, "modified": self.made,
                "first_observed": time, "last_observed": time, "number_observed": 1, "object_refs": observables,
            });
            let observed = self.add("observed-data", &[&finding.fingerprint], properties);
            if let Value::Object(sighting) = &mut sighting {
                sighting.insert("observed_data_refs".to_owned(), json!([observed]));
            }
        }
        self.add("sighting", &[&finding.fingerprint], sighting);
    }

    /// What an entity is in STIX; `None` for what it has no type of.
    fn observable(&mut self, entity: &Entity) -> Option<String> {
        let (_, value) = entity.identifiers.first()?;
        let value = value.as_str();
        let (kind, properties) = match entity.kind.as_str() {
            "Account" if value.contains('@') => ("user-account", json!({ "account_login": value })),
            "Account" => ("user-account", json!({ "user_id": value })),
            "IP" => {
                let address: std::net::IpAddr = value.parse().ok()?;
                let kind = if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" };
                (kind, json!({ "value": value }))
            }
            "Mailbox" => ("email-addr", json!({ "value": value })),
            "DNS" => ("domain-name", json!({ "value": value })),
            "URL" => ("url", json!({ "value": value })),
            "File" => ("file", json!({ "name": value })),
            "FileHash" => {
                let algorithm = match value.len() {
                    32 => "MD5",
                    40 => "SHA-1",
                    64 => "SHA-256",
                    _ => return None,
                };
                ("file", json!({ "hashes": { algorithm: value } }))
            }
            "Process" => ("process", json!({ "command_line": value })),
            _ => return None,
        };
        Some(self.add(kind, &[value], properties))
    }
}

/// An id that follows from what it names. RFC 9562 keeps version 8 for ids of one's own making.
fn id(kind: &str, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in std::iter::once(&kind).chain(parts) {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    format!("{kind}--{}", Builder::from_custom_bytes(bytes).into_uuid())
}

/// A time with milliseconds, as STIX writes it.
fn millis(time: &str) -> String {
    let bare = time.trim_end_matches('Z');
    let (seconds, fraction) = bare.split_once('.').unwrap_or((bare, ""));
    let fraction: String = fraction.chars().chain("000".chars()).take(3).collect();
    format!("{seconds}.{fraction}Z")
}
