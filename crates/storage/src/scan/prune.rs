//! Leaving out files by what the transaction log says of them.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use arrow::datatypes::SchemaRef;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, ScalarValue};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use quarry_schema::KqlType;

use super::hot::ScanPath;
use crate::lake::{ColumnRange, DataFile};
use crate::layout::{INGESTION_TIME, Layout};

/// The files that can hold rows for which the predicate is true. Without a usable predicate all of them.
pub(super) fn surviving(
    files: &[DataFile],
    layout: &Layout,
    paths: &[ScanPath],
    schema: &SchemaRef,
    predicate: Arc<dyn PhysicalExpr>,
) -> Vec<DataFile> {
    let keep = PruningPredicateBuilder::new()
        .with_file_schema(Arc::clone(schema))
        .try_build(predicate)
        .ok()
        .filter(|pruning| !pruning.always_true())
        .and_then(|pruning| {
            let statistics = FileStatistics {
                files,
                layout,
                paths,
                schema,
            };
            pruning.prune(&statistics).ok()
        });
    match keep {
        Some(keep) if keep.len() == files.len() => {
            let survivors = files.iter().zip(keep).filter(|(_, keep)| *keep);
            survivors.map(|(file, _)| file.clone()).collect()
        }
        _ => files.to_vec(),
    }
}

struct FileStatistics<'a> {
    files: &'a [DataFile],
    layout: &'a Layout,
    paths: &'a [ScanPath],
    schema: &'a SchemaRef,
}

impl FileStatistics<'_> {
    fn bounds(&self, column: &Column, bound: impl Fn(&ColumnRange) -> ScalarValue) -> Option<ArrayRef> {
        let stored = self.layout.resolve(&column.name);
        // NaN is in no range.
        if stored.is_some_and(|stored| stored.ty == KqlType::Real) {
            return None;
        }
        let path = self.paths.iter().find(|path| path.name == column.name);
        let range = |file: &'_ DataFile| match (stored, path) {
            (Some(stored), _) => file.ranges.get(&stored.name).map(&bound),
            (None, Some(path)) => file.hot.get(path.hot.as_ref()?)?.as_ref().map(&bound),
            (None, None) if column.name == INGESTION_TIME => Some(bound(&ingested(file))),
            (None, None) => None,
        };
        let absent = ScalarValue::try_from(self.schema.field_with_name(&column.name).ok()?.data_type()).ok()?;
        let values = self.files.iter().map(|file| range(file).unwrap_or_else(|| absent.clone()));
        ScalarValue::iter_to_array(values).ok()
    }
}

/// When the rows of a file were ingested, first and last.
fn ingested(file: &DataFile) -> ColumnRange {
    let (first, last) = file.ingested.unwrap_or((file.committed, file.committed));
    ColumnRange {
        min: ScalarValue::Int64(Some(first)),
        max: ScalarValue::Int64(Some(last)),
    }
}

impl PruningStatistics for FileStatistics<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, |range| range.min.clone())
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bounds(column, |range| range.max.clone())
    }

    fn num_containers(&self) -> usize {
        self.files.len()
    }

    fn null_counts(&self, _: &Column) -> Option<ArrayRef> {
        None
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        let counts: UInt64Array = self.files.iter().map(|file| file.rows).collect();
        Some(Arc::new(counts))
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
