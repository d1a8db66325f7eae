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
