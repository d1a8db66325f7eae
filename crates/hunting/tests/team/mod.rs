//! Exclusions, tests of hunts and mutation, on the engine with tables in memory.

use quarry_content::{Document, load_text};
use quarry_engine::{EngineConfig, MemoryDatabase, Session};
use quarry_hunting::testing::{Bench, Verdict, mutate, tested_hunts};
use quarry_hunting::tune::{Vary, combinations, tune};
use quarry_hunting::{EngineRunner, ExclusionMode, Functions, HuntReport, Overrides, Report, RunOptions, Team, run_hunts};
use quarry_storage::{RecordText, rows_in_memory};
use quarry_syntax::literal::parse_datetime;

const HUNT: &str = "id: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10
name: Many mails
description: d
query: |
  let Least = 2;
  EmailEvents
  | where EmailDirection == \"Inbound\"
  | summarize Mails = count() by SenderFromAddress
  | where Mails >= Least
";

const SIDECAR: &str = "hunt: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10
exclusions:
  - {id: newsletter, table: EmailEvents, where: 'Subject == \"news\"', owner: o, reason: r, expires: 2030-01-01}
  - {id: partner, where: 'SenderFromAddress == \"partner@x\"', owner: o, reason: r, expires: 2030-01-01}
  - {id: unused, where: 'SenderFromAddress == \"nobody@x\"', owner: o, reason: r, expires: 2030-01-01}
  - {id: broken, where: 'Sender == \"a\"', owner: o, reason: r, expires: 2030-01-01}
  - {id: over, where: 'true', owner: o, reason: r, expires: 2020-01-01}
  - {id: unreviewed, status: proposed, where: 'true', owner: o, reason: r, expires: 2030-01-01}
samples:
  mail: {Timestamp: -1h, EmailDirection: Inbound, SenderFromAddress: a@x, Subject: s}
tests:
  - {name: two mails, events: {EmailEvents: [{like: mail, repeat: 2}]}, fires: [{SenderFromAddress: a@x, Mails: 2}]}
  - {name: one mail, events: {EmailEvents: [{like: mail}, {like: mail, SenderFromAddress: b@x}]}, silent: true}
  - {name: outbound, events: {EmailEvents: [{like: mail, repeat: 5, EmailDirection: Outbound}]}, silent: true}
  - {name: news, events: {EmailEvents: [{like: mail, repeat: 5, Subject: news}]}, hidden-by: newsletter}
";

fn documents(sidecar: &str) -> Vec<Document> {
    let documents = vec![load_text("hunt.yaml", HUNT), load_text("hunt.quarry.yaml", sidecar)];
    assert!(
        documents.iter().all(|document| !quarry_text::has_errors(&document.diagnostics)),
        "{documents:?}"
    );
    documents
}

fn today() -> i64 {
    parse_datetime("2026-11-20").unwrap()
}

/// Five mails of a (three of them news), four news mails of n, two mails of a partner, and one that goes out.
fn mails() -> MemoryDatabase {
    let mail = |sender: &str, subject: &str, direction: &str| {
        RecordText::Json(format!(
            r#"{{"SenderFromAddress":"{sender}","Subject":"{subject}","EmailDirection":"{direction}"}}"#
        ))
    };
    let mut records = Vec::new();
    records.extend((0..3).map(|_| mail("a@x", "news", "Inbound")));
    records.extend((0..2).map(|_| mail("a@x", "s", "Inbound")));
    records.extend((0..4).map(|_| mail("n@x", "news", "Inbound")));
    records.extend((0..2).map(|_| mail("partner@x", "s", "Inbound")));
    records.push(mail("n@x", "news", "Outbound"));
    let rows = rows_in_memory("EmailEvents", &records).unwrap();
    let mut database = MemoryDatabase::new();
    database.add("EmailEvents", rows.columns, vec![rows.batch]).unwrap();
    database
}

async fn hunt(team: &Team, documents: &[Document], check: impl FnOnce(&Report<'_>, &HuntReport<'_>)) {
    let database = mails();
    let session = Session::new(&EngineConfig::default()).unwrap();
    let runner = EngineRunner::new(&session, &database);
    let report = run_hunts(&runner, &[&documents[0].hunts[0]], team, &RunOptions::default(), &mut |_| {}).await;
    check(&report, &report.hunts[0]);
}

fn senders(report: &HuntReport<'_>) -> Vec<String> {
    let quarry_hunting::HuntOutcome::Findings(table) = &report.outcome else {
        return Vec::new();
    };
    let mut senders: Vec<String> = table.iter().map(|row| row.text(0)).collect();
    senders.sort();
    senders
}

