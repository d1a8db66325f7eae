//! Content in the forms of other products.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod back;
mod detection;
mod template;

use quarry_content::{Document, load_text};

use super::*;
use crate::functions::Functions;
use crate::{KnownTables, Overrides};

const RULE: &str = "id: 6d7214d9-4a28-44df-aafb-0910b9e6ae3e
name: Sign-ins at risk
description: '[Sign-ins that failed]'
kind: Scheduled
severity: Low
requiredDataConnectors:
  - connectorId: AzureActiveDirectory
    dataTypes:
      - SigninLogs
queryFrequency: 1h
queryPeriod: 14d
triggerOperator: gt
triggerThreshold: 5
tactics:
  - InitialAccess
  - Persistence
relevantTechniques:
  - T1078.004
  - T1098
query: |
  let Limit = 3;
  SigninLogs
  | where toint(ResultType) > Limit
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
  - entityType: Process
    fieldMappings:
      - identifier: ProcessId
        columnName: CorrelationId
customDetails:
  Code: ResultType
alertDetailsOverride:
  alertDisplayNameFormat: Sign-in of {{UserPrincipalName}}
eventGroupingSettings:
  aggregationKind: AlertPerResult
suppressionEnabled: true
suppressionDuration: PT2H
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    lookbackDuration: 1d
    matchingMethod: Selected
    groupByEntities: [Account]
version: 1.2.3
";
const HUNT: &str = "id: 7d7214d9-4a28-44df-aafb-0910b9e6ae3e
name: Mails
description: Many mails.
severity: Medium
tactics: [InitialAccess]
relevantTechniques: [T1566]
query: |
  EmailEvents
  | project Timestamp, ReportId, RecipientEmailAddress, SenderIPv4, Subject
";
const NRT: &str =
    "id: 8d7214d9-4a28-44df-aafb-0910b9e6ae3e\nname: At once\nkind: NRT\nseverity: High\ntactics: [Impact]\nquery: |\n  SigninLogs\n";

fn documents(texts: &[&str]) -> Vec<Document> {
    let named = texts.iter().enumerate();
    named.map(|(at, text)| load_text(&format!("{at}.yaml"), text)).collect()
}

fn with<R>(documents: &[Document], settings: &[&str], form: ContentForm, look: impl FnOnce(&Exported<'_>) -> R) -> R {
    let hunts: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    let functions: Vec<&ContentFunction> = documents.iter().flat_map(|document| &document.functions).collect();
    let team = Team::from(Overrides::parse(settings).unwrap());
    let catalog = KnownTables::new(Functions::of(documents));
    let content = ContentExport {
        hunts: &hunts,
        functions: &functions,
        team: &team,
        enabled: true,
        catalog: &catalog,
    };
    look(&export(&content, form))
}

fn said(exported: &Exported<'_>) -> Vec<String> {
    exported
        .remarks
        .iter()
        .map(|remark| format!("{} {} {}", remark.code, remark.field, remark.message))
        .collect()
}

#[test]
fn exclusions_are_not_carried() {
    let sidecar = "hunt: 7d7214d9-4a28-44df-aafb-0910b9e6ae3e\nexclusions:\n  - id: backup\n    where: Subject == 'x'\n    owner: a\n    reason: b\n    expires: 2999-01-01\n";
    let mut documents = documents(&[HUNT]);
    documents.push(load_text("0.quarry.yaml", sidecar));
    let hunts: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    let team = Team::of(&documents, &[], 0);
    let content = ContentExport {
        hunts: &hunts,
        functions: &[],
        team: &team,
        enabled: false,
        catalog: &KnownTables::default(),
    };
    for form in [ContentForm::Arm, ContentForm::GraphDetection] {
        let said = said(&export(&content, form));
        assert!(
            said.iter().any(|line| line.starts_with("Q0601 query the exclusion `backup`")),
            "{said:#?}"
        );
    }
    let rules = export(&content, ContentForm::GraphDetection).value;
    assert_eq!(rules[0]["status"], "disabled");
}
