//! From rows to a graph.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringViewArray, new_null_array};
use datafusion::arrow::compute::interleave;
use datafusion::common::{Result, exec_err};
use quarry_schema::KqlType;

use super::adjacency::Adjacency;
use super::components::{strong, weak};
use super::keys::{KeyColumns, Keys};
use crate::whole::Budget;

/// Where a graph is found in the inputs of an operator: the first holds the edges, each further one describes nodes. Columns are given by
/// position.
#[derive(Clone, Debug)]
pub struct GraphSpec {
    pub source: usize,
    pub target: usize,
    pub partition: Option<usize>,
    pub tables: Vec<TableSpec>,
    /// What is wanted of each node.
    pub properties: Vec<NodeColumn>,
}

#[derive(Clone, Debug)]
pub struct TableSpec {
    pub key: usize,
    pub partition: Option<usize>,
}

/// A value that each node has.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeColumn {
    Id,
    Partition,
    /// A column of the node tables. Of several rows about a node the first that has a value tells it. A node that no table describes has
    /// no values, except for a key: that is its id.
    Tables {
        columns: Vec<Option<usize>>,
        is_key: bool,
        ty: KqlType,
    },
    Component {
        strong: bool,
    },
    DegreeIn,
    DegreeOut,
}

/// A graph in memory.
#[derive(Debug)]
pub(super) struct Graph {
    pub edges: RecordBatch,
    pub source: Vec<u32>,
    pub target: Vec<u32>,
    pub nodes: usize,
    pub properties: Vec<ArrayRef>,
    pub outgoing: Adjacency,
    pub incoming: Adjacency,
}

impl Graph {
    pub(super) fn new(spec: &GraphSpec, inputs: &[RecordBatch], budget: &Budget) -> Result<Self> {
        let Some((edges, tables)) = inputs.split_first() else {
            return exec_err!("a graph without edges");
        };
        let table_keys = spec
            .tables
            .iter()
            .zip(tables)
            .map(|(table, rows)| key_columns(rows, table.key, table.partition))
            .collect::<Result<Vec<_>>>()?;
        let source = key_columns(edges, spec.source, spec.partition)?;
        let target = key_columns(edges, spec.target, spec.partition)?;
        let keys = Keys::new(&table_keys, &source, &target, budget)?;
        let nodes = keys.ids.len();
        let mut graph = Self {
            edges: edges.clone(),
            outgoing: Adjacency::new(nodes, &keys.source),
            incoming: Adjacency::new(nodes, &keys.target),
            source: Vec::new(),
            target: Vec::new(),
            nodes,
            properties: Vec::with_capacity(spec.properties.len()),
        };
        for property in &spec.properties {
            let values = match property {
                NodeColumn::Id => Arc::clone(&keys.ids),
                NodeColumn::Partition => match &keys.partitions {
                    Some(partitions) => Arc::clone(partitions),
                    None => return exec_err!("a graph without partitions"),
                },
                NodeColumn::Tables { columns, is_key, ty } => merged(columns, *is_key, *ty, tables, &keys)?,
                NodeColumn::Component { strong: false } => numbers(&weak(nodes, &keys.source, &keys.target)),
                NodeColumn::Component { strong: true } => numbers(&strong(nodes, &graph.outgoing, &keys.target)),
                NodeColumn::DegreeIn => graph.degrees(&graph.incoming),
                NodeColumn::DegreeOut => graph.degrees(&graph.outgoing),
            };
            budget.grow(nodes.saturating_mul(BYTES_PER_VALUE))?;
            graph.properties.push(values);
        }
        graph.source = keys.source;
        graph.target = keys.target;
        Ok(graph)
    }

    fn degrees(&self, adjacency: &Adjacency) -> ArrayRef {
        let nodes = u32::try_from(self.nodes).unwrap_or(super::NONE);
        Arc::new(Int64Array::from_iter_values((0..nodes).map(|node| adjacency.degree(node))))
    }
}

/// A view of a text is the widest value.
const BYTES_PER_VALUE: usize = 16;

fn numbers(values: &[u32]) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values.iter().map(|value| i64::from(*value))))
}

fn key_columns(rows: &RecordBatch, key: usize, partition: Option<usize>) -> Result<KeyColumns> {
    let column = |at: usize| match rows.columns().get(at) {
        Some(column) => Ok(Arc::clone(column)),
        None => exec_err!("a graph's rows lack column {at}"),
    };
    Ok(KeyColumns {
        id: column(key)?,
        partition: partition.map(column).transpose()?,
    })
}

/// The first value that the tables' rows have for each node.
fn merged(columns: &[Option<usize>], is_key: bool, ty: KqlType, tables: &[RecordBatch], keys: &Keys) -> Result<ArrayRef> {
    let absent: ArrayRef = match ty {
        KqlType::String => Arc::new(StringViewArray::from(vec![""])),
        _ => new_null_array(&quarry_value::arrow_type(ty), 1),
    };
    const ABSENT: (usize, usize) = (0, 0);
    const IDS: usize = 1;
    let mut sources: Vec<&dyn Array> = vec![&absent, &keys.ids];
    let mut places = vec![ABSENT; keys.ids.len()];
    let mut described = vec![false; keys.ids.len()];
    for ((column, rows), nodes) in columns.iter().zip(tables).zip(&keys.tables) {
        if is_key {
            nodes
                .iter()
                .for_each(|node| described.iter_mut().skip(*node as usize).take(1).for_each(|known| *known = true));
        }
        let Some(values) = column.and_then(|column| rows.columns().get(column)) else {
            continue;
        };
        let from = sources.len();
        let texts = (ty == KqlType::String).then(|| values.as_string_view_opt()).flatten();
        for (row, node) in nodes.iter().enumerate() {
            let empty = values.is_null(row) || texts.is_some_and(|texts| texts.value(row).is_empty());
            if let Some(place) = places.get_mut(*node as usize).filter(|place| !empty && **place == ABSENT) {
                *place = (from, row);
            }
        }
        sources.push(values);
    }
    if is_key {
        for (node, (place, _)) in places.iter_mut().zip(&described).enumerate().filter(|(_, (_, known))| !**known) {
            *place = (IDS, node);
        }
    } else {
        // Ids may be of another type than this property: they are no source of its values.
        sources.splice(IDS..=IDS, [absent.as_ref() as &dyn Array]);
    }
    Ok(interleave(&sources, &places)?)
}
