//! Ingest: logs as users hold them become rows of the lake, exactly once.
//!
//! Files are worked off in batches. A batch reads its files, writes Parquet files and commits table by table; every commit carries the content hashes of the
//! files whose rows it holds, and the ledger's commit at the end says that a file is in as a whole. A batch that was interrupted anywhere is done again:
//! what its tables have already is passed over.

mod again;
mod archive;
mod claims;
mod content;
mod convert;
mod csv;
mod decode;
mod dedup;
mod deliver;
mod events;
mod evtx_log;
mod fields;
mod file;
mod find;
mod infer;
mod intel;
mod json;
mod kusto;
mod ledger;
mod lines;
mod mapping;
mod members;
mod memory;
mod parallel;
mod parquet;
mod quarantine;
mod queue;
mod recognise;
mod records;
mod remote;
mod report;
mod run;
mod session;
mod shapes;
mod source;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use again::again;
pub(crate) use decode::{Kind, open_file};
pub use intel::{IntelOptions, indicator_kind};
pub(crate) use ledger::{QUARANTINE, quarantine_shape};
pub use memory::{MemoryRows, RecordProblem, RecordText, rows_in_memory};
pub(crate) use parquet::Column as ParquetColumn;
pub(crate) use records::{Reader as RecordReader, Record};
pub use report::{FileOutcome, FileReport, Format, IngestReport, Progress, SetAside};

use self::dedup::Dedup as Keys;
use self::queue::Queue;
use self::recognise::Recogniser;
use self::run::{Batch, Worker};
use crate::error::{Result, StorageError};
use crate::lake::Lake;

/// How an ingest is to be done.
#[derive(Clone, Debug)]
pub struct IngestOptions {
    /// The table for all records, instead of recognition. A table that neither the catalogue nor the lake knows is made when its name ends in
    /// `_CL`, with the columns that the records show.
    pub table: Option<String>,
    /// The format of all files, where their content would be taken for another. What is not of it is left out.
    pub format: Option<Format>,
    /// Records also go to the tables that they only support: an audit record to `CloudAppEvents`, a sign-in to `EntraIdSignInEvents`, a Windows
    /// event to the Device tables. Without, they go to the table alone that the source's own connector fills.
    pub derived: bool,
    /// Threads that read and write.
    pub workers: usize,
    /// Bytes that may be in use, all workers together: half for rows, half for the files that become of them. There are as many workers as it allows.
    pub memory: usize,
    /// Read everything and report what would go where, but leave the lake as it is.
    pub dry_run: bool,
    /// Leave out records that the lake, or this ingest, has already.
    pub dedup: Option<Dedup>,
    /// What is to be known of indicators besides what their files say.
    pub intel: IntelOptions,
}

/// What tells that two records are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dedup {
    /// The keys that the tables' sources give, as the catalogue declares them.
    Declared,
    /// These columns, in every table that has them all; in others what is declared.
    Columns(Vec<String>),
}

impl Default for IngestOptions {
    fn default() -> IngestOptions {
        IngestOptions {
            table: None,
            format: None,
            derived: true,
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            memory: 768 << 20,
            dry_run: false,
            dedup: None,
            intel: IntelOptions::default(),
        }
    }
}

/// What a worker needs at least.
const WORKER_MEMORY: usize = 48 << 20;

/// Hears of the progress of an ingest, from several threads.
pub type Listener = Arc<dyn Fn(Progress) + Send + Sync>;

/// Files of a batch: many small ones share Parquet files and commits, a large one has them for itself.
const BATCH_FILES: usize = 256;
const BATCH_BYTES: u64 = 64 << 20;

