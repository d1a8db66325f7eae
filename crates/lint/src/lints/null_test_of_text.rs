use quarry_schema::KqlType;
use quarry_semantics::ir::ExprKind;
use quarry_syntax::ast::CallExpr;
use quarry_text::{Rule, Severity};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0416",
        name: "null-test-of-text",
        level: Severity::Warning,
        summary: "`isnull` or `isnotnull` of a text.",
        why: "Texts are never null in KQL: what is missing is the empty text. `isnull(Text)` is false and `isnotnull(Text)` true on every row. \
              `isempty` and `isnotempty` ask what is meant.",
        fires: "SigninLogs\n| where TimeGenerated > ago(1d)\n| where isnotnull(UserPrincipalName)",
        silent: "SigninLogs\n| where TimeGenerated > ago(1d)\n| where isnotempty(UserPrincipalName) and isnotnull(CreatedDateTime)",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    subject.each_expr(&mut |_, expr| {
        let ExprKind::Call { function, args } = &expr.kind else { return };
        let (answer, better) = match function.name {
            "isnull" => ("false", "isempty"),
            "isnotnull" => ("true", "isnotempty"),
            _ => return,
        };
        let text = args
            .first()
            .is_some_and(|arg| arg.ty == KqlType::String && !arg.columns().is_empty());
        if text && subject.node::<CallExpr>(expr.span).is_some() && !subject.in_function(expr.span) {
            let message = format!("this is {answer} on every row: texts are never null");
            findings.in_query.push(
                LINT.rule
                    .found(message, expr.span)
                    .with_help(format!("`{better}(…)` tells whether it is empty")),
            );
        }
    });
}
