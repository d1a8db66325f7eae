//! A query alone in a file, with a header of comments if its author wrote one.

use quarry_text::{Diagnostic, Span};

use crate::flat::Line;
use crate::hunt;
use crate::model::{Connector, Hunt};
use crate::node::{Entry, Node, Value};

/// Labels of header comments and the fields they fill.
const HEADER: &[(&str, &str)] = &[
    ("Id", "id"),
    ("Name", "name"),
    ("Title", "name"),
    ("Description", "description"),
    ("Severity", "severity"),
    ("Tactics", "tactics"),
    ("Techniques", "relevantTechniques"),
    ("Version", "version"),
];

/// Whether a text starts with such a header.
pub(crate) fn has_header(source: &str) -> bool {
    Line::all(source)
        .iter()
        .take(20)
        .any(|line| label(line).is_some_and(|(field, _)| field == "name"))
}

/// The hunt that a query file is. What the header does not say stays empty: nobody expects it here.
pub(crate) fn read(source: &str, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Hunt> {
    let lines = Line::all(source);
    let whole = Span::new(0, u32::try_from(source.len()).unwrap_or(u32::MAX));
    let mut entries: Vec<Entry> = Vec::new();
    let mut tables = Vec::new();
    for line in lines
        .iter()
        .take_while(|line| line.text.trim().is_empty() || line.text.trim_start().starts_with("//"))
    {
        if let Some(value) = comment(line, "DataSource") {
            tables = marked(value).map(str::to_owned).collect();
        }
        if let Some((field, text)) = label(line) {
            let list = matches!(field, "tactics" | "relevantTechniques");
            let items = || marked(text).map(|item| Node::text(item, line.part(text))).collect();
            let value = if list { Value::List(items()) } else { Value::Text(text.to_owned()) };
            entries.push(Entry {
                key: field.to_owned(),
                key_span: line.span(),
                value: Node {
                    span: line.part(text),
                    value,
                },
            });
        }
    }
    if !entries.iter().any(|entry| entry.key == "name") {
        let stem = std::path::Path::new(path)
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        entries.push(Entry {
            key: "name".to_owned(),
            key_span: Span::empty(0),
            value: Node::text(stem.unwrap_or_default(), Span::empty(0)),
        });
    }
    entries.push(Entry {
        key: "query".to_owned(),
        key_span: Span::empty(0),
        value: Node::text(source, whole),
    });
    let first = diagnostics.len();
    let mut hunt = hunt::read(
        &Node {
            span: whole,
            value: Value::Map(entries),
        },
        source,
        path,
        diagnostics,
    );
    let kept: Vec<Diagnostic> = diagnostics
        .drain(first..)
        .filter(|found| found.code != crate::code::MISSING_FIELD || found.is_error())
        .collect();
    diagnostics.extend(kept);
    if let Some(hunt) = &mut hunt
        && !tables.is_empty()
    {
        hunt.connectors.push(Connector {
            id: String::new(),
            data_types: tables,
        });
    }
    hunt
}

fn label<'a>(line: &Line<'a>) -> Option<(&'static str, &'a str)> {
    HEADER.iter().find_map(|(label, field)| Some((*field, comment(line, label)?)))
}

/// The text of a `// Label: text` comment.
fn comment<'a>(line: &Line<'a>, label: &str) -> Option<&'a str> {
    let (found, text) = line.text.trim().strip_prefix("//")?.split_once(':')?;
    (found.trim().eq_ignore_ascii_case(label) && !text.trim().is_empty()).then(|| text.trim())
}

/// The items of a comma-separated list, without the `#` that marks them.
fn marked(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(|item| item.trim().trim_start_matches('#'))
        .filter(|item| !item.is_empty())
}
