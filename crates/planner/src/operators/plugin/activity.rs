//! Plugins that count who was active when.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, cast};
use quarry_functions::operators::convert;
use quarry_operators::plugins::{
    ActiveUsersCount, ActivityCountsMetrics, ActivityEngagement, ActivityMetrics, Axis, NewActivityMetrics, RollingPercentile,
    SessionCount, SlidingWindowCounts, Step,
};
use quarry_operators::whole::Computation;

use super::super::plan_rel;
use super::super::whole::whole;
use super::call::{Call, projected};
use crate::PlanError;
use crate::columns::{name, reference};

/// Id (or value), time and dimensions.
pub(super) fn events(call: &Call<'_>, first: &str, time: &str) -> Result<Vec<PlanExpr>, PlanError> {
    let mut exprs = vec![call.plan(call.expr(first)?)?, cast(call.plan(call.expr(time)?)?, DataType::Int64)];
    exprs.extend(call.plan_all("Dimension")?);
    Ok(exprs)
}

fn counted(call: &Call<'_>, computation: impl Computation + 'static) -> Result<LogicalPlan, PlanError> {
    call.computed(events(call, "IdColumn", "TimelineColumn")?, Arc::new(computation))
}

pub(super) fn activity_counts_metrics(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    counted(call, ActivityCountsMetrics { axis: call.axis("Step")? })
}

pub(super) fn activity_metrics(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    if call.optional("Step").is_none() {
        return Err(call.unsupported("without a start, an end and a step"));
    }
    counted(call, ActivityMetrics { axis: call.axis("Step")? })
}

pub(super) fn activity_engagement(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    let axis = call.axis("InnerActivityWindow")?;
    let bins = in_steps(call, &axis, "OuterActivityWindow")?;
    counted(call, ActivityEngagement { axis, bins })
}

pub(super) fn sliding_window_counts(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    let axis = call.axis("Step")?;
    let bins = in_steps(call, &axis, "LookBackWindow")?;
    counted(call, SlidingWindowCounts { axis, bins })
}

/// How many steps a window has; a part of a step does not count.
fn in_steps(call: &Call<'_>, axis: &Axis, window: &str) -> Result<i64, PlanError> {
    match axis.step {
        Step::Fixed(width) => Ok((call.positive(window)? / width).max(1)),
        _ => Err(call.unsupported("over bins of the calendar")),
    }
}

pub(super) fn active_users_count(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    counted(
        call,
        ActiveUsersCount {
            axis: call.axis("Step")?,
            lookback: call.positive("LookbackWindow")?,
            period: call.positive("Period")?,
            active_periods: call.whole("ActivePeriods")?,
        },
    )
}

pub(super) fn session_count(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    let Axis { start, end, .. } = call.axis("Bin")?;
    counted(
        call,
        SessionCount {
            start,
            end,
            width: call.positive("Bin")?,
            lookback: call.positive("LookBackWindow")?,
        },
    )
}

pub(super) fn new_activity_metrics(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    let axis = call.axis("Window")?;
    let cohort = match call.optional("Cohort") {
        Some(expr) if expr.ty == call.expr("TimelineColumn")?.ty => Some(call.whole("Cohort")?),
        Some(_) => return Err(call.invalid("Cohort must be a value of the timeline")),
        None => None,
    };
    let mut inputs = vec![call.reads(events(call, "IdColumn", "TimelineColumn")?)?];
    if let Some(table) = call.table() {
        let id = call.expr("IdColumn")?;
        let own = call.input.columns.iter().find(|column| id.columns().contains(&column.id));
        let known = own.and_then(|own| table.columns.iter().find(|column| column.name == own.name));
        let Some(known) = known.filter(|known| known.ty == id.ty) else {
            return Err(call.invalid("the look-back table must have a column of ids, named and typed as in the input"));
        };
        inputs.push(projected(plan_rel(table, call.context, None)?, vec![reference(name(known))])?);
    }
    whole(call.rel, inputs, Arc::new(NewActivityMetrics { axis, cohort }))
}

pub(super) fn rolling_percentile(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    call.check_timeline("IndexColumn")?;
    let percentile = call.real("Percentile")?.filter(|percentile| (0.0..=100.0).contains(percentile));
    let bins = usize::try_from(call.positive("BinsPerWindow")?).unwrap_or(usize::MAX);
    let computation = RollingPercentile {
        percentile: percentile.ok_or_else(|| call.invalid("Percentile must be between 0 and 100"))?,
        width: call.positive("BinSize")?,
        bins,
    };
    call.computed(events(call, "ValueColumn", "IndexColumn")?, Arc::new(computation))
}

/// A value as text.
pub(super) fn text(call: &Call<'_>, param: &str) -> Result<PlanExpr, PlanError> {
    let expr = call.expr(param)?;
    Ok(convert(call.plan(expr)?, expr.ty, quarry_schema::KqlType::String)?)
}
