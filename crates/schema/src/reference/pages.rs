//! The pages as Markdown.

use std::fmt::Write;

use super::{Answer, AnswerTable};
use crate::functions::{FAMILIES, Family};
use crate::operators::{self, Operator};
use crate::{Function, FunctionKind};

/// A file of the reference.
#[derive(Debug)]
pub struct Page {
    /// Where it is, below `docs/reference`.
    pub path: String,
    pub text: String,
}

const GENERATED: &str = "<!-- Written from the declarations in crates/schema; `UPDATE=1 cargo test -p quarry-engine --test language reference` renews it. -->\n";

/// Every page, given what answers an example.
pub fn pages(mut answer: impl FnMut(&str) -> Answer) -> Vec<Page> {
    let mut missing = Vec::new();
    let mut pages = Vec::new();
    for family in FAMILIES {
        let text = family_page(family, &mut answer, &mut missing);
        pages.push(Page {
            path: format!("functions/{}.md", family.name),
            text,
        });
    }
    let functions = missing.len();
    pages.push(Page {
        path: "operators.md".to_owned(),
        text: operators_page(&mut answer, &mut missing),
    });
    pages.push(Page {
        path: "missing.md".to_owned(),
        text: missing_page(
            missing.get(..functions).unwrap_or_default(),
            missing.get(functions..).unwrap_or_default(),
        ),
    });
    pages.push(Page {
        path: "README.md".to_owned(),
        text: index_page(),
    });
    pages
}

/// What is declared but does not run.
struct Missing {
    name: &'static str,
    kind: &'static str,
    summary: &'static str,
    link: String,
    reason: String,
}

fn shown(family: &Family) -> Vec<&'static Function> {
    let mut functions: Vec<_> = family.functions.iter().filter(|function| !function.is_internal()).collect();
    functions.sort_unstable_by_key(|function| function.name.to_ascii_lowercase());
    functions
}

fn family_page(family: &Family, answer: &mut impl FnMut(&str) -> Answer, missing: &mut Vec<Missing>) -> String {
    let mut text = format!("{GENERATED}# {}\n", family.title);
    for function in shown(family) {
        let answer = answer(function.doc.example);
        if let Answer::Refused(reason) = &answer {
            missing.push(Missing {
                name: function.name,
                kind: kind(function.kind),
                summary: function.doc.summary,
                link: format!("functions/{}.md#{}", family.name, anchor(function.name)),
                reason: reason.clone(),
            });
        }
        function_entry(&mut text, function, &answer);
    }
    text
}

/// What a function is, in a word.
fn kind(kind: FunctionKind) -> &'static str {
    match kind {
        FunctionKind::Scalar => "scalar function",
        FunctionKind::Aggregate => "aggregate",
        FunctionKind::Window => "window function",
        FunctionKind::Plugin => "plugin",
        FunctionKind::Tabular => "in place of a table",
    }
}

// Writing to a string cannot fail: the results of `write!` below say nothing.

fn function_entry(text: &mut String, function: &Function, answer: &Answer) {
    let _ = write!(text, "\n## {}\n\n{}\n\n```text\n", function.name, function.doc.summary);
    for signature in function.signatures {
        let _ = writeln!(text, "{}", function.usage(signature));
    }
    text.push_str("```\n\n");
    let parameters = function.parameters();
    if !parameters.is_empty() {
        text.push_str("| parameter | type | |\n|---|---|---|\n");
        for parameter in parameters {
            let _ = writeln!(text, "| `{}` | {} | {} |", parameter.name, parameter.types, parameter.notes);
        }
        text.push('\n');
    }
    let aliases = match function.aliases {
        [] => String::new(),
        aliases => format!("`{}`", aliases.join("`, `")),
    };
    for (label, words) in [
        ("Gives", function.result()),
        ("Unnamed column", function.column_name()),
        ("Nulls", function.null_rule()),
        ("Also written", aliases),
    ] {
        if !words.is_empty() {
            let _ = writeln!(text, "- {label}: {words}");
        }
    }
    example(text, function.doc.example, answer);
    source(text, function.doc.source);
}

