//! One worker: takes a batch of files from disk to commit.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::Handle;

use super::claims::Claims;
use super::dedup::Dedup;
use super::file::{FileRun, Stop, put_all};
use super::infer::Inferred;
use super::intel::{IntelOptions, Versions};
use super::ledger::LEDGER;
use super::recognise::Recogniser;
use super::report::{FileOutcome, FileReport, Format, Progress};
use super::session::{Finished, Session};
use super::source::{Hashed, Prior, Source};
use super::{Listener, content, decode};
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
    /// The columns of tables that no catalogue describes, as their records show them.
    pub inferred: Arc<[Inferred]>,
    pub listener: Listener,
    /// Threads that may read one file.
    pub lanes: usize,
    /// How many workers have ended.
    pub idle: Arc<AtomicUsize>,
    /// What is to be known of indicators.
    pub intel: Arc<IntelOptions>,
    /// Tells which version of an object is the latest.
    pub versions: Arc<Versions>,
    /// Tells records that came before by their own keys.
    pub dedup: Option<Arc<Dedup>>,
    /// What came from the places of the sources before.
    pub priors: Arc<HashMap<String, Vec<Prior>>>,
    pub claimed: Arc<Claims>,
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
    /// The same for the version of an object, whose content then need not be fetched to be known. In the ledger only.
    version: Option<String>,
    /// Prior contents of its place that it goes on from, the shortest first.
    after: Vec<Prior>,
    /// Bytes at the beginning that are in from before: the file was added to since.
    skip: u64,
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
            session.dedup.clone_from(&self.dedup);
            session.versions = Arc::clone(&self.versions);
            let Some(done) = self.attempt(&mut jobs, &mut session, &mut reports)? else {
                session.discard();
                continue;
            };
            if self.dry_run {
                // What would have gone in counts for what comes after it.
                session.dedup = None;
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

    /// The files that the ledger does not have, each content once. Objects are fetched, archives become the files in them.
    fn fresh(&self, batch: Batch, reports: &mut Vec<FileReport>) -> Result<Vec<Job>> {
        let versions: Vec<Option<String>> = batch.iter().map(|source| self.version(source)).collect();
        let asked: Vec<String> = versions.iter().flatten().cloned().collect();
        let seen = self.runtime.block_on(self.lake.known_marks(LEDGER, &asked))?;
        let mut jobs = Vec::new();
        for (source, version) in batch.into_iter().zip(versions) {
            if version.as_ref().is_some_and(|version| seen.contains(version)) {
                self.report(empty_report(&source, FileOutcome::AlreadyIn), reports);
                continue;
            }
            self.prepare(source, version, &mut jobs, reports)?;
        }
        let (in_before, mut fresh) = self.known(jobs)?;
        for job in in_before {
            self.report(empty_report(&job.source, FileOutcome::AlreadyIn), reports);
        }
        self.skip_what_is_in(&mut fresh)?;
        Ok(fresh)
    }

    /// Makes a job of a source, or several of an archive, unless its content is worked on already.
    fn prepare(&self, mut source: Source, version: Option<String>, jobs: &mut Vec<Job>, reports: &mut Vec<FileReport>) -> Result<()> {
        if let Some(problem) = &source.problem {
            self.report(empty_report(&source, problem.clone()), reports);
            return Ok(());
        }
        match source.nested() {
            Ok(None) => {}
            Ok(Some(inside)) => return inside.into_iter().try_for_each(|source| self.prepare(source, None, jobs, reports)),
            Err(error) => {
                let outcome = FileOutcome::Failed(error.to_string());
                self.report(empty_report(&source, outcome), reports);
                return Ok(());
            }
        }
        let fetched = source.object.is_some();
        let priors = self.priors.get(&source.shown).filter(|_| source.entry.is_none());
        let priors = priors.map(Vec::as_slice).unwrap_or_default();
        let hash = if fetched { source.fetch(priors) } else { source.hash(priors) };
        if fetched
            && hash.is_ok()
            && let Some(inside) = source.unpacked()
        {
            for source in inside {
                self.prepare(source, None, jobs, reports)?;
            }
            return Ok(());
        }
        let Hashed { hash, after, .. } = match hash {
            Ok(hashed) => hashed,
            Err(error) => {
                let outcome = FileOutcome::Failed(error.to_string());
                self.report(empty_report(&source, outcome), reports);
                return Ok(());
            }
        };
        let mark = self.marked(&hash);
        if let Some(first) = self.claimed.claim(&mark, &source.shown) {
            self.report(empty_report(&source, FileOutcome::Copy(first)), reports);
            return Ok(());
        }
        jobs.push(Job {
            source,
            hash,
            mark,
            version,
            after,
            skip: 0,
        });
        Ok(())
    }

    /// Has each file go on where the longest of its prior contents ends that is in, in the table that the user names.
    fn skip_what_is_in(&self, jobs: &mut [Job]) -> Result<()> {
        let marks = |job: &Job| job.after.iter().map(|prior| self.marked(&prior.hash)).collect::<Vec<_>>();
        // One look at the ledger for all of them: each reads its log.
        let asked: Vec<String> = jobs.iter().flat_map(marks).collect();
        let known = self.runtime.block_on(self.lake.known_marks(LEDGER, &asked))?;
        for job in jobs {
            let marks = marks(job);
            let mut longest_first = job.after.iter().zip(&marks).rev();
            let found = longest_first.find(|(_, mark)| known.contains(mark));
            job.skip = found.map_or(0, |(prior, _)| prior.bytes);
        }
        Ok(())
    }

    /// The mark of a content: another for every table that a user names, and each time that indicators are received anew.
    fn marked(&self, hash: &str) -> String {
        let mut mark = hash.to_owned();
        if let Some(table) = &self.table {
            mark.push(':');
            mark.push_str(table);
        }
        if self.intel.anew {
            mark.push_str(&format!("@{}", self.intel.received));
        }
        mark
    }

    fn version(&self, source: &Source) -> Option<String> {
        Some(self.marked(&source.object.as_ref()?.version()?))
    }

    /// The files that the ledger has, and those that it has not.
    fn known(&self, jobs: Vec<Job>) -> Result<(Vec<Job>, Vec<Job>)> {
        let marks: Vec<String> = jobs.iter().map(|job| job.mark.clone()).collect();
        let known = self.runtime.block_on(self.lake.known_marks(LEDGER, &marks))?;
        Ok(jobs.into_iter().partition(|job| known.contains(&job.mark)))
    }

    /// Reads all files into the session, and drops those from the list that give nothing. Nothing comes back when one of them had rows in it
    /// before it turned out to be broken: then it spoilt the session.
    fn attempt(&self, jobs: &mut Vec<Job>, session: &mut Session, reports: &mut Vec<FileReport>) -> Result<Option<Vec<Read>>> {
        let (mut good, mut done) = (Vec::new(), Vec::new());
        let mut spoilt = false;
        for job in std::mem::take(jobs) {
            let outcome = match self.read(&job, session) {
                Ok(read) => {
                    good.push(job);
                    done.push(read);
                    continue;
                }
                Err(Stop::Lake(error)) => return Err(error),
                // Of a file that is no log nothing was put anywhere.
                Err(Stop::NotALog(reason)) => FileOutcome::NotALog(reason),
                Err(Stop::Broken(reason)) => {
                    spoilt = true;
                    FileOutcome::Failed(reason)
                }
            };
            self.report(empty_report(&job.source, outcome), reports);
        }
        *jobs = good;
        if spoilt {
            return Ok(None);
        }
        for (job, read) in jobs.iter().zip(&done) {
            enter(job, read, session)?;
        }
        Ok(Some(done))
    }

    fn read(&self, job: &Job, session: &mut Session) -> std::result::Result<Read, Stop> {
        let source = &job.source;
        let content = decode::open(source).map_err(|error| Stop::Broken(error.to_string()))?;
        let position = Arc::clone(&content.position);
        let mut told = 0;
        let mut on_read = |rows: u64| {
            let now = position.load(Ordering::Relaxed);
            (self.listener)(Progress::Read {
                path: source.shown.clone(),
                bytes: now - told,
                rows,
            });
            told = now;
        };
        let mut recogniser = self.recogniser.for_file(&source.shown);
        if self.format.is_some_and(Format::is_of_records) {
            recogniser.expect_no_rows();
        }
        let mut run = FileRun::new(session, recogniser, &source.shown, (&job.hash, &job.mark), &mut on_read);
        run.wanted = self.format;
        run.derived = self.derived;
        run.around = source.modified();
        run.lanes = self.lanes;
        run.idle = Arc::clone(&self.idle);
        run.intel = Arc::clone(&self.intel);
        run.skip = if content.plain { job.skip } else { 0 };
        content::read(content, source, &mut run)?;
        run.finish()?;
        if source.changed() {
            return Err(Stop::Broken(
                "it was written anew while it was read; read it again when it is complete".to_owned(),
            ));
        }
        Ok(Read {
            report: FileReport {
                path: source.shown.clone(),
                bytes: source.bytes,
                format: run.format,
                outcome: FileOutcome::Ingested,
                rows: std::mem::take(&mut run.rows),
                duplicates: run.duplicates,
                in_part: run.in_part,
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
        put_all(target, &cells);
    }
    if let Some(version) = &job.version {
        session.rows(id, version);
    }
    Ok(())
}

fn rows_of(committed: &HashMap<(String, String), u64>, mark: &str) -> BTreeMap<String, u64> {
    let of_file = committed.iter().filter(|((of, _), _)| of == mark);
    of_file.map(|((_, table), rows)| (table.clone(), *rows)).collect()
}

fn empty_report(source: &Source, outcome: FileOutcome) -> FileReport {
    FileReport::new(&source.shown, source.bytes, outcome)
}
