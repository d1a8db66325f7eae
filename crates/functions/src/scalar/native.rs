//! Functions that DataFusion's own expressions compute exactly.

use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::{Expr, lit};
use quarry_schema::KqlType;
use quarry_semantics::ir::BinaryOp;

use crate::operators::{binary, converted};

/// Names that have no kernel because [`native`] always answers for them.
pub(crate) const NATIVE: &[&str] = &["ago", "case", "iff", "now"];

/// The expression of a function that needs no kernel for these argument types.
pub(crate) fn native(name: &str, args: &[Expr], types: &[KqlType], result: KqlType, now: i64) -> Option<Result<Expr>> {
    let ty = types.first().copied().unwrap_or(KqlType::Dynamic);
    let first = || {
        args.first()
            .cloned()
            .ok_or(())
            .or_else(|()| exec_err!("{name}() needs an argument"))
    };
    Some(match name {
        "iff" | "case" => choice(args, types, result),
        "not" => first().map(|operand| Expr::Not(Box::new(converted(operand, ty, KqlType::Bool)))),
        "now" => match args.first() {
            None => Ok(ticks(now)),
            Some(offset) => shifted(BinaryOp::Add, now, offset.clone()),
        },
        "ago" => first().and_then(|span| shifted(BinaryOp::Subtract, now, span)),
        "isnull" => first().map(|operand| if ty == KqlType::String { lit(false) } else { operand.is_null() }),
        "isnotnull" => first().map(|operand| if ty == KqlType::String { lit(true) } else { operand.is_not_null() }),
        "isempty" => first().map(|operand| emptiness(operand, ty, false)),
        "isnotempty" => first().map(|operand| emptiness(operand, ty, true)),
        "gettype" if !ty.is_dynamic() => Ok(text(ty.name())),
        "tostring" => match args.first().and_then(crate::kernel::text_form) {
            Some(direct) => Ok(direct),
            None if ty == KqlType::String => first(),
            None => return None,
        },
        "tobool" | "todatetime" | "todecimal" | "toguid" | "toint" | "tolong" | "toreal" | "totimespan" if ty == result => first(),
        "tolong" | "toreal" if ty == KqlType::Int || (ty == KqlType::Long && result == KqlType::Real) => {
            first().map(|operand| converted(operand, ty, result))
        }
        _ => return None,
    })
}

/// `iff(p, a, b)` and `case(p, a, q, b, …, c)`: a null predicate is not true.
fn choice(args: &[Expr], types: &[KqlType], result: KqlType) -> Result<Expr> {
    let branch = |at: usize| match (args.get(at), types.get(at)) {
        (Some(expr), Some(ty)) => Ok(Box::new(converted(expr.clone(), *ty, result))),
        _ => exec_err!("a choice lacks a branch"),
    };
    if args.len() < 3 || args.len().is_multiple_of(2) {
        return exec_err!("a choice needs predicates with a value each, and a value for the rest");
    }
    let mut whens = Vec::with_capacity(args.len() / 2);
    for at in (0..args.len() - 1).step_by(2) {
        let (Some(predicate), Some(ty)) = (args.get(at), types.get(at)) else {
            return exec_err!("a choice lacks a predicate");
        };
        whens.push((Box::new(converted(predicate.clone(), *ty, KqlType::Bool)), branch(at + 1)?));
    }
    Ok(Expr::Case(Case::new(None, whens, Some(branch(args.len() - 1)?))))
}

fn ticks(value: i64) -> Expr {
    Expr::Literal(ScalarValue::Int64(Some(value)), None)
}

fn text(value: &str) -> Expr {
    Expr::Literal(ScalarValue::Utf8View(Some(value.to_owned())), None)
}

/// The query's present, moved by a timespan.
fn shifted(op: BinaryOp, now: i64, span: Expr) -> Result<Expr> {
    if let Expr::Literal(ScalarValue::Int64(Some(span)), _) = span {
        let moved = if op == BinaryOp::Add {
            now.checked_add(span)
        } else {
            now.checked_sub(span)
        };
        return Ok(Expr::Literal(
            ScalarValue::Int64(moved.and_then(quarry_value::time::checked_datetime)),
            None,
        ));
    }
    binary(op, ticks(now), KqlType::DateTime, span, KqlType::TimeSpan, KqlType::DateTime)
}

fn emptiness(operand: Expr, ty: KqlType, negated: bool) -> Expr {
    match (ty, negated) {
        (KqlType::String, false) => operand.eq(text("")),
        (KqlType::String, true) => operand.not_eq(text("")),
        (KqlType::Dynamic | KqlType::Unknown, false) => converted(operand, ty, KqlType::String).eq(text("")),
        (KqlType::Dynamic | KqlType::Unknown, true) => converted(operand, ty, KqlType::String).not_eq(text("")),
        (_, false) => operand.is_null(),
        (_, true) => operand.is_not_null(),
    }
}
