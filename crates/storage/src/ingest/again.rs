//! Records in quarantine tried again, by the rules of today.
//!
//! Each data file of the quarantine is an input like any other, whose mark is its name. What still does not fit is set aside anew, then the rows are
//! committed, and at last the file leaves the quarantine. Stopped anywhere in between, the file is still there, and its mark tells which tables have
//! its rows: doing it again neither loses nor doubles any.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::prelude::{SessionContext, col};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use super::file::{FileRun, Place, Stop};
use super::intel::{self, IntelOptions};
use super::ledger::{LEDGER, QUARANTINE, quarantine_shape};
use super::quarantine::Quarantined;
use super::recognise::Recogniser;
use super::records::Reader;
use super::report::{FileOutcome, FileReport, Format, IngestReport, Progress};
use super::session::{Finished, Session};
use super::{IngestOptions, Listener, blocking, csv, events, json, known_table, lines};
use crate::error::{Result, StorageError};
use crate::lake::{DataFile, Lake};
use crate::scan::LakeTable;

type Record = Quarantined<String>;

/// What a [`FileRun`] must know of the record that it tries again.
pub(super) struct Again {
    pub time: i64,
    pub place: Place,
    /// All tables that such a record fills are open to it, not only the one that refused it.
    pub all_views: bool,
    /// What of it does not fit.
    pub refused: Vec<Record>,
}

/// Tries the records again that were set aside, those from a time on or all. Those of no known table are taken for rows of the one that the user
/// names. The report counts by the file that each record came from.
pub async fn again(lake: &Lake, options: &IngestOptions, since: Option<i64>, listener: Listener) -> Result<IngestReport> {
    let Some(table) = lake.lake_table(QUARANTINE).await? else {
        return Ok(IngestReport::default());
    };
    listener(Progress::Found {
        files: table.files().len(),
        bytes: table.files().iter().map(|file| file.bytes).sum(),
    });
    let trial = Trial {
        lake: lake.clone(),
        runtime: Handle::current(),
        recogniser: Arc::new(Recogniser::new(lake.shared_catalogue(), None)),
        table: match &options.table {
            Some(name) => Some(existing_table(lake, name).await?),
            None => None,
        },
        options: options.clone(),
        since: since.unwrap_or(i64::MIN),
        listener,
    };
    blocking(move || {
        let mut report = IngestReport::default();
        let mut files = BTreeMap::new();
        for file in table.files() {
            trial.file(&table, file, &mut files, &mut report)?;
        }
        report.files = files.into_values().collect();
        report.versions.retain(|name, _| !name.starts_with('_'));
        Ok(report)
    })
    .await
}

/// A table of the catalogue or of the lake: single records do not tell the columns of a new one.
async fn existing_table(lake: &Lake, name: &str) -> Result<String> {
    let table = known_table(lake, name).await?;
    if lake.catalogue().table(&table).is_none() && lake.lake_table(&table).await?.is_none() {
        return Err(StorageError::UnknownTable {
            closest: lake.catalogue().closest(&table),
            name: table,
        });
    }
    Ok(table)
}

struct Trial {
    lake: Lake,
    runtime: Handle,
    recogniser: Arc<Recogniser>,
    /// The table of records whose table is not known.
    table: Option<String>,
    options: IngestOptions,
    since: i64,
    listener: Listener,
}

type Reports = BTreeMap<String, FileReport>;

