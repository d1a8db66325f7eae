//! Whatever bytes a file holds, reading it ends, with content or with reasons at places in its text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use proptest::sample::Index;
use quarry_content::{load_bytes, schedule_file, watchlist};
use quarry_text::{Diagnostic, render};

/// A file of each kind, in order: name and text.
const KINDS: [(&str, &str); 9] = [
    (
        "rule.yaml",
        "id: 3f1c2f0e-58a4-4b0b-9d5e-0c3d8f6f7a10\nname: Many\nkind: Scheduled\ndescription: |\n  'é'\nseverity: High\nqueryFrequency: 1h\n\
         queryPeriod: 1d\ntriggerOperator: gt\ntriggerThreshold: 3\ntactics: [Impact]\nrelevantTechniques: [T1110.001]\nquery: |\n  let n = 5; // five\n  \
         SigninLogs | summarize count() by UserPrincipalName\nentityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: FullName\n        \
         columnName: UserPrincipalName\nalertDetailsOverride:\n  alertDisplayNameFormat: '{{UserPrincipalName}}'\nversion: 1.0.0\n",
    ),
    (
        "parser.yaml",
        "Parser:\n  Title: DNS\n  Version: '0.1'\nParserName: _Im_Dns\nParserParams:\n  - Name: starttime\n    Type: datetime\n    Default: datetime(null)\n\
         ParserQuery: |\n  Syslog | where TimeGenerated >= starttime\n",
    ),
    (
        "hunt.quarry.yaml",
        "hunt: 3f1c2f0e-58a4-4b0b-9d5e-0c3d8f6f7a10\ntunables: {n: 3, list: 'dynamic([\"a\"])'}\nexclusions:\n  - id: a\n    table: SigninLogs\n    where: \
         Location == 'é'\n    owner: b\n    reason: c\n    expires: 2027-01-31\nallow:\n  - {code: Q0404, line: '| join', reason: d, expires: 2027-01-31}\nsamples:\n  \
         one: {Timestamp: -10d, A.b: [1, {c: d}]}\ntests:\n  - name: t\n    now: 2026-01-01\n    events:\n      SigninLogs:\n        - {like: one, repeat: 3, Id: \
         'x{n}'}\n    fires: [{A: 1}]\n  - {name: u, events: {T: {file: a.csv}}, silent: true}\nequivalent:\n  - {line: x, change: '> to >=', nth: 2, reason: y}\n",
    ),
    (
        "quarry.yaml",
        "tunables: {n: 3}\nwatchlists:\n  - lists/a.yaml\n  - {alias: B, items: [{X: 1, Y: é}]}\ndata: ['geo=a.csv']\nexclusions:\n  - {id: a, hunts: [x], where: y}\n",
    ),
    (
        "soc.yaml",
        "name: soc\ncontent: [rules/]\nstart: 2026-11-01\ndelay: 5m\noverlap: PT1H\ncatch-up: latest\nnotify: [log]\nincidents: {matching: AllEntities, within: 5h}\n\
         rules:\n  - match: [a, é]\n    cron: 15 6 1-5/2 * mon\n    period: 30d\n  - {match: b, every: 15m, suppress: 5h, severity: Low}\nsinks:\n  - {name: log, file: \
         a.jsonl}\n  - {name: hook, webhook: 'https://soc.example/', secret-from: S}\n  - {name: s, syslog: 'udp://127.0.0.1:514'}\n",
    ),
    (
        "vips.yaml",
        "alias: VIPs\nsearchKey: User\nitems:\n  - {User: é, Site: a}\n---\nalias: More\nrawContent: \"A,B\\r\\n1,2\\r\\n\"\nnumberOfLinesToSkip: 0\n",
    ),
    (
        "template.json",
        r#"{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","parameters":{"n":{"defaultValue":"é"}},"resources":[
{"type":"Microsoft.OperationalInsights/workspaces/providers/alertRules","kind":"Scheduled","name":"[concat(parameters('n'), 'x')]",
"properties":{"displayName":"A","query":"SigninLogs\n| take 5","queryFrequency":"PT1H","queryPeriod":"P1D","severity":"Low","tactics":["Impact"]}},
{"type":"Microsoft.OperationalInsights/workspaces/providers/Watchlists","properties":{"displayName":"Sites","itemsSearchKey":"Site","rawContent":"Site\r\nA\r\n"}}]}"#,
    ),
    (
        "detections.json",
        r##"[{"@odata.type":"#microsoft.graph.security.detectionRule","displayName":"A","queryCondition":{"queryText":"EmailEvents\n| take 5"},"schedule":{"period":"1H"},
"detectionAction":{"alertTemplate":{"title":"é","severity":"low","category":"Impact","mitreTechniques":["T1110"],"impactedAssets":[]}}}]"##,
    ),
    (
        "page.md",
        "Somebody may. Look.\nKQL Query\nlet n = 3;\nEmailEvents\n| where Subject has \"é\"\nid: 0a4f5b52-9a4c-4a3e-8c1d-1f0a3c6f2b77\nname: Many\ntactics:\n- Impact\n\
         | Sentinel Table | Notes |\n|---|---|\n| EmailEvents | here |\nScenario: Month's end\nDescription: A machine.\nFilter/Exclusion: Exclude it.\n",
    ),
];

