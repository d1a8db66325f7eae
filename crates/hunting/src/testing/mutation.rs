//! Mutation: which changes of a hunt do its tests notice?

use std::collections::HashSet;
use std::sync::Arc;

use quarry_content::Hunt;
use quarry_content::sidecar::{Equivalent, TeamExclusion};
use quarry_text::{LineIndex, Span};

use super::case::{Prepared, Trial, Verdict};
use super::mutants::{Mutant, mutants};
use super::predicates::mutants_of_predicate;
use super::{Bench, TestedHunt};

/// A change that no test noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    pub change: String,
    /// The exclusion whose predicate was changed; `None` for the query.
    pub exclusion: Option<String>,
    /// The place in the hunt's document, or of the predicate in the sidecar.
    pub span: Span,
    /// The line of the query or of the predicate, without blanks around it: how the sidecar names it.
    pub line: String,
}

/// A change of the query, or of an exclusion that stands beside the tests.
#[derive(Debug, Clone)]
struct Change<'t> {
    mutant: Mutant,
    /// The text that is changed.
    text: &'t str,
    exclusion: Option<&'t TeamExclusion>,
}

impl Change<'_> {
    fn line(&self) -> String {
        line_of(self.text, self.mutant.span.start)
    }

    /// What is tried: the hunt, or its exclusion, with the change.
    fn trial(&self, hunt: &Hunt) -> Trial {
        let changed = self.mutant.apply(self.text);
        let mut trial = Trial::of(hunt);
        match self.exclusion {
            Some(exclusion) => trial.predicate = Some((exclusion.id.clone(), changed)),
            None => trial.hunt.ask(changed),
        }
        trial
    }

    fn survivor(&self, hunt: &Hunt) -> Survivor {
        let span = match self.exclusion {
            Some(exclusion) => exclusion.predicate_span,
            None => hunt.query.map.to_source(self.mutant.span),
        };
        Survivor {
            change: self.mutant.change.clone(),
            exclusion: self.exclusion.map(|exclusion| exclusion.id.clone()),
            span,
            line: self.line(),
        }
    }
}

/// How many changes there are to try.
#[must_use]
pub fn changes_of(bench: &Bench, tested: &TestedHunt) -> usize {
    changes(bench, tested).len()
}

