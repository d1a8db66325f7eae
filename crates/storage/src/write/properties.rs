//! How Parquet encodes the columns of a file, and what it keeps of them for readers to prune by.

use std::collections::HashSet;

use arrow::array::{Array, ArrayRef, AsArray};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{BloomFilterProperties, EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;
use quarry_schema::KqlType;

use super::hot;
use super::part::Columns;
use super::rows::Taken;
use crate::error::Result;
use crate::hot::HotPart;
use crate::layout::Layout;
use crate::terms::BLOCK_ROWS;

/// Documents that are longer than this on average are not worth a dictionary.
const LONG_DOCUMENT: usize = 128;

/// Endings, in lower case, of the names of columns that hunts compare with single values: ids, people, addresses, hashes.
const ID_LIKE: [&str; 22] = [
    "account",
    "accountname",
    "accountsid",
    "address",
    "computer",
    "devicename",
    "domain",
    "filename",
    "hostname",
    "id",
    "ids",
    "ip",
    "ipaddress",
    "mailbox",
    "md5",
    "principalname",
    "sha1",
    "sha256",
    "upn",
    "url",
    "user",
    "username",
];
/// One in so many values that a column does not have passes its Bloom filter.
const FALSE_ALARMS: f64 = 0.01;
/// The first row group of a file may be smaller than those that follow.
const LEAST_ROWS: usize = 64 << 10;
/// Rows that are looked at to tell whether a column has enough values for a filter to tell them apart.
const SAMPLE: usize = 4096;
/// With fewer different values than this, nearly every row group has all of them.
const FEW: usize = 3;
/// A column whose sampled values are different but for one in so many is not worth a dictionary: it would be given up, and who wants one value would
/// read what there is of it.
const REPEATED: usize = 100;

/// Of columns with dictionaries, each of which every query reads that looks at the column: what unpacks soonest is worth a few bytes more.
const SOON: Compression = Compression::LZ4_RAW;

/// Rows of a page: who wants one of them decodes all.
const PAGE_ROWS: usize = BLOCK_ROWS / 2;

/// The properties of a file with these columns that starts with these rows, which may be `typical` of those that follow.
pub(super) fn properties(layout: &Layout, taken: &Taken, columns: &Columns, typical: bool) -> Result<WriterProperties> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        // Who writes the rows ends their groups.
        .set_max_row_group_row_count(None)
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_key_value_metadata(hot::footer(layout));
    if let Some(time) = layout.time.and_then(|at| layout.stored.get(at)) {
        let path = ColumnPath::from(time.physical.as_str());
        properties = properties
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
    }
    for at in columns.keys() {
        let array = taken.columns.iter().find(|(has, _)| has == at).map(|(_, array)| array);
        let first = First {
            rows: taken.rows,
            array,
            typical,
        };
        if let Some(column) = layout.stored.get(*at) {
            properties = of_column(properties, &column.physical, column.ty, &first);
            if Some(*at) == layout.kind() {
                // Rows of a kind lie together.
                properties = properties.set_column_statistics_enabled(ColumnPath::from(column.physical.as_str()), EnabledStatistics::Page);
            }
        } else if let Some((hot, part)) = layout.hot_at(*at)
            && let Some(name) = part.name(hot)
        {
            let ty = match part {
                HotPart::Text => KqlType::String,
                HotPart::Long => KqlType::Long,
                HotPart::Json => KqlType::Dynamic,
            };
            properties = of_column(properties, name, ty, &first);
            if part == HotPart::Json {
                // Where it is all null, the other columns of its path say everything.
                properties = properties.set_column_statistics_enabled(ColumnPath::from(name), EnabledStatistics::Chunk);
            }
        }
    }
    Ok(properties.build())
}

/// What a column has in the first rows of a file.
struct First<'a> {
    rows: usize,
    array: Option<&'a ArrayRef>,
    typical: bool,
}

