//! Files that are none: every command that is given one ends, says which, and does not break.

use super::{code, err, out, quarry, with_mails};

/// Bytes without meaning, the same in every run.
fn noise() -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u8::try_from(state >> 56).unwrap()
    };
    (0..4096).map(|_| next()).collect()
}

/// Commands, and the file of each that is `bad`.
const COMMANDS: &[(&str, &[&str])] = &[
    ("bad.yaml", &["check", "bad.yaml", "--level", "hint"]),
    ("bad.json", &["check", "bad.json", "--format", "sarif"]),
    ("bad.md", &["check", "bad.md", "--format", "jsonl"]),
    ("bad.kql", &["hunt", "bad.kql"]),
    ("bad.yaml", &["fmt", "bad.yaml", "--check"]),
    ("bad.yaml", &["export", "bad.yaml", "--format", "arm"]),
    ("bad.yaml", &["coverage", "bad.yaml"]),
    ("bad.yaml", &["ready", "bad.yaml"]),
    ("bad.json", &["check", "hunt.yaml", "--baseline", "bad.json"]),
    ("bad.quarry.yaml", &["test", "hunt.yaml", "--team", "bad.quarry.yaml"]),
    ("bad.quarry.yaml", &["hunt", "hunt.yaml", "--team", "bad.quarry.yaml"]),
    ("bad.md", &["exclusions", "propose", "bad.md"]),
    ("bad.csv", &["tune", "hunt.yaml", "--vary", "Limit=1..2", "--truths", "bad.csv"]),
    ("bad.jsonl", &["tune", "hunt.yaml", "--vary", "Limit=1..2", "--truths", "bad.jsonl"]),
    ("bad.yaml", &["run", "--schedule", "bad.yaml", "--once"]),
    ("bad.csv", &["data", "add", "watchlist", "Bad", "bad.csv"]),
    ("bad.yaml", &["data", "add", "watchlist", "bad.yaml"]),
    ("bad.json", &["data", "add", "intel", "bad.json"]),
    ("bad.csv", &["data", "add", "profiles", "bad.csv"]),
    ("bad.mmdb", &["data", "add", "geo", "bad.mmdb"]),
    ("bad.yaml", &["data", "add", "agents", "bad.yaml"]),
    ("bad.csv", &["query", "_GetWatchlist('W')", "--data", "watchlist:W=bad.csv"]),
    ("bad.json", &["ingest", "bad.json"]),
];

#[test]
fn files_that_are_none_break_nothing() {
    let place = with_mails();
    let deep = "{\"a\": [".repeat(20_000).into_bytes();
    for bytes in [noise(), deep, b"a: b\n".repeat(3), Vec::new()] {
        for (file, command) in COMMANDS {
            std::fs::write(place.path().join(file), &bytes).unwrap();
            let done = quarry(place.path(), command);
            let said = format!(
                "{command:?}: {:?}\n{}{}",
                done.status,
                String::from_utf8_lossy(&done.stdout),
                err(&done)
            );
            assert!(matches!(done.status.code(), Some(0..=3)), "{said}");
            assert!(!said.contains("internal error") && !said.contains("panicked"), "{said}");
            // Who fails says why.
            assert!(code(&done) < 2 || !err(&done).is_empty() || !out(&done).is_empty(), "{said}");
        }
    }
    let left = quarry(place.path(), &["query", "EmailEvents | count", "--format", "csv"]);
    assert_eq!(out(&left), "Count\n4\n", "{}", err(&left));
}
