//! `parse` and `parse-where`.

use datafusion::functions::core::expr_ext::FieldAccessor;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder, lit, when};
use quarry_functions::operators::{convert, read};
use quarry_operators::parse::{MATCHED, PatternError, captures, compile};
use quarry_schema::KqlType;
use quarry_semantics::ir::{ColumnId, Parse, ParseMode, ParsePart, Rel};

use super::group::{constants_of, tags_of};
use super::projected::projected;
use super::{Group, plan_rel};
use crate::columns::{Columns, name, reference};
use crate::expr::{Expressions, absent};
use crate::{PlanContext, PlanError};

/// Name of the struct of captured texts while it is taken apart.
const CAPTURED: &str = "$parse";

pub(super) fn plan(rel: &Rel, parse: &Parse, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let pattern = compile(parse.mode, &parse.flags, &parse.pattern).map_err(|error| match error {
        PatternError::Flag(flag) => PlanError::invalid(format!("parse does not know the regex flag `{flag}`"), rel.span),
        PatternError::Regex(error) => PlanError::invalid(format!("the pattern is not a regular expression: {error}"), rel.span),
    })?;
    let targets: Vec<(ColumnId, KqlType)> = parse
        .pattern
        .iter()
        .filter_map(|part| match part {
            ParsePart::Column { output, ty } => Some((*output, *ty)),
            _ => None,
        })
        .collect();
    let expressions = Expressions::new(context, Columns::of(&parse.input).with_constants(constants_of(group)));
    let source = expressions.plan(&parse.source)?;
    let source = convert(source, parse.source.ty, KqlType::String)?;

    // Columns that the pattern does not set keep their value.
    let kept: Vec<PlanExpr> = rel
        .columns
        .iter()
        .filter(|column| !targets.iter().any(|(id, _)| *id == column.id))
        .map(|column| reference(name(column)))
        .chain(tags_of(group))
        .collect();
    let rows = plan_rel(&parse.input, context, group)?;
    let captures = captures(source, pattern, targets.len()).alias(CAPTURED);
    let captured = projected(rows, kept.iter().cloned().chain([captures]).collect())?;

    // One level to convert each text, one to decide about the row as a whole.
    let mut converted = kept.clone();
    converted.push(reference(CAPTURED).field(MATCHED).alias(MATCHED));
    let mut strict = vec![reference(MATCHED)];
    for (position, (_, ty)) in targets.iter().enumerate() {
        let text = reference(CAPTURED).field(format!("c{position}"));
        converted.push(text.clone().alias(format!("$text{position}")));
        if *ty != KqlType::String {
            converted.push(read(text, *ty)?.alias(format!("$value{position}")));
            if parse.mode == ParseMode::Simple {
                strict.push(reference(format!("$value{position}")).is_not_null());
            }
        }
    }
    let converted = projected(captured, converted)?;

    let accepted = strict.iter().cloned().reduce(PlanExpr::and).unwrap_or_else(|| lit(true));
    let mut items = Vec::with_capacity(rel.columns.len() + 1);
    for column in &rel.columns {
        // A pattern may name a column twice; the last capture is the one that stays.
        let Some(position) = targets.iter().rposition(|(id, _)| *id == column.id) else {
            items.push(reference(name(column)));
            continue;
        };
        let value = match column.ty {
            KqlType::String => reference(format!("$text{position}")),
            _ => reference(format!("$value{position}")),
        };
        // What captured nothing, or nothing of its type, is empty as it is.
        let of_itself = |check: &&PlanExpr| **check == reference(MATCHED) || **check == value.clone().is_not_null();
        let others = strict
            .iter()
            .filter(|check| column.ty == KqlType::Dynamic || !of_itself(check))
            .cloned();
        let value = match others.reduce(PlanExpr::and) {
            Some(others) => when(others, value.clone()).otherwise(absent(column.ty)?)?,
            None => value,
        };
        items.push(value.alias(name(column)));
    }
    items.extend(tags_of(group));
    let rows = if parse.only_matches {
        LogicalPlanBuilder::from(converted).filter(accepted)?.build()?
    } else {
        converted
    };
    projected(rows, items)
}
