//! Mutation: which changes of a hunt do its tests notice?

use std::collections::HashSet;
use std::sync::Arc;

use quarry_content::Hunt;
use quarry_text::{LineIndex, Span};

use super::case::{Prepared, Verdict};
use super::mutants::{Mutant, mutants};
use super::{Bench, TestedHunt};

/// A change that no test noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    pub change: String,
    /// The place in the hunt's document.
    pub span: Span,
    /// The line of the query, without blanks around it: how the sidecar names it.
    pub line: String,
}

/// What mutation found about the tests of one hunt.
#[derive(Debug, Clone, Default)]
pub struct MutationReport {
    /// Changes that some test noticed.
    pub noticed: usize,
    pub survivors: Vec<Survivor>,
    /// Changes that the sidecar says make no difference.
    pub equivalent: usize,
    /// Changes that give no query: nothing to test.
    pub invalid: usize,
    /// Changes that were left out by the limit.
    pub left_out: usize,
    /// Entries of the sidecar that name no change of the query, or one that a test notices: line and change.
    pub stale: Vec<(String, String)>,
    /// Tests that fail on the hunt as it is: nothing can be said then.
    pub failing: Vec<String>,
}

impl MutationReport {
    /// Noticed changes of all that make a difference, in percent; `None` when there are none.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        let all = self.noticed + self.survivors.len();
        // Far below the numbers that a float cannot hold.
        #[allow(clippy::cast_precision_loss)]
        (all > 0).then(|| self.noticed as f64 * 100.0 / all as f64)
    }
}

/// How one change fared.
enum Fate {
    /// By the case of this number.
    Noticed(usize),
    Survived,
    Invalid,
}

/// Changes the hunt in every way and sees whether a case notices. With a limit, so many changes, spread over the text.
pub async fn mutate(bench: &Bench, tested: &TestedHunt, limit: Option<usize>, progress: &mut (dyn FnMut() + Send)) -> MutationReport {
    let mut report = MutationReport::default();
    let mut cases = Vec::new();
    for case in &tested.tests.cases {
        match bench.prepare(tested, case) {
            Ok(prepared) => {
                if !prepared.verdict(bench, &tested.hunt).await.passed() {
                    report.failing.push(case.name.clone());
                }
                cases.push(prepared);
            }
            Err(_) => report.failing.push(case.name.clone()),
        }
    }
    if !report.failing.is_empty() {
        return report;
    }
    let query = &tested.hunt.query.text;
    let all = mutants(query);
    let (marked, all) = split_equivalent(&tested.tests.equivalent, query, all, &mut report);
    let total = all.len();
    let chosen = spread(all, limit);
    report.left_out = total - chosen.len();
    report.equivalent = marked.len();
    let fates = fates(bench, &tested.hunt, cases, chosen, progress).await;
    for (mutant, fate) in fates {
        match fate {
            Fate::Noticed(_) => report.noticed += 1,
            Fate::Invalid => report.invalid += 1,
            Fate::Survived => report.survivors.push(Survivor {
                change: mutant.change.clone(),
                span: tested.hunt.query.map.to_source(mutant.span),
                line: line_of(query, mutant.span.start),
            }),
        }
    }
    report
}

