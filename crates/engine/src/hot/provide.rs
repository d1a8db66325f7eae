//! Carrying the value of a path from a scan up to where it is read.

use std::sync::Arc;

use datafusion::common::alias::AliasGenerator;
use datafusion::common::{Column, Result};
use datafusion::datasource::{provider_as_source, source_as_provider};
use datafusion::logical_expr::{
    Expr, Extension, Join, JoinType, LogicalPlan, Projection, SubqueryAlias, TableScan, TableScanBuilder, Union,
};
use quarry_functions::kernel::{fixed_path, text_form};
use quarry_functions::operators;
use quarry_operators::serialize::Serialize;
use quarry_schema::KqlType;
use quarry_storage::LakeTable;
use quarry_value::dynamic::Segment;

use super::Access;

/// Plans with one column more than before.
pub(super) struct Provider {
    pub names: Arc<AliasGenerator>,
}

/// A plan and its new column.
type Provided = Option<(LogicalPlan, Column)>;

impl Provider {
    /// The plan with the value of an access as one column more, behind or between its own, when a scan below can give it.
    pub fn provide(&self, plan: &LogicalPlan, access: &Access) -> Result<Provided> {
        match plan {
            LogicalPlan::TableScan(scan) => self.scan(scan, access),
            LogicalPlan::Projection(projection) => self.projection(projection, access),
            LogicalPlan::Filter(_) | LogicalPlan::Sort(_) | LogicalPlan::Limit(_) | LogicalPlan::Repartition(_) => {
                self.passed_on(plan, access)
            }
            LogicalPlan::Unnest(unnest) if !unnest.exec_columns.contains(&access.document) => self.passed_on(plan, access),
            LogicalPlan::Extension(Extension { node }) if node.as_any().is::<Serialize>() => self.passed_on(plan, access),
            LogicalPlan::SubqueryAlias(alias) => self.subquery(alias, access),
            LogicalPlan::Join(join) => self.join(join, access),
            LogicalPlan::Union(union) => self.union(union, access),
            _ => Ok(None),
        }
    }

    /// A scan of a table that has files with the value beside the document. A longer path is followed on from there.
    fn scan(&self, scan: &TableScan, access: &Access) -> Result<Provided> {
        let Ok(provider) = source_as_provider(&scan.source) else {
            return Ok(None);
        };
        let Some(table) = provider.downcast_ref::<LakeTable>() else {
            return Ok(None);
        };
        let Some((table, name, rest)) = with_value(table, access) else {
            return Ok(None);
        };
        let source = provider_as_source(Arc::new(table));
        let schema = source.schema();
        let own = scan.projected_schema.fields().iter().map(|field| field.name());
        let new = Some(&name).filter(|name| scan.projected_schema.field_with_unqualified_name(name).is_err());
        let read = own.chain(new);
        let projection = read.map(|name| schema.index_of(name)).collect::<std::result::Result<Vec<_>, _>>()?;
        let new = TableScanBuilder::new(scan.table_name.clone(), source)
            .with_projection(Some(projection))
            .with_filters(scan.filters.clone())
            .with_fetch(scan.fetch)
            .with_statistics_requests(scan.statistics_requests.clone())
            .build()?;
        let value = followed(Expr::Column(Column::new(Some(scan.table_name.clone()), name)), rest, access.text)?;
        let own = scan.projected_schema.columns().into_iter().map(Expr::Column).collect();
        self.with_column(LogicalPlan::TableScan(new), own, value)
    }

    /// What a projection computes its column from.
    fn projection(&self, projection: &Projection, access: &Access) -> Result<Provided> {
        let Some(at) = projection.schema.maybe_index_of_column(&access.document) else {
            return Ok(None);
        };
        let Some(computed) = projection.expr.get(at) else { return Ok(None) };
        let inner = match computed.clone().unalias() {
            Expr::Column(document) => Access {
                document,
                ..access.clone()
            },
            computed => match fixed_path(&computed) {
                // A path into the value at a path.
                Some((Expr::Column(document), path, KqlType::Dynamic)) => Access {
                    document: document.clone(),
                    path: path.into_iter().chain(access.path.iter().cloned()).collect(),
                    ..access.clone()
                },
                _ => return Ok(None),
            },
        };
        let Some((input, column)) = self.provide(&projection.input, &inner)? else {
            return Ok(None);
        };
        self.with_column(input, projection.expr.clone(), Expr::Column(column))
    }

    /// An operator that gives its input's columns on as they are.
    fn passed_on(&self, plan: &LogicalPlan, access: &Access) -> Result<Provided> {
        let inputs = plan.inputs();
        let [input] = inputs.as_slice() else { return Ok(None) };
        match self.provide(input, access)? {
            Some((input, column)) => Ok(Some((plan.with_new_exprs(plan.expressions(), vec![input])?, column))),
            None => Ok(None),
        }
    }

