//! Running a hunt with exclusions, and measuring what each of them hides.
//!
//! Nothing is guessed: the hunt runs without any exclusion, with each one alone, and with all of them. An exclusion that keeps no row from
//! the query needs no run, and one alone is all of them.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use arrow::array::BooleanArray;
use arrow::compute::{filter, filter_record_batch};
use quarry_content::sidecar::TeamExclusion;
use quarry_engine::Exclusion;
use quarry_text::Diagnostic;

use crate::runner::{QueryRunner, RunError, RunOptions};
use crate::table::{ResultTable, Row};
use crate::team::{ExclusionMode, ScopedExclusion};

/// An exclusion that hides all findings is suspicious from so many on.
const ALL_OF: usize = 3;
/// An exclusion is suspicious when it takes away more than half of the events, of so many at least.
const HALF_OF: u64 = 100;

/// What an exclusion did in one hunt.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effect {
    pub id: String,
    /// The file it is written in.
    pub path: String,
    pub scenario: String,
    /// The table whose events it takes out; empty for an exclusion from the result.
    pub table: String,
    /// Events that it kept from the query, by itself; of an exclusion from the result, its rows.
    pub rows: u64,
    /// Findings that are there without it and not with it, no other exclusion given.
    pub findings: usize,
    /// Findings that it leaves, with other values.
    pub changed: usize,
    /// Why it may hide more than anybody meant.
    pub too_broad: Option<String>,
    /// Why it could not be applied.
    pub broken: Option<String>,
}

/// What came of running with exclusions.
#[derive(Debug, Clone)]
pub struct Excluded {
    /// What the run shows.
    pub table: ResultTable,
    /// The findings without any exclusion, where there are exclusions.
    pub before: Option<ResultTable>,
    /// Findings that the exclusions together hide.
    pub hidden: usize,
    pub effects: Vec<Effect>,
    /// What the evidence cost, where it was gathered.
    pub evidence: Option<EvidenceCost>,
}

/// How long a query took with evidence and without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvidenceCost {
    pub without: Duration,
    pub with: Duration,
}

/// An exclusion in the words of the engine.
#[must_use]
pub fn for_engine(exclusion: &TeamExclusion) -> Exclusion {
    Exclusion {
        name: exclusion.id.clone(),
        table: (!exclusion.table.is_empty()).then(|| exclusion.table.clone()),
        predicate: exclusion.predicate.clone(),
        inverted: false,
    }
}

/// Runs a query with exclusions. Evidence is gathered last, of findings that are shown: whatever finds nothing is not slowed down by it.
pub(crate) async fn run<R: QueryRunner>(
    runner: &R,
    query: &str,
    options: &RunOptions,
    exclusions: &[&ScopedExclusion],
    mode: ExclusionMode,
) -> Result<Excluded, RunError> {
    let exclusions = if mode == ExclusionMode::Ignore { &[] } else { exclusions };
    let plain = RunOptions {
        evidence: None,
        ..options.clone()
    };
    let first = timed(runner, query, &plain).await?;
    let before = &first.table;
    let mut effects = Vec::with_capacity(exclusions.len());
    let mut used: Vec<(Exclusion, Timed)> = Vec::new();
    for scoped in exclusions {
        let exclusion = for_engine(&scoped.exclusion);
        let mut effect = Effect {
            id: exclusion.name.clone(),
            path: scoped.path.clone(),
            scenario: scoped.exclusion.scenario.clone(),
            table: scoped.exclusion.table.clone(),
            ..Effect::default()
        };
        match alone(runner, query, &plain, &exclusion, before).await {
            Ok(Some((rows, alone))) => {
                effect.rows = rows;
                let difference = Difference::of(before, &alone.table);
                effect.findings = difference.gone.iter().filter(|gone| **gone).count();
                effect.changed = difference.changed;
                effect.too_broad = too_broad(runner, query, &plain, &exclusion, &effect, before.rows()).await;
                used.push((exclusion, alone));
            }
            Ok(None) => {}
            Err(error) => effect.broken = Some(sentence(&error)),
        }
        effects.push(effect);
    }
    let applied: Vec<Exclusion> = used.iter().map(|(exclusion, _)| exclusion.clone()).collect();
    let after = match used.len() {
        0 => first.clone(),
        1 => used.pop().map_or_else(|| first.clone(), |(_, alone)| alone),
        _ => timed(runner, query, &with_exclusions(&plain, applied.clone())).await?,
    };
    let gone = Difference::of(before, &after.table).gone;
    let mut excluded = Excluded {
        table: match mode {
            ExclusionMode::OnlyExcluded => keep(before, &gone),
            _ => after.table.clone(),
        },
        before: (!exclusions.is_empty()).then(|| before.clone()),
        hidden: gone.iter().filter(|gone| **gone).count(),
        effects,
        evidence: None,
    };
    if options.evidence.is_some() && !excluded.table.is_empty() {
        let (traced, without) = match mode {
            ExclusionMode::OnlyExcluded => (timed(runner, query, options).await?, first.took),
            _ => (timed(runner, query, &with_exclusions(options, applied)).await?, after.took),
        };
        excluded.evidence = Some(EvidenceCost {
            without,
            with: traced.took,
        });
        excluded.table = match mode {
            ExclusionMode::OnlyExcluded => keep(&traced.table, &Difference::of(&traced.table, &after.table).gone),
            _ => traced.table,
        };
    }
    Ok(excluded)
}

