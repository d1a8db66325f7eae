//! What exclusions do to a query: how many rows each one keeps from it.

use std::collections::HashMap;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Int64Type;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, lit};
use quarry_semantics::ir::{Query, Rel, RelKind};
use quarry_text::Span;

use crate::prepare::Way;
use crate::{Database, Exclusion, QueryError, QueryOptions, Session};

impl Session {
    /// How many rows of its table an exclusion keeps from a query: rows that its predicate is true for and that pass the filters which the
    /// query itself puts on the table. A table that the query reads in several places counts with the largest number; the other exclusions
    /// of `options` play no part.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub async fn rows_excluded(
        &self,
        text: &str,
        database: &dyn Database,
        options: &QueryOptions,
        exclusion: &Exclusion,
    ) -> Result<u64, QueryError> {
        let inverted = Exclusion {
            inverted: true,
            ..exclusion.clone()
        };
        let options = QueryOptions {
            exclusions: vec![inverted],
            ..options.clone()
        };
        let (query, now, _) = self.bound(text, database, &options).await?;
        let table = exclusion.table.as_deref().unwrap_or_default();
        let stored = database.table(table).map_or_else(|| table.to_owned(), |schema| schema.name);
        let prepared = self.prepare(&query, Way::Once(database), now).await?;
        let mut places: HashMap<Span, u64> = HashMap::new();
        for (place, rows) in filtered_scans(&query, &stored) {
            let counted = LogicalPlanBuilder::from(prepared.plan(rows)?).aggregate(Vec::<Expr>::new(), vec![count(lit(1_i64))])?;
            let collected = self.collect(counted.build()?, None).await?;
            let number = collected
                .batches
                .iter()
                .filter_map(|batch| batch.columns().first()?.as_primitive_opt::<Int64Type>()?.values().first().copied())
                .sum::<i64>();
            let most = places.entry(place).or_default();
            *most = u64::try_from(number).unwrap_or_default().max(*most);
        }
        Ok(places.values().sum())
    }
}

/// Each reading of a table with the filters right above it, by the place of the reading in the text.
fn filtered_scans<'q>(query: &'q Query, table: &str) -> Vec<(Span, &'q Rel)> {
    let mut found = Vec::new();
    let mut todo: Vec<&Rel> = query.results.iter().map(|result| &result.rel).collect();
    todo.extend(query.subqueries.iter().map(|subquery| &subquery.rel));
    while let Some(rel) = todo.pop() {
        let mut bottom = rel;
        while let RelKind::Filter { input, .. } = bottom.kind.as_ref() {
            bottom = input;
        }
        match scanned(bottom, table) {
            Some(place) if !std::ptr::eq(bottom, rel) => found.push((place, rel)),
            _ => todo.extend(rel.inputs()),
        }
    }
    found
}

/// The place of a stored table; a column with the table's name may stand above it.
fn scanned(rel: &Rel, table: &str) -> Option<Span> {
    match rel.kind.as_ref() {
        RelKind::Table { name, .. } => (name == table).then_some(rel.span),
        RelKind::Project { input, .. } => match input.kind.as_ref() {
            RelKind::Table { name, .. } if input.span == rel.span => (name == table).then_some(rel.span),
            _ => None,
        },
        _ => None,
    }
}
