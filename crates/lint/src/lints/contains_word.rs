use quarry_semantics::ir::{BinaryOp, Expr, ExprKind, Literal, TextOp};
use quarry_syntax::ast::BinaryExpr;
use quarry_text::{Rule, Severity};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0410",
        name: "contains-word",
        level: Severity::Hint,
        summary: "`contains` with a whole word, where `has` may be meant.",
        why: "`contains` reads every text to its end and also finds the word inside longer ones; `has` finds whole terms and can use an index. \
              They differ where the word is a part of another, so decide which one the hunt means.",
        fires: "DeviceProcessEvents\n| where Timestamp > ago(1d)\n| where ProcessCommandLine contains \"mimikatz\"",
        silent: "DeviceProcessEvents\n| where Timestamp > ago(1d)\n| where ProcessCommandLine has \"mimikatz\" or FileName contains \".scr\"",
    },
    check,
};

/// Shorter words are more often meant as parts of others.
const SHORTEST: usize = 4;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    subject.each_expr(&mut |_, expr| {
        let ExprKind::Binary {
            op:
                BinaryOp::Text {
                    op: TextOp::Contains,
                    case_sensitive,
                    negated,
                },
            left,
            right,
        } = &expr.kind
        else {
            return;
        };
        let ExprKind::Literal(Literal::String(text)) = &right.kind else {
            return;
        };
        let word = text.chars().count() >= SHORTEST && text.chars().all(|c| c.is_ascii_alphanumeric());
        if word && reads_text(left) && subject.node::<BinaryExpr>(expr.span).is_some() {
            let has = format!("{}has{}", if *negated { "!" } else { "" }, if *case_sensitive { "_cs" } else { "" });
            let message = format!("`{text}` is looked for inside other words too");
            findings.in_query.push(
                LINT.rule
                    .found(message, expr.span)
                    .with_help(format!("if a whole word is meant, `{has}` is faster")),
            );
        }
    });
}

fn reads_text(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Column(_) | ExprKind::Path { .. } | ExprKind::Convert(_) | ExprKind::Call { .. }
    )
}