/// A result, and how long it took.
#[derive(Clone)]
struct Timed {
    table: ResultTable,
    took: Duration,
}

async fn timed<R: QueryRunner>(runner: &R, query: &str, options: &RunOptions) -> Result<Timed, RunError> {
    let begin = Instant::now();
    let table = runner.run(query, options).await?;
    let took = begin.elapsed();
    Ok(Timed { table, took })
}

fn with_exclusions(options: &RunOptions, exclusions: Vec<Exclusion>) -> RunOptions {
    RunOptions {
        exclusions,
        ..options.clone()
    }
}

/// The rows that an exclusion takes out, and what is left with it alone; `None` when it takes out nothing.
async fn alone<R: QueryRunner>(
    runner: &R,
    query: &str,
    options: &RunOptions,
    exclusion: &Exclusion,
    before: &ResultTable,
) -> Result<Option<(u64, Timed)>, RunError> {
    let options = |exclusion: Exclusion| with_exclusions(options, vec![exclusion]);
    let rows = match exclusion.table {
        Some(_) => runner.rows_excluded(query, &options(exclusion.clone()), exclusion).await?,
        None => {
            let inverted = Exclusion {
                inverted: true,
                ..exclusion.clone()
            };
            // Without findings there is nothing to take out, but a broken predicate must still be told.
            let hidden = runner.run(query, &options(inverted)).await?;
            u64::try_from(hidden.rows().min(before.rows())).unwrap_or_default()
        }
    };
    if rows == 0 {
        return Ok(None);
    }
    Ok(Some((rows, timed(runner, query, &options(exclusion.clone())).await?)))
}

async fn too_broad<R: QueryRunner>(
    runner: &R,
    query: &str,
    options: &RunOptions,
    exclusion: &Exclusion,
    effect: &Effect,
    findings: usize,
) -> Option<String> {
    if findings >= ALL_OF && effect.findings == findings {
        return Some(format!("it hides all {findings} findings of this hunt"));
    }
    if exclusion.table.is_some() && effect.rows >= HALF_OF {
        let everything = Exclusion {
            predicate: "true".to_owned(),
            ..exclusion.clone()
        };
        let all = runner.rows_excluded(query, options, &everything).await.ok()?;
        if effect.rows.saturating_mul(2) > all {
            return Some(format!("it takes away {} of the {all} events that this hunt reads", effect.rows));
        }
    }
    None
}

fn sentence(error: &RunError) -> String {
    let told = error.diagnostics.iter().map(|found: &Diagnostic| found.message.clone()).next();
    told.unwrap_or_else(|| format!("no table {}", error.missing_tables.join(", ")))
}

/// How two results of one query differ.
struct Difference {
    /// For each row of the first: whether the second lacks it.
    gone: Vec<bool>,
    /// Rows that are in both with other values.
    changed: usize,
}

impl Difference {
    /// Rows are the same when the columns that identify them are.
    fn of(first: &ResultTable, second: &ResultTable) -> Self {
        let all: Vec<usize> = (0..first.columns.len()).collect();
        let keys = first.identity.as_slice();
        let mut left: HashMap<String, usize> = HashMap::new();
        let mut whole: HashSet<String> = HashSet::new();
        for row in second.iter() {
            *left.entry(cells(&row, keys)).or_default() += 1;
            whole.insert(cells(&row, &all));
        }
        let mut changed = 0;
        let gone = first
            .iter()
            .map(|row| match left.get_mut(&cells(&row, keys)) {
                Some(number) if *number > 0 => {
                    *number -= 1;
                    changed += usize::from(!whole.contains(&cells(&row, &all)));
                    false
                }
                _ => true,
            })
            .collect();
        Self { gone, changed }
    }
}

fn cells(row: &Row<'_>, columns: &[usize]) -> String {
    let mut text = String::new();
    for column in columns {
        row.json(*column, &mut text);
        text.push('\u{1f}');
    }
    text
}

/// The rows that are marked.
fn keep(table: &ResultTable, marked: &[bool]) -> ResultTable {
    let mut marks = marked.iter().copied();
    let mut kept = nothing_of(table);
    for (at, batch) in table.batches.iter().enumerate() {
        let marks: BooleanArray = marks.by_ref().take(batch.num_rows()).map(Some).collect();
        // The mask is as long as the batch.
        let Some(rows) = filter_record_batch(batch, &marks).ok().filter(|rows| rows.num_rows() > 0) else {
            continue;
        };
        let evidence = table.evidence.as_ref().and_then(|evidence| evidence.get(at));
        if let (Some(evidence), Some(of_kept)) = (evidence, &mut kept.evidence) {
            of_kept.extend(filter(evidence, &marks).ok());
        }
        kept.batches.push(rows);
    }
    kept
}

fn nothing_of(table: &ResultTable) -> ResultTable {
    ResultTable {
        columns: table.columns.clone(),
        identity: table.identity.clone(),
        batches: Vec::new(),
        memory: table.memory.clone(),
        evidence: table.evidence.as_ref().map(|_| Vec::new()),
    }
}
