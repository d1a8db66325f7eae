use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{Diagnostic, Edit, LineIndex, Rule, Severity, Span};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One checked file of a SARIF log.
#[derive(Debug, Clone, Copy)]
pub struct SarifFile<'a> {
    /// Path or URI, with forward slashes, relative to the checked root.
    pub uri: &'a str,
    /// Text that the spans refer to.
    pub source: &'a str,
    /// What was found in it.
    pub diagnostics: &'a [Diagnostic],
}

/// A SARIF 2.1.0 log of one run over `files`, as code-scanning services take it. `rule` tells what a code stands for, where that is known.
#[must_use]
pub fn sarif(tool_version: &str, files: &[SarifFile<'_>], rule: &dyn Fn(&str) -> Option<&'static Rule>) -> Value {
    let codes: BTreeSet<&str> = files
        .iter()
        .flat_map(|file| file.diagnostics)
        .map(|diagnostic| diagnostic.code.as_ref())
        .collect();
    let rules: Vec<Value> = codes.iter().map(|code| descriptor(code, rule(code))).collect();
    let results: Vec<Value> = files.iter().flat_map(results).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "quarry", "version": tool_version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn descriptor(code: &str, rule: Option<&Rule>) -> Value {
    match rule {
        None => json!({ "id": code }),
        Some(rule) => json!({
            "id": code,
            "name": rule.name,
            "shortDescription": { "text": rule.summary },
            "fullDescription": { "text": rule.why },
            "defaultConfiguration": { "level": level(rule.level) },
        }),
    }
}

fn results(file: &SarifFile<'_>) -> Vec<Value> {
    let index = LineIndex::new(file.source);
    file.diagnostics.iter().map(|diagnostic| result(file, &index, diagnostic)).collect()
}

fn result(file: &SarifFile<'_>, index: &LineIndex<'_>, diagnostic: &Diagnostic) -> Value {
    let text = match &diagnostic.help {
        Some(help) => format!("{}; {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let mut result = json!({
        "ruleId": diagnostic.code,
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "locations": [location(file, index, diagnostic.span)],
    });
    if !diagnostic.labels.is_empty()
        && let Some(object) = result.as_object_mut()
    {
        let related = diagnostic.labels.iter().map(|label| {
            let mut place = location(file, index, label.span);
            if let Some(fields) = place.as_object_mut() {
                fields.insert("message".into(), json!({ "text": label.message }));
            }
            place
        });
        object.insert("relatedLocations".into(), related.collect());
    }
    if !diagnostic.fix.is_empty()
        && let Some(object) = result.as_object_mut()
    {
        let replacements: Vec<Value> = diagnostic.fix.iter().map(|edit| replacement(index, edit)).collect();
        object.insert(
            "fixes".into(),
            json!([{ "artifactChanges": [{ "artifactLocation": { "uri": file.uri }, "replacements": replacements }] }]),
        );
    }
    result
}

fn replacement(index: &LineIndex<'_>, edit: &Edit) -> Value {
    json!({ "deletedRegion": region(index, edit.span), "insertedContent": { "text": edit.text } })
}

fn region(index: &LineIndex<'_>, span: Span) -> Value {
    let start = index.line_column(span.start);
    let end = index.line_column(span.end);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn location(file: &SarifFile<'_>, index: &LineIndex<'_>, span: Span) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": file.uri },
            "region": region(index, span),
        },
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    }
}
