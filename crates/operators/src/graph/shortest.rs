//! `graph-shortest-paths`.

use hashbrown::HashMap;

use datafusion::common::{DataFusionError, Result};

use super::conditions::allows;
use super::expand::Way;
use super::matches::{Matches, Paths};
use super::search::Search;
use super::{NONE, at};

/// A way into a node that a breadth-first search has reached, and the next way into the same node.
struct Link {
    before: u32,
    edge: u32,
    next: u32,
}

impl Search<'_> {
    pub(super) fn shortest(&mut self, all: bool) -> Result<Matches> {
        match self.pattern.edges.as_slice() {
            [only] if self.conditions.rest.is_empty() && !self.pattern.closed => match only.range {
                Some((least, most)) if least <= 1 => self.breadth_first(all, least, most),
                _ => self.among_all(all),
            },
            _ => self.among_all(all),
        }
    }

    /// The general case: the shortest of all matches between each pair of ends.
    fn among_all(&mut self, all: bool) -> Result<Matches> {
        let matches = self.all()?;
        let (first, last) = match (self.pattern.edges.first(), self.pattern.edges.last()) {
            (Some(first), Some(last)) => (first.left, last.right),
            _ => (0, 0),
        };
        let length = |row: usize| -> u64 {
            let edges = self.pattern.edges.iter().zip(&self.paths).enumerate();
            edges
                .map(|(edge, (shape, paths))| match shape.range {
                    Some(_) => matches.edge(edge, row).map_or(0, |path| u64::from(paths.length(path))),
                    None => 1,
                })
                .sum()
        };
        let ends = |row: usize| (matches.node(first, row), matches.node(last, row));
        let mut shortest: HashMap<_, u64> = HashMap::new();
        for row in 0..matches.len {
            let length = length(row);
            shortest
                .entry(ends(row))
                .and_modify(|least| *least = length.min(*least))
                .or_insert(length);
        }
        let mut kept = Vec::new();
        for (number, row) in (0u32..).zip(0..matches.len) {
            if shortest.get(&ends(row)) == Some(&length(row)) {
                kept.push(number);
                if !all {
                    shortest.remove(&ends(row));
                }
            }
        }
        Ok(matches.take(&kept))
    }

    /// One edge of variable length, and nothing asked of the path as a whole: a breadth-first search from each node of the rarer end.
    fn breadth_first(&mut self, all: bool, least: u32, most: u32) -> Result<Matches> {
        let Some(edge) = self.pattern.edges.first() else {
            return Ok(Matches::default());
        };
        let from_left = self.candidates(edge.left).count() <= self.candidates(edge.right).count();
        let (near, far) = if from_left {
            (edge.left, edge.right)
        } else {
            (edge.right, edge.left)
        };
        let way = Way {
            edge: 0,
            near,
            far,
            from_left,
        };
        let mut wave = Wave {
            way,
            most,
            all,
            distance: vec![NONE; self.graph.nodes],
            first_link: vec![NONE; self.graph.nodes],
            last_link: vec![NONE; self.graph.nodes],
            links: Vec::new(),
            reached: Vec::new(),
        };
        self.meter.spend(self.graph.nodes.saturating_mul(3 * size_of::<u32>()))?;
        let mut paths = Paths::new(!from_left);
        let starts: Vec<u32> = self.candidates(near).collect();
        let targets = self.candidates(far).count();
        let (mut nears, mut fars, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for start in starts {
            self.spread(&mut wave, start, targets)?;
            if least == 0 && allows(&self.conditions.nodes, far, start) {
                nears.push(start);
                fars.push(start);
                found.push(NONE);
            }
            for node in wave.reached.iter().skip(1).copied() {
                if !allows(&self.conditions.nodes, far, node) {
                    continue;
                }
                for path in self.paths_to(&wave, node, &mut paths)? {
                    nears.push(start);
                    fars.push(node);
                    found.push(path);
                }
            }
            wave.clear();
        }
        let mut matches = Matches {
            len: found.len(),
            nodes: vec![None; self.pattern.nodes],
            edges: vec![Some(found)],
        };
        for (variable, nodes) in [(near, nears), (far, fars)] {
            if let Some(place) = matches.nodes.get_mut(variable) {
                *place = Some(nodes);
            }
        }
        self.paths = vec![paths];
        Ok(matches)
    }

    /// Reaches every node that a path may lead to, level by level, until no target is left.
    fn spread(&mut self, wave: &mut Wave, start: u32, targets: usize) -> Result<()> {
        let Some(edge) = self.pattern.edges.first() else { return Ok(()) };
        let graph = self.graph;
        wave.reach(start, 0);
        let mut missing = targets.saturating_sub(usize::from(allows(&self.conditions.nodes, wave.way.far, start)));
        let mut level = 0..1;
        for distance in 1..=wave.most {
            if missing == 0 {
                break;
            }
            for place in level.clone() {
                let Some(node) = wave.reached.get(place).copied() else { break };
                if distance > 1 && !allows(&self.conditions.inner, 0, node) {
                    continue;
                }
                for (number, other) in graph.neighbours(node, edge.direction, wave.way.from_left) {
                    if !allows(&self.conditions.edges, 0, number) {
                        continue;
                    }
                    let known = at(&wave.distance, other);
                    if known == NONE {
                        wave.reach(other, distance);
                        missing -= usize::from(missing > 0 && allows(&self.conditions.nodes, wave.way.far, other));
                    } else if known != distance || !wave.all {
                        continue;
                    }
                    wave.link(other, node, number)?;
                    self.meter.spend(size_of::<Link>())?;
                }
            }
            level = level.end..wave.reached.len();
            if level.is_empty() {
                break;
            }
        }
        self.meter.give_back(wave.links.len().saturating_mul(size_of::<Link>()));
        Ok(())
    }

    /// The shortest paths to a node that a wave has reached: one, or all.
    fn paths_to(&mut self, wave: &Wave, node: u32, paths: &mut Paths) -> Result<Vec<u32>> {
        let mut found = Vec::new();
        // The way back: for each node on it the link that was taken from it.
        let mut back: Vec<(u32, u32)> = vec![(node, at(&wave.first_link, node))];
        while let Some((_, link)) = back.last().copied() {
            let Some(taken) = wave.links.get(link as usize) else {
                // No further way into this node: take another one further ahead.
                back.pop();
                advance(&mut back, wave);
                continue;
            };
            if at(&wave.distance, taken.before) != 0 {
                back.push((taken.before, at(&wave.first_link, taken.before)));
                continue;
            }
            let mut path = NONE;
            for (node, link) in back.iter().rev() {
                let edge = wave.links.get(*link as usize).map_or(NONE, |link| link.edge);
                path = paths.push(path, edge, *node).ok_or_else(too_many)?;
                self.meter.spend(2 * size_of::<Link>())?;
            }
            found.push(path);
            if !wave.all {
                break;
            }
            advance(&mut back, wave);
        }
        Ok(found)
    }
}

