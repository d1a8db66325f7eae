//! `mv-apply`: the body is planned once over all elements, each tagged with the row that it belongs to.

use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{ColumnId, MvExpand, Rel};

use super::group::{constants_of, tags_of};
use super::order::in_hand;
use super::projected::projected;
use super::{Group, mv_expand, plan_rel};
use crate::columns::{name, reference};
use crate::{PlanContext, PlanError};

/// `expand`'s rows are the groups' rows; the columns of `rel` come from the source row or from the body by their ids. The columns of the
/// source row go through the body with the number of the row: joining the body's rows to the source again would read the source twice,
/// and nothing promises the same order of rows both times.
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
    let numbered = LogicalPlanBuilder::from(source).window(vec![row_number().alias(&key)])?.build()?;

    let expanded_columns = expanded_rel(expand, rel);
    let mut extra = vec![reference(&key)];
    extra.extend(tags_of(group));
    let rows = mv_expand::expanded(&expanded_columns, expand, numbered, context, group, extra)?;

    let from_body = |id: ColumnId| body.columns.iter().any(|column| column.id == id);
    let shown = |id: ColumnId| rel.columns.iter().any(|column| column.id == id);
    let mut carried: Vec<String> = expand
        .input
        .columns
        .iter()
        .filter(|column| shown(column.id) && !from_body(column.id))
        .map(name)
        .collect();
    carried.extend(group.map(Group::tags).unwrap_or_default());
    let body_group = Group {
        rows,
        keys: vec![key],
        carried,
        columns: expanded_columns.columns.iter().map(|column| (column.id, name(column))).collect(),
        repeatable: false,
        in_hand: in_hand(&expand.input, context, group),
        constants: constants_of(group).to_vec(),
    };
    let body_plan = plan_rel(body, context, Some(&body_group))?;

    let mut items = Vec::with_capacity(rel.columns.len() + 1);
    for column in &rel.columns {
        let own = body.columns.iter().chain(&expand.input.columns).find(|own| own.id == column.id);
        let own = own.ok_or_else(|| PlanError::invalid(format!("column {} has no value", column.name), rel.span))?;
        items.push(reference(name(own)).alias(name(column)));
    }
    items.extend(tags_of(group));
    projected(body_plan, items)
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
