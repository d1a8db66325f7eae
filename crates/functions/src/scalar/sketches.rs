//! Reading and merging what `hll()` and `tdigest()` have collected.
//!
//! Both are exact here: an `hll` is an array of the hashes of its distinct values, a `tdigest` an array of values, each followed by its weight.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::{self, ArrayWriter};

use super::arrays::write_all;
use super::dynamic_paths::write_as;
use super::dynamic_values::{Arguments, document};
use super::sets::set_union;
use crate::kernel::{Call, ScalarKernel};

pub(crate) const KERNELS: &[(&str, ScalarKernel)] = &[
    ("dcount_hll", dcount_hll),
    ("hll_merge", set_union),
    ("percentile_tdigest", percentile_tdigest),
    ("percentiles_array_tdigest", percentiles_array_tdigest),
    ("percentrank_tdigest", percentrank_tdigest),
    ("rank_tdigest", rank_tdigest),
    ("tdigest_merge", tdigest_merge),
];

fn dcount_hll(call: &Call<'_>) -> Result<ColumnarValue> {
    let sketches = call.texts(0)?;
    call.write_longs(|row| i64::try_from(dynamic::array_length(document(&sketches, row)?)?).ok())
}

/// Values and weights, sorted.
fn pairs(raw: &str) -> Option<Vec<(&str, f64)>> {
    let mut elements = dynamic::elements(raw)?;
    let mut pairs = Vec::new();
    while let (Some(value), Some(weight)) = (elements.next(), elements.next()) {
        pairs.push((value, dynamic::to_real(weight)?));
    }
    pairs.sort_by(|(a, _), (b, _)| dynamic::compare(a, b));
    Some(pairs)
}

fn nearest<'a>(pairs: &[(&'a str, f64)], percentile: f64) -> Option<&'a str> {
    let total: f64 = pairs.iter().map(|(_, weight)| weight).sum();
    let wanted = percentile.clamp(0.0, 100.0) / 100.0 * total;
    let mut below = 0.0;
    let found = pairs.iter().find(|(_, weight)| {
        below += weight;
        below >= wanted - 1e-9 * total
    });
    found.or(pairs.last()).map(|(value, _)| *value)
}

fn percentile_tdigest(call: &Call<'_>) -> Result<ColumnarValue> {
    let (digests, percentiles) = (call.texts(0)?, call.reals(1)?);
    write_as(call, |row| nearest(&pairs(document(&digests, row)?)?, percentiles.get(row)?))
}

fn percentiles_array_tdigest(call: &Call<'_>) -> Result<ColumnarValue> {
    let (digests, arguments) = (call.texts(0)?, Arguments::new(call, 1)?);
    let values = arguments.values()?;
    call.write_dynamics(|row, out| {
        let pairs = pairs(document(&digests, row)?)?;
        let mut array = ArrayWriter::new(out);
        // Behind an array stands nothing but the type of what the digest was made of.
        let percentiles = if call.types.get(1).is_some_and(|ty| ty.is_dynamic()) {
            1
        } else {
            values.len()
        };
        for value in values.iter().take(percentiles) {
            let json = value.json(row);
            let mut add =
                |percentile: &str| array.raw_or_null(dynamic::to_real(percentile).and_then(|percentile| nearest(&pairs, percentile)));
            match dynamic::elements(&json) {
                Some(elements) => elements.for_each(add),
                None => add(&json),
            }
        }
        array.finish();
        Some(())
    })
}

fn percentrank_tdigest(call: &Call<'_>) -> Result<ColumnarValue> {
    rank(call, true)
}

fn rank_tdigest(call: &Call<'_>) -> Result<ColumnarValue> {
    rank(call, false)
}

/// How much weight lies at or below a value, as a number or in percent of all.
fn rank(call: &Call<'_>, percent: bool) -> Result<ColumnarValue> {
    let (digests, arguments) = (call.texts(0)?, Arguments::new(call, 1)?);
    let values = arguments.values()?;
    call.write_reals(|row| {
        let pairs = pairs(document(&digests, row)?)?;
        let value = values.first()?.json(row);
        let below: f64 = pairs
            .iter()
            .filter(|(known, _)| dynamic::compare(known, &value).is_le())
            .map(|(_, weight)| weight)
            .sum();
        let total: f64 = pairs.iter().map(|(_, weight)| weight).sum();
        Some(if percent { below * 100.0 / total } else { below })
    })
}

/// Nulls do not count.
fn tdigest_merge(call: &Call<'_>) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, 0)?;
    let digests = arguments.values()?;
    call.write_dynamics(|row, out| {
        let parts: Vec<_> = digests
            .iter()
            .filter_map(|digest| digest.document(row).and_then(dynamic::elements))
            .collect();
        if parts.is_empty() {
            return None;
        }
        write_all(parts.into_iter().flatten(), out);
        Some(())
    })
}
