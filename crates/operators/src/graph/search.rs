//! `graph-match` and `graph-shortest-paths`: finds the places of a pattern and computes a row for each.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{Result, exec_err};
use quarry_semantics::ir::{Cycles, GraphPattern, GraphSearch};

use super::build::{Graph, GraphSpec};
use super::conditions::{Condition, Conditions};
use super::expand::Way;
use super::formula::{Fold, Formula, Source};
use super::matches::{Matches, Paths};
use super::meter::Meter;
use super::values::Found;
use crate::whole::{Budget, Computation};

/// Matches whose values are computed together.
const CHUNK: usize = 16_384;

/// What is looked for, and what comes out.
#[derive(Debug)]
pub struct PatternSearch {
    /// The KQL name.
    pub name: &'static str,
    pub graph: GraphSpec,
    pub pattern: GraphPattern,
    pub search: GraphSearch,
    /// All of them hold.
    pub conditions: Vec<Condition>,
    pub folds: Vec<Fold>,
    /// The result's columns.
    pub items: Vec<Formula>,
}

impl Computation for PatternSearch {
    fn name(&self) -> &'static str {
        self.name
    }

    fn compute(&self, _inputs: &[RecordBatch], _schema: &SchemaRef) -> Result<RecordBatch> {
        exec_err!("a search in a graph needs a budget")
    }

    fn compute_within(&self, inputs: &[RecordBatch], schema: &SchemaRef, budget: &Budget) -> Result<RecordBatch> {
        let graph = Graph::new(&self.graph, inputs, budget)?;
        let mut search = Search {
            graph: &graph,
            pattern: &self.pattern,
            cycles: match self.search {
                GraphSearch::All(cycles) => cycles,
                // A way that meets a node twice is never the shortest.
                GraphSearch::Shortest { .. } => Cycles::None,
            },
            conditions: Conditions::new(&self.conditions, &self.folds, &graph, &self.pattern)?,
            folds: &self.folds,
            paths: self.pattern.edges.iter().map(|_| Paths::default()).collect(),
            meter: Meter::new(budget),
        };
        let matches = match self.search {
            GraphSearch::All(_) => search.all()?,
            GraphSearch::Shortest { all } => search.shortest(all)?,
        };
        self.rows(&search, &matches, schema, budget)
    }
}

impl PatternSearch {
    fn rows(&self, search: &Search<'_>, matches: &Matches, schema: &SchemaRef, budget: &Budget) -> Result<RecordBatch> {
        let found = search.found(matches);
        let mut chunks = Vec::with_capacity(matches.len.div_ceil(CHUNK));
        for begin in (0..matches.len).step_by(CHUNK) {
            let rows = begin..matches.len.min(begin + CHUNK);
            let mut columns = Vec::with_capacity(self.items.len());
            for (item, field) in self.items.iter().zip(schema.fields()) {
                let values = found.values(item, rows.clone())?;
                budget.grow(rows.len().saturating_mul(BYTES_PER_VALUE))?;
                columns.push(if values.data_type() == field.data_type() {
                    values
                } else {
                    cast(&values, field.data_type())?
                });
            }
            chunks.push(RecordBatch::try_new(Arc::clone(schema), columns)?);
        }
        Ok(concat_batches(schema, &chunks)?)
    }
}

/// A value in a chunk and in the whole result.
const BYTES_PER_VALUE: usize = 32;

/// A search under way.
pub(super) struct Search<'a> {
    pub graph: &'a Graph,
    pub pattern: &'a GraphPattern,
    pub cycles: Cycles,
    pub conditions: Conditions<'a>,
    pub folds: &'a [Fold],
    /// By edge of the pattern; empty for those of fixed length.
    pub paths: Vec<Paths>,
    pub meter: Meter<'a>,
}

impl<'a> Search<'a> {
    pub(super) fn found<'m>(&'m self, matches: &'m Matches) -> Found<'m> {
        Found {
            graph: self.graph,
            folds: self.folds,
            paths: &self.paths,
            matches,
        }
    }

