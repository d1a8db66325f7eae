//! Few rows of each group: those that can be among its first by an order. What a `top` in a body sorts is then not all rows.
//!
//! A row passes when fewer rows than wanted came before it that are as good. The node looks at each batch as a whole, so that of rows in the opposite
//! order only the last of each batch pass. It keeps no rows, and promises no order: the sort above it does the rest.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, RecordBatch};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::compute::{SortOptions, filter_record_batch};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::catalog::Session;
use datafusion::common::{DFSchemaRef, Result, plan_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, LogicalPlan, SortExpr, UserDefinedLogicalNode, UserDefinedLogicalNodeCore};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, PlanProperties};
use datafusion::physical_planner::PhysicalPlanner;
use futures::StreamExt;

use super::comparable;
use super::numbers::Numbers;
use crate::node::{Inputs, Node, NodeExec};

/// The logical node.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct BestOfGroups {
    input: LogicalPlan,
    /// What tells groups apart.
    keys: Vec<Expr>,
    order: Vec<SortExpr>,
    count: usize,
}

impl BestOfGroups {
    /// The rows of `input` that can be among the first `count` of their group.
    #[must_use]
    pub fn new(input: LogicalPlan, keys: Vec<Expr>, order: Vec<SortExpr>, count: usize) -> Self {
        Self { input, keys, order, count }
    }
}

impl PartialOrd for BestOfGroups {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input)
    }
}

impl UserDefinedLogicalNodeCore for BestOfGroups {
    fn name(&self) -> &str {
        "BestOfGroups"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        self.keys
            .iter()
            .cloned()
            .chain(self.order.iter().map(|sort| sort.expr.clone()))
            .collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |items: Vec<String>| items.join(", ");
        let keys = list(self.keys.iter().map(ToString::to_string).collect());
        let order = list(self.order.iter().map(ToString::to_string).collect());
        write!(f, "BestOfGroups: {} of [{keys}] by [{order}]", self.count)
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let (Some(input), true) = (inputs.into_iter().next(), exprs.len() == self.keys.len() + self.order.len()) else {
            return plan_err!("the best rows of groups need an input, keys and an order");
        };
        let mut keys = exprs;
        let values = keys.split_off(self.keys.len());
        let order = self.order.iter().zip(values).map(|(sort, expr)| SortExpr { expr, ..sort.clone() });
        Ok(Self {
            input,
            keys,
            order: order.collect(),
            count: self.count,
        })
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        Some(vec![output_columns.to_vec()])
    }
}

/// The planner hook.
pub(crate) fn physical(
    node: &dyn UserDefinedLogicalNode,
    inputs: &[Arc<dyn ExecutionPlan>],
    planner: &dyn PhysicalPlanner,
    session: &dyn Session,
    context: &PhysicalPlanningContext,
) -> Option<Result<Arc<dyn ExecutionPlan>>> {
    let node = node.as_any().downcast_ref::<BestOfGroups>()?;
    let physical = |expr: &Expr| planner.create_physical_expr(expr, node.input.schema(), session, context);
    let planned = || {
        let order = node.order.iter().map(|sort| {
            let options = SortOptions {
                descending: !sort.asc,
                nulls_first: sort.nulls_first,
            };
            Ok((physical(&sort.expr)?, options))
        });
        let best = Best {
            keys: node.keys.iter().map(physical).collect::<Result<_>>()?,
            order: order.collect::<Result<_>>()?,
            count: node.count,
        };
        NodeExec::plan(best, inputs.to_vec())
    };
    Some(planned())
}

#[derive(Clone, Debug)]
struct Best {
    keys: Vec<Arc<dyn PhysicalExpr>>,
    order: Vec<(Arc<dyn PhysicalExpr>, SortOptions)>,
    count: usize,
}

impl Node for Best {
    fn name(&self) -> &'static str {
        "BestOfGroupsExec"
    }

    fn detail(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(ToString::to_string).collect();
        let order: Vec<String> = self.order.iter().map(|(value, options)| format!("{value} {options}")).collect();
        format!("{} of [{}] by [{}]", self.count, keys.join(", "), order.join(", "))
    }

    fn properties(&self, inputs: &Inputs) -> Result<Arc<PlanProperties>> {
        self.with_columns(&self.only_input(inputs)?.schema(), inputs)
    }

    fn wants_one_partition(&self, _input: usize) -> bool {
        false
    }

    fn renewed(&self) -> Self {
        self.clone()
    }

    fn execute(&self, inputs: &Inputs, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.only_input(inputs)?;
        let schema = input.schema();
        let own = self.clone();
        let reservation = MemoryConsumer::new("BestOfGroups").register(context.memory_pool());
        let mut groups = Groups::new(own.count);
        let stream = input.execute(partition, context)?.map(move |batch| {
            let batch = batch?;
            let rows = batch.num_rows();
            let values = |expr: &Arc<dyn PhysicalExpr>| expr.evaluate(&batch)?.into_array(rows);
            let keys = own.keys.iter().map(values).collect::<Result<Vec<_>>>()?;
            let order = own.order.iter().map(|(expr, options)| Ok((values(expr)?, *options)));
            let passing = groups.pass(&keys, &order.collect::<Result<Vec<_>>>()?)?;
            reservation.try_resize(groups.size())?;
            Ok(filter_record_batch(&batch, &passing)?)
        });
        let some = stream.filter(|batch: &Result<RecordBatch>| {
            let empty = batch.as_ref().is_ok_and(|batch| batch.num_rows() == 0);
            std::future::ready(!empty)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, some)))
    }
}

