//! Rules and saved searches of a Sentinel workspace. Their fields are read as those of a file of content, under the names that such files use.

use quarry_text::{Diagnostic, Span};

use super::{Found, parameters};
use crate::code;
use crate::duration;
use crate::hunt::{self, query_text};
use crate::model::ContentFunction;
use crate::node::{Entry, Node, Value};

/// Fields of a rule that are called as in content.
const SAME: [&str; 14] = [
    "description",
    "severity",
    "query",
    "queryFrequency",
    "queryPeriod",
    "triggerOperator",
    "triggerThreshold",
    "tactics",
    "entityMappings",
    "sentinelEntitiesMappings",
    "customDetails",
    "alertDetailsOverride",
    "eventGroupingSettings",
    "incidentConfiguration",
];
/// The category of saved searches that are hunts.
const HUNTING: &str = "Hunting Queries";

impl Found<'_> {
    /// An analytic rule.
    pub(super) fn rule(&mut self, node: &Node) {
        let kind = text(node, "kind");
        if !["Scheduled", "NRT"].iter().any(|known| known.eq_ignore_ascii_case(kind)) {
            let what = format!("a rule of kind `{kind}` has no query that could run here");
            return self.no_query(node, what);
        }
        let Some(properties) = node.get("properties").map(|entry| &entry.value) else {
            return;
        };
        let mut fields = Self::fields(node, properties);
        for key in SAME {
            fields.take(properties, key, key);
        }
        fields.take(node, "kind", "kind");
        fields.take(properties, "displayName", "name");
        fields.take(properties, "suppressionEnabled", "suppressionEnabled");
        fields.take(properties, "suppressionDuration", "suppressionDuration");
        fields.put("relevantTechniques", techniques(properties));
        fields.take(properties, "templateVersion", "version");
        self.hunt(fields);
    }

    /// A saved search: a hunting query, or a function.
    pub(super) fn search(&mut self, node: &Node) {
        let Some(properties) = node.get("properties").map(|entry| &entry.value) else {
            return;
        };
        if !text(properties, "functionAlias").is_empty() {
            return self.function(properties);
        }
        let category = text(properties, "category");
        if !category.eq_ignore_ascii_case(HUNTING) {
            let what = format!("a saved search of the category `{category}` is no hunting query");
            return self.no_query(node, what);
        }
        let mut fields = Self::fields(node, properties);
        fields.take(properties, "displayName", "name");
        fields.take(properties, "query", "query");
        let tags = match properties.get("tags").map(|entry| &entry.value.value) {
            Some(Value::List(tags)) => tags.as_slice(),
            _ => &[],
        };
        let tag = |name: &str| tags.iter().find(|tag| text(tag, "name").eq_ignore_ascii_case(name))?.get("value");
        fields.put("description", tag("description").cloned());
        fields.put("tactics", tag("tactics").map(words));
        fields.put("relevantTechniques", tag("techniques").map(words));
        self.hunt(fields);
    }

    fn function(&mut self, properties: &Node) {
        let Some(query) = properties.get("query") else { return };
        let value = self.literal(&query.value);
        let Some(query) = query_text(&value, query.key_span, self.source, &mut self.diagnostics) else {
            return;
        };
        let literal = |key: &str| properties.get(key).map(|entry| self.literal(&entry.value));
        let text = |key: &str| literal(key).and_then(|node| node.as_text().map(str::to_owned)).unwrap_or_default();
        self.functions.push(ContentFunction {
            name: text("functionAlias"),
            aliases: Vec::new(),
            title: text("displayName"),
            description: String::new(),
            params: parameters::read(&text("functionParameters")),
            query,
            path: self.path.to_owned(),
        });
    }

    /// The fields that every resource may have: its id, and what an export of content kept beside it.
    fn fields(node: &Node, properties: &Node) -> Fields {
        let mut fields = Fields {
            entries: Vec::new(),
            span: properties.span,
        };
        let metadata = node.get("metadata").map(|entry| &entry.value);
        for key in [
            "id",
            "version",
            "requiredDataConnectors",
            "tags",
            "severity",
            "entityMappings",
            "customDetails",
        ] {
            if let Some(metadata) = metadata {
                fields.take(metadata, key, key);
            }
        }
        let name = node.get("name").or_else(|| node.get("id"));
        fields.put(
            "id",
            name.map(|entry| Entry {
                value: Node::text(id(entry.value.as_text().unwrap_or_default()), entry.value.span),
                ..entry.clone()
            }),
        );
        fields
    }

    fn hunt(&mut self, fields: Fields) {
        let mut entries = fields.entries;
        let query = entries.iter().find(|entry| entry.key == "query");
        let computed = |entry: &&Entry| self.in_template && entry.value.as_text().is_some_and(is_expression);
        if let Some(entry) = query.filter(computed) {
            let message = "the query is computed when the template is deployed: there is nothing to hunt with";
            self.diagnostics
                .push(Diagnostic::error(code::WRONG_SHAPE, message, entry.key_span));
            return;
        }
        for entry in &mut entries {
            entry.value = self.literal(&entry.value);
            // Content writes lengths of time shorter than ISO 8601 does.
            if matches!(entry.key.as_str(), "queryFrequency" | "queryPeriod")
                && let Some(seconds) = entry.value.as_text().and_then(duration::seconds)
            {
                entry.value = Node::text(duration::short(seconds), entry.value.span);
            }
        }
        let node = Node {
            span: fields.span,
            value: Value::Map(entries),
        };
        let first = self.diagnostics.len();
        let hunt = hunt::read(&node, self.source, self.path, &mut self.diagnostics);
        self.hunts.extend(hunt);
        // A workspace keeps no version and no connectors, and names its searches as it likes.
        let said = self.diagnostics.split_off(first);
        let kept = |found: &Diagnostic| found.is_error() || (found.code != code::MISSING_FIELD && found.code != code::ID);
        self.diagnostics.extend(said.into_iter().filter(kept));
    }

    /// Text in brackets is an expression of a template; a second bracket says that it is none.
    fn literal(&self, node: &Node) -> Node {
        let value = match &node.value {
            Value::Text(text) if self.in_template && text.starts_with("[[") && text.ends_with(']') => {
                Value::Text(text.chars().skip(1).collect())
            }
            Value::List(items) => Value::List(items.iter().map(|item| self.literal(item)).collect()),
            Value::Map(entries) => Value::Map(
                entries
                    .iter()
                    .filter(|entry| entry.value.as_text() != Some("null"))
                    .map(|entry| Entry {
                        value: self.literal(&entry.value),
                        ..entry.clone()
                    })
                    .collect(),
            ),
            other @ Value::Text(_) => other.clone(),
        };
        Node { span: node.span, value }
    }
}

