//! A forgiving reader for metadata whose indentation is lost or wrong: it knows the fields and rebuilds the tree from their names.

use quarry_text::Span;

use crate::node::{Entry, Node, Value, same_key};

/// Fields of a document. A line that starts with one of them ends whatever came before.
pub(crate) const DOCUMENT_FIELDS: &[&str] = &[
    "id",
    "name",
    "description",
    "description-detailed",
    "kind",
    "severity",
    "status",
    "requiredDataConnectors",
    "queryFrequency",
    "queryPeriod",
    "triggerOperator",
    "triggerThreshold",
    "tactics",
    "relevantTechniques",
    "techniques",
    "tags",
    "query",
    "entityMappings",
    "sentinelEntitiesMappings",
    "customDetails",
    "alertDetailsOverride",
    "eventGroupingSettings",
    "incidentConfiguration",
    "suppressionEnabled",
    "suppressionDuration",
    "alertRuleTemplateName",
    "enabled",
    "version",
    "metadata",
];

/// A line of the document and where it starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    pub text: &'a str,
    pub start: u32,
}

impl<'a> Line<'a> {
    /// The lines of `source`, without their line breaks.
    pub(crate) fn all(source: &'a str) -> Vec<Line<'a>> {
        let mut at = 0_u32;
        let lines = source.split_inclusive('\n').map(|line| {
            let start = at;
            at = at.saturating_add(u32::try_from(line.len()).unwrap_or(u32::MAX));
            Line {
                text: line.trim_end_matches(['\n', '\r']),
                start,
            }
        });
        lines.collect()
    }

    /// Place of the line without surrounding blanks.
    pub(crate) fn span(&self) -> Span {
        self.part(self.text.trim())
    }

    /// Place of a part of this line.
    pub(crate) fn part(&self, part: &str) -> Span {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let start = self.start.saturating_add(u32::try_from(offset).unwrap_or(0));
        Span::new(start, start.saturating_add(u32::try_from(part.len()).unwrap_or(0)))
    }
}

/// The document field that a line starts, with the text behind the colon.
pub(crate) fn document_field<'a>(line: &Line<'a>) -> Option<(&'static str, &'a str)> {
    // A field starts the line; an indented one belongs to a block or a nested list.
    let (key, rest) = line.text.split_once(':')?;
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return None;
    }
    let field = DOCUMENT_FIELDS.iter().find(|field| same_key(field, key) && !key.contains(' '))?;
    Some((field, rest.trim()))
}

/// Rebuilds the fields of the lines as one map.
pub(crate) fn read(lines: &[Line<'_>]) -> Node {
    let mut entries = Vec::new();
    let mut rest = lines;
    while let Some((line, after)) = rest.split_first() {
        rest = after;
        let Some((field, value)) = document_field(line) else {
            continue;
        };
        let length = rest.iter().take_while(|line| document_field(line).is_none()).count();
        let (body, after) = rest.split_at(length);
        rest = after;
        let key_span = line.part(line.text.split(':').next().unwrap_or_default());
        entries.push(Entry {
            key: field.to_owned(),
            key_span,
            value: field_value(line, value, body),
        });
    }
    let span = lines.iter().map(Line::span).reduce(Span::cover).unwrap_or_default();
    Node {
        span,
        value: Value::Map(entries),
    }
}

fn field_value(line: &Line<'_>, value: &str, body: &[Line<'_>]) -> Node {
    if value.starts_with(['|', '>']) && value.len() <= 3 {
        return block(line, body);
    }
    if !value.is_empty() {
        return match inline_list(line, value) {
            Some(list) => list,
            // A plain value may run on over the next lines.
            None if body.iter().all(|line| line.text.trim().is_empty()) => Node::text(unquote(value), line.part(value)),
            None => block_from(line.part(value), Some(value), body),
        };
    }
    if body.iter().any(|line| line.text.trim_start().starts_with('-')) {
        list(line, body)
    } else {
        group(line, body)
    }
}

fn block(line: &Line<'_>, body: &[Line<'_>]) -> Node {
    let span = body.first().map_or(line.span(), Line::span);
    block_from(span, None, body)
}

