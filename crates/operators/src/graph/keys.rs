//! Node ids become numbers: those of the node tables first, then those at the ends of edges, in order of appearance.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef, UInt32Array};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::row::{Row, RowConverter, SortField};
use datafusion::common::{Result, exec_err};

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
        let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
        let rows = RowConverter::new(fields)?.convert_columns(&columns)?;
        budget.grow(rows.size().saturating_add(ids.len().saturating_mul(BYTES_PER_KEY)))?;

        let mut numbers: HashMap<Row<'_>, u32> = HashMap::new();
        let mut firsts: Vec<u32> = Vec::new();
        let mut number = |place: usize| {
            let next = u32::try_from(firsts.len()).unwrap_or(super::NONE);
            *numbers.entry(rows.row(place)).or_insert_with(|| {
                firsts.push(u32::try_from(place).unwrap_or(super::NONE));
                next
            })
        };
        let mut begin = 0;
        let mut table_numbers = Vec::with_capacity(tables.len());
        for table in tables {
            let end = begin + table.id.len();
            table_numbers.push((begin..end).map(&mut number).collect());
            begin = end;
        }
        let edges = source.id.len();
        let (mut sources, mut targets) = (Vec::with_capacity(edges), Vec::with_capacity(edges));
        for edge in begin..begin + edges {
            sources.push(number(edge));
            targets.push(number(edge + edges));
        }
        let firsts = UInt32Array::from(firsts);
        let mut distinct = columns.iter().map(|column| take(column, &firsts, None));
        let ids = distinct.next().unwrap_or_else(|| take(&ids, &firsts, None))?;
        let partitions = distinct.next().transpose()?;
        budget.shrink(rows.size());
        Ok(Self {
            tables: table_numbers,
            source: sources,
            target: targets,
            ids,
            partitions,
        })
    }
}

/// The table of numbers, and an entry of the adjacency in each direction.
const BYTES_PER_KEY: usize = 48;

fn joined<'a>(parts: impl Iterator<Item = Option<&'a ArrayRef>>) -> Result<ArrayRef> {
    let parts: Vec<&dyn Array> = parts.flatten().map(AsRef::as_ref).collect();
    Ok(concat(&parts)?)
}
