//! Layers of the ATT&CK Navigator, format 4.5.

use std::collections::BTreeMap;

use quarry_content::Hunt;
use quarry_schema::attack::Tactic;
use serde_json::{Map, Value, json};

use super::{Coverage, places};
use crate::keep::HuntFindings;

/// A layer shows the matrix of one domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Domain {
    #[default]
    Enterprise,
    /// Industrial control systems.
    Industrial,
}

impl Domain {
    const fn name(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise-attack",
            Self::Industrial => "ics-attack",
        }
    }

    /// Whether a technique is in its matrix: those of industrial systems begin with `T0`.
    #[must_use]
    pub fn has(self, technique: &str) -> bool {
        technique.starts_with(match self {
            Self::Enterprise => "T1",
            Self::Industrial => "T0",
        })
    }
}

/// What a layer says of itself.
#[derive(Debug, Clone, Default)]
pub struct LayerText {
    pub name: String,
    /// What the score of a technique is.
    pub description: String,
    pub domain: Domain,
}

/// Techniques without a score that are marked nevertheless.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// What the mark means.
    pub label: String,
    /// Techniques, each with what there is to say about it.
    pub techniques: BTreeMap<String, String>,
}

/// The colour of what is marked.
pub(super) const MARK: &str = "#fdae6b";
/// From the least score to the greatest.
const GRADIENT: [&str; 2] = ["#d6e8f7", "#08519c"];

/// A technique of a layer.
struct Cell {
    technique: String,
    tactic: Tactic,
    score: usize,
    comment: String,
}

impl Coverage<'_> {
    /// The score of a technique is its number of hunts; the comment names them.
    #[must_use]
    pub fn layer(&self, text: &LayerText, marks: &Marks) -> Value {
        let cells = self.tactics.iter().flat_map(|(tactic, techniques)| {
            techniques.iter().map(|(id, hunts)| Cell {
                technique: id.clone(),
                tactic: *tactic,
                score: hunts.len(),
                comment: hunts.iter().map(|hunt: &&Hunt| hunt.title()).collect::<Vec<_>>().join("\n"),
            })
        });
        layer(text, marks, cells.collect())
    }
}

/// The score of a technique is the number of findings of hunts for it; the comment tells whose they are.
#[must_use]
pub fn finding_layer(findings: &[HuntFindings], text: &LayerText) -> Value {
    let mut found: BTreeMap<(Tactic, String), Vec<&HuntFindings>> = BTreeMap::new();
    for of_hunt in findings {
        for place in places(&of_hunt.tactics, &of_hunt.techniques) {
            found.entry(place).or_default().push(of_hunt);
        }
    }
    let cells = found.into_iter().map(|((tactic, technique), hunts)| Cell {
        technique,
        tactic,
        score: hunts.iter().map(|one| one.findings).sum(),
        comment: hunts
            .iter()
            .map(|one| format!("{}: {}", one.hunt, one.findings))
            .collect::<Vec<_>>()
            .join("\n"),
    });
    layer(text, &Marks::default(), cells.collect())
}

fn layer(text: &LayerText, marks: &Marks, cells: Vec<Cell>) -> Value {
    let cells: Vec<Cell> = cells.into_iter().filter(|cell| text.domain.has(&cell.technique)).collect();
    let most = cells.iter().map(|cell| cell.score).max().unwrap_or_default().max(1);
    let mut techniques: Vec<Value> = cells.iter().map(technique).collect();
    let marked = marks.techniques.iter().filter(|(id, _)| text.domain.has(id));
    techniques.extend(marked.map(|(id, reason)| json!({ "techniqueID": id, "comment": reason, "color": MARK, "enabled": true })));
    let legend = if marks.techniques.is_empty() {
        json!([])
    } else {
        json!([{ "label": marks.label, "color": MARK }])
    };
    json!({
        "name": text.name,
        "versions": { "navigator": "4.9.0", "layer": "4.5" },
        "domain": text.domain.name(),
        "description": text.description,
        "sorting": 3,
        "layout": { "layout": "side", "showName": true, "showID": true, "expandedSubtechniques": "annotated" },
        "hideDisabled": false,
        "techniques": techniques,
        "gradient": { "colors": GRADIENT, "minValue": 0, "maxValue": most },
        "legendItems": legend,
        "showTacticRowBackground": false,
        "selectTechniquesAcrossTactics": false,
        "selectSubtechniquesWithParent": false,
        "selectVisibleTechniques": false,
        "metadata": [{ "name": "made by", "value": concat!("Quarry ", env!("CARGO_PKG_VERSION")) }],
    })
}

fn technique(cell: &Cell) -> Value {
    let mut object = Map::new();
    object.insert("techniqueID".to_owned(), cell.technique.clone().into());
    // A tactic of former times has no column: the technique is shown wherever it belongs.
    if !cell.tactic.id().is_empty() {
        object.insert("tactic".to_owned(), short_name(cell.tactic).into());
    }
    object.insert("score".to_owned(), cell.score.into());
    object.insert("comment".to_owned(), cell.comment.clone().into());
    object.insert("enabled".to_owned(), true.into());
    object.into()
}

/// The tactic as the Navigator names it: `initial-access`.
fn short_name(tactic: Tactic) -> String {
    tactic.title().to_lowercase().replace(' ', "-")
}
