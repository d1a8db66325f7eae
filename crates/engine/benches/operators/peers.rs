//! What the same work costs elsewhere.

use std::collections::HashMap;

use datafusion::arrow::array::{AsArray, Float64Array, Int64Array, RecordBatch, StringViewArray};
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use datafusion::functions_aggregate::expr_fn::{count, count_distinct, max, sum};
use datafusion::functions_window::expr_fn::{lag, row_number};
use datafusion::logical_expr::ExprFunctionExt;
use datafusion::prelude::{DataFrame, JoinType, SessionContext, col, lit};

const HOUR: i64 = 36_000_000_000;

/// A peer of a family.
pub enum Peer {
    /// A plan of DataFusion.
    Plan(fn(&DataFrame, &DataFrame) -> datafusion::common::Result<DataFrame>),
    /// A loop over the rows; gives how many rows come out.
    Loop(fn(&[RecordBatch]) -> usize),
    /// The query itself: what is measured is its evidence.
    WithoutEvidence,
}

impl Peer {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Plan(_) => "DataFusion plan",
            Self::Loop(_) => "loop in Rust",
            Self::WithoutEvidence => "without evidence",
        }
    }
}

pub fn where_number(t: &DataFrame, _: &DataFrame) -> datafusion::common::Result<DataFrame> {
    t.clone()
        .filter(col("value").gt(lit(500.0)))?
        .aggregate(vec![], vec![count(lit(1))])
}

pub fn where_text(t: &DataFrame, _: &DataFrame) -> datafusion::common::Result<DataFrame> {
    t.clone()
        .filter(col("text").ilike(lit("%KEY=77%")))?
        .aggregate(vec![], vec![count(lit(1))])
}

pub fn where_in(t: &DataFrame, _: &DataFrame) -> datafusion::common::Result<DataFrame> {
    let keys = [3, 5, 7, 11, 13].map(lit).to_vec();
    t.clone()
        .filter(col("key").in_list(keys, false))?
        .aggregate(vec![], vec![count(lit(1))])
}

pub fn extend(t: &DataFrame, _: &DataFrame) -> datafusion::common::Result<DataFrame> {
    t.clone()
        .with_column("y", col("id") * lit(2) + col("key"))?
        .aggregate(vec![], vec![sum(col("y"))])
}

pub fn summarize(t: &DataFrame, _: &DataFrame) -> datafusion::common::Result<DataFrame> {
    t.clone()
        .aggregate(vec![col("key")], vec![count(lit(1)), sum(col("value")), max(col("id"))])
}

pub fn dcount(t: &DataFrame, _: &DataFrame) -> datafusion::common::Result<DataFrame> {
    t.clone().aggregate(vec![], vec![count_distinct(col("user"))])
}

pub fn distinct(t: &DataFrame, _: &DataFrame) -> datafusion::common::Result<DataFrame> {
    t.clone().select(vec![col("user")])?.distinct()
}

pub fn sort(t: &DataFrame, _: &DataFrame) -> datafusion::common::Result<DataFrame> {
    t.clone()
        .select(vec![col("id"), col("value")])?
        .sort(vec![col("value").sort(false, false)])
}

pub fn top(t: &DataFrame, _: &DataFrame) -> datafusion::common::Result<DataFrame> {
    t.clone()
        .select(vec![col("id"), col("value")])?
        .sort(vec![col("value").sort(false, false)])?
        .limit(0, Some(100))
}

fn joined(t: &DataFrame, u: &DataFrame, kind: JoinType) -> datafusion::common::Result<DataFrame> {
    let right = u.clone().select(vec![col("key").alias("rk"), col("name")])?;
    t.clone()
        .select(vec![col("id"), col("key")])?
        .join(right, kind, &["key"], &["rk"], None)
}

pub fn inner_join(t: &DataFrame, u: &DataFrame) -> datafusion::common::Result<DataFrame> {
    joined(t, u, JoinType::Inner)?.aggregate(vec![], vec![count(col("name"))])
}

pub fn left_join(t: &DataFrame, u: &DataFrame) -> datafusion::common::Result<DataFrame> {
    joined(t, u, JoinType::Left)?.aggregate(vec![], vec![count(col("name"))])
}

