//! Threat intelligence: STIX objects, tables and lists of indicators, into both tables of indicators.

use quarry_storage::{FileOutcome, Format, IngestOptions, IntelOptions};

use crate::place::Place;

const MINUTE: i64 = 60 * 10_000_000;
/// 2026-11-20T00:00:00Z.
const RECEIVED: i64 = 639_307_296_000_000_000;

fn options(intel: IntelOptions) -> IngestOptions {
    IngestOptions {
        intel: IntelOptions {
            received: RECEIVED,
            ..intel
        },
        ..IngestOptions::default()
    }
}

fn expected() -> IngestOptions {
    options(IntelOptions {
        expected: true,
        anew: true,
        ..IntelOptions::default()
    })
}

fn id(number: u32) -> String {
    format!("indicator--00000000-0000-4000-8000-{number:012}")
}

/// An indicator; `more` are further members.
fn indicator(number: u32, pattern: &str, more: &str) -> String {
    let pattern = pattern.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"{}","created":"2026-11-01T00:00:00.000Z","modified":"2026-11-01T00:00:00.000Z",
        "valid_from":"2026-11-01T00:00:00Z","pattern_type":"stix","pattern":"{pattern}"{more}}}"#,
        id(number)
    )
}

fn bundle(objects: &[String]) -> String {
    let id = "bundle--00000000-0000-4000-8000-000000000000";
    format!(r#"{{"type":"bundle","id":"{id}","objects":[{}]}}"#, objects.join(",\n"))
}

#[tokio::test]
async fn an_indicator_fills_both_tables() {
    let place = Place::new().await;
    let more = r#","name":"C2","description":"Seen in November","confidence":85,"indicator_types":["malicious-activity"],
        "labels":["botnet","ActivityGroup:STORM-1"],"valid_until":"2026-12-01T00:00:00Z",
        "kill_chain_phases":[{"kill_chain_name":"lockheed-martin-cyber-kill-chain","phase_name":"command-and-control"}],
        "object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"]"#;
    let text = bundle(&[indicator(1, "[ipv4-addr:value = '198.51.100.7']", more)]);
    let intel = IntelOptions {
        source: Some("Feed".to_owned()),
        ..IntelOptions::default()
    };
    let report = place.ingest("feed.json", text, options(intel)).await;
    assert_eq!(report.files[0].format, Some(Format::Stix), "{report:?}");
    let columns = [
        "Id",
        "SourceSystem",
        "ObservableKey",
        "ObservableValue",
        "Confidence",
        "IsActive",
        "Revoked",
        "Tags",
        "AdditionalFields",
    ];
    let expected = [
        "RmVlZA==---indicator--00000000-0000-4000-8000-000000000001",
        "Feed",
        "ipv4-addr:value",
        "198.51.100.7",
        "85",
        "true",
        "false",
        r#"["botnet","ActivityGroup:STORM-1"]"#,
        r#"{"TLPLevel":"Green"}"#,
    ];
    assert_eq!(place.rows("ThreatIntelIndicators", &columns).await, [expected]);
    let columns = [
        "ExternalIndicatorId",
        "NetworkIP",
        "Description",
        "ThreatType",
        "ActivityGroupNames",
        "ConfidenceScore",
        "Active",
        "KillChainC2",
        "TrafficLightProtocolLevel",
    ];
    let expected = [
        id(1).as_str(),
        "198.51.100.7",
        "Seen in November",
        "malicious-activity",
        "STORM-1",
        "85.0",
        "true",
        "true",
        "green",
    ]
    .map(str::to_owned);
    assert_eq!(place.rows("ThreatIntelligenceIndicator", &columns).await, [expected]);
    let ends = place.rows("ThreatIntelIndicators", &["ValidFrom", "ValidUntil", "Created"]).await;
    let legacy = place.rows("ThreatIntelligenceIndicator", &["ExpirationDateTime"]).await;
    assert_eq!(ends[0][1], legacy[0][0]);
    assert_eq!(ends[0][0], ends[0][2]);
    let data = place.rows("ThreatIntelIndicators", &["Data"]).await;
    assert!(
        data[0][0].contains("Seen in November") && data[0][0].contains("\"pattern\""),
        "{data:?}"
    );
}

