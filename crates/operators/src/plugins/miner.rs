//! Closed frequent item sets: every combination of column values that enough rows share, completed with all that those rows have in common.
//!
//! They are found level by level: a value is added to a set, and the set is then completed. Of combinations that the same rows share only
//! the longest remains. Rows can be in several parts; a set is frequent when it is in one of them.

use std::collections::HashSet;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array};
use datafusion::common::{Result, exec_err};

use super::events::numbered;

/// More patterns than this are of no use to a reader.
const MOST_PATTERNS: usize = 20_000;

/// Steps of the search, a step being 64 rows compared, after which it is given up: some ten seconds.
pub(super) const MOST_WORK: usize = 10_000_000_000;

/// A set of rows, a bit each.
#[derive(Clone)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn new(rows: usize) -> Bits {
        Bits(vec![0; rows.div_ceil(64)])
    }

    pub(super) fn all(rows: usize) -> Bits {
        let mut all = Bits::new(rows);
        (0..rows).for_each(|row| all.insert(row));
        all
    }

    pub(super) fn insert(&mut self, row: usize) {
        if let Some(word) = self.0.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
    }

    pub(super) fn and(&self, other: &Bits) -> Bits {
        Bits(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    /// How many words it takes: what an operation costs.
    pub(super) fn words(&self) -> usize {
        self.0.len()
    }

    /// Whether every row of this set is in another.
    fn within(&self, other: &Bits) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }

    fn rows(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(word, bits)| {
            let mut bits = *bits;
            std::iter::from_fn(move || {
                let bit = usize::try_from(bits.trailing_zeros()).ok().filter(|_| bits != 0)?;
                bits &= bits - 1;
                Some(word * 64 + bit)
            })
        })
    }

    /// The rows' weight; 1 each when there are no weights.
    pub(super) fn weight(&self, weights: Option<&Float64Array>) -> f64 {
        match weights {
            None => f64::from(self.0.iter().map(|word| word.count_ones()).sum::<u32>()),
            Some(weights) => self.rows().filter(|row| weights.is_valid(*row)).map(|row| weights.value(row)).sum(),
        }
    }
}

/// A value of a column that is frequent enough.
pub(super) struct Item {
    pub column: usize,
    /// A row that has the value.
    pub row: u32,
    rows: Bits,
}

/// A pattern: its items in order, and its weight in each part.
pub(super) struct Pattern {
    pub items: Vec<usize>,
    pub weights: Vec<f64>,
    rows: Bits,
}

impl Pattern {
    /// Whether one of two patterns says all that the other does.
    pub(super) fn is_comparable(&self, other: &Pattern) -> bool {
        let within = |a: &Pattern, b: &Pattern| a.items.iter().all(|item| b.items.contains(item));
        within(self, other) || within(other, self)
    }
}

pub(super) struct Miner<'a> {
    pub items: Vec<Item>,
    weights: Option<&'a Float64Array>,
    /// The parts with the least weight that is frequent in each.
    parts: Vec<(Bits, f64)>,
}

impl<'a> Miner<'a> {
    /// `share`: the least share of a part's weight.
    pub(super) fn new(parts: Vec<Bits>, share: f64, weights: Option<&'a Float64Array>) -> Miner<'a> {
        let least = |part: Bits| {
            let least = part.weight(weights) * share;
            (part, least)
        };
        Miner {
            items: Vec::new(),
            weights,
            parts: parts.into_iter().map(least).collect(),
        }
    }

    /// A row with the value that the items of a pattern have in a column, if they restrict it.
    pub(super) fn row_of(&self, items: &[usize], column: usize) -> Option<u32> {
        let mut items = items.iter().filter_map(|item| self.items.get(*item));
        items.find(|item| item.column == column).map(|item| item.row)
    }

    /// The weights of some rows in the parts, when they are frequent in one.
    fn frequent(&self, rows: &Bits) -> Option<Vec<f64>> {
        let weights: Vec<f64> = self.parts.iter().map(|(part, _)| rows.and(part).weight(self.weights)).collect();
        let enough = weights
            .iter()
            .zip(&self.parts)
            .any(|(weight, (_, least))| *weight > 0.0 && weight >= least);
        enough.then_some(weights)
    }

    /// Adds the frequent values of a column.
    pub(super) fn add_items(&mut self, column: usize, values: &ArrayRef) -> Result<()> {
        let (numbers, first) = numbered(std::slice::from_ref(values), values.len())?;
        let mut sums = vec![vec![0.0; first.len()]; self.parts.len()];
        for (sums, (part, _)) in sums.iter_mut().zip(&self.parts) {
            for row in part.rows() {
                let number = numbers.get(row).and_then(|number| usize::try_from(*number).ok());
                if let Some(sum) = number.and_then(|number| sums.get_mut(number)) {
                    *sum += match self.weights {
                        None => 1.0,
                        Some(weights) if weights.is_valid(row) => weights.value(row),
                        Some(_) => 0.0,
                    };
                }
            }
        }
        for (number, row) in (0_u32..).zip(&first) {
            let at = usize::try_from(number).unwrap_or(usize::MAX);
            let mut of_parts = sums.iter().zip(&self.parts);
            let is_frequent = of_parts.any(|(sums, (_, least))| sums.get(at).is_some_and(|sum| *sum > 0.0 && sum >= least));
            if !is_frequent {
                continue;
            }
            let mut rows = Bits::new(values.len());
            let own = numbers.iter().enumerate().filter(|(_, own)| **own == number);
            own.for_each(|(row, _)| rows.insert(row));
            self.items.push(Item { column, row: *row, rows });
        }
        Ok(())
    }

    /// All frequent closed patterns that so many items tell apart.
    pub(super) fn patterns(&self, most_dimensions: usize) -> Result<Vec<Pattern>> {
        let mut known: HashSet<Vec<usize>> = HashSet::new();
        let mut patterns = Vec::new();
        let mut level: Vec<Pattern> = Vec::new();
        let mut work = 0;
        for size in 0..most_dimensions {
            let mut next = Vec::new();
            for (at, item) in self.items.iter().enumerate() {
                if size == 0 {
                    self.complete(item.rows.clone(), &mut work, &mut known, &mut next);
                }
                for pattern in level.iter().filter(|pattern| !pattern.items.contains(&at)) {
                    self.complete(pattern.rows.and(&item.rows), &mut work, &mut known, &mut next);
                }
                if known.len() > MOST_PATTERNS || work > MOST_WORK {
                    return exec_err!("the plugin finds too many patterns: raise the threshold or project fewer columns");
                }
            }
            patterns.extend(std::mem::replace(&mut level, next));
            if level.is_empty() {
                break;
            }
        }
        patterns.extend(level);
        Ok(patterns)
    }

    /// Adds the pattern of all items that some rows share, unless it is too rare or known.
    fn complete(&self, rows: Bits, work: &mut usize, known: &mut HashSet<Vec<usize>>, found: &mut Vec<Pattern>) {
        *work = work.saturating_add(rows.words());
        let Some(weights) = self.frequent(&rows) else { return };
        // Most items differ from the rows early on.
        *work = work.saturating_add(rows.words().saturating_mul(self.items.len()) / 8);
        let items: Vec<usize> = self
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| rows.within(&item.rows))
            .map(|(at, _)| at)
            .collect();
        if known.insert(items.clone()) {
            found.push(Pattern { items, weights, rows });
        }
    }
}
