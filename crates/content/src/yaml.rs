//! YAML text to nodes, from parser events: what was read before an error is kept, and every scalar keeps its spelling.

use std::collections::HashMap;

use quarry_text::{Diagnostic, Span};
use saphyr_parser::{Event, Parser};

use crate::code;
use crate::node::{Entry, Node, Value};

/// Deeper nesting than any content has; a guard against hostile files.
const MAX_DEPTH: usize = 64;

/// The documents of a YAML stream, and what is wrong with it. After an error, the documents hold what was read up to there.
pub(crate) struct Yaml {
    pub documents: Vec<Node>,
    pub diagnostics: Vec<Diagnostic>,
    pub broken: bool,
}

pub(crate) fn parse(source: &str) -> Yaml {
    let mut builder = Builder::new(source);
    let mut parser = Parser::new_from_str(source);
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, span)) => {
                let span = builder.offsets.span(span.start.index(), span.end.index());
                if let Err(diagnostic) = builder.event(event, span) {
                    return builder.fail(*diagnostic);
                }
            }
            Err(error) => {
                let at = error.marker().index();
                let span = builder.offsets.span(at, at.saturating_add(1));
                let diagnostic = Diagnostic::error(code::YAML, format!("not valid YAML: {}", error.info()), span);
                return builder.fail(diagnostic);
            }
        }
    }
    Yaml {
        documents: builder.documents,
        diagnostics: builder.diagnostics,
        broken: false,
    }
}

/// The parser counts characters; spans are bytes.
struct Offsets {
    starts: Vec<u32>,
    end: u32,
}

impl Offsets {
    fn new(source: &str) -> Self {
        let starts = source.char_indices().filter_map(|(at, _)| u32::try_from(at).ok()).collect();
        Self {
            starts,
            end: u32::try_from(source.len()).unwrap_or(u32::MAX),
        }
    }

    fn byte(&self, index: usize) -> u32 {
        self.starts.get(index).copied().unwrap_or(self.end)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.byte(start), self.byte(end))
    }
}

enum Open {
    List {
        items: Vec<Node>,
        span: Span,
    },
    Map {
        entries: Vec<Entry>,
        key: Option<(String, Span)>,
        span: Span,
    },
}

struct Builder {
    offsets: Offsets,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    documents: Vec<Node>,
    diagnostics: Vec<Diagnostic>,
}

impl Builder {
    fn new(source: &str) -> Self {
        Self {
            offsets: Offsets::new(source),
            open: Vec::new(),
            anchors: HashMap::new(),
            documents: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Box<Diagnostic>> {
        match event {
            Event::Scalar(text, _, anchor, _) => {
                let node = Node::text(text, span);
                self.remember(anchor, &node);
                self.place(node);
            }
            Event::Alias(anchor) => {
                // Only scalars: a repeated tree could grow without bound.
                let node = self.anchors.get(&anchor).cloned();
                let Some(node) = node else {
                    return Err(Box::new(
                        Diagnostic::error(code::YAML, "this alias repeats a list or a group of fields", span)
                            .with_help("write the fields out: content files have no use for aliases"),
                    ));
                };
                self.place(Node { span, ..node });
            }
            Event::SequenceStart(..) => self.start(Open::List { items: Vec::new(), span }, span)?,
            Event::MappingStart(..) => {
                self.start(
                    Open::Map {
                        entries: Vec::new(),
                        key: None,
                        span,
                    },
                    span,
                )?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn start(&mut self, open: Open, span: Span) -> Result<(), Box<Diagnostic>> {
        if self.open.len() >= MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            return Err(Box::new(Diagnostic::error(code::YAML, message, span)));
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self, end: Span) {
        let node = match self.open.pop() {
            Some(Open::List { items, span, .. }) => Node {
                span: span.cover(end),
                value: Value::List(items),
            },
            Some(Open::Map {
                mut entries, key, span, ..
            }) => {
                if let Some((key, key_span)) = key {
                    entries.push(Entry {
                        key,
                        key_span,
                        value: Node::text("", key_span),
                    });
                }
                Node {
                    span: span.cover(end),
                    value: Value::Map(entries),
                }
            }
            None => return,
        };
        self.place(node);
    }

    fn remember(&mut self, anchor: usize, node: &Node) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
    }

    fn place(&mut self, node: Node) {
        match self.open.last_mut() {
            None => self.documents.push(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, .. }) => match key.take() {
                None => {
                    let text = node.as_text().unwrap_or_default().to_owned();
                    *key = Some((text, node.span));
                }
                Some((name, key_span)) => {
                    if let Some(first) = entries.iter().find(|entry| entry.key == name) {
                        self.diagnostics.push(
                            Diagnostic::warning(
                                code::DUPLICATE_KEY,
                                format!("`{name}` is given twice; the first one counts"),
                                key_span,
                            )
                            .with_label(first.key_span, "first given here"),
                        );
                    }
                    entries.push(Entry {
                        key: name,
                        key_span,
                        value: node,
                    });
                }
            },
        }
    }

    fn fail(mut self, diagnostic: Diagnostic) -> Yaml {
        self.diagnostics.push(diagnostic);
        while !self.open.is_empty() {
            self.close(Span::empty(self.offsets.end));
        }
        Yaml {
            documents: self.documents,
            diagnostics: self.diagnostics,
            broken: true,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn scalars_keep_their_spelling_and_place() {
        let source = "é: 1.10\nb: |\n  x\n  y\nc: [no, 'q']\n";
        let yaml = parse(source);
        assert!(!yaml.broken);
        let document = &yaml.documents[0];
        let one = document.get("é").unwrap();
        assert_eq!(one.value.as_text(), Some("1.10"));
        assert_eq!(one.value.span.text(source), "1.10");
        assert_eq!(document.get("b").unwrap().value.as_text(), Some("x\ny\n"));
        assert_eq!(document.get("C").unwrap().value.describe(), "a list");
    }

    #[test]
    fn what_was_read_before_an_error_is_kept() {
        let yaml = parse("name: a\nquery: |\n  T\nbad: [1,\nmore: }");
        assert!(yaml.broken);
        assert_eq!(yaml.documents[0].get("name").unwrap().value.as_text(), Some("a"));
        assert!(yaml.diagnostics.iter().any(Diagnostic::is_error));
    }

    #[test]
    fn deep_nesting_is_an_error() {
        assert!(parse(&"[".repeat(5000)).broken);
    }

    #[test]
    fn a_key_given_twice_is_reported() {
        let yaml = parse("a: 1\na: 2\n");
        assert_eq!(yaml.documents[0].get("a").unwrap().value.as_text(), Some("1"));
        assert_eq!(yaml.diagnostics[0].code, code::DUPLICATE_KEY);
    }
}
