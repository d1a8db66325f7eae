use std::io::{Cursor, Write};

use quarry_storage::{FileOutcome, IngestOptions};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::place::{Place, each};

const EMAIL: &str = r#"{"time":"2024-05-01T10:00:00Z","category":"AdvancedHunting-EmailEvents","properties":{"Timestamp":"2024-05-01T10:00:00Z","NetworkMessageId":"n1"}}"#;

fn zip(files: &[(&str, &[u8], CompressionMethod)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content, method) in files {
        writer
            .start_file(*name, SimpleFileOptions::default().compression_method(*method))
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test]
async fn entries_of_archives_are_files_of_their_own() {
    let place = Place::new().await;
    let signin = r#"{"TimeGenerated":"2024-05-01T10:00:00Z","UserPrincipalName":"a@b.c"}"#;
    let archive = zip(&[
        ("x/PT1H.json", EMAIL.as_bytes(), CompressionMethod::Deflated),
        ("am-signinlogs/y=2024/PT05M.json", signin.as_bytes(), CompressionMethod::Stored),
        ("__MACOSX/x/._PT1H.json", b"junk", CompressionMethod::Stored),
        ("readme.txt", b"hello", CompressionMethod::Deflated),
    ]);
    let report = place.ingest("exports.zip", &archive, IngestOptions::default()).await;
    assert_eq!(report.rows().into_iter().collect::<Vec<_>>(), each(&["EmailEvents", "SigninLogs"]));
    assert_eq!(report.files.len(), 3);
    assert!(
        report
            .files
            .iter()
            .any(|file| file.path.ends_with("exports.zip/readme.txt") && matches!(file.outcome, FileOutcome::NotALog(_)))
    );
    // The same content outside the archive is in already.
    let again = place.ingest("plain.json", EMAIL, IngestOptions::default()).await;
    assert_eq!(again.files[0].outcome, FileOutcome::AlreadyIn);
}

/// A name that leads out of the archive is a name like any other: nothing is written there.
#[tokio::test]
async fn entries_whose_names_lead_elsewhere() {
    let place = Place::new().await;
    let archive = zip(&[("../../PT1H.json", EMAIL.as_bytes(), CompressionMethod::Deflated)]);
    let report = place.ingest("exports.zip", &archive, IngestOptions::default()).await;
    assert_eq!(report.rows().into_iter().collect::<Vec<_>>(), each(&["EmailEvents"]));
}

/// An export of exports: archives in each other, to a depth.
#[tokio::test]
async fn archives_lie_in_archives() {
    let place = Place::new().await;
    let inner = zip(&[
        ("a.json", EMAIL.as_bytes(), CompressionMethod::Deflated),
        ("note.txt", b"hello", CompressionMethod::Stored),
    ]);
    let damaged = &inner[..inner.len() / 2];
    let outer = zip(&[
        ("inner.zip", &inner, CompressionMethod::Deflated),
        ("again/inner.zip", &inner, CompressionMethod::Stored),
        ("damaged.zip", damaged, CompressionMethod::Stored),
        ("b.json", EMAIL.replace("n1", "n2").as_bytes(), CompressionMethod::Deflated),
    ]);
    let report = place.ingest("outer.zip", &outer, IngestOptions::default()).await;
    assert_eq!(report.rows().get("EmailEvents"), Some(&2), "{report:?}");
    let outcome = |name: &str| {
        let file = report.files.iter().find(|file| file.path.ends_with(name));
        file.map(|file| file.outcome.clone())
    };
    let notes = ["outer.zip/inner.zip/note.txt", "outer.zip/again/inner.zip/note.txt"].map(outcome);
    assert!(
        notes.iter().any(|outcome| matches!(outcome, Some(FileOutcome::NotALog(_)))),
        "{notes:?}"
    );
    assert!(matches!(outcome("outer.zip/damaged.zip"), Some(FileOutcome::Failed(reason)) if reason.starts_with("broken zip archive")));
    let copies = ["outer.zip/inner.zip/a.json", "outer.zip/again/inner.zip/a.json"].map(outcome);
    assert!(copies.contains(&Some(FileOutcome::Ingested)) && copies.iter().any(|copy| matches!(copy, Some(FileOutcome::Copy(_)))));
    let again = place.ingest("outer.zip", &outer, IngestOptions::default()).await;
    assert!(again.rows().is_empty());

    let mut deep = zip(&[("c.json", EMAIL.replace("n1", "n3").as_bytes(), CompressionMethod::Stored)]);
    for _ in 0..3 {
        deep = zip(&[("in.zip", &deep, CompressionMethod::Stored)]);
    }
    let report = place.ingest("deep.zip", &deep, IngestOptions::default()).await;
    assert_eq!(report.rows().get("EmailEvents"), Some(&1), "{report:?}");
    let deeper = zip(&[("in.zip", &deep, CompressionMethod::Stored)]);
    let report = place.ingest("deeper.zip", &deeper, IngestOptions::default()).await;
    assert!(
        matches!(&report.files[0].outcome, FileOutcome::Failed(reason) if reason.contains("archives in each other")),
        "{report:?}"
    );
}

#[tokio::test]
async fn damaged_archives_say_so_and_stop_nothing() {
    let place = Place::new().await;
    let lines: String = (0..2000).map(|n| EMAIL.replace("n1", &format!("n{n}")) + "\n").collect();
    let whole = zip(&[
        ("a.json", lines.as_bytes(), CompressionMethod::Stored),
        ("b.json", EMAIL.as_bytes(), CompressionMethod::Stored),
    ]);
    let mut damaged = whole.clone();
    let at = whole.windows(5).position(|window| window == b"n1000").unwrap();
    damaged[at + 1] = b'9';
    let report = place.ingest("damaged.zip", &damaged, IngestOptions::default()).await;
    let outcomes: Vec<&FileOutcome> = report.files.iter().map(|file| &file.outcome).collect();
    assert_eq!(
        outcomes[0],
        &FileOutcome::Failed("broken zip archive: the entry's checksum is another".to_owned())
    );
    assert_eq!(outcomes[1], &FileOutcome::Ingested);
    let cut = place.ingest("cut.zip", &whole[..whole.len() / 2], IngestOptions::default()).await;
    assert!(
        matches!(&cut.files[0].outcome, FileOutcome::Failed(reason) if reason.starts_with("broken zip archive")),
        "{cut:?}"
    );
    let office = zip(&[("[Content_Types].xml", b"<x/>", CompressionMethod::Stored)]);
    let office = place.ingest("book.xlsx", office, IngestOptions::default()).await;
    assert!(matches!(&office.files[0].outcome, FileOutcome::NotALog(reason) if reason.contains("save a workbook as CSV")));
}

#[tokio::test]
async fn broken_gzip_and_text_without_a_mark() {
    let place = Place::new().await;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(EMAIL.repeat(50).as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let report = place.ingest("a.json.gz", &gzip[..gzip.len() - 9], IngestOptions::default()).await;
    assert!(
        matches!(&report.files[0].outcome, FileOutcome::Failed(reason) if reason.starts_with("broken gzip")),
        "{report:?}"
    );
    for (name, bytes) in [
        ("little.json", EMAIL.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        (
            "big.json",
            EMAIL.replace("n1", "n2").encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ),
    ] {
        assert_eq!(place.tables(name, bytes).await, each(&["EmailEvents"]), "{name}");
    }
}

/// What is packed otherwise is logs all the same: it must not pass for something that is none.
#[tokio::test]
async fn other_packings_are_named() {
    let place = Place::new().await;
    let mut tar = vec![b'x'; 1024];
    tar[257..262].copy_from_slice(b"ustar");
    let files: [(&str, &[u8], &str); 5] = [
        ("a.json.bz2", b"BZh91AY&SY and more", "bzip2"),
        ("a.json.xz", b"\xfd7zXZ\0 and more", "xz"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c and more", "7-Zip"),
        ("a.rar", b"Rar!\x1a\x07 and more", "RAR"),
        ("a.tar", &tar, "tar archive"),
    ];
    for (name, content, said) in files {
        let report = place.ingest(name, content, IngestOptions::default()).await;
        assert!(
            matches!(&report.files[0].outcome, FileOutcome::Failed(reason) if reason.contains(said)),
            "{report:?}"
        );
    }
}
