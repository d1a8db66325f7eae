//! `evaluate`: each plugin becomes a node over the columns that it reads.

mod activity;
mod call;
mod lookup;
mod patterns;
mod rows;
mod sequence;

use datafusion::logical_expr::LogicalPlan;
use quarry_schema::Function;
use quarry_semantics::ir::{PluginArg, Rel};

use self::call::Call;
use super::Group;
use super::group::refuse;
use crate::{PlanContext, PlanError};

/// Plugins that read a table besides their input: it would have to be told apart by group as well.
const TWO_INPUTS: &[&str] = &[
    "geo_line_lookup",
    "geo_polygon_lookup",
    "ipv4_lookup",
    "ipv6_lookup",
    "new_activity_metrics",
];

pub(super) fn plan(
    rel: &Rel,
    function: &'static Function,
    input: Option<&Rel>,
    args: &[PluginArg],
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    if TWO_INPUTS.contains(&function.name) {
        refuse(group, "evaluate with a table", rel)?;
    }
    let Some(input) = input else {
        return Err(PlanError::unsupported(format!("plugin {}", function.name), rel.span));
    };
    let call = Call {
        name: function.name,
        rel,
        input,
        args,
        context,
        group,
    };
    match function.name {
        "active_users_count" => activity::active_users_count(&call),
        "activity_counts_metrics" => activity::activity_counts_metrics(&call),
        "activity_engagement" => activity::activity_engagement(&call),
        "activity_metrics" => activity::activity_metrics(&call),
        "basket" => patterns::basket(&call),
        "funnel_sequence_completion" => sequence::funnel_sequence_completion(&call),
        "geo_line_lookup" => lookup::geo(&call, true),
        "geo_polygon_lookup" => lookup::geo(&call, false),
        "ipv4_lookup" | "ipv6_lookup" => lookup::ip(&call),
        "narrow" => rows::narrow(&call),
        "new_activity_metrics" => activity::new_activity_metrics(&call),
        "rolling_percentile" => activity::rolling_percentile(&call),
        "rows_near" => rows::rows_near(&call),
        "schema_merge" => rows::schema_merge(&call),
        "sequence_detect" => sequence::sequence_detect(&call),
        "session_count" => activity::session_count(&call),
        "sliding_window_counts" => activity::sliding_window_counts(&call),
        _ => Err(PlanError::unsupported(format!("plugin {}", function.name), rel.span)),
    }
}