impl Trial {
    /// Tries the records of one data file.
    fn file(&self, table: &LakeTable, file: &DataFile, reports: &mut Reports, report: &mut IngestReport) -> Result<()> {
        let mark = format!("quarantine:{}", file.path.filename().unwrap_or_default());
        let others = self.identities(table, file, &mark)?;
        let mut session = Session::new(self.lake.clone(), self.runtime.clone(), self.options.memory, vec![mark.clone()]);
        let mut tried = Reports::new();
        let mut delivered = false;
        let mut batches = self.rows(table, file)?;
        while let Some(batch) = self.runtime.block_on(batches.try_next()).map_err(|error| unreadable(&error))? {
            for record in records(&batch) {
                // What an interrupted trial has set aside anew is not tried twice.
                if !others.contains(&identity(&record)) {
                    delivered |= self.record(record, &mark, &mut session, &mut tried)?;
                }
            }
            session.relieve()?;
        }
        (self.listener)(Progress::Read {
            path: QUARANTINE.to_owned(),
            bytes: file.bytes,
            rows: 0,
        });
        if !delivered || self.options.dry_run {
            session.discard();
            merge(reports, tried);
            return Ok(());
        }
        match session.commit()? {
            Finished::Committed(versions) => {
                self.runtime
                    .block_on(self.lake.remove_files(QUARANTINE, std::slice::from_ref(&file.path)))?;
                report.versions.extend(versions);
                merge(reports, tried);
            }
            // Another process does the same at this moment.
            Finished::Raced(versions) => report.versions.extend(versions),
        }
        Ok(())
    }

    /// Tries one record; whether rows came of it.
    fn record(&self, record: Record, mark: &str, session: &mut Session, tried: &mut Reports) -> Result<bool> {
        let file = tried.entry(record.path.clone()).or_insert_with(|| empty(&record.path));
        let mut on_read = |_| {};
        let mut recogniser = self.recogniser.for_file(&record.path);
        let all_views = self.options.derived && !record.table.is_empty() && !self.was_named(&record)?;
        let known = Some(&record.table).filter(|table| !table.is_empty());
        if let Some(table) = known.or(self.table.as_ref()) {
            recogniser.fix(table);
        }
        let mut run = FileRun::new(session, recogniser, &record.path, (&record.hash, mark), &mut on_read);
        run.derived = self.options.derived;
        run.intel = Arc::new(self.options.intel.clone());
        run.again(Again {
            time: record.time,
            place: record.place,
            all_views,
            refused: Vec::new(),
        });
        let outcome = if record.time < self.since || record.cut {
            Ok(())
        } else {
            read(&record, &mut run)
        };
        let came = run.came_of_it();
        let refused = run.again.take().map(|again| again.refused).unwrap_or_default();
        let tally = run.tally();
        // Any other problem is the record's own: it stays where it is.
        if let Err(Stop::Lake(error)) = outcome {
            return Err(error);
        }
        if !came {
            record.put(session, mark)?;
            if record.time >= self.since {
                file.set_aside += 1;
            }
            return Ok(false);
        }
        for record in &refused {
            record.put(session, mark)?;
        }
        file.set_aside += refused.len() as u64;
        file.duplicates += tally.duplicates;
        file.in_part += tally.in_part;
        for (table, rows) in tally.rows.into_iter().chain(tally.rows_before) {
            *file.rows.entry(table).or_default() += rows;
        }
        Ok(true)
    }

    /// Whether the user had named the table that the record was for.
    fn was_named(&self, record: &Record) -> Result<bool> {
        let mark = format!("{}:{}", record.hash, record.table);
        Ok(!self.runtime.block_on(self.lake.known_marks(LEDGER, &[mark]))?.is_empty())
    }

    /// The records of the other files, when this file was begun before: what it had set aside anew is among them.
    fn identities(&self, table: &LakeTable, file: &DataFile, mark: &str) -> Result<HashSet<[u8; 32]>> {
        let mut found = HashSet::new();
        let begun = self.runtime.block_on(self.lake.known_marks(QUARANTINE, &[mark.to_owned()]))?;
        if begun.is_empty() {
            return Ok(found);
        }
        for other in table.files().iter().filter(|other| other.path != file.path) {
            let mut batches = self.rows(table, other)?;
            while let Some(batch) = self.runtime.block_on(batches.try_next()).map_err(|error| unreadable(&error))? {
                found.extend(records(&batch).map(|record| identity(&record)));
            }
        }
        Ok(found)
    }

    /// The rows of one data file.
    fn rows(&self, table: &LakeTable, file: &DataFile) -> Result<SendableRecordBatchStream> {
        let shape = quarantine_shape();
        let mut layout = table.layout().clone();
        layout.extend(shape.columns.iter().map(|column| (column.name.clone(), column.ty)));
        let provider = Arc::new(LakeTable::new(&self.lake, layout, vec![file.clone()], table.version()));
        let columns: Vec<_> = shape.columns.iter().map(|column| col(format!("\"{}\"", column.name))).collect();
        let frame = SessionContext::new().read_table(provider).and_then(|frame| frame.select(columns));
        self.runtime
            .block_on(async { frame?.execute_stream().await })
            .map_err(|error| unreadable(&error))
    }
}

