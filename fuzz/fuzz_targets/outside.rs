//! Any bytes are a file of data from outside: each reader gives rows of the columns that were asked for, or says what is wrong.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use quarry_storage::outside::{DataFormat, GeoDatabase, ReadRequest, Source, Wanted, columns, read};
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().unwrap());

const FORMATS: [&str; 9] = ["csv", "tsv", "tsve", "psv", "json", "multijson", "txt", "raw", "parquet"];

fuzz_target!(|data: &[u8]| {
    let [choice, flags, bytes @ ..] = data else { return };
    let path = FOLDER.path().join("data");
    std::fs::write(&path, bytes).unwrap();
    let format = DataFormat::named(FORMATS[usize::from(*choice) % FORMATS.len()]).unwrap();
    let source = [Source::Place(0, "a".to_owned()), Source::Name("b".to_owned()), Source::Row];
    let request = ReadRequest {
        format,
        columns: source.into_iter().map(|source| Wanted { source, json: flags & 1 != 0 }).collect(),
        skip_first: flags & 2 != 0,
        header: flags & 4 != 0,
        zip_pattern: (flags & 8 != 0).then(|| "*.csv".to_owned()),
    };
    if let Ok(batch) = read(&path, &request) {
        assert_eq!(batch.num_columns(), 3);
    }
    let _ = columns(&path, format);
    let _ = GeoDatabase::open(&path);
});
