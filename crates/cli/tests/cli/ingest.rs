//! `quarry ingest`.

use std::fs;

use super::{MAILS, code, err, folder, out, quarry, with_mails};

#[test]
fn records_set_aside_can_be_looked_at() {
    let place = folder();
    fs::write(
        place.path().join("EmailEvents.json"),
        format!("{MAILS}{{\"Timestamp\":\"31/02/2026\",\"Subject\":\"five\"}}\n"),
    )
    .unwrap();
    let ingested = quarry(place.path(), &["ingest", "EmailEvents.json"]);
    assert!(
        out(&ingested).contains("1 record set aside") && out(&ingested).contains("EmailEvents.json:5"),
        "{}",
        out(&ingested)
    );
    let again = quarry(place.path(), &["ingest", "EmailEvents.json"]);
    assert!(
        out(&again).contains("Nothing new") && out(&again).contains("1 file was in already"),
        "{}",
        out(&again)
    );
    let looked = quarry(place.path(), &["query", "_quarantine | count", "--format", "jsonl"]);
    assert_eq!(out(&looked), "{\"Count\":1}\n", "{}", err(&looked));
    assert!(!out(&quarry(place.path(), &["show", "tables"])).contains("_quarantine"));
    let tried = quarry(place.path(), &["ingest", "--quarantine", "--since", "2026-01-01"]);
    assert_eq!(code(&tried), 0, "{}", err(&tried));
    assert!(out(&tried).contains("1 record set aside"), "{}", out(&tried));
    let empty = with_mails();
    let looked = quarry(empty.path(), &["query", "_quarantine | count", "--format", "jsonl"]);
    assert_eq!(out(&looked), "{\"Count\":0}\n", "{}", err(&looked));
}

#[test]
fn records_that_came_before_are_left_out_when_asked() {
    let place = with_mails();
    let more = MAILS.replace("\"one\"", "\"new\"");
    fs::write(place.path().join("EmailEvents-2.json"), &more).unwrap();
    let key = ["ingest", "EmailEvents-2.json", "--dedup-key", "Timestamp,SenderFromAddress,Subject"];
    let ingested = quarry(place.path(), &key);
    assert!(
        out(&ingested).contains("3 left out as duplicates") && out(&ingested).contains("Committed 1 row"),
        "{}{}",
        out(&ingested),
        err(&ingested)
    );
}
