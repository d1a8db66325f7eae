//! Indicators in a lake, matched with events by hunts that read the tables as rules for Sentinel do.

use std::sync::Arc;

use quarry_content::load_text;
use quarry_engine::{EngineConfig, Session};
use quarry_hunting::{Beside, EngineRunner, HuntDatabase, HuntOutcome, RunOptions, Team, run_hunts};
use quarry_storage::{IngestOptions, IntelOptions, Lake, ingest};

/// 2026-11-20T00:00:00Z.
const NOW: i64 = 639_307_296_000_000_000;

/// Addresses of indicators that hold, that are over, that were revoked, and that hold in a later version only.
const FEED: &str = r#"{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":[
    {"type":"indicator","id":"indicator--00000000-0000-4000-8000-000000000001","created":"2026-11-01T00:00:00Z","modified":"2026-11-01T00:00:00Z",
     "valid_from":"2026-11-01T00:00:00Z","pattern_type":"stix","pattern":"[ipv4-addr:value = '198.51.100.1']"},
    {"type":"indicator","id":"indicator--00000000-0000-4000-8000-000000000002","created":"2026-11-01T00:00:00Z","modified":"2026-11-01T00:00:00Z",
     "valid_from":"2026-11-01T00:00:00Z","valid_until":"2026-11-10T00:00:00Z","pattern_type":"stix","pattern":"[ipv4-addr:value = '198.51.100.2']"},
    {"type":"indicator","id":"indicator--00000000-0000-4000-8000-000000000003","created":"2026-11-01T00:00:00Z","modified":"2026-11-09T00:00:00Z",
     "valid_from":"2026-11-01T00:00:00Z","revoked":true,"pattern_type":"stix","pattern":"[ipv4-addr:value = '198.51.100.3']"},
    {"type":"indicator","id":"indicator--00000000-0000-4000-8000-000000000003","created":"2026-11-01T00:00:00Z","modified":"2026-11-01T00:00:00Z",
     "valid_from":"2026-11-01T00:00:00Z","pattern_type":"stix","pattern":"[ipv4-addr:value = '198.51.100.3']"},
    {"type":"indicator","id":"indicator--00000000-0000-4000-8000-000000000004","created":"2026-11-01T00:00:00Z","modified":"2026-11-09T00:00:00Z",
     "valid_from":"2026-11-01T00:00:00Z","valid_until":"2026-12-01T00:00:00Z","pattern_type":"stix",
     "pattern":"[domain-name:value = 'x.example'] OR [ipv4-addr:value = '198.51.100.4']"},
    {"type":"indicator","id":"indicator--00000000-0000-4000-8000-000000000004","created":"2026-11-01T00:00:00Z","modified":"2026-11-01T00:00:00Z",
     "valid_from":"2026-11-01T00:00:00Z","valid_until":"2026-11-05T00:00:00Z","pattern_type":"stix",
     "pattern":"[domain-name:value = 'x.example'] OR [ipv4-addr:value = '198.51.100.4']"}]}"#;

const OLDER_TABLE: &str = "ThreatIntelligenceIndicator
  | where TimeGenerated >= ago(14d) and ExpirationDateTime > now()
  | summarize LatestIndicatorTime = arg_max(TimeGenerated, *) by IndicatorId
  | where Active == true
  | where isnotempty(NetworkIP)
  | join kind=innerunique (CommonSecurityLog | where TimeGenerated >= ago(1h) | extend Seen = TimeGenerated) on $left.NetworkIP == $right.DestinationIP
  | where Seen < ExpirationDateTime
  | project DestinationIP";

const NEWER_TABLE: &str = "ThreatIntelIndicators
  | where TimeGenerated >= ago(14d)
  | where tostring(split(ObservableKey, ':')[0]) in ('ipv4-addr', 'ipv6-addr', 'network-traffic')
  | summarize LatestIndicatorTime = arg_max(TimeGenerated, *) by Id, ObservableValue
  | where IsActive and (ValidUntil > now() or isempty(ValidUntil))
  | join kind=innerunique (CommonSecurityLog | where TimeGenerated >= ago(1h) | extend Seen = TimeGenerated) on $left.ObservableValue == $right.DestinationIP
  | where Seen < ValidUntil
  | project DestinationIP";

