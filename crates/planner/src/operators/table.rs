//! Stored tables, and the kept rows of `materialize`.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::catalog::MemTable;
use datafusion::common::{Column as PlanColumn, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_schema::KqlType;
use quarry_semantics::ir::{ColumnId, Rel, SubqueryId};

use super::Group;
use super::group::in_every_group;
use super::group_subquery;
use super::projected::projected;
use crate::columns::{INGESTION_TIME, name};
use crate::expr::absent;
use crate::{PlanContext, PlanError, Resolved};

/// The provider's column with the time at which a row came into the lake.
const STORED_INGESTION_TIME: &str = "_ingestion_time";

pub(super) fn stored(
    rel: &Rel,
    table: &str,
    source: &[(ColumnId, String)],
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let provider = context
        .tables
        .provider(table)
        .ok_or_else(|| PlanError::invalid(format!("table {table} holds no data here"), rel.span))?;
    let schema = provider.schema();
    let scan = LogicalPlanBuilder::scan(TableReference::bare(table), provider_as_source(provider), None)?;
    let mut items = Vec::with_capacity(rel.columns.len());
    for column in &rel.columns {
        let stored = source.iter().find(|(id, _)| *id == column.id).map(|(_, stored)| stored.as_str());
        // A column of the catalogue that no file of the lake has ever held is empty, not an error.
        let value = match stored.filter(|stored| schema.field_with_name(stored).is_ok()) {
            Some(stored) => PlanExpr::Column(PlanColumn::new(Some(TableReference::bare(table)), stored)),
            None => absent(column.ty)?,
        };
        items.push(value.alias(name(column)));
    }
    let ingested = match schema.field_with_name(STORED_INGESTION_TIME) {
        Ok(_) => PlanExpr::Column(PlanColumn::new(Some(TableReference::bare(table)), STORED_INGESTION_TIME)),
        Err(_) => absent(KqlType::DateTime)?,
    };
    items.push(ingested.alias(INGESTION_TIME));
    in_every_group(projected(scan.build()?, items)?, group)
}

pub(super) fn shared(
    rel: &Rel,
    subquery: SubqueryId,
    source: &[(ColumnId, ColumnId)],
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    if let Some(Resolved::OfGroup(kept)) = context.resolved.get(&subquery) {
        return group_subquery::rows(rel, kept, source, context, group);
    }
    let Some(Resolved::Table { provider, columns, .. }) = context.resolved.get(&subquery) else {
        return Err(PlanError::invalid("the materialized table has not been computed", rel.span));
    };
    let table = format!("shared{subquery}");
    let schema = provider.schema();
    let scan = LogicalPlanBuilder::scan(TableReference::bare(table.as_str()), provider_as_source(Arc::clone(provider)), None)?;
    let sources: HashMap<ColumnId, ColumnId> = source.iter().rev().copied().collect();
    let places: HashMap<ColumnId, usize> = columns.iter().enumerate().rev().map(|(at, id)| (*id, at)).collect();
    let mut items = Vec::with_capacity(rel.columns.len());
    for column in &rel.columns {
        let position = sources
            .get(&column.id)
            .and_then(|from| places.get(from))
            .and_then(|position| schema.fields().get(*position))
            .ok_or_else(|| PlanError::invalid(format!("column {} is not in the materialized table", column.name), rel.span))?;
        let value = PlanExpr::Column(PlanColumn::new(Some(TableReference::bare(table.as_str())), position.name()));
        items.push(value.alias(name(column)));
    }
    in_every_group(projected(scan.build()?, items)?, group)
}

/// A scan of rows in memory under plan names.
pub(super) fn in_memory(batches: Vec<datafusion::arrow::array::RecordBatch>, rel: &Rel) -> Result<LogicalPlan, PlanError> {
    let schema = crate::schema_of(rel);
    let provider = MemTable::try_new(Arc::clone(&schema), vec![batches])?;
    let scan = LogicalPlanBuilder::scan(TableReference::bare("rows"), provider_as_source(Arc::new(provider)), None)?;
    let items: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| PlanExpr::Column(PlanColumn::new(Some(TableReference::bare("rows")), field.name())).alias(field.name()))
        .collect();
    debug_assert_eq!(items.len(), rel.columns.len());
    Ok(scan.project(items)?.build()?)
}
