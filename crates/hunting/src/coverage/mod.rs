//! Which techniques of ATT&CK some hunts cover, with what data, which tests and which findings; and which could be covered.

mod gaps;
mod layer;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use quarry_content::Hunt;
use quarry_content::sidecar::Expectation;
use quarry_schema::attack::{self, Tactic};

use crate::keep::HuntFindings;
use crate::team::sidecars;

pub use gaps::{Gap, gaps};
pub use layer::{Domain, LayerText, Marks, finding_layer};

/// Tactics, the techniques of each, and the hunts for each technique.
#[derive(Debug, Clone, Default)]
pub struct Coverage<'a> {
    /// In the order of an attack. Techniques by id, sub-techniques apart; hunts that name a tactic and no technique of it under an empty id.
    pub tactics: Vec<(Tactic, BTreeMap<String, Vec<&'a Hunt>>)>,
}

impl<'a> Coverage<'a> {
    /// What hunts say they are for. A technique counts for those tactics of the hunt that it serves, and for all that it serves when the hunt
    /// names none of them.
    #[must_use]
    pub fn of(hunts: &[&'a Hunt]) -> Coverage<'a> {
        let mut cells: BTreeMap<Tactic, BTreeMap<String, Vec<&'a Hunt>>> = BTreeMap::new();
        for hunt in hunts {
            for (tactic, technique) in places(&hunt.tactics, &hunt.techniques) {
                add(cells.entry(tactic).or_default().entry(technique).or_default(), hunt);
            }
        }
        let tactics = Tactic::all().filter_map(|tactic| Some((tactic, cells.remove(&tactic)?)));
        Coverage {
            tactics: tactics.collect(),
        }
    }

    /// The hunts of a tactic, each once.
    #[must_use]
    pub fn hunts_of(&self, tactic: Tactic) -> Vec<&'a Hunt> {
        let cells = self
            .tactics
            .iter()
            .filter(|(of, _)| *of == tactic)
            .flat_map(|(_, cells)| cells.values());
        let mut found = Vec::new();
        cells.flatten().for_each(|hunt| add(&mut found, hunt));
        found
    }

    /// The hunts for a technique, those for its sub-techniques included.
    #[must_use]
    pub fn hunts(&self, technique: &str) -> Vec<&'a Hunt> {
        let cells = self.tactics.iter().flat_map(|(_, techniques)| techniques);
        let of = cells.filter(|(id, _)| *id == technique || attack::base_technique(id) == Some(technique));
        let mut found = Vec::new();
        of.flat_map(|(_, hunts)| hunts).for_each(|hunt| add(&mut found, hunt));
        found
    }

    /// Every technique that has a hunt.
    #[must_use]
    pub fn techniques(&self) -> Vec<&str> {
        let ids = self.tactics.iter().flat_map(|(_, techniques)| techniques.keys());
        let mut ids: Vec<&str> = ids.map(String::as_str).filter(|id| !id.is_empty()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The techniques that others have and these have not, with the titles of the others' hunts.
    #[must_use]
    pub fn lacking(&self, others: &Coverage<'_>) -> BTreeMap<String, String> {
        let own = self.techniques();
        let lacking = others.techniques().into_iter().filter(|id| !own.contains(id));
        lacking
            .map(|id| {
                let titles: Vec<&str> = others.hunts(id).iter().map(|hunt| hunt.title()).collect();
                (id.to_owned(), titles.join("\n"))
            })
            .collect()
    }
}

/// Where something for these tactics and techniques belongs.
fn places(tactics: &[String], techniques: &[String]) -> Vec<(Tactic, String)> {
    let named: Vec<Tactic> = tactics.iter().filter_map(|name| Tactic::from_name(name)).collect();
    let mut places: Vec<(Tactic, String)> = Vec::new();
    for technique in techniques {
        let serves = attack::tactics_of(technique);
        let both: Vec<Tactic> = serves.iter().copied().filter(|tactic| named.contains(tactic)).collect();
        let of = if both.is_empty() { serves } else { both };
        places.extend(of.into_iter().map(|tactic| (tactic, technique.clone())));
    }
    for tactic in named {
        if !places.iter().any(|(served, _)| *served == tactic) {
            places.push((tactic, String::new()));
        }
    }
    places
}

fn add<'a>(hunts: &mut Vec<&'a Hunt>, hunt: &'a Hunt) {
    if !hunts.iter().any(|known| std::ptr::eq(*known, hunt)) {
        hunts.push(hunt);
    }
}

/// Whether some test of a hunt shows it firing.
#[must_use]
pub fn has_firing_test(hunt: &Hunt, documents: &[quarry_content::Document]) -> bool {
    sidecars(documents)
        .filter(|(_, sidecar)| !hunt.id.is_empty() && sidecar.hunt.eq_ignore_ascii_case(&hunt.id))
        .flat_map(|(_, sidecar)| &sidecar.tests.cases)
        .any(|case| matches!(case.expect, Expectation::Fires { .. }))
}

/// How many kept findings are a hunt's. Hunts are told by their ids, or where they have none, by their titles.
#[must_use]
pub fn findings_of(hunt: &Hunt, kept: &[HuntFindings]) -> usize {
    let own = kept.iter().filter(|one| match hunt.id.as_str() {
        "" => one.hunt_id.is_empty() && one.hunt == hunt.title(),
        id => one.hunt_id.eq_ignore_ascii_case(id),
    });
    own.map(|one| one.findings).sum()
}