/// Reads a record as what it was. A row of a table of text needs its header; what has none, and is nothing else, stays where it is.
fn read(record: &Record, run: &mut FileRun<'_>) -> std::result::Result<(), Stop> {
    let raw = match record.encoding.as_str() {
        "hex" => bytes(&record.raw),
        _ => record.raw.clone().into_bytes(),
    };
    let format: Option<Format> = record.format.parse().ok();
    run.format = format;
    run.intel = Arc::new(IntelOptions {
        // Its header was told where indicators were expected.
        expected: format == Some(Format::IndicatorTable),
        ..IntelOptions::clone(&run.intel)
    });
    if !record.header.is_empty() {
        let text = [record.header.as_bytes(), b"\n", &raw, b"\n"].concat();
        return csv::read(Reader::new(text.as_slice()), run);
    }
    let mut reader = Reader::new(raw.as_slice());
    match format {
        Some(format @ (Format::Cef | Format::Syslog)) => lines::read(&mut reader, format, run),
        Some(Format::IndicatorList) => intel::list::read(&mut reader, run),
        _ if events::looks_like_xml(&raw) => events::read_xml(&mut reader, run),
        _ if json::looks_like_json(&raw) => json::read(&mut reader, run),
        _ => Ok(()),
    }
}

fn records(batch: &RecordBatch) -> impl Iterator<Item = Record> + '_ {
    let text = |name: &str, row: usize| {
        let column = batch.column_by_name(name).and_then(|column| column.as_string_view_opt());
        column.map(|column| column.value(row).to_owned()).unwrap_or_default()
    };
    let number = |name: &str, row: usize| {
        let column = batch.column_by_name(name).and_then(|column| column.as_primitive_opt::<Int64Type>());
        column.map(|column| column.value(row)).unwrap_or_default()
    };
    let cut = batch.column_by_name("Cut").and_then(|column| column.as_boolean_opt());
    (0..batch.num_rows()).map(move |row| {
        let natural = |name: &str| u64::try_from(number(name, row)).unwrap_or_default();
        Record {
            time: number("TimeGenerated", row),
            path: text("Path", row),
            hash: text("ContentHash", row),
            table: text("Table", row),
            place: Place {
                record: natural("Record"),
                line: natural("Line"),
                offset: natural("Offset"),
            },
            reason: text("Reason", row),
            encoding: text("Encoding", row),
            raw: text("Raw", row),
            format: text("Format", row),
            header: text("Header", row),
            cut: cut.is_some_and(|cut| cut.value(row)),
        }
    })
}

/// What tells a record from all others.
fn identity(record: &Record) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for text in [&record.hash, &record.table, &record.raw] {
        hasher.update(text.len().to_le_bytes());
        hasher.update(text);
    }
    hasher.update(record.place.record.to_le_bytes());
    hasher.update(record.place.offset.to_le_bytes());
    hasher.finalize().into()
}

/// What hexadecimal digits stand for.
fn bytes(text: &str) -> Vec<u8> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
            .unwrap_or_default()
    };
    text.as_bytes()
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, half| byte << 4 | digit(*half)))
        .collect()
}

fn empty(path: &str) -> FileReport {
    FileReport::new(path, 0, FileOutcome::Ingested)
}

fn merge(reports: &mut Reports, tried: Reports) {
    for (path, file) in tried {
        let known = reports.entry(path).or_insert_with_key(|path| empty(path));
        known.set_aside += file.set_aside;
        known.duplicates += file.duplicates;
        for (table, rows) in file.rows {
            *known.rows.entry(table).or_default() += rows;
        }
    }
}

fn unreadable(error: &DataFusionError) -> StorageError {
    StorageError::Table {
        table: QUARANTINE.to_owned(),
        reason: format!("its records cannot be read: {error}"),
    }
}
