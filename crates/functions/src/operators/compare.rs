//! `== != < <= > >=`.
//!
//! One null operand makes `==` false and `!=` true; two make both null. An order comparison with a null is null.
//! NaN equals nothing, itself included.

use std::sync::Arc;

use arrow::array::{Array, BooleanArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::kernels::cmp;
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{ColumnarValue, Expr, Operator, binary_expr};
use quarry_schema::KqlType;
use quarry_value::dynamic;

use super::needle::Place;
use super::{aligned, cased, is_column, is_some_text, is_value};
use crate::demand::TextDemand;
use crate::kernel::{Call, Kernel, kernel_expr, text_form};

pub(super) fn equality(negated: bool, left: Expr, left_ty: KqlType, right: Expr, right_ty: KqlType) -> Result<Expr> {
    if left_ty.is_dynamic() || right_ty.is_dynamic() {
        let text = text_at_path(&left, left_ty, &right, right_ty).or_else(|| text_at_path(&right, right_ty, &left, left_ty));
        if let Some((text, value)) = text {
            return Ok(if negated { text.not_eq(value) } else { text.eq(value) });
        }
        let op = if negated { Operator::NotEq } else { Operator::Eq };
        return Ok(compared_dynamic(op, left, left_ty, right, right_ty));
    }
    let (left, right, ty) = aligned("a comparison", left, left_ty, right, right_ty)?;
    if ty == KqlType::String {
        if let Some(cased) = cased::equality_in_one_case(negated, &left, &right) {
            return Ok(cased);
        }
        // Strings are never null.
        return Ok(if negated { left.not_eq(right) } else { left.eq(right) });
    }
    if ty != KqlType::Real {
        if is_column(&left) && is_value(&right) {
            return Ok(with_value(negated, left, right));
        }
        if is_column(&right) && is_value(&left) {
            return Ok(with_value(negated, right, left));
        }
    }
    let op = if negated { Operator::NotEq } else { Operator::Eq };
    Ok(compared(op, left, right, ty))
}

/// The text at a path and a constant to compare it with. A value that is not there equals no text but the empty one, so its text can stand for it:
/// that is a plain comparison of strings, by which storage can prune.
fn text_at_path(path: &Expr, path_ty: KqlType, value: &Expr, value_ty: KqlType) -> Option<(Expr, Expr)> {
    let constant = path_ty.is_dynamic() && value_ty == KqlType::String && is_some_text(value);
    Some((text_form(path).filter(|_| constant)?, value.clone()))
}

/// A column against a constant: both parts can prune.
fn with_value(negated: bool, column: Expr, value: Expr) -> Expr {
    if negated {
        column.clone().is_null().or(column.not_eq(value))
    } else {
        column.clone().is_not_null().and(column.eq(value))
    }
}

pub(super) fn ordering(op: Operator, left: Expr, left_ty: KqlType, right: Expr, right_ty: KqlType) -> Result<Expr> {
    if left_ty.is_dynamic() || right_ty.is_dynamic() {
        return Ok(compared_dynamic(op, left, left_ty, right, right_ty));
    }
    let (left, right, ty) = aligned("a comparison", left, left_ty, right, right_ty)?;
    // Arrow orders NaN above all numbers and zeros by sign.
    if ty == KqlType::Real {
        Ok(compared(op, left, right, ty))
    } else {
        Ok(binary_expr(left, op, right))
    }
}

fn compared(op: Operator, left: Expr, right: Expr, ty: KqlType) -> Expr {
    kernel_expr(
        op.to_string(),
        Arc::new(Compare { op }),
        vec![left, right],
        vec![ty, ty],
        KqlType::Bool,
        0,
    )
}

fn compared_dynamic(op: Operator, left: Expr, left_ty: KqlType, right: Expr, right_ty: KqlType) -> Expr {
    kernel_expr(
        format!("dynamic {op}"),
        Arc::new(CompareDynamic { op }),
        vec![left, right],
        vec![left_ty, right_ty],
        KqlType::Bool,
        0,
    )
}

/// Whether an operator holds for two reals.
pub(super) fn holds<T: PartialOrd>(op: Operator, left: T, right: T) -> bool {
    match op {
        Operator::Eq => left == right,
        Operator::NotEq => left != right,
        Operator::Lt => left < right,
        Operator::LtEq => left <= right,
        Operator::Gt => left > right,
        _ => left >= right,
    }
}

struct Compare {
    op: Operator,
}

impl Kernel for Compare {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        if call.type_of(0) == KqlType::Real {
            let (left, right) = (call.reals(0)?, call.reals(1)?);
            let equality = matches!(self.op, Operator::Eq | Operator::NotEq);
            return call.write_bools(|row| match (left.get(row), right.get(row)) {
                (Some(left), Some(right)) => Some(holds(self.op, left, right)),
                (None, None) => None,
                _ => equality.then_some(self.op == Operator::NotEq),
            });
        }
        let arrays = ColumnarValue::values_to_arrays(call.args)?;
        let (Some(left), Some(right)) = (arrays.first(), arrays.get(1)) else {
            return datafusion::common::exec_err!("a comparison has two operands");
        };
        let negated = self.op == Operator::NotEq;
        let answer = if left.data_type() == &DataType::Null {
            BooleanArray::new_null(left.len())
        } else {
            cmp::eq(left, right)?
        };
        // Arrow's answer is null where any side is; here only where both are.
        let values = BooleanBuffer::collect_bool(answer.len(), |row| (answer.is_valid(row) && answer.value(row)) != negated);
        let valid = BooleanBuffer::collect_bool(answer.len(), |row| left.is_valid(row) || right.is_valid(row));
        Ok(ColumnarValue::Array(Arc::new(BooleanArray::new(
            values,
            Some(NullBuffer::new(valid)),
        ))))
    }
}

