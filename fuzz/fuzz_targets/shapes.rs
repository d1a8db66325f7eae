//! Any bytes behind the beginning of a known kind of file are a file that ingest reads to its end with a report. Nothing is committed.
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

const BEGINNINGS: [&[u8]; 14] = [
    b"ElfFile\0",
    b"PAR1",
    b"PK\x03\x04",
    b"<Events><Event><System><EventID>4688</EventID>",
    b"<34>1 2024-05-01T10:00:00Z host ",
    b"CEF:0|vendor|product|1|id|name|5|",
    b"Timestamp,DeviceId,DeviceName,ActionType,FileName,FolderPath,SHA1,ProcessCommandLine\n",
    b"RecordType,CreationDate,UserIds,Operations,AuditData\n",
    b"Date (UTC),Request ID,Correlation ID,Sign-in error code,Username,Location\n",
    b"{\"CreationTime\":\"2024-01-01T00:00:00\",\"Operation\":\"x\",\"Workload\":\"Exchange\",",
    b"{\"time\":\"2024-01-01T00:00:00Z\",\"category\":\"SignInLogs\",\"operationName\":\"x\",\"properties\":{",
    b"{\"category\":\"AdvancedHunting-CloudAppEvents\",\"properties\":{\"Timestamp\":\"2024-01-01T00:00:00Z\",",
    b"{\"Event\":{\"System\":{\"EventID\":4688,",
    b"{\"tables\":[{\"columns\":[{\"name\":\"TimeGenerated\",\"type\":\"datetime\"}],\"rows\":[",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let path = PLACE.folder.path().join("log");
    let beginning = BEGINNINGS[usize::from(*first) % BEGINNINGS.len()];
    std::fs::write(&path, [beginning, bytes].concat()).unwrap();
    let options = IngestOptions {
        dry_run: true,
        workers: 1,
        ..IngestOptions::default()
    };
    let names = [path.to_string_lossy().into_owned()];
    let report = PLACE.runtime.block_on(ingest(&PLACE.lake, &options, &names, Arc::new(|_| {}))).unwrap();
    // An archive may hold nothing.
    assert!(!report.files.is_empty() || beginning.starts_with(b"PK"));
    std::fs::remove_file(&path).unwrap();
});