#[tokio::test]
async fn what_each_exclusion_hides_is_measured() {
    let documents = documents(SIDECAR);
    let team = Team::of(&documents, &[], today());
    hunt(&team, &documents, |_, report| {
        assert_eq!(senders(report), ["a@x"]);
        assert_eq!(report.hidden, 2);
        let of = |id: &str| report.exclusions.iter().find(|effect| effect.id == id).unwrap();
        // Seven of eight news mails: the one that goes out, the query leaves out itself.
        let newsletter = of("newsletter");
        assert_eq!((newsletter.rows, newsletter.findings, newsletter.changed), (7, 1, 1));
        assert_eq!((of("partner").rows, of("partner").findings), (1, 1));
        assert_eq!((of("unused").rows, of("unused").findings), (0, 0));
        assert!(
            of("broken").broken.as_ref().is_some_and(|why| why.contains("Sender")),
            "{:?}",
            of("broken")
        );
        assert_eq!(report.exclusions.len(), 4, "what is over or proposed is not even tried");
    })
    .await;
    let idle: Vec<&str> = team
        .idle(&[&documents[0].hunts[0]])
        .iter()
        .map(|(one, _)| one.exclusion.id.as_str())
        .collect();
    assert_eq!(idle, ["over", "unreviewed"]);
}

#[tokio::test]
async fn both_sides_can_be_seen() {
    let documents = documents(SIDECAR);
    let mut team = Team::of(&documents, &[], today());
    team.mode = ExclusionMode::Ignore;
    hunt(&team, &documents, |_, report| {
        assert_eq!(senders(report), ["a@x", "n@x", "partner@x"])
    })
    .await;
    team.mode = ExclusionMode::OnlyExcluded;
    hunt(&team, &documents, |_, report| assert_eq!(senders(report), ["n@x", "partner@x"])).await;
}

#[tokio::test]
async fn an_exclusion_of_everything_is_too_broad() {
    let text = "hunt: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10\nexclusions:\n  - {id: all, table: EmailEvents, where: 'true', owner: o, reason: r, expires: 2030-01-01}\n";
    let documents = documents(text);
    hunt(&Team::of(&documents, &[], today()), &documents, |_, report| {
        assert!(senders(report).is_empty());
        let why = report.exclusions[0].too_broad.clone().unwrap_or_default();
        assert!(why.contains("all 3 findings"), "{why}");
    })
    .await;
}

#[tokio::test]
async fn the_strongest_setting_wins() {
    let sidecar = "hunt: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10\ntunables: {Least: 5}\n";
    let documents = documents(sidecar);
    let wide = [load_text("elsewhere/quarry.yaml", "tunables: {Least: 3}\n")];
    let hunt = &documents[0].hunts[0];
    let mut team = Team::of(&[], &wide, today());
    let value = |team: &Team| {
        team.overrides
            .value_of(hunt, "Least")
            .map(|(value, from)| format!("{value} {from}"))
            .unwrap()
    };
    assert_eq!(value(&team), "3 elsewhere/quarry.yaml");
    team = Team::of(&documents, &wide, today());
    assert_eq!(value(&team), "5 hunt.quarry.yaml", "a hunt's own file says more than one for all");
    team.overrides
        .add_environment([("QUARRY_SET_LEAST".to_owned(), "7".to_owned())].into_iter());
    assert_eq!(value(&team), "7 environment");
    team.overrides = team.overrides.and(&Overrides::parse(&["Least=9"]).unwrap());
    assert_eq!(value(&team), "9 --set");
}

