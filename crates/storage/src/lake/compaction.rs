//! Which files of a table are worth rewriting into fewer ones, sorted by time. Only what the log says of them is looked at.
//!
//! Files whose times overlap are merged, since a filter on time has to open all of them; neighbours in time that are small are put together. A little
//! data spread over a long time does not set off a rewrite of everything it overlaps: it is merged by itself until it has gathered weight.

use crate::lake::DataFile;

/// Rows at which a file is closed whatever its size.
const MOST_ROWS: u64 = 1_000_000;
/// Bounds of times are kept to the microsecond, rounded outwards: less than this is no overlap.
const SLACK: i64 = quarry_value::time::MICROSECOND;
/// Overlapping data is merged by itself while it is less than this part of all.
const WEIGHT: u64 = 8;

/// Files to be rewritten together.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub files: Vec<DataFile>,
    /// The number of files to write.
    pub outputs: u64,
}

/// What is worth doing; nothing when the files lie well. `outdated` tells files that lack something that new ones have.
pub(super) fn jobs(files: &[DataFile], time: Option<&str>, target: u64, outdated: &dyn Fn(&DataFile) -> bool) -> Vec<Job> {
    let planner = Planner {
        target: target.max(1),
        outdated,
    };
    let spanned = files.iter().map(|file| Spanned {
        span: time.and_then(|time| file.times(time)),
        file,
    });
    let (mut timed, timeless): (Vec<_>, Vec<_>) = spanned.partition(|file| file.span.is_some());
    timed.sort_by(|left, right| (left.span, &left.file.path).cmp(&(right.span, &right.file.path)));
    let mut jobs = Vec::new();
    planner.level(timed, &mut jobs);
    // Without times there is no order, only size.
    planner.gather(timeless.into_iter().map(|file| vec![file]), &mut jobs);
    jobs
}

#[derive(Clone, Copy)]
struct Spanned<'a> {
    file: &'a DataFile,
    span: Option<(i64, i64)>,
}

struct Planner<'a> {
    target: u64,
    outdated: &'a dyn Fn(&DataFile) -> bool,
}

impl Planner<'_> {
    /// Plans files in order of their times.
    fn level(&self, files: Vec<Spanned<'_>>, jobs: &mut Vec<Job>) {
        let mut units: Vec<Vec<Spanned<'_>>> = Vec::new();
        for mut unit in overlapping(files) {
            let (base, rest) = without_overlap(&unit);
            let light = bytes(&rest) * WEIGHT < bytes(&unit);
            if light && !rest.is_empty() {
                // Strictly fewer files, so this comes to an end.
                self.level(rest, jobs);
                units.extend(base.into_iter().map(|file| vec![file]));
            } else {
                unit.sort_by_key(|file| file.span);
                units.push(unit);
            }
        }
        self.gather(units.into_iter(), jobs);
    }

    /// Puts units that follow each other together until they make a full file. A unit of several files is rewritten in any case.
    fn gather<'f>(&self, units: impl Iterator<Item = Vec<Spanned<'f>>>, jobs: &mut Vec<Job>) {
        let mut open: Vec<Spanned<'f>> = Vec::new();
        for unit in units {
            let settled = unit.len() == 1 && self.is_full(bytes(&unit), rows(&unit));
            if settled || self.is_full(bytes(&open), rows(&open)) {
                self.close(std::mem::take(&mut open), jobs);
            }
            if settled {
                self.close(unit, jobs);
            } else {
                open.extend(unit);
            }
        }
        self.close(open, jobs);
    }

    fn close(&self, files: Vec<Spanned<'_>>, jobs: &mut Vec<Job>) {
        if files.len() > 1 || files.iter().any(|file| (self.outdated)(file.file)) {
            jobs.push(Job {
                outputs: bytes(&files).div_ceil(self.target).max(rows(&files).div_ceil(MOST_ROWS)).max(1),
                files: files.iter().map(|file| file.file.clone()).collect(),
            });
        }
    }

    /// Large enough to be left alone: what is cut into parts of at most the target leaves none that is smaller.
    fn is_full(&self, bytes: u64, rows: u64) -> bool {
        bytes >= self.target.div_ceil(2) || rows >= MOST_ROWS / 2
    }
}

