//! `mv-apply` and `partition`: the body is planned once over all rows, each tagged with the group that it belongs to.

use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{ColumnId, MvExpand, Rel};

use super::group::refuse;
use super::{Group, mv_expand, plan_rel};
use crate::columns::{name, reference};
use crate::{PlanContext, PlanError};

/// `expand`'s rows are the groups' rows; the columns of `rel` come from the source row or from the body by their ids.
pub(super) fn plan(
    rel: &Rel,
    expand: &MvExpand,
    body: &Rel,
    row: ColumnId,
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let key = format!("$row#{row}");
    let source = plan_rel(&expand.input, context, group)?;
    let outer_key = group.map(|group| group.key.clone());
    let numbered = LogicalPlanBuilder::from(source).window(vec![row_number().alias(&key)])?.build()?;

    let expanded_columns = expanded_rel(expand, rel);
    let rows = mv_expand::expanded(&expanded_columns, expand, numbered.clone(), context, vec![reference(&key)])?;
    let body_group = Group {
        rows,
        key: key.clone(),
        columns: expanded_columns.columns.iter().map(|column| (column.id, name(column))).collect(),
    };
    let body_plan = plan_rel(body, context, Some(&body_group))?;

    // The body's rows, each beside the columns of the row that it came from.
    let right_key = format!("{key}r");
    let mut right: Vec<_> = body.columns.iter().map(|column| reference(name(column))).collect();
    right.push(reference(&key).alias(&right_key));
    let body_plan = LogicalPlanBuilder::from(body_plan).project(right)?.build()?;
    let from_body = |id: ColumnId| body.columns.iter().any(|column| column.id == id);
    let mut left: Vec<_> = expand
        .input
        .columns
        .iter()
        .filter(|column| !from_body(column.id))
        .map(|column| reference(name(column)))
        .collect();
    left.push(reference(&key));
    left.extend(outer_key.iter().map(reference));
    let joined = LogicalPlanBuilder::from(numbered).project(left)?.join(
        body_plan,
        datafusion::common::JoinType::Inner,
        (
            vec![datafusion::common::Column::new_unqualified(&key)],
            vec![datafusion::common::Column::new_unqualified(&right_key)],
        ),
        None,
    )?;
    let mut items = Vec::with_capacity(rel.columns.len() + 1);
    for column in &rel.columns {
        let own = body.columns.iter().chain(&expand.input.columns).find(|own| own.id == column.id);
        let own = own.ok_or_else(|| PlanError::invalid(format!("column {} has no value", column.name), rel.span))?;
        items.push(reference(name(own)).alias(name(column)));
    }
    items.extend(outer_key.iter().map(reference));
    Ok(joined.project(items)?.build()?)
}

/// The columns of the expansion: those of the input that it does not replace, then what it adds.
fn expanded_rel(expand: &MvExpand, rel: &Rel) -> Rel {
    let mut columns = expand.input.columns.clone();
    for item in &expand.items {
        if !columns.iter().any(|column| column.id == item.output) {
            columns.push(quarry_semantics::ir::Column {
                id: item.output,
                name: format!("item{}", item.output),
                ty: item.to,
            });
        }
    }
    if let Some(index) = expand.index {
        columns.push(quarry_semantics::ir::Column {
            id: index,
            name: "index".to_owned(),
            ty: quarry_schema::KqlType::Long,
        });
    }
    Rel { columns, ..rel.clone() }
}

/// `partition by key (body)`: the groups are the key's values.
pub(super) fn partition(
    rel: &Rel,
    input: &Rel,
    key: ColumnId,
    body: &Rel,
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    refuse(group, "partition", rel)?;
    let Some(column) = input.columns.iter().find(|column| column.id == key) else {
        return Err(PlanError::invalid("partition needs a column of its input", rel.span));
    };
    let plan_key = format!("$part#{key}");
    let mut items: Vec<_> = input.columns.iter().map(|column| reference(name(column))).collect();
    items.push(reference(name(column)).alias(&plan_key));
    let rows = LogicalPlanBuilder::from(plan_rel(input, context, None)?).project(items)?.build()?;
    let columns = input.columns.iter().map(|column| (column.id, name(column))).collect();
    let body_plan = plan_rel(
        body,
        context,
        Some(&Group {
            rows,
            key: plan_key,
            columns,
        }),
    )?;
    let items: Vec<_> = body
        .columns
        .iter()
        .zip(&rel.columns)
        .map(|(from, to)| reference(name(from)).alias(name(to)))
        .collect();
    Ok(LogicalPlanBuilder::from(body_plan).project(items)?.build()?)
}
