//! One worker: takes a batch of files from disk to commit.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;

use super::file::{FileRun, Stop, put_all};
use super::infer::Inferred;
use super::ledger::LEDGER;
use super::recognise::Recogniser;
use super::records::Reader;
use super::report::{FileOutcome, FileReport, Format, Progress};
use super::session::{Finished, Session};
use super::source::{self, Source};
use super::{Listener, csv, decode, events, evtx_log, json, lines, parquet};
use crate::error::{Result, StorageError};
use crate::lake::Lake;
use crate::write::Cell;

/// Files that are committed together.
pub(super) type Batch = Vec<Source>;

pub(super) struct Worker {
    pub lake: Lake,
    pub runtime: Handle,
    pub recogniser: Arc<Recogniser>,
    /// The table that the user names for everything.
    pub table: Option<String>,
    pub memory: usize,
    pub dry_run: bool,
    /// The format that the user names.
    pub format: Option<Format>,
    /// Whether records also go to the tables that they only support.
    pub derived: bool,
    /// The columns of a table of the user's own, as its records show them.
    pub inferred: Option<Arc<Inferred>>,
    pub listener: Listener,
    /// Marks that a worker of this ingest has taken on.
    pub claimed: Arc<Mutex<HashSet<String>>>,
}

/// A file that was read into the session.
struct Read {
    report: FileReport,
    /// Rows by table that the lake has from an ingest that did not complete.
    before: BTreeMap<String, u64>,
}

/// Other writers with the same files at the same time: after so many tries something else is wrong.
const ATTEMPTS: usize = 20;

struct Job {
    source: Source,
    hash: String,
    /// What commits carry for this file: content, and the table if the user named one.
    mark: String,
}

impl Worker {
    /// Reports the files of the batch, and the version of each table that changed.
    pub fn work(&self, batch: Batch) -> Result<(Vec<FileReport>, BTreeMap<String, u64>)> {
        let mut reports = Vec::new();
        let mut jobs = self.fresh(batch, &mut reports)?;
        let mut versions = BTreeMap::new();
        // Rows that an earlier attempt committed, by mark and table: they count as this ingest's.
        let mut committed: HashMap<(String, String), u64> = HashMap::new();
        for attempt in 0.. {
            if jobs.is_empty() {
                break;
            }
            if attempt == ATTEMPTS {
                return Err(StorageError::Contention {
                    table: LEDGER.to_owned(),
                    attempts: ATTEMPTS,
                });
            }
            let marks = jobs.iter().map(|job| job.mark.clone()).collect();
            let mut session = Session::new(self.lake.clone(), self.runtime.clone(), self.memory, marks);
            session.inferred.clone_from(&self.inferred);
            let outcome = self.attempt(&jobs, &mut session)?;
            let done = match outcome {
                Err((failed, outcome)) => {
                    session.discard();
                    let job = jobs.remove(failed);
                    self.report(empty_report(&job.source, outcome), &mut reports);
                    continue;
                }
                Ok(done) => done,
            };
            if self.dry_run {
                session.discard();
                for read in done {
                    self.report(read.report, &mut reports);
                }
                break;
            }
            let (finished, new_versions) = match session.commit()? {
                Finished::Committed(versions) => (true, versions),
                Finished::Raced(versions) => (false, versions),
            };
            for (job, read) in jobs.iter().zip(&done) {
                for (table, rows) in read.report.rows.iter().filter(|(table, _)| new_versions.contains_key(*table)) {
                    committed.insert((job.mark.clone(), table.clone()), *rows);
                }
            }
            versions.extend(new_versions);
            if !finished {
                // Another writer may have brought in whole files meanwhile; what this one committed of them still counts.
                let (in_now, rest) = self.known(jobs)?;
                for job in in_now {
                    let rows = rows_of(&committed, &job.mark);
                    let outcome = if rows.is_empty() {
                        FileOutcome::AlreadyIn
                    } else {
                        FileOutcome::Ingested
                    };
                    let report = FileReport {
                        rows,
                        ..empty_report(&job.source, outcome)
                    };
                    self.report(report, &mut reports);
                }
                jobs = rest;
                continue;
            }
            for (job, Read { mut report, .. }) in jobs.iter().zip(done) {
                report.rows = rows_of(&committed, &job.mark);
                self.report(report, &mut reports);
            }
            break;
        }
        versions.retain(|table, _| !table.starts_with('_'));
        Ok((reports, versions))
    }