fn operators_page(answer: &mut impl FnMut(&str) -> Answer, missing: &mut Vec<Missing>) -> String {
    let mut text = format!("{GENERATED}# Operators and statements\n");
    for family in operators::FAMILIES {
        let _ = write!(text, "\n## {}\n", family.title);
        for operator in family.operators {
            let answer = answer(operator.example);
            if let Answer::Refused(reason) = &answer {
                missing.push(Missing {
                    name: operator.name,
                    kind: operator_kind(operator),
                    summary: operator.summary,
                    link: format!("operators.md#{}", anchor(operator.name)),
                    reason: reason.clone(),
                });
            }
            let _ = write!(
                text,
                "\n### {}\n\n{}\n\n```text\n{}\n```\n",
                operator.name.replace('*', "\\*"),
                operator.summary,
                operator.syntax
            );
            example(&mut text, operator.example, &answer);
            source(&mut text, operator.source);
        }
    }
    text
}

fn operator_kind(operator: &Operator) -> &'static str {
    match operator.kind {
        operators::OperatorKind::Tabular => "operator",
        operators::OperatorKind::Scalar => "operator between values",
        operators::OperatorKind::Statement => "statement",
    }
}

fn example(text: &mut String, query: &str, answer: &Answer) {
    let _ = write!(text, "\n```kql\n{query}\n```\n\n");
    match answer {
        Answer::Refused(reason) => {
            let _ = writeln!(text, "Quarry does not run this yet: {reason}.");
        }
        Answer::Tables(tables) => {
            for (number, table) in tables.iter().enumerate() {
                if number > 0 {
                    text.push('\n');
                }
                table_of(text, table);
            }
        }
    }
}

fn table_of(text: &mut String, table: &AnswerTable) {
    text.push('|');
    for (name, ty) in &table.columns {
        let _ = write!(text, " {}: {ty} |", cell(name));
    }
    text.push_str("\n|");
    for _ in &table.columns {
        text.push_str("---|");
    }
    text.push('\n');
    for row in &table.rows {
        text.push('|');
        for value in row {
            let _ = write!(text, " {} |", cell(value));
        }
        text.push('\n');
    }
}

/// A value that a table of Markdown shows as it is.
fn cell(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '_' | '<' | '[' => {
                text.push('\\');
                text.push(c);
            }
            '\n' => text.push_str("\\\\n"),
            '\r' => text.push_str("\\\\r"),
            '\t' => text.push_str("\\\\t"),
            c => text.push(c),
        }
    }
    text
}

fn source(text: &mut String, source: &str) {
    if !source.is_empty() {
        let _ = write!(text, "\nSource: [{source}](https://learn.microsoft.com/kusto/{source})\n");
    }
}

fn missing_page(functions: &[Missing], operators: &[Missing]) -> String {
    let mut text = format!(
        "{GENERATED}# What is missing\n\n\
         Quarry knows these by name and refuses them where they would run: {} functions and plugins, {} operators and statements.\n",
        functions.len(),
        operators.len()
    );
    for (title, list) in [("Functions and plugins", functions), ("Operators and statements", operators)] {
        let _ = write!(text, "\n## {title}\n\n");
        if list.is_empty() {
            text.push_str("None.\n");
            continue;
        }
        text.push_str("| name | kind | what it does | refused as |\n|---|---|---|---|\n");
        for missing in list {
            let _ = writeln!(
                text,
                "| [{}]({}) | {} | {} | {} |",
                missing.name,
                missing.link,
                missing.kind,
                missing.summary,
                cell(&missing.reason)
            );
        }
    }
    text
}

fn index_page() -> String {
    let mut text = format!(
        "{GENERATED}# Reference\n\n\
         Written from the declarations that the binder reads; every answer below an example is Quarry's own, renewed and compared by a test. \
         `quarry docs functions NAME` and `quarry docs operators NAME` print the same on a terminal.\n\n\
         - [Operators and statements](operators.md)\n- [What is missing](missing.md)\n"
    );
    for family in FAMILIES {
        let _ = write!(text, "\n## [{}](functions/{}.md)\n\n", family.title, family.name);
        let links: Vec<String> = shown(family)
            .iter()
            .map(|function| format!("[{}](functions/{}.md#{})", function.name, family.name, anchor(function.name)))
            .collect();
        let _ = writeln!(text, "{}", links.join(" · "));
    }
    text
}

/// The anchor that a heading gets.
fn anchor(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '-' || c == '_' => Some(c),
            _ => None,
        })
        .collect()
}
