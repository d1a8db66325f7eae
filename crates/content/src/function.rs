//! Parsers and other stored functions.

use quarry_text::{Diagnostic, Span};

use crate::code;
use crate::fields::Fields;
use crate::hunt::query_text;
use crate::model::{ContentFunction, FunctionParam};
use crate::node::Node;

/// The keys under which a form of function file keeps its parts.
struct Form {
    name: &'static str,
    params: &'static str,
    query: &'static str,
    header: &'static str,
}

const FORMS: [Form; 2] = [
    Form {
        name: "ParserName",
        params: "ParserParams",
        query: "ParserQuery",
        header: "Parser",
    },
    Form {
        name: "FunctionName",
        params: "FunctionParams",
        query: "FunctionQuery",
        header: "Function",
    },
];

/// Whether the document defines a function.
pub(crate) fn is_function(document: &Node) -> bool {
    FORMS
        .iter()
        .any(|form| document.get(form.query).is_some() || document.get(form.name).is_some())
}

/// The function that a document defines. `None`, with an error, when it has no name or no query.
pub(crate) fn read(document: &Node, source: &str, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<ContentFunction> {
    let form = FORMS
        .iter()
        .find(|form| document.get(form.query).is_some() || document.get(form.name).is_some())?;
    let mut fields = Fields::new(document, diagnostics);
    let title = fields.entry(form.header).and_then(|header| header.value.get("Title"));
    let title = title.and_then(|title| title.value.as_text()).unwrap_or_default().trim().to_owned();
    let description = fields.text("Description").map(|(text, _)| text.to_owned()).unwrap_or_default();
    let aliases = ["EquivalentBuiltInParser", "EquivalentBuiltInFunction", "FunctionAlias"];
    let aliases = aliases
        .iter()
        .filter_map(|key| fields.text(key))
        .map(|(text, _)| text.to_owned())
        .collect();
    let params = params(&mut fields, form.params);
    let name = name(&mut fields, form);
    let query = fields.entry(form.query).filter(|entry| !entry.value.is_blank());
    let query = match query {
        Some(entry) => query_text(&entry.value, entry.key_span, source, fields.diagnostics),
        None => {
            let span = fields.head();
            fields
                .diagnostics
                .push(Diagnostic::error(code::MISSING_FIELD, format!("no `{}`", form.query), span));
            None
        }
    };
    Some(ContentFunction {
        name: name?,
        aliases,
        title,
        description,
        params,
        query: query?,
        path: path.to_owned(),
    })
}

fn name(fields: &mut Fields<'_>, form: &Form) -> Option<String> {
    // Seen in published files: the key with its first letter doubled.
    let doubled = format!("{}{}", form.name.get(..1)?, form.name);
    let found = fields.text(form.name).or_else(|| fields.text(&doubled));
    let Some((name, span)) = found else {
        let span = fields.head();
        fields.diagnostics.push(Diagnostic::error(
            code::MISSING_FIELD,
            format!("no `{}`, so nothing can call it", form.name),
            span,
        ));
        return None;
    };
    if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        let message = format!("`{name}` is not a name that a query can call");
        fields.diagnostics.push(Diagnostic::warning(code::UNKNOWN_VALUE, message, span));
    }
    Some(name.to_owned())
}

fn params(fields: &mut Fields<'_>, key: &str) -> Vec<FunctionParam> {
    let mut params = Vec::new();
    for node in fields.maps(key) {
        let mut inner = Fields::new(node, fields.diagnostics);
        let (Some((name, _)), Some((ty, _))) = (inner.expected_text("Name"), inner.expected_text("Type")) else {
            continue;
        };
        let default = node.get("Default").and_then(|entry| entry.value.as_text());
        let default = default.map(|text| literal(text.trim(), ty));
        params.push(FunctionParam {
            name: name.to_owned(),
            ty: ty.to_owned(),
            default,
        });
    }
    params
}

/// A default as a KQL literal: files write strings without quotes.
fn literal(text: &str, ty: &str) -> String {
    let quoted = text.starts_with(['"', '\'']) || text.starts_with("@");
    if ty.eq_ignore_ascii_case("string") && !quoted {
        return format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    }
    text.to_owned()
}

/// The place for a remark about a document that is neither hunt nor function.
pub(crate) fn head(document: &Node) -> Span {
    document.entries().first().map_or(document.span, |entry| entry.key_span)
}
