//! Laying out the filters of a row group.

use flate2::Crc;

use super::bits::{BUCKET, Filter, folded_size};
use super::directory::{MOST_BLOCKS, Section};
use super::gather::{most_terms, put};
use crate::layout::Layout;
use arrow::array::ArrayRef;

/// Rows of a block: pages of columns are cut at the same places, so that a block can be read alone.
pub(crate) const BLOCK_ROWS: usize = 4096;

/// The filters of a row group, as they are written at `offset`: for each place in the filters the buckets of all blocks and a checksum. A term is
/// looked for by reading one such line.
pub(crate) fn section(layout: &Layout, rows: usize, columns: &[(usize, ArrayRef)], offset: u64) -> (Section, Vec<u8>) {
    let block_rows = BLOCK_ROWS * rows.div_ceil(BLOCK_ROWS * MOST_BLOCKS).max(1);
    let starts = (0..rows).step_by(block_rows);
    let blocks: Vec<_> = starts.map(|start| (start, block_rows.min(rows - start))).collect();
    let most = blocks
        .iter()
        .map(|(start, length)| most_terms(layout, columns, *start, *length))
        .max()
        .unwrap_or_default();
    let mut filters: Vec<Filter> = blocks
        .iter()
        .map(|(start, length)| {
            let mut filter = Filter::for_at_most(most);
            put(layout, columns, *start, *length, &mut filter);
            filter
        })
        .collect();
    let full = filters.first().map_or(1, Filter::buckets);
    let buckets = folded_size(full, filters.iter().map(Filter::needed).max().unwrap_or(1));
    filters.iter_mut().for_each(|filter| filter.fold(buckets));

    let section = Section {
        offset,
        rows,
        block_rows,
        buckets,
    };
    let mut bytes = Vec::with_capacity(section.line() * buckets);
    for place in 0..buckets {
        let start = bytes.len();
        for filter in &filters {
            for word in filter.bucket(place) {
                bytes.extend_from_slice(&word.to_le_bytes());
            }
        }
        let checksum = checksum(bytes.get(start..).unwrap_or_default(), place);
        bytes.extend_from_slice(&checksum.to_le_bytes());
    }
    (section, bytes)
}

impl Section {
    /// The blocks that can hold a term, as bits, from the line that [`Section::range`] gives; `None` when the line is damaged.
    pub fn blocks_with(&self, hash: u64, line: &[u8]) -> Option<u64> {
        let place = super::bits::bucket_of(hash, self.buckets);
        let (buckets, sum) = line.split_at_checked(self.blocks() * BUCKET)?;
        let sum: [u8; 4] = sum.try_into().ok()?;
        if checksum(buckets, place) != u32::from_le_bytes(sum) {
            return None;
        }
        let mask = super::bits::mask(hash);
        let mut found = 0;
        for (block, bucket) in buckets.chunks_exact(BUCKET).enumerate() {
            let (words, _) = bucket.as_chunks::<4>();
            let holds = words.iter().zip(mask).all(|(word, bit)| u32::from_le_bytes(*word) & bit != 0);
            found |= u64::from(holds) << block;
        }
        Some(found)
    }

    /// Where the line lies that tells which blocks can hold a term.
    pub fn range(&self, hash: u64) -> std::ops::Range<u64> {
        let line = self.line() as u64;
        let start = self.offset + line * super::bits::bucket_of(hash, self.buckets) as u64;
        start..start + line
    }

    /// The bits of all blocks.
    pub fn all(&self) -> u64 {
        u64::MAX >> (MOST_BLOCKS - self.blocks().clamp(1, MOST_BLOCKS))
    }
}

/// Of the buckets and their place, so that bytes from elsewhere do not pass for them.
fn checksum(buckets: &[u8], place: usize) -> u32 {
    let mut crc = Crc::new();
    crc.update(buckets);
    crc.update(&(place as u64).to_le_bytes());
    crc.sum()
}
