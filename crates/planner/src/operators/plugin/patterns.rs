//! Plugins that find patterns of column values.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, cast};
use quarry_functions::operators::convert;
use quarry_operators::plugins::{AutoCluster, Basket, DiffPatterns, PatternColumns};
use quarry_schema::KqlType;
use quarry_semantics::ir::{Column, Expr, ExprKind};
use quarry_value::arrow_type;

use super::call::Call;
use crate::PlanError;
use crate::columns::{name, reference};
use crate::expr::constant;

const DEFAULT_THRESHOLD: f64 = 0.05;
const DEFAULT_DIMENSIONS: usize = 5;
const DEFAULT_SIZE_WEIGHT: f64 = 0.5;
const DEFAULT_SEEDS: usize = 25;

/// What the three plugins have in common: the columns that patterns are made of, and what else they read.
struct Patterns<'a> {
    columns: Vec<&'a Column>,
    weight: Option<PlanExpr>,
    shape: PatternColumns,
}

impl<'a> Patterns<'a> {
    fn new(call: &Call<'a>, split: Option<&Expr>) -> Result<Patterns<'a>, PlanError> {
        let is = |expr: &Expr, column: &Column| expr.kind == ExprKind::Column(column.id);
        let columns: Vec<&Column> = call
            .input
            .columns
            .iter()
            .filter(|column| !split.is_some_and(|split| is(split, column)))
            .collect();
        let weight = call.optional("WeightColumn");
        if weight.is_some_and(|weight| !weight.ty.is_number()) {
            return Err(call.invalid("WeightColumn must be a number"));
        }
        let as_real = |expr: &Expr| Ok::<_, PlanError>(cast(call.plan(expr)?, DataType::Float64));
        let wildcards = columns
            .iter()
            .map(|column| wildcard(call, column.ty))
            .collect::<Result<_, PlanError>>()?;
        Ok(Patterns {
            weight: weight.map(as_real).transpose()?,
            shape: PatternColumns {
                weighted: weight.is_some(),
                weight_column: weight.and_then(|weight| columns.iter().position(|column| is(weight, column))),
                wildcards,
            },
            columns,
        })
    }

    /// The columns, what else is given, and the weights.
    fn reads(self, more: Option<PlanExpr>) -> Vec<PlanExpr> {
        let columns = self.columns.iter().map(|column| reference(name(column)));
        columns.chain(more).chain(self.weight).collect()
    }
}

pub(super) fn autocluster(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    let size_weight = call.real("SizeWeight")?.unwrap_or(DEFAULT_SIZE_WEIGHT);
    if !(0.0..=1.0).contains(&size_weight) {
        return Err(call.invalid("SizeWeight must be between 0 and 1"));
    }
    let patterns = Patterns::new(call, None)?;
    let computation = AutoCluster {
        size_weight,
        seeds: number(call, "NumSeeds", DEFAULT_SEEDS)?,
        columns: patterns.shape.clone(),
    };
    call.computed(patterns.reads(None), Arc::new(computation))
}

pub(super) fn basket(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    let patterns = Patterns::new(call, None)?;
    let computation = Basket {
        threshold: threshold(call)?,
        most_dimensions: number(call, "MaxDimensions", DEFAULT_DIMENSIONS)?,
        columns: patterns.shape.clone(),
    };
    call.computed(patterns.reads(None), Arc::new(computation))
}

pub(super) fn diffpatterns(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    let split = call.expr("SplitColumn")?;
    let text = convert(call.plan(split)?, split.ty, KqlType::String)?;
    let patterns = Patterns::new(call, Some(split))?;
    let computation = DiffPatterns {
        values: [call.text("SplitValueA")?, call.text("SplitValueB")?],
        threshold: threshold(call)?,
        most_dimensions: number(call, "MaxDimensions", usize::MAX)?,
        columns: patterns.shape.clone(),
    };
    call.computed(patterns.reads(Some(text)), Arc::new(computation))
}

fn threshold(call: &Call<'_>) -> Result<f64, PlanError> {
    let threshold = call.real("Threshold")?.unwrap_or(DEFAULT_THRESHOLD);
    if threshold > 0.0 && threshold <= 1.0 {
        return Ok(threshold);
    }
    Err(call.invalid("Threshold must be greater than 0 and at most 1"))
}

fn number(call: &Call<'_>, param: &str, default: usize) -> Result<usize, PlanError> {
    match call.optional(param) {
        Some(_) => Ok(usize::try_from(call.positive(param)?).unwrap_or(usize::MAX)),
        None => Ok(default),
    }
}

/// What stands for any value in columns of a type: the value that the query gives for the type, else null or empty text.
fn wildcard(call: &Call<'_>, ty: KqlType) -> Result<ScalarValue, PlanError> {
    match call.exprs("CustomWildcard").into_iter().find(|expr| expr.ty == ty) {
        Some(expr) => constant(expr, call.context),
        None if ty == KqlType::String => Ok(ScalarValue::Utf8View(Some(String::new()))),
        None => Ok(ScalarValue::try_new_null(&arrow_type(ty))?),
    }
}