/// Every change, tried on the cases: those that noticed most so far come first.
async fn fates(
    bench: &Bench,
    hunt: &Hunt,
    cases: Vec<Prepared>,
    mutants: Vec<Mutant>,
    progress: &mut (dyn FnMut() + Send),
) -> Vec<(Mutant, Fate)> {
    let cases = Arc::new(cases);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut noticed: Vec<usize> = vec![0; cases.len()];
    let mut done = Vec::with_capacity(mutants.len());
    let mut waiting = mutants.into_iter();
    loop {
        // The order of cases is set before a round, so that the result does not depend on which worker is first.
        let mut order: Vec<usize> = (0..cases.len()).collect();
        order.sort_by_key(|case| (std::cmp::Reverse(noticed.get(*case).copied()), *case));
        let round: Vec<Mutant> = waiting.by_ref().take(workers * 4).collect();
        if round.is_empty() {
            return done;
        }
        let mut running = tokio::task::JoinSet::new();
        let turns = Arc::new(tokio::sync::Semaphore::new(workers));
        for (number, mutant) in round.iter().enumerate() {
            let (bench, cases, order, turns) = (bench.clone(), Arc::clone(&cases), order.clone(), Arc::clone(&turns));
            let changed = changed(hunt, mutant);
            running.spawn(async move {
                let _turn = turns.acquire().await;
                let fate = fate(&bench, &changed, &cases, &order).await;
                (number, fate)
            });
        }
        let mut finished: Vec<Fate> = round.iter().map(|_| Fate::Survived).collect();
        while let Some(next) = running.join_next().await {
            // A change on which the engine itself breaks stays one that nobody noticed: it must not vanish.
            if let Ok((number, fate)) = next
                && let Some(place) = finished.get_mut(number)
            {
                *place = fate;
            }
            progress();
        }
        for (mutant, fate) in round.into_iter().zip(finished) {
            if let Fate::Noticed(case) = fate
                && let Some(count) = noticed.get_mut(case)
            {
                *count += 1;
            }
            done.push((mutant, fate));
        }
    }
}

async fn fate(bench: &Bench, hunt: &Hunt, cases: &[Prepared], order: &[usize]) -> Fate {
    for number in order {
        let Some(case) = cases.get(*number) else { continue };
        match case.verdict(bench, hunt).await {
            Verdict::Passed => {}
            Verdict::Failed(_) => return Fate::Noticed(*number),
            Verdict::Broken { diagnostics, .. } => {
                // A query that does not bind is no query; one that fails while it runs is noticed.
                let wrong = diagnostics
                    .iter()
                    .any(|found| found.code.starts_with("SYN") || found.code.starts_with("SEM"));
                return if wrong { Fate::Invalid } else { Fate::Noticed(*number) };
            }
        }
    }
    Fate::Survived
}

/// The hunt with a change in its query.
fn changed(hunt: &Hunt, mutant: &Mutant) -> Hunt {
    let mut changed = hunt.clone();
    changed.query.text = mutant.apply(&hunt.query.text);
    changed.tunables = quarry_content::find_tunables(&changed.query.text);
    changed
}

/// Changes that the sidecar calls equivalent, and the others.
fn split_equivalent(
    marks: &[quarry_content::sidecar::Equivalent],
    query: &str,
    all: Vec<Mutant>,
    report: &mut MutationReport,
) -> (Vec<Mutant>, Vec<Mutant>) {
    let fits = |mutant: &Mutant, mark: &quarry_content::sidecar::Equivalent| {
        line_of(query, mutant.span.start) == mark.line
            && mark.nth.is_none_or(|nth| nth == occurrence(query, mutant.span.start))
            && (mark.change.is_empty() || mark.change == mutant.change)
    };
    for mark in marks {
        if !all.iter().any(|mutant| fits(mutant, mark)) {
            report.stale.push((mark.line.clone(), mark.change.clone()));
        }
    }
    all.into_iter().partition(|mutant| marks.iter().any(|mark| fits(mutant, mark)))
}

/// At most so many, at equal distances.
fn spread(all: Vec<Mutant>, limit: Option<usize>) -> Vec<Mutant> {
    let total = all.len();
    let Some(limit) = limit.filter(|limit| *limit < total) else {
        return all;
    };
    let wanted: HashSet<usize> = (0..limit).map(|at| at * total / limit.max(1)).collect();
    all.into_iter()
        .enumerate()
        .filter(|(at, _)| wanted.contains(at))
        .map(|(_, mutant)| mutant)
        .collect()
}

/// How many lines of the same text there are up to a place.
fn occurrence(query: &str, offset: u32) -> usize {
    let own = line_of(query, offset);
    let last = LineIndex::new(query).line_column(offset).line as usize;
    query.lines().take(last).filter(|line| line.trim() == own).count()
}

/// The line of a place, without blanks around it.
fn line_of(query: &str, offset: u32) -> String {
    let index = LineIndex::new(query);
    let line = index.line_column(offset).line;
    index.line_text(line).unwrap_or_default().trim().to_owned()
}