#[tokio::test]
async fn observables_and_alternatives_are_rows_of_their_own() {
    let place = Place::new().await;
    let hash = "ab".repeat(32);
    let pattern = format!("[file:name = 'a.exe' AND (file:hashes.MD5 = 'f00d' OR file:hashes.'SHA-256' = '{hash}')]");
    let report = place
        .ingest("feed.json", bundle(&[indicator(1, &pattern, "")]), options(IntelOptions::default()))
        .await;
    assert_eq!(report.in_part(), 0);
    let mut rows = place.rows("ThreatIntelIndicators", &["ObservableKey", "ObservableValue"]).await;
    rows.sort();
    assert_eq!(
        rows,
        [
            ["file:hashes.'SHA-256'", hash.as_str()],
            ["file:hashes.MD5", "f00d"],
            ["file:name", "a.exe"]
        ]
    );
    let mut rows = place
        .rows(
            "ThreatIntelligenceIndicator",
            &["FileName", "FileHashType", "FileHashValue", "IndicatorId"],
        )
        .await;
    rows.sort();
    assert_eq!(rows[0][..3], ["a.exe", "MD5", "f00d"].map(str::to_owned));
    assert_eq!(rows[1][..3], ["a.exe", "SHA-256", hash.as_str()].map(str::to_owned));
    assert_ne!(rows[0][3], rows[1][3]);
}

#[tokio::test]
async fn patterns_that_values_cannot_say_are_kept_and_counted() {
    let place = Place::new().await;
    let objects = [
        indicator(1, "[file:name LIKE '%.scr']", ""),
        indicator(2, "not a pattern", ""),
        indicator(3, "alert tcp any any -> any 80", "").replace("\"stix\"", "\"snort\""),
        indicator(4, "[domain-name:value = 'bad.example' AND network-traffic:dst_port > 1024]", ""),
    ];
    let report = place.ingest("feed.json", bundle(&objects), options(IntelOptions::default())).await;
    assert_eq!((report.in_part(), report.set_aside()), (4, 0));
    let mut rows = place.rows("ThreatIntelIndicators", &["ObservableValue", "Pattern"]).await;
    rows.sort();
    assert_eq!(rows[0], ["", "[file:name LIKE '%.scr']"]);
    assert_eq!(rows[1], ["", "alert tcp any any -> any 80"]);
    assert_eq!(rows[2], ["", "not a pattern"]);
    assert_eq!(rows[3][0], "bad.example");
}

