//! The optimizer rule that has paths into documents read at the scan, where files keep the values beside the documents.
//!
//! An access such as `tostring(RawEventData.UserId)` may stand far above its table: behind `extend`, joins, `mv-expand`. Where its column comes
//! unchanged from a table whose files have a hot column for the path, the scan gives one column more, the operators between pass it on, and the
//! access reads it. The document itself is then not read, unless something else wants it. Where a list of bags is expanded and nothing but certain
//! members of the bags is read, it is enough that files keep those.
//!
//! The rule comes before all others: plans are as the planner made them, and what follows moves filters over the new columns into the scan and
//! drops the columns that nobody reads any more.

mod members;
mod provide;

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, Result};
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, Projection};
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};
use quarry_functions::kernel::{fixed_path, kernel_call};
use quarry_schema::KqlType;
use quarry_semantics::members::Settled;
use quarry_storage::LakeTable;
use quarry_value::dynamic::Segment;

use self::members::{Place, readings};
use self::provide::Provider;

/// Reads paths at the scan.
#[derive(Debug)]
pub(crate) struct HotPaths;

/// An access: the column with the document, the path, and whether `tostring()` of the value is wanted.
#[derive(Clone, Debug, PartialEq)]
struct Access {
    document: Column,
    path: Vec<Segment>,
    text: bool,
    /// Where of bags in a list nothing else is read, these members.
    members: Option<BTreeSet<String>>,
}

impl OptimizerRule for HotPaths {
    fn name(&self) -> &str {
        "hot_paths"
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let provider = Provider {
            names: Arc::clone(config.alias_generator()),
        };
        let read = if members_matter(&plan)? {
            readings(&plan)?
        } else {
            Settled::default()
        };
        plan.transform_up_with_subqueries(|plan| replace(plan, &provider, &read))
    }
}

/// Whether a table in a plan has files that keep members of bags in lists.
fn members_matter(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Ok(provider) = source_as_provider(&scan.source)
        {
            found |= provider.downcast_ref::<LakeTable>().is_some_and(LakeTable::keeps_members);
        }
        Ok(if found {
            TreeNodeRecursion::Stop
        } else {
            TreeNodeRecursion::Continue
        })
    })?;
    Ok(found)
}

/// Has the accesses of one operator read columns of its inputs; what comes out of it stays the same.
fn replace(plan: LogicalPlan, provider: &Provider, readings: &Settled<Place>) -> Result<Transformed<LogicalPlan>> {
    let rewritable = matches!(
        plan,
        LogicalPlan::Projection(_) | LogicalPlan::Filter(_) | LogicalPlan::Aggregate(_) | LogicalPlan::Sort(_) | LogicalPlan::Join(_)
    );
    let wanted = if rewritable { accesses(&plan, readings)? } else { Vec::new() };
    if wanted.is_empty() {
        return Ok(Transformed::no(plan));
    }
    let mut inputs: Vec<LogicalPlan> = plan.inputs().into_iter().cloned().collect();
    let mut columns: Vec<(Access, Column)> = Vec::new();
    for access in wanted {
        let owner = inputs.iter_mut().find(|input| input.schema().has_column(&access.document));
        let Some(owner) = owner else { continue };
        if let Some((input, column)) = provider.provide(owner, &access)? {
            *owner = input;
            columns.push((access, column));
        }
    }
    if columns.is_empty() {
        return Ok(Transformed::no(plan));
    }
    let schema = Arc::clone(plan.schema());
    // The output of a projection goes by the name of its expression.
    let names = NamePreserver::new(&plan);
    let exprs = plan.expressions().into_iter().map(|expr| {
        let name = names.save(&expr);
        Ok(name.restore(expr.transform_down(|expr| Ok(read(expr, &columns, readings)))?.data))
    });
    let exprs = exprs.collect::<Result<Vec<_>>>()?;
    let plan = plan.with_new_exprs(exprs, inputs)?;
    Ok(Transformed::yes(restored(plan, &schema)?))
}

/// The accesses in an operator's expressions, each once.
fn accesses(plan: &LogicalPlan, readings: &Settled<Place>) -> Result<Vec<Access>> {
    let mut found: Vec<Access> = Vec::new();
    for expr in plan.expressions() {
        expr.apply(|expr| {
            if let Some(access) = access(expr, readings)
                && !found.contains(&access)
            {
                found.push(access);
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
    }
    Ok(found)
}

fn access(expr: &Expr, readings: &Settled<Place>) -> Option<Access> {
    if let Some(document) = text_of_column(expr) {
        return Some(Access {
            document: document.clone(),
            path: Vec::new(),
            text: true,
            members: None,
        });
    }
    let (document, path, ty) = fixed_path(expr)?;
    let text = match ty {
        KqlType::String => true,
        KqlType::Dynamic => false,
        _ => return None,
    };
    let Expr::Column(document) = document else { return None };
    Some(Access {
        members: readings.members(&Place::Path(document.name.clone(), path.clone())),
        document: document.clone(),
        path,
        text,
    })
}

/// The column whose text is wanted: it may be the value at a path, read further below.
fn text_of_column(expr: &Expr) -> Option<&Column> {
    let call = kernel_call(expr).filter(|call| call.name == "tostring")?;
    match (call.args, call.types) {
        ([Expr::Column(value)], [KqlType::Dynamic]) => Some(value),
        _ => None,
    }
}

/// An access as the column that holds its value.
fn read(expr: Expr, columns: &[(Access, Column)], readings: &Settled<Place>) -> Transformed<Expr> {
    let column = access(&expr, readings).and_then(|access| columns.iter().find(|(known, _)| *known == access));
    match column {
        Some((_, column)) => Transformed::new(Expr::Column(column.clone()), true, TreeNodeRecursion::Jump),
        None => Transformed::no(expr),
    }
}

/// The plan with the columns that it had before.
fn restored(plan: LogicalPlan, schema: &DFSchema) -> Result<LogicalPlan> {
    let (now, before) = (plan.schema().columns(), schema.columns());
    if now == before {
        return Ok(plan);
    }
    // An operator that names its columns by their expressions has as many as before; one that passes its input on has more.
    let items = if now.len() == before.len() {
        let renamed = before.into_iter().zip(now);
        let renamed = renamed.map(|(before, now)| Expr::Column(now).alias_qualified(before.relation, before.name));
        renamed.collect()
    } else {
        before.into_iter().map(Expr::Column).collect()
    };
    Ok(LogicalPlan::Projection(Projection::try_new(items, Arc::new(plan))?))
}
