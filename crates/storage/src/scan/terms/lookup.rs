//! Looking terms up in the filters of files.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::Result;
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::datasource::physical_plan::parquet::{ParquetAccessPlan, RowGroupAccess};
use datafusion::execution::cache::cache_manager::FileMetadataCache;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use object_store::{ObjectMeta, ObjectStore};
use parquet::arrow::arrow_reader::{RowSelection, RowSelector};

use super::Demand;
use crate::terms::{DIRECTORY, Directory, Section};

/// Files whose filters are read at the same time.
const AT_ONCE: usize = 16;

/// What is left of a file.
#[derive(Debug, Default)]
pub(in crate::scan) struct Selected {
    /// `None`: all of it, or nothing is known.
    pub access: Option<ParquetAccessPlan>,
    /// No row can pass.
    pub nothing: bool,
    pub row_groups_pruned: usize,
    pub rows_pruned: usize,
    /// Bytes of filters that were read.
    pub bytes: usize,
}

/// For each file what the demand leaves of it. A file whose filters are missing, damaged or unreadable is left whole: if it cannot be read at all, the
/// scan will say so.
pub(in crate::scan) async fn select(
    files: Vec<ObjectMeta>,
    demand: &Demand,
    store: &Arc<dyn ObjectStore>,
    cache: &Arc<FileMetadataCache>,
) -> Vec<Selected> {
    let lookups: Vec<BoxFuture<'_, Selected>> = files
        .into_iter()
        .map(|file| async move { look_up(file, demand, store, cache).await.unwrap_or_default() }.boxed())
        .collect();
    futures::stream::iter(lookups).buffered(AT_ONCE).collect().await
}

async fn look_up(file: ObjectMeta, demand: &Demand, store: &Arc<dyn ObjectStore>, cache: &Arc<FileMetadataCache>) -> Result<Selected> {
    let metadata = DFParquetMetadata::new(store, &file)
        .with_file_metadata_cache(Some(Arc::clone(cache)))
        .fetch_metadata()
        .await?;
    let entries = metadata.file_metadata().key_value_metadata();
    let directory = entries
        .and_then(|entries| entries.iter().find(|entry| entry.key == DIRECTORY)?.value.as_deref())
        .and_then(|text| Directory::read(text, metadata.row_groups(), file.size));
    let Some(directory) = directory else {
        return Ok(Selected::default());
    };
    let terms = demand.terms();
    let ranges: Vec<_> = directory
        .sections
        .iter()
        .flat_map(|section| terms.iter().map(|term| section.range(*term)))
        .collect();
    let lines = store.get_ranges(&file.location, &ranges).await?;
    let mut lines = lines.iter();
    let mut left = Vec::with_capacity(directory.sections.len());
    for section in &directory.sections {
        let found: HashMap<u64, u64> = terms
            .iter()
            .zip(lines.by_ref())
            .filter_map(|(term, line)| Some((*term, section.blocks_with(*term, line)?)))
            .collect();
        let with = |term, ascii| match found.get(&term) {
            Some(blocks) if ascii || directory.same_letters => *blocks,
            _ => u64::MAX,
        };
        left.push((section, demand.blocks(&with) & section.all()));
    }
    let mut selected = of_blocks(&left);
    selected.bytes = lines_read(&ranges);
    Ok(selected)
}

fn lines_read(ranges: &[std::ops::Range<u64>]) -> usize {
    let bytes: u64 = ranges.iter().map(|range| range.end - range.start).sum();
    usize::try_from(bytes).unwrap_or_default()
}

/// The rows to read, given the blocks that are left of each row group.
fn of_blocks(left: &[(&Section, u64)]) -> Selected {
    let mut selected = Selected::default();
    let mut groups = Vec::with_capacity(left.len());
    for (section, blocks) in left {
        groups.push(if *blocks == section.all() {
            RowGroupAccess::Scan
        } else if *blocks == 0 {
            selected.row_groups_pruned += 1;
            selected.rows_pruned += section.rows;
            RowGroupAccess::Skip
        } else {
            let selectors: Vec<RowSelector> = (0..section.blocks())
                .map(|block| {
                    let rows = section.block_rows.min(section.rows - block * section.block_rows);
                    if blocks >> block & 1 == 1 {
                        RowSelector::select(rows)
                    } else {
                        selected.rows_pruned += rows;
                        RowSelector::skip(rows)
                    }
                })
                .collect();
            RowGroupAccess::Selection(RowSelection::from(selectors))
        });
    }
    selected.nothing = !groups.is_empty() && groups.iter().all(|group| *group == RowGroupAccess::Skip);
    if selected.rows_pruned > 0 {
        selected.access = Some(ParquetAccessPlan::new(groups));
    }
    selected
}
