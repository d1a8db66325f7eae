//! A file's content goes in once, whoever brings it and how often.

use quarry_storage::{FileOutcome, IngestOptions};

use super::support::{Fixture, ingest_into};

fn lines(keys: std::ops::Range<usize>) -> String {
    keys.map(|key| format!("{{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":{key}}}\n"))
        .collect()
}

#[tokio::test]
async fn the_same_content_under_another_name() {
    let fixture = Fixture::new().await;
    fixture.ingest_text("Events.json", lines(0..10)).await;
    let again = fixture.ingest_text("copy/Events.json", lines(0..10)).await;
    assert_eq!(again.already_in(), 1);
    let both = [
        fixture.file("x/Events.json", lines(10..12)),
        fixture.file("y/Events.json", lines(10..12)),
    ];
    let report = fixture.ingest(&[&both[0], &both[1]]).await;
    let ingested = report.files.iter().filter(|file| file.outcome == FileOutcome::Ingested).count();
    assert_eq!((ingested, report.total_rows()), (1, 2));
    assert_eq!(fixture.events(&["Key"]).await.len(), 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_writers_of_the_same_files() {
    let fixture = Fixture::new().await;
    let files: Vec<String> = (0..6)
        .map(|n| fixture.file(&format!("in/Events-{n}.json"), lines(n * 50..(n + 1) * 50)))
        .collect();
    let writers = (0..4).map(|writer| {
        let mut names: Vec<String> = files.clone();
        names.rotate_left(writer);
        let location = fixture.reopened(Vec::new());
        async move {
            let lake = location.await;
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let options = IngestOptions {
                workers: 2,
                ..IngestOptions::default()
            };
            ingest_into(&lake, &names, options).await.total_rows()
        }
    });
    let counts = futures::future::join_all(writers).await;
    assert_eq!(counts.iter().sum::<u64>(), 300);
    let keys: Vec<Vec<String>> = (0..300).map(|key| vec![key.to_string()]).collect();
    assert_eq!(fixture.events(&["Key"]).await, keys);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_tells_and_leaves_everything() {
    let fixture = Fixture::new().await;
    let logs = "{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":1}\n{\"Timestamp\":\"never\",\"Key\":2}\n";
    let name = fixture.file("Events.json", logs.as_bytes());
    let dry = IngestOptions {
        dry_run: true,
        ..IngestOptions::default()
    };
    let tried = ingest_into(&fixture.lake, &[&name], dry).await;
    assert_eq!(fixture.lake.tables().await.unwrap(), Vec::<String>::new());
    let done = ingest_into(&fixture.lake, &[&name], IngestOptions::default()).await;
    assert_eq!(tried.files, done.files);
    assert_eq!((done.total_rows(), done.files[0].set_aside), (1, 1));
}

/// A log that is written to goes in piece by piece, however its end was caught.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_grows_between_two_ingests() {
    for ends in ["", "{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Ke"] {
        let fixture = Fixture::new().await;
        let whole = lines(0..40);
        let (first, _) = whole.split_at(lines(0..10).len() + ends.len());
        let report = fixture.ingest_text("Events.json", first).await;
        assert_eq!((report.total_rows(), report.set_aside()), (10, u64::from(!ends.is_empty())));
        let report = fixture.ingest_text("Events.json", &whole).await;
        assert_eq!((report.total_rows(), report.set_aside()), (30, 0), "{ends}");
        // The last line has no end yet, but is whole.
        let report = fixture.ingest_text("Events.json", lines(0..50).trim_end()).await;
        assert_eq!(report.total_rows(), 10);
        let report = fixture.ingest_text("Events.json", lines(0..60)).await;
        assert_eq!(report.total_rows(), 10);
        let again = fixture.ingest_text("Events.json", lines(0..60)).await;
        assert_eq!(again.already_in(), 1);
        let keys: Vec<Vec<String>> = (0..60).map(|key| vec![key.to_string()]).collect();
        assert_eq!(fixture.events(&["Key"]).await, keys);
        // Written anew, it is another file.
        let report = fixture.ingest_text("Events.json", lines(60..130)).await;
        assert_eq!(report.total_rows(), 70);
    }
}

/// What was put into another table by name is not in this one.
#[tokio::test]
async fn a_file_that_grows_for_another_table() {
    let fixture = Fixture::new().await;
    fixture.ingest_text("Events.json", lines(0..10)).await;
    let name = fixture.file("Events.json", lines(0..20));
    let named = IngestOptions {
        table: Some("Other_CL".to_owned()),
        ..IngestOptions::default()
    };
    assert_eq!(ingest_into(&fixture.lake, &[&name], named).await.total_rows(), 20);
    assert_eq!(fixture.ingest(&[&name]).await.total_rows(), 10);
}

#[tokio::test]
async fn files_of_many_commits_are_known_behind_checkpoints() {
    let fixture = Fixture::new().await;
    let mut names: Vec<String> = Vec::new();
    for n in 0..45 {
        names.push(fixture.file(&format!("in/Events-{n}.json"), lines(n..n + 1)));
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        // Read anew, as by the next process.
        let report = ingest_into(&fixture.reopened(Vec::new()).await, &all, IngestOptions::default()).await;
        assert_eq!((report.already_in(), report.total_rows()), (n, 1), "{n}");
    }
    let log = fixture.path("lake/Events/_delta_log");
    let checkpoints = std::fs::read_dir(log).unwrap().flatten();
    let checkpoints = checkpoints.filter(|entry| entry.file_name().to_string_lossy().contains("checkpoint.parquet"));
    assert!(checkpoints.count() >= 2);
    assert_eq!(fixture.events(&["Key"]).await.len(), 45);
}
