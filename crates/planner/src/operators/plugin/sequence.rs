//! Plugins that look for states or conditions in order.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{LogicalPlan, cast};
use quarry_operators::plugins::{FunnelSequenceCompletion, SequenceDetect};
use quarry_schema::KqlType;
use quarry_value::{dynamic, json};

use super::activity::text;
use super::call::Call;
use crate::PlanError;

pub(super) fn sequence_detect(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    if call.expr("TimelineColumn")?.ty != KqlType::DateTime {
        return Err(call.unsupported("over a timeline that is not of datetimes"));
    }
    let mut exprs = vec![call.plan(call.expr("TimelineColumn")?)?];
    let steps = call.plan_all("Expr")?;
    let computation = SequenceDetect {
        steps: steps.len(),
        step_window: call.whole("MaxSeqeunceStepWindow")?,
        span: call.whole("MaxSequenceSpan")?,
    };
    exprs.extend(steps);
    exprs.extend(call.plan_all("Dimension")?);
    call.computed(exprs, Arc::new(computation))
}

pub(super) fn funnel_sequence_completion(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    if call.expr("TimelineColumn")?.ty != KqlType::DateTime {
        return Err(call.unsupported("over a timeline that is not of datetimes"));
    }
    let (sequence, periods) = (call.text("Sequence")?, call.text("MaxSequencePeriods")?);
    let sequence: Vec<String> = dynamic::elements(&sequence)
        .ok_or_else(|| call.invalid("Sequence must be an array"))?
        .map(|state| json::text(state).into_owned())
        .collect();
    let periods = dynamic::elements(&periods).and_then(|periods| periods.map(dynamic::to_timespan).collect::<Option<Vec<i64>>>());
    let computation = FunnelSequenceCompletion {
        axis: call.axis("BinSize")?,
        sequence,
        periods: periods.ok_or_else(|| call.invalid("MaxSequencePeriods must be an array of timespans"))?,
    };
    let exprs = vec![
        call.plan(call.expr("IdColumn")?)?,
        cast(call.plan(call.expr("TimelineColumn")?)?, DataType::Int64),
        text(call, "StateColumn")?,
    ];
    call.computed(exprs, Arc::new(computation))
}
