//! Tuning: what each value of a tunable keeps of the findings and of what is known to be true.

use std::collections::{BTreeSet, HashMap};

use quarry_content::Hunt;
use quarry_text::Diagnostic;
use serde_json::Value as Json;

use crate::exclude;
use crate::outcome::Reason;
use crate::overrides::{Origin, Overrides};
use crate::run::{fires, reasons};
use crate::runner::{QueryRunner, RunOptions};
use crate::table::ResultTable;
use crate::team::{Scope, ScopedExclusion, Team};

/// Combinations of values that are tried at most.
pub const MOST_COMBINATIONS: usize = 1_000;
/// Values of one range.
const MOST_VALUES: i64 = 1_000;

/// A tunable and the values to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vary {
    pub name: String,
    pub values: Vec<String>,
}

impl Vary {
    /// Reads `NAME=1..10`, `NAME=1..100/10`, `NAME=1h,6h,1d` or `NAME=1d..5d`.
    ///
    /// # Errors
    /// A sentence, when it is none of these.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form = || format!("`{text}` is not of the form NAME=1..10, NAME=10..100/10 or NAME=1h,6h,1d");
        let (name, values) = text.split_once('=').ok_or_else(form)?;
        let values = match values.split_once("..") {
            Some((from, to)) => range(from.trim(), to.trim()).ok_or_else(form)?,
            None => values
                .split(',')
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
                .collect(),
        };
        if values.is_empty() {
            return Err(form());
        }
        Ok(Self {
            name: name.trim().to_owned(),
            values,
        })
    }
}

/// `from..to` or `from..to/step`; both ends may carry one unit.
fn range(from: &str, to: &str) -> Option<Vec<String>> {
    let (to, step) = match to.split_once('/') {
        Some((to, step)) => (to, step.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()?),
        None => (to, 1),
    };
    let split = |text: &str| {
        let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        Some((number.trim().parse::<i64>().ok()?, unit.to_owned()))
    };
    let ((from, first_unit), (to, unit)) = (split(from)?, split(to)?);
    let fits = from <= to && step > 0 && (first_unit.is_empty() || first_unit == unit);
    if !fits || (to.checked_sub(from)? / step) >= MOST_VALUES {
        return None;
    }
    let mut values = Vec::new();
    let mut at = from;
    while at <= to {
        values.push(format!("{at}{unit}"));
        at = at.checked_add(step)?;
    }
    Some(values)
}

/// Something that a hunt should report, or should not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// The hunt that it is about, by the beginning of its id; every hunt when empty.
    pub hunt: String,
    /// The column that names it; any column when empty.
    pub column: String,
    pub value: String,
    /// Whether it is something to find; otherwise it is known to be harmless.
    pub bad: bool,
}

impl Truth {
    /// Reads one truth: an object with `value`, and where wanted `hunt`, `column` and `bad` (or `label`: `true`, `malicious`, `false`, `benign`).
    ///
    /// # Errors
    /// A sentence, when there is no value or the label says nothing.
    pub fn of_object(fields: &Json) -> Result<Self, String> {
        let text = |name: &str| match fields.get(name) {
            Some(Json::String(text)) => text.trim().to_owned(),
            Some(Json::Null) | None => String::new(),
            Some(other) => other.to_string(),
        };
        let value = text("value");
        if value.is_empty() {
            return Err("a truth has a `value`: the account, address or other name that a finding carries".to_owned());
        }
        let label = if text("bad").is_empty() { text("label") } else { text("bad") };
        let bad = match label.to_lowercase().as_str() {
            "" | "true" | "bad" | "malicious" | "tp" | "1" => true,
            "false" | "benign" | "harmless" | "fp" | "0" => false,
            other => return Err(format!("`{other}` is no label: write true or false")),
        };
        Ok(Self {
            hunt: text("hunt"),
            column: text("column"),
            value,
            bad,
        })
    }

    /// Whether it is about a hunt.
    #[must_use]
    pub fn is_for(&self, hunt: &Hunt) -> bool {
        self.hunt.is_empty() || hunt.id.to_lowercase().starts_with(&self.hunt.to_lowercase())
    }
}

/// What one combination of values gives.
#[derive(Debug, Clone)]
pub struct Tuned {
    /// The values, in the order of the tunables.
    pub values: Vec<String>,
    /// Whether these are the values without any change.
    pub current: bool,
    pub outcome: Result<Kept, Vec<Reason>>,
}

/// What a combination keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    pub findings: usize,
    /// Truths that some finding names.
    pub truths: BTreeSet<usize>,
    /// Findings that name something harmless and nothing bad.
    pub false_alarms: usize,
    /// Findings that name nothing known.
    pub unknown: usize,
}

