//! The edges at each node.

/// Edges by the node at one of their ends, each node's in their own order: one list, and where each node's part begins.
#[derive(Debug)]
pub(super) struct Adjacency {
    begins: Vec<u32>,
    edges: Vec<u32>,
}

impl Adjacency {
    /// `ends` holds the node of every edge.
    pub(super) fn new(nodes: usize, ends: &[u32]) -> Self {
        let mut begins = vec![0u32; nodes + 1];
        for end in ends {
            if let Some(count) = begins.get_mut(*end as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        let mut free = begins.clone();
        let mut edges = vec![0u32; ends.len()];
        for (edge, end) in (0u32..).zip(ends) {
            if let Some(place) = free.get_mut(*end as usize) {
                if let Some(slot) = edges.get_mut(*place as usize) {
                    *slot = edge;
                }
                *place += 1;
            }
        }
        Self { begins, edges }
    }

    pub(super) fn of(&self, node: u32) -> &[u32] {
        let node = node as usize;
        match (self.begins.get(node), self.begins.get(node + 1)) {
            (Some(begin), Some(end)) => self.edges.get(*begin as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    pub(super) fn degree(&self, node: u32) -> i64 {
        i64::try_from(self.of(node).len()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_node_has_its_edges_in_order() {
        let adjacency = Adjacency::new(4, &[2, 0, 2, 3, 0]);
        let lists: Vec<&[u32]> = (0..4).map(|node| adjacency.of(node)).collect();
        assert_eq!(lists, [&[1, 4][..], &[], &[0, 2], &[3]]);
        assert_eq!(adjacency.degree(2), 2);
        assert!(adjacency.of(9).is_empty());
    }
}
