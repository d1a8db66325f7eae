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

use super::{Demand, Known};
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

/// What the filters of a file say of its blocks of rows, as bits.
#[derive(Debug)]
pub(in crate::scan) struct Found {
    groups: Vec<Group>,
    /// Bytes of filters that were read.
    bytes: usize,
}

#[derive(Debug)]
struct Group {
    section: Section,
    /// The blocks that can hold what is demanded, and of these the ones for each of several alternatives.
    left: u64,
    alternatives: Vec<u64>,
}

/// For each file what its filters say; nothing for a file whose filters are missing, damaged or unreadable: if it cannot be read at all, the scan will
/// say so.
pub(in crate::scan) async fn look_up(
    files: Vec<ObjectMeta>,
    demand: &Demand,
    alternatives: &[Demand],
    store: &Arc<dyn ObjectStore>,
    cache: &Arc<FileMetadataCache>,
) -> Vec<Option<Found>> {
    let lookups: Vec<BoxFuture<'_, Option<Found>>> = files
        .into_iter()
        .map(|file| async move { in_file(file, demand, alternatives, store, cache).await.ok().flatten() }.boxed())
        .collect();
    futures::stream::iter(lookups).buffered(AT_ONCE).collect().await
}

async fn in_file(
    file: ObjectMeta,
    demand: &Demand,
    alternatives: &[Demand],
    store: &Arc<dyn ObjectStore>,
    cache: &Arc<FileMetadataCache>,
) -> Result<Option<Found>> {
    let metadata = DFParquetMetadata::new(store, &file)
        .with_file_metadata_cache(Some(Arc::clone(cache)))
        .fetch_metadata()
        .await?;
    let entries = metadata.file_metadata().key_value_metadata();
    let directory = entries
        .and_then(|entries| entries.iter().find(|entry| entry.key == DIRECTORY)?.value.as_deref())
        .and_then(|text| Directory::read(text, metadata.row_groups(), file.size));
    let Some(directory) = directory else {
        return Ok(None);
    };
    let terms = Demand::terms(alternatives.iter().chain([demand]));
    let ranges: Vec<_> = directory
        .sections
        .iter()
        .flat_map(|section| terms.iter().map(|term| section.range(*term)))
        .collect();
    let lines = store.get_ranges(&file.location, &ranges).await?;
    let mut lines = lines.iter();
    let mut groups = Vec::with_capacity(directory.sections.len());
    for section in &directory.sections {
        let found: HashMap<u64, u64> = terms
            .iter()
            .zip(lines.by_ref())
            .filter_map(|(term, line)| Some((*term, section.blocks_with(*term, line)?)))
            .collect();
        let with = |term, known| match found.get(&term) {
            Some(blocks) if directory.knows(known) => *blocks,
            _ => u64::MAX,
        };
        let left = demand.blocks(&with) & section.all();
        groups.push(Group {
            section: *section,
            left,
            alternatives: alternatives.iter().map(|alternative| alternative.blocks(&with) & left).collect(),
        });
    }
    let bytes = lines_read(&ranges);
    Ok(Some(Found { groups, bytes }))
}

impl Directory {
    fn knows(&self, known: Known) -> bool {
        match known {
            Known::Always => true,
            Known::SameLetters => self.same_letters,
            Known::Beginnings => self.beginnings,
        }
    }
}

impl Found {
    /// What the demand leaves.
    pub fn selected(&self) -> Selected {
        let mut selected = self.blocks(|group| group.left);
        selected.bytes = self.bytes;
        selected
    }

    /// The rows that are left, and of these the ones that one of the alternatives at these places can hold for.
    pub fn rows(&self, alternatives: &[usize]) -> (usize, usize) {
        let rows = |blocks: fn(&Group, &[usize]) -> u64| self.groups.iter().map(|group| group.rows(blocks(group, alternatives))).sum();
        (rows(|group, _| group.left), rows(Group::with))
    }

    /// What is left and cannot meet the alternatives at these places, and what can.
    pub fn parted(&self, alternatives: &[usize]) -> (Selected, Selected) {
        let without = self.blocks(|group| group.left & !group.with(alternatives));
        (without, self.blocks(|group| group.with(alternatives)))
    }

    /// Row groups of which a part is left that cannot meet these alternatives, and another part that can.
    pub fn row_groups_parted(&self, alternatives: &[usize]) -> usize {
        let groups = self.groups.iter();
        groups
            .filter(|group| !matches!(group.with(alternatives), 0) && group.with(alternatives) != group.left)
            .count()
    }

    fn blocks(&self, left: impl Fn(&Group) -> u64) -> Selected {
        let left: Vec<(&Section, u64)> = self.groups.iter().map(|group| (&group.section, left(group))).collect();
        of_blocks(&left)
    }
}

impl Group {
    /// The blocks that one of these alternatives can hold for.
    fn with(&self, alternatives: &[usize]) -> u64 {
        let blocks = alternatives
            .iter()
            .map(|at| self.alternatives.get(*at).copied().unwrap_or(self.left));
        blocks.fold(0, |all, blocks| all | blocks)
    }

    fn rows(&self, blocks: u64) -> usize {
        let rows = |block: usize| self.section.block_rows.min(self.section.rows - block * self.section.block_rows);
        (0..self.section.blocks()).filter(|block| blocks >> block & 1 == 1).map(rows).sum()
    }
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
