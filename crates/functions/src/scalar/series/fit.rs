//! Least-squares lines: `series_fit_line` and `series_fit_2lines`.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::{ArrayWriter, BagWriter};
use quarry_value::format;

use super::{mean, reals, scatter, write_reals};
use crate::kernel::Call;

/// A line over the positions 1, 2, 3, … of a series, and how well it fits.
pub(super) struct Line {
    slope: f64,
    start: f64,
    /// The variance of the series, of a sample.
    variance: f64,
    /// The variance that the line leaves.
    rest: f64,
    points: Vec<f64>,
}

#[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
pub(super) fn fit(values: &[f64]) -> Option<Line> {
    if values.len() < 2 {
        return None;
    }
    let positions: Vec<f64> = (1..=values.len()).map(|at| at as f64).collect();
    let (x_mean, y_mean) = (mean(&positions), mean(values));
    let covariance: f64 = positions.iter().zip(values).map(|(x, y)| (x - x_mean) * (y - y_mean)).sum();
    let slope = covariance / scatter(&positions);
    let start = y_mean - slope * x_mean;
    let points: Vec<f64> = positions.iter().map(|x| start + slope * x).collect();
    let freedom = (values.len() - 1) as f64;
    let rest = squared_distance(values, &points) / freedom;
    Some(Line {
        slope,
        start,
        variance: scatter(values) / freedom,
        rest,
        points,
    })
}

fn squared_distance(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| (left - right).powi(2)).sum()
}

fn r_square(rest: f64, variance: f64) -> f64 {
    1.0 - rest / variance
}

impl Line {
    /// The value of the line at a position.
    pub(super) fn at(&self, position: f64) -> f64 {
        self.start + self.slope * position
    }

    fn r_square(&self) -> f64 {
        r_square(self.rest, self.variance)
    }
}

pub(super) fn line(call: &Call<'_>) -> Result<ColumnarValue> {
    let texts = call.texts(0)?;
    call.try_write_dynamics(|row, out| {
        let Some(line) = reals("series_fit_line", texts.raw(row))?.as_deref().and_then(fit) else {
            return Ok(None);
        };
        let mut array = ArrayWriter::new(out);
        for value in [line.r_square(), line.slope, line.variance, line.rest, line.start] {
            format::real_json(value, array.next());
        }
        write_reals(&line.points, array.next());
        array.finish();
        Ok(Some(()))
    })
}

pub(super) fn line_dynamic(call: &Call<'_>) -> Result<ColumnarValue> {
    let texts = call.texts(0)?;
    call.try_write_dynamics(|row, out| {
        let Some(line) = reals("series_fit_line_dynamic", texts.raw(row))?.as_deref().and_then(fit) else {
            return Ok(None);
        };
        let mut bag = BagWriter::new(out);
        let numbers = [
            ("slope", line.slope),
            ("interception", line.start),
            ("rsquare", line.r_square()),
            ("variance", line.variance),
            ("rvariance", line.rest),
        ];
        for (name, value) in numbers {
            format::real_json(value, bag.key(name));
        }
        write_reals(&line.points, bag.key("line_fit"));
        bag.finish();
        Ok(Some(()))
    })
}

/// The best two lines, one up to the split and one from it on.
struct TwoLines {
    split: usize,
    left: Line,
    right: Line,
    variance: f64,
    rest: f64,
    points: Vec<f64>,
}

/// Tries every split that leaves each side a line of its own, and takes the one with the smallest residual.
#[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
fn fit_two(values: &[f64]) -> Option<TwoLines> {
    let total = Running::new(values);
    let last = values.len().checked_sub(2)?;
    let splits = (2..=last).map(|split| (split, total.residual(0, split) + total.residual(split, values.len())));
    let (split, _) = splits.min_by(|a, b| a.1.total_cmp(&b.1))?;
    let (before, behind) = values.split_at_checked(split)?;
    let (left, mut right) = (fit(before)?, fit(behind)?);
    // Both lines are over the positions of the whole series.
    right.start -= right.slope * split as f64;
    let points: Vec<f64> = left.points.iter().chain(&right.points).copied().collect();
    let freedom = (values.len() - 1) as f64;
    Some(TwoLines {
        split,
        left,
        right,
        variance: scatter(values) / freedom,
        rest: squared_distance(values, &points) / freedom,
        points,
    })
}

