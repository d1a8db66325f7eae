//! Searches that find much, or take long: hostile input ends at the limits of its query.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use datafusion::common::DataFusionError;
use datafusion::physical_plan::expressions::Column;
use quarry_semantics::ir::{Cycles, GraphDirection, GraphPattern, GraphSearch, PatternEdge};

use super::*;
use crate::whole::{Budget, Computation};

fn edges(ends: impl Iterator<Item = (i64, i64)>) -> RecordBatch {
    let (source, target): (Vec<i64>, Vec<i64>) = ends.unzip();
    let field = |name: &str| Field::new(name, DataType::Int64, true);
    let schema = Schema::new(vec![field("s"), field("t")]);
    let columns: [Arc<dyn Array>; 2] = [Arc::new(Int64Array::from(source)), Arc::new(Int64Array::from(target))];
    RecordBatch::try_new(Arc::new(schema), columns.to_vec()).unwrap()
}

/// Every node of `count` has an edge to every one.
fn complete(count: i64) -> RecordBatch {
    edges((0..count).flat_map(|from| (0..count).map(move |to| (from, to))))
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, true)]))
}

/// `(0)-[*low..high]->(1)` with the id of the right end as the result.
fn path(search: GraphSearch, low: u32, high: u32) -> PatternSearch {
    let id = |variable| {
        Formula::new(
            Arc::new(Column::new("id", 0)),
            schema(),
            vec![Source::Node { variable, property: 0 }],
        )
    };
    PatternSearch {
        name: "graph-match",
        graph: GraphSpec {
            source: 0,
            target: 1,
            partition: None,
            tables: Vec::new(),
            properties: vec![NodeColumn::Id],
        },
        pattern: GraphPattern {
            nodes: 2,
            edges: vec![PatternEdge {
                left: 0,
                right: 1,
                direction: GraphDirection::Forward,
                range: Some((low, high)),
            }],
            closed: false,
        },
        search,
        conditions: Vec::new(),
        folds: Vec::new(),
        items: vec![id(1)],
    }
}

fn found(search: &PatternSearch, edges: RecordBatch, bytes: usize) -> datafusion::common::Result<Vec<i64>> {
    let rows = search.compute_within(&[edges], &schema(), &Budget::of(bytes))?;
    Ok(rows.column(0).as_primitive::<Int64Type>().values().to_vec())
}

const MEBIBYTE: usize = 1 << 20;

#[test]
fn a_search_without_end_ends_with_the_memory() {
    for cycles in [Cycles::All, Cycles::UniqueEdges, Cycles::None] {
        let search = path(GraphSearch::All(cycles), 1, u32::MAX);
        let error = found(&search, complete(24), 32 * MEBIBYTE).unwrap_err();
        assert!(
            matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)),
            "{cycles:?}: {error}"
        );
    }
}

#[test]
fn all_shortest_paths_can_be_too_many() {
    // Layers of ten nodes, each connected to the whole next layer: 10 to the power of 12 ways through.
    let ways = (0..13i64).flat_map(|layer| (0..100).map(move |pair| (layer * 10 + pair / 10, (layer + 1) * 10 + pair % 10)));
    let search = path(GraphSearch::Shortest { all: true }, 1, 20);
    let error = found(&search, edges(ways.clone()), 32 * MEBIBYTE).unwrap_err();
    assert!(matches!(error.find_root(), DataFusionError::ResourcesExhausted(_)), "{error}");
    // One for each pair is cheap.
    let search = path(GraphSearch::Shortest { all: false }, 1, 20);
    assert_eq!(found(&search, edges(ways), 32 * MEBIBYTE).unwrap().len(), 91 * 100);
}

#[test]
fn shortest_paths_of_a_large_graph_are_found_level_by_level() {
    let search = path(GraphSearch::Shortest { all: false }, 1, u32::MAX);
    // A path keeps its edges: a hundred on average, in forty thousand paths.
    let ring = edges((0..200).map(|node| (node, (node + 1) % 200)));
    assert_eq!(found(&search, ring, 128 * MEBIBYTE).unwrap().len(), 200 * 199);
}

#[test]
fn no_edges_give_no_nodes() {
    let search = path(GraphSearch::All(Cycles::UniqueEdges), 0, 3);
    assert!(found(&search, edges(std::iter::empty()), MEBIBYTE).unwrap().is_empty());
    let search = path(GraphSearch::Shortest { all: true }, 0, 3);
    assert!(found(&search, edges(std::iter::empty()), MEBIBYTE).unwrap().is_empty());
}

#[test]
fn lengths_are_kept() {
    let line = || edges((0..5).map(|node| (node, node + 1)));
    let search = |low, high| path(GraphSearch::All(Cycles::UniqueEdges), low, high);
    assert_eq!(found(&search(4, 5), line(), MEBIBYTE).unwrap(), [4, 5, 5]);
    assert_eq!(found(&search(0, 0), line(), MEBIBYTE).unwrap(), [0, 1, 2, 3, 4, 5]);
    let shortest = path(GraphSearch::Shortest { all: false }, 4, 9);
    assert_eq!(found(&shortest, line(), MEBIBYTE).unwrap(), [4, 5, 5]);
}
