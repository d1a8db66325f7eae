//! The per-file adapter: expressions over the table's columns become expressions over the columns of one file.
//!
//! A file may lack columns, hold a time in two columns, and never holds aliases. Comparisons of a datetime with a constant become comparisons of the
//! stored timestamp, so that statistics of row groups and pages prune by them. Paths into documents become hot columns where the file has them.

use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef, TimeUnit};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{BinaryExpr, CastExpr, Column, Literal, lit};
use datafusion::physical_expr_adapter::{PhysicalExprAdapter, PhysicalExprAdapterFactory};
use quarry_schema::KqlType;
use quarry_value::time::{MICROSECOND, UNIX_EPOCH};

use super::decode::{Decode, Decoding};
use super::footers::Footers;
use super::hot::{FilePaths, ScanPath};
use crate::layout::{INGESTION_TIME, Layout, StoredColumn};

/// Makes adapters for the files of a table.
#[derive(Debug)]
pub(super) struct FileAdapterFactory {
    pub layout: Arc<Layout>,
    /// Paths that the scan gives as columns.
    pub paths: Arc<[ScanPath]>,
    pub footers: Arc<Footers>,
}

impl PhysicalExprAdapterFactory for FileAdapterFactory {
    fn create(&self, _table: SchemaRef, file: SchemaRef) -> Result<Arc<dyn PhysicalExprAdapter>> {
        Ok(Arc::new(FileAdapter {
            layout: Arc::clone(&self.layout),
            ingested: StoredColumn::ingestion_time(),
            paths: FilePaths::new(Arc::clone(&self.paths), &file, &self.footers),
            file,
        }))
    }
}

#[derive(Debug)]
struct FileAdapter {
    layout: Arc<Layout>,
    /// Asked for only in files whose rows tell it; in others it is a constant that the scan fills in before.
    ingested: StoredColumn,
    paths: FilePaths,
    file: SchemaRef,
}

impl PhysicalExprAdapter for FileAdapter {
    fn rewrite(&self, expr: Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        expr.transform_down(|expr| {
            let comparison = match self.time_comparison(&expr)? {
                None => self.paths.comparison(&expr, &self.file),
                found => found,
            };
            let new = match comparison {
                Some(new) => Some(new),
                None => match expr.downcast_ref::<Column>() {
                    Some(column) => Some(self.column(column.name())?),
                    None => None,
                },
            };
            // What replaces a column speaks of the file already.
            Ok(match new {
                Some(new) => Transformed::new(new, true, TreeNodeRecursion::Jump),
                None => Transformed::no(expr),
            })
        })
        .data()
    }
}

impl FileAdapter {
    fn stored(&self, name: &str) -> Option<&StoredColumn> {
        let alias = self.layout.aliases.iter().find(|(alias, _)| alias == name);
        match alias {
            Some((_, at)) => self.layout.stored.get(*at),
            None if name == INGESTION_TIME => Some(&self.ingested),
            None => self.layout.column(name),
        }
    }

    fn in_file(&self, physical: &str) -> Option<(Arc<dyn PhysicalExpr>, &DataType, bool)> {
        let (at, field) = self.file.column_with_name(physical)?;
        Some((Arc::new(Column::new(physical, at)), field.data_type(), field.is_nullable()))
    }