/// The places that rows hold in their groups.
struct Groups {
    count: usize,
    numbers: Numbers,
    /// Each with its worst row first.
    best: Vec<Group>,
    /// The batch that is looked at.
    batch: usize,
    held: usize,
}

#[derive(Default)]
struct Group {
    rows: BinaryHeap<Place>,
    /// The batch that last changed it.
    changed: usize,
}

/// A row as bytes that compare as the order has it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    value: Box<[u8]>,
    batch: usize,
    row: usize,
}

impl Groups {
    fn new(count: usize) -> Self {
        Self {
            count,
            numbers: Numbers::default(),
            best: Vec::new(),
            batch: 0,
            held: 0,
        }
    }

    /// Which rows of a batch pass.
    fn pass(&mut self, keys: &[ArrayRef], order: &[(ArrayRef, SortOptions)]) -> Result<BooleanArray> {
        self.batch += 1;
        let batch = self.batch;
        let keys = comparable(keys)?;
        let fields = order
            .iter()
            .map(|(value, options)| SortField::new_with_options(value.data_type().clone(), *options));
        let values: Vec<ArrayRef> = order.iter().map(|(value, _)| Arc::clone(value)).collect();
        let values = RowConverter::new(fields.collect())?.convert_columns(&values)?;
        let mut changed = Vec::new();
        for (row, (key, value)) in keys.iter().zip(&values).enumerate() {
            let number = self.numbers.of(key.data());
            if number >= self.best.len() {
                self.best.resize_with(number + 1, Group::default);
            }
            let Some(group) = self.best.get_mut(number) else { continue };
            let value = value.data();
            if group.rows.len() < self.count {
                self.held += value.len() + size_of::<Place>();
                let value = value.into();
                group.rows.push(Place { value, batch, row });
            } else {
                match group.rows.peek_mut() {
                    Some(mut worst) if value < &worst.value[..] => {
                        let value = value.into();
                        *worst = Place { value, batch, row };
                    }
                    _ => continue,
                }
            }
            if group.changed != batch {
                group.changed = batch;
                changed.push(number);
            }
        }
        let mut passing = vec![false; keys.num_rows()];
        for group in changed.into_iter().filter_map(|number| self.best.get(number)) {
            for place in group.rows.iter().filter(|place| place.batch == batch) {
                if let Some(passes) = passing.get_mut(place.row) {
                    *passes = true;
                }
            }
        }
        Ok(BooleanArray::new(BooleanBuffer::from(passing), None))
    }

    fn size(&self) -> usize {
        self.held + self.numbers.size() + self.best.capacity() * size_of::<Group>()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use datafusion::arrow::array::Int64Array;

    /// The best rows of each key, least values first.
    fn sorted(rows: &[(i64, Option<i64>)], count: usize) -> Vec<(i64, Option<i64>)> {
        let mut rows = rows.to_vec();
        rows.sort();
        let mut seen = std::collections::HashMap::new();
        rows.retain(|(key, _)| {
            let seen = seen.entry(*key).or_insert(0);
            *seen += 1;
            *seen <= count
        });
        rows
    }

    #[test]
    fn what_passes_holds_the_first_of_each_group() {
        let mut state = 1_u64;
        let mut next = |limit: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % limit
        };
        for count in [1, 2, 7] {
            let rows: Vec<(i64, Option<i64>)> = (0..5000)
                .map(|_| (next(40) as i64, Some(next(300) as i64).filter(|value| *value > 5)))
                .collect();
            let mut groups = Groups::new(count);
            let mut passed = Vec::new();
            for batch in rows.chunks(500) {
                let keys: ArrayRef = Arc::new(Int64Array::from_iter_values(batch.iter().map(|(key, _)| *key)));
                let values: ArrayRef = Arc::new(batch.iter().map(|(_, value)| *value).collect::<Int64Array>());
                let passing = groups.pass(&[keys], &[(values, SortOptions::default())]).unwrap();
                passed.extend((0..passing.len()).filter(|row| passing.value(*row)).map(|row| batch[row]));
            }
            assert_eq!(sorted(&passed, count), sorted(&rows, count));
            assert!(passed.len() < 3000, "{count}: {}", passed.len());
        }
    }
}
