//! `evaluate`.

use datafusion::logical_expr::LogicalPlan;
use quarry_schema::Function;
use quarry_semantics::ir::{PluginArg, Rel};

use super::Group;
use crate::{PlanContext, PlanError};

pub(super) fn plan(
    rel: &Rel,
    function: &'static Function,
    _input: Option<&Rel>,
    _args: &[PluginArg],
    _context: &PlanContext<'_>,
    _group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    Err(PlanError::unsupported(format!("plugin {}", function.name), rel.span))
}