/// Running sums, so that the residual of any stretch of a series takes no walk over it. Values are taken from their mean, which keeps the sums small.
struct Running(Vec<[f64; 5]>);

impl Running {
    #[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
    fn new(values: &[f64]) -> Running {
        let (y_mean, x_mean) = (mean(values), values.len() as f64 / 2.0);
        let mut sums = vec![[0.0; 5]];
        let mut last = [0.0; 5];
        for (at, value) in values.iter().enumerate() {
            let (x, y) = (at as f64 - x_mean, value - y_mean);
            for (sum, term) in last.iter_mut().zip([x, y, x * x, x * y, y * y]) {
                *sum += term;
            }
            sums.push(last);
        }
        Running(sums)
    }

    #[expect(clippy::cast_precision_loss, reason = "series are far shorter than 2^53")]
    fn residual(&self, from: usize, to: usize) -> f64 {
        let (Some(low), Some(high)) = (self.0.get(from), self.0.get(to)) else {
            return f64::INFINITY;
        };
        let count = (to - from) as f64;
        let [x, y, xx, xy, yy] = std::array::from_fn(|at| high.get(at).unwrap_or(&0.0) - low.get(at).unwrap_or(&0.0));
        let (x_scatter, both) = (xx - x * x / count, xy - x * y / count);
        yy - y * y / count - both * both / x_scatter
    }
}

pub(super) fn two_lines(call: &Call<'_>) -> Result<ColumnarValue> {
    let texts = call.texts(0)?;
    call.try_write_dynamics(|row, out| {
        let Some(lines) = reals("series_fit_2lines", texts.raw(row))?.as_deref().and_then(fit_two) else {
            return Ok(None);
        };
        let mut array = ArrayWriter::new(out);
        format::real_json(r_square(lines.rest, lines.variance), array.next());
        array.raw(&lines.split.to_string());
        format::real_json(lines.variance, array.next());
        format::real_json(lines.rest, array.next());
        write_reals(&lines.points, array.next());
        for line in [lines.right, lines.left] {
            for value in [line.r_square(), line.slope, line.start, line.variance, line.rest] {
                format::real_json(value, array.next());
            }
        }
        array.finish();
        Ok(Some(()))
    })
}

pub(super) fn two_lines_dynamic(call: &Call<'_>) -> Result<ColumnarValue> {
    let texts = call.texts(0)?;
    call.try_write_dynamics(|row, out| {
        let Some(lines) = reals("series_fit_2lines_dynamic", texts.raw(row))?.as_deref().and_then(fit_two) else {
            return Ok(None);
        };
        let mut bag = BagWriter::new(out);
        format::real_json(r_square(lines.rest, lines.variance), bag.key("rsquare"));
        bag.key("split_idx").push_str(&lines.split.to_string());
        format::real_json(lines.variance, bag.key("variance"));
        format::real_json(lines.rest, bag.key("rvariance"));
        write_reals(&lines.points, bag.key("line_fit"));
        for (name, line) in [("right", lines.right), ("left", lines.left)] {
            let mut side = BagWriter::new(bag.key(name));
            let numbers = [
                ("rsquare", line.r_square()),
                ("slope", line.slope),
                ("interception", line.start),
                ("variance", line.variance),
                ("rvariance", line.rest),
            ];
            for (name, value) in numbers {
                format::real_json(value, side.key(name));
            }
            side.finish();
        }
        bag.finish();
        Ok(Some(()))
    })
}
