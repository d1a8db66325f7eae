//! `scan`: rows in order against steps that remember what they matched.
//!
//! A condition or an assignment mixes what the row at hand says with what earlier rows left behind, so it cannot be computed for all rows
//! at once. Everything that depends on the row alone is a column of the input, computed by the plan below. What reads the state is compiled
//! ([`quarry_functions::stepwise`]) where it is made of comparisons, arithmetic, choices and the like, as nearly all of it is: it then runs over
//! typed cells, row after row. The rest runs through the same expressions as the rest of the query. The state changes only when a row matches:
//! between two matches such a condition is evaluated over a block of rows, with the state as constants, and the block grows as long as nothing
//! matches.

mod cells;
mod evaluate;
mod output;
mod run;

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::physical_expr::PhysicalExpr;
use quarry_functions::stepwise::Stepwise;

use crate::whole::Computation;

/// A compiled `scan`.
#[derive(Debug)]
pub struct Scan {
    pub steps: Vec<Step>,
    /// How many of the input's columns, from the first on, come out.
    pub shown: usize,
    /// One row each: what the declared columns hold where no step assigns them.
    pub defaults: Vec<ArrayRef>,
    /// One row each: what every slot of the state holds before anything matched.
    pub empty: Vec<ArrayRef>,
    pub match_id: bool,
}

/// A compiled step.
#[derive(Debug)]
pub struct Step {
    pub output: Output,
    /// The part of the condition that the row alone decides: a column of the input.
    pub guard: Option<usize>,
    /// The part that reads the state.
    pub condition: Option<Stateful>,
    /// Declared columns by position, and what a match assigns.
    pub assignments: Vec<(usize, Value)>,
    /// The slots of the state that belong to this step, and what a match puts there.
    pub slots: Vec<(usize, Source)>,
}

/// Which of the rows that match a step come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    All,
    Last,
    None,
}

/// What a slot remembers of a matching row.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// A column of the input.
    Input(usize),
    /// A declared column.
    Declared(usize),
}

/// A value to assign.
#[derive(Debug)]
pub enum Value {
    /// A column of the input.
    Row(usize),
    State(Stateful),
}

/// An expression over the row and the state. Its columns are the given ones of the input, then the given slots.
#[derive(Debug)]
pub struct Stateful {
    pub expr: Arc<dyn PhysicalExpr>,
    /// The same compiled, where it can be. Its rows and states are those of the whole scan.
    pub stepwise: Option<Stepwise>,
    pub schema: SchemaRef,
    pub inputs: Vec<usize>,
    pub slots: Vec<usize>,
}

impl Computation for Scan {
    fn name(&self) -> &'static str {
        "scan"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let [rows] = inputs else {
            return datafusion::common::exec_err!("scan has one input");
        };
        run::run(self, rows, schema)
    }
}
