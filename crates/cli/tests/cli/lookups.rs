//! Threat intelligence and watchlists on the command line.

use std::fs;

use super::{code, err, folder, out, quarry};

#[test]
fn indicators_are_brought_in_from_lists_tables_and_bundles() {
    let place = folder();
    fs::write(place.path().join("domains.txt"), "# ours\nbad[.]example\nworse.example\n").unwrap();
    fs::write(
        place.path().join("iocs.csv"),
        "value,type,confidence\n198.51.100.7,ip,90\nx,poem,1\n",
    )
    .unwrap();
    let told = quarry(
        place.path(),
        &[
            "data",
            "add",
            "intel",
            "domains.txt",
            "iocs.csv",
            "--source",
            "Ours",
            "--valid-for",
            "30d",
        ],
    );
    assert_eq!(code(&told), 0, "{}", err(&told));
    assert!(
        out(&told).contains("indicator list") && out(&told).contains("no kind of indicator"),
        "{}",
        out(&told)
    );
    let query =
        "ThreatIntelligenceIndicator | where Active and SourceSystem == 'Ours' | summarize n = count(), sure = max(ConfidenceScore)";
    let answer = quarry(place.path(), &["query", query, "--format", "csv"]);
    assert_eq!(out(&answer).trim(), "n,sure\n3,90.0");
    let wrong = quarry(place.path(), &["data", "add", "intel", "domains.txt", "--type", "domains"]);
    assert!(err(&wrong).contains("did you mean `domain`?"), "{}", err(&wrong));
}

#[test]
fn watchlists_come_from_definitions_and_team_files() {
    let place = folder();
    let write = |name: &str, text: &str| fs::write(place.path().join(name), text).unwrap();
    write("vips.csv", "Name,Mail\nAnn,ann@x\nBob,bob@x\n");
    write(
        "vips.yaml",
        "alias: VIPs\nsearchKey: Mail\nprovider: HR\ndescription: People who are watched\n",
    );
    let told = quarry(place.path(), &["data", "add", "watchlist", "vips.yaml"]);
    assert_eq!(code(&told), 0, "{}", err(&told));
    let listed = out(&quarry(place.path(), &["show", "watchlists"]));
    for part in ["VIPs", "Mail", "2", "HR", "vips.csv", "People who are watched"] {
        assert!(listed.contains(part), "{listed}");
    }
    let answer = quarry(
        place.path(),
        &[
            "query",
            "_GetWatchlist('VIPs') | where SearchKey == 'bob@x' | project Name",
            "--format",
            "csv",
        ],
    );
    assert_eq!(out(&answer).trim(), "Name\nBob");

    write("wrong.yaml", "alias: VIPs\nsearchKey: mail\nfile: vips.csv\n");
    let wrong = quarry(place.path(), &["data", "add", "watchlist", "wrong.yaml"]);
    assert!(err(&wrong).contains("did you mean `Mail`?"), "{}", err(&wrong));
    let neither = quarry(place.path(), &["data", "add", "watchlist", "VIPs"]);
    assert!(
        err(&neither).contains("neither an alias with a file nor a definition"),
        "{}",
        err(&neither)
    );

    // A team's file names one for its hunts, in place of the lake's.
    fs::create_dir(place.path().join("hunts")).unwrap();
    write(
        "hunts/quarry.yaml",
        "watchlists:\n  - alias: VIPs\n    items: [{Mail: zoe@x, Name: Zoe}]\n",
    );
    write("hunts/vips.kql", "_GetWatchlist('VIPs') | project Name, SearchKey\n");
    // A lake without any table is nothing to hunt in.
    write("domains.txt", "bad.example\n");
    quarry(place.path(), &["data", "add", "intel", "domains.txt"]);
    let found = quarry(place.path(), &["hunt", "hunts", "--format", "jsonl"]);
    assert!(
        out(&found).contains("zoe@x") && !out(&found).contains("ann@x"),
        "{}{}",
        out(&found),
        err(&found)
    );
}

const WATCHED: &str = "id: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e11
name: People who are watched
description: Lists them.
severity: Low
tactics:
  - InitialAccess
query: |
  _GetWatchlist('VIPs')
  | where SearchKey has 'ann'
  | project Name, SearchKey
version: 1.0.0
";