#[tokio::test]
async fn expired_and_revoked_indicators_are_not_active() {
    let place = Place::new().await;
    let objects = [
        indicator(1, "[domain-name:value = 'open.example']", ""),
        indicator(
            2,
            "[domain-name:value = 'over.example']",
            r#","valid_until":"2026-11-19T00:00:00Z""#,
        ),
        indicator(3, "[domain-name:value = 'revoked.example']", r#","revoked":true"#),
    ];
    place.ingest("feed.json", bundle(&objects), options(IntelOptions::default())).await;
    let mut rows = place.rows("ThreatIntelligenceIndicator", &["DomainName", "Active"]).await;
    rows.sort();
    assert_eq!(
        rows,
        [["open.example", "true"], ["over.example", "false"], ["revoked.example", "false"]]
    );
    let mut rows = place
        .rows("ThreatIntelIndicators", &["ObservableValue", "IsActive", "Revoked"])
        .await;
    rows.sort();
    assert_eq!(
        rows,
        [
            ["open.example", "true", "false"],
            ["over.example", "false", "false"],
            ["revoked.example", "false", "true"]
        ]
    );
}

#[tokio::test]
async fn later_versions_come_later_whatever_order_they_are_read_in() {
    let place = Place::new().await;
    let newer = indicator(1, "[domain-name:value = 'bad.example']", r#","confidence":90"#);
    let newer = newer.replace("\"modified\":\"2026-11-01", "\"modified\":\"2026-11-02");
    let older = indicator(1, "[domain-name:value = 'bad.example']", r#","confidence":10"#);
    place
        .ingest("feed.json", bundle(&[newer, older]), options(IntelOptions::default()))
        .await;
    let mut rows = place
        .rows("ThreatIntelligenceIndicator", &["TimeGenerated", "ConfidenceScore", "IndicatorId"])
        .await;
    rows.sort();
    assert_eq!(rows.iter().map(|row| row[1].as_str()).collect::<Vec<_>>(), ["10.0", "90.0"]);
    assert_eq!(rows[0][2], rows[1][2]);
    let times: Vec<i64> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    assert!(times.iter().all(|time| (RECEIVED - MINUTE..=RECEIVED).contains(time)), "{times:?}");
    assert!(times[0] < times[1]);
}

/// Versions of an object by their times in tables, the latest last: what a column of each table says. The versions come in files of their own, an
/// hour apart.
async fn in_order(files: [String; 3], tables: &[(&str, &str)]) -> Vec<Vec<String>> {
    let place = Place::new().await;
    for (at, text) in (0..).zip(files) {
        let mut options = options(IntelOptions::default());
        options.intel.received = RECEIVED + at * 60 * MINUTE;
        let report = place.ingest(&format!("{at}.json"), bundle(&[text]), options).await;
        assert_eq!(report.set_aside(), 0, "{report:?}");
    }
    let mut shown = Vec::new();
    for (table, column) in tables {
        let mut rows = place.rows(table, &["TimeGenerated", *column]).await;
        rows.sort_by_key(|row| row[0].parse::<i64>().unwrap());
        shown.push(rows.into_iter().map(|mut row| row.remove(1)).collect());
    }
    shown
}

#[tokio::test]
async fn the_latest_version_is_the_newest_row_whenever_it_came() {
    let version = |day: u32| {
        let made = indicator(1, "[domain-name:value = 'bad.example']", &format!(r#","confidence":{day}"#));
        made.replace("\"modified\":\"2026-11-01", &format!("\"modified\":\"2026-11-0{day}"))
    };
    for order in [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]] {
        let tables = [
            ("ThreatIntelIndicators", "Confidence"),
            ("ThreatIntelligenceIndicator", "ConfidenceScore"),
        ];
        let shown = in_order(order.map(version), &tables).await;
        assert_eq!(shown, [["1", "2", "3"], ["1.0", "2.0", "3.0"]], "{order:?}");
    }
}

#[tokio::test]
async fn versions_of_other_objects_are_in_order_too() {
    let version = |day: u32| {
        format!(
            r#"{{"type":"threat-actor","id":"threat-actor--00000000-0000-4000-8000-000000000009","created":"2026-11-01T00:00:00Z","modified":"2026-11-0{day}T00:00:00Z","name":"{day}"}}"#
        )
    };
    for order in [[1, 2, 3], [3, 1, 2], [3, 2, 1]] {
        let found = in_order(order.map(version), &[("ThreatIntelObjects", "Data")]).await.concat();
        let names: Vec<bool> = (1..4)
            .zip(&found)
            .map(|(day, data): (u32, _)| data.contains(&format!("\"name\":\"{day}\"")))
            .collect();
        assert_eq!(names, [true; 3], "{order:?}: {found:?}");
    }
}

#[tokio::test]
async fn a_list_received_later_is_the_later_version() {
    let place = Place::new().await;
    for (at, confidence) in (0..).zip([10, 90]) {
        let mut options = expected();
        options.intel.received = RECEIVED + at * 60 * MINUTE;
        options.intel.confidence = Some(confidence);
        place.ingest("domains.txt", "bad.example\n", options).await;
    }
    let mut rows = place.rows("ThreatIntelIndicators", &["TimeGenerated", "Confidence"]).await;
    rows.sort();
    assert_eq!(rows.iter().map(|row| row[1].as_str()).collect::<Vec<_>>(), ["10", "90"]);
}

#[tokio::test]
async fn other_objects_and_other_envelopes_are_read() {
    let place = Place::new().await;
    let actor = r#"{"type":"threat-actor","spec_version":"2.1","id":"threat-actor--00000000-0000-4000-8000-000000000009","created":"2026-11-01T00:00:00Z","modified":"2026-11-01T00:00:00Z","name":"Storm"}"#;
    let taxii = format!(
        r#"{{"more":false,"next":"x","objects":[{actor},{}]}}"#,
        indicator(1, "[url:value = 'https://bad.example/']", "")
    );
    let report = place.ingest("taxii.json", taxii, options(IntelOptions::default())).await;
    let rows: Vec<(String, u64)> = report.rows().into_iter().collect();
    let tables = ["ThreatIntelIndicators", "ThreatIntelObjects", "ThreatIntelligenceIndicator"];
    assert_eq!(rows, tables.map(|table| (table.to_owned(), 1)));
    assert_eq!(place.rows("ThreatIntelObjects", &["StixType"]).await, [["threat-actor"]]);
    let lines = indicator(2, "[url:value = 'https://worse.example/']", "").replace('\n', " ");
    let report = place
        .ingest(
            "objects.ndjson",
            format!("{lines}\n{}\n", lines.replace("worse", "worst")),
            options(IntelOptions::default()),
        )
        .await;
    assert_eq!(report.rows()["ThreatIntelIndicators"], 2);
    let only = IngestOptions {
        derived: false,
        ..options(IntelOptions::default())
    };
    let report = place
        .ingest("one.json", indicator(3, "[url:value = 'https://x.example/']", ""), only)
        .await;
    assert_eq!(report.rows().into_keys().collect::<Vec<_>>(), ["ThreatIntelIndicators"]);
}

#[tokio::test]
async fn broken_objects_are_set_aside() {
    let place = Place::new().await;
    let objects = [
        indicator(1, "[url:value = 'https://bad.example/']", ""),
        indicator(2, "[url:value = 'https://bad.example/']", r#","confidence":"high""#),
        indicator(3, "[url:value = 'https://bad.example/']", r#","valid_until":"soon""#),
        indicator(4, "[url:value = 'https://bad.example/']", "").replace("\"pattern\":", "\"patern\":"),
        r#"{"no":"object"}"#.to_owned(),
    ];
    let report = place.ingest("feed.json", bundle(&objects), options(IntelOptions::default())).await;
    assert_eq!((report.set_aside(), report.rows()["ThreatIntelIndicators"]), (4, 1));
    let reasons: Vec<&str> = report.files[0].examples.iter().map(|example| example.reason.as_str()).collect();
    assert!(
        reasons[0].contains("confidence") || reasons[0].contains("invalid type"),
        "{reasons:?}"
    );
    assert!(reasons[1].contains("valid_until is no time: soon"), "{reasons:?}");
    assert!(reasons[2].contains("no pattern"), "{reasons:?}");
}

#[tokio::test]
async fn exports_of_misp_and_otx_are_told_by_their_headers() {
    let place = Place::new().await;
    let misp = "uuid,event_id,category,type,value,comment,to_ids,date,object_relation,attribute_tag\n\
        11111111-1111-4111-8111-111111111111,7,Network activity,ip-dst|port,198.51.100.7|443,C2,1,20261101,,tlp:amber\n\
        22222222-2222-4222-8222-222222222222,7,Payload delivery,filename|md5,a.exe|0123456789abcdef0123456789abcdef,,1,20261101,,\n\
        33333333-3333-4333-8333-333333333333,7,External analysis,domain,context.example,,0,20261101,,\n\
        44444444-4444-4444-8444-444444444444,7,Other,comment,some text,,0,20261101,,\n";
    let report = place.ingest("misp.csv", misp, options(IntelOptions::default())).await;
    assert_eq!(report.files[0].format, Some(Format::IndicatorTable));
    assert_eq!((report.set_aside(), report.rows()["ThreatIntelligenceIndicator"]), (1, 3));
    let columns = [
        "NetworkDestinationIP",
        "NetworkDestinationPort",
        "FileName",
        "FileHashValue",
        "DomainName",
        "Active",
    ];
    let mut rows = place.rows("ThreatIntelligenceIndicator", &columns).await;
    rows.sort();
    let hash = "0123456789abcdef0123456789abcdef";
    assert_eq!(rows[1][2..], ["a.exe", hash, "", "true"].map(str::to_owned));
    assert_eq!(rows[0][4..], ["context.example", "false"].map(str::to_owned));
    assert_eq!(
        (rows[2][0].as_str(), rows[2][1].as_str(), rows[2][5].as_str()),
        ("198.51.100.7", "443", "true")
    );
    let otx = "Indicator type,Indicator,Description\nIPv4,203.0.113.9,scanner\nFileHash-SHA1,0123456789abcdef0123456789abcdef01234567,\nhostname,www.bad.example,x\n";
    let report = place.ingest("otx.csv", otx, options(IntelOptions::default())).await;
    assert_eq!((report.set_aside(), report.rows()["ThreatIntelIndicators"]), (0, 3));
    // Tables that are no indicators stay what they are.
    let other = place.ingest("other.csv", "type,value\na,b\n", IngestOptions::default()).await;
    assert!(matches!(other.files[0].outcome, FileOutcome::NotALog(_)));
}

#[tokio::test]
async fn lists_are_read_where_indicators_are_expected() {
    let place = Place::new().await;
    let list = "# domains\nbad[.]example\n\nworse.example # seen\nnot one at all\n";
    let of_kind = |kind: Option<&str>| {
        let mut options = expected();
        options.intel.kind = kind.map(str::to_owned);
        options.intel.valid_for = Some(30 * 24 * 60 * MINUTE);
        options.intel.confidence = Some(60);
        options
    };
    let report = place.ingest("domains.txt", list, of_kind(None)).await;
    assert_eq!(report.files[0].format, Some(Format::IndicatorList));
    assert_eq!((report.set_aside(), report.rows()["ThreatIntelligenceIndicator"]), (1, 2));
    let mut rows = place
        .rows(
            "ThreatIntelligenceIndicator",
            &["DomainName", "ConfidenceScore", "ExpirationDateTime"],
        )
        .await;
    rows.sort();
    let end = (RECEIVED + 30 * 24 * 60 * MINUTE).to_string();
    assert_eq!(
        rows,
        [["bad.example", "60.0", end.as_str()], ["worse.example", "60.0", end.as_str()]]
    );
    let report = place.ingest("names.txt", "a.exe\n", of_kind(Some("filename"))).await;
    assert_eq!(report.rows()["ThreatIntelligenceIndicator"], 1);
    // Not expected, a list is no log.
    let plain = place
        .ingest("more.txt", "one.example\ntwo.example\n", IngestOptions::default())
        .await;
    assert!(matches!(plain.files[0].outcome, FileOutcome::NotALog(_)));
}

#[tokio::test]
async fn the_same_file_is_received_anew_only_when_that_is_asked_for() {
    let place = Place::new().await;
    let text = bundle(&[indicator(1, "[domain-name:value = 'bad.example']", "")]);
    place.ingest("feed.json", &text, options(IntelOptions::default())).await;
    let again = place.ingest("feed.json", &text, options(IntelOptions::default())).await;
    assert_eq!(again.files[0].outcome, FileOutcome::AlreadyIn);
    let anew = place.ingest("feed.json", &text, expected()).await;
    assert_eq!(anew.files[0].outcome, FileOutcome::Ingested);
    assert_eq!(place.rows("ThreatIntelIndicators", &["Id"]).await.len(), 2);
}

#[tokio::test]
async fn rows_of_the_tables_themselves_go_in_as_they_are() {
    let place = Place::new().await;
    let csv = "TimeGenerated,IndicatorId,Active,ExpirationDateTime,DomainName,ThreatType,Action\n2026-11-01T00:00:00Z,A,true,2026-12-01T00:00:00Z,bad.example,Botnet,alert\n";
    let report = place.ingest("export.csv", csv, expected()).await;
    assert_eq!(
        report.rows().into_iter().collect::<Vec<_>>(),
        [("ThreatIntelligenceIndicator".to_owned(), 1)]
    );
    let json = r#"{"TimeGenerated":"2026-11-01T00:00:00Z","Id":"x---indicator--1","ObservableKey":"domain-name:value","ObservableValue":"bad.example","IsActive":true,"ValidUntil":"2026-12-01T00:00:00Z","Type":"ThreatIntelIndicators"}"#;
    let report = place.ingest("export.json", json, expected()).await;
    assert_eq!(
        report.rows().into_iter().collect::<Vec<_>>(),
        [("ThreatIntelIndicators".to_owned(), 1)]
    );
}
