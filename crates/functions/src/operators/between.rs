//! `between` and `!between`: both ends are included, any null makes the answer null.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, Expr, Operator};
use quarry_schema::KqlType;

use super::compare::holds;
use super::{converted, is_column, is_value};
use crate::kernel::{Call, Kernel, kernel_expr};

/// `value between (low .. high)`, all three of one type; a value of dynamic type is read as a real.
///
/// # Errors
/// `NotImplemented` for a type without an order.
pub fn between(negated: bool, value: Expr, low: Expr, high: Expr, ty: KqlType) -> Result<Expr> {
    let (value, low, high, ty) = match ty {
        KqlType::Bool => (
            converted(value, ty, KqlType::Long),
            converted(low, ty, KqlType::Long),
            converted(high, ty, KqlType::Long),
            KqlType::Long,
        ),
        KqlType::Dynamic | KqlType::Unknown => (
            converted(value, ty, KqlType::Real),
            converted(low, ty, KqlType::Real),
            converted(high, ty, KqlType::Real),
            KqlType::Real,
        ),
        KqlType::Guid | KqlType::String => return datafusion::common::not_impl_err!("between takes no {ty}"),
        _ => (value, low, high, ty),
    };
    if ty != KqlType::Real && is_column(&value) && is_value(&low) && is_value(&high) {
        return Ok(if negated {
            value.not_between(low, high)
        } else {
            value.between(low, high)
        });
    }
    let name = if negated { "!between" } else { "between" };
    Ok(kernel_expr(
        name,
        Arc::new(Between { negated }),
        vec![value, low, high],
        vec![ty, ty, ty],
        KqlType::Bool,
        0,
    ))
}

struct Between {
    negated: bool,
}

impl Kernel for Between {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        match call.type_of(0) {
            KqlType::Real => {
                let (value, low, high) = (call.reals(0)?, call.reals(1)?, call.reals(2)?);
                call.write_bools(|row| Some(within(value.get(row)?, low.get(row)?, high.get(row)?) != self.negated))
            }
            KqlType::Decimal => {
                let (value, low, high) = (call.decimals(0)?, call.decimals(1)?, call.decimals(2)?);
                call.write_bools(|row| Some(within(value.get(row)?, low.get(row)?, high.get(row)?) != self.negated))
            }
            _ => {
                let (value, low, high) = (call.longs(0)?, call.longs(1)?, call.longs(2)?);
                call.write_bools(|row| Some(within(value.get(row)?, low.get(row)?, high.get(row)?) != self.negated))
            }
        }
    }
}

pub(crate) fn within<T: PartialOrd + Copy>(value: T, low: T, high: T) -> bool {
    holds(Operator::GtEq, value, low) && holds(Operator::LtEq, value, high)
}
