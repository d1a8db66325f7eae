//! How the files of a scan are dealt out among those that read them.

use std::sync::Arc;

use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::FileGroup;
use datafusion::datasource::physical_plan::parquet::ParquetAccessPlan;
use object_store::ObjectMeta;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

/// Pieces for each reader. Whoever is done takes the next piece, wherever it was dealt to: with few large ones the last reader works alone for long.
const PIECES: u64 = 4;

/// Pieces in groups of about the same size: largest first, each to the group that has least. Files are cut between row groups, those whose footer is known.
pub(super) fn dealt(
    files: Vec<PartitionedFile>,
    readers: usize,
    footer: impl Fn(&ObjectMeta) -> Option<Arc<ParquetMetaData>>,
) -> Vec<FileGroup> {
    let total: u64 = files.iter().map(|file| file.object_meta.size).sum();
    let wanted = if readers > 1 { PIECES * readers as u64 } else { 1 };
    let mut pieces = Vec::new();
    for file in files {
        let parts = (wanted * file.object_meta.size).checked_div(total).unwrap_or(1);
        match footer(&file.object_meta).filter(|_| parts > 1) {
            Some(footer) => pieces.extend(cut(file, &footer, parts)),
            None => pieces.push(file),
        }
    }
    pieces.sort_by_key(|piece| std::cmp::Reverse(size(piece)));
    let mut groups: Vec<(u64, Vec<PartitionedFile>)> = (0..readers.min(pieces.len()).max(1)).map(|_| (0, Vec::new())).collect();
    for piece in pieces {
        if let Some((bytes, group)) = groups.iter_mut().min_by_key(|(bytes, _)| *bytes) {
            *bytes += size(&piece);
            group.push(piece);
        }
    }
    groups.into_iter().map(|(_, group)| FileGroup::new(group)).collect()
}

fn size(piece: &PartitionedFile) -> u64 {
    piece.effective_size()
}

/// A file in so many pieces with about as many row groups each, those without row groups to read left out.
fn cut(file: PartitionedFile, footer: &ParquetMetaData, parts: u64) -> Vec<PartitionedFile> {
    let starts: Option<Vec<i64>> = footer.row_groups().iter().map(start).collect();
    let (Some(starts), Ok(end)) = (starts.filter(|starts| starts.is_sorted()), i64::try_from(file.object_meta.size)) else {
        return vec![file];
    };
    let access = file.extension::<ParquetAccessPlan>();
    let is_read = |group: usize| access.is_none_or(|access| group < access.len() && access.should_scan(group));
    let groups = starts.len();
    let parts = usize::try_from(parts).map_or(groups, |parts| parts.clamp(1, groups.max(1)));
    // Where the pieces are cut, and which of them have something to read.
    let mut cuts = vec![0];
    let mut read = vec![false];
    for (group, begin) in starts.into_iter().enumerate() {
        if group * parts / groups >= cuts.len() {
            cuts.push(begin);
            read.push(false);
        }
        if let Some(read) = read.last_mut() {
            *read |= is_read(group);
        }
    }
    cuts.push(end);
    let pieces = cuts.windows(2).zip(read).filter(|(_, read)| *read);
    pieces
        .filter_map(|(cut, _)| match cut {
            [begin, end] => Some(file.clone().with_range(*begin, *end)),
            _ => None,
        })
        .collect()
}

/// The place by which a range of a file has a row group, as DataFusion reckons.
fn start(group: &RowGroupMetaData) -> Option<i64> {
    let first = group.columns().first()?;
    Some(first.dictionary_page_offset().unwrap_or(first.data_page_offset()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use arrow::array::{ArrayRef, Int64Array, RecordBatch};
    use bytes::Bytes;
    use object_store::path::Path;
    use parquet::arrow::ArrowWriter;
    use parquet::file::properties::WriterProperties;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    use super::*;

    fn written(row_groups: usize) -> (PartitionedFile, Arc<ParquetMetaData>) {
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..i64::try_from(row_groups).unwrap() * 100));
        let rows = RecordBatch::try_from_iter([("n", numbers)]).unwrap();
        let options = WriterProperties::builder().set_max_row_group_row_count(Some(100)).build();
        let mut file = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut file, rows.schema(), Some(options)).unwrap();
        writer.write(&rows).unwrap();
        writer.close().unwrap();
        let meta = ObjectMeta {
            location: Path::from(format!("{row_groups}.parquet")),
            last_modified: chrono::DateTime::default(),
            size: file.len() as u64,
            e_tag: None,
            version: None,
        };
        let footer = SerializedFileReader::new(Bytes::from(file)).unwrap().metadata().clone();
        (PartitionedFile::new_from_meta(meta), Arc::new(footer))
    }

    /// The row groups that a piece has.
    fn row_groups(piece: &PartitionedFile, footer: &ParquetMetaData) -> Vec<usize> {
        let starts = footer.row_groups().iter().map(|group| start(group).unwrap());
        let has = |place: i64| piece.range.as_ref().is_none_or(|range| range.contains(place));
        starts
            .enumerate()
            .filter(|(_, place)| has(*place))
            .map(|(group, _)| group)
            .collect()
    }

    #[test]
    fn pieces_have_every_row_group_once() {
        for (groups, parts) in [(1, 8), (2, 2), (5, 2), (7, 3), (10, 8), (10, 100)] {
            let (file, footer) = written(groups);
            let pieces = cut(file.clone(), &footer, parts);
            assert!(pieces.len() as u64 <= parts);
            assert!(groups == 1 || pieces.len() > 1);
            let all: Vec<usize> = pieces.iter().flat_map(|piece| row_groups(piece, &footer)).collect();
            assert_eq!(all, (0..groups).collect::<Vec<_>>());
            // Pieces of which nothing is read are left out.
            let mut access = ParquetAccessPlan::new_none(groups);
            access.scan(groups - 1);
            let pieces = cut(file.with_extension(access), &footer, parts);
            assert_eq!(pieces.len(), 1);
            assert!(row_groups(&pieces[0], &footer).contains(&(groups - 1)));
        }
    }

    #[test]
    fn readers_get_about_the_same() {
        let (large, footer) = written(12);
        let (small, _) = written(1);
        let known = |file: &ObjectMeta| (file.location == large.object_meta.location).then(|| Arc::clone(&footer));
        let groups = dealt(vec![small.clone(), large.clone(), small.clone()], 2, known);
        assert_eq!(groups.len(), 2);
        let bytes: Vec<u64> = groups.iter().map(|group| group.iter().map(size).sum()).collect();
        assert!(bytes[0].abs_diff(bytes[1]) * 4 < bytes[0], "{bytes:?}");
        // One reader gets files whole, and so does everyone of a file whose footer is not known.
        assert_eq!(dealt(vec![large.clone()], 1, known).iter().map(FileGroup::len).sum::<usize>(), 1);
        assert_eq!(dealt(vec![large.clone()], 2, |_| None).iter().map(FileGroup::len).sum::<usize>(), 1);
    }
}
