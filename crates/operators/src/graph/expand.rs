//! One step of a search: from nodes that are found, along one edge of the pattern, to the next node.

use datafusion::common::{DataFusionError, Result};
use quarry_semantics::ir::{Cycles, GraphDirection, PatternEdge};

use super::build::Graph;
use super::conditions::allows;
use super::matches::{Matches, Paths};
use super::search::Search;
use super::{NONE, at};

/// Which edge of the pattern is followed, from which of its ends.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub edge: usize,
    pub near: usize,
    pub far: usize,
    /// The near end is the left one.
    pub from_left: bool,
}

/// Where a frontier stands: the match that is extended, the node reached, and the path to it.
struct Reached {
    row: u32,
    node: u32,
    path: u32,
}

/// Extensions of matches: which one, by which edge or path, to which node.
#[derive(Default)]
struct Extensions {
    rows: Vec<u32>,
    edges: Vec<u32>,
    nodes: Vec<u32>,
}

impl Extensions {
    fn push(&mut self, row: u32, edge: u32, node: u32) {
        self.rows.push(row);
        self.edges.push(edge);
        self.nodes.push(node);
    }

    /// The extended matches.
    fn apply(self, matches: &Matches, way: Way) -> Matches {
        let mut extended = matches.take(&self.rows);
        if let Some(edge) = extended.edges.get_mut(way.edge) {
            *edge = Some(self.edges);
        }
        if let Some(node) = extended.nodes.get_mut(way.far) {
            node.get_or_insert(self.nodes);
        }
        extended
    }
}

impl Graph {
    /// The edges at a node that run as the pattern wants, and the nodes at their other ends.
    pub(super) fn neighbours(&self, node: u32, direction: GraphDirection, from_left: bool) -> impl Iterator<Item = (u32, u32)> + use<'_> {
        let (out, into) = match (direction, from_left) {
            (GraphDirection::Either, _) => (true, true),
            (GraphDirection::Forward, true) | (GraphDirection::Backward, false) => (true, false),
            (GraphDirection::Forward, false) | (GraphDirection::Backward, true) => (false, true),
        };
        let outgoing: &[u32] = if out { self.outgoing.of(node) } else { &[] };
        let incoming: &[u32] = if into { self.incoming.of(node) } else { &[] };
        let to_target = outgoing.iter().map(|edge| (*edge, at(&self.target, *edge)));
        to_target.chain(incoming.iter().map(|edge| (*edge, at(&self.source, *edge))))
    }
}