/// Reads the named files, folders, patterns and standard input (`-`) into the lake. Errors are those of the lake; what is wrong with a file is in the report.
pub async fn ingest(lake: &Lake, options: &IngestOptions, names: &[String], listener: Listener) -> Result<IngestReport> {
    let table = match &options.table {
        Some(name) => Some(known_table(lake, name).await?),
        None => None,
    };
    let names = names.to_vec();
    let custom = table.clone().filter(|table| lake.catalogue().table(table).is_none());
    let recognises = table.is_none();
    let (sources, inferred) = blocking(move || {
        let sources = find::find(&names)?;
        let inferred = match custom {
            Some(table) => vec![infer::columns(table, &sources)],
            None if recognises => infer::labelled(&sources),
            None => Vec::new(),
        };
        Ok((sources, inferred))
    })
    .await?;
    let inferred: Arc<[infer::Inferred]> = inferred.into();
    let places = sources.iter().filter(|source| source.entry.is_none() && source.problem.is_none());
    let priors = ledger::priors(lake, places.map(|source| source.shown.clone()).collect()).await?;
    let priors = Arc::new(priors);
    listener(Progress::Found {
        files: sources.len(),
        bytes: sources.iter().map(|source| source.bytes).sum(),
    });
    let workers = options.workers.min(options.memory / WORKER_MEMORY).max(1);
    let recogniser = Arc::new(Recogniser::new(lake.shared_catalogue(), table.clone()));
    let dedup = options.dedup.as_ref().map(|dedup| {
        let named = match dedup {
            Dedup::Declared => None,
            Dedup::Columns(columns) => Some(columns.clone()),
        };
        Arc::new(Keys::new(named, options.memory / 2))
    });
    let mut intel = options.intel.clone();
    intel.expected |= matches!(options.format, Some(Format::IndicatorList | Format::IndicatorTable));
    let intel = Arc::new(intel);
    let versions = Arc::new(intel::Versions::new(options.memory / 4));
    let batches = batches(sources, workers);
    // A record that came before must be in the lake for good before it counts: then batches go one after the other.
    let at_once = if dedup.is_some() { 1 } else { workers.min(batches.len()).max(1) };
    let more = batches.len() > at_once;
    let queue = Arc::new(Queue::new(batches, at_once));
    let ahead = more.then(|| {
        let (queue, priors) = (Arc::clone(&queue), Arc::clone(&priors));
        tokio::task::spawn_blocking(move || queue.hash_ahead(&priors))
    });
    let claimed = Arc::default();
    let idle = Arc::new(AtomicUsize::new(0));
    let mut running = Vec::new();
    for _ in 0..at_once {
        let worker = Worker {
            lake: lake.clone(),
            runtime: tokio::runtime::Handle::current(),
            recogniser: Arc::clone(&recogniser),
            table: table.clone(),
            memory: (options.memory / at_once / 2).max(8 << 20),
            lanes: workers / at_once,
            idle: Arc::clone(&idle),
            dedup: dedup.clone(),
            intel: Arc::clone(&intel),
            versions: Arc::clone(&versions),
            priors: Arc::clone(&priors),
            dry_run: options.dry_run,
            format: options.format,
            derived: options.derived,
            inferred: Arc::clone(&inferred),
            listener: Arc::clone(&listener),
            claimed: Arc::clone(&claimed),
        };
        let queue = Arc::clone(&queue);
        running.push(tokio::task::spawn_blocking(move || {
            let mut results = Vec::new();
            let place = queue.place();
            while let Some(batch) = place.next() {
                results.push(worker.work(batch)?);
            }
            worker.idle.fetch_add(worker.lanes, Ordering::Relaxed);
            Ok(results)
        }));
    }
    let mut report = IngestReport::default();
    let mut failure = None;
    for task in running {
        match task
            .await
            .map_err(|error| StorageError::Worker(error.to_string()))
            .and_then(|done| done)
        {
            Ok(results) => {
                for (files, versions) in results {
                    report.files.extend(files);
                    for (table, version) in versions {
                        let newest = report.versions.entry(table).or_default();
                        *newest = version.max(*newest);
                    }
                }
            }
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    if let Some(ahead) = ahead {
        ahead.await.map_err(|error| StorageError::Worker(error.to_string()))?;
    }
    report.keyless = dedup.map(|dedup| dedup.keyless()).unwrap_or_default();
    report.files.sort_by(|left, right| left.path.cmp(&right.path));
    match failure {
        Some(error) => Err(error),
        None => Ok(report),
    }
}

async fn known_table(lake: &Lake, name: &str) -> Result<String> {
    if let Some(spelled) = lake.catalogue().spelling(name) {
        return Ok(spelled);
    }
    if infer::is_custom(name) {
        return Ok(name.to_owned());
    }
    if name.starts_with('_') {
        return Err(StorageError::Table {
            table: name.to_owned(),
            reason: "names with `_` in front are the lake's own tables, which take no logs".to_owned(),
        });
    }
    if lake.lake_table(name).await?.is_some() {
        return Ok(name.to_owned());
    }
    Err(StorageError::UnknownTable {
        name: name.to_owned(),
        closest: lake.catalogue().closest(name),
    })
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StorageError::Worker(error.to_string()))?
}

/// Sources in batches, those with most to read first so that workers end together.
fn batches(mut sources: Vec<source::Source>, workers: usize) -> VecDeque<Batch> {
    let total: u64 = sources.iter().map(|source| source.bytes).sum();
    let share = BATCH_BYTES.min(total / u64::try_from(workers).unwrap_or(1) + 1);
    sources.sort_by_key(|source| std::cmp::Reverse(source.weight()));
    let mut batches = VecDeque::new();
    let mut batch: Batch = Vec::new();
    let mut bytes = 0;
    for source in sources {
        bytes += source.bytes;
        batch.push(source);
        if bytes >= share || batch.len() >= BATCH_FILES {
            batches.push_back(std::mem::take(&mut batch));
            bytes = 0;
        }
    }
    if !batch.is_empty() {
        batches.push_back(batch);
    }
    batches
}
