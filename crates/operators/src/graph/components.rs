//! Connected parts of a graph, numbered from 0 in the order of their first nodes.

use super::adjacency::Adjacency;
use super::{NONE, at};

/// Parts connected in any direction: the number of each node's part.
pub(super) fn weak(nodes: usize, source: &[u32], target: &[u32]) -> Vec<u32> {
    let mut parents: Vec<u32> = (0..u32::try_from(nodes).unwrap_or(NONE)).collect();
    for (source, target) in source.iter().zip(target) {
        let (one, other) = (root(&mut parents, *source), root(&mut parents, *target));
        // The earlier node stays: chains remain short enough, since every search shortens them.
        let (first, second) = (one.min(other), one.max(other));
        set(&mut parents, second, first);
    }
    let roots: Vec<u32> = (0..u32::try_from(nodes).unwrap_or(NONE))
        .map(|node| root(&mut parents, node))
        .collect();
    numbered(&roots)
}

fn root(parents: &mut [u32], mut node: u32) -> u32 {
    loop {
        let parent = at(parents, node);
        if parent == node || parent == NONE {
            return node;
        }
        let above = at(parents, parent);
        set(parents, node, above);
        node = above;
    }
}

fn set(numbers: &mut [u32], place: u32, value: u32) {
    if let Some(slot) = numbers.get_mut(place as usize) {
        *slot = value;
    }
}

/// Parts whose nodes all reach each other along the edges (Tarjan's algorithm, without recursion).
pub(super) fn strong(nodes: usize, outgoing: &Adjacency, target: &[u32]) -> Vec<u32> {
    let mut parts = Strong {
        order: vec![NONE; nodes],
        low: vec![NONE; nodes],
        part: vec![NONE; nodes],
        open: Vec::new(),
        walk: Vec::new(),
        next: 0,
    };
    for start in 0..u32::try_from(nodes).unwrap_or(NONE) {
        if at(&parts.order, start) == NONE {
            parts.walk_from(start, outgoing, target);
        }
    }
    numbered(&parts.part)
}

struct Strong {
    /// When each node was entered.
    order: Vec<u32>,
    /// The earliest open node that is known to be reachable.
    low: Vec<u32>,
    part: Vec<u32>,
    /// Entered nodes whose part is not complete.
    open: Vec<u32>,
    /// The way to the node at hand, with the number of edges followed at each node.
    walk: Vec<(u32, usize)>,
    next: u32,
}

impl Strong {
    fn enter(&mut self, node: u32) {
        set(&mut self.order, node, self.next);
        set(&mut self.low, node, self.next);
        self.next += 1;
        self.open.push(node);
        self.walk.push((node, 0));
    }

    fn walk_from(&mut self, start: u32, outgoing: &Adjacency, target: &[u32]) {
        self.enter(start);
        while let Some((node, followed)) = self.walk.last_mut() {
            let node = *node;
            if let Some(edge) = outgoing.of(node).get(*followed) {
                *followed += 1;
                let other = at(target, *edge);
                if at(&self.order, other) == NONE {
                    self.enter(other);
                } else if at(&self.part, other) == NONE {
                    self.lower(node, at(&self.order, other));
                }
                continue;
            }
            self.walk.pop();
            if at(&self.low, node) == at(&self.order, node) {
                self.close(node);
            }
            if let Some((before, _)) = self.walk.last() {
                self.lower(*before, at(&self.low, node));
            }
        }
    }

    fn lower(&mut self, node: u32, to: u32) {
        let low = at(&self.low, node).min(to);
        set(&mut self.low, node, low);
    }

    /// The nodes entered since `first` are one part.
    fn close(&mut self, first: u32) {
        while let Some(member) = self.open.pop() {
            set(&mut self.part, member, first);
            if member == first {
                return;
            }
        }
    }
}

/// Names of parts become numbers in order of appearance.
fn numbered(parts: &[u32]) -> Vec<u32> {
    let mut numbers = vec![NONE; parts.len()];
    let mut next = 0;
    parts
        .iter()
        .map(|part| {
            if at(&numbers, *part) == NONE {
                set(&mut numbers, *part, next);
                next += 1;
            }
            at(&numbers, *part)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &[u32] = &[0, 1, 2, 3, 5, 6, 6];
    const TARGET: &[u32] = &[1, 2, 0, 1, 6, 5, 7];

    #[test]
    fn direction_does_not_matter_for_weak_parts() {
        assert_eq!(weak(8, SOURCE, TARGET), [0, 0, 0, 0, 1, 2, 2, 2]);
        assert_eq!(weak(3, &[2], &[1]), [0, 1, 1]);
    }

    #[test]
    fn strong_parts_are_the_cycles() {
        let outgoing = Adjacency::new(8, SOURCE);
        assert_eq!(strong(8, &outgoing, TARGET), [0, 0, 0, 1, 2, 3, 3, 4]);
    }

    #[test]
    fn a_long_way_needs_no_stack() {
        let nodes = 200_000u32;
        let source: Vec<u32> = (0..nodes).collect();
        let target: Vec<u32> = (0..nodes).map(|node| (node + 1) % nodes).collect();
        let outgoing = Adjacency::new(nodes as usize, &source);
        assert!(strong(nodes as usize, &outgoing, &target).iter().all(|part| *part == 0));
        assert!(weak(nodes as usize, &source, &target).iter().all(|part| *part == 0));
    }
}
