//! Optimizing: old rows go as retention says, small and overlapping files become few files sorted by time, and files get the hot columns that they lack.

use std::collections::BTreeMap;
use std::sync::Arc;

use deltalake_core::DeltaTable;
use deltalake_core::protocol::DeltaOperation;
use futures::future::BoxFuture;
use object_store::path::Path;

use super::compaction::{self, Job};
use super::replace::{Replaced, Replacement};
use super::rewrite::{Rewrite, discard};
use super::{DataFile, Lake};
use crate::error::{Result, StorageError};
use crate::hot::HotPath;
use crate::layout::Layout;
use crate::scan::LakeTable;

/// How a lake is to be optimized.
#[derive(Clone, Debug)]
pub struct OptimizeOptions {
    /// These tables; all, the lake's own included, when empty.
    pub tables: Vec<String>,
    /// The size of files to aim at.
    pub target_bytes: u64,
    /// Bytes that may be in use.
    pub memory: usize,
    /// Threads that read and sort.
    pub workers: usize,
    /// What counts as the present for retention, in ticks.
    pub now: i64,
    /// Paths into dynamic columns that are to be hot, by table, besides those that are and those that the data shows.
    pub hot: BTreeMap<String, Vec<HotPath>>,
    /// Say what would be done, and do nothing.
    pub dry_run: bool,
}

impl Default for OptimizeOptions {
    fn default() -> OptimizeOptions {
        OptimizeOptions {
            tables: Vec::new(),
            target_bytes: 128 << 20,
            memory: 512 << 20,
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            now: quarry_value::time::system_now(),
            hot: BTreeMap::new(),
            dry_run: false,
        }
    }
}

/// What optimizing did to one table, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableOptimized {
    pub table: String,
    /// Files and their bytes, before and after; a dry run estimates the latter.
    pub files: (usize, usize),
    pub bytes: (u64, u64),
    /// Rows in files that were rewritten.
    pub rewritten: u64,
    /// Rows that were older than the table keeps them.
    pub expired: u64,
    /// Paths that became hot.
    pub hot: usize,
    /// Why the table was left as it is.
    pub left_alone: Option<String>,
}

impl TableOptimized {
    /// Whether anything was done, or would be.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.files.0 != self.files.1 || self.rewritten > 0 || self.expired > 0 || self.hot > 0
    }
}

/// News from a lake being optimized.
#[derive(Clone, Debug)]
pub enum OptimizeProgress {
    /// So many rows of this table are going to be rewritten.
    Planned { table: String, rows: u64 },
    /// So many more rows were written.
    Written { rows: u64 },
}

/// Hears of the progress, from several threads.
pub type OptimizeListener = Arc<dyn Fn(OptimizeProgress) + Send + Sync>;

/// Passes over one table: what is written in one may be worth merging in the next, but this comes to an end.
const PASSES: usize = 8;

impl Lake {
    /// Optimizes tables one after the other. Queries and ingests go on meanwhile; what they add is left to the next time.
    ///
    /// # Errors
    /// When a table is unknown, or the lake cannot be read or written. What was done until then is committed.
    pub fn optimize<'a>(&'a self, options: &'a OptimizeOptions, listener: OptimizeListener) -> BoxFuture<'a, Result<Vec<TableOptimized>>> {
        Box::pin(async move {
            let mut done = Vec::new();
            for table in self.named_tables(&options.tables).await? {
                done.push(self.optimize_table(&table, options, &listener).await?);
            }
            Ok(done)
        })
    }

    /// These tables, or all.
    pub(super) async fn named_tables(&self, names: &[String]) -> Result<Vec<String>> {
        let known = self.all_tables().await?;
        match names.iter().find(|name| !known.contains(name)) {
            Some(name) => Err(StorageError::NoTable {
                name: name.clone(),
                tables: known.into_iter().filter(|name| !name.starts_with('_')).collect(),
            }),
            None if names.is_empty() => Ok(known),
            None => Ok(names.to_vec()),
        }
    }