    fn subquery(&self, alias: &SubqueryAlias, access: &Access) -> Result<Provided> {
        let Some(at) = alias.schema.maybe_index_of_column(&access.document) else {
            return Ok(None);
        };
        let Some(document) = alias.input.schema().columns().into_iter().nth(at) else {
            return Ok(None);
        };
        let inner = Access {
            document,
            ..access.clone()
        };
        Ok(match self.provide(&alias.input, &inner)? {
            Some((input, column)) => {
                let column = Column::new(Some(alias.alias.clone()), column.name);
                let alias = SubqueryAlias::try_new(Arc::new(input), alias.alias.clone())?;
                Some((LogicalPlan::SubqueryAlias(alias), column))
            }
            None => None,
        })
    }

    fn join(&self, join: &Join, access: &Access) -> Result<Provided> {
        let on_left = join.left.schema().has_column(&access.document);
        if on_left == join.right.schema().has_column(&access.document) || !join.schema.has_column(&access.document) {
            return Ok(None);
        }
        // Text is empty, not null, where a side has no row.
        let may_lack_row = match join.join_type {
            JoinType::Left => !on_left,
            JoinType::Right => on_left,
            JoinType::Full => true,
            _ => false,
        };
        if access.text && may_lack_row {
            return Ok(None);
        }
        let side = if on_left { &join.left } else { &join.right };
        let Some((side, column)) = self.provide(side, access)? else {
            return Ok(None);
        };
        let side = Arc::new(side);
        let (left, right) = match on_left {
            true => (side, Arc::clone(&join.right)),
            false => (Arc::clone(&join.left), side),
        };
        let joined = Join::try_new(
            left,
            right,
            join.on.clone(),
            join.filter.clone(),
            join.join_type,
            join.join_constraint,
            join.null_equality,
            join.null_aware,
        )?;
        Ok(Some((LogicalPlan::Join(joined), column)))
    }

    /// Every leg gives the value, or none does.
    fn union(&self, union: &Union, access: &Access) -> Result<Provided> {
        let Some(at) = union.schema.maybe_index_of_column(&access.document) else {
            return Ok(None);
        };
        let name = self.name();
        let mut legs = Vec::with_capacity(union.inputs.len());
        for leg in &union.inputs {
            let columns = leg.schema().columns();
            let Some(document) = columns.get(at).cloned() else {
                return Ok(None);
            };
            let inner = Access {
                document,
                ..access.clone()
            };
            let Some((leg, column)) = self.provide(leg, &inner)? else {
                return Ok(None);
            };
            let items = columns.into_iter().map(Expr::Column).chain([Expr::Column(column).alias(&name)]);
            legs.push(Arc::new(LogicalPlan::Projection(Projection::try_new(
                items.collect(),
                Arc::new(leg),
            )?)));
        }
        Ok(Some((LogicalPlan::Union(Union::try_new(legs)?), Column::new_unqualified(name))))
    }

    /// A projection of what is named and the new column, under a name that no other column of the plan has.
    fn with_column(&self, input: LogicalPlan, mut items: Vec<Expr>, value: Expr) -> Result<Provided> {
        let name = self.name();
        items.push(value.alias(&name));
        let plan = LogicalPlan::Projection(Projection::try_new(items, Arc::new(input))?);
        Ok(Some((plan, Column::new_unqualified(name))))
    }

    fn name(&self) -> String {
        self.names.next("__hot")
    }
}

/// The table with what an access wants as a column, or with what lies on the way there and the rest of the path.
fn with_value<'a>(table: &LakeTable, access: &'a Access) -> Option<(LakeTable, String, &'a [Segment])> {
    if access.path.is_empty() {
        // The text of a value that the scan gives already.
        let (table, name) = table.with_text(&access.document.name).filter(|_| access.text)?;
        return Some((table, name, &[]));
    }
    let kept = table.kept(&access.document.name, &access.path, access.members.as_ref())?;
    let (path, rest) = access.path.split_at(kept.steps);
    let (table, name) = table.with_path(&access.document.name, path, &kept.members, access.text && rest.is_empty())?;
    Some((table, name, rest))
}

/// The value at the rest of a path.
fn followed(value: Expr, rest: &[Segment], text: bool) -> Result<Expr> {
    if rest.is_empty() {
        return Ok(value);
    }
    let steps = rest.iter().map(|step| match step {
        Segment::Key(key) => operators::Segment::Key(key.clone()),
        Segment::Index(index) => operators::Segment::Index(*index),
    });
    let path = operators::path(value, steps.collect());
    match text {
        true => match text_form(&path) {
            Some(text) => Ok(text),
            None => datafusion::common::internal_err!("a path has no text form"),
        },
        false => Ok(path),
    }
}
