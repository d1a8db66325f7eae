//! Files as they should not be: each is told, and none stops the others.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use quarry_storage::{FileOutcome, IngestOptions, IngestReport, Lake, Progress, ingest};

use super::support::{Fixture, only};

fn line(key: usize) -> String {
    format!("{{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":{key}}}\n")
}

fn lines(keys: std::ops::Range<usize>) -> String {
    keys.map(line).collect()
}

/// The outcomes of these files, beside a good one that must go in all the same.
async fn beside_a_good_one(fixture: &Fixture, names: &[&str]) -> Vec<FileOutcome> {
    let good = fixture.file("zzz/Events.json", line(1));
    let mut all = names.to_vec();
    all.push(&good);
    let report = fixture.ingest(&all).await;
    let (good, others) = report.files.split_last().unwrap();
    assert_eq!(good.outcome, FileOutcome::Ingested);
    assert_eq!(fixture.events(&["Key"]).await, [["1"]]);
    others.iter().map(|file| file.outcome.clone()).collect()
}

fn failed(outcome: &FileOutcome, with: &str) {
    let FileOutcome::Failed(reason) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(reason.contains(with), "{reason}");
}

#[cfg(unix)]
#[tokio::test]
async fn links_that_lead_nowhere() {
    let fixture = Fixture::new().await;
    std::fs::create_dir(fixture.path("in")).unwrap();
    std::os::unix::fs::symlink(fixture.path("nowhere"), fixture.path("in/Events.json")).unwrap();
    let folder = fixture.path("in").display().to_string();
    failed(&beside_a_good_one(&fixture, &[&folder]).await[0], "No such file");
}

/// Links to folders are named and not followed, also by patterns: circles of them have no end.
#[cfg(unix)]
#[tokio::test]
async fn links_to_folders() {
    use std::os::unix::fs::symlink;
    let fixture = Fixture::new().await;
    fixture.file("in/a/Events.json", lines(0..2));
    fixture.file("in/b/Events.json", lines(2..5));
    fixture.file("in/b/Events.txt", lines(5..6));
    fixture.file("elsewhere/Events.json", lines(6..7));
    symlink(fixture.path("elsewhere"), fixture.path("in/linked")).unwrap();
    for link in ["in/here", "in/a/up", "in/b/round"] {
        symlink(fixture.path("in"), fixture.path(link)).unwrap();
    }
    for pattern in ["in/**/*.json", "in", "in/**", "in/**/b"] {
        let name = fixture.path(pattern).display().to_string();
        let report = fixture.ingest(&[&name]).await;
        let linked = report
            .files
            .iter()
            .filter(|file| matches!(&file.outcome, FileOutcome::NotALog(reason) if reason.contains("link")));
        assert_eq!(linked.count(), 4, "{pattern}");
        let rows = [("in/**/*.json", 5), ("in", 1)]
            .iter()
            .find(|(of, _)| *of == pattern)
            .map_or(0, |(_, rows)| *rows);
        assert_eq!(report.total_rows(), rows, "{pattern}");
    }
    assert_eq!(
        fixture
            .ingest(&[&fixture.path("in/linked").display().to_string()])
            .await
            .total_rows(),
        1
    );
}

#[tokio::test]
async fn own_tables_take_no_logs() {
    let fixture = Fixture::new().await;
    fixture
        .ingest_text(
            "Events.json",
            "{\"Timestamp\":\"never\",\"Key\":1}\n{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":2}\n",
        )
        .await;
    let name = fixture.file("more.json", "{\"Path\":\"x\"}\n");
    for table in ["_quarantine", "_ingest"] {
        let options = IngestOptions {
            table: Some(table.to_owned()),
            ..IngestOptions::default()
        };
        let refused = quarry_storage::ingest(&fixture.lake, &options, std::slice::from_ref(&name), Arc::new(|_| {})).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("own tables")), "{table}");
    }
}