    async fn optimize_table(&self, name: &str, options: &OptimizeOptions, listener: &OptimizeListener) -> Result<TableOptimized> {
        let mut report = TableOptimized {
            table: name.to_owned(),
            ..TableOptimized::default()
        };
        let Some(table) = self.rewritable(name, &mut report).await? else {
            return Ok(report);
        };
        (report.files.0, report.bytes.0) = size(&table);
        (report.files.1, report.bytes.1) = size(&table);
        let expired = self.expire(name, options, listener).await?;
        report.expired = expired.rows;
        let asked = options.hot.get(name).map(Vec::as_slice).unwrap_or_default();
        let wanted = self.wanted_paths(&table, asked).await?;
        report.hot = wanted.new;
        if options.dry_run {
            let mut layout = table.layout().clone();
            layout.extend_hot(wanted.paths);
            let jobs = planned(&table, &layout, options);
            let inputs: usize = jobs.iter().map(|job| job.files.len()).sum();
            let outputs: u64 = jobs.iter().map(|job| job.outputs).sum();
            report.files.1 = (report.files.0 - inputs + usize::try_from(outputs).unwrap_or(inputs)).saturating_sub(expired.files);
            report.rewritten = jobs.iter().map(rows_of).sum();
            return Ok(report);
        }
        self.make_hot(name, &wanted).await?;
        for _ in 0..PASSES {
            let Some(table) = self.lake_table(name).await? else { break };
            let jobs = planned(&table, table.layout(), options);
            if jobs.is_empty() {
                break;
            }
            listener(OptimizeProgress::Planned {
                table: name.to_owned(),
                rows: jobs.iter().map(rows_of).sum(),
            });
            for job in jobs {
                report.rewritten += self.carry_out(job, options, listener).await?;
            }
        }
        if let Some(table) = self.lake_table(name).await? {
            (report.files.1, report.bytes.1) = size(&table);
        }
        Ok(report)
    }

    /// The table, if rewriting its files loses nothing.
    async fn rewritable(&self, name: &str, report: &mut TableOptimized) -> Result<Option<LakeTable>> {
        let Some(loaded) = self.load(name).await? else { return Ok(None) };
        report.left_alone = self.foreign(name, &loaded)?;
        match report.left_alone {
            Some(_) => Ok(None),
            None => self.lake_table(name).await,
        }
    }

    /// Why files of a table that another program writes must not be rewritten, if so.
    pub(super) fn foreign(&self, name: &str, table: &DeltaTable) -> Result<Option<String>> {
        let state = table.snapshot().map_err(|error| StorageError::log(name, error))?;
        if !state.metadata().partition_columns().is_empty() {
            return Ok(Some("another program has divided it into partitions".to_owned()));
        }
        let foreign = Layout::foreign(state.schema().fields());
        Ok((!foreign.is_empty()).then(|| {
            format!(
                "another program added columns of types that are not known here: {}",
                foreign.join(", ")
            )
        }))
    }

    /// Rewrites the files of a job. Gives the rows; none when another program was there first: the next plan sees what is left to do.
    async fn carry_out(&self, job: Job, options: &OptimizeOptions, listener: &OptimizeListener) -> Result<u64> {
        let Some(table) = self.lake_table_of(&job).await? else {
            return Ok(0);
        };
        let removed: Vec<Path> = job.files.iter().map(|file| file.path.clone()).collect();
        let before: u64 = rows_of(&job);
        let heard = Arc::clone(listener);
        let rewrite = Rewrite {
            lake: self,
            table,
            files: job.files,
            keep_from: None,
            outputs: job.outputs,
            memory: options.memory,
            workers: options.workers,
        };
        let written = rewrite.run(move |rows| heard(OptimizeProgress::Written { rows })).await?;
        let name = written.layout.table.clone();
        if written.rows != before {
            discard(self, &name, &written.added).await;
            return Err(StorageError::Table {
                table: name,
                reason: format!(
                    "its files hold {} rows where the log says {before}; nothing was changed",
                    written.rows
                ),
            });
        }
        let replacement = Replacement {
            layout: &written.layout,
            removed: &removed,
            added: written.added.clone(),
            data_change: false,
            operation: DeltaOperation::Optimize {
                predicate: None,
                target_size: i64::try_from(options.target_bytes).unwrap_or(i64::MAX),
            },
        };
        match self.replace(&replacement).await {
            Ok(Replaced::Version(_)) => Ok(written.rows),
            Ok(Replaced::Overtaken) => {
                discard(self, &name, &written.added).await;
                Ok(0)
            }
            // Whether the commit landed is not known: the files stay, and vacuum finds them if it did not.
            Err(error) => Err(error),
        }
    }

    /// The table that the files of a job are of.
    async fn lake_table_of(&self, job: &Job) -> Result<Option<LakeTable>> {
        let name = job
            .files
            .first()
            .and_then(|file| file.path.parts().next())
            .map(|part| part.as_ref().to_owned());
        match name {
            Some(name) => self.lake_table(&name).await,
            None => Ok(None),
        }
    }
}

/// Files and bytes.
pub(super) fn size(table: &LakeTable) -> (usize, u64) {
    (table.files().len(), table.files().iter().map(|file| file.bytes).sum())
}

fn rows_of(job: &Job) -> u64 {
    job.files.iter().map(|file| file.rows.unwrap_or_default()).sum()
}

fn planned(table: &LakeTable, layout: &Layout, options: &OptimizeOptions) -> Vec<Job> {
    let time = layout.time.and_then(|at| layout.stored.get(at));
    // Written before the table had all its hot columns.
    let outdated = |file: &DataFile| layout.hot.iter().any(|hot| !file.hot.contains_key(&hot.text));
    compaction::jobs(table.files(), time.map(|time| time.name.as_str()), options.target_bytes, &outdated)
}
