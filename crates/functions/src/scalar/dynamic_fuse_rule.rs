//! The optimizer rule that brings together paths into one document.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, Projection, col};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

use super::dynamic_fused::fused_paths;
use super::dynamic_walk::WantedPath;
use crate::aggregate::field::field;
use crate::kernel::fixed_path;

/// Where a projection follows several paths into the same document, a projection below it follows them all in one walk.
#[derive(Debug)]
pub struct FusePaths;

/// A document and the paths into it.
struct Document {
    base: Expr,
    wanted: Vec<WantedPath>,
}

impl Document {
    /// The name of the column that holds the values of all paths.
    fn column(at: usize) -> String {
        format!("__paths_{at}")
    }
}

impl OptimizerRule for FusePaths {
    fn name(&self) -> &str {
        "fuse_paths"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(&self, plan: LogicalPlan, _: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        match plan {
            LogicalPlan::Projection(projection) => fuse(projection),
            plan => Ok(Transformed::no(plan)),
        }
    }
}

fn fuse(projection: Projection) -> Result<Transformed<LogicalPlan>> {
    let documents = documents(&projection.expr)?;
    if documents.is_empty() {
        return Ok(Transformed::no(LogicalPlan::Projection(projection)));
    }
    let mut below: Vec<Expr> = projection.input.schema().columns().into_iter().map(Expr::Column).collect();
    for (at, document) in documents.iter().enumerate() {
        below.push(fused_paths(document.base.clone(), &document.wanted).alias(Document::column(at)));
    }
    let below = LogicalPlan::Projection(Projection::try_new(below, projection.input)?);

    let names = NamePreserver::new_for_projection();
    let rewritten = projection.expr.into_iter().map(|expr| {
        let name = names.save(&expr);
        Ok(name.restore(expr.transform_down(|expr| Ok(replace(expr, &documents)))?.data))
    });
    let above = Projection::try_new_with_schema(rewritten.collect::<Result<_>>()?, Arc::new(below), projection.schema)?;
    Ok(Transformed::yes(LogicalPlan::Projection(above)))
}

/// The documents into which expressions follow two paths or more.
fn documents(exprs: &[Expr]) -> Result<Vec<Document>> {
    let mut documents: Vec<Document> = Vec::new();
    for expr in exprs {
        expr.apply(|expr| {
            let Some((base, path, ty)) = fixed_path(expr) else {
                return Ok(TreeNodeRecursion::Continue);
            };
            let at = documents.iter().position(|document| document.base == *base).unwrap_or_else(|| {
                documents.push(Document {
                    base: base.clone(),
                    wanted: Vec::new(),
                });
                documents.len() - 1
            });
            if let Some(document) = documents.get_mut(at)
                && !document.wanted.iter().any(|(known, as_ty)| *known == path && *as_ty == ty)
            {
                document.wanted.push((path, ty));
            }
            // What lies inside the document's own expression is read below.
            Ok(TreeNodeRecursion::Jump)
        })?;
    }
    documents.retain(|document| document.wanted.len() > 1);
    Ok(documents)
}

/// A path into one of the documents as a field of that document's column.
fn replace(expr: Expr, documents: &[Document]) -> Transformed<Expr> {
    let found = fixed_path(&expr).and_then(|(base, path, ty)| {
        let (at, document) = documents.iter().enumerate().find(|(_, document)| document.base == *base)?;
        let position = document.wanted.iter().position(|(known, as_ty)| *known == path && *as_ty == ty)?;
        Some(field(col(Document::column(at)), position, ty))
    });
    match found {
        Some(field) => Transformed::new(field, true, TreeNodeRecursion::Jump),
        None => Transformed::no(expr),
    }
}