/// An ingest: the feed, and when it is received.
type Feed<'f> = (&'f str, i64);

async fn found(query: &str, feeds: &[Feed<'_>]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::create(&folder.path().join("lake").display().to_string()).await.unwrap();
    let event = |address: &str| {
        format!(r#"{{"Type":"CommonSecurityLog","TimeGenerated":"2026-11-19T23:30:00Z","DestinationIP":"{address}","DeviceVendor":"V"}}"#)
    };
    let addresses = ["198.51.100.1", "198.51.100.2", "198.51.100.3", "198.51.100.4", "198.51.100.5"];
    let events: Vec<String> = addresses.map(event).to_vec();
    let events = events.join("\n");
    for (at, (text, received)) in feeds.iter().chain(&[(events.as_str(), NOW)]).enumerate() {
        let path = folder.path().join(format!("{at}.json"));
        std::fs::write(&path, text).unwrap();
        let options = IngestOptions {
            intel: IntelOptions {
                received: *received,
                ..IntelOptions::default()
            },
            ..IngestOptions::default()
        };
        let report = ingest(&lake, &options, &[path.display().to_string()], Arc::new(|_| {}))
            .await
            .unwrap();
        assert_eq!(report.set_aside(), 0, "{report:?}");
    }
    let document = load_text("hunt.yaml", &super::yaml("match", "High", query, ""));
    let session = Session::new(&EngineConfig::default()).unwrap();
    let database = HuntDatabase::open(&lake, Beside::default()).await.unwrap();
    let options = RunOptions {
        now: Some(NOW),
        ..RunOptions::default()
    };
    let hunts = [&document.hunts[0]];
    let report = run_hunts(
        &EngineRunner::new(&session, &database),
        &hunts,
        &Team::default(),
        &options,
        &mut |_| {},
    )
    .await;
    let HuntOutcome::Findings(table) = &report.hunts[0].outcome else {
        panic!("{:?}", report.hunts[0].outcome)
    };
    let mut rows: Vec<String> = table
        .iter()
        .map(|row| {
            let mut text = String::new();
            row.json(0, &mut text);
            text
        })
        .collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn indicators_that_hold_match_and_others_do_not() {
    let expected = ["\"198.51.100.1\"", "\"198.51.100.4\""];
    assert_eq!(found(OLDER_TABLE, &[(FEED, NOW)]).await, expected);
    assert_eq!(found(NEWER_TABLE, &[(FEED, NOW)]).await, expected);
}

/// A version of an indicator, and of another that is revoked in it.
fn versions(day: u32, until: &str, revoked: bool) -> String {
    let indicator = |number: u32, more: &str| {
        format!(
            r#"{{"type":"indicator","id":"indicator--00000000-0000-4000-8000-00000000000{number}","created":"2026-11-01T00:00:00Z",
            "modified":"2026-11-{day:02}T00:00:00Z","valid_from":"2026-11-01T00:00:00Z","pattern_type":"stix",
            "pattern":"[ipv4-addr:value = '198.51.100.{number}']"{more}}}"#
        )
    };
    let (first, second) = (
        indicator(1, &format!(r#","valid_until":"{until}""#)),
        indicator(2, &format!(r#","revoked":{revoked}"#)),
    );
    format!(r#"{{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":[{first},{second}]}}"#)
}

#[tokio::test]
async fn the_latest_version_counts_whichever_is_ingested_last() {
    // The later version extends the first indicator, which had expired, and revokes the second.
    let older = versions(1, "2026-11-05T00:00:00Z", false);
    let later = versions(9, "2026-12-01T00:00:00Z", true);
    let day = 24 * 60 * 60 * 10_000_000;
    for feeds in [[&older, &later], [&later, &older]] {
        for earlier in [day, 0] {
            let feeds = [(feeds[0].as_str(), NOW - earlier), (feeds[1].as_str(), NOW)];
            for query in [OLDER_TABLE, NEWER_TABLE] {
                assert_eq!(found(query, &feeds).await, ["\"198.51.100.1\""], "{query}: {feeds:?}");
            }
        }
    }
}