fn block_from(start: Span, first: Option<&str>, body: &[Line<'_>]) -> Node {
    let filled = body.iter().filter(|line| !line.text.trim().is_empty());
    let indent = filled
        .map(|line| line.text.len() - line.text.trim_start_matches([' ', '\t']).len())
        .min()
        .unwrap_or(0);
    let lines = first
        .into_iter()
        .chain(body.iter().map(|line| line.text.get(indent..).unwrap_or_default()));
    let mut text = String::new();
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    let kept = text.trim_end().len();
    text.truncate(kept);
    text.push('\n');
    let span = body
        .iter()
        .rev()
        .find(|line| !line.text.trim().is_empty())
        .map_or(start, |line| start.cover(line.span()));
    Node::text(text, span)
}

fn inline_list(line: &Line<'_>, value: &str) -> Option<Node> {
    let inner = value.strip_prefix('[')?.strip_suffix(']')?;
    let items = inner.split(',').map(str::trim).filter(|item| !item.is_empty());
    let items = items.map(|item| Node::text(unquote(item), line.part(item))).collect();
    Some(Node {
        span: line.part(value),
        value: Value::List(items),
    })
}

/// `key: value` lines under a field.
fn group(line: &Line<'_>, body: &[Line<'_>]) -> Node {
    let entries = body.iter().filter_map(|line| entry(line, line.text.trim())).collect::<Vec<_>>();
    if entries.is_empty() {
        return Node::text("", line.span());
    }
    Node {
        span: cover(line, body),
        value: Value::Map(entries),
    }
}

/// `- item` lines under a field. Items are values, or groups of fields of which one may hold a list itself.
fn list(line: &Line<'_>, body: &[Line<'_>]) -> Node {
    let mut items: Vec<Node> = Vec::new();
    let mut first_key: Option<String> = None;
    for line in body {
        let text = line.text.trim();
        if text.is_empty() {
            continue;
        }
        let Some(item) = text.strip_prefix('-').map(str::trim) else {
            if let (Some(Value::Map(fields)), Some(entry)) = (items.last_mut().map(|item| &mut item.value), entry(line, text)) {
                push_field(fields, entry);
            }
            continue;
        };
        match (entry(line, item), items.last_mut().map(|item| &mut item.value)) {
            (Some(entry), Some(Value::Map(fields))) if first_key.as_ref().is_some_and(|key| *key != entry.key) => {
                push_item(
                    fields,
                    Node {
                        span: line.span(),
                        value: Value::Map(vec![entry]),
                    },
                );
            }
            (Some(entry), _) => {
                first_key.get_or_insert_with(|| entry.key.clone());
                items.push(Node {
                    span: line.span(),
                    value: Value::Map(vec![entry]),
                });
            }
            (None, Some(Value::Map(fields))) => push_item(fields, Node::text(unquote(item), line.part(item))),
            (None, _) => items.push(Node::text(unquote(item), line.part(item))),
        }
    }
    Node {
        span: cover(line, body),
        value: Value::List(items),
    }
}

/// A field of the last item, or of the last item of the list that its last field holds.
fn push_field(fields: &mut Vec<Entry>, entry: Entry) {
    if let Some(Entry {
        value: Node {
            value: Value::List(inner), ..
        },
        ..
    }) = fields.last_mut()
        && let Some(Node {
            value: Value::Map(inner), ..
        }) = inner.last_mut()
        && !inner.iter().any(|known| known.key == entry.key)
    {
        inner.push(entry);
        return;
    }
    fields.push(entry);
}

/// An item of the list that the last field holds.
fn push_item(fields: &mut [Entry], item: Node) {
    let Some(last) = fields.last_mut() else {
        return;
    };
    match &mut last.value.value {
        Value::List(items) => items.push(item),
        Value::Text(text) if text.is_empty() => last.value.value = Value::List(vec![item]),
        Value::Text(_) | Value::Map(_) => {}
    }
}

fn entry(line: &Line<'_>, text: &str) -> Option<Entry> {
    let (key, value) = text.split_once(':')?;
    let word = key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if key.is_empty() || !word || !(value.is_empty() || value.starts_with([' ', '\t'])) {
        return None;
    }
    let value = value.trim();
    let node = inline_list(line, value).unwrap_or_else(|| Node::text(unquote(value), line.part(value)));
    Some(Entry {
        key: key.to_owned(),
        key_span: line.part(key),
        value: node,
    })
}

fn unquote(text: &str) -> &str {
    let quoted = |quote| text.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(text)
}

fn cover(line: &Line<'_>, body: &[Line<'_>]) -> Span {
    body.iter().map(Line::span).fold(line.span(), Span::cover)
}
