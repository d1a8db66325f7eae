//! Any bytes are a file that ingest reads to its end with a report, whatever format they look like, plain or compressed. Nothing is committed.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use quarry_storage::{IngestOptions, Lake, ingest};
use tempfile::TempDir;
use tokio::runtime::Runtime;

struct Place {
    runtime: Runtime,
    folder: TempDir,
    lake: Lake,
}

static PLACE: LazyLock<Place> = LazyLock::new(|| {
    let runtime = Runtime::new().unwrap();
    let folder = TempDir::new().unwrap();
    let lake = runtime.block_on(Lake::create(&folder.path().join("lake").to_string_lossy())).unwrap();
    Place { runtime, folder, lake }
});

const NAMES: [&str; 6] = ["CloudAppEvents.json", "EmailEvents.csv", "SigninLogs.parquet", "log.json.gz", "log.zst", "log"];

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let path = PLACE.folder.path().join(NAMES[usize::from(*first) % NAMES.len()]);
    std::fs::write(&path, bytes).unwrap();
    let options = IngestOptions {
        dry_run: true,
        workers: 1,
        ..IngestOptions::default()
    };
    let names = [path.to_string_lossy().into_owned()];
    let report = PLACE.runtime.block_on(ingest(&PLACE.lake, &options, &names, Arc::new(|_| {}))).unwrap();
    assert_eq!(report.files.len(), 1);
    std::fs::remove_file(&path).unwrap();
});
