use quarry_schema::KqlType;
use quarry_semantics::ir::{BinaryOp, Candidates, Expr, ExprKind, Literal, MembershipOp};
use quarry_syntax::ast::{BinaryExpr, InExpr};
use quarry_text::{Rule, Severity};

use crate::lint::{Findings, Lint};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0409",
        name: "case-sensitive-identity",
        level: Severity::Info,
        summary: "An e-mail address or the name of a host compared with attention to case.",
        why: "Mail systems, directories and agents write the same account or host as `Mia.Koch@Contoso.com` and `mia.koch@contoso.com`. `==` and \
              `in` see two, so a filter misses one and an exclusion lets it through. `=~`, `!~`, `in~` and `!in~` see one.",
        fires: "SigninLogs\n| where TimeGenerated > ago(1d)\n| where UserPrincipalName != \"backup@contoso.com\"",
        silent: "SigninLogs\n| where TimeGenerated > ago(1d)\n| where UserPrincipalName !~ \"backup@contoso.com\"",
    },
    check,
};

/// Columns with names of hosts.
const HOSTS: &[&str] = &[
    "Computer",
    "DestinationHostName",
    "DeviceName",
    "DstHostname",
    "DvcHostname",
    "HostName",
    "RemoteDeviceName",
    "SourceHostName",
    "SrcHostname",
    "WorkstationName",
];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut found = Vec::new();
    subject.each_expr(&mut |_, expr| match &expr.kind {
        ExprKind::Binary {
            op: op @ (BinaryOp::Equal | BinaryOp::NotEqual),
            left,
            right,
        } => {
            let (value, constant): (&Expr, &Expr) = if is_text(right) { (left, right) } else { (right, left) };
            if matters(subject, value, constant) && subject.node::<BinaryExpr>(expr.span).is_some() {
                let better = if *op == BinaryOp::Equal { "=~" } else { "!~" };
                found.push((expr.span, constant.clone(), better));
            }
        }
        ExprKind::Membership {
            op: MembershipOp::In,
            negated,
            value,
            candidates: Candidates::List(list),
        } if subject.node::<InExpr>(expr.span).is_some() => {
            if let Some(constant) = list.iter().find(|constant| matters(subject, value, constant)) {
                found.push((expr.span, constant.clone(), if *negated { "!in~" } else { "in~" }));
            }
        }
        _ => {}
    });
    for (span, constant, better) in found {
        let ExprKind::Literal(Literal::String(text)) = &constant.kind else {
            continue;
        };
        let message = format!("`{text}` is found in this spelling only");
        findings.in_query.push(
            LINT.rule
                .found(message, span)
                .with_help(format!("`{better}` finds it in every case")),
        );
    }
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(Literal::String(_)))
}

fn matters(subject: &Subject<'_>, value: &Expr, constant: &Expr) -> bool {
    let ExprKind::Literal(Literal::String(text)) = &constant.kind else {
        return false;
    };
    // What is folded to one case is compared rightly.
    let plain = match &value.kind {
        ExprKind::Column(_) | ExprKind::Path { .. } => true,
        ExprKind::Call { function, args } => {
            function.name == "tostring"
                && args
                    .first()
                    .is_some_and(|arg| matches!(arg.kind, ExprKind::Column(_) | ExprKind::Path { .. }))
        }
        _ => false,
    };
    if !plain || value.ty != KqlType::String {
        return false;
    }
    let host = match value.kind {
        ExprKind::Column(id) => subject.name(id).is_some_and(|name| HOSTS.contains(&name)),
        _ => false,
    };
    is_address(text) || (host && text.chars().any(char::is_alphabetic))
}

fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let part = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'));
    part(local) && part(domain) && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
}
