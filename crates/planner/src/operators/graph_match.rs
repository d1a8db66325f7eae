//! `graph-match` and `graph-shortest-paths`.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Fields, Schema};
use datafusion::common::DFSchema;
use datafusion::logical_expr::LogicalPlan;
use quarry_operators::graph::{Condition, Fold, Formula, PatternSearch, Source};
use quarry_semantics::ir::{
    Column, ColumnId, Expr, ExprKind, FoldKind, GraphElement, GraphMatch, GraphSearch, LogicalOp, NodeValue, Rel, RelKind,
};

use super::Group;
use super::graph::Wanted;
use super::group::refuse;
use super::whole::whole;
use crate::columns::{Columns, field, name};
use crate::expr::{Expressions, predicate};
use crate::{PlanContext, PlanError};

pub(super) fn plan(rel: &Rel, node: &GraphMatch, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let operator = match node.search {
        GraphSearch::All(_) => "graph-match",
        GraphSearch::Shortest { .. } => "graph-shortest-paths",
    };
    refuse(group, operator, rel)?;
    let mut formulas = Formulas {
        context,
        rel,
        known: Vec::new(),
    };
    let mut wanted = Wanted::new(&node.graph);
    for field in &node.fields {
        let source = match field.element {
            GraphElement::Node(variable) => Source::Node {
                variable,
                property: wanted.node(&field.value)?,
            },
            GraphElement::Edge(edge) => Source::Edge {
                edge,
                column: edge_column(&mut wanted, &field.value, rel)?,
            },
        };
        formulas.known.push((field.column.clone(), source));
    }
    let outer = formulas.known.len();
    let mut folds = Vec::with_capacity(node.folds.len());
    for fold in &node.folds {
        for (column, value) in &fold.fields {
            let at = if fold.inner_nodes {
                wanted.node(value)?
            } else {
                edge_column(&mut wanted, value, rel)?
            };
            formulas.known.push((column.clone(), Source::Element(at)));
        }
        folds.push(Fold {
            edge: fold.edge,
            inner_nodes: fold.inner_nodes,
            kind: fold.kind,
            ty: fold.expr.ty,
            formula: formulas.value(&fold.expr)?,
        });
        formulas.known.truncate(outer);
    }
    for (at, fold) in node.folds.iter().enumerate() {
        formulas.known.push((fold.output.clone(), Source::Fold(at)));
    }
    let mut conditions = Vec::new();
    for part in node.predicate.iter().flat_map(conjuncts) {
        conditions.push(match every(part, node) {
            Some(fold) => Condition::Every(fold),
            None => Condition::Formula(formulas.condition(part)?),
        });
    }
    let items = node
        .items
        .iter()
        .map(|(_, expr)| formulas.value(expr))
        .collect::<Result<Vec<_>, _>>()?;
    let (inputs, graph) = wanted.plan(context)?;
    let search = PatternSearch {
        name: operator,
        graph,
        pattern: node.pattern.clone(),
        search: node.search,
        conditions,
        folds,
        items,
    };
    whole(rel, inputs, Arc::new(search))
}

fn edge_column(wanted: &mut Wanted<'_>, value: &NodeValue, rel: &Rel) -> Result<usize, PlanError> {
    match value {
        NodeValue::Property(id) => Ok(wanted.edge(*id)),
        _ => Err(PlanError::invalid("an edge has no id, degree or component", rel.span)),
    }
}

/// The conditions that must all hold.
fn conjuncts(predicate: &Expr) -> Vec<&Expr> {
    match &predicate.kind {
        ExprKind::Logical {
            op: LogicalOp::And,
            operands,
        } => operands.iter().flat_map(conjuncts).collect(),
        _ => vec![predicate],
    }
}

/// The fold that a condition consists of, when it is an `all(…)` that reads nothing beside its path.
fn every(condition: &Expr, node: &GraphMatch) -> Option<usize> {
    let ExprKind::Column(id) = condition.kind else { return None };
    let own = |fold: &quarry_semantics::ir::PathFold, id: &ColumnId| fold.fields.iter().any(|(column, _)| column.id == *id);
    node.folds
        .iter()
        .position(|fold| fold.output.id == id && fold.kind == FoldKind::All && fold.expr.columns().iter().all(|id| own(fold, id)))
}

/// Makes formulas of expressions.
struct Formulas<'a> {
    context: &'a PlanContext<'a>,
    rel: &'a Rel,
    /// The columns that an expression can read, and what they are.
    known: Vec<(Column, Source)>,
}

impl Formulas<'_> {
    fn value(&self, expr: &Expr) -> Result<Formula, PlanError> {
        self.formula(expr, false)
    }

    fn condition(&self, expr: &Expr) -> Result<Formula, PlanError> {
        self.formula(expr, true)
    }

    fn formula(&self, expr: &Expr, filters: bool) -> Result<Formula, PlanError> {
        let ids = expr.columns();
        let mut columns = Vec::with_capacity(ids.len());
        let mut reads = Vec::with_capacity(ids.len());
        for id in ids {
            let Some((column, source)) = self.known.iter().find(|(column, _)| column.id == id) else {
                return Err(PlanError::invalid(format!("column {id} is not part of the pattern"), expr.span));
            };
            columns.push(column.clone());
            reads.push(*source);
        }
        let fields: Fields = columns.iter().map(|column| field(&name(column), column.ty)).collect();
        let visible = Rel {
            kind: Box::new(RelKind::Rows { rows: Vec::new() }),
            columns,
            span: self.rel.span,
            serialized: false,
            open: false,
        };
        let expressions = Expressions::new(self.context, Columns::of(&visible));
        let planned = if filters {
            predicate(&expressions, expr)?
        } else {
            expressions.plan(expr)?
        };
        let schema = DFSchema::from_unqualified_fields(fields.clone(), HashMap::new())?;
        let physical = self.context.state.create_physical_expr(planned, &schema)?;
        Ok(Formula::new(physical, Arc::new(Schema::new(fields)), reads))
    }
}