#[test]
fn a_lake_of_watchlists_alone_can_be_hunted_in() {
    let place = folder();
    fs::write(place.path().join("vips.csv"), "Name,Mail\nAnn,ann@x\nBob,bob@x\n").unwrap();
    fs::write(place.path().join("hunt.yaml"), WATCHED).unwrap();
    let nothing = quarry(place.path(), &["hunt", "hunt.yaml"]);
    assert_eq!(code(&nothing), 3, "{}", out(&nothing));
    assert!(err(&nothing).contains("holds no data"), "{}", err(&nothing));
    let added = quarry(place.path(), &["data", "add", "watchlist", "VIPs", "vips.csv", "--key", "Mail"]);
    assert_eq!(code(&added), 0, "{}", err(&added));
    let found = quarry(place.path(), &["hunt", "hunt.yaml", "--format", "jsonl"]);
    assert_eq!(code(&found), 1, "{}", err(&found));
    assert!(out(&found).contains("ann@x"), "{}", out(&found));
    let ids = quarry(
        place.path(),
        &[
            "query",
            "_GetWatchlist('VIPs') | summarize dcount(_DTItemId), countif(isnull(toguid(_DTItemId)))",
            "--format",
            "csv",
        ],
    );
    assert!(out(&ids).trim().ends_with("2,0"), "{}{}", out(&ids), err(&ids));
}

#[test]
fn tests_have_the_lookups_of_their_sidecars_and_folders() {
    let place = folder();
    let write = |name: &str, text: &str| fs::write(place.path().join(name), text).unwrap();
    fs::create_dir(place.path().join("hunts")).unwrap();
    write("hunts/watched.yaml", WATCHED);
    write("hunts/vips.csv", "Name,Mail\nAnn,ann@x\nBob,bob@x\n");
    write("hunts/vips.yaml", "alias: VIPs\nsearchKey: Mail\n");
    write("hunts/soc.yaml", "content: [.]\nrules:\n  - match: watched\n    every: 1h\n");
    let fetching = WATCHED.replace("2e11", "2e12").replace("who are watched", "of a feed").replace(
        "_GetWatchlist('VIPs')\n  | where SearchKey has 'ann'",
        "externaldata(Name: string, SearchKey: string) ['https://feeds.example/people.csv'] with (ignoreFirstRecord=true)\n  | where isnotempty(Name)",
    );
    write("hunts/feed.yaml", &fetching);
    write("hunts/people.csv", "Name,SearchKey\nCid,cid@x\n");
    write(
        "hunts/feed.quarry.yaml",
        "hunt: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e12\ndata: [\"https://feeds.example/people.csv=people.csv\"]\ntests:\n  - name: the feed\n    fires:\n      - {Name: Cid}\n",
    );
    write(
        "hunts/watched.quarry.yaml",
        "hunt: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e11\ntests:\n  - name: the folder's\n    fires:\n      - {Name: Ann}\n  \
         - name: its own\n    watchlists:\n      - alias: VIPs\n        searchKey: Mail\n        items:\n          - {Name: Dan, Mail: dan@x}\n    silent: true\n",
    );
    let tested = quarry(place.path(), &["test", "hunts"]);
    assert_eq!(code(&tested), 0, "{}{}", out(&tested), err(&tested));
    assert!(out(&tested).contains('3'), "{}", out(&tested));
    // A schedule and a watchlist among hunts are known for what they are.
    let checked = quarry(place.path(), &["check", "hunts"]);
    assert!(!out(&checked).contains("Q0203"), "{}", out(&checked));
    write("hunts/soc.yaml", "content: [.]\nrules:\n  - mach: watched\n");
    let wrong = quarry(place.path(), &["check", "hunts"]);
    assert_eq!(code(&wrong), 1);
    assert!(out(&wrong).contains("did you mean `match`?"), "{}", out(&wrong));
    write("hunts/watched.quarry.yaml", "hunt: 4a8c1f6e-0d59-4a53-8a3b-6f3f0c1d2e11\ntests:\n  - name: gone\n    data: [geo=gone.mmdb]\n    silent: true\n");
    let broken = quarry(place.path(), &["test", "hunts", "--only", "watched"]);
    assert_eq!(code(&broken), 1);
    assert!(out(&broken).contains("gone.mmdb"), "{}", out(&broken));
}