/// Fields under the names of content, each with its place in the text. The first of a name counts.
struct Fields {
    entries: Vec<Entry>,
    span: Span,
}

impl Fields {
    fn take(&mut self, from: &Node, key: &str, name: &str) {
        self.put(name, from.get(key).cloned());
    }

    fn put(&mut self, name: &str, entry: Option<Entry>) {
        let known = self.entries.iter().any(|known| known.key == name);
        if let Some(entry) = entry.filter(|entry| !known && !entry.value.is_blank()) {
            self.entries.push(Entry {
                key: name.to_owned(),
                ..entry
            });
        }
    }
}

fn text<'n>(node: &'n Node, key: &str) -> &'n str {
    let found = node.get(key).filter(|entry| !entry.value.is_blank());
    found.and_then(|entry| entry.value.as_text()).unwrap_or_default().trim()
}

/// Techniques that stand for themselves, and sub-techniques, which bring theirs along.
fn techniques(properties: &Node) -> Option<Entry> {
    let list = |key: &str| match properties.get(key).map(|entry| (entry, &entry.value.value)) {
        Some((entry, Value::List(items))) => Some((entry, items.clone())),
        _ => None,
    };
    let (entry, mut all) = list("techniques").or_else(|| list("subTechniques"))?;
    let (_, subs) = list("subTechniques").unwrap_or((entry, Vec::new()));
    let covered = |technique: &Node| {
        let of = |sub: &Node| sub.as_text().and_then(|text| text.split_once('.')).map(|(base, _)| base.to_owned());
        subs.iter().any(|sub| of(sub).as_deref() == technique.as_text())
    };
    all.retain(|technique| !covered(technique));
    all.extend(subs.iter().filter(|sub| !all.contains(sub)).cloned().collect::<Vec<_>>());
    Some(Entry {
        value: Node {
            span: entry.value.span,
            value: Value::List(all),
        },
        ..entry.clone()
    })
}

/// A tag's words between commas as a list.
fn words(entry: &Entry) -> Entry {
    let text = entry.value.as_text().unwrap_or_default();
    let words = text.split(',').map(|word| Node::text(word.trim(), entry.value.span));
    Entry {
        value: Node {
            span: entry.value.span,
            value: Value::List(words.filter(|word| !word.is_blank()).collect()),
        },
        ..entry.clone()
    }
}

/// The last part of a resource's name, which may be an expression: a GUID where there is one.
fn id(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    last.trim_end_matches([')', ']', '\'', ' ']).to_owned()
}

fn is_expression(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('[') && !text.starts_with("[[") && text.ends_with(']')
}