/// Goes on to the next way into the node at hand.
fn advance(back: &mut [(u32, u32)], wave: &Wave) {
    if let Some((_, link)) = back.last_mut() {
        *link = wave.links.get(*link as usize).map_or(NONE, |link| link.next);
    }
}

/// What a breadth-first search has reached.
struct Wave {
    way: Way,
    most: u32,
    /// All ways of equal length are kept, not just the first.
    all: bool,
    /// By node; `NONE` for those that are not reached.
    distance: Vec<u32>,
    first_link: Vec<u32>,
    last_link: Vec<u32>,
    links: Vec<Link>,
    /// In order; the start is the first.
    reached: Vec<u32>,
}

impl Wave {
    fn reach(&mut self, node: u32, distance: u32) {
        put(&mut self.distance, node, distance);
        self.reached.push(node);
    }

    /// Adds a way into a node, behind those that are known.
    fn link(&mut self, node: u32, before: u32, edge: u32) -> Result<()> {
        let number = u32::try_from(self.links.len()).map_err(|_| too_many())?;
        self.links.push(Link { before, edge, next: NONE });
        let last = at(&self.last_link, node);
        match self.links.get_mut(last as usize) {
            Some(link) => link.next = number,
            None => put(&mut self.first_link, node, number),
        }
        put(&mut self.last_link, node, number);
        Ok(())
    }

    fn clear(&mut self) {
        for node in self.reached.drain(..) {
            for list in [&mut self.distance, &mut self.first_link, &mut self.last_link] {
                put(list, node, NONE);
            }
        }
        self.links.clear();
    }
}

fn put(numbers: &mut [u32], place: u32, value: u32) {
    if let Some(slot) = numbers.get_mut(place as usize) {
        *slot = value;
    }
}

fn too_many() -> DataFusionError {
    DataFusionError::ResourcesExhausted("a search in a graph has more than four billion steps".to_owned())
}
