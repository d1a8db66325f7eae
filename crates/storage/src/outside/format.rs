//! How a file is laid out, told by a name or by the ending of its name.

use std::fmt;

/// The layout of a file, as far as it can be read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataFormat {
    /// Cells between delimiters, quoted where needed.
    Delimited {
        delimiter: u8,
    },
    /// Cells between tabs, with `\t` and the like inside them.
    EscapedTabs,
    /// JSON records: on lines, in an array, or one after the other.
    Json,
    /// Every line that is not empty is a record.
    Lines,
    /// The whole file is one record.
    Raw,
    Parquet,
}

/// The names that `externaldata` knows, and the endings of file names that say the same.
const NAMES: &[(&str, DataFormat)] = &[
    ("csv", DataFormat::Delimited { delimiter: b',' }),
    ("tsv", DataFormat::Delimited { delimiter: b'\t' }),
    ("psv", DataFormat::Delimited { delimiter: b'|' }),
    ("scsv", DataFormat::Delimited { delimiter: b';' }),
    ("sohsv", DataFormat::Delimited { delimiter: 1 }),
    ("tsve", DataFormat::EscapedTabs),
    ("json", DataFormat::Json),
    ("multijson", DataFormat::Json),
    ("singlejson", DataFormat::Json),
    ("jsonl", DataFormat::Json),
    ("ndjson", DataFormat::Json),
    ("txt", DataFormat::Lines),
    ("raw", DataFormat::Raw),
    ("parquet", DataFormat::Parquet),
];

impl DataFormat {
    /// The format of this name, any case.
    #[must_use]
    pub fn named(name: &str) -> Option<DataFormat> {
        NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, format)| *format)
    }

    /// What the ending of a file's name or of an address says; compression, a query and secrets behind the name do not count.
    #[must_use]
    pub fn of_name(name: &str) -> Option<DataFormat> {
        let mut name = last_part(name);
        for packed in [".gz", ".zip", ".zst"] {
            if let Some(at) = name.len().checked_sub(packed.len())
                && name.get(at..).is_some_and(|ending| ending.eq_ignore_ascii_case(packed))
            {
                name = name.get(..at).unwrap_or_default();
            }
        }
        DataFormat::named(name.rsplit_once('.')?.1)
    }
}

/// The file name at the end of a path or an address.
pub(super) fn last_part(address: &str) -> &str {
    let address = address.split(['?', ';', '#']).next().unwrap_or_default();
    address.trim_end_matches('/').rsplit(['/', '\\']).next().unwrap_or_default()
}

impl fmt::Display for DataFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, format)| format == self).map_or("csv", |(name, _)| name);
        f.write_str(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_the_format() {
        let of = |name: &str| DataFormat::of_name(name).map(|format| format.to_string());
        assert_eq!(of("https://host/a/feed.csv").as_deref(), Some("csv"));
        assert_eq!(of("https://host/a/part-0.CSV.gz?sig=x.json").as_deref(), Some("csv"));
        assert_eq!(of("https://host/users.txt;managed_identity=system").as_deref(), Some("txt"));
        assert_eq!(of("C:\\feeds\\a.json.zip").as_deref(), Some("json"));
        assert_eq!(of("https://host/export/csv/recent/"), None);
        assert_eq!(of("noending"), None);
    }
}
