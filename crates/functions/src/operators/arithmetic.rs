//! `+ - * / %` and negation: integers wrap, null is sticky, integer division by zero is null, remainders are never negative.

use std::sync::Arc;

use datafusion::common::{Result, not_impl_err};
use datafusion::logical_expr::{ColumnarValue, Expr, Operator, binary_expr};
use quarry_schema::KqlType;
use quarry_semantics::ir::BinaryOp;
use quarry_value::{decimal, number, time};

use super::{aligned, converted};
use crate::kernel::{Call, Kernel, kernel_expr};

use KqlType::{Bool, DateTime, Decimal, Dynamic, Int, Long, Real, TimeSpan, Unknown};

pub(super) fn arithmetic(op: BinaryOp, left: Expr, left_ty: KqlType, right: Expr, right_ty: KqlType, result: KqlType) -> Result<Expr> {
    match (left_ty, right_ty) {
        // A dynamic operand takes the type of the other one.
        (Dynamic | Unknown, Dynamic | Unknown) => arithmetic(
            op,
            converted(left, left_ty, Real),
            Real,
            converted(right, right_ty, Real),
            Real,
            result,
        ),
        (Dynamic | Unknown, _) => arithmetic(op, converted(left, left_ty, right_ty), right_ty, right, right_ty, result),
        (_, Dynamic | Unknown) => arithmetic(op, left, left_ty, converted(right, right_ty, left_ty), left_ty, result),
        (DateTime | TimeSpan, _) | (_, DateTime | TimeSpan) => times(op, left, left_ty, right, right_ty, result),
        _ => numbers(op, left, left_ty, right, right_ty, result),
    }
}

fn numbers(op: BinaryOp, left: Expr, left_ty: KqlType, right: Expr, right_ty: KqlType, result: KqlType) -> Result<Expr> {
    let (left, right, ty) = aligned("arithmetic", left, left_ty, right, right_ty)?;
    let (left, right, ty) = match ty {
        Bool | Int => (converted(left, ty, Long), converted(right, ty, Long), Long),
        _ => (left, right, ty),
    };
    let expr = match (ty, op) {
        (Long | Real, BinaryOp::Add) => binary_expr(left, Operator::Plus, right),
        (Long | Real, BinaryOp::Subtract) => binary_expr(left, Operator::Minus, right),
        (Long | Real, BinaryOp::Multiply) => binary_expr(left, Operator::Multiply, right),
        (Real, BinaryOp::Divide) => binary_expr(left, Operator::Divide, right),
        (Long, _) => kernel(op, Form::Longs, left, right, ty, ty, Long),
        (Real, _) => kernel(op, Form::Reals, left, right, ty, ty, Real),
        (Decimal, _) => kernel(op, Form::Decimals, left, right, ty, ty, Decimal),
        _ => return not_impl_err!("arithmetic of {left_ty} and {right_ty} is not supported"),
    };
    Ok(converted(expr, ty, result))
}

fn times(op: BinaryOp, left: Expr, left_ty: KqlType, right: Expr, right_ty: KqlType, result: KqlType) -> Result<Expr> {
    match time_form(op, left_ty, right_ty) {
        Some(form) => Ok(kernel(op, form, left, right, left_ty, right_ty, result)),
        None => not_impl_err!("arithmetic of {left_ty} and {right_ty} is not supported"),
    }
}

/// How the operands are read where one of them is a time; `None` for types that do not go together.
pub(crate) fn time_form(op: BinaryOp, left: KqlType, right: KqlType) -> Option<Form> {
    let scaled = |ty: KqlType| {
        if matches!(ty, Real | Decimal) {
            Form::ScaleReal
        } else {
            Form::Longs
        }
    };
    Some(match (op, left, right) {
        (BinaryOp::Add | BinaryOp::Subtract, DateTime, TimeSpan) | (BinaryOp::Add, TimeSpan, DateTime) => Form::Datetimes,
        (BinaryOp::Add | BinaryOp::Subtract, TimeSpan, TimeSpan) | (BinaryOp::Subtract, DateTime, DateTime) => Form::Longs,
        // A span over a span, or a point modulo a span.
        (BinaryOp::Divide, DateTime | TimeSpan, DateTime | TimeSpan) => Form::Ratio,
        (BinaryOp::Modulo, DateTime | TimeSpan, _) => Form::Longs,
        (BinaryOp::Multiply | BinaryOp::Divide, TimeSpan, Int | Long | Real | Decimal | Bool) => scaled(right),
        (BinaryOp::Multiply, Int | Long | Real | Decimal | Bool, TimeSpan) => scaled(left),
        // A plain number beside a time counts ticks.
        (BinaryOp::Add | BinaryOp::Subtract, DateTime, Int | Long) => Form::Datetimes,
        (BinaryOp::Add | BinaryOp::Subtract, TimeSpan, Int | Long) | (BinaryOp::Add, Int | Long, TimeSpan) => Form::Longs,
        _ => return None,
    })
}

