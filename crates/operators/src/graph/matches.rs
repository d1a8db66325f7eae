//! What a search has found so far.

use super::{NONE, at};

/// Places where the part of the pattern that was looked for is found: a row each, column by column.
#[derive(Debug, Default)]
pub(super) struct Matches {
    pub len: usize,
    /// The node of each variable; `None` while it has none.
    pub nodes: Vec<Option<Vec<u32>>>,
    /// The edge, or the last step of the path, of each edge of the pattern.
    pub edges: Vec<Option<Vec<u32>>>,
}

impl Matches {
    pub(super) fn node(&self, variable: usize, row: usize) -> Option<u32> {
        self.nodes.get(variable)?.as_ref()?.get(row).copied()
    }

    pub(super) fn edge(&self, edge: usize, row: usize) -> Option<u32> {
        self.edges.get(edge)?.as_ref()?.get(row).copied()
    }

    pub(super) fn has_node(&self, variable: usize) -> bool {
        self.nodes.get(variable).is_some_and(Option::is_some)
    }

    pub(super) fn has_edge(&self, edge: usize) -> bool {
        self.edges.get(edge).is_some_and(Option::is_some)
    }

    /// The given rows, in their order.
    pub(super) fn take(&self, rows: &[u32]) -> Matches {
        let pick = |column: &Option<Vec<u32>>| column.as_ref().map(|column| rows.iter().map(|row| at(column, *row)).collect());
        Matches {
            len: rows.len(),
            nodes: self.nodes.iter().map(pick).collect(),
            edges: self.edges.iter().map(pick).collect(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let columns = self.nodes.iter().chain(&self.edges).flatten().count();
        self.len.saturating_mul(columns).saturating_mul(size_of::<u32>())
    }
}

/// One edge of a path, and how the path came to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The step before; `NONE` for the first.
    pub before: u32,
    pub edge: u32,
    /// The node that the step leads to.
    pub node: u32,
    /// Edges up to here.
    pub length: u32,
}

/// The paths of one edge of variable length. Paths that begin alike share their steps; a path is the number of its last step, and
/// `NONE` is the path without edges.
#[derive(Debug, Default)]
pub(super) struct Paths {
    steps: Vec<Step>,
    /// The steps go from right to left through the pattern.
    pub backward: bool,
}

impl Paths {
    pub(super) fn new(backward: bool) -> Self {
        Self {
            steps: Vec::new(),
            backward,
        }
    }

    /// Adds a step; `None` when there are too many.
    pub(super) fn push(&mut self, before: u32, edge: u32, node: u32) -> Option<u32> {
        let number = u32::try_from(self.steps.len()).ok().filter(|number| *number != NONE)?;
        let length = self.length(before).saturating_add(1);
        self.steps.push(Step {
            before,
            edge,
            node,
            length,
        });
        Some(number)
    }

    pub(super) fn length(&self, path: u32) -> u32 {
        self.steps.get(path as usize).map_or(0, |step| step.length)
    }

    /// The steps of a path, last first.
    pub(super) fn back(&self, path: u32) -> impl Iterator<Item = Step> + '_ {
        let mut next = path;
        std::iter::from_fn(move || {
            let step = self.steps.get(next as usize).copied()?;
            next = step.before;
            Some(step)
        })
    }

    /// Appends the edges of a path as the pattern is read, from left to right.
    pub(super) fn edges(&self, path: u32, out: &mut Vec<u32>) {
        let begin = out.len();
        out.extend(self.back(path).map(|step| step.edge));
        self.turn(out, begin);
    }

    /// Appends the nodes between the ends of a path, from left to right.
    pub(super) fn inner_nodes(&self, path: u32, out: &mut Vec<u32>) {
        let begin = out.len();
        out.extend(self.back(path).skip(1).map(|step| step.node));
        self.turn(out, begin);
    }

    fn turn(&self, out: &mut [u32], begin: usize) {
        if !self.backward {
            out.get_mut(begin..).unwrap_or_default().reverse();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_path_is_read_from_left_to_right() {
        let mut paths = Paths::default();
        let first = paths.push(NONE, 7, 1).unwrap();
        let second = paths.push(first, 8, 2).unwrap();
        let third = paths.push(second, 9, 3).unwrap();
        assert_eq!(paths.length(third), 3);
        let mut edges = vec![5];
        paths.edges(third, &mut edges);
        assert_eq!(edges, [5, 7, 8, 9]);
        let mut nodes = Vec::new();
        paths.inner_nodes(third, &mut nodes);
        assert_eq!(nodes, [1, 2]);
        paths.backward = true;
        nodes.clear();
        paths.inner_nodes(third, &mut nodes);
        assert_eq!(nodes, [2, 1]);
    }

    #[test]
    fn the_path_without_edges_has_nothing() {
        let paths = Paths::default();
        let mut out = Vec::new();
        paths.edges(NONE, &mut out);
        paths.inner_nodes(NONE, &mut out);
        assert!(out.is_empty());
        assert_eq!(paths.length(NONE), 0);
    }
}
