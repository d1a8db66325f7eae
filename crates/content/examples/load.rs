//! Loads the content under the given paths and prints what came of it: `cargo run --example load -- PATH…`.

use std::collections::BTreeMap;
use std::path::PathBuf;

fn main() {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let documents = quarry_content::load_paths(&paths);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    let mut silent = 0;
    for document in &documents {
        for hunt in &document.hunts {
            *kinds.entry(hunt.kind.name()).or_default() += 1;
            *kinds.entry("tunables").or_default() += hunt.tunables().len();
        }
        *kinds.entry("functions").or_default() += document.functions.len();
        let empty = document.hunts.is_empty() && document.functions.is_empty();
        silent += usize::from(empty && document.diagnostics.is_empty());
        if empty {
            println!(
                "no content: {} {}",
                document.name,
                document.diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
            );
        }
        for diagnostic in &document.diagnostics {
            *codes.entry(format!("{} {}", diagnostic.severity, diagnostic.code)).or_default() += 1;
        }
    }
    println!("files {} · without content or reason {silent}", documents.len());
    for (name, count) in kinds.into_iter().map(|(name, count)| (name.to_owned(), count)).chain(codes) {
        println!("  {name}: {count}");
    }
}
