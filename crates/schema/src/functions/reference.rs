//! The function reference as Markdown, and signatures as text.

use std::fmt::Write;

use super::all;
use crate::{Function, FunctionKind, Param, ParamType, Returns, Signature};

/// The parts of the reference, in their order.
const PARTS: [(FunctionKind, &str); 5] = [
    (FunctionKind::Scalar, "Scalar functions"),
    (FunctionKind::Window, "Window functions"),
    (FunctionKind::Aggregate, "Aggregates"),
    (FunctionKind::Plugin, "Plugins"),
    (FunctionKind::Tabular, "Functions in place of a table"),
];

/// The reference of all functions that are meant for use: how each is called, what it computes, an example.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from("# Functions\n");
    for (kind, title) in PARTS {
        let mut functions: Vec<_> = all().filter(|function| function.kind == kind && !is_internal(function)).collect();
        functions.sort_unstable_by_key(|function| function.name.to_ascii_lowercase());
        let _ = write!(text, "\n## {title}\n");
        for function in functions {
            text.push_str(&entry(function));
        }
    }
    text
}

/// Names with leading underscores twice are for the engine's own use.
fn is_internal(function: &Function) -> bool {
    function.name.starts_with("__")
}

fn entry(function: &Function) -> String {
    let mut text = format!("\n### {}\n\n{}\n\n```kql\n", function.name, function.doc.summary);
    for signature in function.signatures {
        text.push_str(&function.usage(signature));
        text.push('\n');
    }
    text.push_str("```\n");
    if !function.aliases.is_empty() {
        let _ = write!(text, "\nAlso: `{}`\n", function.aliases.join("`, `"));
    }
    if !function.doc.example.is_empty() {
        let _ = write!(text, "\nExample:\n\n```kql\n{}\n```\n", function.doc.example);
    }
    if !function.doc.source.is_empty() {
        let _ = write!(
            text,
            "\nSource: [{0}](https://learn.microsoft.com/kusto/{0})\n",
            function.doc.source
        );
    }
    text
}

impl Function {
    /// One way of calling it, for people: `substring(string, start: integer, [length: integer]): string`.
    #[must_use]
    pub fn usage(&self, signature: &Signature) -> String {
        let following = signature.params.iter().skip(1).map(Some).chain([None]);
        let params: Vec<_> = signature
            .params
            .iter()
            .zip(following)
            .map(|(this, next)| param(this, next))
            .collect();
        let returns = match signature.returns {
            Returns::Type(ty) => format!(": {ty}"),
            Returns::ArrayOfFirst => ": dynamic".to_owned(),
            _ => String::new(),
        };
        format!("{}({}){returns}", self.name, params.join(", "))
    }
}

fn param(param: &Param, next: Option<&Param>) -> String {
    let ty = type_text(param.ty);
    let mut text = if ty.is_empty() {
        param.name.to_owned()
    } else {
        format!("{}: {ty}", param.name)
    };
    let (at_least, at_most) = param.occurs;
    // Of parameters that repeat together, the last one shows it.
    if at_most > 1 && next.is_none_or(|next| next.occurs != param.occurs) {
        text.push_str(", …");
    }
    if at_least == 0 { format!("[{text}]") } else { text }
}

/// What a type class takes, for people; nothing for any scalar.
fn type_text(ty: ParamType) -> String {
    let text = match ty {
        ParamType::Exact(ty) => ty.name(),
        ParamType::OneOf(types) => return types.iter().map(|ty| ty.name()).collect::<Vec<_>>().join(" or "),
        ParamType::Scalar | ParamType::SameAs(_) | ParamType::CommonScalar | ParamType::CommonScalarOrDynamic => "",
        ParamType::Tabular => "table",
        ParamType::TypeLiteral => "typeof(…)",
        ParamType::Integer => "integer",
        ParamType::RealOrDecimal => "real or decimal",
        ParamType::StringOrDynamic => "string or dynamic",
        ParamType::StringOrArray => "string or array",
        ParamType::IntegerOrArray => "integer or array",
        ParamType::DynamicArray => "array",
        ParamType::DynamicBag => "bag",
        ParamType::Number | ParamType::CommonNumber => "number",
        ParamType::NumberOrBool => "number or bool",
        ParamType::Summable | ParamType::CommonSummable => "number or time",
        ParamType::Orderable | ParamType::CommonOrderable => "orderable",
        ParamType::NotRealOrBool => "neither real nor bool",
        ParamType::NotDynamic => "not dynamic",
        ParamType::NotBool => "not bool",
    };
    text.to_owned()
}