fn bytes(files: &[Spanned<'_>]) -> u64 {
    files.iter().map(|file| file.file.bytes).sum()
}

fn rows(files: &[Spanned<'_>]) -> u64 {
    files.iter().map(|file| file.file.rows.unwrap_or_default()).sum()
}

/// Runs of files that overlap, directly or through others.
fn overlapping(files: Vec<Spanned<'_>>) -> Vec<Vec<Spanned<'_>>> {
    let mut units: Vec<Vec<Spanned<'_>>> = Vec::new();
    let mut end = i64::MIN;
    for file in files {
        let (low, high) = file.span.unwrap_or_default();
        match units.last_mut() {
            Some(unit) if low.saturating_add(SLACK) < end => unit.push(file),
            _ => {
                units.push(vec![file]);
                end = i64::MIN;
            }
        }
        end = end.max(high);
    }
    units
}

/// The largest files that do not overlap, in order of time, and the others.
fn without_overlap<'f>(unit: &[Spanned<'f>]) -> (Vec<Spanned<'f>>, Vec<Spanned<'f>>) {
    let mut by_size: Vec<Spanned<'f>> = unit.to_vec();
    by_size.sort_by(|left, right| (right.file.bytes, &right.file.path).cmp(&(left.file.bytes, &left.file.path)));
    // By first time, so that only the neighbours of a newcomer need a look.
    let mut base: std::collections::BTreeMap<(i64, i64, usize), Spanned<'f>> = std::collections::BTreeMap::new();
    let mut rest = Vec::new();
    for (at, file) in by_size.into_iter().enumerate() {
        let (low, high) = file.span.unwrap_or_default();
        let before = base.range(..(low, high, at)).next_back().and_then(|(_, file)| file.span);
        let after = base.range((low, high, at)..).next().and_then(|(_, file)| file.span);
        let clear = before.is_none_or(|(_, end)| low.saturating_add(SLACK) >= end)
            && after.is_none_or(|(start, _)| start.saturating_add(SLACK) >= high);
        if clear {
            base.insert((low, high, at), file);
        } else {
            rest.push(file);
        }
    }
    rest.sort_by(|left, right| (left.span, &left.file.path).cmp(&(right.span, &right.file.path)));
    (base.into_values().collect(), rest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use std::collections::HashMap;

    use datafusion::common::ScalarValue;
    use object_store::path::Path;
    use proptest::prelude::*;

    use super::*;
    use crate::lake::ColumnRange;

    const TARGET: u64 = 1_000;

    fn file(name: &str, bytes: u64, span: Option<(i64, i64)>) -> DataFile {
        let range = span.map(|(low, high)| ColumnRange {
            min: ScalarValue::Int64(Some(low * 1_000)),
            max: ScalarValue::Int64(Some(high * 1_000)),
        });
        DataFile {
            path: Path::from(name),
            bytes,
            rows: Some(bytes),
            committed: 0,
            ingested: None,
            hot: HashMap::new(),
            untimed: Some(0),
            ranges: HashMap::from_iter(range.map(|range| ("T".to_owned(), range))),
        }
    }

    fn planned(files: &[DataFile]) -> Vec<(Vec<String>, u64)> {
        let names = |job: Job| (job.files.iter().map(|file| file.path.to_string()).collect(), job.outputs);
        jobs(files, Some("T"), TARGET, &|_| false).into_iter().map(names).collect()
    }

    fn job(files: &[&str], outputs: u64) -> (Vec<String>, u64) {
        (files.iter().map(|name| (*name).to_owned()).collect(), outputs)
    }

    #[test]
    fn full_files_one_after_the_other_are_left_alone() {
        let files = [
            file("a", 700, Some((0, 10))),
            file("b", 20, Some((10, 12))),
            file("c", 900, Some((12, 30))),
        ];
        assert_eq!(planned(&files), []);
        assert_eq!(planned(&[]), []);
    }

    #[test]
    fn small_neighbours_are_put_together() {
        let files = [
            file("a", 10, Some((0, 1))),
            file("b", 10, Some((2, 3))),
            file("full", 600, Some((4, 5))),
            file("c", 10, Some((6, 7))),
            file("d", 490, Some((8, 9))),
            file("e", 490, Some((10, 11))),
        ];
        assert_eq!(planned(&files), [job(&["a", "b"], 1), job(&["c", "d"], 1)]);
    }

    #[test]
    fn overlapping_files_are_cut_by_time() {
        let files = [
            file("a", 900, Some((0, 10))),
            file("b", 900, Some((5, 15))),
            file("c", 900, Some((20, 30))),
        ];
        assert_eq!(planned(&files), [job(&["a", "b"], 2)]);
    }

    #[test]
    fn a_little_late_data_moves_nothing_else() {
        let mut files: Vec<DataFile> = (0..10)
            .map(|n| file(&format!("full{n}"), 900, Some((n * 10, n * 10 + 10))))
            .collect();
        files.push(file("late", 10, Some((0, 100))));
        assert_eq!(planned(&files), []);
        files.push(file("later", 10, Some((50, 100))));
        assert_eq!(planned(&files), [job(&["late", "later"], 1)]);
    }

    #[test]
    fn files_without_times_are_gathered_by_size() {
        let files = [file("a", 10, None), file("b", 10, None), file("c", 700, None), file("d", 900, None)];
        assert_eq!(planned(&files), [job(&["a", "b"], 1)]);
    }

    #[test]
    fn what_is_outdated_is_written_anew() {
        let files = [file("old", 900, Some((0, 10))), file("new", 900, Some((10, 20)))];
        let jobs = jobs(&files, Some("T"), TARGET, &|file| file.path.as_ref() == "old");
        assert_eq!(jobs.len(), 1);
        assert_eq!(jobs[0].files[0].path.as_ref(), "old");
    }

    /// What a job leaves behind, if rows are spread evenly over the time and sizes add up.
    fn carried_out(files: &mut Vec<DataFile>, jobs: Vec<Job>, run: usize) {
        for (number, job) in jobs.into_iter().enumerate() {
            files.retain(|file| !job.files.iter().any(|gone| gone.path == file.path));
            let total: u64 = job.files.iter().map(|file| file.bytes).sum();
            let spans: Vec<(i64, i64)> = job.files.iter().filter_map(|file| file.times("T")).collect();
            let span = spans.iter().copied().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
            let parts = i64::try_from(job.outputs).unwrap();
            for part in 0..parts {
                let cut = |part| span.map(|(low, high)| low + (high - low) * part / parts);
                let span = cut(part).zip(cut(part + 1)).map(|(low, high)| (low / 1_000, high / 1_000));
                files.push(file(&format!("{run}-{number}-{part}"), total / job.outputs, span));
            }
        }
    }

    proptest! {
        #[test]
        fn repeating_it_comes_to_an_end(sizes in proptest::collection::vec((1..1_200u64, 0..100i64, 0..60i64, 0..10u8), 0..40)) {
            let mut files: Vec<DataFile> = sizes
                .iter()
                .enumerate()
                .map(|(at, (bytes, start, length, timeless))| file(&at.to_string(), *bytes, (*timeless > 0).then_some((*start, start + length))))
                .collect();
            let bytes: u64 = files.iter().map(|file| file.bytes).sum();
            for run in 0..20 {
                let jobs = jobs(&files, Some("T"), TARGET, &|_| false);
                if jobs.is_empty() {
                    break;
                }
                let mut named: Vec<String> = jobs.iter().flat_map(|job| &job.files).map(|file| file.path.to_string()).collect();
                named.sort();
                let all = named.len();
                named.dedup();
                prop_assert_eq!(all, named.len(), "a file is in two jobs");
                prop_assert!(run < 19, "still {} jobs", jobs.len());
                carried_out(&mut files, jobs, run);
            }
            let left: u64 = files.iter().map(|file| file.bytes).sum();
            prop_assert!(left <= bytes && left + 2_000 > bytes);
        }
    }
}