    /// Every match: begins at the variable that the fewest nodes can be, and goes along one edge of the pattern after the other.
    pub(super) fn all(&mut self) -> Result<Matches> {
        let pattern = self.pattern;
        let mut matches = Matches {
            len: 0,
            nodes: vec![None; pattern.nodes],
            edges: vec![None; pattern.edges.len()],
        };
        if self.cycles == Cycles::None && pattern.closed {
            self.bind_all(&mut matches);
            return Ok(matches);
        }
        let mut counts: Vec<usize> = (0..pattern.nodes).map(|variable| self.candidates(variable).count()).collect();
        let Some(start) = (0..pattern.nodes).min_by_key(|variable| counts.get(*variable).copied()) else {
            return Ok(matches);
        };
        let nodes: Vec<u32> = self.candidates(start).collect();
        matches.len = nodes.len();
        if let Some(place) = matches.nodes.get_mut(start) {
            *place = Some(nodes);
        }
        self.meter.spend(matches.bytes())?;
        let mut rest = self.conditions.rest.clone();
        self.apply(&mut matches, &mut rest)?;
        while let Some(way) = self.next_way(&matches, &counts) {
            let Some(edge) = pattern.edges.get(way.edge) else { break };
            matches = self.follow(&matches, edge, way)?;
            self.apply(&mut matches, &mut rest)?;
            counts.iter_mut().skip(way.far).take(1).for_each(|count| *count = 0);
        }
        if !rest.is_empty() {
            return exec_err!("a graph pattern that is not connected");
        }
        Ok(matches)
    }

    /// The nodes that a variable can be, by what is asked of it alone.
    pub(super) fn candidates(&self, variable: usize) -> impl Iterator<Item = u32> + use<'_, 'a> {
        let nodes = u32::try_from(self.graph.nodes).unwrap_or(super::NONE);
        (0..nodes).filter(move |node| super::conditions::allows(&self.conditions.nodes, variable, *node))
    }

    /// The edge to follow next: one that closes a gap between nodes that are found, else the one that leads to the rarest nodes.
    fn next_way(&self, matches: &Matches, counts: &[usize]) -> Option<Way> {
        let open = self.pattern.edges.iter().enumerate().filter(|(at, _)| !matches.has_edge(*at));
        let ways = open.filter_map(|(edge, shape)| {
            let (left, right) = (matches.has_node(shape.left), matches.has_node(shape.right));
            let from_left = left;
            let (near, far) = if from_left {
                (shape.left, shape.right)
            } else {
                (shape.right, shape.left)
            };
            let rank = (!(left && right), shape.range.is_some(), counts.get(far).copied());
            (left || right).then_some((
                rank,
                Way {
                    edge,
                    near,
                    far,
                    from_left,
                },
            ))
        });
        ways.min_by_key(|(rank, way)| (*rank, way.edge)).map(|(_, way)| way)
    }

    /// Drops the matches that break a condition all of whose elements are found by now.
    fn apply(&mut self, matches: &mut Matches, rest: &mut Vec<&'a Formula>) -> Result<()> {
        let ready: Vec<&Formula> = rest.extract_if(.., |formula| self.is_ready(formula, matches)).collect();
        for formula in ready {
            let mut kept = Vec::new();
            for begin in (0..matches.len).step_by(CHUNK) {
                let rows = begin..matches.len.min(begin + CHUNK);
                let truths = self.found(matches).truths(formula, rows)?;
                kept.extend((0u32..).skip(begin).zip(truths).filter(|(_, holds)| *holds).map(|(row, _)| row));
            }
            let filtered = matches.take(&kept);
            self.meter.give_back(matches.bytes() - filtered.bytes());
            *matches = filtered;
        }
        Ok(())
    }

    fn is_ready(&self, formula: &Formula, matches: &Matches) -> bool {
        formula.reads().iter().all(|source| match source {
            Source::Node { variable, .. } => matches.has_node(*variable),
            Source::Edge { edge, .. } => matches.has_edge(*edge),
            Source::Fold(fold) => self
                .folds
                .get(*fold)
                .is_some_and(|fold| matches.has_edge(fold.edge) && self.is_ready(&fold.formula, matches)),
            Source::Element(_) => true,
        })
    }

    /// Every variable is bound: what there are no matches of can still be read.
    fn bind_all(&self, matches: &mut Matches) {
        matches.nodes.iter_mut().chain(&mut matches.edges).for_each(|column| {
            column.get_or_insert_default();
        });
    }
}
