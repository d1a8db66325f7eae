//! How Parquet encodes the columns of a file, and what it keeps of them for readers to prune by.

use arrow::array::{ArrayRef, AsArray};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{BloomFilterProperties, EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;
use quarry_schema::KqlType;

use super::part::Columns;
use super::rows::Taken;
use super::{hot, sample};
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
/// Texts that are no longer than this on average pack little.
const SHORT_TEXT: usize = 64;
/// Values of documents whose dictionary has no more bytes than this for each row are not packed: whoever looks for one of them reads little else, and
/// would spend a fifth of the time on unpacking dictionaries.
const LIGHT_DICTIONARY: usize = 8;
/// The share of values which a column does not have that pass its Bloom filter. What passes wrongly is mostly stopped by the filters of terms, and filters
/// of a hundredth would be twice as large.
const FALSE_ALARMS: f64 = 0.05;
/// The first row group of a file may be smaller than those that follow.
const LEAST_ROWS: usize = 64 << 10;

/// Of columns which every query reads that looks at them, and whose packing gains little: what unpacks soonest is worth a few bytes more.
const SOON: Compression = Compression::LZ4_RAW;

/// Rows of a page: who wants one of them decodes all.
const PAGE_ROWS: usize = BLOCK_ROWS;

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
            .set_column_encoding(path.clone(), Encoding::DELTA_BINARY_PACKED)
            // Differences in as many bits as they need: there is nothing left to pack.
            .set_column_compression(path, Compression::UNCOMPRESSED);
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
            if part == HotPart::Text && first.has_light_dictionary() {
                properties = properties.set_column_compression(ColumnPath::from(name), Compression::UNCOMPRESSED);
            }
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
        !self.typical || self.array.is_none_or(sample::is_varied)
    }

    fn has_light_dictionary(&self) -> bool {
        let dictionary = self.array.and_then(sample::dictionary_bytes);
        dictionary.is_some_and(|bytes| bytes <= LIGHT_DICTIONARY * self.rows)
    }

    /// Whether nearly every row has a value of its own.
    fn is_unique(&self) -> bool {
        self.array.is_some_and(sample::is_unique)
    }

    /// Whether texts are short, but no ids that machines make: what is asked of them is how they begin or what they contain, and that cannot be told without unpacking all.
    fn is_searched(&self) -> bool {
        self.text() <= SHORT_TEXT * self.rows && !self.array.is_some_and(sample::are_ids)
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
            let unique = first.is_unique();
            if unique {
                properties = properties.set_column_dictionary_enabled(path.clone(), false);
            }
            if !unique || first.is_searched() {
                properties = properties.set_column_compression(path.clone(), SOON);
            }
            if is_id_like(name) && first.may_vary() {
                // Folded to what it holds in the end.
                let most = u64::try_from(first.rows.max(LEAST_ROWS)).unwrap_or(u64::MAX);
                let filter = BloomFilterProperties::builder().with_fpp(FALSE_ALARMS).with_max_ndv(most).build();
                properties = properties.set_column_bloom_filter_properties(path, filter);
            }
        }
        _ if first.is_unique() => properties = properties.set_column_dictionary_enabled(path, false),
        _ => properties = properties.set_column_compression(path, SOON),
    }
    properties
}

fn is_id_like(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ID_LIKE.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

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