pub(super) fn negate(operand: Expr, ty: KqlType) -> Result<Expr> {
    match ty {
        Int | Long | Real | Decimal | TimeSpan => Ok(kernel_expr("negate", Arc::new(Negate), vec![operand], vec![ty], ty, 0)),
        Bool => negate(converted(operand, ty, Long), Long),
        Dynamic => Ok(converted(negate(converted(operand, ty, Real), Real)?, Real, Dynamic)),
        Unknown => negate(converted(operand, ty, Real), Real),
        _ => not_impl_err!("a {ty} has no negative"),
    }
}

fn kernel(op: BinaryOp, form: Form, left: Expr, right: Expr, left_ty: KqlType, right_ty: KqlType, result: KqlType) -> Expr {
    let name = match op {
        BinaryOp::Add => "add",
        BinaryOp::Subtract => "subtract",
        BinaryOp::Multiply => "multiply",
        BinaryOp::Divide => "divide",
        _ => "modulo",
    };
    kernel_expr(
        name,
        Arc::new(Arithmetic { op, form }),
        vec![left, right],
        vec![left_ty, right_ty],
        result,
        0,
    )
}

/// How the operands are read.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// Both as longs or ticks.
    Longs,
    Reals,
    Decimals,
    /// Ticks whose outcome must lie in the calendar.
    Datetimes,
    /// The exact quotient of two counts of ticks.
    Ratio,
    /// Ticks and a real factor.
    ScaleReal,
}

struct Arithmetic {
    op: BinaryOp,
    form: Form,
}

impl Kernel for Arithmetic {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        match self.form {
            Form::Longs | Form::Datetimes => {
                let (left, right) = (call.longs(0)?, call.longs(1)?);
                let calendar = matches!(self.form, Form::Datetimes);
                call.write_longs(|row| {
                    let value = long(self.op, left.get(row)?, right.get(row)?, calendar)?;
                    if calendar { time::checked_datetime(value) } else { Some(value) }
                })
            }
            Form::Reals => {
                let (left, right) = (call.reals(0)?, call.reals(1)?);
                call.write_reals(|row| Some(real(self.op, left.get(row)?, right.get(row)?)))
            }
            Form::Decimals => {
                let (left, right) = (call.decimals(0)?, call.decimals(1)?);
                call.write_decimals(|row| decimals(self.op, left.get(row)?, right.get(row)?))
            }
            Form::Ratio => {
                let (left, right) = (call.longs(0)?, call.longs(1)?);
                let quotient = |row| Some(left.get(row)? as f64 / right.get(row)? as f64);
                if call.result == Real {
                    call.write_reals(quotient)
                } else {
                    call.write_longs(|row| number::long_of(quotient(row)?))
                }
            }
            Form::ScaleReal => {
                let (left, right) = (call.reals(0)?, call.reals(1)?);
                call.write_longs(|row| {
                    let value = real(self.op, left.get(row)?, right.get(row)?);
                    if value.is_finite() { number::long_of(value) } else { None }
                })
            }
        }
    }
}

/// The outcome for two longs; `None` for a divisor 0, and where it is `checked` for one that no long holds.
pub(crate) fn long(op: BinaryOp, left: i64, right: i64, checked: bool) -> Option<i64> {
    match op {
        BinaryOp::Add if checked => left.checked_add(right),
        BinaryOp::Subtract if checked => left.checked_sub(right),
        BinaryOp::Add => Some(left.wrapping_add(right)),
        BinaryOp::Subtract => Some(left.wrapping_sub(right)),
        BinaryOp::Multiply => Some(left.wrapping_mul(right)),
        BinaryOp::Divide => number::divide(left, right),
        _ => number::modulo(left, right),
    }
}

pub(crate) fn real(op: BinaryOp, left: f64, right: f64) -> f64 {
    match op {
        BinaryOp::Add => left + right,
        BinaryOp::Subtract => left - right,
        BinaryOp::Multiply => left * right,
        BinaryOp::Divide => left / right,
        _ => left.rem_euclid(right),
    }
}

fn decimals(op: BinaryOp, left: decimal::Units, right: decimal::Units) -> Option<decimal::Units> {
    match op {
        BinaryOp::Add => decimal::add(left, right),
        BinaryOp::Subtract => decimal::subtract(left, right),
        BinaryOp::Multiply => decimal::multiply(left, right),
        BinaryOp::Divide => decimal::divide(left, right),
        _ => decimal::modulo(left, right),
    }
}

struct Negate;

impl Kernel for Negate {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        match call.result {
            Real => {
                let operand = call.reals(0)?;
                call.write_reals(|row| operand.get(row).map(|value| -value))
            }
            Decimal => {
                let operand = call.decimals(0)?;
                call.write_decimals(|row| operand.get(row).map(decimal::Units::wrapping_neg))
            }
            _ => {
                let operand = call.longs(0)?;
                call.write_longs(|row| operand.get(row).map(i64::wrapping_neg))
            }
        }
    }
}