    fn column(&self, name: &str) -> Result<Arc<dyn PhysicalExpr>> {
        if let Some(path) = self.paths.column(name, &self.file) {
            return Ok(path);
        }
        let Some(stored) = self.stored(name) else {
            if name == "Type" && self.layout.names_itself {
                return Ok(lit(ScalarValue::Utf8View(Some(self.layout.table.clone()))));
            }
            return datafusion::common::internal_err!("table {} has no column {name}", self.layout.table);
        };
        let Some((column, ty, nullable)) = self.in_file(&stored.physical) else {
            return Ok(lit(match stored.ty {
                KqlType::String => ScalarValue::Utf8View(Some(String::new())),
                other => ScalarValue::try_new_null(&quarry_value::arrow_type(other))?,
            }));
        };
        let decode = |decoding, arguments| -> Arc<dyn PhysicalExpr> { Arc::new(Decode { decoding, arguments }) };
        Ok(match stored.ty {
            KqlType::DateTime => {
                let residual = self.in_file(&stored.residual()).map(|(column, ..)| column);
                decode(Decoding::Ticks, std::iter::once(column).chain(residual).collect())
            }
            KqlType::Guid => decode(Decoding::Guid, vec![column]),
            KqlType::String if nullable || *ty != DataType::Utf8View => decode(Decoding::Text, vec![column]),
            KqlType::Real if *ty == DataType::Float64 => decode(Decoding::Real, vec![column]),
            other => {
                let wanted = quarry_value::arrow_type(other);
                if *ty == wanted {
                    column
                } else {
                    Arc::new(CastExpr::new(column, wanted, None))
                }
            }
        })
    }

    /// `datetime column ⋈ constant`, in terms of the stored microseconds.
    fn time_comparison(&self, expr: &Arc<dyn PhysicalExpr>) -> Result<Option<Arc<dyn PhysicalExpr>>> {
        let Some(binary) = expr.downcast_ref::<BinaryExpr>() else {
            return Ok(None);
        };
        let (column, op, literal) = match (binary.left().downcast_ref::<Column>(), binary.right().downcast_ref::<Literal>()) {
            (Some(column), Some(literal)) => (column, Some(*binary.op()), literal),
            _ => match (binary.left().downcast_ref::<Literal>(), binary.right().downcast_ref::<Column>()) {
                (Some(literal), Some(column)) => (column, binary.op().swap(), literal),
                _ => return Ok(None),
            },
        };
        let (Some(op), ScalarValue::Int64(Some(ticks))) = (op, literal.value()) else {
            return Ok(None);
        };
        let Some(stored) = self.stored(column.name()).filter(|stored| stored.ty == KqlType::DateTime) else {
            return Ok(None);
        };
        let Some((stamp, DataType::Timestamp(TimeUnit::Microsecond, zone), _)) = self.in_file(&stored.physical) else {
            return Ok(None);
        };
        let since = ticks.saturating_sub(UNIX_EPOCH);
        let (micros, below) = (since.div_euclid(MICROSECOND), since.rem_euclid(MICROSECOND));
        let compare = |op| -> Arc<dyn PhysicalExpr> {
            let constant = ScalarValue::TimestampMicrosecond(Some(micros), zone.clone());
            Arc::new(BinaryExpr::new(Arc::clone(&stamp), op, lit(constant)))
        };
        if let Some((residual, ..)) = self.in_file(&stored.residual()) {
            let coarse = match op {
                Operator::Eq => Operator::Eq,
                Operator::Gt | Operator::GtEq => Operator::GtEq,
                Operator::Lt | Operator::LtEq => Operator::LtEq,
                _ => return Ok(None),
            };
            let exact: Arc<dyn PhysicalExpr> = Arc::new(Decode {
                decoding: Decoding::Ticks,
                arguments: vec![Arc::clone(&stamp), residual],
            });
            let fine = Arc::new(BinaryExpr::new(exact, op, lit(*ticks)));
            return Ok(Some(Arc::new(BinaryExpr::new(compare(coarse), Operator::And, fine))));
        }
        // Every stored tick is a whole microsecond; the constant may lie between two.
        Ok(match op {
            Operator::Gt | Operator::LtEq => Some(compare(op)),
            Operator::GtEq => Some(compare(if below == 0 { Operator::GtEq } else { Operator::Gt })),
            Operator::Lt => Some(compare(if below == 0 { Operator::Lt } else { Operator::LtEq })),
            Operator::Eq | Operator::NotEq if below == 0 => Some(compare(op)),
            _ => None,
        })
    }
}
