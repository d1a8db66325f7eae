//! Prints the list of tables in which published hunts look for techniques, `crates/schema/data/technique_tables.txt`, from a folder of content:
//! `cargo run -p quarry-lint --example technique_tables FOLDER > new.txt`, and then `mv new.txt crates/schema/data/technique_tables.txt`.

use std::collections::{BTreeMap, BTreeSet};

use quarry_content::HuntKind;
use quarry_schema::{attack, catalogue};
use quarry_semantics::SchemaCatalog;

/// Hunts over more tables mostly ask for any of them, which is not what the list says.
const MOST_TABLES: usize = 2;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: technique_tables FOLDER")?;
    // Binding recurses over the nesting of a query.
    let reading = std::thread::Builder::new().stack_size(256 << 20);
    let found = reading
        .spawn(move || read(&folder))?
        .join()
        .map_err(|_| "a query could not be bound")?;
    let mut lines: Vec<_> = found.into_iter().collect();
    lines.sort_by(|((left, of_left), left_hunts), ((right, of_right), right_hunts)| {
        left.cmp(right).then(right_hunts.cmp(left_hunts)).then(of_left.cmp(of_right))
    });
    for ((technique, tables), hunts) in lines {
        println!("{technique}\t{tables}\t{hunts}");
    }
    Ok(())
}

/// How many hunts look for a technique in just these tables.
fn read(folder: &str) -> BTreeMap<(String, String), usize> {
    let mut found = BTreeMap::new();
    for document in quarry_content::load_paths(&[folder]) {
        for hunt in document.hunts.iter().filter(|hunt| hunt.kind != HuntKind::Exploration) {
            let tables: Vec<String> = quarry_lint::needs(hunt, &SchemaCatalog)
                .tables
                .into_iter()
                .map(|table| table.name)
                .collect();
            let known = tables.iter().all(|table| catalogue::table(table).is_some());
            if tables.is_empty() || tables.len() > MOST_TABLES || !known {
                continue;
            }
            let techniques: BTreeSet<&str> = hunt.techniques.iter().filter_map(|id| attack::base_technique(id)).collect();
            for technique in techniques.into_iter().filter(|id| !attack::tactics_of(id).is_empty()) {
                *found.entry((technique.to_owned(), tables.join("+"))).or_default() += 1;
            }
        }
    }
    found
}
