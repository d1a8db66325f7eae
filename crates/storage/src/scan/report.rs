//! What a scan read and what it was spared: the numbers behind `explain --analyze`.

use std::time::Duration;

use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, MetricBuilder, MetricValue, MetricsSet};

use super::terms::Selected;
use crate::lake::DataFile;

/// The label of our own numbers among a scan's metrics: the name of the table.
const TABLE: &str = "table";

const FILES: &str = "lake_files";
const ROWS: &str = "lake_rows";
const FILES_BY_STATISTICS: &str = "lake_files_by_statistics";
const ROWS_BY_STATISTICS: &str = "lake_rows_by_statistics";
const FILES_BY_TERMS: &str = "lake_files_by_terms";
const ROW_GROUPS_BY_TERMS: &str = "lake_row_groups_by_terms";
const ROWS_BY_TERMS: &str = "lake_rows_by_terms";
const TERM_BYTES: &str = "lake_term_bytes";
const PLANNING: &str = "lake_planning_nanoseconds";

/// One scan of a table, after it ran. Numbers that a means of pruning left out are counted once, by the means that came first: statistics of files,
/// terms, statistics of row groups, Bloom filters, pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanReport {
    pub table: String,
    pub files: usize,
    pub files_pruned_by_statistics: usize,
    pub files_pruned_by_terms: usize,
    /// Row groups of the files that were opened.
    pub row_groups: usize,
    pub row_groups_pruned_by_terms: usize,
    pub row_groups_pruned_by_statistics: usize,
    pub row_groups_pruned_by_bloom: usize,
    /// Pages of the columns that filters compare, in row groups that were left.
    pub pages: usize,
    pub pages_pruned: usize,
    pub rows: usize,
    pub rows_pruned_by_file_statistics: usize,
    pub rows_pruned_by_terms: usize,
    pub rows_pruned_by_pages: usize,
    /// Rows dropped by tests inside the scan, before all of their columns were decoded.
    pub rows_filtered_early: usize,
    /// Rows that the scan handed on.
    pub rows_out: usize,
    /// Bytes read from data files, footers not counted.
    pub bytes: usize,
    /// Bytes of term filters read.
    pub term_bytes: usize,
    /// Time for choosing what to read.
    pub planning: Duration,
    /// Time in the scan itself, over all threads.
    pub scanning: Duration,
}

/// Marks a second look at files that another part of the scan looks at: how many of their row groups both read.
const TWICE: &str = "lake_row_groups_twice";

