//! `buildschema`: the least schema that all documents fit.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringViewArray, StringViewBuilder};
use datafusion::common::Result;
use datafusion::logical_expr::EmitTo;
use quarry_value::dynamic::{self, ArrayWriter, BagWriter};
use quarry_value::json::{self, Kind, kind};

use super::states::{Rows, States, emitted, typed};

/// The name under which the elements of arrays stand, beside the members of bags.
const INDEXER: &str = "`indexer`";

#[derive(Default)]
pub(crate) struct Schemas {
    groups: Vec<Node>,
    nodes: usize,
}

/// Everything that was seen in one place.
#[derive(Default)]
struct Node {
    /// Names of simple types.
    types: BTreeSet<String>,
    members: Vec<(String, Node)>,
    bag: bool,
}

impl Node {
    fn child(&mut self, key: &str, nodes: &mut usize) -> Option<&mut Node> {
        self.bag = true;
        let at = self.members.iter().position(|(known, _)| known == key).unwrap_or_else(|| {
            *nodes += 1;
            self.members.push((key.to_owned(), Node::default()));
            self.members.len() - 1
        });
        self.members.get_mut(at).map(|(_, node)| node)
    }

    /// Adds a document. Recursion is as deep as the document, which `compact` limits.
    fn add(&mut self, raw: &str, nodes: &mut usize) {
        match kind(raw) {
            Kind::Object => {
                self.bag = true;
                for member in dynamic::members(raw).into_iter().flatten() {
                    if let Some(child) = self.child(&member.key(), nodes) {
                        child.add(member.value, nodes);
                    }
                }
            }
            Kind::Array => {
                if let Some(child) = self.child(INDEXER, nodes) {
                    dynamic::elements(raw)
                        .into_iter()
                        .flatten()
                        .for_each(|element| child.add(element, nodes));
                }
            }
            Kind::Null => {}
            _ => drop(self.types.insert(dynamic::type_name(raw).to_owned())),
        }
    }

    /// Adds a schema that was written elsewhere.
    fn merge(&mut self, schema: &str, nodes: &mut usize) {
        match kind(schema) {
            Kind::String => drop(self.types.insert(json::text(schema).into_owned())),
            Kind::Array => dynamic::elements(schema)
                .into_iter()
                .flatten()
                .for_each(|part| self.merge(part, nodes)),
            Kind::Object => {
                self.bag = true;
                for member in dynamic::members(schema).into_iter().flatten() {
                    if let Some(child) = self.child(&member.key(), nodes) {
                        child.merge(member.value, nodes);
                    }
                }
            }
            _ => {}
        }
    }

    fn write(&self, out: &mut String) {
        if self.types.len() + usize::from(self.bag) == 1 {
            if self.bag {
                self.write_bag(out)
            } else {
                self.types.iter().for_each(|name| json::quote(name, out))
            }
            return;
        }
        let mut parts = ArrayWriter::new(out);
        if self.bag {
            self.write_bag(parts.next());
        }
        self.types.iter().for_each(|name| parts.string(name));
        parts.finish();
    }

    fn write_bag(&self, out: &mut String) {
        let mut bag = BagWriter::new(out);
        for (key, node) in &self.members {
            node.write(bag.key(key));
        }
        bag.finish();
    }

    fn is_empty(&self) -> bool {
        self.types.is_empty() && !self.bag
    }
}

impl Schemas {
    fn add(&mut self, values: &[ArrayRef], rows: Rows<'_>, add: fn(&mut Node, &str, &mut usize)) -> Result<()> {
        let texts = typed::<StringViewArray>(values, 0)?;
        for (row, group) in rows.iter().filter(|(row, _)| texts.is_valid(*row)) {
            if let Some(node) = self.groups.get_mut(group) {
                add(node, texts.value(row), &mut self.nodes);
            }
        }
        Ok(())
    }
}

impl States for Schemas {
    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups, Node::default);
    }

    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        self.add(values, rows, Node::add)
    }

    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        self.add(states, rows, Node::merge)
    }

    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let rest = self.groups.split_off(emitted(emit, self.groups.len()));
        let mut builder = StringViewBuilder::new();
        for node in std::mem::replace(&mut self.groups, rest) {
            if node.is_empty() {
                builder.append_null();
            } else {
                let mut text = String::new();
                node.write(&mut text);
                builder.append_value(text);
            }
        }
        Ok(Arc::new(builder.finish()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.result(emit)?])
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Node>() + self.nodes * 128
    }
}
