//! Conditions on the time of events.

use quarry_schema::{KqlType, catalogue};
use quarry_semantics::ir::{BinaryOp, Expr, ExprKind, Literal, RelKind};
use quarry_text::Span;

use crate::subject::Subject;

pub(crate) const TICKS_A_SECOND: i64 = 10_000_000;

/// The earliest time that a condition lets through.
pub(crate) enum Since {
    /// So many ticks before the run.
    Back(i64),
    /// This moment.
    Fixed,
}

/// A lower bound on the time of a table's events.
pub(crate) struct Bound<'a> {
    pub span: Span,
    pub table: &'a str,
    pub since: Since,
}

/// Every lower bound that filters put on the time of events.
pub(crate) fn lower_bounds<'a>(subject: &Subject<'a>) -> Vec<Bound<'a>> {
    let mut bounds: Vec<Bound<'a>> = Vec::new();
    for rel in &subject.rels {
        let RelKind::Filter { predicate, .. } = rel.kind.as_ref() else {
            continue;
        };
        predicate.walk(&mut |part| {
            let found = match &part.kind {
                ExprKind::Binary {
                    op: BinaryOp::Greater | BinaryOp::GreaterOrEqual,
                    left,
                    right,
                } if is_event_time(subject, left) => Some((left.as_ref(), right.as_ref())),
                ExprKind::Binary {
                    op: BinaryOp::Less | BinaryOp::LessOrEqual,
                    left,
                    right,
                } if is_event_time(subject, right) => Some((right.as_ref(), left.as_ref())),
                ExprKind::Between {
                    negated: false,
                    value,
                    low,
                    ..
                } if is_event_time(subject, value) => Some((value.as_ref(), low.as_ref())),
                _ => None,
            };
            if let Some((time, bound)) = found.filter(|(_, bound)| !subject.in_function(bound.span))
                && let (Some((table, _)), Some(since)) = (subject.stored(time), since(bound))
            {
                bounds.push(Bound {
                    span: part.span,
                    table,
                    since,
                });
            }
        });
    }
    bounds.sort_by_key(|bound| (bound.span.start, bound.span.end, bound.table));
    bounds.dedup_by_key(|bound| (bound.span, bound.table));
    bounds
}

/// Whether the expression is the time at which a stored event happened.
pub(super) fn is_event_time(subject: &Subject<'_>, expr: &Expr) -> bool {
    let Some((table, column)) = subject.stored(expr) else {
        return false;
    };
    let known = catalogue::table(table).and_then(catalogue::Table::time_column);
    expr.ty == KqlType::DateTime && (known == Some(column) || matches!(column, "TimeGenerated" | "Timestamp"))
}

fn since(expr: &Expr) -> Option<Since> {
    match &expr.kind {
        ExprKind::Literal(Literal::DateTime(_)) => Some(Since::Fixed),
        ExprKind::Convert(inner) if matches!(inner.kind, ExprKind::Literal(Literal::String(_))) => Some(Since::Fixed),
        _ => back(expr, Rounding::LeftOut).map(Since::Back),
    }
}

/// What becomes of a time that is rounded down, to a day or an hour.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rounding {
    LeftOut,
    Unknown,
}

/// How far before the run a time lies exactly, in ticks.
pub(crate) fn before_run(expr: &Expr) -> Option<i64> {
    // Farther away a time may be none at all.
    const CENTURIES: i64 = 5 * 36_525 * 86_400 * TICKS_A_SECOND;
    back(expr, Rounding::Unknown).filter(|ticks| (-CENTURIES..=CENTURIES).contains(ticks))
}

/// How far before the run a time lies, in ticks.
fn back(expr: &Expr, rounding: Rounding) -> Option<i64> {
    match &expr.kind {
        ExprKind::Call { function, args } => match (function.name, args.as_slice()) {
            ("ago", [length]) => length_of(length),
            ("now", []) => Some(0),
            ("now", [offset]) => length_of(offset)?.checked_neg(),
            ("startofday" | "startofhour" | "bin", [time, ..]) if rounding == Rounding::LeftOut => back(time, rounding),
            ("todatetime", [time]) if time.ty == KqlType::DateTime => back(time, rounding),
            _ => None,
        },
        ExprKind::Binary {
            op: BinaryOp::Subtract,
            left,
            right,
        } => back(left, rounding)?.checked_add(length_of(right)?),
        ExprKind::Binary {
            op: BinaryOp::Add,
            left,
            right,
        } => back(left, rounding)?.checked_sub(length_of(right)?),
        _ => None,
    }
}

fn length_of(expr: &Expr) -> Option<i64> {
    match &expr.kind {
        ExprKind::Literal(Literal::TimeSpan(ticks)) => Some(*ticks),
        ExprKind::Binary { op, left, right } => match (op, &left.kind, &right.kind) {
            (BinaryOp::Add, ..) => length_of(left)?.checked_add(length_of(right)?),
            (BinaryOp::Subtract, ..) => length_of(left)?.checked_sub(length_of(right)?),
            (BinaryOp::Multiply, ExprKind::Literal(Literal::Long(times)), _) => length_of(right)?.checked_mul(*times),
            (BinaryOp::Multiply, _, ExprKind::Literal(Literal::Long(times))) => length_of(left)?.checked_mul(*times),
            _ => None,
        },
        _ => None,
    }
}

/// A length of time as KQL writes it: `14d`, `90m`.
pub(super) fn words(seconds: i64) -> String {
    const UNITS: [(i64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];
    let unit = UNITS.iter().find(|(size, _)| seconds % size == 0);
    unit.map_or_else(|| format!("{seconds}s"), |(size, letter)| format!("{}{letter}", seconds / size))
}
