//! Local files that stand for data outside the lake: feeds that `externaldata` reads, watchlists, file profiles, geographic data,
//! a catalogue of user agents.
//!
//! A file is read as rows of text; what type a value has is the query's business. Nothing here opens a network connection.

mod agents;
mod content;
mod delimited;
mod documents;
mod format;
mod geo;
mod lines;
mod parquet;
mod register;
mod request;
mod rows;
mod stored;

pub use agents::AgentCatalogue;
pub use format::DataFormat;
pub use geo::{GeoDatabase, Place};
pub use register::{DataEntry, DataFile, DataKind, DataRegister};
pub use request::{ReadRequest, Source, Wanted};
pub use stored::StoredData;

use std::path::Path;

use arrow::record_batch::RecordBatch;

use self::content::Part;
use self::rows::Rows;

/// Most bytes of a file once it is unpacked.
const MOST_BYTES: u64 = 1 << 30;

/// Reads the wanted columns of a file, all as text.
///
/// # Errors
/// Says in one sentence what is wrong with the file.
pub fn read(path: &Path, request: &ReadRequest) -> Result<RecordBatch, String> {
    let mut rows = Rows::new(request.columns.len());
    content::each_part(path, request.zip_pattern.as_deref(), &mut |part| match (request.format, part) {
        (DataFormat::Parquet, Part::File(file)) => parquet::read(file, request, &mut rows),
        (DataFormat::Parquet, Part::Text(_)) => Err("this is not a Parquet file".to_owned()),
        (_, Part::File(_)) => Err(format!("this is a Parquet file, not {}", request.format)),
        (DataFormat::Json, Part::Text(text)) => documents::read(text, request, &mut rows),
        (DataFormat::Lines | DataFormat::Raw, Part::Text(text)) => lines::read(text, request, &mut rows),
        (DataFormat::Delimited { .. } | DataFormat::EscapedTabs, Part::Text(text)) => delimited::read(text, request, &mut rows),
    })?;
    rows.finish()
}

