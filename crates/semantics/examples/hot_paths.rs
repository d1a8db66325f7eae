//! Writes the list of paths that published content follows, `crates/schema/data/hot_paths.txt`, from a file of JSON lines with one query in the
//! `query` of each: `hot_paths QUERIES.jsonl`.

use std::collections::HashMap;

use quarry_semantics::{FollowedPath, SchemaCatalog, followed_paths};

/// The most paths into one column.
const MOST: usize = 24;
/// Keys of values that are another in nearly every record: kept beside the document they would take as much room again as in it.
const UNIQUE: &[&str] = &["InternetMessageId", "SessionId"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("usage: hot_paths QUERIES.jsonl")?;
    let mut queries = Vec::new();
    for line in std::fs::read_to_string(file)?.lines() {
        let record: serde_json::Value = serde_json::from_str(line)?;
        queries.extend(record.get("query").and_then(|query| query.as_str()).map(str::to_owned));
    }
    // Binding recurses over the nesting of a query.
    let binding = std::thread::Builder::new().stack_size(256 << 20);
    let paths = binding.spawn(move || followed_paths(queries.iter().map(String::as_str), &SchemaCatalog))?;
    let mut paths = paths.join().map_err(|_| "a query could not be bound")?;
    let unique = |path: &FollowedPath| matches!(path.steps.last(), Some(Ok(key)) if UNIQUE.contains(&key.as_str()));
    paths.retain(|(path, _)| !unique(path));
    // A value that is kept serves the paths into it; but of an element of an array its members are kept where content names them.
    let all: Vec<FollowedPath> = paths.iter().map(|(path, _)| path.clone()).collect();
    let element = |path: &FollowedPath| matches!(path.steps.last(), Some(Err(_)));
    let within = |inner: &FollowedPath, outer: &FollowedPath| {
        (&inner.table, &inner.column) == (&outer.table, &outer.column)
            && inner.steps.len() > outer.steps.len()
            && inner.steps.starts_with(&outer.steps)
    };
    paths.retain(|(path, _)| {
        let served = all.iter().any(|outer| !element(outer) && within(path, outer));
        let in_parts = element(path) && all.iter().any(|inner| within(inner, path));
        !served && !in_parts
    });
    let mut of_column: HashMap<(String, String), usize> = HashMap::new();
    paths.retain(|(path, _)| {
        let kept = of_column.entry((path.table.clone(), path.column.clone())).or_default();
        *kept += 1;
        *kept <= MOST
    });
    paths.sort_by(|(left, of_left), (right, of_right)| left.table.cmp(&right.table).then(of_right.cmp(of_left)).then(left.cmp(right)));
    for (path, queries) in paths {
        let steps = path.steps.into_iter().map(|step| match step {
            Ok(key) => serde_json::Value::from(key),
            Err(index) => serde_json::Value::from(index),
        });
        let steps = serde_json::Value::from_iter(steps);
        println!("{}\t{}\t{steps}\t{queries}", path.table, path.column);
    }
    Ok(())
}
