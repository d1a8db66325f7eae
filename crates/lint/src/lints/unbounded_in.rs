use quarry_semantics::ir::{Candidates, ExprKind, Rel, RelKind};
use quarry_syntax::ast::InExpr;
use quarry_text::{Rule, Severity};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0412",
        name: "unbounded-in",
        level: Severity::Warning,
        summary: "`in` over a whole table that nothing filters.",
        why: "The set on the right of `in` is held in memory, and Kusto refuses more than a million values. A table of events without any \
              filter grows past that. Filter or group it first, or write a `join kind=leftsemi`.",
        fires: "SigninLogs\n| where TimeGenerated > ago(1d)\n| where IPAddress in ((DeviceNetworkEvents | project RemoteIP))",
        silent: "SigninLogs\n| where TimeGenerated > ago(1d)\n\
                 | where IPAddress in ((DeviceNetworkEvents | where Timestamp > ago(1d) and RemotePort == 4444 | project RemoteIP))",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(query) = subject.query else { return };
    subject.each_expr(&mut |_, expr| {
        let ExprKind::Membership {
            candidates: Candidates::Set(id),
            ..
        } = &expr.kind
        else {
            return;
        };
        let set = query.subqueries.iter().find(|subquery| subquery.id == *id);
        let Some(table) = set.and_then(|set| whole_table(&set.rel)) else {
            return;
        };
        if subject.node::<InExpr>(expr.span).is_some() {
            let message = format!("every row of {table} goes into this set");
            findings.in_query.push(LINT.rule.found(message, expr.span));
        }
    });
}

/// The table whose every row comes out.
fn whole_table(mut rel: &Rel) -> Option<&str> {
    loop {
        match rel.kind.as_ref() {
            RelKind::Project { input, .. } | RelKind::Window { input, .. } | RelKind::Sort { input, .. } => rel = input,
            RelKind::Summarize { input, aggregates, .. } if aggregates.is_empty() => rel = input,
            // Custom logs are often lists kept for this purpose.
            RelKind::Table { name, .. } if !name.ends_with("_CL") => return Some(name),
            _ => return None,
        }
    }
}