impl First<'_> {
    /// Bytes of its text.
    fn text(&self) -> usize {
        let views = self.array.and_then(|array| array.as_string_view_opt());
        views.map_or(0, |views| views.lengths().map(|length| length as usize).sum())
    }

    /// Whether the file may have different values enough for a filter.
    fn may_vary(&self) -> bool {
        !self.typical || self.array.is_none_or(is_varied)
    }

    /// Whether nearly every row has a value of its own.
    fn is_unique(&self) -> bool {
        self.array.is_some_and(is_unique)
    }
}

fn of_column(mut properties: WriterPropertiesBuilder, name: &str, ty: KqlType, first: &First<'_>) -> WriterPropertiesBuilder {
    let path = ColumnPath::from(name);
    match ty {
        KqlType::Dynamic => {
            properties = properties.set_column_statistics_enabled(path.clone(), EnabledStatistics::None);
            if first.text() > LONG_DOCUMENT * first.rows {
                properties = properties.set_column_dictionary_enabled(path, false);
            } else {
                properties = properties.set_column_compression(path, SOON);
            }
        }
        KqlType::String | KqlType::Guid => {
            // Rows are not in its order: the least and greatest text of a page say little, and take more room than the numbers of a page.
            properties = properties.set_column_statistics_enabled(path.clone(), EnabledStatistics::Chunk);
            if first.is_unique() {
                properties = properties.set_column_dictionary_enabled(path.clone(), false);
            } else {
                properties = properties.set_column_compression(path.clone(), SOON);
            }
            if is_id_like(name) && first.may_vary() {
                // Folded to what it holds in the end.
                let most = u64::try_from(first.rows.max(LEAST_ROWS)).unwrap_or(u64::MAX);
                let filter = BloomFilterProperties::builder().with_fpp(FALSE_ALARMS).with_max_ndv(most).build();
                properties = properties.set_column_bloom_filter_properties(path, filter);
            }
        }
        _ => {}
    }
    properties
}

fn is_id_like(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ID_LIKE.iter().any(|ending| name.ends_with(ending))
}

/// The texts of some rows.
fn sample(array: &ArrayRef) -> impl Iterator<Item = &str> {
    let texts = array.as_string_view_opt();
    let step = (array.len() / SAMPLE).max(1);
    let rows = (0..array.len()).step_by(step);
    rows.filter_map(move |row| texts.filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row)))
}

/// Whether a column has different values enough, by a sample.
fn is_varied(array: &ArrayRef) -> bool {
    let mut different = HashSet::new();
    sample(array).any(|text| different.insert(text) && different.len() > FEW)
}

/// Whether nearly every row has a value of its own, by a sample: the values must fill the column, and a small sample tells nothing.
fn is_unique(array: &ArrayRef) -> bool {
    let mut different = HashSet::new();
    let sampled = sample(array)
        .filter(|text| !text.is_empty())
        .map(|text| different.insert(text))
        .count();
    sampled >= SAMPLE / 2 && (sampled - different.len()) * REPEATED <= sampled
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::StringViewArray;

    use super::*;

    #[test]
    fn ids_of_rows_are_told_from_ids_of_people() {
        let column = |rows: usize, value: &dyn Fn(usize) -> String| -> ArrayRef {
            Arc::new(StringViewArray::from_iter_values((0..rows).map(value)))
        };
        assert!(is_unique(&column(50_000, &|row| format!("row {row}"))));
        assert!(!is_unique(&column(50_000, &|row| format!("person {}", row.pow(3) % 20_011))));
        assert!(!is_unique(&column(50_000, &|row| if row % 5 == 0 {
            format!("row {row}")
        } else {
            String::new()
        })));
        assert!(!is_unique(&column(500, &|row| format!("row {row}"))));
        assert!(!is_unique(&column(50_000, &|_| String::new())));
    }

    #[test]
    fn ids_are_told_by_their_names() {
        for name in [
            "NetworkMessageId",
            "AccountUpn",
            "IPAddress",
            "RemoteIP",
            "SHA256",
            "MailboxOwnerUPN",
            "UserPrincipalName",
            "DeviceName",
        ] {
            assert!(is_id_like(name), "{name}");
        }
        for name in ["Subject", "ActionType", "ProcessCommandLine", "ResultDescription"] {
            assert!(!is_id_like(name), "{name}");
        }
    }
}
