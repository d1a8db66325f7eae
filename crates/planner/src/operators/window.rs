//! Window functions over rows in order.

use datafusion::logical_expr::LogicalPlan;
use quarry_semantics::ir::{ColumnId, Expr, Rel};

use super::Group;
use crate::{PlanContext, PlanError};

pub(super) fn plan(
    rel: &Rel,
    _input: &Rel,
    _items: &[(ColumnId, Expr)],
    _context: &PlanContext<'_>,
    _group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    Err(PlanError::unsupported("a window function", rel.span))
}