#[tokio::test]
async fn cases_pass_and_fail_and_mutants_are_noticed() {
    // A broken exclusion fails every test of its hunt: somebody must mend it.
    let all = documents(SIDECAR);
    let bench = Bench::new(Functions::default(), &Team::of(&all, &[], today())).unwrap();
    let tested = tested_hunts(&all, &[]).remove(0);
    let first = bench.run(&tested).await.remove(0);
    assert!(
        matches!(&first.verdict, Verdict::Broken { diagnostics, .. } if diagnostics[0].message.contains("exclusion broken")),
        "{first:?}"
    );
    let mended = SIDECAR
        .replace("Sender ==", "SenderFromAddress ==")
        .replace("'SenderFromAddress == \"a\"'", "'SenderFromAddress == \"c\"'");
    let all = documents(&mended.replace("where: 'true'", "where: 'false'"));
    let bench = Bench::new(Functions::default(), &Team::of(&all, &[], today())).unwrap();
    let tested = tested_hunts(&all, &[]).remove(0);
    for report in bench.run(&tested).await {
        assert!(report.verdict.passed(), "{report:?}");
    }
    let mutation = mutate(&bench, &tested, None, &mut || {}).await;
    let survivors: Vec<String> = mutation
        .survivors
        .iter()
        .map(|one| format!("{} | {}", one.line, one.change))
        .collect();
    assert!(survivors.is_empty(), "{survivors:?}");
    assert_eq!(mutation.score(), Some(100.0));
    let weak = mended.replace("where: 'true'", "where: 'false'");
    let weak = documents(weak.split("  - {name: one mail").next().unwrap());
    let tested = tested_hunts(&weak, &[]).remove(0);
    let mutation = mutate(&bench, &tested, None, &mut || {}).await;
    let line = "| where Mails >= Least";
    assert!(mutation.survivors.iter().any(|one| one.line == line), "{:?}", mutation.survivors);
    let again = mutate(&bench, &tested, Some(3), &mut || {}).await;
    assert_eq!(again.noticed + again.survivors.len() + again.invalid, 3);
}

#[tokio::test]
async fn failures_say_what_differs() {
    let text = "hunt: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10
tests:
  - {name: noisy, events: {EmailEvents: [{EmailDirection: Inbound, SenderFromAddress: a@x}, {EmailDirection: Inbound, SenderFromAddress: a@x}]}, silent: true}
  - {name: quiet, events: {EmailEvents: []}, fires: true}
  - {name: wrong row, events: {EmailEvents: [{EmailDirection: Inbound, SenderFromAddress: a@x}, {EmailDirection: Inbound, SenderFromAddress: a@x}]}, fires: [{SenderFromAddress: b@x}]}
  - {name: wrong column, events: {EmailEvents: [{EmailDirection: Inbound, Subjec: a@x}]}, silent: true}
  - {name: wrong table, events: {EmailEvent: []}, silent: true}
";
    let all = documents(text);
    let bench = Bench::new(Functions::default(), &Team::of(&all, &[], today())).unwrap();
    let tested = tested_hunts(&all, &[]).remove(0);
    let told: Vec<String> = bench
        .run(&tested)
        .await
        .into_iter()
        .map(|report| match report.verdict {
            Verdict::Passed => "passed".to_owned(),
            Verdict::Failed(differences) => differences.join("; "),
            Verdict::Broken { diagnostics, .. } => {
                format!("{} {}", diagnostics[0].message, diagnostics[0].help.clone().unwrap_or_default())
            }
        })
        .collect();
    assert_eq!(
        told,
        [
            "expected silence, found 1 finding\n    SenderFromAddress = a@x, Mails = 2",
            "expected findings, found none",
            "expected a finding with SenderFromAddress = b@x, found 1 finding\n    SenderFromAddress = a@x",
            "EmailEvents has no column Subjec did you mean `Subject`?",
            "no table is called `EmailEvent` did you mean `EmailEvents`? Tables of your own end in _CL",
        ]
    );
}

#[tokio::test]
async fn tuning_counts_findings_and_truths() {
    let documents = documents("hunt: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e10\n");
    let hunt = &documents[0].hunts[0];
    let database = mails();
    let session = Session::new(&EngineConfig::default()).unwrap();
    let runner = EngineRunner::new(&session, &database);
    let truth = |text: &str| quarry_hunting::tune::Truth::of_object(&serde_json::from_str(text).unwrap()).unwrap();
    let truths = [truth(r#"{"value":"N@x"}"#), truth(r#"{"value":"partner@x","bad":false}"#)];
    let vary = [Vary::parse("Least=2..5").unwrap()];
    let all = combinations(hunt, &vary).unwrap();
    let options = RunOptions::default();
    let results = tune(&runner, hunt, &vary, all, &Team::default(), (&options, &truths), &mut || {}).await;
    let counts: Vec<(usize, usize, usize, usize)> = results
        .iter()
        .map(|tuned| tuned.outcome.as_ref().unwrap())
        .map(|kept| (kept.findings, kept.truths.len(), kept.false_alarms, kept.unknown))
        .collect();
    assert_eq!(counts, [(3, 1, 1, 1), (2, 1, 0, 1), (2, 1, 0, 1), (1, 0, 0, 1)]);
    assert!(results[0].current && !results[1].current);
    assert!(
        combinations(hunt, &[Vary::parse("Leest=1..2").unwrap()])
            .unwrap_err()
            .contains("did you mean `Least`?")
    );
}