/// Every change of the query, and of the exclusions beside its tests. Those of a team's file are for many hunts, and not for the tests of one.
fn changes<'t>(bench: &'t Bench, tested: &'t TestedHunt) -> Vec<Change<'t>> {
    let query = tested.hunt.query.text.as_str();
    let of_query = mutants(query).into_iter().map(|mutant| Change {
        mutant,
        text: query,
        exclusion: None,
    });
    let beside = bench.exclusions_of(&tested.hunt).filter(|scoped| scoped.path == tested.path);
    let of_exclusions = beside.flat_map(|scoped| {
        let exclusion = &scoped.exclusion;
        mutants_of_predicate(&exclusion.predicate).into_iter().map(move |mutant| Change {
            mutant,
            text: exclusion.predicate.as_str(),
            exclusion: Some(exclusion),
        })
    });
    of_query.chain(of_exclusions).collect()
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

/// Changes the hunt and its exclusions in every way and sees whether a case notices. With a limit, so many changes, spread over the text.
pub async fn mutate(bench: &Bench, tested: &TestedHunt, limit: Option<usize>, progress: &mut (dyn FnMut() + Send)) -> MutationReport {
    let mut report = MutationReport::default();
    let mut cases = Vec::new();
    let unchanged = Trial::of(&tested.hunt);
    for case in &tested.tests.cases {
        match bench.prepare(tested, case) {
            Ok(prepared) => {
                if !prepared.verdict(bench, &unchanged).await.passed() {
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
    let quick = pass(bench, &unchanged.planned(true), &cases).await;
    let (marked, all) = split_equivalent(&tested.tests.equivalent, changes(bench, tested), &mut report);
    let total = all.len();
    let chosen = spread(all, limit);
    report.left_out = total - chosen.len();
    report.equivalent = marked.len();
    let fates = fates(bench, (&tested.hunt, quick), cases, chosen, progress).await;
    for (change, fate) in fates {
        match fate {
            Fate::Noticed(_) => report.noticed += 1,
            Fate::Invalid => report.invalid += 1,
            Fate::Survived => report.survivors.push(change.survivor(&tested.hunt)),
        }
    }
    report
}

/// Whether all cases pass.
async fn pass(bench: &Bench, trial: &Trial, cases: &[Prepared]) -> bool {
    for case in cases {
        if !case.verdict(bench, trial).await.passed() {
            return false;
        }
    }
    true
}

/// Every change, tried on the cases: those that noticed most so far come first. Queries are planned with little effort where the hunt itself
/// passes its tests so: rows that nobody orders may come in another order.
async fn fates<'t>(
    bench: &Bench,
    (hunt, quick): (&Hunt, bool),
    cases: Vec<Prepared>,
    changes: Vec<Change<'t>>,
    progress: &mut (dyn FnMut() + Send),
) -> Vec<(Change<'t>, Fate)> {
    let cases = Arc::new(cases);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut noticed: Vec<usize> = vec![0; cases.len()];
    let mut done = Vec::with_capacity(changes.len());
    let mut waiting = changes.into_iter();
    loop {
        // The order of cases is set before a round, so that the result does not depend on which worker is first.
        let mut order: Vec<usize> = (0..cases.len()).collect();
        order.sort_by_key(|case| (std::cmp::Reverse(noticed.get(*case).copied()), *case));
        let round: Vec<Change<'t>> = waiting.by_ref().take(workers * 4).collect();
        if round.is_empty() {
            return done;
        }
        let mut running = tokio::task::JoinSet::new();
        let turns = Arc::new(tokio::sync::Semaphore::new(workers));
        for (number, change) in round.iter().enumerate() {
            let (bench, cases, order, turns) = (bench.clone(), Arc::clone(&cases), order.clone(), Arc::clone(&turns));
            let trial = change.trial(hunt).planned(quick);
            running.spawn(async move {
                let _turn = turns.acquire().await;
                let fate = fate(&bench, &trial, &cases, &order).await;
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
        for (change, fate) in round.into_iter().zip(finished) {
            if let Fate::Noticed(case) = fate
                && let Some(count) = noticed.get_mut(case)
            {
                *count += 1;
            }
            done.push((change, fate));
        }
    }
}

async fn fate(bench: &Bench, trial: &Trial, cases: &[Prepared], order: &[usize]) -> Fate {
    for number in order {
        let Some(case) = cases.get(*number) else { continue };
        let mut verdict = case.verdict(bench, trial).await;
        if matches!(verdict, Verdict::Broken { .. }) {
            // What fails with a plan that is hardly optimised may run with a better one.
            verdict = case.verdict(bench, &trial.planned(false)).await;
        }
        match verdict {
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

/// Changes that the sidecar calls equivalent, and the others.
fn split_equivalent<'t>(marks: &[Equivalent], all: Vec<Change<'t>>, report: &mut MutationReport) -> (Vec<Change<'t>>, Vec<Change<'t>>) {
    let fits = |change: &Change<'_>, mark: &Equivalent| {
        change.line() == mark.line
            && mark.nth.is_none_or(|nth| nth == occurrence(change.text, change.mutant.span.start))
            && (mark.change.is_empty() || mark.change == change.mutant.change)
    };
    for mark in marks {
        if !all.iter().any(|change| fits(change, mark)) {
            report.stale.push((mark.line.clone(), mark.change.clone()));
        }
    }
    all.into_iter().partition(|change| marks.iter().any(|mark| fits(change, mark)))
}

/// At most so many, at equal distances.
fn spread<'t>(all: Vec<Change<'t>>, limit: Option<usize>) -> Vec<Change<'t>> {
    let total = all.len();
    let Some(limit) = limit.filter(|limit| *limit < total) else {
        return all;
    };
    let wanted: HashSet<usize> = (0..limit).map(|at| at * total / limit.max(1)).collect();
    all.into_iter()
        .enumerate()
        .filter(|(at, _)| wanted.contains(at))
        .map(|(_, change)| change)
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
