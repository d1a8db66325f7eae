//! Whatever is reviewed, the review ends, and what it says has its place.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;
use proptest::sample::Index;
use quarry_content::load_bytes;
use quarry_lint::{Baseline, fix, needs, review};
use quarry_semantics::SchemaCatalog;

/// With something for most lints to look at.
const RULE: &str = "id: 3f1c2f0e-58a4-4b0b-9d5e-0c3d8f6f7a10
name: Many
kind: Scheduled
description: d
severity: High
queryFrequency: 1h
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 3
tactics: [Impact]
relevantTechniques: [T1110]
query: |
  let n = 5;
  let f = (a: string) { SigninLogs | where UserPrincipalName == a };
  let known = SigninLogs | where TimeGenerated < ago(1d) | distinct IPAddress;
  SigninLogs
  | where TimeGenerated between (ago(14d) .. ago(1h)) and ResultType in ('0', '0')
  | join (AuditLogs | where isnull(Id) and Category contains 'User') on CorrelationId
  | where IPAddress !in (known)
  | summarize c = count() by UserPrincipalName, bin(TimeGenerated, 1h)
  | extend r = case(c > n and c > 1, 'a', c > n, 'b', c < 0, 'é', 'd')
  | where UserPrincipalName == 'a@contoso.example' or r == 'a'
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipal
version: 1.0.0
";
const KNOWN: &str = r#"{"quarry_baseline": 1, "known": [{"file":"a.yaml","code":"Q0404","line":"| join é","times":2}]}"#;

fn damage(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec(
        (
            any::<Index>(),
            prop_oneof![any::<u8>(), prop::sample::select(b"|()[]{},;:='\" \n.*".to_vec())],
        ),
        1..6,
    );
    (changes, prop::option::of(any::<Index>())).prop_map(|(changes, cut)| {
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_rules_are_reviewed(bytes in damage(RULE)) {
        let document = load_bytes("rule.yaml", &bytes);
        let found = review(&document, &SchemaCatalog);
        for one in &found.diagnostics {
            prop_assert!(one.span.end as usize <= document.source.len(), "{one:?}");
        }
        prop_assert!(fix(&document.source, &found.diagnostics).made <= found.diagnostics.len());
        for hunt in &document.hunts {
            prop_assert!(needs(hunt, &SchemaCatalog).tables.iter().all(|table| !table.name.is_empty()));
        }
    }

    #[test]
    fn damaged_baselines_are_read_or_refused(bytes in damage(KNOWN)) {
        if let Err(told) = Baseline::read(&String::from_utf8_lossy(&bytes)) {
            prop_assert!(!told.is_empty());
        }
    }
}