impl Search<'_> {
    /// The matches that go on along an edge of the pattern.
    pub(super) fn follow(&mut self, matches: &Matches, edge: &PatternEdge, way: Way) -> Result<Matches> {
        let extensions = match edge.range {
            None => self.single(matches, edge, way)?,
            Some(range) => {
                let mut paths = self.paths.get_mut(way.edge).map(std::mem::take).unwrap_or_default();
                paths.backward = !way.from_left;
                let extensions = self.variable(matches, edge, way, range, &mut paths);
                if let Some(place) = self.paths.get_mut(way.edge) {
                    *place = paths;
                }
                extensions?
            }
        };
        let extended = extensions.apply(matches, way);
        self.meter.spend(extended.bytes())?;
        self.meter.give_back(matches.bytes());
        Ok(extended)
    }

    fn single(&mut self, matches: &Matches, edge: &PatternEdge, way: Way) -> Result<Extensions> {
        let graph = self.graph;
        let mut found = Extensions::default();
        for row in 0..matches.len {
            let Some(node) = matches.node(way.near, row) else { continue };
            for (number, other) in graph.neighbours(node, edge.direction, way.from_left) {
                if allows(&self.conditions.edges, way.edge, number)
                    && self.may_take(matches, row, way.edge, number)
                    && self.arrives(matches, row, way, other)
                {
                    found.push(number_of(row)?, number, other);
                }
            }
            self.meter.spend(size_of::<u32>())?;
        }
        Ok(found)
    }

    /// Breadth first: all paths of one edge, then all of two, …
    fn variable(&mut self, matches: &Matches, edge: &PatternEdge, way: Way, range: (u32, u32), paths: &mut Paths) -> Result<Extensions> {
        let graph = self.graph;
        let (least, most) = range;
        let mut found = Extensions::default();
        let mut frontier = Vec::with_capacity(matches.len);
        for row in 0..matches.len {
            let Some(node) = matches.node(way.near, row) else { continue };
            let row_number = number_of(row)?;
            frontier.push(Reached {
                row: row_number,
                node,
                path: NONE,
            });
            if least == 0 && self.stays(matches, row, way, node) {
                found.push(row_number, NONE, node);
            }
        }
        for length in 1..=most {
            let mut next = Vec::new();
            for reached in &frontier {
                // A node that a path passes, rather than ends at, is an inner one.
                if length > 1 && !allows(&self.conditions.inner, way.edge, reached.node) {
                    continue;
                }
                let row = reached.row as usize;
                for (number, other) in graph.neighbours(reached.node, edge.direction, way.from_left) {
                    if !allows(&self.conditions.edges, way.edge, number)
                        || !self.may_take(matches, row, way.edge, number)
                        || !self.may_go_on(matches, row, way, paths, reached, number, other)
                    {
                        continue;
                    }
                    let arrived = length >= least && self.arrives(matches, row, way, other);
                    let goes_on = length < most && self.may_pass(matches, row, way, other);
                    if !arrived && !goes_on {
                        continue;
                    }
                    let path = paths.push(reached.path, number, other).ok_or_else(too_many)?;
                    self.meter.spend(BYTES_PER_STEP)?;
                    if arrived {
                        found.push(reached.row, path, other);
                    }
                    if goes_on {
                        next.push(Reached {
                            row: reached.row,
                            node: other,
                            path,
                        });
                    }
                }
            }
            if next.is_empty() {
                break;
            }
            frontier = next;
        }
        Ok(found)
    }

    /// Whether a match does without an edge so far, where edges must differ.
    fn may_take(&self, matches: &Matches, row: usize, own: usize, number: u32) -> bool {
        if self.cycles != Cycles::UniqueEdges {
            return true;
        }
        self.pattern.edges.iter().enumerate().all(|(edge, shape)| {
            let Some(taken) = matches.edge(edge, row).filter(|_| edge != own) else {
                return true;
            };
            match (shape.range, self.paths.get(edge)) {
                (Some(_), Some(paths)) => paths.back(taken).all(|step| step.edge != number),
                _ => taken != number,
            }
        })
    }

    /// The same for the path itself, and for its nodes where those must differ.
    #[expect(clippy::too_many_arguments, reason = "a place in the graph is all of these")]
    fn may_go_on(&self, matches: &Matches, row: usize, way: Way, paths: &Paths, from: &Reached, number: u32, other: u32) -> bool {
        match self.cycles {
            Cycles::All => true,
            Cycles::UniqueEdges => paths.back(from.path).all(|step| step.edge != number),
            Cycles::None => {
                let own_end = matches.node(way.far, row) == Some(other);
                paths.back(from.path).all(|step| step.node != other) && (own_end || self.is_new(matches, row, way.edge, other))
            }
        }
    }

    /// Whether a path may pass a node rather than end there: where nodes must differ, not through the path's own end.
    fn may_pass(&self, matches: &Matches, row: usize, way: Way, node: u32) -> bool {
        self.cycles != Cycles::None || matches.node(way.far, row) != Some(node)
    }

    /// Whether a match may have a node at the far end.
    fn arrives(&self, matches: &Matches, row: usize, way: Way, node: u32) -> bool {
        if !allows(&self.conditions.nodes, way.far, node) {
            return false;
        }
        match matches.node(way.far, row) {
            Some(far) => far == node,
            None => self.cycles != Cycles::None || self.is_new(matches, row, way.edge, node),
        }
    }

    /// The same for a path without edges, which stays where it is.
    fn stays(&self, matches: &Matches, row: usize, way: Way, node: u32) -> bool {
        allows(&self.conditions.nodes, way.far, node) && matches.node(way.far, row).is_none_or(|far| far == node)
    }

    /// Whether a match has not met a node so far.
    fn is_new(&self, matches: &Matches, row: usize, own: usize, node: u32) -> bool {
        let variables = (0..self.pattern.nodes).all(|variable| matches.node(variable, row) != Some(node));
        variables
            && self.paths.iter().enumerate().all(|(edge, paths)| {
                let Some(path) = matches.edge(edge, row).filter(|_| edge != own) else {
                    return true;
                };
                paths.back(path).skip(1).all(|step| step.node != node)
            })
    }
}

/// A step and the place in the frontier or among the matches that it leads to.
const BYTES_PER_STEP: usize = 32;

fn number_of(row: usize) -> Result<u32> {
    u32::try_from(row).map_err(|_| too_many())
}

fn too_many() -> DataFusionError {
    DataFusionError::ResourcesExhausted("a search in a graph has more than four billion steps".to_owned())
}
