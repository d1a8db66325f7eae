//! The arguments of a plugin as the planner needs them.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_operators::plugins::{Axis, Step};
use quarry_operators::whole::Computation;
use quarry_schema::KqlType;
use quarry_semantics::ir::{Expr, PluginArg, PluginValue, Rel};

use super::super::group::{constants_of, tags_of};
use super::super::whole::whole_of_group;
use super::super::{Group, plan_rel};
use crate::columns::Columns;
use crate::expr::{Expressions, constant};
use crate::{PlanContext, PlanError};

/// A plugin at its place in the query.
pub(super) struct Call<'a> {
    pub name: &'static str,
    pub rel: &'a Rel,
    pub input: &'a Rel,
    pub args: &'a [PluginArg],
    pub context: &'a PlanContext<'a>,
    pub group: Option<&'a Group>,
}

impl<'a> Call<'a> {
    /// The arguments that are given to a parameter.
    pub(super) fn exprs(&self, param: &str) -> Vec<&'a Expr> {
        let args = self.args.iter().filter(|arg| arg.param == param);
        args.filter_map(|arg| match &arg.value {
            PluginValue::Expr(expr) => Some(expr),
            PluginValue::Table(_) => None,
        })
        .collect()
    }

    pub(super) fn optional(&self, param: &str) -> Option<&'a Expr> {
        self.exprs(param).into_iter().next()
    }

    pub(super) fn expr(&self, param: &str) -> Result<&'a Expr, PlanError> {
        self.optional(param).ok_or_else(|| self.invalid(format!("{param} is missing")))
    }

    pub(super) fn table(&self) -> Option<&'a Rel> {
        self.args.iter().find_map(|arg| match &arg.value {
            PluginValue::Table(rel) => Some(rel),
            PluginValue::Expr(_) => None,
        })
    }

    pub(super) fn invalid(&self, what: impl std::fmt::Display) -> PlanError {
        PlanError::invalid(format!("{}(): {what}", self.name), self.rel.span)
    }

    pub(super) fn unsupported(&self, what: &str) -> PlanError {
        PlanError::unsupported(format!("{}() {what}", self.name), self.rel.span)
    }

    /// The value of a constant argument.
    pub(super) fn value(&self, param: &str) -> Result<Option<ScalarValue>, PlanError> {
        self.optional(param).map(|expr| constant(expr, self.context)).transpose()
    }

    /// A whole number: a number, a datetime or a timespan.
    pub(super) fn whole(&self, param: &str) -> Result<i64, PlanError> {
        let value = match self.value(param)? {
            Some(ScalarValue::Int64(value)) => value,
            Some(ScalarValue::Int32(value)) => value.map(i64::from),
            _ => None,
        };
        value.ok_or_else(|| self.invalid(format!("{param} must have a value that is a whole number or a time")))
    }

    pub(super) fn real(&self, param: &str) -> Result<Option<f64>, PlanError> {
        Ok(match self.value(param)? {
            Some(ScalarValue::Float64(value)) => value,
            #[expect(clippy::cast_precision_loss, reason = "a percentile or a distance")]
            Some(ScalarValue::Int64(value)) => value.map(|value| value as f64),
            Some(ScalarValue::Int32(value)) => value.map(f64::from),
            _ => None,
        })
    }

    pub(super) fn flag(&self, param: &str, default: bool) -> Result<bool, PlanError> {
        Ok(match self.value(param)? {
            Some(ScalarValue::Boolean(Some(value))) => value,
            _ => default,
        })
    }

    /// The text of a string argument, the JSON text of a dynamic one.
    pub(super) fn text(&self, param: &str) -> Result<String, PlanError> {
        match self.value(param)? {
            Some(ScalarValue::Utf8View(Some(text))) => Ok(text),
            _ => Err(self.invalid(format!("{param} must not be null"))),
        }
    }

    /// Refuses timelines that are not of whole numbers, datetimes or timespans.
    pub(super) fn check_timeline(&self, param: &str) -> Result<(), PlanError> {
        match self.expr(param)?.ty {
            KqlType::Int | KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => Ok(()),
            ty => Err(self.unsupported(&format!("over a timeline of type {ty}"))),
        }
    }

    /// The part of the timeline from `Start` to `End`, cut by the step of a parameter.
    pub(super) fn axis(&self, step: &str) -> Result<Axis, PlanError> {
        self.check_timeline("TimelineColumn")?;
        if self.optional("Start").is_none() || self.optional("End").is_none() {
            return Err(self.unsupported("without a start and an end"));
        }
        Ok(Axis {
            start: self.whole("Start")?,
            end: self.whole("End")?,
            step: self.step(step)?,
        })
    }

    pub(super) fn step(&self, param: &str) -> Result<Step, PlanError> {
        let expr = self.expr(param)?;
        if expr.ty == KqlType::String {
            let word = self.text(param)?;
            let step = Step::named(&word).filter(|_| self.expr("TimelineColumn").is_ok_and(|time| time.ty == KqlType::DateTime));
            return step.ok_or_else(|| {
                self.invalid(format!(
                    "{param} must be a width, or 'week', 'month' or 'year' on a timeline of datetimes"
                ))
            });
        }
        Ok(Step::Fixed(self.positive(param)?))
    }

    pub(super) fn positive(&self, param: &str) -> Result<i64, PlanError> {
        let value = self.whole(param)?;
        if value <= 0 {
            return Err(self.invalid(format!("{param} must be greater than zero")));
        }
        Ok(value)
    }

    /// The input projected to what the plugin reads, under names of no meaning: computations go by position.
    pub(super) fn reads(&self, exprs: Vec<PlanExpr>) -> Result<LogicalPlan, PlanError> {
        let mut items: Vec<PlanExpr> = named(exprs).collect();
        items.extend(tags_of(self.group));
        let rows = plan_rel(self.input, self.context, self.group)?;
        Ok(LogicalPlanBuilder::from(rows).project(items)?.build()?)
    }

    /// The plugin as a computation over what it reads of its input.
    pub(super) fn computed(&self, exprs: Vec<PlanExpr>, computation: Arc<dyn Computation>) -> Result<LogicalPlan, PlanError> {
        whole_of_group(self.rel, self.reads(exprs)?, computation, self.group)
    }

    /// An expression over the input.
    pub(super) fn plan(&self, expr: &Expr) -> Result<PlanExpr, PlanError> {
        let columns = Columns::of(self.input).with_constants(constants_of(self.group));
        Expressions::new(self.context, columns).plan(expr)
    }

    /// The arguments of a parameter over the input.
    pub(super) fn plan_all(&self, param: &str) -> Result<Vec<PlanExpr>, PlanError> {
        self.exprs(param).into_iter().map(|expr| self.plan(expr)).collect()
    }
}

pub(super) fn projected(plan: LogicalPlan, exprs: Vec<PlanExpr>) -> Result<LogicalPlan, PlanError> {
    Ok(LogicalPlanBuilder::from(plan).project(named(exprs))?.build()?)
}

fn named(exprs: Vec<PlanExpr>) -> impl Iterator<Item = PlanExpr> {
    exprs.into_iter().enumerate().map(|(at, expr)| expr.alias(format!("${at}")))
}
