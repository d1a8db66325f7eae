//! `join` and `lookup`. Null keys match each other; text that an outer join does not find is empty, not null.

use datafusion::common::{JoinType, NullEquality};
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_schema::KqlType;
use quarry_semantics::ir::{Expr, ExprKind, JoinKind, Rel};

use super::group::{constants_of, first_of, reads_group};
use super::join_order::Order;
use super::order::{in_hand, most_rows};
use super::projected::projected;
use super::{Group, plan_rel};
use crate::columns::{Columns, carries_ingestion_time, name, reference};
use crate::expr::{Expressions, absent};
use crate::{PlanContext, PlanError, Resolved};

pub(super) fn plan(
    rel: &Rel,
    (kind, lookup): (JoinKind, bool),
    (left, right): (&Rel, &Rel),
    on: &[(Expr, Expr)],
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let (left_keys, right_keys): (Vec<&Expr>, Vec<&Expr>) = on.iter().map(|(left, right)| (left, right)).unzip();
    let kept = |id| matches!(context.resolved.get(&id), Some(Resolved::OfGroup(_)));
    let reads = (reads_group(left, &kept), reads_group(right, &kept));
    let (left_group, right_group) = sides_in_group(kind, reads, group);
    let mut left_side = Side::plan(left, &left_keys, "l", context, left_group)?;
    let mut right_side = Side::plan(right, &right_keys, "r", context, right_group)?;
    if let (Some(group), Some(_), Some(_)) = (group, left_group, right_group) {
        if reads == (true, true) && !group.repeatable {
            // Two readings of the rows are told apart by keys that must be the same both times.
            return Err(PlanError::unsupported(
                "a join of the elements of mv-apply with themselves",
                rel.span,
            ));
        }
        // Rows of one group meet only rows of the same.
        left_side.keys.extend(group.keys.iter().map(|key| format!("{key}l")));
        right_side.keys.extend(group.keys.iter().map(|key| format!("{key}r")));
    }
    if kind == JoinKind::InnerUnique {
        left_side.first_per_key(left)?;
    }
    let order = if group.is_none() && in_hand(left, context, None) && in_hand(right, context, None) {
        // The smaller side is looked in.
        let smaller = |(left, right): (u64, u64)| kind == JoinKind::Inner && right < left;
        let looked_in = most_rows(left, context).zip(most_rows(right, context)).is_some_and(smaller);
        Order::of(kind, lookup || looked_in, &mut left_side, &mut right_side)?
    } else {
        Order::default()
    };

    let join_type = match kind {
        JoinKind::InnerUnique | JoinKind::Inner => JoinType::Inner,
        JoinKind::LeftOuter => JoinType::Left,
        JoinKind::RightOuter => JoinType::Right,
        JoinKind::FullOuter => JoinType::Full,
        JoinKind::LeftSemi => JoinType::LeftSemi,
        JoinKind::LeftAnti => JoinType::LeftAnti,
        JoinKind::RightSemi => JoinType::RightSemi,
        JoinKind::RightAnti => JoinType::RightAnti,
    };
    let columns = |names: Vec<String>| {
        names
            .into_iter()
            .map(datafusion::common::Column::new_unqualified)
            .collect::<Vec<_>>()
    };
    let keys = (columns(left_side.keys), columns(right_side.keys));
    let joined = LogicalPlanBuilder::from(left_side.plan)
        .join_detailed(right_side.plan, join_type, keys, None, NullEquality::NullEqualsNull)?
        .build()?;
    let joined = LogicalPlanBuilder::from(order.restore(joined)?);

    let fill_left = matches!(kind, JoinKind::RightOuter | JoinKind::FullOuter);
    let fill_right = matches!(kind, JoinKind::LeftOuter | JoinKind::FullOuter);
    let mut items = rel
        .columns
        .iter()
        .map(|column| {
            // A column keeps its id and may have a new name here.
            let on_left = left.columns.iter().find(|own| own.id == column.id);
            let own = on_left.or_else(|| right.columns.iter().find(|own| own.id == column.id));
            let own = own.ok_or_else(|| PlanError::invalid(format!("column {} is on neither side", column.name), rel.span))?;
            let value = reference(name(own));
            let fill = column.ty == KqlType::String && if on_left.is_some() { fill_left } else { fill_right };
            Ok(if fill { or_empty(value)? } else { value }.alias(name(column)))
        })
        .collect::<Result<Vec<_>, PlanError>>()?;
    items.extend(tags(kind, group, left_group.is_some(), right_group.is_some()));
    projected(joined.build()?, items)
}