    /// The files that the ledger does not have, each content once.
    fn fresh(&self, batch: Batch, reports: &mut Vec<FileReport>) -> Result<Vec<Job>> {
        let mut jobs = Vec::new();
        for source in batch {
            if let Some(problem) = &source.problem {
                self.report(empty_report(&source, problem.clone()), reports);
                continue;
            }
            let hash = match source::hash(&source) {
                Ok(hash) => hash,
                Err(error) => {
                    let outcome = FileOutcome::Failed(error.to_string());
                    self.report(empty_report(&source, outcome), reports);
                    continue;
                }
            };
            let mark = match &self.table {
                Some(table) => format!("{hash}:{table}"),
                None => hash.clone(),
            };
            let fresh = self.claimed.lock().unwrap_or_else(PoisonError::into_inner).insert(mark.clone());
            if fresh {
                jobs.push(Job { source, hash, mark });
            } else {
                self.report(empty_report(&source, FileOutcome::AlreadyIn), reports);
            }
        }
        let (in_before, fresh) = self.known(jobs)?;
        for job in in_before {
            self.report(empty_report(&job.source, FileOutcome::AlreadyIn), reports);
        }
        Ok(fresh)
    }

    /// The files that the ledger has, and those that it has not.
    fn known(&self, jobs: Vec<Job>) -> Result<(Vec<Job>, Vec<Job>)> {
        let marks: Vec<String> = jobs.iter().map(|job| job.mark.clone()).collect();
        let known = self.runtime.block_on(self.lake.known_marks(LEDGER, &marks))?;
        Ok(jobs.into_iter().partition(|job| known.contains(&job.mark)))
    }

    /// Reads all files into the session. A file that fails spoils the session: its place and fate come back.
    fn attempt(&self, jobs: &[Job], session: &mut Session) -> Result<std::result::Result<Vec<Read>, (usize, FileOutcome)>> {
        let mut done = Vec::with_capacity(jobs.len());
        for (at, job) in jobs.iter().enumerate() {
            match self.read(job, session) {
                Ok(read) => done.push(read),
                Err(Stop::Lake(error)) => return Err(error),
                Err(Stop::NotALog(reason)) => return Ok(Err((at, FileOutcome::NotALog(reason)))),
                Err(Stop::Broken(reason)) => return Ok(Err((at, FileOutcome::Failed(reason)))),
            }
        }
        for (job, read) in jobs.iter().zip(&done) {
            enter(job, read, session)?;
        }
        Ok(Ok(done))
    }

    fn read(&self, job: &Job, session: &mut Session) -> std::result::Result<Read, Stop> {
        let source = &job.source;
        let content = decode::open(source).map_err(|error| Stop::Broken(error.to_string()))?;
        let position = Arc::clone(&content.position);
        let mut told = 0;
        let mut on_read = |rows: u64| {
            let now = position.load(std::sync::atomic::Ordering::Relaxed);
            (self.listener)(Progress::Read {
                path: source.shown.clone(),
                bytes: now - told,
                rows,
            });
            told = now;
        };
        let recogniser = self.recogniser.for_file(&source.shown);
        let mut run = FileRun::new(session, recogniser, &source.shown, (&job.hash, &job.mark), &mut on_read);
        run.wanted = self.format;
        run.derived = self.derived;
        run.around = source.modified();
        read_content(content, source, &mut run)?;
        run.finish()?;
        Ok(Read {
            report: FileReport {
                path: source.shown.clone(),
                bytes: source.bytes,
                format: run.format,
                outcome: FileOutcome::Ingested,
                rows: std::mem::take(&mut run.rows),
                set_aside: run.set_aside,
                examples: std::mem::take(&mut run.examples),
            },
            before: std::mem::take(&mut run.rows_before),
        })
    }

