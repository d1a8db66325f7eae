//! `stdev`, `variance` and `covariance` of samples and populations.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::common::Result;
use datafusion::logical_expr::EmitTo;

use super::states::{Rows, States, emitted, typed};

/// What is computed from count, means and products of deviations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Moment {
    Variance,
    Deviation,
    Covariance,
}

pub(crate) struct Moments {
    moment: Moment,
    population: bool,
    groups: Vec<Sums>,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    count: f64,
    mean_x: f64,
    mean_y: f64,
    /// Sum of the products of both deviations from their means.
    product: f64,
}

impl Sums {
    fn add(&mut self, x: f64, y: f64) {
        self.count += 1.0;
        let from_old = x - self.mean_x;
        self.mean_x += from_old / self.count;
        self.mean_y += (y - self.mean_y) / self.count;
        self.product += from_old * (y - self.mean_y);
    }

    fn merge(&mut self, other: Sums) {
        let count = self.count + other.count;
        if count == 0.0 {
            return;
        }
        let (dx, dy) = (other.mean_x - self.mean_x, other.mean_y - self.mean_y);
        self.product += other.product + dx * dy * self.count * other.count / count;
        self.mean_x += dx * other.count / count;
        self.mean_y += dy * other.count / count;
        self.count = count;
    }

    /// Ten digits behind the point are kept.
    fn variance(&self, population: bool) -> f64 {
        let divisor = if population { self.count } else { self.count - 1.0 };
        if divisor <= 0.0 {
            return 0.0;
        }
        let value = self.product / divisor;
        if value.abs() < 1e5 { (value * 1e10).round() / 1e10 } else { value }
    }
}

impl Moments {
    pub fn new(moment: Moment, population: bool) -> Moments {
        Moments {
            moment,
            population,
            groups: Vec::new(),
        }
    }

    fn take(&mut self, emit: EmitTo) -> Vec<Sums> {
        let rest = self.groups.split_off(emitted(emit, self.groups.len()));
        std::mem::replace(&mut self.groups, rest)
    }
}

impl States for Moments {
    fn grow(&mut self, groups: usize) {
        self.groups.resize(groups, Sums::default());
    }

    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let xs = typed::<Float64Array>(values, 0)?;
        let ys = if self.moment == Moment::Covariance {
            typed::<Float64Array>(values, 1)?
        } else {
            xs
        };
        for (row, group) in rows.iter().filter(|(row, _)| xs.is_valid(*row) && ys.is_valid(*row)) {
            if let Some(sums) = self.groups.get_mut(group) {
                sums.add(xs.value(row), ys.value(row));
            }
        }
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let columns = (0..4).map(|at| typed::<Float64Array>(states, at)).collect::<Result<Vec<_>>>()?;
        for (row, group) in rows.iter() {
            if let (Some(sums), [count, mean_x, mean_y, product]) = (self.groups.get_mut(group), columns.as_slice()) {
                sums.merge(Sums {
                    count: count.value(row),
                    mean_x: mean_x.value(row),
                    mean_y: mean_y.value(row),
                    product: product.value(row),
                });
            }
        }
        Ok(())
    }

    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let (moment, population) = (self.moment, self.population);
        let values = self.take(emit).into_iter().map(|sums| {
            let variance = sums.variance(population);
            Some(if moment == Moment::Deviation { variance.sqrt() } else { variance })
        });
        Ok(Arc::new(values.collect::<Float64Array>()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let taken = self.take(emit);
        let column =
            |value: fn(&Sums) -> f64| -> ArrayRef { Arc::new(taken.iter().map(|sums| Some(value(sums))).collect::<Float64Array>()) };
        Ok(vec![
            column(|sums| sums.count),
            column(|sums| sums.mean_x),
            column(|sums| sums.mean_y),
            column(|sums| sums.product),
        ])
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Sums>()
    }
}
