//! Functions on series: dynamic arrays of numbers.
//!
//! Functions that fill several columns (`series_stats`, `series_fit_line`, …) have one kernel. It answers with an array that holds the columns'
//! values in their declared order; the binder reads output N as element N and converts it to the column's type.

mod decompose;
mod elementwise;
mod fill;
mod filter;
mod fit;
mod fourier;
mod outliers;
mod periods;
mod poly;
mod reduce;
mod season;
mod stats;

use datafusion::common::{Result, exec_datafusion_err};
use quarry_schema::KqlType;
use quarry_value::dynamic::{self, ArrayWriter};
use quarry_value::format;

use super::Family;
use crate::kernel::{Call, Longs, Reals, Texts};

pub(super) const KERNELS: Family = &[
    ("series_abs", elementwise::abs),
    ("series_acos", elementwise::acos),
    ("series_add", elementwise::add),
    ("series_asin", elementwise::asin),
    ("series_atan", elementwise::atan),
    ("series_ceiling", elementwise::ceiling),
    ("series_cos", elementwise::cos),
    ("series_cosine_similarity", reduce::cosine_similarity),
    ("series_decompose", decompose::decompose),
    ("series_decompose_anomalies", decompose::anomalies),
    ("series_decompose_forecast", decompose::forecast),
    ("series_divide", elementwise::divide),
    ("series_dot_product", reduce::dot_product),
    ("series_equals", elementwise::equals),
    ("series_exp", elementwise::exp),
    ("series_fft", fourier::forward),
    ("series_fill_backward", fill::backward),
    ("series_fill_const", fill::constant),
    ("series_fill_forward", fill::forward),
    ("series_fill_linear", fill::linear),
    ("series_fir", filter::fir),
    ("series_fit_2lines", fit::two_lines),
    ("series_fit_2lines_dynamic", fit::two_lines_dynamic),
    ("series_fit_line", fit::line),
    ("series_fit_line_dynamic", fit::line_dynamic),
    ("series_fit_poly", poly::poly),
    ("series_floor", elementwise::floor),
    ("series_greater", elementwise::greater),
    ("series_greater_equals", elementwise::greater_equals),
    ("series_ifft", fourier::inverse),
    ("series_iir", filter::iir),
    ("series_less", elementwise::less),
    ("series_less_equals", elementwise::less_equals),
    ("series_log", elementwise::log),
    ("series_magnitude", reduce::magnitude),
    ("series_multiply", elementwise::multiply),
    ("series_not_equals", elementwise::not_equals),
    ("series_outliers", outliers::outliers),
    ("series_pearson_correlation", reduce::pearson_correlation),
    ("series_periods_detect", periods::detect),
    ("series_periods_validate", periods::validate),
    ("series_pow", elementwise::pow),
    ("series_product", reduce::product),
    ("series_seasonal", season::seasonal),
    ("series_sign", elementwise::sign),
    ("series_sin", elementwise::sin),
    ("series_stats", stats::stats),
    ("series_stats_dynamic", stats::stats_dynamic),
    ("series_subtract", elementwise::subtract),
    ("series_sum", reduce::sum),
    ("series_tan", elementwise::tan),
];

/// A number of a series. A series of longs alone stays one in most functions.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Long(i64),
    Real(f64),
}

impl Number {
    /// The number that an element holds; `None` when it holds something else.
    fn read(raw: &str) -> Option<Number> {
        match raw.as_bytes().first()? {
            b'-' | b'0'..=b'9' => match raw.parse() {
                Ok(long) => Some(Number::Long(long)),
                Err(_) => raw.parse().ok().map(Number::Real),
            },
            // Doubles that JSON has no number for.
            b'"' => match raw {
                "\"NaN\"" => Some(Number::Real(f64::NAN)),
                "\"Infinity\"" => Some(Number::Real(f64::INFINITY)),
                "\"-Infinity\"" => Some(Number::Real(f64::NEG_INFINITY)),
                _ => None,
            },
            _ => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "series of longs are computed on as doubles")]
    fn real(self) -> f64 {
        match self {
            Number::Long(value) => value as f64,
            Number::Real(value) => value,
        }
    }

    fn write(self, out: &mut String) {
        match self {
            Number::Long(value) => out.push_str(&value.to_string()),
            Number::Real(value) => format::real_json(value, out),
        }
    }
}

/// An argument that is a series, or a number that stands for a series of equal elements.
enum Operand {
    Series(Vec<Option<Number>>),
    Scalar(Option<Number>),
    /// A null, a string, a bag.
    Other,
}

/// The values of an argument that may be a series or a number.
enum Column {
    Texts(Texts),
    Longs(Longs),
    Reals(Reals),
}

impl Column {
    fn new(call: &Call<'_>, index: usize) -> Result<Column> {
        Ok(match call.type_of(index) {
            KqlType::Int | KqlType::Long | KqlType::Bool => Column::Longs(call.longs(index)?),
            ty if ty.is_number() => Column::Reals(call.reals(index)?),
            _ => Column::Texts(call.texts(index)?),
        })
    }

    fn operand(&self, row: usize) -> Operand {
        match self {
            Column::Longs(longs) => Operand::Scalar(longs.get(row).map(Number::Long)),
            Column::Reals(reals) => Operand::Scalar(reals.get(row).map(Number::Real)),
            Column::Texts(texts) => match texts.raw(row) {
                None => Operand::Other,
                Some(raw) => match (series(raw), Number::read(raw)) {
                    (Some(series), _) => Operand::Series(series),
                    (None, Some(number)) => Operand::Scalar(Some(number)),
                    (None, None) => Operand::Other,
                },
            },
        }
    }

    /// The number in a row; `None` for null.
    fn number(&self, row: usize) -> Option<Number> {
        match self {
            Column::Longs(longs) => longs.get(row).map(Number::Long),
            Column::Reals(reals) => reals.get(row).map(Number::Real),
            Column::Texts(texts) => texts.raw(row).and_then(Number::read),
        }
    }
}

/// The elements of an array, `None` for one that is no number; `None` when the value is no array.
fn series(raw: &str) -> Option<Vec<Option<Number>>> {
    dynamic::elements(raw).map(|elements| elements.map(Number::read).collect())
}

/// The elements of a series as doubles; `None` when the value is no array.
///
/// # Errors
/// When an element is no number: what the function makes of such a series is not documented.
fn reals(call: &str, raw: Option<&str>) -> Result<Option<Vec<f64>>> {
    let Some(elements) = raw.and_then(dynamic::elements) else {
        return Ok(None);
    };
    let read = |(at, raw): (usize, &str)| {
        let number = Number::read(raw).map(Number::real);
        number.ok_or_else(|| {
            exec_datafusion_err!("{call}(): element {at} of the series is no number; fill gaps first, for example with series_fill_const()")
        })
    };
    elements.enumerate().map(read).collect::<Result<Vec<f64>>>().map(Some)
}

/// Whether all elements are longs, so that the result holds longs as well.
fn all_long(series: &[Option<Number>]) -> bool {
    series.iter().flatten().all(|number| matches!(number, Number::Long(_)))
}

fn write_reals(values: &[f64], out: &mut String) {
    let mut array = ArrayWriter::new(out);
    for value in values {
        format::real_json(*value, array.next());
    }
    array.finish();
}

/// The mean of doubles.
#[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sum of the squared distances from the mean.
fn scatter(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

#[cfg(test)]
mod tests;
