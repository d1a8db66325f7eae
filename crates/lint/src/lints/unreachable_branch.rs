use quarry_semantics::ir::{Expr, ExprKind, LogicalOp, Rel, RelKind};
use quarry_syntax::ast::{CallExpr, Expr as Ast};
use quarry_text::{Diagnostic, Rule, Severity, Span};

use crate::lint::{Findings, Lint};
use crate::logic::{Facts, Formula, Want, possible, reads_rows};
use crate::subject::Subject;

pub(super) static LINT: Lint = Lint {
    rule: Rule {
        code: "Q0401",
        name: "unreachable-branch",
        level: Severity::Warning,
        summary: "A branch of `case` or `iff` that no row can take.",
        why: "The value it would give is never seen, and rows that were meant for it get another one. It is proved from the constants in \
              the query, the filters before it and the branches above it: a count of a group is at least 1, so `UserCount < Limit` with \
              `let Limit = 1` holds for no group. Usually the comparison should include equality, or the branches stand in the wrong order.",
        fires: "let Limit = 1;\nSigninLogs\n| summarize Users = dcount(UserPrincipalName), Tries = count() by IPAddress\n\
                | where Users > Limit or Tries > 5\n\
                | extend Reason = case(Users > Limit and Tries > 5, \"both\", Tries > 5 and Users < Limit, \"many tries\", \"many users\")",
        silent: "let Limit = 1;\nSigninLogs\n| summarize Users = dcount(UserPrincipalName), Tries = count() by IPAddress\n\
                 | where Users > Limit or Tries > 5\n\
                 | extend Reason = case(Users > Limit and Tries > 5, \"both\", Tries > 5 and Users <= Limit, \"many tries\", \"many users\")",
    },
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rel in &subject.rels {
        let mut choices: Vec<Expr> = Vec::new();
        rel.each_expr(&mut |expr| {
            expr.walk(&mut |part| {
                if is_choice(part) && subject.node::<CallExpr>(part.span).is_some() && !subject.in_function(part.span) {
                    choices.push(part.clone());
                }
            });
        });
        if choices.is_empty() {
            continue;
        }
        let facts = rows_before(rel);
        for choice in choices {
            findings.in_query.extend(dead_branches(subject, &choice, &facts));
        }
    }
}

fn is_choice(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call { function, .. } if matches!(function.name, "case" | "iff"))
}

/// What is known of the rows that the operator's expressions see.
fn rows_before(rel: &Rel) -> Facts {
    match rel.kind.as_ref() {
        RelKind::Project { input, .. }
        | RelKind::Window { input, .. }
        | RelKind::Filter { input, .. }
        | RelKind::Summarize { input, .. } => Facts::of(input),
        _ => Facts::default(),
    }
}

fn dead_branches(subject: &Subject<'_>, choice: &Expr, facts: &Facts) -> Vec<Diagnostic> {
    let ExprKind::Call { args, .. } = &choice.kind else {
        return Vec::new();
    };
    let mut known: Vec<Formula> = facts.holds.clone();
    // No row gets here at all: that is another lint's.
    if !possible(&known) {
        return Vec::new();
    }
    let mut dead = Vec::new();
    for condition in args.chunks_exact(2).map(|pair| pair.first()).take(args.len() / 2).flatten() {
        let taken = Formula::of(condition, Want::True, facts);
        if reads_rows(condition) && !possible(known.iter().chain([&taken])) {
            dead.push(describe(subject, condition, facts));
        }
        known.push(Formula::of(condition, Want::NotTrue, facts));
        if !possible(&known) {
            if args.len() > 2 && reads_rows(condition) {
                dead.extend(rest(condition, args));
            }
            break;
        }
    }
    dead
}

/// The branches behind one after which no row is left.
fn rest(condition: &Expr, args: &[Expr]) -> Option<Diagnostic> {
    let next = args.iter().skip_while(|arg| arg.span != condition.span).nth(2)?;
    let message = "no row gets as far as this";
    Some(
        LINT.rule
            .found(message, next.span)
            .with_label(condition.span, "every row that comes here takes this branch"),
    )
}

fn describe(subject: &Subject<'_>, condition: &Expr, facts: &Facts) -> Diagnostic {
    let message = "this branch can never be chosen";
    let alone = |part: &&Expr| {
        let taken = Formula::of(part, Want::True, facts);
        !possible(facts.holds.iter().chain([&taken]))
    };
    let operands: Vec<&Expr> = match &condition.kind {
        ExprKind::Logical {
            op: LogicalOp::And,
            operands,
        } => operands.iter().collect(),
        _ => vec![condition],
    };
    if let Some(culprit) = operands.iter().copied().find(alone) {
        let reason = because(subject, culprit, facts).unwrap_or_else(|| "the filters before let no such row through".to_owned());
        let found = LINT.rule.found(message, culprit.span).with_label(culprit.span, reason);
        return match including(subject, culprit, facts) {
            Some(wider) => found.with_help(format!("`{wider}` includes the case of equality")),
            None => found,
        };
    }
    let taken = Formula::of(condition, Want::True, facts);
    if possible(facts.holds.iter().chain([&taken])) {
        LINT.rule
            .found(message, condition.span)
            .with_label(condition.span, "every row that this holds for has taken a branch above")
    } else {
        LINT.rule
            .found(message, condition.span)
            .with_label(condition.span, "the filters before let no such row through")
    }
}

/// What the two sides of a comparison are: their least values, and the constants that names stand for.
fn because(subject: &Subject<'_>, culprit: &Expr, facts: &Facts) -> Option<String> {
    let ExprKind::Binary { left, right, .. } = &culprit.kind else {
        return None;
    };
    let parts: Vec<String> = [left, right].into_iter().filter_map(|side| known(subject, side, facts)).collect();
    (!parts.is_empty()).then(|| parts.join(" and "))
}

fn known(subject: &Subject<'_>, side: &Expr, facts: &Facts) -> Option<String> {
    let words = subject.words(side.span);
    match &side.kind {
        ExprKind::Literal(value) => {
            let value = value.to_string();
            (words != value && named(subject, side.span)).then(|| format!("`{words}` is {value}"))
        }
        ExprKind::Column(id) => {
            let term = facts.term(*id);
            let least = facts.holds.iter().find_map(|fact| match fact {
                Formula::Is(name, set) if *name == term => set.least(),
                _ => None,
            })?;
            Some(format!("`{words}` is {least} or more"))
        }
        _ => None,
    }
}

fn named(subject: &Subject<'_>, span: Span) -> bool {
    matches!(subject.node::<Ast>(span), Some(Ast::Name(_)))
}

/// The same comparison with equality, when that can hold.
fn including(subject: &Subject<'_>, culprit: &Expr, facts: &Facts) -> Option<String> {
    use quarry_semantics::ir::BinaryOp;
    let ExprKind::Binary { op, left, right } = &culprit.kind else {
        return None;
    };
    let (wider, sign) = match op {
        BinaryOp::Less => (BinaryOp::LessOrEqual, "<="),
        BinaryOp::Greater => (BinaryOp::GreaterOrEqual, ">="),
        _ => return None,
    };
    let mut relaxed = culprit.clone();
    if let ExprKind::Binary { op, .. } = &mut relaxed.kind {
        *op = wider;
    }
    let taken = Formula::of(&relaxed, Want::True, facts);
    let words = format!("{} {sign} {}", subject.words(left.span), subject.words(right.span));
    possible(facts.holds.iter().chain([&taken])).then_some(words)
}
