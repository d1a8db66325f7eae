//! Every stage of a query as text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use datafusion::physical_plan::displayable;
use quarry_semantics::ir::{Rel, RelKind};

use crate::prepare::Way;
use crate::{Database, QueryError, QueryOptions, Session};

/// A stage between the text of a query and its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The syntax tree.
    Tree,
    /// The bound query.
    Ir,
    /// The logical plan as planned, before optimization.
    Plan,
    /// The plan that runs.
    Physical,
}

impl Session {
    /// The tables that a query reads, each once, in alphabetical order.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub async fn tables_read(&self, text: &str, database: &dyn Database, options: &QueryOptions) -> Result<Vec<String>, QueryError> {
        let (query, ..) = self.bound(text, database, options).await?;
        let subqueries = query.subqueries.iter().map(|subquery| &subquery.rel);
        let mut open: Vec<&Rel> = query.results.iter().map(|result| &result.rel).chain(subqueries).collect();
        let mut names = BTreeSet::new();
        while let Some(rel) = open.pop() {
            if let RelKind::Table { name, .. } = rel.kind.as_ref() {
                names.insert(database.table(name).map_or_else(|| name.clone(), |table| table.name));
            }
            open.extend(rel.inputs());
        }
        Ok(names.into_iter().collect())
    }

    /// Prints a query at a stage. Subqueries run first where a later stage needs their values.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub async fn explain(&self, text: &str, stage: Stage, database: &dyn Database, options: &QueryOptions) -> Result<String, QueryError> {
        if stage == Stage::Tree {
            return Ok(quarry_syntax::parse(text).dump());
        }
        let (query, now, _) = self.bound(text, database, options).await?;
        if stage == Stage::Ir {
            return Ok(quarry_semantics::ir::display::display(&query));
        }
        let prepared = self.prepare(&query, Way::Once(database), now).await?;
        let mut out = String::new();
        for result in &query.results {
            let planned = prepared.plan(&result.rel)?;
            // Writing to a string cannot fail.
            let _ = match stage {
                Stage::Plan => writeln!(out, "{}", planned.display_indent()),
                _ => write!(out, "{}", displayable(self.physical(&planned).await?.as_ref()).indent(false)),
            };
        }
        Ok(out)
    }
}