/// A comparison in which one side is dynamic: it is read as the type of the other side. A dynamic string is no number and no bool.
struct CompareDynamic {
    op: Operator,
}

impl Kernel for CompareDynamic {
    fn number_comparison(&self, types: &[KqlType]) -> Option<Operator> {
        use KqlType::{Dynamic, Int, Long};
        matches!(types, [Dynamic, Int | Long] | [Int | Long, Dynamic]).then_some(self.op)
    }

    fn text_demand(&self, args: &[Expr], types: &[KqlType]) -> Option<TextDemand> {
        match (args, types) {
            ([_, Expr::Literal(ScalarValue::Utf8View(Some(text)), _)], [_, KqlType::String]) if self.op == Operator::Eq => {
                Some(TextDemand::one(0, Place::Whole, text))
            }
            ([Expr::Literal(ScalarValue::Utf8View(Some(text)), _), _], [KqlType::String, _]) if self.op == Operator::Eq => {
                Some(TextDemand::one(1, Place::Whole, text))
            }
            _ => None,
        }
    }

    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let (left_ty, right_ty) = (call.type_of(0), call.type_of(1));
        let flipped = !left_ty.is_dynamic();
        let (at, other_at) = if flipped { (1, 0) } else { (0, 1) };
        let other_ty = if flipped { left_ty } else { right_ty };
        let document = call.texts(at)?;
        let negated = self.op == Operator::NotEq;
        let equality = negated || self.op == Operator::Eq;
        let op = if flipped { self.op.swap().unwrap_or(self.op) } else { self.op };
        // The outcome for a document that does not have the other side's type.
        let differs = equality.then_some(negated);
        macro_rules! by {
            ($other:expr, $read:expr) => {{
                let other = $other;
                call.write_bools(|row| match (document.raw(row), other.get(row)) {
                    (Some(raw), Some(other)) => $read(raw).map_or(differs, |value| Some(holds(op, value, other))),
                    (None, None) => None,
                    _ => differs,
                })
            }};
        }
        match other_ty {
            KqlType::String => {
                let other = call.texts(other_at)?;
                call.write_bools(|row| {
                    if document.raw(row).is_none() {
                        differs
                    } else {
                        Some(holds(op, document.get(row).as_ref(), other.get(row).as_ref()))
                    }
                })
            }
            KqlType::Dynamic | KqlType::Unknown => {
                let other = call.texts(other_at)?;
                call.write_bools(|row| match (document.raw(row), other.raw(row)) {
                    (Some(left), Some(right)) => Some(holds(op, dynamic::compare(left, right), std::cmp::Ordering::Equal)),
                    (None, None) => None,
                    _ => differs,
                })
            }
            KqlType::Int | KqlType::Long => {
                let other = call.longs(other_at)?;
                call.write_bools(|row| match (document.raw(row), other.get(row)) {
                    (Some(raw), Some(other)) if is_bare(raw) => match raw.parse::<i64>() {
                        Ok(value) => Some(holds(op, value, other)),
                        Err(_) => dynamic::to_real(raw).map_or(differs, |value| Some(holds(op, value, other as f64))),
                    },
                    (None, None) => None,
                    _ => differs,
                })
            }
            KqlType::Real => by!(call.reals(other_at)?, |raw| if is_bare(raw) { dynamic::to_real(raw) } else { None }),
            KqlType::Decimal => by!(call.decimals(other_at)?, |raw| if is_bare(raw) {
                dynamic::to_decimal(raw)
            } else {
                None
            }),
            KqlType::Bool => by!(call.bools(other_at)?, |raw| if is_bare(raw) { dynamic::to_bool(raw) } else { None }),
            KqlType::DateTime => by!(call.longs(other_at)?, dynamic::to_datetime),
            KqlType::TimeSpan => by!(call.longs(other_at)?, dynamic::to_timespan),
            KqlType::Guid => by!(call.guids(other_at)?, dynamic::to_guid),
        }
    }
}

/// Whether a dynamic is a number or a bool.
fn is_bare(raw: &str) -> bool {
    matches!(
        quarry_value::json::kind(raw),
        quarry_value::json::Kind::Number | quarry_value::json::Kind::Bool
    )
}
