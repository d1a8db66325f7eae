//! Content as it is taken out of a service: templates of Azure Resource Manager and answers of its interface (rules and saved searches of a
//! Sentinel workspace), and detection rules of Defender XDR as Microsoft Graph gives them.

mod arm;
mod graph;
mod parameters;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use quarry_text::Diagnostic;

use crate::code;
use crate::json;
use crate::model::{ContentFunction, Document, Hunt};
use crate::node::{Node, Value};

/// How deep templates lie within templates.
const DEEPEST: usize = 12;
/// A word of these stands in the beginning of every such file.
const MARKS: [&str; 3] = ["/alertrules", "/savedsearches", "\"querycondition\""];

/// Whether a file that begins so may hold such content: folders of content have all kinds of JSON in them.
pub(crate) fn may_hold(beginning: &str) -> bool {
    let beginning = beginning.to_ascii_lowercase();
    MARKS.iter().any(|mark| beginning.contains(mark))
}

/// Reads the document's text, which is JSON.
pub(crate) fn read(document: &mut Document) {
    let source = Arc::clone(&document.source);
    let node = match json::parse(&source) {
        Ok(node) => node,
        Err(diagnostic) => {
            document.diagnostics.push(*diagnostic);
            return;
        }
    };
    let mut found = Found {
        source: &source,
        path: &document.name,
        in_template: node.get("resources").is_some(),
        hunts: Vec::new(),
        functions: Vec::new(),
        diagnostics: Vec::new(),
    };
    found.look(&node, 0);
    let (hunts, functions, diagnostics) = (found.hunts, found.functions, found.diagnostics);
    document.hunts.extend(hunts);
    document.functions.extend(functions);
    document.diagnostics.extend(diagnostics);
}

/// What a text holds so far.
struct Found<'s> {
    source: &'s str,
    path: &'s str,
    /// Texts in brackets are expressions there.
    in_template: bool,
    hunts: Vec<Hunt>,
    functions: Vec<ContentFunction>,
    diagnostics: Vec<Diagnostic>,
}

impl Found<'_> {
    fn look(&mut self, node: &Node, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let entries = match &node.value {
            Value::List(items) => return items.iter().for_each(|item| self.look(item, depth + 1)),
            Value::Text(_) => return,
            Value::Map(entries) => entries,
        };
        if node.get("queryCondition").is_some() {
            let hunt = graph::rule(node, self.source, self.path, &mut self.diagnostics);
            self.hunts.extend(hunt);
            return;
        }
        let kind = node.get("type").and_then(|entry| entry.value.as_text()).unwrap_or_default();
        match kind.rsplit('/').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "alertrules" => self.rule(node),
            "savedsearches" => self.search(node),
            _ => {
                for entry in entries {
                    match entry.key.as_str() {
                        "value" | "template" | "properties" => self.look(&entry.value, depth + 1),
                        // Of templates in the newer language they are named.
                        "resources" if matches!(entry.value.value, Value::Map(_)) => {
                            for resource in entry.value.entries() {
                                self.look(&resource.value, depth + 1);
                            }
                        }
                        "resources" => self.look(&entry.value, depth + 1),
                        _ => {}
                    }
                }
            }
        }
    }

    /// Says that a resource is nothing to hunt with.
    fn no_query(&mut self, node: &Node, what: String) {
        let span = node.get("kind").or_else(|| node.get("type")).map_or(node.span, |entry| entry.value.span);
        self.diagnostics.push(Diagnostic::info(code::NOT_CONTENT, what, span));
    }
}
