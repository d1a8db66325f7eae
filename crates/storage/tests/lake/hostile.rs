//! Whatever bytes a file holds, reading it ends, with a report.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::support::Fixture;

fn run(cases: u32, strategy: impl Strategy<Value = Vec<Vec<u8>>>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut runner = TestRunner::new(Config::with_cases(cases));
    let outcome = runner.run(&strategy, |files| {
        let report = runtime.block_on(async {
            let fixture = Fixture::new().await;
            let names: Vec<String> = files
                .iter()
                .enumerate()
                .map(|(n, bytes)| fixture.file(&format!("{n}/Events.log"), bytes))
                .collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            fixture.ingest(&names).await
        });
        prop_assert_eq!(report.files.len(), files.len());
        Ok(())
    });
    outcome.unwrap();
}

/// Each kind of file begins in its own way; the rest is noise.
fn noisy() -> impl Strategy<Value = Vec<u8>> {
    let begin = prop_oneof![
        Just(b"".to_vec()),
        Just(b"{".to_vec()),
        Just(b"[{".to_vec()),
        Just(b"{\"records\":[".to_vec()),
        Just(b"{\"Timestamp\":\"2024-01-01T00:00:00Z\",\"Bag\":".to_vec()),
        Just(b"Timestamp,Key,Name\n".to_vec()),
        Just(b"PAR1".to_vec()),
        Just(b"PK\x03\x04".to_vec()),
        Just(b"ElfFile\0".to_vec()),
        Just(b"<Events><Event><System><EventID>1</EventID>".to_vec()),
        Just(b"<34>1 2024-05-01T10:00:00Z h CEF:0|a|b|c|d|e|f|".to_vec()),
        Just(b"{\"tables\":[{\"columns\":[{\"name\":\"Key\"}],\"rows\":[".to_vec()),
        Just(b"{\"CreationTime\":\"2024-01-01T00:00:00\",\"Operation\":\"x\",\"Workload\":".to_vec()),
        Just(b"{\"Event\":{\"System\":{\"EventID\":".to_vec()),
        Just(vec![0x1f, 0x8b, 8, 0]),
        Just(vec![0x28, 0xb5, 0x2f, 0xfd]),
        Just(vec![0xff, 0xfe]),
        Just(vec![0xfe, 0xff]),
        Just(vec![0xef, 0xbb, 0xbf]),
    ];
    let noise = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[\\[\\]{}\",:\\\\ntfu0-9.eE \n-]{0,200}".prop_map(String::into_bytes),
        "(\\{\"(Timestamp|Key|Bag|Name|Flag|Id|Span)\":[0-9\"\\[{}\\]ntf\\\\:,]{0,9}\\}?\n){0,20}".prop_map(String::into_bytes),
    ];
    (begin, noise).prop_map(|(mut bytes, noise)| {
        bytes.extend(noise);
        bytes
    })
}

#[test]
fn random_bytes() {
    run(24, proptest::collection::vec(noisy(), 12));
}

#[test]
fn deep_nesting_and_long_tokens() {
    let deep = |open: &str| format!("{{\"Timestamp\":\"2024-01-01T00:00:00Z\",\"Bag\":{}", open.repeat(200_000)).into_bytes();
    let files = vec![
        deep("["),
        deep("{\"a\":"),
        format!("{}{}", "[".repeat(300_000), "]".repeat(300_000)).into_bytes(),
        format!("{{\"Timestamp\":\"{}\"}}", "9".repeat(500_000)).into_bytes(),
        format!("{{\"Timestamp\":\"2024-01-01T00:00:00Z\",\"Ratio\":{}}}", "9".repeat(500_000)).into_bytes(),
        format!("Timestamp,Key\n{}", "\"".repeat(500_001)).into_bytes(),
        format!("{}\n", "a,".repeat(100_000)).into_bytes(),
    ];
    run(1, Just(files));
}

#[test]
fn damaged_files_of_every_kind() {
    let lines: String = (0..200)
        .map(|key| format!("{{\"Timestamp\":\"2024-01-01T00:00:00Z\",\"Key\":{key},\"Name\":\"n{key}\"}}\n"))
        .collect();
    let zstd = zstd::encode_all(lines.as_bytes(), 1).unwrap();
    let parquet = {
        let batch = arrow::array::RecordBatch::try_from_iter([(
            "Key",
            std::sync::Arc::new(arrow::array::Int64Array::from((0..500).collect::<Vec<i64>>())) as arrow::array::ArrayRef,
        )]);
        let batch = batch.unwrap();
        let mut writer = parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap()
    };
    let damage = |bytes: Vec<u8>| {
        let length = bytes.len();
        (Just(bytes), proptest::collection::vec((0..length, any::<u8>()), 1..6), 0..=length).prop_map(|(mut bytes, changes, cut)| {
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            bytes.truncate(cut.max(4));
            bytes
        })
    };
    let one = prop_oneof![damage(lines.into_bytes()), damage(zstd), damage(parquet)];
    run(12, proptest::collection::vec(one, 12));
}

/// Data from outside the lake is read by other readers, from the same kinds of bytes.
#[test]
fn random_bytes_as_data_from_outside() {
    use quarry_storage::outside::{DataFormat, GeoDatabase, ReadRequest, Source, Wanted, columns, read};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let formats = ["csv", "tsv", "tsve", "psv", "json", "multijson", "txt", "raw", "parquet"];
    let mut runner = TestRunner::new(Config::with_cases(200));
    let outcome = runner.run(&(noisy(), any::<bool>(), any::<bool>()), |(bytes, skip_first, header)| {
        std::fs::write(&path, &bytes).unwrap();
        for format in formats {
            let format = DataFormat::named(format).unwrap();
            let source = [Source::Place(0, "a".to_owned()), Source::Name("Key".to_owned()), Source::Row];
            let wanted = source.into_iter().map(|source| Wanted { source, json: header });
            let request = ReadRequest {
                format,
                columns: wanted.collect(),
                skip_first,
                header,
                zip_pattern: header.then(|| "*.csv".to_owned()),
            };
            if let Ok(batch) = read(&path, &request) {
                prop_assert_eq!(batch.num_columns(), 3);
            }
            let _ = columns(&path, format);
        }
        let _ = GeoDatabase::open(&path);
        Ok(())
    });
    outcome.unwrap();
}
