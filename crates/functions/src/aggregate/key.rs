//! The values that `min`, `max`, `arg_min` and `arg_max` compare, one a group.

use std::cmp::Ordering;
use std::mem::discriminant;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal256Array, FixedSizeBinaryBuilder, Float64Array, Int32Array, Int64Array, StringViewArray,
};
use datafusion::common::{Result, exec_err};
use quarry_schema::KqlType;
use quarry_value::{arrow_type, decimal, dynamic, guid};

use super::states::column;
use crate::kernel::Typed;

/// The best value of each group so far. `None` is KQL null, which loses to every value.
pub(crate) enum Keys {
    Bool(Vec<Option<bool>>),
    Int(Vec<Option<i32>>),
    Long(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
    Decimal(Vec<Option<decimal::Units>>),
    Guid(Vec<Option<guid::Guid>>),
    Text(Vec<Option<Box<str>>>),
    Dynamic(Vec<Option<Box<str>>>),
}

/// A batch of candidates for keys of a type.
pub(crate) fn candidates(values: &[ArrayRef], at: usize, ty: KqlType) -> Result<Typed<'_>> {
    let array = column(values, at)?;
    // Of a decimal, the precision may be another.
    if discriminant(array.data_type()) != discriminant(&arrow_type(ty)) {
        return exec_err!("an aggregate got {} as argument {}", array.data_type(), at + 1);
    }
    Ok(Typed::of(array))
}

impl Keys {
    pub fn new(ty: KqlType) -> Keys {
        match ty {
            KqlType::Bool => Keys::Bool(Vec::new()),
            KqlType::Int => Keys::Int(Vec::new()),
            KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => Keys::Long(Vec::new()),
            KqlType::Real => Keys::Real(Vec::new()),
            KqlType::Decimal => Keys::Decimal(Vec::new()),
            KqlType::Guid => Keys::Guid(Vec::new()),
            KqlType::String => Keys::Text(Vec::new()),
            KqlType::Dynamic | KqlType::Unknown => Keys::Dynamic(Vec::new()),
        }
    }

    pub fn grow(&mut self, groups: usize) {
        match self {
            Keys::Bool(keys) => keys.resize(groups, None),
            Keys::Int(keys) => keys.resize(groups, None),
            Keys::Long(keys) => keys.resize(groups, None),
            Keys::Real(keys) => keys.resize(groups, None),
            Keys::Decimal(keys) => keys.resize(groups, None),
            Keys::Guid(keys) => keys.resize(groups, None),
            Keys::Text(keys) | Keys::Dynamic(keys) => keys.resize(groups, None),
        }
    }

    /// Takes a row's value for a group when it beats the group's present one. True when it did.
    pub fn offer(&mut self, group: usize, candidates: &Typed<'_>, row: usize, max: bool) -> bool {
        if candidates.is_null(row) {
            return false;
        }
        match (self, candidates) {
            (Keys::Bool(keys), Typed::Bool(array)) => replace(keys.get_mut(group), array.value(row), max, bool::cmp),
            (Keys::Int(keys), Typed::Int(array)) => replace(keys.get_mut(group), array.value(row), max, i32::cmp),
            (Keys::Long(keys), Typed::Long(array)) => replace(keys.get_mut(group), array.value(row), max, i64::cmp),
            (Keys::Real(keys), Typed::Real(array)) => offer_real(keys.get_mut(group), array.value(row), max),
            (Keys::Decimal(keys), Typed::Decimal(array)) => replace(keys.get_mut(group), array.value(row), max, decimal::Units::cmp),
            (Keys::Guid(keys), Typed::Guid(array)) => match guid::Guid::try_from(array.value(row)) {
                Ok(value) => replace(keys.get_mut(group), value, max, guid::Guid::cmp),
                Err(_) => false,
            },
            (Keys::Text(keys), Typed::Text(array)) => offer_text(keys.get_mut(group), array.value(row), max, str::cmp),
            (Keys::Dynamic(keys), Typed::Text(array)) => offer_text(keys.get_mut(group), array.value(row), max, dynamic::compare),
            _ => false,
        }
    }

    /// The values of the first groups, which are then forgotten.
    pub fn take(&mut self, groups: usize) -> Result<ArrayRef> {
        Ok(match self {
            Keys::Bool(keys) => Arc::new(keys.drain(..groups).collect::<BooleanArray>()),
            Keys::Int(keys) => Arc::new(keys.drain(..groups).collect::<Int32Array>()),
            Keys::Long(keys) => Arc::new(keys.drain(..groups).collect::<Int64Array>()),
            Keys::Real(keys) => Arc::new(keys.drain(..groups).collect::<Float64Array>()),
            Keys::Decimal(keys) => Arc::new(
                keys.drain(..groups)
                    .collect::<Decimal256Array>()
                    .with_data_type(arrow_type(KqlType::Decimal)),
            ),
            Keys::Guid(keys) => {
                let mut builder = FixedSizeBinaryBuilder::with_capacity(groups, guid::WIDTH);
                for key in keys.drain(..groups) {
                    match key {
                        Some(key) => builder.append_value(key)?,
                        None => builder.append_null(),
                    }
                }
                Arc::new(builder.finish())
            }
            Keys::Text(keys) | Keys::Dynamic(keys) => Arc::new(keys.drain(..groups).collect::<StringViewArray>()),
        })
    }

    pub fn size(&self) -> usize {
        match self {
            Keys::Bool(keys) => keys.capacity(),
            Keys::Int(keys) => keys.capacity() * 8,
            Keys::Long(keys) => keys.capacity() * 16,
            Keys::Real(keys) => keys.capacity() * 16,
            Keys::Decimal(keys) => keys.capacity() * 64,
            Keys::Guid(keys) => keys.capacity() * 17,
            // The texts themselves are short as a rule; their number is what counts.
            Keys::Text(keys) | Keys::Dynamic(keys) => keys.capacity() * 48,
        }
    }
}

fn wins(order: Ordering, max: bool) -> bool {
    if max { order.is_gt() } else { order.is_lt() }
}

fn replace<T>(best: Option<&mut Option<T>>, value: T, max: bool, compare: impl Fn(&T, &T) -> Ordering) -> bool {
    match best {
        Some(best) if best.as_ref().is_none_or(|best| wins(compare(&value, best), max)) => {
            *best = Some(value);
            true
        }
        _ => false,
    }
}

/// NaN wins over every number, whichever end is looked for.
fn offer_real(best: Option<&mut Option<f64>>, value: f64, max: bool) -> bool {
    replace(best, value, max, |value, best| match (value.is_nan(), best.is_nan()) {
        (false, false) => value.partial_cmp(best).unwrap_or(Ordering::Equal),
        (true, false) if max => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, true) if max => Ordering::Less,
        (false, true) => Ordering::Greater,
        (true, true) => Ordering::Equal,
    })
}

fn offer_text(best: Option<&mut Option<Box<str>>>, value: &str, max: bool, compare: impl Fn(&str, &str) -> Ordering) -> bool {
    match best {
        Some(best) if best.as_deref().is_none_or(|best| wins(compare(value, best), max)) => {
            *best = Some(value.into());
            true
        }
        _ => false,
    }
}
