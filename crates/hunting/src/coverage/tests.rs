#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use quarry_content::load_text;
use serde_json::Value;

use super::layer::MARK;
use super::*;
use crate::ready::{LakeState, TableState};

fn hunt(name: &str, tactics: &str, techniques: &str) -> Hunt {
    let text = format!("id: x\nname: {name}\ntactics: [{tactics}]\nrelevantTechniques: [{techniques}]\nquery: T\n");
    load_text("a.yaml", &text).hunts.remove(0)
}

fn text() -> LayerText {
    LayerText {
        name: "Hunts".to_owned(),
        ..LayerText::default()
    }
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
    assert_eq!(coverage.lacking(&Coverage::of(&hunts)).len(), 0);
    let first = Coverage::of(&hunts[..1]);
    assert_eq!(first.lacking(&coverage), BTreeMap::from([("T1486".to_owned(), "c".to_owned())]));
}

/// What the published description of the format demands of a layer.
fn check(layer: &Value) {
    assert!(layer["name"].is_string());
    assert_eq!(layer["versions"]["layer"], "4.5");
    let navigator: Vec<u32> = layer["versions"]["navigator"]
        .as_str()
        .unwrap()
        .split('.')
        .map(|part| part.parse().unwrap())
        .collect();
    assert!(navigator >= vec![4, 9, 0]);
    assert!(["enterprise-attack", "mobile-attack", "ics-attack"].contains(&layer["domain"].as_str().unwrap()));
    assert!((0..=3).contains(&layer["sorting"].as_i64().unwrap()));
    let gradient = &layer["gradient"];
    assert!(gradient["maxValue"].as_i64() > gradient["minValue"].as_i64() && gradient["colors"].as_array().unwrap().len() >= 2);
    assert!(["side", "flat", "mini"].contains(&layer["layout"]["layout"].as_str().unwrap()));
    assert!(["none", "all", "annotated"].contains(&layer["layout"]["expandedSubtechniques"].as_str().unwrap()));
    for item in layer["legendItems"].as_array().unwrap() {
        assert!(item["label"].is_string() && item["color"].as_str().unwrap().starts_with('#'));
    }
    for item in layer["metadata"].as_array().unwrap() {
        assert!(item["name"].is_string() && item["value"].is_string());
    }
    let tactics: Vec<String> = Tactic::all()
        .map(|tactic| tactic.title().to_lowercase().replace(' ', "-"))
        .collect();
    for technique in layer["techniques"].as_array().unwrap() {
        let known = ["techniqueID", "tactic", "comment", "enabled", "score", "color"];
        assert!(
            technique.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())),
            "{technique}"
        );
        assert!(
            attack::base_technique(technique["techniqueID"].as_str().unwrap()).is_some(),
            "{technique}"
        );
        assert!(
            technique
                .get("tactic")
                .is_none_or(|tactic| tactics.contains(&tactic.as_str().unwrap().to_owned())),
            "{technique}"
        );
        assert!(
            technique.get("score").is_none_or(Value::is_number) && technique["comment"].is_string(),
            "{technique}"
        );
    }
}

#[test]
fn a_layer_has_scores_and_marks() {
    let all = [hunt("a", "CommandAndControl", "T1071, T0869"), hunt("b", "PreAttack", "T1595")];
    let coverage = Coverage::of(&[&all[0], &all[1]]);
    let marks = Marks {
        label: "data, and no hunt".to_owned(),
        techniques: BTreeMap::from([("T1110".to_owned(), "SigninLogs".to_owned()), ("T0846".to_owned(), "x".to_owned())]),
    };
    let layer = coverage.layer(&text(), &marks);
    check(&layer);
    let techniques = layer["techniques"].as_array().unwrap();
    let of = |id: &str| {
        techniques
            .iter()
            .filter(|technique| technique["techniqueID"] == id)
            .collect::<Vec<_>>()
    };
    assert_eq!(of("T1071")[0]["tactic"], "command-and-control");
    assert_eq!(of("T1071")[0]["score"], 1);
    assert_eq!(of("T1110")[0]["color"], MARK);
    assert!(of("T1110")[0].get("score").is_none());
    assert!(
        of("T0869").is_empty() && of("T0846").is_empty(),
        "industrial techniques are of another matrix"
    );
    let industrial = LayerText {
        domain: Domain::Industrial,
        ..text()
    };
    let layer = coverage.layer(&industrial, &marks);
    check(&layer);
    assert!(
        layer["techniques"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["techniqueID"].as_str().unwrap().starts_with("T0"))
    );
}

#[test]
fn findings_make_a_layer_too() {
    let found = |hunt: &str, techniques: &[&str], findings: usize| HuntFindings {
        hunt_id: String::new(),
        hunt: hunt.to_owned(),
        tactics: vec!["InitialAccess".to_owned()],
        techniques: techniques.iter().map(|id| (*id).to_owned()).collect(),
        findings,
    };
    let kept = [found("a", &["T1566.001", "T1078"], 3), found("b", &["T1078"], 4)];
    let layer = finding_layer(&kept, &text());
    check(&layer);
    let scores: Vec<(&str, i64)> = layer["techniques"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["techniqueID"].as_str().unwrap(), one["score"].as_i64().unwrap()))
        .collect();
    assert_eq!(scores, [("T1078", 7), ("T1566.001", 3)]);
    assert_eq!(findings_of(&hunt("a", "", ""), &kept), 0, "a hunt with an id is told by it");
}

#[test]
fn gaps_are_what_the_lake_has_data_for() {
    let lake = |tables: &[(&str, u64)]| LakeState {
        tables: tables
            .iter()
            .map(|(name, rows)| {
                let state = TableState {
                    rows: *rows,
                    ..TableState::default()
                };
                ((*name).to_owned(), state)
            })
            .collect(),
    };
    let own = hunt("own", "CredentialAccess", "T1110.003");
    let none = Coverage::of(&[]);
    let techniques = |coverage: &Coverage<'_>, lake: &LakeState| -> Vec<String> {
        gaps(coverage, lake, &[]).into_iter().map(|gap| gap.technique).collect()
    };
    let signins = lake(&[("SigninLogs", 5)]);
    assert!(techniques(&none, &signins).contains(&"T1110".to_owned()));
    assert!(
        !techniques(&Coverage::of(&[&own]), &signins).contains(&"T1110".to_owned()),
        "a sub-technique covers it"
    );
    assert!(
        techniques(&none, &lake(&[("SigninLogs", 0)])).is_empty(),
        "an empty table is no data"
    );
    assert!(techniques(&none, &lake(&[])).is_empty());
    let other = hunt("other", "Impact", "T1486");
    let found = gaps(&none, &lake(&[]), &[&other]);
    assert_eq!((found[0].technique.as_str(), found[0].hunts.len()), ("T1486", 1));
}

#[test]
fn only_tests_that_fire_count() {
    let id = "00000000-0000-4000-8000-000000000001";
    let content = format!("id: {id}\nname: a\nquery: T\n");
    let hunt = load_text("a.yaml", &content).hunts.remove(0);
    let sidecar = |outcome: &str| {
        let text = format!("hunt: {id}\ntests:\n  - name: one\n    events:\n      T: [{{a: 1}}]\n    {outcome}\n");
        vec![load_text("a.quarry.yaml", &text)]
    };
    assert!(has_firing_test(&hunt, &sidecar("fires: 1")));
    assert!(!has_firing_test(&hunt, &sidecar("silent: true")));
}