/// The group that each side is planned in. A side that does not read the group's rows is the same for all groups, so it is computed once;
/// but rows of it that find no partner come out once per group, which takes a copy of it in each.
fn sides_in_group(kind: JoinKind, reads: (bool, bool), group: Option<&Group>) -> (Option<&Group>, Option<&Group>) {
    let keeps_left = !matches!(
        kind,
        JoinKind::RightSemi | JoinKind::RightAnti | JoinKind::RightOuter | JoinKind::FullOuter
    );
    let keeps_right = matches!(
        kind,
        JoinKind::Inner | JoinKind::RightOuter | JoinKind::RightSemi | JoinKind::RightAnti
    );
    match reads {
        (_, false) if keeps_left => (group, None),
        (false, true) if keeps_right => (None, group),
        _ => (group, group),
    }
}

/// The columns of the group behind a join, from the side that has them.
fn tags(kind: JoinKind, group: Option<&Group>, left: bool, right: bool) -> Vec<PlanExpr> {
    let right_only = matches!(kind, JoinKind::RightSemi | JoinKind::RightAnti);
    let tag = |tag: &String| {
        let (on_left, on_right) = (reference(format!("{tag}l")), reference(format!("{tag}r")));
        match (left, right) {
            (true, true) if right_only => on_right,
            // An unmatched row has the group on its own side only.
            (true, true) if matches!(kind, JoinKind::RightOuter | JoinKind::FullOuter) => {
                datafusion::functions::expr_fn::coalesce(vec![on_left, on_right])
            }
            (true, _) => on_left,
            (false, _) => on_right,
        }
        .alias(tag)
    };
    group.map(Group::tags).unwrap_or_default().iter().map(tag).collect()
}

/// Text that may be missing.
pub(super) fn or_empty(value: PlanExpr) -> Result<PlanExpr, PlanError> {
    Ok(datafusion::functions::expr_fn::coalesce(vec![value, absent(KqlType::String)?]))
}

/// One side of a join.
pub(super) struct Side {
    pub(super) plan: LogicalPlan,
    /// Names of the columns that are compared.
    keys: Vec<String>,
    /// The names that the columns of the group have here.
    tags: Vec<String>,
}

impl Side {
    /// The side's plan with a column for every key. The columns of a group get the mark of the side.
    fn plan(side: &Rel, keys: &[&Expr], mark: &str, context: &PlanContext<'_>, group: Option<&Group>) -> Result<Self, PlanError> {
        let plan = plan_rel(side, context, group)?;
        let expressions = Expressions::new(context, Columns::of(side).with_constants(constants_of(group)));
        let mut names = Vec::with_capacity(keys.len());
        let mut computed = Vec::new();
        for (position, key) in keys.iter().enumerate() {
            let own = match &key.kind {
                ExprKind::Column(id) => side.columns.iter().find(|column| column.id == *id).map(name),
                _ => None,
            };
            // A column that is a key twice would be ambiguous; the second time it is computed.
            match own.filter(|own| !names.contains(own)) {
                Some(own) => names.push(own),
                None => {
                    let key_name = format!("$key{position}{mark}");
                    computed.push(expressions.plan(key)?.alias(&key_name));
                    names.push(key_name);
                }
            }
        }
        let mut tags = Vec::new();
        for tag in group.map(Group::tags).unwrap_or_default() {
            let marked = format!("{tag}{mark}");
            computed.push(reference(tag).alias(&marked));
            tags.push(marked);
        }
        // The time of ingestion ends here: a joined row is no longer a row of one table.
        let plan = if computed.is_empty() && !carries_ingestion_time(side) {
            plan
        } else {
            let items = side.columns.iter().map(|column| reference(name(column))).chain(computed);
            projected(plan, items.collect())?
        };
        Ok(Self { plan, keys: names, tags })
    }

    /// One row per key: the first, as `innerunique` keeps it.
    fn first_per_key(&mut self, side: &Rel) -> Result<(), PlanError> {
        let mut keys = self.keys.clone();
        keys.extend(self.tags.iter().filter(|tag| !self.keys.contains(tag)).cloned());
        let firsts: Vec<PlanExpr> = side
            .columns
            .iter()
            .map(name)
            .filter(|column| !keys.contains(column))
            .map(|column| first_of(&self.plan, &column))
            .collect();
        let group: Vec<PlanExpr> = keys.iter().map(reference).collect();
        self.plan = LogicalPlanBuilder::from(self.plan.clone()).aggregate(group, firsts)?.build()?;
        Ok(())
    }
}
