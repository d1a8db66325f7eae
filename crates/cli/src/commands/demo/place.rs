//! Where the demo keeps its lake. It replaces its own lake and never anybody else's.

use std::fs;
use std::path::Path;

use quarry_simulator::{Expectation, Truth};
use serde_json::json;

use crate::commands::tune::OF_DEMO;
use crate::exit::Failure;

/// A file in the lake's folder that says whose lake it is.
const MARK: &str = ".quarry-demo";

/// Makes the place free for a new lake.
pub fn prepare(folder: &Path) -> Result<(), Failure> {
    let Ok(mut entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    if entries.next().is_none() {
        return Ok(());
    }
    if !folder.join(MARK).is_file() {
        return Err(Failure::with_hint(
            format!("{} holds something that is no demo", folder.display()),
            "give the demo a place of its own: quarry demo --lake DIR",
        ));
    }
    fs::remove_dir_all(folder).map_err(|error| Failure::new(format!("{}: {error}", folder.display())))
}

/// Marks the folder as the demo's.
pub fn mark(folder: &Path) -> Result<(), Failure> {
    fs::write(folder.join(MARK), "The next `quarry demo` with this folder replaces this lake.\n")?;
    Ok(())
}

/// Writes what was planted beside the lake's tables, as `quarry tune` reads it.
pub fn keep_truth(folder: &Path, truth: &Truth) -> Result<(), Failure> {
    let expected =
        |one: &Expectation, bad: bool| json!({ "hunt": one.hunt, "column": one.column, "value": one.value, "bad": bad }).to_string();
    let planted = truth
        .intrusions
        .iter()
        .flat_map(|one| one.expected.iter().map(|one| expected(one, true)));
    let harmless = truth
        .look_alikes
        .iter()
        .map(|one| json!({ "hunt": one.deceives, "value": one.entity, "bad": false }).to_string());
    let lines: Vec<String> = planted.chain(harmless).collect();
    fs::write(folder.join(OF_DEMO), lines.join("\n") + "\n")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_a_demo_is_replaced() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("lake");
        assert!(prepare(&folder).is_ok(), "nothing is there");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("precious"), "x").unwrap();
        assert!(prepare(&folder).is_err());
        assert!(folder.join("precious").exists());
        mark(&folder).unwrap();
        assert!(prepare(&folder).is_ok());
        assert!(!folder.exists());
    }
}