    fn report(&self, report: FileReport, reports: &mut Vec<FileReport>) {
        (self.listener)(Progress::Done(report.clone()));
        reports.push(report);
    }
}

fn read_content(content: decode::Content, source: &Source, run: &mut FileRun<'_>) -> std::result::Result<(), Stop> {
    let stream = match &content.kind {
        decode::Kind::Parquet(copy) => {
            let path = copy.as_ref().map_or(source.path.as_path(), |copy| copy.path());
            return parquet::read(path, run);
        }
        decode::Kind::Evtx(copy) => {
            let path = copy.as_ref().map_or(source.path.as_path(), |copy| copy.path());
            return evtx_log::read(path, run);
        }
        decode::Kind::Text(_) => content.kind,
    };
    let decode::Kind::Text(stream) = stream else { return Ok(()) };
    let mut reader = Reader::new(stream);
    let head = reader.head(64 << 10).map_err(|error| Stop::Broken(error.to_string()))?;
    if head.trim_ascii().is_empty() {
        return Err(Stop::NotALog("it is empty".to_owned()));
    }
    let wanted = run.wanted;
    let asked = |format: Format| wanted == Some(format);
    if let Some(format @ (Format::Cef | Format::Syslog)) = wanted {
        lines::read(&mut reader, format, run)
    } else if asked(Format::Csv) {
        csv::read(reader, run)
    } else if json::looks_like_json(head) {
        json::read(&mut reader, run)
    } else if events::looks_like_xml(head) {
        events::read_xml(&mut reader, run)
    } else if let Some(format) = lines::recognise(head).filter(|_| wanted.is_none()) {
        lines::read(&mut reader, format, run)
    } else if csv::looks_like_csv(head) {
        csv::read(reader, run)
    } else {
        Err(Stop::NotALog("neither JSON, CSV, XML, syslog, EVTX nor Parquet".to_owned()))
    }
}

/// Notes in the ledger that a file is in.
fn enter(job: &Job, Read { report, before }: &Read, session: &mut Session) -> Result<()> {
    let id = session.table(LEDGER)?;
    let rows = report
        .rows
        .iter()
        .chain(before)
        .map(|(table, rows)| (table.clone(), serde_json::Value::from(*rows)))
        .collect();
    let rows = serde_json::Value::Object(rows).to_string();
    let format = report.format.map(|format| format.to_string()).unwrap_or_default();
    let number = |value: u64| Cell::Long(i64::try_from(value).unwrap_or(i64::MAX));
    let cells = [
        ("TimeGenerated", Cell::Ticks(quarry_value::time::system_now())),
        ("Path", Cell::Text(&report.path)),
        ("ContentHash", Cell::Text(&job.hash)),
        ("Bytes", number(report.bytes)),
        ("Format", Cell::Text(&format)),
        ("Rows", Cell::Document(&rows)),
        ("SetAside", number(report.set_aside)),
    ];
    if let Some(target) = session.rows(id, &job.mark) {
        put_all(target, &cells, 512);
    }
    Ok(())
}

fn rows_of(committed: &HashMap<(String, String), u64>, mark: &str) -> BTreeMap<String, u64> {
    let of_file = committed.iter().filter(|((of, _), _)| of == mark);
    of_file.map(|((_, table), rows)| (table.clone(), *rows)).collect()
}

fn empty_report(source: &Source, outcome: FileOutcome) -> FileReport {
    FileReport {
        path: source.shown.clone(),
        bytes: source.bytes,
        format: None,
        outcome,
        rows: BTreeMap::new(),
        set_aside: 0,
        examples: Vec::new(),
    }
}