pub fn anti_join(t: &DataFrame, u: &DataFrame) -> datafusion::common::Result<DataFrame> {
    let few = u.clone().filter(col("key").gt(lit(100)))?;
    joined(t, &few, JoinType::LeftAnti)?.aggregate(vec![], vec![count(lit(1))])
}

pub fn union(t: &DataFrame, _: &DataFrame) -> datafusion::common::Result<DataFrame> {
    t.clone().union(t.clone())?.aggregate(vec![], vec![sum(col("id"))])
}

pub fn window(t: &DataFrame, _: &DataFrame) -> datafusion::common::Result<DataFrame> {
    let order = || vec![col("id").sort(true, true)];
    let number = row_number().order_by(order()).build()?.alias("n");
    let before = lag(col("value"), Some(1), None).order_by(order()).build()?.alias("p");
    t.clone().select(vec![col("id"), col("value")])?.window(vec![number, before])
}

fn longs<'a>(batch: &'a RecordBatch, name: &str) -> &'a Int64Array {
    batch.column_by_name(name).unwrap().as_primitive::<Int64Type>()
}

fn reals<'a>(batch: &'a RecordBatch, name: &str) -> &'a Float64Array {
    batch.column_by_name(name).unwrap().as_primitive::<Float64Type>()
}

fn texts<'a>(batch: &'a RecordBatch, name: &str) -> &'a StringViewArray {
    batch.column_by_name(name).unwrap().as_string_view()
}

/// Cuts the number out of `… key=7; …` and adds it up.
pub fn parse(batches: &[RecordBatch]) -> usize {
    let mut total = 0i64;
    for batch in batches {
        for text in texts(batch, "text").iter().flatten() {
            let number = text.split_once("key=").and_then(|(_, rest)| rest.split_once(';'));
            total = total.wrapping_add(number.and_then(|(number, _)| number.parse().ok()).unwrap_or(0));
        }
    }
    std::hint::black_box(total);
    1
}

/// Reads `doc.a.b` with a document for each row.
pub fn path(batches: &[RecordBatch]) -> usize {
    let mut total = 0i64;
    for batch in batches {
        for text in texts(batch, "doc").iter().flatten() {
            let document: serde_json::Value = serde_json::from_str(text).unwrap();
            total = total.wrapping_add(document["a"]["b"].as_i64().unwrap_or(0));
        }
    }
    std::hint::black_box(total);
    1
}

/// Adds up the elements of every list.
pub fn expand(batches: &[RecordBatch]) -> usize {
    let mut total = 0i64;
    for batch in batches {
        for text in texts(batch, "list").iter().flatten() {
            let list: Vec<i64> = serde_json::from_str(text).unwrap();
            total = list.into_iter().fold(total, i64::wrapping_add);
        }
    }
    std::hint::black_box(total);
    1
}

/// The greatest element of the list of each row.
pub fn apply(batches: &[RecordBatch]) -> usize {
    let mut rows = 0;
    for batch in batches {
        let ids = longs(batch, "id");
        let found: Vec<(i64, i64)> = texts(batch, "list")
            .iter()
            .flatten()
            .enumerate()
            .filter_map(|(row, text)| {
                let list: Vec<i64> = serde_json::from_str(text).unwrap();
                Some((ids.value(row), list.into_iter().max()?))
            })
            .collect();
        rows += std::hint::black_box(found).len();
    }
    rows
}

/// Sums by key and hour, spread over all hours.
pub fn make_series(batches: &[RecordBatch]) -> usize {
    let mut sums: HashMap<i64, HashMap<i64, f64>> = HashMap::new();
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    for batch in batches {
        let (keys, times, values) = (longs(batch, "key"), longs(batch, "at"), reals(batch, "value"));
        for row in 0..batch.num_rows() {
            let hour = times.value(row).div_euclid(HOUR);
            first = first.min(hour);
            last = last.max(hour);
            *sums.entry(keys.value(row)).or_default().entry(hour).or_default() += values.value(row);
        }
    }
    let series: Vec<Vec<f64>> = sums
        .values()
        .map(|hours| (first..=last).map(|hour| hours.get(&hour).copied().unwrap_or(0.0)).collect())
        .collect();
    std::hint::black_box(series).len()
}

