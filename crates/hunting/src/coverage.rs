//! Which techniques of ATT&CK some hunts cover.

use std::collections::BTreeMap;

use quarry_content::Hunt;
use quarry_schema::attack::{self, Tactic};
use serde_json::{Value, json};

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
            let named: Vec<Tactic> = hunt.tactics.iter().filter_map(|name| Tactic::from_name(name)).collect();
            let mut served: Vec<Tactic> = Vec::new();
            for technique in &hunt.techniques {
                let serves = attack::tactics_of(technique);
                let both: Vec<Tactic> = serves.iter().copied().filter(|tactic| named.contains(tactic)).collect();
                for tactic in if both.is_empty() { serves } else { both } {
                    served.push(tactic);
                    add(&mut cells, tactic, technique, hunt);
                }
            }
            for tactic in named.into_iter().filter(|tactic| !served.contains(tactic)) {
                add(&mut cells, tactic, "", hunt);
            }
        }
        let tactics = Tactic::all().filter_map(|tactic| Some((tactic, cells.remove(&tactic)?)));
        Coverage {
            tactics: tactics.collect(),
        }
    }

    /// The hunts for a technique, those for its sub-techniques included.
    #[must_use]
    pub fn hunts(&self, technique: &str) -> Vec<&'a Hunt> {
        let cells = self.tactics.iter().flat_map(|(_, techniques)| techniques);
        let of = cells.filter(|(id, _)| *id == technique || attack::base_technique(id) == Some(technique));
        let mut found: Vec<&Hunt> = Vec::new();
        for hunt in of.flat_map(|(_, hunts)| hunts) {
            if !found.iter().any(|known| std::ptr::eq(*known, *hunt)) {
                found.push(hunt);
            }
        }
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

    /// A layer for the ATT&CK Navigator, format 4.5: the score of a technique is its number of hunts. `gaps` are techniques that could be hunted
    /// for, with the reason; they are marked and have no score. The Navigator shows one matrix a layer: this one is for enterprises.
    #[must_use]
    pub fn layer(&self, name: &str, gaps: &BTreeMap<String, String>) -> Value {
        let mut techniques = Vec::new();
        let mut most = 1;
        for (tactic, cells) in &self.tactics {
            for (id, hunts) in cells.iter().filter(|(id, _)| is_enterprise(id)) {
                most = most.max(hunts.len());
                let names: Vec<&str> = hunts.iter().map(|hunt| hunt.title()).collect();
                techniques.push(json!({
                    "techniqueID": id,
                    "tactic": short_name(*tactic),
                    "score": hunts.len(),
                    "comment": names.join("\n"),
                    "enabled": true,
                }));
            }
        }
        for (id, reason) in gaps.iter().filter(|(id, _)| is_enterprise(id)) {
            techniques.push(json!({ "techniqueID": id, "comment": reason, "color": GAP, "enabled": true }));
        }
        json!({
            "name": name,
            "versions": { "attack": "15", "navigator": "5.0.0", "layer": "4.5" },
            "domain": "enterprise-attack",
            "description": "Number of hunts for each technique",
            "sorting": 3,
            "hideDisabled": false,
            "techniques": techniques,
            "gradient": { "colors": ["#d6e8f7", "#08519c"], "minValue": 0, "maxValue": most },
            "legendItems": if gaps.is_empty() { json!([]) } else { json!([{ "label": "data, and no hunt", "color": GAP }]) },
            "showTacticRowBackground": false,
            "selectTechniquesAcrossTactics": false,
            "selectSubtechniquesWithParent": false,
        })
    }
}

/// The colour of what could be hunted for and is not.
const GAP: &str = "#fdae6b";

fn add<'a>(cells: &mut BTreeMap<Tactic, BTreeMap<String, Vec<&'a Hunt>>>, tactic: Tactic, technique: &str, hunt: &'a Hunt) {
    let hunts = cells.entry(tactic).or_default().entry(technique.to_owned()).or_default();
    if !hunts.iter().any(|known| std::ptr::eq(*known, hunt)) {
        hunts.push(hunt);
    }
}

/// Techniques of industrial systems begin with `T0` and belong to another matrix.
fn is_enterprise(id: &str) -> bool {
    id.starts_with("T1")
}

/// The tactic as the Navigator names it: `initial-access`.
fn short_name(tactic: Tactic) -> String {
    tactic.title().to_lowercase().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use quarry_content::load_text;

    use super::*;

    fn hunt(name: &str, tactics: &str, techniques: &str) -> Hunt {
        let text = format!("id: x\nname: {name}\ntactics: [{tactics}]\nrelevantTechniques: [{techniques}]\nquery: T\n");
        load_text("a.yaml", &text).hunts.remove(0)
    }

    #[test]
    fn techniques_count_for_the_tactics_that_the_hunt_names() {
        let all = [
            hunt("a", "InitialAccess", "T1078, T1566.001"),
            hunt("b", "Persistence, Discovery", "T1078"),
            hunt("c", "", "T1486"),
        ];
        let hunts: Vec<&Hunt> = all.iter().collect();
        let coverage = Coverage::of(&hunts);
        let shown: Vec<(Tactic, Vec<(&str, usize)>)> = coverage
            .tactics
            .iter()
            .map(|(tactic, cells)| (*tactic, cells.iter().map(|(id, hunts)| (id.as_str(), hunts.len())).collect()))
            .collect();
        assert_eq!(
            shown,
            [
                (Tactic::InitialAccess, vec![("T1078", 1), ("T1566.001", 1)]),
                (Tactic::Persistence, vec![("T1078", 1)]),
                (Tactic::Discovery, vec![("", 1)]),
                (Tactic::Impact, vec![("T1486", 1)]),
            ]
        );
        assert_eq!(coverage.hunts("T1566").len(), 1);
        assert_eq!(coverage.techniques(), ["T1078", "T1486", "T1566.001"]);
    }

    #[test]
    fn a_layer_has_scores_and_gaps() {
        let all = [hunt("a", "CommandAndControl", "T1071, T0869")];
        let coverage = Coverage::of(&[&all[0]]);
        let gaps = BTreeMap::from([("T1110".to_owned(), "SigninLogs".to_owned())]);
        let layer = coverage.layer("Hunts", &gaps);
        assert_eq!(layer["versions"]["layer"], "4.5");
        let techniques = layer["techniques"].as_array().unwrap();
        assert_eq!(techniques.len(), 2, "industrial techniques are of another matrix");
        assert_eq!(techniques[0]["techniqueID"], "T1071");
        assert_eq!(techniques[0]["tactic"], "command-and-control");
        assert_eq!(techniques[0]["score"], 1);
        assert_eq!(techniques[1]["color"], GAP);
        assert!(techniques[1].get("score").is_none());
    }
}
