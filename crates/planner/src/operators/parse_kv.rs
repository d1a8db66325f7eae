//! `parse-kv`.

use datafusion::functions::core::expr_ext::FieldAccessor;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan};
use quarry_functions::operators;
use quarry_operators::parse_kv::values;
use quarry_semantics::ir::{ParseKv, Rel};

use super::group::{constants_of, tags_of};
use super::projected::projected;
use super::{Group, plan_rel};
use crate::columns::{Columns, name, reference};
use crate::expr::Expressions;
use crate::{PlanContext, PlanError};

/// Name of the struct of values while it is taken apart.
const VALUES: &str = "$kv";

pub(super) fn plan(rel: &Rel, parse: &ParseKv, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let expressions = Expressions::new(context, Columns::of(&parse.input).with_constants(constants_of(group)));
    let source = expressions.plan(&parse.source)?;
    let keys: Vec<String> = parse.keys.iter().map(|(_, _, key)| key.clone()).collect();
    let values = values(source, &parse.rules, keys)
        .map_err(|error| PlanError::invalid(format!("the pattern is not a regular expression: {error}"), rel.span))?;

    let position = |id| parse.keys.iter().position(|(key, ..)| *key == id);
    let mut read: Vec<PlanExpr> = rel
        .columns
        .iter()
        .filter(|column| position(column.id).is_none())
        .map(|column| reference(name(column)))
        .collect();
    read.extend(tags_of(group));
    read.push(values.alias(VALUES));
    let rows = projected(plan_rel(&parse.input, context, group)?, read)?;

    let mut items = Vec::with_capacity(rel.columns.len());
    for column in &rel.columns {
        let value = match position(column.id) {
            Some(position) => {
                let text = reference(VALUES).field(format!("c{position}"));
                operators::read(text, column.ty)?.alias(name(column))
            }
            None => reference(name(column)),
        };
        items.push(value);
    }
    items.extend(tags_of(group));
    projected(rows, items)
}
