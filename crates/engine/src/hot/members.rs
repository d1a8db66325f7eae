//! Which members of bags in lists a plan reads: `mv-expand RawEventData.Folders` may be followed by nothing but `Folders.Path`.
//!
//! Columns of a plan have names that are unique in the query, or else hold the same, so it does not matter where in the plan one is read.

use datafusion::common::Result;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{BinaryExpr, Distinct, Expr, Extension, LogicalPlan, Operator};
use datafusion::scalar::ScalarValue;
use quarry_functions::kernel::{fixed_path, kernel_call};
use quarry_operators::mv_expand::expanded;
use quarry_operators::serialize::Serialize;
use quarry_operators::wide_union::WideUnion;
use quarry_schema::KqlType;
use quarry_semantics::members::{Readings, Settled};
use quarry_value::dynamic::Segment;

/// Where a value is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Column(String),
    /// At a path into a column.
    Path(String, Vec<Segment>),
}

/// What a plan reads of the values at all places.
pub(super) fn readings(plan: &LogicalPlan) -> Result<Settled<Place>> {
    let mut reader = Reader(Readings::default());
    reader.all_of(plan);
    plan.apply_with_subqueries(|node| {
        reader.node(node)?;
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(reader.0.settled())
}

struct Reader(Readings<Place>);

impl Reader {
    /// Every column that comes out of a plan.
    fn all_of(&mut self, plan: &LogicalPlan) {
        for field in plan.schema().fields() {
            self.0.whole(Place::Column(field.name().clone()));
        }
    }

    fn node(&mut self, node: &LogicalPlan) -> Result<()> {
        match node {
            LogicalPlan::Projection(projection) => {
                for (expr, field) in projection.expr.iter().zip(projection.schema.fields()) {
                    self.named(expr, field.name())?;
                }
                Ok(())
            }
            LogicalPlan::Union(union) => {
                for input in &union.inputs {
                    for (from, to) in input.schema().fields().iter().zip(union.schema.fields()) {
                        self.0.same(Place::Column(from.name().clone()), Place::Column(to.name().clone()));
                    }
                }
                Ok(())
            }
            // Its lists are named where they are made.
            LogicalPlan::Unnest(_) => Ok(()),
            // What these do not look at they pass on.
            LogicalPlan::Filter(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::Limit(_)
            | LogicalPlan::Join(_)
            | LogicalPlan::Aggregate(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Repartition(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::TableScan(_)
            | LogicalPlan::Distinct(Distinct::On(_))
            | LogicalPlan::EmptyRelation(_)
            | LogicalPlan::Values(_) => self.expressions(node),
            LogicalPlan::Extension(Extension { node: extension })
                if extension.as_any().is::<Serialize>() || extension.as_any().is::<WideUnion>() =>
            {
                self.expressions(node)
            }
            _ => {
                node.inputs().into_iter().for_each(|input| self.all_of(input));
                self.expressions(node)
            }
        }
    }

    fn expressions(&mut self, node: &LogicalPlan) -> Result<()> {
        node.expressions().iter().try_for_each(|expr| self.read(expr))
    }

    /// An expression whose value gets a name.
    fn named(&mut self, expr: &Expr, name: &str) -> Result<()> {
        let expr = unaliased(expr);
        let column = Place::Column(name.to_owned());
        if let Some(place) = self.place(expr) {
            self.0.same(place, column);
            return Ok(());
        }
        match expanded(expr) {
            Some((list, KqlType::Dynamic)) => match self.place(list) {
                Some(place) => {
                    self.0.elements(place, column);
                    Ok(())
                }
                None => self.read(list),
            },
            _ => self.read(expr),
        }
    }

    /// An expression of whose value nothing is known but that it is read.
    fn read(&mut self, expr: &Expr) -> Result<()> {
        if let Some(value) = tested_for_emptiness(expr) {
            if self.place(value).is_some() {
                return Ok(());
            }
            return self.read(value);
        }
        if let Some(place) = self.place(expr) {
            self.0.whole(place);
            return Ok(());
        }
        match expr {
            Expr::InSubquery(inner) => self.all_of(&inner.subquery.subquery),
            Expr::Exists(inner) => self.all_of(&inner.subquery.subquery),
            Expr::ScalarSubquery(inner) => self.all_of(&inner.subquery),
            Expr::SetComparison(inner) => self.all_of(&inner.subquery.subquery),
            Expr::OuterReferenceColumn(_, column) => self.0.whole(Place::Column(column.name.clone())),
            _ => {}
        }
        expr.apply_children(|child| {
            self.read(child)?;
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(())
    }

    /// The place that an expression gives the value of, or the text. The way there is read.
    fn place(&mut self, expr: &Expr) -> Option<Place> {
        let expr = same_value(unaliased(expr));
        if let Expr::Column(column) = expr {
            return Some(Place::Column(column.name.clone()));
        }
        let (document, path, _) = fixed_path(expr)?;
        let Expr::Column(document) = document else { return None };
        let from = Place::Column(document.name.clone());
        match path.as_slice() {
            [Segment::Key(key), ..] | [Segment::Index(_), Segment::Key(key), ..] => self.0.member(from, key),
            _ => self.0.whole(from),
        }
        let place = Place::Path(document.name.clone(), path);
        self.0.seen(place.clone());
        Some(place)
    }
}

fn unaliased(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => unaliased(&alias.expr),
        expr => expr,
    }
}

/// What parses a dynamic gives it back.
fn same_value(expr: &Expr) -> &Expr {
    match kernel_call(expr) {
        Some(call) if matches!(call.name, "parse_json" | "todynamic" | "tostring") => match (call.args, call.types) {
            ([value], [KqlType::Dynamic]) => same_value(unaliased(value)),
            _ => expr,
        },
        _ => expr,
    }
}

/// The value whose text a condition compares with the empty one.
fn tested_for_emptiness(expr: &Expr) -> Option<&Expr> {
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = expr else {
        return None;
    };
    let empty = |expr: &Expr| matches!(expr, Expr::Literal(ScalarValue::Utf8View(Some(text)), _) if text.is_empty());
    match op {
        Operator::Eq | Operator::NotEq if empty(right) => Some(left),
        Operator::Eq | Operator::NotEq if empty(left) => Some(right),
        _ => None,
    }
}
