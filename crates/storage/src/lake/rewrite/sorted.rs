//! The rows of a rewrite in the order in which they are written: within each new file as an ingest would have them, and the files one after the other
//! in time.

use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use datafusion::common::config::SpillCompression;
use datafusion::common::{Column, Result};
use datafusion::dataframe::DataFrame;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::functions::expr_fn::coalesce;
use datafusion::logical_expr::{Expr, lit, when};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::TryStreamExt;

use super::{Held, Rewrite};
use crate::lake::DataFile;
use crate::layout::{INGESTION_TIME, Layout};
use crate::scan::LakeTable;
use crate::write::MOST_KINDS;

/// The column that tells which file a row goes to.
const PART: &str = "__part";

pub(super) struct Sorted {
    pub stream: SendableRecordBatchStream,
    /// Whether the last column is the number of the file that a row goes to; else files are cut by numbers of rows.
    pub parted: bool,
}

/// The rows that are left, in order; `share` is the number that a file is to have.
pub(super) async fn sorted(rewrite: &Rewrite<'_>, layout: &Layout, held: &Held, memory: usize, share: usize) -> Result<Sorted> {
    let source = Source::new(rewrite, layout, memory)?;
    let kind = layout.kind().filter(|kind| held.columns.contains(kind));
    let kind = kind.and_then(|at| layout.stored.get(at)).map(|kind| column(&kind.name));
    let kind = match kind {
        Some(kind) if source.has_few(&kind).await? => Some(kind),
        _ => None,
    };
    let mut wanted: Vec<Expr> = held
        .columns
        .iter()
        .filter_map(|at| Some(column(&layout.stored.get(*at)?.name)))
        .collect();
    let mut order = Vec::new();
    let mut parted = false;
    if let (Some(_), Some(time), true) = (&kind, &source.time, rewrite.outputs > 1) {
        let cuts = source.cuts(time, share).await?;
        wanted.push(part(time, &cuts)?.alias(PART));
        order.push(column(PART));
        parted = true;
    }
    order.extend(kind);
    order.extend(source.time.clone());
    let mut frame = source.frame()?.select(wanted)?;
    if !order.is_empty() {
        frame = frame.sort(order.into_iter().map(|key| key.sort(true, true)).collect())?;
    }
    Ok(Sorted {
        stream: frame.execute_stream().await?,
        parted,
    })
}

/// The files to be read.
struct Source {
    context: SessionContext,
    table: Arc<LakeTable>,
    time: Option<Expr>,
    keep_from: Option<i64>,
}

impl Source {
    fn new(rewrite: &Rewrite<'_>, layout: &Layout, memory: usize) -> Result<Source> {
        let runtime = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(FairSpillPool::new(memory)));
        // Batches are cut to what a part of the memory holds, however long the rows are: a sort needs several at a time.
        let config = SessionConfig::new()
            .with_target_partitions(rewrite.workers.max(1))
            .with_batch_size(batch_rows(&rewrite.files, memory))
            .with_spill_compression(SpillCompression::Lz4Frame);
        Ok(Source {
            context: SessionContext::new_with_config_rt(config, runtime.build_arc()?),
            table: Arc::new(rewrite.table.clone().with_files(rewrite.files.clone())),
            time: layout.time.and_then(|at| layout.stored.get(at)).map(|time| column(&time.name)),
            keep_from: rewrite.keep_from,
        })
    }

    /// The rows that are left.
    fn frame(&self) -> Result<DataFrame> {
        let table: Arc<LakeTable> = Arc::clone(&self.table);
        let frame = self.context.read_table(table)?;
        match (&self.time, self.keep_from) {
            (Some(time), Some(from)) => {
                let age = coalesce(vec![time.clone(), column(INGESTION_TIME)]);
                frame.filter(age.gt_eq(lit(from)))
            }
            _ => Ok(frame),
        }
    }

    /// Whether there are few enough kinds for rows to lie by them.
    async fn has_few(&self, kind: &Expr) -> Result<bool> {
        let kinds = self.frame()?.select(vec![kind.clone()])?.distinct()?;
        Ok(kinds.limit(0, Some(MOST_KINDS + 1))?.count().await? <= MOST_KINDS)
    }

    /// Times at which new files begin, so that each but the last has about `share` rows.
    async fn cuts(&self, time: &Expr, share: usize) -> Result<Vec<i64>> {
        let times = self.frame()?.select(vec![time.clone()])?;
        let mut times = times.sort(vec![time.clone().sort(true, true)])?.execute_stream().await?;
        let mut cuts: Vec<i64> = Vec::new();
        let (mut before, mut next) = (0, share);
        while let Some(batch) = times.try_next().await? {
            let times = batch.columns().first().and_then(|times| times.as_primitive_opt::<Int64Type>());
            while next < before + batch.num_rows() {
                let time = times
                    .filter(|times| times.is_valid(next - before))
                    .map(|times| times.value(next - before));
                cuts.extend(time.filter(|time| cuts.last() != Some(time)));
                next += share;
            }
            before += batch.num_rows();
        }
        Ok(cuts)
    }
}

fn column(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

/// The number of the file that a row of this time goes to. Rows without one go to the first.
fn part(time: &Expr, cuts: &[i64]) -> Result<Expr> {
    let mut parts = when(time.clone().is_null(), lit(0_i64));
    let mut number = 0_i64;
    for cut in cuts {
        parts.when(time.clone().lt(lit(*cut)), lit(number));
        number += 1;
    }
    parts.otherwise(lit(number))
}

/// Rows that take about a hundredth of the memory; files hold them packed, about a tenth of their size here.
fn batch_rows(files: &[DataFile], memory: usize) -> usize {
    const UNPACKED: u64 = 10;
    let (bytes, rows) = files.iter().fold((0, 0), |(bytes, rows), file| {
        (bytes + file.bytes, rows + file.rows.unwrap_or_default())
    });
    let row = usize::try_from(bytes * UNPACKED / rows.max(1)).unwrap_or(usize::MAX).max(1);
    (memory / 100 / row).clamp(64, 8_192)
}
