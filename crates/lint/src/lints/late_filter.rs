use quarry_semantics::ir::{Expr, ExprKind, LogicalOp, Rel, RelKind};
use quarry_text::{Rule, Severity};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0411",
        name: "late-filter",
        level: Severity::Hint,
        summary: "A filter on the keys of `summarize` or `distinct` that could stand before it.",
        why: "Groups that the filter drops are built first. Before the grouping, the filter drops their rows instead, with the same result: \
              less work, and the reader sees early what the hunt is about.",
        fires: "SigninLogs\n| where TimeGenerated > ago(1d)\n| summarize Tries = count() by UserPrincipalName, AppDisplayName\n\
                | where AppDisplayName == \"Azure Portal\"",
        silent: "SigninLogs\n| where TimeGenerated > ago(1d)\n| where AppDisplayName == \"Azure Portal\"\n\
                 | summarize Tries = count() by UserPrincipalName, AppDisplayName\n| where Tries > 5",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rel in &subject.rels {
        let RelKind::Filter { input, predicate } = rel.kind.as_ref() else {
            continue;
        };
        let Some(groups) = groups_below(input) else { continue };
        let operands: Vec<&Expr> = match &predicate.kind {
            ExprKind::Logical {
                op: LogicalOp::And,
                operands,
            } => operands.iter().collect(),
            _ => vec![predicate],
        };
        for operand in operands {
            let columns = operand.columns();
            let early = !columns.is_empty() && columns.iter().all(|column| groups.contains(column));
            if early && !subject.words(operand.span).is_empty() && !subject.in_function(operand.span) {
                findings
                    .in_query
                    .push(LINT.rule.found("this can be decided before the rows are grouped", operand.span));
            }
        }
    }
}

/// The keys that are plain columns of the rows, when these rows are groups.
fn groups_below(mut rel: &Rel) -> Option<Vec<u32>> {
    loop {
        match rel.kind.as_ref() {
            RelKind::Filter { input, .. } => rel = input,
            RelKind::Summarize { keys, .. } => {
                let plain = keys.iter().filter(|(_, expr)| matches!(expr.kind, ExprKind::Column(_)));
                return Some(plain.map(|(id, _)| *id).collect());
            }
            _ => return None,
        }
    }
}