/// The numbers of a scan that are known before it runs.
pub(super) struct Planned(Vec<(&'static str, usize)>);

impl Planned {
    pub fn new(all: &[DataFile], left: &[DataFile], selected: &[Selected], planning: Duration) -> Planned {
        let rows = |files: &[DataFile]| files.iter().filter_map(|file| file.rows).fold(0, |sum, rows| sum + count(rows));
        let total = |number: fn(&Selected) -> usize| selected.iter().map(number).sum();
        Planned(vec![
            (FILES, all.len()),
            (ROWS, rows(all)),
            (FILES_BY_STATISTICS, all.len() - left.len()),
            (ROWS_BY_STATISTICS, rows(all) - rows(left)),
            (FILES_BY_TERMS, selected.iter().filter(|file| file.nothing).count()),
            (ROW_GROUPS_BY_TERMS, total(|file| file.row_groups_pruned)),
            (ROWS_BY_TERMS, total(|file| file.rows_pruned)),
            (TERM_BYTES, total(|file| file.bytes)),
            (PLANNING, usize::try_from(planning.as_nanos()).unwrap_or(usize::MAX)),
        ])
    }

    /// Of a second part of a scan, which reads some row groups that the first reads too.
    pub fn again(row_groups: usize) -> Planned {
        Planned(vec![(FILES, 0), (TWICE, row_groups)])
    }

    pub fn register(&self, table: &str, metrics: &ExecutionPlanMetricsSet) {
        for (name, number) in &self.0 {
            MetricBuilder::new(metrics)
                .with_new_label(TABLE, table.to_owned())
                .global_counter(*name)
                .add(*number);
        }
    }
}

fn count(rows: u64) -> usize {
    usize::try_from(rows).unwrap_or(usize::MAX)
}

impl ScanReport {
    /// The scans of the lake in a plan that ran, in the order of the plan.
    #[must_use]
    pub fn of_plan(plan: &dyn ExecutionPlan) -> Vec<ScanReport> {
        let mut reports = Vec::new();
        collect(plan, &mut reports);
        reports
    }

    fn of_metrics(metrics: &MetricsSet) -> Option<ScanReport> {
        let own = metrics.iter().find(|metric| metric.value().name() == FILES)?;
        let table = own.labels().iter().find(|label| label.name() == TABLE)?.value().to_owned();
        let number = |name: &str| metrics.sum_by_name(name).map_or(0, |value| value.as_usize());
        let pruned = |name: &str| match metrics.sum_by_name(name) {
            Some(MetricValue::PruningMetrics { pruning_metrics, .. }) => (pruning_metrics.pruned(), pruning_metrics.matched()),
            _ => (0, 0),
        };
        let (by_statistics, not_by_statistics) = pruned("row_groups_pruned_statistics");
        let (by_bloom, _) = pruned("row_groups_pruned_bloom_filter");
        let (pages, pages_left) = pruned("page_index_pages_pruned");
        let (rows_by_pages, _) = pruned("page_index_rows_pruned");
        let nanoseconds = |number: usize| Duration::from_nanos(u64::try_from(number).unwrap_or(u64::MAX));
        Some(ScanReport {
            table,
            files: number(FILES),
            files_pruned_by_statistics: number(FILES_BY_STATISTICS),
            files_pruned_by_terms: number(FILES_BY_TERMS),
            row_groups: by_statistics + not_by_statistics + number(ROW_GROUPS_BY_TERMS),
            row_groups_pruned_by_terms: number(ROW_GROUPS_BY_TERMS),
            row_groups_pruned_by_statistics: by_statistics,
            row_groups_pruned_by_bloom: by_bloom,
            pages: pages + pages_left,
            pages_pruned: pages,
            rows: number(ROWS),
            rows_pruned_by_file_statistics: number(ROWS_BY_STATISTICS),
            rows_pruned_by_terms: number(ROWS_BY_TERMS),
            rows_pruned_by_pages: rows_by_pages,
            rows_filtered_early: number("pushdown_rows_pruned"),
            rows_out: metrics.output_rows().unwrap_or_default(),
            bytes: number("bytes_scanned"),
            term_bytes: number(TERM_BYTES),
            planning: nanoseconds(number(PLANNING)),
            scanning: nanoseconds(number("time_elapsed_processing")),
        })
    }
}

/// Adds what the second part of a scan read; how many row groups both parts read is told.
fn add(report: &mut ScanReport, part: &ScanReport, twice: usize) {
    report.row_groups = (report.row_groups + part.row_groups).saturating_sub(twice);
    report.row_groups_pruned_by_statistics += part.row_groups_pruned_by_statistics;
    report.row_groups_pruned_by_bloom += part.row_groups_pruned_by_bloom;
    report.pages += part.pages;
    report.pages_pruned += part.pages_pruned;
    report.rows_pruned_by_pages += part.rows_pruned_by_pages;
    report.rows_filtered_early += part.rows_filtered_early;
    report.rows_out += part.rows_out;
    report.bytes += part.bytes;
    report.scanning += part.scanning;
}

fn collect(plan: &dyn ExecutionPlan, reports: &mut Vec<ScanReport>) {
    if plan.downcast_ref::<DataSourceExec>().is_some()
        && let Some(metrics) = plan.metrics()
        && let Some(report) = ScanReport::of_metrics(&metrics)
    {
        let twice = metrics.sum_by_name(TWICE).map(|number| number.as_usize());
        match (twice, reports.last_mut()) {
            // Parts of a scan stand beside each other.
            (Some(twice), Some(first)) => add(first, &report, twice),
            _ => reports.push(report),
        }
    }
    for child in plan.children() {
        collect(child.as_ref(), reports);
    }
}
