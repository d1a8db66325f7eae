use serde_json::{Value, json};

use crate::{Diagnostic, LineIndex};

/// The diagnostics as a JSON array: one object each with code, severity, message, byte offsets
/// `start` and `end`, the `line` and `column` of both ends (from 1, columns in characters),
/// `labels`, `help` (null when there is none) and `fix`: edits with `start`, `end` and `text`.
#[must_use]
pub fn json(source: &str, diagnostics: &[Diagnostic]) -> Value {
    let index = LineIndex::new(source);
    Value::Array(diagnostics.iter().map(|diagnostic| object(&index, diagnostic)).collect())
}

fn object(index: &LineIndex<'_>, diagnostic: &Diagnostic) -> Value {
    let start = index.line_column(diagnostic.span.start);
    let end = index.line_column(diagnostic.span.end);
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| {
            let start = index.line_column(label.span.start);
            json!({
                "message": label.message,
                "start": label.span.start,
                "end": label.span.end,
                "line": start.line,
                "column": start.column,
            })
        })
        .collect();
    let fix: Vec<Value> = diagnostic
        .fix
        .iter()
        .map(|edit| json!({ "start": edit.span.start, "end": edit.span.end, "text": edit.text }))
        .collect();
    json!({
        "code": diagnostic.code,
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message,
        "start": diagnostic.span.start,
        "end": diagnostic.span.end,
        "line": start.line,
        "column": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "labels": labels,
        "help": diagnostic.help,
        "fix": fix,
    })
}
