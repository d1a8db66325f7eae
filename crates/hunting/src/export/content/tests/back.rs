//! What is exported, read again.

use super::*;

/// The bundled hunts, and one of each kind.
fn all_kinds() -> Vec<Document> {
    let function = "Function:\n  Title: Known senders\nFunctionName: KnownSenders\nCategory: x\nFunctionParams:\n  - Name: since\n    Type: timespan\n    Default: 1d\nFunctionQuery: |\n  EmailEvents\n  | where Timestamp > ago(since)\n";
    let mut all = documents(&[RULE, HUNT, NRT, function]);
    let bundled = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    all.extend(quarry_content::load_paths(&[bundled]));
    // What a team adds is not exported.
    all.retain(|document| document.sidecars.is_empty());
    all
}

/// What is exported, read back, and exported again.
fn there_and_back(form: ContentForm, compare: impl Fn(&Hunt, &Hunt)) {
    let documents = all_kinds();
    let (text, value) = with(&documents, &[], form, |exported| {
        (exported.value.to_string(), exported.value.clone())
    });
    let read = load_text("exported.json", &text);
    assert!(!quarry_text::has_errors(&read.diagnostics), "{:#?}", read.diagnostics);
    let before: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    assert!(before.len() > 10);
    assert_eq!(before.len(), read.hunts.len());
    for (before, after) in before.iter().zip(&read.hunts) {
        assert_eq!((&before.name, &before.description), (&after.name, &after.description));
        assert_eq!(before.query.text, after.query.text, "{}", before.name);
        assert_eq!(before.tunables().len(), after.tunables().len());
        compare(before, after);
    }
    let again = with(&[read], &[], form, |exported| exported.value.clone());
    assert_eq!(again, value);
}

#[test]
fn a_template_is_read_back_as_the_same_hunts() {
    there_and_back(ContentForm::Arm, |before, after| {
        let name = &before.name;
        assert_eq!(
            (&before.id, before.kind, before.severity),
            (&after.id, after.kind, after.severity),
            "{name}"
        );
        assert_eq!((&before.schedule, &before.version), (&after.schedule, &after.version), "{name}");
        assert_eq!((&before.tactics, &before.connectors), (&after.tactics, &after.connectors), "{name}");
        assert_eq!(
            (&before.entity_mappings, &before.custom_details),
            (&after.entity_mappings, &after.custom_details),
            "{name}"
        );
        let techniques = |hunt: &Hunt| hunt.techniques.iter().cloned().collect::<std::collections::BTreeSet<String>>();
        assert_eq!(techniques(before), techniques(after), "{name}");
        // An incident of each alert is what a rule gets that says nothing.
        let alerting = |hunt: &Hunt| {
            let mut alerting = hunt.alerting.clone();
            alerting.incidents = Some(alerting.incidents.unwrap_or_default()).filter(|_| hunt.schedule.is_some());
            alerting
        };
        assert_eq!(alerting(before), alerting(after), "{name}");
    });
}

#[test]
fn detections_are_read_back_as_the_same_hunts() {
    there_and_back(ContentForm::GraphDetection, |before, after| {
        assert_eq!(
            before.severity.unwrap_or(quarry_content::HuntSeverity::Medium),
            after.severity.unwrap(),
            "{}",
            before.name
        );
        assert_eq!(before.alerting.title, after.alerting.title);
        assert_eq!(before.custom_details, after.custom_details);
    });
}
