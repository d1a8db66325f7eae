//! Retention: how long a table keeps its rows, by the time of their event.
//!
//! It is a property of the table (`quarry.retention`, such as `90d`), and takes effect when it is applied: files whose rows are all older leave the
//! table, files on the border are rewritten without the old rows. Rows without a time count from when they were ingested.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use deltalake_core::DeltaTable;
use deltalake_core::protocol::DeltaOperation;
use futures::future::BoxFuture;
use object_store::path::Path;
use quarry_value::time::HOUR;

use super::attempts::Attempts;
use super::optimize::{OptimizeListener, OptimizeOptions, OptimizeProgress, TableOptimized, size};
use super::replace::{Replaced, Replacement};
use super::rewrite::{Rewrite, Written, discard};
use super::{DataFile, Lake};
use crate::error::{Result, StorageError};
use crate::scan::LakeTable;

const PROPERTY: &str = "quarry.retention";
const UNLIMITED: &str = "unlimited";
/// A thousand years.
const MOST_HOURS: u32 = 1_000 * 365 * 24;

/// How long a table keeps rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retention {
    #[default]
    Unlimited,
    Hours(u32),
}

impl Retention {
    /// The time before which rows are too old.
    #[must_use]
    pub fn cutoff(self, now: i64) -> Option<i64> {
        match self {
            Retention::Unlimited => None,
            Retention::Hours(hours) => Some(now.saturating_sub(i64::from(hours) * HOUR)),
        }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Retention::Unlimited => f.write_str(UNLIMITED),
            Retention::Hours(hours) if hours % 24 == 0 => write!(f, "{}d", hours / 24),
            Retention::Hours(hours) => write!(f, "{hours}h"),
        }
    }
}

impl FromStr for Retention {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Retention, String> {
        let wrong = || format!("`{text}` is no time to keep rows for: write it as 90d, 36h or {UNLIMITED}");
        if text == UNLIMITED {
            return Ok(Retention::Unlimited);
        }
        let (digits, hours) = match (text.strip_suffix('d'), text.strip_suffix('h')) {
            (Some(days), _) => (days, 24),
            (_, Some(hours)) => (hours, 1),
            _ => return Err(wrong()),
        };
        let number: u32 = digits.parse().map_err(|_| wrong())?;
        let hours = number.checked_mul(hours).filter(|hours| (1..=MOST_HOURS).contains(hours));
        hours.map(Retention::Hours).ok_or_else(wrong)
    }
}

/// Rows and files that are too old.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Expired {
    pub rows: u64,
    /// Files that leave the table as a whole.
    pub files: usize,
}

/// What retention asks of the files of a table.
struct Border {
    cutoff: i64,
    /// All rows are too old.
    gone: Vec<DataFile>,
    /// Some rows may be.
    mixed: Vec<DataFile>,
}

impl Lake {
    /// How long a table keeps its rows.
    ///
    /// # Errors
    /// When the table's log cannot be read, or holds a value that is no retention.
    pub async fn retention(&self, name: &str) -> Result<Retention> {
        match self.load(name).await? {
            Some(table) => retention_of(name, &table),
            None => Ok(Retention::Unlimited),
        }
    }

    /// Sets how long a table keeps its rows. They stay until retention is applied.
    ///
    /// # Errors
    /// When there is no such table or its log cannot be written.
    pub async fn set_retention(&self, name: &str, retention: Retention) -> Result<()> {
        self.named_tables(&[name.to_owned()]).await?;
        self.set_property(name, PROPERTY, &retention.to_string()).await
    }

