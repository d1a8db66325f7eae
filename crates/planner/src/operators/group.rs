//! Bodies that run once per group (`mv-apply`, `partition`) are planned once over all groups: every operator of the body carries the
//! group's columns along and works within it.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr as PlanExpr, Extension, LogicalPlan, LogicalPlanBuilder};
use quarry_functions::aggregate;
use quarry_operators::groups::FirstOfGroups;
use quarry_operators::whole::Whole;
use quarry_semantics::ir::{ColumnId, Rel, RelKind, SubqueryId};

use crate::PlanError;
use crate::columns::{name, reference};

/// The rows that a body works on.
pub(crate) struct Group {
    /// Plan of all groups' rows; holds the keys, what is carried, and every column that the body may read.
    pub(crate) rows: LogicalPlan,
    /// Plan names of the columns that tell the groups apart.
    pub(crate) keys: Vec<String>,
    /// Plan names of columns that have one value within a group and are wanted behind the body.
    pub(crate) carried: Vec<String>,
    /// Plan name of each source column by id.
    pub(crate) columns: Vec<(ColumnId, String)>,
    /// Whether the rows can be computed again with the same keys: values are the same each time, numbers given to rows may not be.
    pub(crate) repeatable: bool,
    /// Whether the rows come from the text of the query.
    pub(crate) in_hand: bool,
    /// Columns that the body may read as constants: their ids and plan names, which are among the keys.
    pub(crate) constants: Vec<(ColumnId, String)>,
}

impl Group {
    /// Names of the columns that go along behind an operator's own.
    pub(crate) fn tags(&self) -> Vec<String> {
        self.keys.iter().chain(&self.carried).cloned().collect()
    }

    pub(crate) fn key_refs(&self) -> Vec<PlanExpr> {
        self.keys.iter().map(reference).collect()
    }

    /// What is carried, as aggregates over the rows of a group.
    pub(crate) fn carried_values(&self) -> Vec<PlanExpr> {
        self.carried.iter().map(|column| first_of(&self.rows, column)).collect()
    }
}

/// The value that a column has in the first row of each group.
pub(crate) fn first_of(rows: &LogicalPlan, column: &str) -> PlanExpr {
    let field = rows.schema().field_with_unqualified_name(column).ok();
    let ty = field.map_or(&DataType::Null, |field| field.data_type());
    aggregate::first(reference(column), ty).alias(column)
}

/// The columns of the group in force, to be appended to an operator's own.
pub(crate) fn tags_of(group: Option<&Group>) -> Vec<PlanExpr> {
    group.map(Group::tags).unwrap_or_default().iter().map(reference).collect()
}

/// The columns that a body may read as constants.
pub(crate) fn constants_of(group: Option<&Group>) -> &[(ColumnId, String)] {
    group.map_or(&[], |group| &group.constants)
}

/// Rows that do not come from the group: the body of every group sees all of them.
pub(crate) fn in_every_group(rows: LogicalPlan, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let Some(group) = group else { return Ok(rows) };
    let groups = LogicalPlanBuilder::from(group.rows.clone())
        .aggregate(group.key_refs(), group.carried_values())?
        .build()?;
    Ok(LogicalPlanBuilder::from(rows).cross_join(groups)?.build()?)
}

/// The first rows of each group, in the order they come. Rows whose `live` column is not true do not count and stay.
pub(crate) fn first_rows(rows: LogicalPlan, group: &Group, count: usize, live: Option<&str>) -> Result<LogicalPlan, PlanError> {
    let position = |name: &str| rows.schema().index_of_column_by_name(None, name);
    let keys = group.keys.iter().filter_map(|key| position(key)).collect();
    let live = live.and_then(position);
    let fields = rows.schema().as_arrow().fields().clone();
    let computation = Arc::new(FirstOfGroups { keys, count, live });
    Ok(LogicalPlan::Extension(Extension {
        node: Arc::new(Whole::try_new(vec![rows], fields, computation)?),
    }))
}

/// A construct that does not run per group.
pub(crate) fn refuse(group: Option<&Group>, what: &str, rel: &Rel) -> Result<(), PlanError> {
    match group {
        None => Ok(()),
        Some(_) => Err(PlanError::unsupported(
            format!("{what} inside a subquery that runs per row or per partition"),
            rel.span,
        )),
    }
}

/// The leaf of a body.
pub(crate) fn input(rel: &Rel, source: &[(ColumnId, ColumnId)], group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let Some(group) = group else {
        return Err(PlanError::unsupported(
            "a subquery over the rows of a group, outside of it",
            rel.span,
        ));
    };
    let mut items = Vec::with_capacity(rel.columns.len() + group.keys.len() + group.carried.len());
    for column in &rel.columns {
        let from = source
            .iter()
            .find(|(output, _)| *output == column.id)
            .and_then(|(_, from)| group.columns.iter().find(|(id, _)| id == from))
            .ok_or_else(|| PlanError::invalid(format!("column {} is not part of the group", column.name), rel.span))?;
        items.push(reference(&from.1).alias(name(column)));
    }
    items.extend(tags_of(Some(group)));
    Ok(LogicalPlanBuilder::from(group.rows.clone()).project(items)?.build()?)
}

/// Whether a tabular expression reads the rows of the group that surrounds it; `kept` says which kept rows are those of a group.
pub(crate) fn reads_group(rel: &Rel, kept: &dyn Fn(SubqueryId) -> bool) -> bool {
    match rel.kind.as_ref() {
        RelKind::GroupInput { .. } => true,
        RelKind::Shared { subquery, .. } => kept(*subquery),
        // A body reads the rows of its own group.
        RelKind::MvApply { expand, .. } => reads_group(&expand.input, kept),
        RelKind::Partition { input, .. } => reads_group(input, kept),
        _ => rel.inputs().into_iter().any(|input| reads_group(input, kept)),
    }
}
