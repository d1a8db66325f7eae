//! The tables: numbers, keys of few and of many values, times, text with something in it, documents and arrays.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringViewArray};
use quarry_schema::KqlType;

/// Rows of a batch.
const BATCH: usize = 8192;
/// 2024-03-01 in ticks.
const START: i64 = 638_448_480_000_000_000;
const SECOND: i64 = 10_000_000;
/// Distinct values of `key`.
pub const KEYS: i64 = 1000;

pub type Columns = Vec<(String, KqlType)>;

fn columns(columns: &[(&str, KqlType)]) -> Columns {
    columns.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect()
}

/// A number that looks random and follows from the row.
fn mixed(row: i64) -> i64 {
    let mut value = (row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value ^= value >> 29;
    (value.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 17) as i64
}

/// `T`: as many rows as asked for.
pub fn facts(rows: usize) -> (Columns, Vec<RecordBatch>) {
    let columns = columns(&[
        ("id", KqlType::Long),
        ("key", KqlType::Long),
        ("value", KqlType::Real),
        ("at", KqlType::DateTime),
        ("user", KqlType::String),
        ("text", KqlType::String),
        ("doc", KqlType::Dynamic),
        ("list", KqlType::Dynamic),
    ]);
    let batches = (0..rows).step_by(BATCH).map(|start| {
        let ids: Vec<i64> = (start..rows.min(start + BATCH)).map(|row| row as i64).collect();
        let longs = |of: &dyn Fn(i64) -> i64| Arc::new(Int64Array::from_iter_values(ids.iter().map(|id| of(*id)))) as ArrayRef;
        let texts = |of: &dyn Fn(i64) -> String| Arc::new(StringViewArray::from_iter_values(ids.iter().map(|id| of(*id)))) as ArrayRef;
        let reals = Float64Array::from_iter_values(ids.iter().map(|id| (mixed(*id) % 1_000_000) as f64 / 1000.0));
        batch(vec![
            ("id", longs(&|id| id)),
            ("key", longs(&|id| mixed(id).rem_euclid(KEYS))),
            ("value", Arc::new(reals)),
            ("at", longs(&|id| START + mixed(id).rem_euclid(7 * 86_400) * SECOND)),
            ("user", texts(&|id| format!("user{}@example.com", mixed(id).rem_euclid(10_000)))),
            (
                "text",
                texts(&|id| format!("request from host{} key={}; status=ok", id % 97, mixed(id).rem_euclid(KEYS))),
            ),
            ("doc", texts(&|id| format!("{{\"a\":{{\"b\":{id}}},\"name\":\"x{}\"}}", id % 10))),
            ("list", texts(&|id| format!("[{id},{},{}]", id + 1, id + 2))),
        ])
    });
    let batches = batches.collect();
    (columns, batches)
}

/// `U`: a row for each key.
pub fn dimension() -> (Columns, Vec<RecordBatch>) {
    let columns = columns(&[("key", KqlType::Long), ("name", KqlType::String)]);
    let keys = Int64Array::from_iter_values(0..KEYS);
    let names = StringViewArray::from_iter_values((0..KEYS).map(|key| format!("name{key}")));
    (columns, vec![batch(vec![("key", Arc::new(keys)), ("name", Arc::new(names))])])
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    // The engine has every column nullable.
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap()
}
