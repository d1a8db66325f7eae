//! Where the sections of a file are: a line of text in the footer of the file.

use std::fmt::Write as _;

use parquet::file::metadata::RowGroupMetaData;

use super::bits::BUCKET;

/// The key of the directory in the footer.
pub(crate) const DIRECTORY: &str = "quarry.terms";
/// Changes when filters of one version would be wrong for another: terms are cut differently, or hashed.
const VERSION: &str = "2";
/// The same without the beginnings of texts.
const WITHOUT_BEGINNINGS: &str = "1";
/// Bytes of the checksum behind the buckets of one place.
pub(crate) const CHECKSUM: usize = 4;
/// Blocks of a section: what may be left of them is bits of one number.
pub(crate) const MOST_BLOCKS: usize = 64;

/// The filters of one row group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// Where it starts in the file.
    pub offset: u64,
    pub rows: usize,
    /// Rows of a block; the last has what is left.
    pub block_rows: usize,
    pub buckets: usize,
}

impl Section {
    pub fn blocks(&self) -> usize {
        self.rows.div_ceil(self.block_rows.max(1))
    }

    /// Bytes of the buckets of one place, one from every block, with their checksum.
    pub fn line(&self) -> usize {
        self.blocks() * BUCKET + CHECKSUM
    }
}

/// The sections of a file, one for each row group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Directory {
    pub sections: Vec<Section>,
    /// Whether letters beyond ASCII are what they are to this program.
    pub same_letters: bool,
    /// Whether beginnings of texts are in the filters.
    pub beginnings: bool,
}

fn unicode() -> String {
    let (major, minor, update) = char::UNICODE_VERSION;
    format!("{major}.{minor}.{update}")
}

impl Directory {
    pub fn to_text(&self) -> String {
        let mut text = format!("{VERSION};{}", unicode());
        for section in &self.sections {
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                ";{}:{}:{}:{}",
                section.offset, section.rows, section.block_rows, section.buckets
            );
        }
        text
    }

    /// Reads a directory; `None` when it is of another version, or not of a file with these row groups.
    pub fn read(text: &str, row_groups: &[RowGroupMetaData], bytes: u64) -> Option<Directory> {
        let mut parts = text.split(';');
        let beginnings = match parts.next()? {
            VERSION => true,
            WITHOUT_BEGINNINGS => false,
            _ => return None,
        };
        let same_letters = parts.next()? == unicode();
        let sections = parts.map(section).collect::<Option<Vec<_>>>()?;
        let fits = |(section, group): (&Section, &RowGroupMetaData)| {
            let end = (section.line() as u64)
                .checked_mul(section.buckets as u64)?
                .checked_add(section.offset)?;
            let sound = i64::try_from(section.rows) == Ok(group.num_rows()) && section.blocks() <= MOST_BLOCKS;
            (sound && section.block_rows > 0 && section.buckets > 0 && end <= bytes).then_some(())
        };
        let all = sections.len() == row_groups.len() && sections.iter().zip(row_groups).all(|pair| fits(pair).is_some());
        all.then_some(Directory {
            sections,
            same_letters,
            beginnings,
        })
    }
}

fn section(text: &str) -> Option<Section> {
    let mut numbers = text.split(':');
    let section = Section {
        offset: numbers.next()?.parse().ok()?,
        rows: numbers.next()?.parse().ok()?,
        block_rows: numbers.next()?.parse().ok()?,
        buckets: numbers.next()?.parse().ok()?,
    };
    numbers.next().is_none().then_some(section)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn filters_of_earlier_versions_know_no_beginnings() {
        let own = Directory::default().to_text();
        let read = |text: &str| Directory::read(text, &[], 0).map(|directory| (directory.beginnings, directory.same_letters));
        assert_eq!(read(&own), Some((true, true)));
        assert_eq!(read(&own.replacen('2', "1", 1)), Some((false, true)));
        assert_eq!(read(&own.replacen('2', "3", 1)), None);
        assert_eq!(read("1;1.0.0"), Some((false, false)));
    }
}
