use quarry_semantics::ir::{ExprKind, LogicalOp, RelKind};
use quarry_syntax::ast::LogicalExpr;
use quarry_text::{Rule, Severity};

use crate::lint::{Findings, Lint};
use crate::logic::{Facts, Formula, Want, possible, reads_rows};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0403",
        name: "always-true",
        level: Severity::Warning,
        summary: "Alternatives of which one always holds, so that the condition filters nothing.",
        why: "`Account != \"a\" or Account != \"b\"` is true of every account. To exclude several values write `and` between the \
              inequalities, or `!in`.",
        fires: "SigninLogs\n| where ResultType != \"0\" or ResultType != \"50125\"\n| project UserPrincipalName",
        silent: "SigninLogs\n| where ResultType != \"0\" and ResultType != \"50125\"\n| project UserPrincipalName",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let nothing = Facts::default();
    for rel in &subject.rels {
        let RelKind::Filter { predicate, .. } = rel.kind.as_ref() else {
            continue;
        };
        predicate.walk(&mut |part| {
            let ExprKind::Logical {
                op: LogicalOp::Or,
                operands,
            } = &part.kind
            else {
                return;
            };
            if !operands.iter().all(reads_rows) || subject.node::<LogicalExpr>(part.span).is_none() || subject.in_function(part.span) {
                return;
            }
            let fails = Formula::of(part, Want::NotTrue, &nothing);
            if !possible([&fails]) {
                let message = "this holds for every row";
                let found = LINT.rule.found(message, part.span);
                findings
                    .in_query
                    .push(found.with_help("to exclude several values, join the inequalities with `and` or write `!in (…)`"));
            }
        });
    }
}
