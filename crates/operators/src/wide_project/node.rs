//! The logical node.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::FieldRef;
use datafusion::common::{DFSchema, DFSchemaRef, Result, plan_err};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, UserDefinedLogicalNodeCore};

/// Where a column of the result comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// The column of the input with this name.
    Input(String),
    /// One of the expressions.
    Computed(usize),
}

/// Columns of the input, and what is computed from them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WideProject {
    input: LogicalPlan,
    sources: Arc<[Source]>,
    computed: Vec<Expr>,
    schema: DFSchemaRef,
}

impl WideProject {
    /// A projection to named items over an input whose columns belong to no table.
    ///
    /// # Errors
    /// When two items have one name, or one reads what the input lacks.
    pub fn try_new(items: Vec<Expr>, input: LogicalPlan) -> Result<Self> {
        let mut sources = Vec::with_capacity(items.len());
        let mut computed = Vec::new();
        let mut fields = Vec::with_capacity(items.len());
        {
            let own = by_name(&input);
            for item in items {
                let name = item.schema_name().to_string();
                match item.unalias() {
                    Expr::Column(column) => {
                        let Some(field) = own.get(column.name.as_str()) else {
                            return plan_err!("a projection reads the column {}, which is not there", column.name);
                        };
                        fields.push((None, Arc::new(field.as_ref().clone().with_name(name))));
                        sources.push(Source::Input(column.name));
                    }
                    expr => {
                        let (_, field) = expr.to_field(input.schema().as_ref())?;
                        fields.push((None, Arc::new(field.as_ref().clone().with_name(name))));
                        sources.push(Source::Computed(computed.len()));
                        computed.push(expr);
                    }
                }
            }
        }
        let schema = DFSchema::new_with_metadata(fields, HashMap::new())?;
        Ok(Self {
            input,
            sources: sources.into(),
            computed,
            schema: Arc::new(schema),
        })
    }

    pub(super) fn sources(&self) -> &Arc<[Source]> {
        &self.sources
    }

    pub(super) fn computed(&self) -> &[Expr] {
        &self.computed
    }

    pub(super) fn input(&self) -> &LogicalPlan {
        &self.input
    }

    /// Sources with the fields that they give.
    fn columns(&self) -> impl Iterator<Item = (&Source, &FieldRef)> {
        self.sources.iter().zip(self.schema.fields())
    }
}

fn by_name(plan: &LogicalPlan) -> HashMap<&str, &FieldRef> {
    plan.schema().fields().iter().map(|field| (field.name().as_str(), field)).collect()
}

impl PartialOrd for WideProject {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input)
    }
}

impl UserDefinedLogicalNodeCore for WideProject {
    fn name(&self) -> &str {
        "WideProject"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        self.computed.clone()
    }

    /// What has another meaning below.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let passes = |source: &Source, field: &FieldRef| matches!(source, Source::Input(name) if name == field.name());
        let others = self.columns().filter(|(source, field)| !passes(source, field));
        others.map(|(_, field)| field.name().clone()).collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WideProject: {} columns", self.sources.len())?;
        for (source, field) in self.columns() {
            if let Source::Computed(at) = source
                && let Some(expr) = self.computed.get(*at)
            {
                write!(f, ", {expr} AS {}", field.name())?;
            }
        }
        Ok(())
    }

    /// Columns that the new input lacks are not read by anyone: the optimizer has asked which ones are needed.
    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let Some(input) = inputs.into_iter().next() else {
            return plan_err!("a projection needs an input");
        };
        if exprs.len() != self.computed.len() {
            return plan_err!("a projection of {} expressions is given {}", self.computed.len(), exprs.len());
        }
        let (sources, schema) = {
            let own = by_name(&input);
            let stays = |source: &Source| match source {
                Source::Input(name) => own.contains_key(name.as_str()),
                Source::Computed(_) => true,
            };
            if self.sources.iter().all(stays) {
                (Arc::clone(&self.sources), Arc::clone(&self.schema))
            } else {
                let kept: Vec<_> = self.columns().filter(|(source, _)| stays(source)).collect();
                let fields = kept.iter().map(|(_, field)| (None, Arc::clone(field))).collect();
                let sources = kept.iter().map(|(source, _)| (*source).clone()).collect();
                (sources, Arc::new(DFSchema::new_with_metadata(fields, HashMap::new())?))
            }
        };
        Ok(Self {
            input,
            sources,
            computed: exprs,
            schema,
        })
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        let names: HashSet<&str> = output_columns
            .iter()
            .filter_map(|at| match self.sources.get(*at)? {
                Source::Input(name) => Some(name.as_str()),
                Source::Computed(_) => None,
            })
            .collect();
        let own = self.input.schema().fields().iter().enumerate();
        let read = own.filter(|(_, field)| names.contains(field.name().as_str()));
        Some(vec![read.map(|(at, _)| at).collect()])
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }
}
