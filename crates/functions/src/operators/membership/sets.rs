//! Membership in prepared sets of values.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{Decimal256Type, Float64Type, Int32Type, Int64Type};
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, Expr};
use hashbrown::HashSet;
use quarry_schema::KqlType;
use quarry_value::{dynamic, json};

use super::next_set;
use crate::demand::{MOST_ALTERNATIVES, TextDemand, Wanted};
use crate::kernel::{Call, Kernel, kernel_expr};
use crate::operators::needle::{Place, fold, fold_char};

/// A value among prepared ones.
pub(super) fn in_set(members: Members, negated: bool, value: Expr, ty: KqlType, ignore_case: bool) -> Expr {
    let number = next_set();
    let name = format!(
        "{}in{} #{number}",
        if negated { "!" } else { "" },
        if ignore_case { "~" } else { "" }
    );
    kernel_expr(name, Arc::new(InSet { members, negated }), vec![value], vec![ty], KqlType::Bool, 0)
}

/// Values to look up.
pub(super) struct Members {
    values: Values,
    null: bool,
}

enum Values {
    Longs(HashSet<i64>),
    /// Bits of reals; all zeros are one, NaN is not among them.
    Reals(HashSet<u64>),
    Decimals(HashSet<quarry_value::decimal::Units>),
    Bytes(HashSet<Vec<u8>>),
    Texts(HashSet<String>),
    Folded(HashSet<String>),
}

impl Members {
    pub(super) fn new(array: &ArrayRef, ty: KqlType, ignore_case: bool) -> Members {
        let null = array.null_count() > 0 && ty != KqlType::String;
        let values = match ty {
            KqlType::Int => Values::Longs(array.as_primitive::<Int32Type>().iter().flatten().map(i64::from).collect()),
            KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => {
                Values::Longs(array.as_primitive::<Int64Type>().iter().flatten().collect())
            }
            KqlType::Bool => Values::Longs(array.as_boolean().iter().flatten().map(i64::from).collect()),
            KqlType::Real => Values::Reals(array.as_primitive::<Float64Type>().iter().flatten().filter_map(bits).collect()),
            KqlType::Decimal => Values::Decimals(array.as_primitive::<Decimal256Type>().iter().flatten().collect()),
            KqlType::Guid => Values::Bytes(array.as_fixed_size_binary().iter().flatten().map(<[u8]>::to_vec).collect()),
            KqlType::String if ignore_case => Values::Folded(array.as_string_view().iter().flatten().map(fold).collect()),
            KqlType::String | KqlType::Dynamic | KqlType::Unknown => {
                Values::Texts(array.as_string_view().iter().flatten().map(str::to_owned).collect())
            }
        };
        Members { values, null }
    }
}

fn bits(value: f64) -> Option<u64> {
    // Adding zero makes -0.0 the same as 0.0.
    (!value.is_nan()).then(|| (value + 0.0).to_bits())
}

struct InSet {
    members: Members,
    negated: bool,
}

impl Kernel for InSet {
    fn number_range(&self) -> Option<(i64, i64)> {
        match &self.members.values {
            Values::Longs(set) if !self.negated => Some((*set.iter().min()?, *set.iter().max()?)),
            _ => None,
        }
    }

    fn text_demand(&self, _: &[Expr], types: &[KqlType]) -> Option<TextDemand> {
        match (&self.members.values, types) {
            (Values::Texts(set) | Values::Folded(set), [KqlType::String]) if !self.negated && set.len() > MOST_ALTERNATIVES => {
                Some(TextDemand::of_many(0))
            }
            (Values::Texts(set) | Values::Folded(set), [KqlType::String]) if !self.negated => {
                let whole = |text: &String| {
                    vec![Wanted {
                        place: Place::Whole,
                        text: text.clone(),
                    }]
                };
                Some(TextDemand {
                    value: 0,
                    any: set.iter().map(whole).collect(),
                })
            }
            _ => None,
        }
    }

    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let decide = |found: Option<bool>| match found {
            Some(found) => Some(found != self.negated),
            // A null value equals a null member neither way, and no other member.
            None => (!self.members.null).then_some(self.negated),
        };
        match &self.members.values {
            Values::Longs(set) => {
                let value = call.longs(0)?;
                call.write_bools(|row| decide(value.get(row).map(|value| set.contains(&value))))
            }
            Values::Reals(set) => {
                let value = call.reals(0)?;
                call.write_bools(|row| decide(value.get(row).map(|value| bits(value).is_some_and(|bits| set.contains(&bits)))))
            }
            Values::Decimals(set) => {
                let value = call.decimals(0)?;
                call.write_bools(|row| decide(value.get(row).map(|value| set.contains(&value))))
            }
            Values::Bytes(set) => {
                let value = call.guids(0)?;
                call.write_bools(|row| decide(value.get(row).map(|value| set.contains(value.as_slice()))))
            }
            Values::Texts(set) => {
                if let Some(texts) = call.string_column(0) {
                    let values = BooleanBuffer::collect_bool(texts.len(), |row| set.contains(texts.value(row)) != self.negated);
                    return Ok(ColumnarValue::Array(Arc::new(BooleanArray::new(values, None))));
                }
                let value = call.texts(0)?;
                call.write_bools(|row| decide(value.raw(row).map(|value| set.contains(value))))
            }
            Values::Folded(set) => {
                let value = call.texts(0)?;
                let mut folded = String::new();
                call.write_bools(|row| {
                    decide(value.raw(row).map(|value| {
                        folded.clear();
                        if value.is_ascii() {
                            folded.push_str(value);
                            folded.make_ascii_uppercase();
                        } else {
                            folded.extend(value.chars().map(fold_char));
                        }
                        set.contains(&folded)
                    }))
                })
            }
        }
    }
}

/// A value among the elements of an array that changes from row to row.
pub(super) struct InElements {
    pub(super) ignore_case: bool,
    pub(super) negated: bool,
}

impl Kernel for InElements {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let (value, list) = (call.texts(0)?, call.texts(1)?);
        let nulls = call.nulls(0)?;
        let string = call.type_of(0) == KqlType::String;
        call.write_bools(|row| {
            if !string && nulls.is_null(row) {
                return Some(self.negated);
            }
            let text = value.get(row);
            let equal = |raw: &str| {
                let element = json::text(raw);
                json::kind(raw) != json::Kind::Null
                    && if self.ignore_case {
                        fold(&element) == fold(&text)
                    } else {
                        element == text
                    }
            };
            let found = match list.raw(row) {
                Some(raw) => match dynamic::elements(raw) {
                    Some(mut elements) => elements.any(equal),
                    None => equal(raw),
                },
                None => false,
            };
            Some(found != self.negated)
        })
    }
}
