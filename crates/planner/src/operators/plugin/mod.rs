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
    let refused = || {
        let reason = reason(function.name).map(|reason| format!(" ({reason})")).unwrap_or_default();
        Err(PlanError::unsupported(format!("plugin {}{reason}", function.name), rel.span))
    };
    let Some(input) = input else { return refused() };
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
        "autocluster" => patterns::autocluster(&call),
        "basket" => patterns::basket(&call),
        "diffpatterns" => patterns::diffpatterns(&call),
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
        _ => refused(),
    }
}

/// Why a plugin is refused for good.
fn reason(plugin: &str) -> Option<&'static str> {
    Some(match plugin {
        "csharp" | "python" | "r" => "it runs foreign code",
        "ai_chat_completion"
        | "ai_chat_completion_prompt"
        | "ai_embed_text"
        | "ai_embeddings"
        | "azure_digital_twins_query_request"
        | "cosmosdb_sql_request"
        | "dax_request"
        | "execute_query"
        | "execute_show_command"
        | "external_datatable"
        | "http_request"
        | "http_request_post"
        | "infer_storage_schema"
        | "infer_storage_schema_with_suggestions"
        | "mysql_request"
        | "postgresql_request"
        | "sql_request" => "it asks another service",
        "diffpatterns_text" => "the engine's algorithm is not published",
        "funnel_sequence" => "its rules are not documented",
        _ => return None,
    })
}