/// All combinations, the first tunable slowest.
///
/// # Errors
/// A sentence, when the hunt has no such tunable, a value does not fit, or there are too many.
pub fn combinations(hunt: &Hunt, vary: &[Vary]) -> Result<Vec<Vec<String>>, String> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    for one in vary {
        let Some(tunable) = hunt.tunables().iter().find(|tunable| tunable.name == one.name) else {
            let names = hunt.tunables().iter().map(|tunable| tunable.name.as_str());
            let more = match quarry_text::suggest::closest(&one.name, names.clone()) {
                Some(close) => format!(": did you mean `{close}`?"),
                None => match names.collect::<Vec<_>>().join(", ") {
                    none if none.is_empty() => "; it has none: a tunable is a `let` with a literal at the top of the query".to_owned(),
                    all => format!("; it has {all}"),
                },
            };
            return Err(format!("the hunt has no tunable `{}`{more}", one.name));
        };
        for value in &one.values {
            tunable.literal_of(value).map_err(|problem| format!("`{}`: {problem}", one.name))?;
        }
        if all.len().saturating_mul(one.values.len()) > MOST_COMBINATIONS {
            return Err(format!("these are more than {MOST_COMBINATIONS} combinations"));
        }
        all = all
            .iter()
            .flat_map(|before| one.values.iter().map(|value| before.iter().chain([value]).cloned().collect()))
            .collect();
    }
    Ok(all)
}

/// Runs a hunt with each combination of values. Combinations that give the same query run once.
pub async fn tune<R: QueryRunner>(
    runner: &R,
    hunt: &Hunt,
    vary: &[Vary],
    combinations: Vec<Vec<String>>,
    team: &Team,
    (options, truths): (&RunOptions, &[Truth]),
    progress: &mut (dyn FnMut() + Send),
) -> Vec<Tuned> {
    let exclusions: Vec<&ScopedExclusion> = team.in_force(hunt).collect();
    let unchanged = team.overrides.apply(hunt).map(|edited| edited.text).ok();
    let mut known: HashMap<String, Result<Kept, Vec<Reason>>> = HashMap::new();
    let mut all = Vec::with_capacity(combinations.len());
    for values in combinations {
        let mut overrides: Overrides = team.overrides.clone();
        for (one, value) in vary.iter().zip(&values) {
            overrides.set(&one.name, value, Origin::CommandLine, Scope::All);
        }
        let outcome = match overrides.apply(hunt) {
            Err(wrong) => Err(wrong.into_iter().map(Reason::Query).collect()),
            Ok(edited) => match known.get(&edited.text) {
                Some(outcome) => outcome.clone(),
                None => {
                    let applied = RunOptions {
                        exclusions: exclusions.iter().map(|one| exclude::for_engine(&one.exclusion)).collect(),
                        ..options.clone()
                    };
                    let ran = runner.run(&edited.text, &applied).await;
                    let outcome = match ran {
                        Ok(table) => Ok(kept(hunt, &table, truths)),
                        Err(error) => Err(reasons(hunt, error, |found: Diagnostic| edited.original(found))),
                    };
                    known.insert(edited.text.clone(), outcome.clone());
                    outcome
                }
            },
        };
        let current = overrides.apply(hunt).ok().map(|edited| edited.text) == unchanged;
        all.push(Tuned { values, current, outcome });
        progress();
    }
    all
}

fn kept(hunt: &Hunt, table: &ResultTable, truths: &[Truth]) -> Kept {
    let mut kept = Kept::default();
    if !fires(hunt, table.rows()) {
        return kept;
    }
    for row in table.iter() {
        kept.findings += 1;
        let texts = row.texts();
        let names = |truth: &Truth| {
            let cells = table.columns.iter().zip(&texts);
            truth.is_for(hunt)
                && cells
                    .filter(|((column, _), _)| truth.column.is_empty() || *column == truth.column)
                    .any(|(_, text)| text.eq_ignore_ascii_case(&truth.value))
        };
        let (mut bad, mut harmless) = (false, false);
        for (number, truth) in truths.iter().enumerate().filter(|(_, truth)| names(truth)) {
            if truth.bad {
                kept.truths.insert(number);
                bad = true;
            } else {
                harmless = true;
            }
        }
        kept.false_alarms += usize::from(!bad && harmless);
        kept.unknown += usize::from(!bad && !harmless);
    }
    kept
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn values_are_listed_or_counted() {
        let values = |text: &str| Vary::parse(text).unwrap().values;
        assert_eq!(values("N=1..3"), ["1", "2", "3"]);
        assert_eq!(values("N=10..30/10"), ["10", "20", "30"]);
        assert_eq!(values("N=1d..3d"), ["1d", "2d", "3d"]);
        assert_eq!(values("N=1..3h"), ["1h", "2h", "3h"]);
        assert_eq!(values("N=1h, 1d"), ["1h", "1d"]);
        for wrong in ["N", "N=", "N=3..1", "N=1..99999999", "N=a..b", "N=1..5/0"] {
            assert!(Vary::parse(wrong).is_err(), "{wrong}");
        }
    }
}
