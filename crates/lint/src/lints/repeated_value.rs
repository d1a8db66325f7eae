use std::collections::HashMap;

use quarry_syntax::ast::{AstNode as _, Expr, HasAnyExpr, InExpr, LogicalExpr};
use quarry_text::{Diagnostic, Rule, Severity, Span};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0417",
        name: "repeated-value",
        level: Severity::Hint,
        summary: "The same value twice in a list, or the same condition twice between `and` or `or`.",
        why: "The second one changes nothing. Often another value was meant: a copied line that was never adapted.",
        fires: "SecurityEvent\n| where TimeGenerated > ago(1d)\n| where EventID in (4624, 4625, 4624)",
        silent: "SecurityEvent\n| where TimeGenerated > ago(1d)\n| where EventID in (4624, 4625, 4634)",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for list in subject.views::<InExpr>() {
        repeated(list.items().collect(), list.ignores_case(), findings);
    }
    for list in subject.views::<HasAnyExpr>() {
        repeated(list.items().collect(), true, findings);
    }
    for chain in subject.views::<LogicalExpr>() {
        let mut seen: HashMap<String, Span> = HashMap::new();
        for operand in chain.operands() {
            let words: String = operand.text().split_whitespace().collect::<Vec<_>>().join(" ");
            match seen.get(&words) {
                Some(first) => {
                    let found = LINT.rule.found("this condition stands here twice", operand.span());
                    findings.in_query.push(found.with_label(*first, "first here"));
                }
                None => {
                    seen.insert(words, operand.span());
                }
            }
        }
    }
}

fn repeated(items: Vec<Expr>, ignore_case: bool, findings: &mut Findings) {
    let mut seen: HashMap<String, Span> = HashMap::new();
    let mut before: Option<Span> = None;
    for item in items {
        let span = item.span();
        if let Expr::Literal(literal) = &item {
            let words = literal.text();
            let key = if ignore_case { words.to_lowercase() } else { words.clone() };
            match seen.get(&key) {
                Some(first) => findings.in_query.push(describe(&words, span, *first, before)),
                None => {
                    seen.insert(key, span);
                }
            }
        }
        before = Some(span);
    }
}

fn describe(words: &str, span: Span, first: Span, before: Option<Span>) -> Diagnostic {
    let found = LINT
        .rule
        .found(format!("{words} is in this list already"), span)
        .with_label(first, "first here");
    match before {
        // From the end of the value before, so that its comma goes too.
        Some(before) => found.with_edit(Span::new(before.end, span.end), ""),
        None => found,
    }
}
