//! What a killed writer leaves in a folder of this machine. The object store writes there under `NAME#1` until a file is complete, and neither lists
//! nor deletes such files, so that this alone of the lake looks at the file system itself. Other stores drop unfinished uploads by rules of their own.

use std::fs::Metadata;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use quarry_value::time::{self, MILLISECOND};
use url::Url;

/// Deletes unfinished files of a table that have not been written to since the cutoff. Gives their number and bytes.
pub(super) fn remove(lake: &Url, table: &str, cutoff: i64, dry_run: bool) -> (usize, u64) {
    let mut removed = (0, 0);
    for (path, metadata) in unfinished(lake, table) {
        let modified = metadata
            .modified()
            .ok()
            .and_then(|modified| modified.duration_since(UNIX_EPOCH).ok());
        let millis = modified
            .and_then(|since| i64::try_from(since.as_millis()).ok())
            .unwrap_or(i64::MAX / MILLISECOND);
        let old = millis.saturating_mul(MILLISECOND).saturating_add(time::UNIX_EPOCH) < cutoff;
        if old && (dry_run || std::fs::remove_file(path).is_ok()) {
            removed.0 += 1;
            removed.1 += metadata.len();
        }
    }
    removed
}

fn unfinished(lake: &Url, table: &str) -> Vec<(PathBuf, Metadata)> {
    let folder = lake
        .to_file_path()
        .ok()
        .filter(|_| lake.scheme() == "file")
        .map(|folder| folder.join(table));
    let Some(Ok(entries)) = folder.map(std::fs::read_dir) else {
        return Vec::new();
    };
    let unfinished = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let number = name.rsplit_once(".parquet#").map(|(_, number)| number);
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(unfinished);
    paths
        .filter_map(|path| std::fs::metadata(&path).ok().map(|metadata| (path, metadata)))
        .collect()
}
