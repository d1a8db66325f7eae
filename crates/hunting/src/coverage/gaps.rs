//! Techniques for which data is there and no hunt is.

use std::collections::BTreeMap;

use quarry_content::Hunt;
use quarry_schema::attack;

use super::Coverage;
use crate::ready::LakeState;

/// A technique that could be hunted for.
#[derive(Debug, Clone, Default)]
pub struct Gap<'a> {
    /// A base technique.
    pub technique: String,
    /// Sets of tables that the lake holds and published hunts for it read, the most used first.
    pub tables: Vec<Vec<&'static str>>,
    /// How many published hunts for it read tables that the lake holds.
    pub published: usize,
    /// Hunts of the other content that the lake can answer.
    pub hunts: Vec<&'a Hunt>,
}

/// The techniques that no hunt covers and that published hunts look for in tables of the lake, or `others` look for, which it can answer. Those that
/// most hunts look for are first.
#[must_use]
pub fn gaps<'a>(coverage: &Coverage<'_>, lake: &LakeState, others: &[&'a Hunt]) -> Vec<Gap<'a>> {
    let mut found: BTreeMap<&str, Gap<'a>> = BTreeMap::new();
    let has_rows = |table: &&str| lake.table(table).is_some_and(|state| state.rows > 0);
    for data in attack::technique_data().filter(|data| data.tables.iter().all(has_rows)) {
        let gap = found.entry(data.technique).or_default();
        gap.tables.push(data.tables);
        gap.published += data.hunts;
    }
    for hunt in others {
        for base in hunt.techniques.iter().filter_map(|technique| attack::base_technique(technique)) {
            super::add(&mut found.entry(base).or_default().hunts, hunt);
        }
    }
    let mut gaps: Vec<Gap<'a>> = found
        .into_iter()
        .filter(|(technique, _)| coverage.hunts(technique).is_empty())
        .map(|(technique, gap)| Gap {
            technique: technique.to_owned(),
            ..gap
        })
        .collect();
    gaps.sort_by_key(|gap| std::cmp::Reverse((gap.hunts.len(), gap.published)));
    gaps
}
