//! Scalar expressions: typed IR in, DataFusion expressions out.

mod call;
mod constant;
mod literal;
mod predicate;

pub(crate) use call::absent;
pub(crate) use constant::{constant, constant_i64, evaluate};
pub(crate) use literal::{literal, scalar_value};
pub(crate) use predicate::predicate;

use datafusion::logical_expr::{Expr as PlanExpr, lit};
use quarry_functions::operators::{self, MembershipCandidates};
use quarry_semantics::ir::{Candidates, Expr, ExprKind, LogicalOp, MembershipOp, PathSegment};

use crate::columns::{Columns, reference};
use crate::operators::value_name;
use crate::{PlanContext, PlanError, Resolved};

/// Plans scalar expressions over the columns of one operator's inputs.
pub(crate) struct Expressions<'a> {
    pub(crate) context: &'a PlanContext<'a>,
    pub(crate) columns: Columns<'a>,
    /// Calls that a node below has computed, of window functions and of `new_guid`, and the columns they are in.
    windows: Vec<(Expr, String)>,
    /// The values of the group's subqueries are columns of the rows.
    subqueries: bool,
}

impl<'a> Expressions<'a> {
    pub(crate) fn new(context: &'a PlanContext<'a>, columns: Columns<'a>) -> Self {
        Self {
            context,
            columns,
            windows: Vec::new(),
            subqueries: false,
        }
    }

    /// The same over rows that hold the values of the group's subqueries.
    pub(crate) fn with_subqueries(self) -> Self {
        Self { subqueries: true, ..self }
    }

    pub(crate) fn with_windows(context: &'a PlanContext<'a>, columns: Columns<'a>, windows: Vec<(Expr, String)>) -> Self {
        Self {
            windows,
            ..Self::new(context, columns)
        }
    }

    /// The column that holds a window call's result.
    fn window(&self, expr: &Expr) -> Option<PlanExpr> {
        self.windows
            .iter()
            .find(|(call, _)| call == expr)
            .map(|(_, column)| reference(column))
    }

    pub(crate) fn plan_all(&self, exprs: &[Expr]) -> Result<Vec<PlanExpr>, PlanError> {
        exprs.iter().map(|expr| self.plan(expr)).collect()
    }

    /// The expression with KQL's null rules exactly, for any position.
    pub(crate) fn plan(&self, expr: &Expr) -> Result<PlanExpr, PlanError> {
        match &expr.kind {
            ExprKind::Column(id) => match self.columns.plan_name(*id) {
                Some(name) => Ok(reference(name)),
                None => Err(PlanError::invalid(format!("column {id} is not visible here"), expr.span)),
            },
            ExprKind::Literal(value) => literal(value, expr),
            ExprKind::Call { function, args } => self.call(function.0, args, expr),
            ExprKind::Unary { op, operand } => Ok(operators::unary(*op, self.plan(operand)?, operand.ty)?),
            ExprKind::Binary { op, left, right } => Ok(operators::binary(
                *op,
                self.plan(left)?,
                left.ty,
                self.plan(right)?,
                right.ty,
                expr.ty,
            )?),
            ExprKind::Logical { op, operands } => {
                let operands = self.plan_all(operands)?;
                Ok(balanced(operands, *op).unwrap_or_else(|| lit(*op == LogicalOp::And)))
            }
            ExprKind::Membership {
                op,
                negated,
                value,
                candidates,
            } => self.membership(*op, *negated, value, candidates, expr),
            ExprKind::Between { negated, value, low, high } => Ok(operators::between(
                *negated,
                self.plan(value)?,
                self.plan(low)?,
                self.plan(high)?,
                value.ty,
            )?),
            ExprKind::Path { base, segments } => self.path(base, segments),
            ExprKind::Scalar(id) => match self.context.resolved.get(id) {
                Some(Resolved::Scalar(value)) => Ok(PlanExpr::Literal(value.clone(), None)),
                Some(Resolved::OfGroup(_)) if self.subqueries => Ok(reference(value_name(*id))),
                Some(Resolved::OfGroup(_)) => Err(of_group(expr)),
                _ => Err(PlanError::invalid("the subquery has not been computed", expr.span)),
            },
            ExprKind::Convert(inner) => Ok(operators::convert(self.plan(inner)?, inner.ty, expr.ty)?),
        }
    }

    fn membership(
        &self,
        op: MembershipOp,
        negated: bool,
        value: &Expr,
        candidates: &Candidates,
        expr: &Expr,
    ) -> Result<PlanExpr, PlanError> {
        let planned = self.plan(value)?;
        let candidates = match candidates {
            Candidates::List(items) => MembershipCandidates::List(
                items
                    .iter()
                    .map(|item| Ok((self.plan(item)?, item.ty)))
                    .collect::<Result<Vec<_>, PlanError>>()?,
            ),
            Candidates::Set(id) => match self.context.resolved.get(id) {
                Some(Resolved::Set(values, ty)) => MembershipCandidates::Set(values.clone(), *ty),
                Some(Resolved::OfGroup(_)) => return Err(of_group(expr)),
                _ => return Err(PlanError::invalid("the subquery has not been computed", expr.span)),
            },
        };
        Ok(operators::membership(op, negated, planned, value.ty, candidates)?)
    }

    fn path(&self, base: &Expr, segments: &[PathSegment]) -> Result<PlanExpr, PlanError> {
        let base = self.plan(base)?;
        let segments = segments
            .iter()
            .map(|segment| {
                Ok(match segment {
                    PathSegment::Key(key) => operators::Segment::Key(key.clone()),
                    PathSegment::Index(index) => operators::Segment::Index(*index),
                    PathSegment::Dynamic(inner) => operators::Segment::Computed(self.plan(inner)?, inner.ty),
                })
            })
            .collect::<Result<Vec<_>, PlanError>>()?;
        Ok(operators::path(base, segments))
    }
}

/// A value of the group that no column holds in this place.
fn of_group(expr: &Expr) -> PlanError {
    PlanError::unsupported("a subquery over the rows of a group, in this place,", expr.span)
}

/// A balanced tree of one logical operator: hundreds of alternatives must not nest hundreds deep.
fn balanced(mut operands: Vec<PlanExpr>, op: LogicalOp) -> Option<PlanExpr> {
    while operands.len() > 1 {
        let mut next = Vec::with_capacity(operands.len().div_ceil(2));
        let mut rest = operands.into_iter();
        while let Some(left) = rest.next() {
            next.push(match (rest.next(), op) {
                (Some(right), LogicalOp::And) => left.and(right),
                (Some(right), LogicalOp::Or) => left.or(right),
                (None, _) => left,
            });
        }
        operands = next;
    }
    operands.pop()
}
