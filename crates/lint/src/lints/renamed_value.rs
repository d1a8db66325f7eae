use quarry_schema::catalogue;
use quarry_semantics::ir::{BinaryOp, Candidates, Expr, ExprKind, Literal};
use quarry_text::{Rule, Severity};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0414",
        name: "renamed-value",
        level: Severity::Warning,
        summary: "A comparison with a text that the product no longer writes.",
        why: "Products were renamed, and with them what their columns hold. Events of today carry the new text, so a filter on the old one \
              finds nothing. Name both, and old and new events are found.",
        fires: "AlertInfo\n| where Timestamp > ago(1d)\n| where ServiceSource == \"Office 365 ATP\"",
        silent: "AlertInfo\n| where Timestamp > ago(1d)\n| where ServiceSource in (\"Office 365 ATP\", \"Microsoft Defender for Office 365\")",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    subject.each_expr(&mut |_, expr| {
        let (value, constants): (&Expr, Vec<&Expr>) = match &expr.kind {
            ExprKind::Binary {
                op: BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::Text { .. },
                left,
                right,
            } => (left, vec![right]),
            ExprKind::Membership {
                value,
                candidates: Candidates::List(list),
                ..
            } => (value, list.iter().collect()),
            _ => return,
        };
        let Some((table, column)) = subject.stored(value) else { return };
        let texts: Vec<&str> = constants
            .iter()
            .filter_map(|constant| match &constant.kind {
                ExprKind::Literal(Literal::String(text)) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let renames = catalogue::value_renames()
            .iter()
            .filter(|rename| rename.table == table && rename.column == column);
        for rename in renames.filter(|rename| texts.contains(&rename.old) && !texts.contains(&rename.new)) {
            // The new text may be asked for beside the old one, in another comparison.
            if subject.text().contains(rename.new) {
                continue;
            }
            let message = format!("{table}.{column} holds `{}` today where it held `{}`", rename.new, rename.old);
            findings.in_query.push(LINT.rule.found(message, expr.span));
        }
    });
}
