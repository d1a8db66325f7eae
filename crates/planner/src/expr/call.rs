//! Function calls: a few become native expressions, the rest run their kernel.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Case, Expr as PlanExpr, lit};
use quarry_functions::{geo_info, operators, scalar_expr, user_agent};
use quarry_schema::{Function, FunctionKind, KqlType};
use quarry_semantics::ir::{BinaryOp, Expr};

use super::Expressions;
use crate::PlanError;
use crate::columns::{INGESTION_TIME, reference};

impl Expressions<'_> {
    pub(super) fn call(&self, function: &'static Function, args: &[Expr], expr: &Expr) -> Result<PlanExpr, PlanError> {
        match (function.name, args) {
            ("now", []) => return Ok(lit(self.context.now)),
            ("now", [offset]) => {
                return Ok(operators::binary(
                    BinaryOp::Add,
                    lit(self.context.now),
                    KqlType::DateTime,
                    self.plan(offset)?,
                    offset.ty,
                    KqlType::DateTime,
                )?);
            }
            ("ago", [span]) => {
                return Ok(operators::binary(
                    BinaryOp::Subtract,
                    lit(self.context.now),
                    KqlType::DateTime,
                    self.plan(span)?,
                    span.ty,
                    KqlType::DateTime,
                )?);
            }
            // Null where rows are no longer those of a stored table.
            ("ingestion_time", []) => {
                return if self.columns.has_ingestion_time() {
                    Ok(reference(INGESTION_TIME))
                } else {
                    absent(KqlType::DateTime)
                };
            }
            ("iff" | "iif", [condition, then, otherwise]) => {
                return self.choose(&[(condition, then)], otherwise);
            }
            ("case", _) => {
                let (pairs, rest) = args.as_chunks::<2>();
                if let [otherwise] = rest {
                    let branches: Vec<_> = pairs.iter().map(|[condition, then]| (condition, then)).collect();
                    return self.choose(&branches, otherwise);
                }
            }
            ("isnull", [value]) if value.ty != KqlType::String => return Ok(self.plan(value)?.is_null()),
            ("isnotnull", [value]) if value.ty != KqlType::String => return Ok(self.plan(value)?.is_not_null()),
            ("geo_info_from_ip_address", [address]) => {
                let geography = self.context.tables.geography();
                let geography = geography.ok_or_else(|| PlanError::invalid("no geographic data is registered", expr.span))?;
                return Ok(geo_info(geography, self.plan(address)?, address.ty, self.context.now));
            }
            ("parse_user_agent", _) => {
                let agents = self.context.tables.user_agents();
                let agents = agents.map_err(|problem| PlanError::invalid(problem, expr.span))?;
                let agents = agents.ok_or_else(|| PlanError::invalid("no catalogue of user agents is registered", expr.span))?;
                let types = args.iter().map(|arg| arg.ty).collect();
                return Ok(user_agent(agents, self.plan_all(args)?, types, self.context.now));
            }
            _ => {}
        }
        if let Some(column) = self.window(expr) {
            return Ok(column);
        }
        if function.kind != FunctionKind::Scalar {
            return Err(PlanError::unsupported(format!("{}() in this place", function.name), expr.span));
        }
        let types = args.iter().map(|arg| arg.ty).collect();
        if quarry_functions::scalar_kernel(function.name).is_none() {
            return Err(PlanError::unsupported(format!("function {}()", function.name), expr.span));
        }
        Ok(scalar_expr(function, self.plan_all(args)?, types, expr.ty, self.context.now)?)
    }

    /// A branch whose condition is null is not taken. Only taken branches are computed.
    fn choose(&self, branches: &[(&Expr, &Expr)], otherwise: &Expr) -> Result<PlanExpr, PlanError> {
        let when_then = branches
            .iter()
            .map(|(condition, then)| Ok((Box::new(self.plan(condition)?), Box::new(self.plan(then)?))))
            .collect::<Result<Vec<_>, PlanError>>()?;
        Ok(PlanExpr::Case(Case::new(None, when_then, Some(Box::new(self.plan(otherwise)?)))))
    }
}

/// A null of an Arrow type, or the empty string for text.
pub(crate) fn absent(ty: KqlType) -> Result<PlanExpr, PlanError> {
    Ok(match ty {
        KqlType::String => lit(ScalarValue::Utf8View(Some(String::new()))),
        other => lit(ScalarValue::try_new_null(&quarry_value::arrow_type(other))?),
    })
}
