//! Node ids become numbers: those of the node tables first, then those at the ends of edges, in order of appearance.

use std::hash::{BuildHasher, Hash};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::common::{Result, exec_err};
use hashbrown::{DefaultHashBuilder, HashTable, hash_table};

use crate::whole::Budget;

/// A column of ids, and of the partitions that they are in where the graph has partitions.
pub(super) struct KeyColumns {
    pub id: ArrayRef,
    pub partition: Option<ArrayRef>,
}

/// The numbers of the nodes.
pub(super) struct Keys {
    /// For each node table the node of each row.
    pub tables: Vec<Vec<u32>>,
    pub source: Vec<u32>,
    pub target: Vec<u32>,
    /// The id of each node.
    pub ids: ArrayRef,
    /// The partition of each node.
    pub partitions: Option<ArrayRef>,
}

impl Keys {
    /// `tables` in order; `source` and `target` are of the same edges. Values are compared as what they are, nulls are equal.
    pub(super) fn new(tables: &[KeyColumns], source: &KeyColumns, target: &KeyColumns, budget: &Budget) -> Result<Self> {
        let all: Vec<&KeyColumns> = tables.iter().chain([source, target]).collect();
        let ids = joined(all.iter().map(|columns| Some(&columns.id)))?;
        let mut columns = vec![ids.clone()];
        if source.partition.is_some() {
            columns.push(joined(all.iter().map(|columns| columns.partition.as_ref()))?);
        }
        if u32::try_from(ids.len()).is_err() {
            return exec_err!("a graph of more than four billion edges and nodes");
        }
        budget.grow(ids.len().saturating_mul(BYTES_PER_KEY))?;
        let lengths: Vec<usize> = tables.iter().map(|table| table.id.len()).collect();
        let places = Places {
            tables: &lengths,
            edges: source.id.len(),
        };
        let numbered = match (ids.as_primitive_opt::<Int64Type>(), columns.len()) {
            // Ids that are numbers are compared as they are.
            (Some(longs), 1) => places.numbered(|place| longs.is_valid(place).then(|| longs.value(place))),
            _ => {
                let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
                let rows = RowConverter::new(fields)?.convert_columns(&columns)?;
                budget.grow(rows.size())?;
                let numbered = places.numbered(|place| rows.row(place));
                budget.shrink(rows.size());
                numbered
            }
        };
        let firsts = UInt32Array::from(numbered.firsts);
        let mut distinct = columns.iter().map(|column| take(column, &firsts, None));
        let ids = distinct.next().unwrap_or_else(|| take(&ids, &firsts, None))?;
        let partitions = distinct.next().transpose()?;
        Ok(Self {
            tables: numbered.tables,
            source: numbered.source,
            target: numbered.target,
            ids,
            partitions,
        })
    }
}

/// Where ids stand: those of the node tables, then the sources and then the targets of the edges.
struct Places<'a> {
    tables: &'a [usize],
    edges: usize,
}

/// Numbers by place, and the place where each number came first.
struct Numbered {
    tables: Vec<Vec<u32>>,
    source: Vec<u32>,
    target: Vec<u32>,
    firsts: Vec<u32>,
}

impl Places<'_> {
    /// Numbers ids in order of appearance: an edge's source comes before its target, and both before the next edge's.
    fn numbered<K: Hash + Eq>(&self, key: impl Fn(usize) -> K) -> Numbered {
        let hashes = DefaultHashBuilder::default();
        let mut table: HashTable<u32> = HashTable::new();
        let mut firsts: Vec<u32> = Vec::new();
        let mut number = |place: usize| {
            let own = key(place);
            let first = |firsts: &[u32], number: u32| key(super::at(firsts, number) as usize);
            let same = |number: &u32| first(&firsts, *number) == own;
            match table.entry(hashes.hash_one(&own), same, |number| hashes.hash_one(first(&firsts, *number))) {
                hash_table::Entry::Occupied(entry) => *entry.get(),
                hash_table::Entry::Vacant(entry) => {
                    let next = u32::try_from(firsts.len()).unwrap_or(super::NONE);
                    entry.insert(next);
                    firsts.push(u32::try_from(place).unwrap_or(super::NONE));
                    next
                }
            }
        };
        let mut begin = 0;
        let mut tables = Vec::with_capacity(self.tables.len());
        for length in self.tables {
            tables.push((begin..begin + length).map(&mut number).collect());
            begin += length;
        }
        let (mut source, mut target) = (Vec::with_capacity(self.edges), Vec::with_capacity(self.edges));
        for edge in begin..begin + self.edges {
            source.push(number(edge));
            target.push(number(edge + self.edges));
        }
        Numbered {
            tables,
            source,
            target,
            firsts,
        }
    }
}

/// The table of numbers, and an entry of the adjacency in each direction.
const BYTES_PER_KEY: usize = 48;

fn joined<'a>(parts: impl Iterator<Item = Option<&'a ArrayRef>>) -> Result<ArrayRef> {
    let parts: Vec<&dyn Array> = parts.flatten().map(AsRef::as_ref).collect();
    Ok(concat(&parts)?)
}
