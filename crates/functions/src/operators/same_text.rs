//! Comparing a column of texts with one text by what an array keeps of each: its length and first bytes in one number, or the whole of a short one.
//!
//! Plans compare texts with DataFusion's own operators, because files and row groups are left out by those. Once that is done, [`CompareViews`] puts
//! [`SameText`] in their place where a filter is left above a scan.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, StringViewArray};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{ColumnarValue, Operator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, Literal};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;

use super::conditions::rewritten;
use super::head::Head;
use crate::kernel::INLINE;

/// Whether the texts of a column are, or are not, one text.
#[derive(Debug, Clone)]
struct SameText {
    column: Arc<dyn PhysicalExpr>,
    text: Arc<str>,
    negated: bool,
}

impl SameText {
    /// A comparison of a column of texts with a constant; nothing for other expressions.
    fn of(expr: &Arc<dyn PhysicalExpr>) -> Option<SameText> {
        let binary = expr.downcast_ref::<BinaryExpr>()?;
        let negated = match binary.op() {
            Operator::Eq => false,
            Operator::NotEq => true,
            _ => return None,
        };
        let (column, constant) = match binary.left().downcast_ref::<Column>() {
            Some(_) => (binary.left(), binary.right()),
            None => (binary.right(), binary.left()),
        };
        column.downcast_ref::<Column>()?;
        let ScalarValue::Utf8View(Some(text)) = constant.downcast_ref::<Literal>()?.value() else {
            return None;
        };
        Some(SameText {
            column: Arc::clone(column),
            text: text.as_str().into(),
            negated,
        })
    }
}

/// Where texts are the one, by their views.
fn same(texts: &StringViewArray, wanted: &str) -> BooleanBuffer {
    let views = texts.views();
    let at = |row: usize| views.get(row).copied().unwrap_or_default();
    if wanted.len() <= INLINE {
        let one = StringViewArray::from_iter_values([wanted]);
        let view = one.views().first().copied().unwrap_or_default();
        return BooleanBuffer::collect_bool(views.len(), |row| at(row) == view);
    }
    let head = Head::new(wanted.as_bytes(), true, true);
    BooleanBuffer::collect_bool(views.len(), |row| head.may_match(at(row)) && texts.value(row) == wanted)
}

impl PartialEq for SameText {
    fn eq(&self, other: &Self) -> bool {
        self.column.eq(&other.column) && self.text == other.text && self.negated == other.negated
    }
}

impl Eq for SameText {}

impl Hash for SameText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.column.hash(state);
        self.text.hash(state);
        self.negated.hash(state);
    }
}

impl fmt::Display for SameText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.column, if self.negated { "!=" } else { "=" }, self.text)
    }
}

impl PhysicalExpr for SameText {
    fn data_type(&self, _: &Schema) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        self.column.nullable(schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let texts = self.column.evaluate(batch)?.into_array(batch.num_rows())?;
        let Some(texts) = texts.as_string_view_opt() else {
            return exec_err!("{} is compared with a text and is {}", self.column, texts.data_type());
        };
        let found = same(texts, &self.text);
        let found = if self.negated { !&found } else { found };
        Ok(ColumnarValue::Array(Arc::new(BooleanArray::new(found, texts.nulls().cloned()))))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.column]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn PhysicalExpr>>) -> Result<Arc<dyn PhysicalExpr>> {
        match children.into_iter().next() {
            Some(column) => Ok(Arc::new(SameText {
                column,
                ..SameText::clone(&self)
            })),
            None => exec_err!("a text is compared with nothing"),
        }
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The rule that has filters compare texts by their views. It belongs behind the rules that push filters into scans.
#[derive(Debug, Default)]
pub struct CompareViews;

impl PhysicalOptimizerRule for CompareViews {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        rewritten(plan, |condition, schema| {
            let condition = Arc::clone(condition).transform_up(|expr| {
                Ok(match SameText::of(&expr) {
                    Some(same) if same.column.data_type(schema)? == DataType::Utf8View => Transformed::yes(Arc::new(same) as _),
                    _ => Transformed::no(expr),
                })
            })?;
            Ok(condition.transformed.then_some(condition.data))
        })
    }

    fn name(&self) -> &'static str {
        "compare_views"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_texts_compare(texts in prop::collection::vec(prop::option::of("[abé]{0,2}(abcdefghijkl)?[ab]{0,3}"), 0..20), wanted in "[abé]{0,2}(abcdefghijkl)?[ab]{0,3}") {
            let array = StringViewArray::from_iter(texts.iter().map(Option::as_deref));
            let sliced = array.slice(texts.len() / 3, texts.len() - texts.len() / 3);
            let found = same(&sliced, &wanted);
            for (row, text) in texts.iter().skip(texts.len() / 3).enumerate() {
                if let Some(text) = text {
                    prop_assert_eq!(found.value(row), *text == wanted);
                }
            }
        }
    }
}