/// The greatest value of each key.
pub fn partition(batches: &[RecordBatch]) -> usize {
    let mut best: HashMap<i64, (f64, i64)> = HashMap::new();
    for batch in batches {
        let (ids, keys, values) = (longs(batch, "id"), longs(batch, "key"), reals(batch, "value"));
        for row in 0..batch.num_rows() {
            let entry = best.entry(keys.value(row)).or_insert((f64::NEG_INFINITY, 0));
            if values.value(row) > entry.0 {
                *entry = (values.value(row), ids.value(row));
            }
        }
    }
    std::hint::black_box(best).len()
}

/// A running total in order of the rows.
pub fn scan(batches: &[RecordBatch]) -> usize {
    let values = |batch: &RecordBatch| {
        let pairs = longs(batch, "id").values().iter().zip(reals(batch, "value").values());
        pairs.map(|(id, value)| (*id, *value)).collect::<Vec<_>>()
    };
    let mut rows: Vec<(i64, f64)> = batches.iter().flat_map(values).collect();
    rows.sort_by_key(|(id, _)| *id);
    let mut total = 0.0;
    let totals = rows.iter().map(|(_, value)| {
        total += value;
        total
    });
    std::hint::black_box(totals.collect::<Vec<_>>()).len()
}

/// Where the edges of each node lead.
fn edges(batches: &[RecordBatch], least: i64, nodes: i64) -> HashMap<i64, Vec<i64>> {
    let mut edges: HashMap<i64, Vec<i64>> = HashMap::new();
    for id in batches.iter().flat_map(|batch| longs(batch, "id").values()) {
        if *id < least {
            edges.entry(*id).or_default().push(*id * 7 % nodes);
        }
    }
    edges
}

/// Every two edges that follow one another, none of them twice.
pub fn graph_match(batches: &[RecordBatch]) -> usize {
    let edges = edges(batches, i64::MAX, 1_000_000);
    let mut found = Vec::new();
    for (from, over) in &edges {
        for middle in over.iter().filter(|middle| *middle != from) {
            found.extend(edges.get(middle).into_iter().flatten().map(|to| (*from, *to)));
        }
    }
    std::hint::black_box(found).len()
}

/// Every path of one to four edges, none of them twice.
pub fn graph_paths(batches: &[RecordBatch]) -> usize {
    let edges = edges(batches, 1000, 1000);
    let mut found = Vec::new();
    for from in edges.keys() {
        let (mut at, mut seen) = (*from, Vec::new());
        while seen.len() < 4 && !seen.contains(&at) {
            let Some(to) = edges.get(&at).and_then(|over| over.first()) else {
                break;
            };
            seen.push(at);
            found.push((*from, *to));
            at = *to;
        }
    }
    std::hint::black_box(found).len()
}

/// Reads every member of every document.
pub fn bag_unpack(batches: &[RecordBatch]) -> usize {
    let mut names = HashMap::new();
    for batch in batches {
        for text in texts(batch, "doc").iter().flatten() {
            let document: serde_json::Value = serde_json::from_str(text).unwrap();
            *names.entry(document["name"].as_str().unwrap_or_default().to_owned()).or_insert(0) += 1;
        }
    }
    std::hint::black_box(names);
    1
}

/// Counts by key and digit.
pub fn pivot(batches: &[RecordBatch]) -> usize {
    let mut counts: HashMap<i64, HashMap<i64, i64>> = HashMap::new();
    for batch in batches {
        let (ids, keys) = (longs(batch, "id"), longs(batch, "key"));
        for row in 0..batch.num_rows() {
            *counts.entry(keys.value(row)).or_default().entry(ids.value(row) % 10).or_default() += 1;
        }
    }
    std::hint::black_box(counts).len()
}

/// The distinct texts of two columns.
pub fn narrow(batches: &[RecordBatch]) -> usize {
    let mut values = HashMap::new();
    for name in ["id", "key"] {
        for value in batches.iter().flat_map(|batch| longs(batch, name).values()) {
            *values.entry(value.to_string()).or_insert(0) += 1;
        }
    }
    std::hint::black_box(values);
    1
}

/// The session that runs the plans, with the engine's number of partitions.
pub fn context(partitions: usize) -> SessionContext {
    SessionContext::new_with_config(datafusion::prelude::SessionConfig::new().with_target_partitions(partitions))
}