/// The columns that a file names itself: a header, the members of its first record, a schema.
///
/// # Errors
/// Says in one sentence what is wrong with the file.
pub fn columns(path: &Path, format: DataFormat) -> Result<Vec<String>, String> {
    let mut found = None;
    content::each_part(path, None, &mut |part| {
        if found.is_none() {
            found = Some(match (format, part) {
                (DataFormat::Parquet, Part::File(file)) => parquet::columns(file)?,
                (DataFormat::Json, Part::Text(text)) => documents::columns(text)?,
                (DataFormat::Delimited { .. } | DataFormat::EscapedTabs, Part::Text(text)) => delimited::columns(text, format)?,
                (_, Part::File(_)) => return Err(format!("this is a Parquet file, not {format}")),
                _ => return Err(format!("a file of format {format} names no columns")),
            });
        }
        Ok(())
    })?;
    found
        .filter(|columns| !columns.is_empty())
        .ok_or_else(|| "the file names no columns".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;

    use arrow::array::AsArray;
    use quarry_value::dynamic::Segment;

    use super::*;

    fn request(format: &str, columns: &[&str]) -> ReadRequest {
        let wanted = |(at, name): (usize, &&str)| Wanted {
            source: Source::Place(at, (*name).to_owned()),
            json: false,
        };
        ReadRequest {
            format: DataFormat::named(format).unwrap(),
            columns: columns.iter().enumerate().map(wanted).collect(),
            skip_first: false,
            header: false,
            zip_pattern: None,
        }
    }

    fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    fn rows(bytes: &[u8], request: &ReadRequest) -> Result<Vec<String>, String> {
        let (_folder, path) = written("file", bytes);
        let batch = read(&path, request)?;
        let cell = |at: usize, row| batch.column(at).as_string_view().value(row).to_owned();
        let line = |row| (0..batch.num_columns()).map(|at| cell(at, row)).collect::<Vec<_>>().join("|");
        Ok((0..batch.num_rows()).map(line).collect())
    }

    #[test]
    fn cells_are_found_by_place() {
        let csv = request("csv", &["a", "b", "c"]);
        assert_eq!(rows(b"1,\"x, y\"\n2,z,3,4\n", &csv).unwrap(), ["1|x, y|", "2|z|3"]);
        let first = ReadRequest { skip_first: true, ..csv };
        assert_eq!(rows(b"head,er\n1,2,3\n", &first).unwrap(), ["1|2|3"]);
        assert_eq!(rows(b"1;2\n", &request("scsv", &["a", "b"])).unwrap(), ["1|2"]);
        assert_eq!(rows(b"1\\t2\t3\n", &request("tsve", &["a", "b"])).unwrap(), ["1\t2|3"]);
    }

    #[test]
    fn cells_are_found_by_name_under_a_header() {
        let columns = ["b", "row", "gone"].map(|name| Wanted {
            source: if name == "row" {
                Source::Row
            } else {
                Source::Name(name.to_owned())
            },
            json: false,
        });
        let request = ReadRequest {
            header: true,
            columns: columns.to_vec(),
            ..request("csv", &[])
        };
        assert_eq!(rows(b"a, b\n1,2\n3,4\n", &request).unwrap(), ["2|1|", "4|2|"]);
    }

    #[test]
    fn lines_and_whole_files_are_records_too() {
        assert_eq!(
            rows(b"# x\n\na,b\r\n", &request("txt", &["line", "other"])).unwrap(),
            ["# x|", "a,b|"]
        );
        assert_eq!(rows(b"a\nb\n", &request("raw", &["text"])).unwrap(), ["a\nb\n"]);
    }

    #[test]
    fn json_values_are_found_by_name_and_path() {
        let records = br#"[{"a": 1, "b": {"c": ["x", "y"]}, "d": "q"},
            {"a": null, "b": {"c": []}}]"#;
        let path = vec![Segment::Key("b".to_owned()), Segment::Key("c".to_owned()), Segment::Index(-1)];
        let mut request = request("multijson", &["a", "d"]);
        request.columns.push(Wanted {
            source: Source::Path(path),
            json: true,
        });
        assert_eq!(rows(records, &request).unwrap(), ["1|q|\"y\"", "||"]);
        assert!(rows(b"{\"a\": 1}\n{\"a\" 2}\n", &request).unwrap_err().starts_with("line 2"));
    }

    #[test]
    fn packed_files_are_unpacked() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"1,2\n").unwrap();
        let csv = request("csv", &["a", "b"]);
        assert_eq!(rows(&packed.finish().unwrap(), &csv).unwrap(), ["1|2"]);

        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for (name, text) in [("in/a.csv", "1,2\n"), ("readme.txt", "no, table\n"), ("b.csv", "3,4\n")] {
            archive.start_file(name, options).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        let archive = archive.finish().unwrap().into_inner();
        let only = ReadRequest {
            zip_pattern: Some("*.csv".to_owned()),
            ..csv.clone()
        };
        assert_eq!(rows(&archive, &only).unwrap(), ["1|2", "3|4"]);
        assert_eq!(rows(&archive, &csv).unwrap().len(), 3);
        assert!(rows(b"PK\x03\x04 broken", &csv).is_err());
    }

    #[test]
    fn files_name_their_columns() {
        let names = |bytes: &[u8], format: &str| {
            let (_folder, path) = written("file", bytes);
            columns(&path, DataFormat::named(format).unwrap())
        };
        assert_eq!(names(b"a, b\n1,2\n", "csv").unwrap(), ["a", "b"]);
        assert_eq!(names(b"{\"x\": 1, \"y\": 2}", "json").unwrap(), ["x", "y"]);
        assert!(names(b"text\n", "txt").is_err());
        assert!(names(b"", "csv").is_err());
    }
}
