//! What a match has to fulfil, and how early that can be known.

use datafusion::common::Result;
use quarry_semantics::ir::GraphPattern;

use super::build::Graph;
use super::formula::{Fold, Formula, Source};

/// One of the conditions that must all hold.
#[derive(Clone, Debug)]
pub enum Condition {
    Formula(Formula),
    /// An `all(…)` whose expression reads only the edge or node at hand: a path that breaks it need not be followed.
    Every(usize),
}

/// Which nodes or edges are allowed; `None`: all.
pub(super) type Allowed = Option<Vec<bool>>;

pub(super) fn allows(allowed: &[Allowed], element: usize, number: u32) -> bool {
    match allowed.get(element) {
        Some(Some(allowed)) => allowed.get(number as usize).copied().unwrap_or_default(),
        _ => true,
    }
}

/// The conditions, sorted by what they read.
#[derive(Debug)]
pub(super) struct Conditions<'a> {
    /// By node variable.
    pub nodes: Vec<Allowed>,
    /// By edge of the pattern: each edge of a path has to be allowed.
    pub edges: Vec<Allowed>,
    /// By edge of the pattern: the nodes inside a path.
    pub inner: Vec<Allowed>,
    /// What reads several elements, or a path in another way.
    pub rest: Vec<&'a Formula>,
}

impl<'a> Conditions<'a> {
    /// Evaluates what reads a single element, for all nodes or edges of the graph at once.
    pub(super) fn new(conditions: &'a [Condition], folds: &'a [Fold], graph: &Graph, pattern: &GraphPattern) -> Result<Self> {
        let mut sorted = Self {
            nodes: vec![None; pattern.nodes],
            edges: vec![None; pattern.edges.len()],
            inner: vec![None; pattern.edges.len()],
            rest: Vec::new(),
        };
        for condition in conditions {
            match condition {
                Condition::Every(fold) => {
                    let Some(fold) = folds.get(*fold) else { continue };
                    let allowed = if fold.inner_nodes { &mut sorted.inner } else { &mut sorted.edges };
                    restrict(allowed, fold.edge, elements(&fold.formula, graph, fold.inner_nodes)?);
                }
                Condition::Formula(formula) => match only_element(formula) {
                    Some(Only::Node(variable)) => restrict(&mut sorted.nodes, variable, elements(formula, graph, true)?),
                    Some(Only::Edge(edge)) => restrict(&mut sorted.edges, edge, elements(formula, graph, false)?),
                    None => sorted.rest.push(formula),
                },
            }
        }
        Ok(sorted)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Only {
    Node(usize),
    Edge(usize),
}

/// The only node or edge that an expression reads.
fn only_element(formula: &Formula) -> Option<Only> {
    let mut found = None;
    for source in formula.reads() {
        let element = match source {
            Source::Node { variable, .. } => Only::Node(*variable),
            Source::Edge { edge, .. } => Only::Edge(*edge),
            Source::Fold(_) | Source::Element(_) => return None,
        };
        if found.is_some_and(|found| found != element) {
            return None;
        }
        found = Some(element);
    }
    found
}

/// Where an expression over one element is true, for every node or edge of the graph.
fn elements(formula: &Formula, graph: &Graph, nodes: bool) -> Result<Vec<bool>> {
    let rows = if nodes { graph.nodes } else { graph.edges.num_rows() };
    formula.truths(rows, &mut |source| match source {
        Source::Node { property: at, .. } | Source::Edge { column: at, .. } | Source::Element(at) => graph.value(at, nodes),
        Source::Fold(_) => datafusion::common::exec_err!("a path where a single element is expected"),
    })
}

fn restrict(allowed: &mut [Allowed], element: usize, more: Vec<bool>) {
    if let Some(place) = allowed.get_mut(element) {
        *place = Some(match place.take() {
            Some(before) => before.into_iter().zip(more).map(|(one, other)| one && other).collect(),
            None => more,
        });
    }
}
