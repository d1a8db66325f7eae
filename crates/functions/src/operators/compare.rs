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
use crate::kernel::{Call, Kernel, Reals, kernel_expr, text_form};

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

/// Whether an operator holds for two values.
pub(crate) fn holds<T: PartialOrd>(op: Operator, left: T, right: T) -> bool {
    match op {
        Operator::Eq => left == right,
        Operator::NotEq => left != right,
        Operator::Lt => left < right,
        Operator::LtEq => left <= right,
        Operator::Gt => left > right,
        _ => left >= right,
    }
}

/// The answer for two values that may be null.
pub(crate) fn compared_values<T: PartialOrd>(op: Operator, left: Option<T>, right: Option<T>) -> Option<bool> {
    match (left, right) {
        (Some(left), Some(right)) => Some(holds(op, left, right)),
        (None, None) => None,
        _ => match op {
            Operator::Eq => Some(false),
            Operator::NotEq => Some(true),
            _ => None,
        },
    }
}

struct Compare {
    op: Operator,
}

impl Kernel for Compare {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let answer = if call.type_of(0) == KqlType::Real {
            let (left, right) = (call.reals(0)?, call.reals(1)?);
            let (some_left, some_right) = (there(left.values(), call.rows), there(right.values(), call.rows));
            with_nulls(self.op, reals(self.op, &left, &right), some_left, some_right)
        } else {
            let arrays = ColumnarValue::values_to_arrays(call.args)?;
            let [left, right] = arrays.as_slice() else {
                return datafusion::common::exec_err!("a comparison has two operands");
            };
            let values = match self.op {
                _ if left.data_type() == &DataType::Null => BooleanBuffer::new_unset(left.len()),
                Operator::NotEq => cmp::neq(left, right)?.into_parts().0,
                _ => cmp::eq(left, right)?.into_parts().0,
            };
            with_nulls(self.op, values, there(left, left.len()), there(right, right.len()))
        };
        Ok(ColumnarValue::Array(Arc::new(answer)))
    }
}

/// Reals by an operator, whatever lies where one is null.
fn reals(op: Operator, left: &Reals, right: &Reals) -> BooleanBuffer {
    match op {
        Operator::Eq => reals_by(left, right, |left, right| left == right),
        Operator::NotEq => reals_by(left, right, |left, right| left != right),
        Operator::Lt => reals_by(left, right, |left, right| left < right),
        Operator::LtEq => reals_by(left, right, |left, right| left <= right),
        Operator::Gt => reals_by(left, right, |left, right| left > right),
        _ => reals_by(left, right, |left, right| left >= right),
    }
}

fn reals_by(left: &Reals, right: &Reals, holds: impl Fn(f64, f64) -> bool) -> BooleanBuffer {
    let answer = match (left.constant_value(), right.constant_value()) {
        (None, Some(right)) => BooleanArray::from_unary(left.values(), |left| holds(left, right)),
        (Some(left), None) => BooleanArray::from_unary(right.values(), |right| holds(left, right)),
        _ => BooleanArray::from_binary(left.values(), right.values(), holds),
    };
    answer.into_parts().0
}

/// Where there is a value; `None` where there is one everywhere.
fn there(array: &dyn Array, rows: usize) -> Option<BooleanBuffer> {
    let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0)?;
    Some(match nulls.len() == rows {
        true => nulls.into_inner(),
        // A constant null.
        false => BooleanBuffer::new_unset(rows),
    })
}

/// What nulls make of the outcomes for values: where one is null they differ, where both are so is the answer; and nothing precedes or follows a null.
fn with_nulls(op: Operator, values: BooleanBuffer, left: Option<BooleanBuffer>, right: Option<BooleanBuffer>) -> BooleanArray {
    let (both, any) = match (left, right) {
        (None, None) => return BooleanArray::new(values, None),
        (Some(one), None) | (None, Some(one)) => (one, None),
        (Some(left), Some(right)) => (&left & &right, Some(&left | &right)),
    };
    match op {
        Operator::Eq => BooleanArray::new(&values & &both, any.map(NullBuffer::new)),
        Operator::NotEq => BooleanArray::new(&values | &!&both, any.map(NullBuffer::new)),
        _ => BooleanArray::new(values, Some(NullBuffer::new(both))),
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
