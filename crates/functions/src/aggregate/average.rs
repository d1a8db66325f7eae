//! `avg` of types that doubles cannot hold: datetimes, timespans and decimals.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal256Array, Int64Array};
use arrow::datatypes::{Decimal256Type, Int64Type, i256};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::EmitTo;
use quarry_schema::KqlType;
use quarry_value::arrow_type;

use super::states::{Rows, States, column, emitted, typed};

fn whole(value: i64) -> i256 {
    i256::from_i128(i128::from(value))
}

pub(crate) struct Averages {
    ty: KqlType,
    /// Sum and count of each group.
    groups: Vec<(i256, i64)>,
}

impl Averages {
    pub fn new(ty: KqlType) -> Averages {
        Averages { ty, groups: Vec::new() }
    }

    fn add(&mut self, group: usize, sum: i256, count: i64) {
        if let Some(group) = self.groups.get_mut(group) {
            group.0 = group.0.wrapping_add(sum);
            group.1 = group.1.wrapping_add(count);
        }
    }

    fn take(&mut self, emit: EmitTo) -> Vec<(i256, i64)> {
        let rest = self.groups.split_off(emitted(emit, self.groups.len()));
        std::mem::replace(&mut self.groups, rest)
    }
}

impl States for Averages {
    fn grow(&mut self, groups: usize) {
        self.groups.resize(groups, (i256::ZERO, 0));
    }

    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let array = column(values, 0)?;
        if let Some(longs) = array.as_primitive_opt::<Int64Type>() {
            rows.iter()
                .filter(|(row, _)| longs.is_valid(*row))
                .for_each(|(row, group)| self.add(group, whole(longs.value(row)), 1));
        } else if let Some(decimals) = array.as_primitive_opt::<Decimal256Type>() {
            rows.iter()
                .filter(|(row, _)| decimals.is_valid(*row))
                .for_each(|(row, group)| self.add(group, decimals.value(row), 1));
        } else {
            return exec_err!("avg got {}", array.data_type());
        }
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let (sums, counts) = (typed::<Decimal256Array>(states, 0)?, typed::<Int64Array>(states, 1)?);
        rows.iter()
            .for_each(|(row, group)| self.add(group, sums.value(row), counts.value(row)));
        Ok(())
    }

    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let averages = self.take(emit).into_iter().map(|(sum, count)| sum.checked_div(whole(count)));
        if self.ty == KqlType::Decimal {
            return Ok(Arc::new(
                averages.collect::<Decimal256Array>().with_data_type(arrow_type(KqlType::Decimal)),
            ));
        }
        Ok(Arc::new(
            averages
                .map(|average| average.and_then(|average| average.to_i128()?.try_into().ok()))
                .collect::<Int64Array>(),
        ))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let (sums, counts): (Vec<i256>, Vec<i64>) = self.take(emit).into_iter().unzip();
        let sums = Decimal256Array::from(sums).with_data_type(arrow_type(KqlType::Decimal));
        Ok(vec![Arc::new(sums), Arc::new(Int64Array::from(counts))])
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<(i256, i64)>()
    }
}
