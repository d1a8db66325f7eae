//! Writes the list of paths that published content follows, `crates/schema/data/hot_paths.txt`, from a file of JSON lines with one query in the
//! `query` of each: `hot_paths QUERIES.jsonl`.

use quarry_semantics::{Followed, SchemaCatalog, followed_paths, worth_keeping};

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
    let paths = paths.join().map_err(|_| "a query could not be bound")?;
    let mut paths = worth_keeping(paths);
    paths.sort_by(|left, right| {
        let (of_left, of_right) = (left.queries, right.queries);
        left.path
            .table
            .cmp(&right.path.table)
            .then(of_right.cmp(&of_left))
            .then(left.path.cmp(&right.path))
    });
    for Followed { path, queries, members } in paths {
        let members = members.map(|members| serde_json::Value::from_iter(members));
        let members = members.map(|members| format!("\t{members}")).unwrap_or_default();
        let steps = path.steps.into_iter().map(|step| match step {
            Ok(key) => serde_json::Value::from(key),
            Err(index) => serde_json::Value::from(index),
        });
        let steps = serde_json::Value::from_iter(steps);
        println!("{}\t{}\t{steps}\t{queries}{members}", path.table, path.column);
    }
    Ok(())
}
