//! What a table's documents have in common: paths that are worth a hot column whoever asks.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::AsArray;
use datafusion::common::Column;
use datafusion::logical_expr::Expr;
use datafusion::prelude::SessionContext;
use quarry_schema::KqlType;
use quarry_value::dynamic::{Segment, members};
use quarry_value::json::{Kind, kind};

use super::{DataFile, Lake};
use crate::error::{Result, StorageError};
use crate::hot::HotPath;
use crate::layout::EXTRA;
use crate::scan::LakeTable;

/// Files that are looked into, and documents of each.
const SAMPLED_FILES: usize = 8;
const SAMPLED_ROWS: usize = 500;
/// A sample of fewer documents tells nothing.
pub(super) const FEWEST: usize = 50;
/// Steps of a path, and different paths, that are counted.
const DEEPEST: usize = 3;
const MOST_PATHS: usize = 4_096;
/// The most paths of a column that data alone makes hot, and the share of the column's bytes that they may repeat.
pub(super) const MOST_CHOSEN: usize = 12;
const MOST_BYTES: f64 = 0.15;
/// The longest value, on average, that is worth repeating.
const LONGEST: usize = 64;

impl Lake {
    /// Paths to short values that at least half of a sample of a table's documents have, column by column. The lake's own columns are left out.
    ///
    /// # Errors
    /// When there is no such table, or its files cannot be read.
    pub async fn common_paths(&self, name: &str) -> Result<Vec<HotPath>> {
        let Some(table) = self.lake_table(name).await? else {
            return Ok(Vec::new());
        };
        let dynamic = |column: &&crate::StoredColumn| column.ty == KqlType::Dynamic && column.name != EXTRA;
        let columns: Vec<String> = table
            .layout()
            .stored
            .iter()
            .filter(dynamic)
            .map(|column| column.name.clone())
            .collect();
        let mut counts: Vec<Counted> = columns.iter().map(|_| Counted::default()).collect();
        if columns.is_empty() {
            return Ok(Vec::new());
        }
        for file in spread(table.files()) {
            let batches = sample(&table, file, &columns).await;
            let batches = batches.map_err(|error| StorageError::Table {
                table: name.to_owned(),
                reason: format!("its files cannot be read: {error}"),
            })?;
            for batch in batches {
                for (counted, array) in counts.iter_mut().zip(batch.columns()) {
                    let documents = array.as_string_view_opt().into_iter().flatten().flatten();
                    documents.for_each(|document| counted.add(document));
                }
            }
        }
        let chosen = columns.into_iter().zip(counts).flat_map(|(column, counted)| {
            let paths = counted.chosen();
            paths.into_iter().map(move |path| HotPath {
                column: column.clone(),
                path,
                members: Vec::new(),
            })
        });
        Ok(chosen.collect())
    }
}

/// Some files from all over the table.
fn spread(files: &[DataFile]) -> impl Iterator<Item = &DataFile> {
    files.iter().step_by(files.len().div_ceil(SAMPLED_FILES).max(1))
}

async fn sample(table: &LakeTable, file: &DataFile, columns: &[String]) -> datafusion::common::Result<Vec<arrow::array::RecordBatch>> {
    let one = table.clone().with_files(vec![file.clone()]);
    let columns = columns.iter().map(|name| Expr::Column(Column::new_unqualified(name)));
    let frame = SessionContext::new()
        .read_table(Arc::new(one))?
        .select(columns.collect::<Vec<_>>())?;
    frame.limit(0, Some(SAMPLED_ROWS))?.collect().await
}

/// What a sample of one column's documents holds.
#[derive(Default)]
struct Counted {
    documents: usize,
    bytes: usize,
    paths: HashMap<Vec<Segment>, Seen>,
}

#[derive(Default)]
struct Seen {
    documents: usize,
    bytes: usize,
    /// The last document that had it: a key may be there twice.
    last: usize,
}

impl Counted {
    fn add(&mut self, document: &str) {
        self.documents += 1;
        self.bytes += document.len();
        self.walk(document, &mut Vec::new());
    }

    fn walk(&mut self, bag: &str, path: &mut Vec<Segment>) {
        for member in members(bag).into_iter().flatten() {
            path.push(Segment::Key(member.key().into_owned()));
            match kind(member.value) {
                Kind::Object if path.len() < DEEPEST => self.walk(member.value, path),
                Kind::String | Kind::Number | Kind::Bool if self.paths.len() < MOST_PATHS || self.paths.contains_key(path.as_slice()) => {
                    let seen = self.paths.entry(path.clone()).or_default();
                    if seen.last < self.documents {
                        seen.last = self.documents;
                        seen.documents += 1;
                        seen.bytes += member.value.len();
                    }
                }
                _ => {}
            }
            path.pop();
        }
    }

    /// The paths that most documents have, as long as their values do not add up to much.
    #[expect(clippy::cast_precision_loss, reason = "counts of a sample are small")]
    fn chosen(self) -> Vec<Vec<Segment>> {
        if self.documents < FEWEST {
            return Vec::new();
        }
        let common = |seen: &Seen| 2 * seen.documents >= self.documents && seen.bytes <= LONGEST * seen.documents;
        let mut paths: Vec<(Vec<Segment>, Seen)> = self.paths.into_iter().filter(|(_, seen)| common(seen)).collect();
        paths.sort_by(|(left, of_left), (right, of_right)| {
            let order = (of_right.documents, of_left.bytes).cmp(&(of_left.documents, of_right.bytes));
            order.then_with(|| crate::hot::shown("", left).cmp(&crate::hot::shown("", right)))
        });
        let mut room = self.bytes as f64 * MOST_BYTES;
        paths.retain(|(_, seen)| {
            let fits = seen.bytes as f64 <= room;
            if fits {
                room -= seen.bytes as f64;
            }
            fits
        });
        paths.truncate(MOST_CHOSEN);
        paths.into_iter().map(|(path, _)| path).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_most_documents_have_is_chosen() {
        let mut counted = Counted::default();
        for number in 0..100 {
            let rare = if number % 3 == 0 { r#","rare":"r""# } else { "" };
            let text = "long text ".repeat(30);
            counted.add(&format!(
                r#"{{"user":"u{number}","user":"again","inner":{{"id":{number}}},"text":"{text}","list":[1],"none":null{rare}}}"#
            ));
        }
        let paths: Vec<String> = counted.chosen().iter().map(|path| crate::hot::shown("", path)).collect();
        assert_eq!(paths, [".inner.id", ".user"]);
        assert!(Counted::default().chosen().is_empty());
    }
}