#[tokio::test]
async fn broken_archives_streams_and_parquet() {
    let fixture = Fixture::new().await;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(lines(0..5000).as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let batch = arrow::array::RecordBatch::try_from_iter([(
        "Key",
        Arc::new(arrow::array::Int64Array::from((0..5000).collect::<Vec<i64>>())) as arrow::array::ArrayRef,
    )]);
    let batch = batch.unwrap();
    let mut parquet = parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    parquet.write(&batch).unwrap();
    let parquet = parquet.into_inner().unwrap();
    let names = [
        fixture.file("a/Events.json.gz", &gzip[..gzip.len() / 2]),
        fixture.file("b/Events.parquet", &parquet[..parquet.len() / 2]),
        fixture.file("c/Events.zip", b"PK\x03\x04 and no more"),
        fixture.file("d/Events.evtx", b"ElfFile\0 and no more"),
        fixture.file("e/Events.json", ""),
    ];
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let outcomes = beside_a_good_one(&fixture, &names).await;
    failed(&outcomes[0], "broken gzip");
    failed(&outcomes[1], "");
    failed(&outcomes[2], "broken zip archive");
    failed(&outcomes[3], "");
    assert_eq!(outcomes[4], FileOutcome::NotALog("it is empty".to_owned()));
}

/// Bytes that were packed to next to nothing: no memory is filled, and no disk.
#[tokio::test]
async fn what_unpacks_to_no_end() {
    let fixture = Fixture::new().await;
    let mut blank = vec![b' '; 4 << 20];
    blank.push(b'\n');
    let mut zstd = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    zstd.write_all(line(7).as_bytes()).unwrap();
    for _ in 0..66 {
        zstd.write_all(&blank).unwrap();
    }
    let zstd = zstd.finish().unwrap();
    assert!(zstd.len() < 1 << 18, "{}", zstd.len());
    let nothing = {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let zeros = vec![0u8; 1 << 20];
        for _ in 0..100 {
            gzip.write_all(&zeros).unwrap();
        }
        gzip.finish().unwrap()
    };
    let names = [fixture.file("a/Events.json.zst", zstd), fixture.file("b/Events.json.gz", nothing)];
    let outcomes = beside_a_good_one(&fixture, &[&names[0], &names[1]]).await;
    failed(&outcomes[0], "1000 times its size");
    assert!(matches!(outcomes[1], FileOutcome::NotALog(_)), "{outcomes:?}");
}

#[tokio::test]
async fn a_line_of_a_hundred_megabytes() {
    let fixture = Fixture::new().await;
    let long = format!(
        "{{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":1,\"Name\":\"{}\"}}\n",
        "x".repeat(100 << 20)
    );
    let name = fixture.file("Events.json", format!("{}{long}{}", lines(0..1), lines(2..40_000)));
    let options = IngestOptions {
        workers: 2,
        ..IngestOptions::default()
    };
    let report = super::support::ingest_into(&fixture.lake, &[&name], options).await;
    assert_eq!((report.total_rows(), report.set_aside()), (39_999, 1));
    assert_eq!(
        (report.files[0].examples[0].line, report.files[0].examples[0].reason.as_str()),
        (2, "the record is longer than 64 MB")
    );
}

#[tokio::test]
async fn encodings_that_change_within_a_file() {
    let fixture = Fixture::new().await;
    let mut mixed = line(1).into_bytes();
    mixed.extend(
        "{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":2,\"Name\":\"caf\u{e9}\"}\n"
            .chars()
            .map(|c| c as u8),
    );
    mixed.extend(line(3).encode_utf16().flat_map(u16::to_le_bytes));
    mixed.extend(b"\n");
    mixed.extend(line(4).as_bytes());
    let report = fixture.ingest_text("Events.json", mixed).await;
    assert_eq!(only(&report), &FileOutcome::Ingested);
    assert_eq!(fixture.events(&["Key"]).await, [["1"], ["4"]]);
    assert!(report.set_aside() >= 2, "{report:?}");
}

/// Ingests a file, and does something to it as soon as its first records are read.
async fn meanwhile(lake: &Lake, name: &str, change: impl Fn() + Send + Sync + 'static) -> IngestReport {
    let first = AtomicBool::new(true);
    let listener = Arc::new(move |news: Progress| {
        if matches!(news, Progress::Read { .. }) && first.swap(false, Ordering::Relaxed) {
            change();
        }
    });
    ingest(lake, &IngestOptions::default(), &[name.to_owned()], listener).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_change_while_they_are_read() {
    let fixture = Fixture::new().await;
    let many = lines(0..80_000);
    let name = fixture.file("Events.json", &many);
    let path = name.clone();
    let report = meanwhile(&fixture.lake, &name, move || {
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(line(200_000).as_bytes()).unwrap();
    })
    .await;
    assert_eq!(
        (report.total_rows(), report.set_aside()),
        (80_000, 0),
        "what was added is for the next time"
    );

    let fixture = Fixture::new().await;
    let name = fixture.file("Events.json", &many);
    let path = name.clone();
    let report = meanwhile(&fixture.lake, &name, move || std::fs::write(&path, line(1)).unwrap()).await;
    failed(only(&report), "");
    assert!(fixture.lake.table("Events").await.unwrap().is_none());
}

/// One large file on several threads gives what it gives on one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_threads_read_what_one_reads() {
    let mut text = String::new();
    for key in 0..45_000 {
        match key % 1000 {
            13 => text.push_str("broken\n\n"),
            14 => text.push_str("{\"Timestamp\":\"never\",\"Key\":1}\r\n"),
            _ => text.push_str(&line(key)),
        }
    }
    let array = format!("[{}]", lines(0..45_000).trim_end().replace('\n', ",\n"));
    for (name, content, aside) in [("Events.json", text, 90), ("a/Events.json", array, 0)] {
        let mut seen = Vec::new();
        for workers in [1, 3] {
            let fixture = Fixture::new().await;
            let name = fixture.file(name, &content);
            let options = IngestOptions {
                workers,
                memory: 24 << 20,
                ..IngestOptions::default()
            };
            let told = Arc::new(Mutex::new((0, 0)));
            let counts = Arc::clone(&told);
            let listener = Arc::new(move |news: Progress| {
                if let Progress::Read { bytes, rows, .. } = news {
                    let mut told = counts.lock().unwrap();
                    *told = (told.0 + bytes, told.1 + rows);
                }
            });
            let report = ingest(&fixture.lake, &options, &[name], listener).await.unwrap();
            assert_eq!((report.total_rows() + report.set_aside(), report.set_aside()), (45_000, aside));
            assert_eq!(*told.lock().unwrap(), (content.len() as u64, report.total_rows()));
            let columns = ["Line", "Record", "Offset", "Raw"];
            let quarantined = match aside {
                0 => Vec::new(),
                _ => {
                    super::support::query(
                        &fixture.lake,
                        "_quarantine",
                        &columns,
                        None,
                        datafusion::prelude::SessionConfig::new(),
                    )
                    .await
                }
            };
            seen.push((fixture.events(&["Key"]).await, quarantined, report.files[0].examples.clone()));
        }
        assert!(seen[0] == seen[1]);
    }
}

/// Records whose ends of lines were lost, or are those of old Macintoshes.
#[tokio::test]
async fn several_records_on_a_line() {
    let glued = |keys: std::ops::Range<usize>| lines(keys).replace('\n', "");
    let half = &line(9)[..30];
    for (content, keys, set_aside) in [
        (format!("{}\n", glued(0..3)), 3, 0),
        (format!("{}{}\n{}", line(0), glued(1..3), line(3)), 4, 0),
        (format!("{}\n{}", glued(0..2), line(2)), 3, 0),
        (lines(0..3).replace('\n', "\r"), 3, 0),
        (format!("{}{half}\n{}", glued(0..2), line(2)), 3, 1),
        ("Timestamp,Key\r2024-05-01T10:00:00Z,0\r2024-05-01T10:00:00Z,1\r".to_owned(), 2, 0),
    ] {
        let fixture = Fixture::new().await;
        let file = fixture.file("Events.log", &content);
        let report = fixture.ingest(&[&file]).await;
        let expected: Vec<[String; 1]> = (0..keys).map(|key| [key.to_string()]).collect();
        assert_eq!(fixture.events(&["Key"]).await, expected, "{content:?}");
        assert_eq!(report.files[0].set_aside, set_aside, "{content:?}");
    }
}

/// Of files with one content the first counts, whatever becomes of it.
#[tokio::test]
async fn copies() {
    let fixture = Fixture::new().await;
    let names = [
        fixture.file("a/Events.json", lines(0..2)),
        fixture.file("b/Events.json", lines(0..2)),
        fixture.file("a/note.txt", "nothing"),
        fixture.file("b/note.txt", "nothing"),
    ];
    let report = fixture.ingest(&names.each_ref().map(String::as_str)).await;
    assert_eq!(report.total_rows(), 2);
    for (copy, first) in [(1, 0), (3, 2)] {
        let file = report.files.iter().find(|file| file.path == names[copy]).unwrap();
        assert_eq!(file.outcome, FileOutcome::Copy(names[first].clone()));
    }
}