    /// Removes the rows that are older than their tables keep them.
    ///
    /// # Errors
    /// As [`Lake::optimize`].
    pub fn apply_retention<'a>(
        &'a self,
        options: &'a OptimizeOptions,
        listener: OptimizeListener,
    ) -> BoxFuture<'a, Result<Vec<TableOptimized>>> {
        Box::pin(async move {
            let mut done = Vec::new();
            for table in self.named_tables(&options.tables).await? {
                let before = self.lake_table(&table).await?.as_ref().map(size).unwrap_or_default();
                let expired = self.expire(&table, options, &listener).await?;
                let after = self.lake_table(&table).await?.as_ref().map(size).unwrap_or_default();
                let whole = if options.dry_run { expired.files.min(before.0) } else { 0 };
                done.push(TableOptimized {
                    files: (before.0, after.0 - whole.min(after.0)),
                    bytes: (before.1, after.1),
                    expired: expired.rows,
                    table,
                    ..TableOptimized::default()
                });
            }
            Ok(done)
        })
    }

    /// Applies retention to one table. A dry run counts the rows of files that are too old as a whole, and guesses those on the border.
    pub(super) async fn expire(&self, name: &str, options: &OptimizeOptions, listener: &OptimizeListener) -> Result<Expired> {
        let mut expired = Expired::default();
        let mut attempts = Attempts::default();
        while attempts.next().await {
            let Some(loaded) = self.load(name).await? else { return Ok(expired) };
            let Some(cutoff) = retention_of(name, &loaded)?.cutoff(options.now) else {
                return Ok(expired);
            };
            if let Some(reason) = self.foreign(name, &loaded)? {
                return Err(StorageError::Table {
                    table: name.to_owned(),
                    reason: format!("retention cannot be applied: {reason}"),
                });
            }
            let Some(table) = self.lake_table(name).await? else {
                return Ok(expired);
            };
            let border = border(&table, cutoff);
            if border.gone.is_empty() && border.mixed.is_empty() {
                return Ok(expired);
            }
            if options.dry_run {
                expired.files = border.gone.len();
                let guessed = border.mixed.iter().map(|file| older(file, &table, cutoff));
                expired.rows = border.gone.iter().filter_map(|file| file.rows).chain(guessed).sum();
                return Ok(expired);
            }
            match self.cut(table, border, options, listener).await? {
                Some(rows) => {
                    expired.rows += rows;
                    return Ok(expired);
                }
                None => continue,
            }
        }
        Err(Attempts::exhausted(name))
    }

    /// Takes the old rows out in one commit. `None` when another program has replaced some of the files meanwhile.
    async fn cut(&self, table: LakeTable, border: Border, options: &OptimizeOptions, listener: &OptimizeListener) -> Result<Option<u64>> {
        let name = table.layout().table.clone();
        let rows = |files: &[DataFile]| files.iter().map(|file| file.rows.unwrap_or_default()).sum::<u64>();
        let before = rows(&border.mixed);
        let paths = |files: &[DataFile]| files.iter().map(|file| file.path.clone()).collect::<Vec<Path>>();
        let (gone, mixed) = (rows(&border.gone), paths(&border.mixed));
        let mut removed = paths(&border.gone);
        let mut lost = gone;
        let mut written = Written {
            layout: Arc::new(table.layout().clone()),
            added: Vec::new(),
            rows: 0,
        };
        if !border.mixed.is_empty() {
            listener(OptimizeProgress::Planned {
                table: name.clone(),
                rows: before,
            });
            let heard = Arc::clone(listener);
            let bytes: u64 = border.mixed.iter().map(|file| file.bytes).sum();
            let rewrite = Rewrite {
                lake: self,
                table,
                files: border.mixed,
                keep_from: Some(border.cutoff),
                outputs: bytes.div_ceil(options.target_bytes.max(1)).max(1),
                memory: options.memory,
                workers: options.workers,
            };
            let kept = rewrite.run(move |rows| heard(OptimizeProgress::Written { rows })).await?;
            if kept.rows < before {
                lost += before - kept.rows;
                written = kept;
                removed.extend(mixed);
            } else {
                // Nothing on the border was too old after all.
                discard(self, &name, &kept.added).await;
            }
        }
        if removed.is_empty() {
            return Ok(Some(0));
        }
        let replacement = Replacement {
            layout: &written.layout,
            removed: &removed,
            added: written.added.clone(),
            data_change: true,
            operation: DeltaOperation::Delete {
                predicate: Some(format!("older than {}", shown(border.cutoff))),
            },
        };
        match self.replace(&replacement).await? {
            Replaced::Version(_) => Ok(Some(lost)),
            Replaced::Overtaken => {
                discard(self, &name, &written.added).await;
                Ok(None)
            }
        }
    }
}

fn shown(ticks: i64) -> String {
    let mut text = String::new();
    quarry_value::format::datetime(ticks, &mut text);
    text
}

pub(super) fn retention_of(name: &str, table: &DeltaTable) -> Result<Retention> {
    let state = table.snapshot().map_err(|error| StorageError::log(name, error))?;
    match state.metadata().configuration().get(PROPERTY) {
        Some(text) => text.parse().map_err(|reason| StorageError::Table {
            table: name.to_owned(),
            reason,
        }),
        None => Ok(Retention::Unlimited),
    }
}

fn border(table: &LakeTable, cutoff: i64) -> Border {
    let time = table.layout().time.and_then(|at| table.layout().stored.get(at));
    let mut border = Border {
        cutoff,
        gone: Vec::new(),
        mixed: Vec::new(),
    };
    for file in table.files() {
        let (first, last) = file.ingested.unwrap_or((file.committed, file.committed));
        let span = time.and_then(|time| file.times(&time.name));
        let all_timed = file.untimed == Some(0);
        let none_timed = file.untimed.is_some() && file.untimed == file.rows;
        let timed_are_old = span.is_some_and(|(_, last)| last < cutoff);
        if (timed_are_old && all_timed) || (none_timed && last < cutoff) {
            border.gone.push(file.clone());
            continue;
        }
        let some_timed = span.map_or(!none_timed, |(first, _)| first < cutoff);
        if some_timed || (!all_timed && first < cutoff) {
            border.mixed.push(file.clone());
        }
    }
    border
}

/// About how many rows of a file are too old, if they are spread evenly.
fn older(file: &DataFile, table: &LakeTable, cutoff: i64) -> u64 {
    let time = table.layout().time.and_then(|at| table.layout().stored.get(at));
    let rows = file.rows.unwrap_or_default();
    match time.and_then(|time| file.times(&time.name)) {
        Some((low, high)) if high > low => {
            let part = cutoff.clamp(low, high).saturating_sub(low) / ((high - low) / 1_000).max(1);
            rows * u64::try_from(part.min(1_000)).unwrap_or_default() / 1_000
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn retention_is_read_and_written() {
        for (text, retention) in [
            ("90d", Retention::Hours(90 * 24)),
            ("36h", Retention::Hours(36)),
            ("unlimited", Retention::Unlimited),
        ] {
            assert_eq!(text.parse::<Retention>().unwrap(), retention);
            assert_eq!(retention.to_string(), text);
        }
        assert_eq!("48h".parse::<Retention>().unwrap().to_string(), "2d");
        for text in ["", "0d", "d", "5", "5w", "-1d", "99999999999d", "4294967295d", "1.5d"] {
            assert!(text.parse::<Retention>().is_err(), "{text}");
        }
    }
}
