//! `min` and `max` of the types that DataFusion's own do not compare as KQL does.

use arrow::array::ArrayRef;
use datafusion::common::Result;
use datafusion::logical_expr::EmitTo;
use quarry_schema::KqlType;

use super::key::{Keys, candidates};
use super::states::{Rows, States, emitted};

pub(crate) struct Extremes {
    ty: KqlType,
    max: bool,
    keys: Keys,
    groups: usize,
}

impl Extremes {
    pub fn new(ty: KqlType, max: bool) -> Extremes {
        Extremes {
            ty,
            max,
            keys: Keys::new(ty),
            groups: 0,
        }
    }
}

impl States for Extremes {
    fn grow(&mut self, groups: usize) {
        self.groups = groups;
        self.keys.grow(groups);
    }

    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let candidates = candidates(values, 0, self.ty)?;
        for (row, group) in rows.iter() {
            self.keys.offer(group, &candidates, row, self.max);
        }
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        self.update(states, rows)
    }

    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let leaving = emitted(emit, self.groups);
        self.groups -= leaving;
        self.keys.take(leaving)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.result(emit)?])
    }

    fn size(&self) -> usize {
        self.keys.size()
    }
}
