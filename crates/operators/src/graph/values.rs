//! The values of what was found: gathered from nodes and edges, and folded over paths.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringViewBuilder, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::common::{Result, exec_err};
use quarry_semantics::ir::FoldKind;
use quarry_value::dynamic::{ArrayWriter, Encoder};

use super::build::Graph;
use super::formula::{Fold, Formula, Source, truths};
use super::matches::{Matches, Paths};

impl Graph {
    /// A property of every node, or a column of the edges.
    pub(super) fn value(&self, at: usize, nodes: bool) -> Result<ArrayRef> {
        let columns = if nodes { self.properties.as_slice() } else { self.edges.columns() };
        match columns.get(at) {
            Some(column) => Ok(Arc::clone(column)),
            None => exec_err!("a graph lacks value {at}"),
        }
    }

    fn gather(&self, at: usize, nodes: bool, numbers: &[u32]) -> Result<ArrayRef> {
        let numbers = UInt32Array::from(numbers.to_vec());
        Ok(take(&self.value(at, nodes)?, &numbers, None)?)
    }
}

/// Matches together with what their numbers mean.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub graph: &'a Graph,
    pub folds: &'a [Fold],
    pub paths: &'a [Paths],
    pub matches: &'a Matches,
}

impl Found<'_> {
    /// The values of an expression for some of the matches.
    pub(super) fn values(&self, formula: &Formula, rows: Range<usize>) -> Result<ArrayRef> {
        formula.values(rows.len(), &mut |source| self.source(source, rows.clone()))
    }

    /// The matches for which an expression is true.
    pub(super) fn truths(&self, formula: &Formula, rows: Range<usize>) -> Result<Vec<bool>> {
        formula.truths(rows.len(), &mut |source| self.source(source, rows.clone()))
    }

    fn source(&self, source: Source, rows: Range<usize>) -> Result<ArrayRef> {
        let (numbers, at, nodes) = match source {
            Source::Node { variable, property } => (self.matches.nodes.get(variable), property, true),
            Source::Edge { edge, column } => (self.matches.edges.get(edge), column, false),
            Source::Fold(fold) => match self.folds.get(fold) {
                Some(fold) => return self.fold(fold, rows),
                None => return exec_err!("a graph lacks fold {fold}"),
            },
            Source::Element(_) => return exec_err!("an element of a path outside of its fold"),
        };
        match numbers.and_then(Option::as_ref).and_then(|numbers| numbers.get(rows)) {
            Some(numbers) => self.graph.gather(at, nodes, numbers),
            None => exec_err!("an element of a graph before it is found"),
        }
    }

    /// Evaluates the expression for all elements of all paths at once, then folds each path's part.
    fn fold(&self, fold: &Fold, rows: Range<usize>) -> Result<ArrayRef> {
        let (Some(paths), Some(Some(lasts))) = (self.paths.get(fold.edge), self.matches.edges.get(fold.edge)) else {
            return exec_err!("a path of a graph before it is found");
        };
        let lasts = lasts.get(rows.clone()).unwrap_or_default();
        if fold.kind == FoldKind::Length {
            let lengths = lasts.iter().map(|path| i64::from(paths.length(*path)));
            return Ok(Arc::new(Int64Array::from_iter_values(lengths)));
        }
        let mut elements = Vec::new();
        let mut owners = Vec::new();
        let mut ends = Vec::with_capacity(rows.len());
        for (owner, path) in (0u32..).zip(lasts) {
            let begin = elements.len();
            if fold.inner_nodes {
                paths.inner_nodes(*path, &mut elements);
            } else {
                paths.edges(*path, &mut elements);
            }
            if let FoldKind::At(place) = fold.kind {
                let one = element_at(elements.get(begin..).unwrap_or_default(), place);
                elements.truncate(begin);
                elements.extend(one);
            }
            owners.resize(elements.len(), owner);
            ends.push(elements.len());
        }
        let owners = UInt32Array::from(owners);
        let values = fold.formula.values(elements.len(), &mut |source| match source {
            Source::Element(at) => self.graph.gather(at, fold.inner_nodes, &elements),
            Source::Fold(_) => exec_err!("a path inside a path"),
            outer => Ok(take(&self.source(outer, rows.clone())?, &owners, None)?),
        })?;
        let parts = ends.iter().scan(0, |begin, end| Some(std::mem::replace(begin, *end)..*end));
        match (fold.kind, values.as_boolean_opt()) {
            (FoldKind::Map, _) => arrays(&values, fold, parts),
            (FoldKind::At(_), _) => singles(&values, fold, parts),
            (kind, Some(values)) => {
                let truths: Vec<bool> = truths(values).collect();
                let part = |part: Range<usize>| truths.get(part).unwrap_or_default();
                Ok(Arc::new(BooleanArray::from_iter(parts.map(|range| {
                    let values = part(range);
                    Some(match kind {
                        FoldKind::All => values.iter().all(|value| *value),
                        _ => values.iter().any(|value| *value),
                    })
                }))))
            }
            _ => exec_err!("a condition on a path that is no truth value"),
        }
    }
}

/// The element at a place; a negative one counts from the end.
fn element_at(elements: &[u32], place: i64) -> Option<u32> {
    let place = match usize::try_from(place) {
        Ok(place) => place,
        Err(_) => elements.len().checked_sub(usize::try_from(place.unsigned_abs()).ok()?)?,
    };
    elements.get(place).copied()
}

fn encoder<'a>(values: &'a ArrayRef, fold: &Fold) -> Result<Encoder<'a>> {
    match Encoder::new(values.as_ref() as &dyn Array, fold.ty) {
        Some(encoder) => Ok(encoder),
        None => exec_err!("a {} that is carried as {}", fold.ty, values.data_type()),
    }
}

/// The only value of each part as a dynamic. A bag of an edge would not have what is null or empty.
fn singles(values: &ArrayRef, fold: &Fold, parts: impl Iterator<Item = Range<usize>>) -> Result<ArrayRef> {
    let encoder = encoder(values, fold)?;
    let mut builder = StringViewBuilder::new();
    let mut text = String::new();
    for mut part in parts {
        match part.next().filter(|row| !encoder.is_null(*row) && !encoder.is_empty_text(*row)) {
            Some(row) => {
                text.clear();
                encoder.write(row, &mut text);
                builder.append_value(&text);
            }
            None => builder.append_null(),
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// A dynamic array of each part of the values.
fn arrays(values: &ArrayRef, fold: &Fold, parts: impl Iterator<Item = Range<usize>>) -> Result<ArrayRef> {
    let encoder = encoder(values, fold)?;
    let mut builder = StringViewBuilder::new();
    let mut text = String::new();
    for part in parts {
        text.clear();
        let mut array = ArrayWriter::new(&mut text);
        for row in part {
            encoder.write(row, array.next());
        }
        array.finish();
        builder.append_value(&text);
    }
    Ok(Arc::new(builder.finish()))
}
