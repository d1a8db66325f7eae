use std::collections::HashMap;

use quarry_syntax::SyntaxKind;
use quarry_syntax::ast::{AstNode as _, Expr, LetStatement, Name};
use quarry_text::{Rule, Severity};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0408",
        name: "unused-let",
        level: Severity::Warning,
        summary: "A name that `let` declares and nothing uses.",
        why: "Who adjusts a threshold that nothing reads believes the hunt has changed. Either the query forgot to use it, or it is left over \
              from an earlier version: use it or remove it.",
        fires: "let Threshold = 5;\nSigninLogs\n| summarize Tries = count() by UserPrincipalName\n| where Tries > 10",
        silent: "let Threshold = 5;\nSigninLogs\n| summarize Tries = count() by UserPrincipalName\n| where Tries > Threshold",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    // Every name counts as a use, a column's too: what is reported is used by nothing at all.
    let mut uses: HashMap<String, usize> = HashMap::new();
    for name in subject.views::<Name>() {
        *uses.entry(name.value()).or_default() += 1;
    }
    for token in subject.tree.descendants_with_tokens().filter_map(|element| element.into_token()) {
        if token.kind() == SyntaxKind::Ident && token.parent().is_none_or(|parent| parent.kind() != SyntaxKind::Name) {
            *uses.entry(token.text().to_owned()).or_default() += 1;
        }
    }
    for declaration in subject.views::<LetStatement>() {
        // A view answers to the wildcards of `union`.
        if matches!(declaration.value(), Some(Expr::Function(function)) if function.is_view()) {
            continue;
        }
        let Some(name) = declaration.name() else { continue };
        if uses.get(&name.value()) == Some(&1) {
            let message = format!("nothing uses `{}`", name.value());
            findings.in_query.push(LINT.rule.found(message, name.span()));
        }
    }
}