/// A file of some kind with other bytes in places, something put in, and perhaps its end cut off.
fn damaged() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let junk = "[ \\t\\n:|\\-\\[\\]{}'\"#&*!>%@a0é]{0,12}";
    let changes = prop::collection::vec((any::<Index>(), any::<u8>()), 0..4);
    (prop::sample::select(KINDS.to_vec()), changes, any::<Index>(), junk, any::<bool>()).prop_map(
        |((name, text), changes, place, junk, cut)| {
            let mut bytes = text.as_bytes().to_vec();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let place = place.index(bytes.len());
            let rest = bytes.split_off(place);
            bytes.extend(junk.into_bytes());
            if !cut {
                bytes.extend(rest);
            }
            (name, bytes)
        },
    )
}

/// What is said can be shown: its places are in the text, between characters.
fn shown(name: &str, source: &str, told: &[Diagnostic]) {
    for found in told {
        assert!(found.span.end as usize <= source.len(), "{found:?}");
    }
    let text = render::terminal(name, source, told, false);
    assert_eq!(text.is_empty(), told.is_empty());
    assert_eq!(render::json(source, told).as_array().map(Vec::len), Some(told.len()));
}

/// Reads bytes as every kind of file.
fn read(name: &str, bytes: &[u8]) {
    let document = load_bytes(name, bytes);
    shown(name, &document.source, &document.diagnostics);
    if let Err(told) = schedule_file::read(&document.source) {
        assert!(!told.is_empty());
        shown(name, &document.source, &told);
    }
    if let Err(told) = watchlist::read_watchlists(name, &document.source) {
        assert!(!told.is_empty());
        shown(name, &document.source, &told);
    }
}

#[test]
fn files_in_order_are_read_without_errors() {
    for (name, text) in KINDS {
        let document = load_bytes(name, text.as_bytes());
        assert!(
            !quarry_text::has_errors(&document.diagnostics),
            "{name}: {:#?}",
            document.diagnostics
        );
        read(name, text.as_bytes());
    }
}

#[test]
fn nested_deeply_and_very_long() {
    for text in [
        "[".repeat(10_000),
        "{\"a\":".repeat(10_000),
        "a:\n ".repeat(200),
        "- ".repeat(5_000),
        format!("tests: {}", "{a: ".repeat(5_000)),
        format!("hunt: {}", "x".repeat(50_000)),
        format!("tests:\n  - name: t\n    events: {{T: [{{repeat: {}}}]}}\n", "9".repeat(40)),
        "\0".repeat(10_000),
    ] {
        for (name, _) in KINDS {
            read(name, text.as_bytes());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn damaged_files_are_read_to_their_end((name, bytes) in damaged()) {
        read(name, &bytes);
    }

    #[test]
    fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0..KINDS.len()) {
        read(KINDS[kind].0, &bytes);
    }
}
