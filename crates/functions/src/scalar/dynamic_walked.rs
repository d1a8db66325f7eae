//! Conditions on several values of one document, tested in one walk over it.
//!
//! It is done to plans that are otherwise ready: rules that move conditions would take the values apart again.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, BooleanBufferBuilder};
use arrow::compute::{filter_record_batch, prep_null_mask_filter};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{PhysicalExpr, conjunction, split_conjunction};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use quarry_value::arrow_type;

use super::dynamic_walk::{Use, Walk, WantedPath};
use crate::kernel::fixed_path_of;
use crate::operators::conditions::rewritten;

/// A condition that follows several paths into a document.
#[derive(Clone, Debug)]
struct Walked {
    /// The columns that the others read, by their place here.
    columns: Vec<Arc<dyn PhysicalExpr>>,
    read: SchemaRef,
    /// What asks nothing of the documents: those of rows that do not meet it are not walked.
    first: Option<Arc<dyn PhysicalExpr>>,
    documents: Vec<(Arc<dyn PhysicalExpr>, Walk)>,
    /// The columns that are read, and behind them the values of each walk.
    found: SchemaRef,
    then: Arc<dyn PhysicalExpr>,
}

impl Walked {
    /// The condition in that form; nothing when it follows fewer than two paths into each document.
    fn of(condition: &Arc<dyn PhysicalExpr>, schema: &Schema) -> Result<Option<Walked>> {
        let documents = documents(condition, schema)?;
        if documents.is_empty() {
            return Ok(None);
        }
        let mut columns: Vec<Arc<dyn PhysicalExpr>> = Vec::new();
        condition.apply(|expr| {
            if expr.downcast_ref::<Column>().is_some() && !columns.contains(expr) {
                columns.push(Arc::clone(expr));
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        let mut fields = columns
            .iter()
            .map(|column| Ok(column.return_field(schema)?.as_ref().clone()))
            .collect::<Result<Vec<_>>>()?;
        let read = Arc::new(Schema::new(fields.clone()));
        let values = documents.iter().flat_map(|(_, wanted)| wanted);
        fields.extend(
            values
                .enumerate()
                .map(|(at, (_, ty))| Field::new(format!("value {at}"), arrow_type(*ty), true)),
        );

        let place = Places {
            columns: &columns,
            documents: &documents,
        };
        let (mut first, mut then) = (Vec::new(), Vec::new());
        for part in split_conjunction(condition) {
            let (part, walks) = place.of(Arc::clone(part))?;
            if walks { then.push(part) } else { first.push(part) }
        }
        // A document that is a value of another one is read by itself.
        let alone = Places {
            columns: &columns,
            documents: &[],
        };
        let walks = documents
            .iter()
            .map(|(document, wanted)| Ok((alone.of(Arc::clone(document))?.0, Walk::new(wanted))));
        Ok(Some(Walked {
            read,
            first: (!first.is_empty()).then(|| conjunction(first)),
            documents: walks.collect::<Result<_>>()?,
            found: Arc::new(Schema::new(fields)),
            then: conjunction(then),
            columns,
        }))
    }

    /// Where rows meet the condition.
    fn test(&self, batch: &RecordBatch) -> Result<BooleanArray> {
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let columns = self
            .columns
            .iter()
            .map(|column| column.evaluate(batch)?.into_array(batch.num_rows()));
        let read = RecordBatch::try_new_with_options(Arc::clone(&self.read), columns.collect::<Result<_>>()?, &options)?;
        let Some(first) = &self.first else { return self.walk(&read) };
        let passed = flags(first, &read)?;
        let passed = if passed.null_count() > 0 {
            prep_null_mask_filter(&passed)
        } else {
            passed
        };
        if passed.true_count() == passed.len() {
            return self.walk(&read);
        }
        let met = self.walk(&filter_record_batch(&read, &passed)?)?;
        let mut all = BooleanBufferBuilder::new(passed.len());
        all.append_n(passed.len(), false);
        for (row, met) in passed.values().set_indices().zip(&met) {
            all.set_bit(row, met == Some(true));
        }
        Ok(BooleanArray::new(all.finish(), None))
    }

    fn walk(&self, read: &RecordBatch) -> Result<BooleanArray> {
        let rows = read.num_rows();
        let mut columns = read.columns().to_vec();
        for (document, walk) in &self.documents {
            columns.extend(walk.columns(&document.evaluate(read)?, rows, Use::LookedAt)?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        flags(
            &self.then,
            &RecordBatch::try_new_with_options(Arc::clone(&self.found), columns, &options)?,
        )
    }
}

fn flags(condition: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<BooleanArray> {
    let flags = condition.evaluate(batch)?.into_array(batch.num_rows())?;
    match flags.as_boolean_opt() {
        Some(flags) => Ok(flags.clone()),
        None => exec_err!("a condition is {}", flags.data_type()),
    }
}

type Document = (Arc<dyn PhysicalExpr>, Vec<WantedPath>);

/// The documents into which a condition follows two paths or more.
fn documents(condition: &Arc<dyn PhysicalExpr>, schema: &Schema) -> Result<Vec<Document>> {
    let mut documents: Vec<Document> = Vec::new();
    condition.apply(|expr| {
        let Some((document, path, ty)) = fixed_path_of(expr) else {
            return Ok(TreeNodeRecursion::Continue);
        };
        match documents.iter_mut().find(|(known, _)| known.eq(document)) {
            Some((_, wanted)) if wanted.contains(&(path.clone(), ty)) => {}
            Some((_, wanted)) => wanted.push((path, ty)),
            None if document.data_type(schema)? == DataType::Utf8View => documents.push((Arc::clone(document), vec![(path, ty)])),
            None => {}
        }
        Ok(TreeNodeRecursion::Jump)
    })?;
    documents.retain(|(_, wanted)| wanted.len() > 1);
    Ok(documents)
}

/// Where columns and values lie in what a condition is tested on.
struct Places<'a> {
    columns: &'a [Arc<dyn PhysicalExpr>],
    documents: &'a [Document],
}

impl Places<'_> {
    /// The expression over those places, and whether it reads a value of a walk.
    fn of(&self, expr: Arc<dyn PhysicalExpr>) -> Result<(Arc<dyn PhysicalExpr>, bool)> {
        let mut walks = false;
        let placed = expr.transform_down(|expr| {
            let value = self.value(&expr);
            walks |= value.is_some();
            let known = || self.columns.iter().position(|column| column.eq(&expr));
            Ok(match value.or_else(known) {
                Some(place) => Transformed::new(Arc::new(Column::new(&expr.to_string(), place)) as _, true, TreeNodeRecursion::Jump),
                None => Transformed::no(expr),
            })
        })?;
        Ok((placed.data, walks))
    }

    fn value(&self, expr: &Arc<dyn PhysicalExpr>) -> Option<usize> {
        let (document, path, ty) = fixed_path_of(expr)?;
        let wanted = (path, ty);
        let mut before = self.columns.len();
        for (known, values) in self.documents {
            if known.eq(document) {
                return Some(before + values.iter().position(|value| *value == wanted)?);
            }
            before += values.len();
        }
        None
    }
}

impl PartialEq for Walked {
    fn eq(&self, other: &Self) -> bool {
        self.columns == other.columns && self.first == other.first && self.documents == other.documents && self.then.eq(&other.then)
    }
}

impl Eq for Walked {}

impl Hash for Walked {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.columns, &self.first, &self.documents, &self.then).hash(state);
    }
}

impl fmt::Display for Walked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = &self.first {
            write!(f, "{first} AND ")?;
        }
        write!(f, "in one walk {}", self.then)
    }
}

impl PhysicalExpr for Walked {
    fn data_type(&self, _: &Schema) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn nullable(&self, _: &Schema) -> Result<bool> {
        Ok(true)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        Ok(ColumnarValue::Array(Arc::new(self.test(batch)?)))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        self.columns.iter().collect()
    }

    fn with_new_children(self: Arc<Self>, columns: Vec<Arc<dyn PhysicalExpr>>) -> Result<Arc<dyn PhysicalExpr>> {
        Ok(Arc::new(Walked {
            columns,
            ..Walked::clone(&self)
        }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The rule that has filters walk a document once. It belongs behind all others.
#[derive(Debug, Default)]
pub struct WalkOnce;

impl PhysicalOptimizerRule for WalkOnce {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        rewritten(plan, |condition, schema| {
            Ok(Walked::of(condition, schema)?.map(|walked| Arc::new(walked) as _))
        })
    }

    fn name(&self) -> &'static str {
        "walk_once"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
