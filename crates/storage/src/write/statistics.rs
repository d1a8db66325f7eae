//! What the log will say of a file: rows, smallest and largest values.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{max, min};
use arrow::datatypes::{Int32Type, Int64Type};
use quarry_schema::KqlType;
use quarry_value::time::MICROSECOND;
use serde_json::{Map, Value, json};

use super::bounds;
use crate::layout::Layout;

/// Characters of a text that bounds keep.
const TEXT_LENGTH: usize = 32;

/// Collects over the row groups of a file.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    rows: usize,
    ranges: HashMap<usize, Range>,
}

#[derive(Debug)]
struct Range {
    bounds: Option<Bounds>,
    nulls: usize,
}

#[derive(Clone, Debug)]
enum Bounds {
    Numbers(i64, i64),
    Texts(String, String),
}

impl Statistics {
    /// Takes in a row group; `columns` are those that the file has, in the engine's representation.
    pub fn add(&mut self, layout: &Layout, rows: usize, columns: &[(usize, ArrayRef)]) {
        self.rows += rows;
        let kept = layout.statistics_columns();
        for (at, array) in columns {
            let Some(column) = layout
                .stored
                .get(*at)
                .filter(|column| kept.iter().any(|kept| kept.name == column.name))
            else {
                continue;
            };
            let range = self.ranges.entry(*at).or_insert(Range { bounds: None, nulls: 0 });
            range.nulls += array.null_count();
            let new = bounds_of(column.ty, array);
            range.bounds = match (range.bounds.take(), new) {
                (Some(old), Some(new)) => Some(old.with(new)),
                (old, new) => old.or(new),
            };
        }
    }

    /// The JSON that goes into the log.
    pub fn to_json(&self, layout: &Layout) -> String {
        let (mut least, mut most, mut nulls) = (Map::new(), Map::new(), Map::new());
        for (at, range) in &self.ranges {
            let Some(column) = layout.stored.get(*at) else { continue };
            nulls.insert(column.physical.clone(), json!(range.nulls));
            let (low, high) = match &range.bounds {
                Some(Bounds::Numbers(low, high)) if column.ty == KqlType::DateTime => (Some(stamp(*low)), Some(stamp(*high))),
                Some(Bounds::Numbers(low, high)) => (Some(json!(low)), Some(json!(high))),
                Some(Bounds::Texts(low, high)) => (Some(json!(prefix(low))), upper(high).map(Value::String)),
                None => (None, None),
            };
            if let (Some(low), Some(high)) = (low, high) {
                least.insert(column.physical.clone(), low);
                most.insert(column.physical.clone(), high);
            }
        }
        json!({ "numRecords": self.rows, "minValues": least, "maxValues": most, "nullCount": nulls }).to_string()
    }
}

impl Bounds {
    fn with(self, other: Bounds) -> Bounds {
        match (self, other) {
            (Bounds::Numbers(a, b), Bounds::Numbers(c, d)) => Bounds::Numbers(a.min(c), b.max(d)),
            (Bounds::Texts(a, b), Bounds::Texts(c, d)) => Bounds::Texts(a.min(c), b.max(d)),
            (kept, _) => kept,
        }
    }
}

fn bounds_of(ty: KqlType, array: &ArrayRef) -> Option<Bounds> {
    match ty {
        KqlType::Int => {
            let values = array.as_primitive_opt::<Int32Type>()?;
            Some(Bounds::Numbers(min(values)?.into(), max(values)?.into()))
        }
        KqlType::Long | KqlType::TimeSpan | KqlType::DateTime => {
            let values = array.as_primitive_opt::<Int64Type>()?;
            Some(Bounds::Numbers(min(values)?, max(values)?))
        }
        KqlType::String | KqlType::Guid => {
            let (low, high) = bounds::of_texts(array.as_string_view_opt()?)?;
            Some(Bounds::Texts(low.to_owned(), high.to_owned()))
        }
        _ => None,
    }
}

/// Whole microseconds, as other readers know the column.
fn stamp(ticks: i64) -> Value {
    let mut text = String::with_capacity(28);
    quarry_value::format::datetime(ticks - ticks.rem_euclid(MICROSECOND), &mut text);
    // Seven digits and `Z`: the last digit is 0.
    text.truncate(text.len().saturating_sub(2));
    text.push('Z');
    Value::String(text)
}

pub(super) fn prefix(text: &str) -> String {
    text.chars().take(TEXT_LENGTH).collect()
}

/// A text that is not less than any with the same beginning.
pub(super) fn upper(text: &str) -> Option<String> {
    match text.chars().nth(TEXT_LENGTH) {
        None => Some(text.to_owned()),
        Some(char::MAX) => None,
        Some(_) => {
            let mut bound = prefix(text);
            bound.push(char::MAX);
            Some(bound)
        }
    }
}
