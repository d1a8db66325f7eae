//! Files of truths.

use std::path::Path;

use quarry_hunting::tune::Truth;
use serde_json::{Map, Value as Json};

use crate::exit::Failure;
use crate::input::read_file;

/// The file in a demo's lake that says what was planted.
pub const OF_DEMO: &str = ".quarry-truths.jsonl";

/// The truths of a file; those of a demo's lake when none is named and the lake is a demo's.
pub fn read(file: Option<&Path>, lake: &str) -> Result<Vec<Truth>, Failure> {
    let own = Path::new(lake).join(OF_DEMO);
    let path = match file {
        Some(path) => path,
        None if own.is_file() => &own,
        None => return Ok(Vec::new()),
    };
    let text = read_file(path)?;
    let wrong = |record: usize, problem: String| Failure::new(format!("{}: record {record}: {problem}", path.display()));
    let is_csv = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let mut truths = Vec::new();
    if is_csv {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| wrong(0, error.to_string()))?.clone();
        for (number, record) in reader.records().enumerate() {
            let record = record.map_err(|error| wrong(number + 1, error.to_string()))?;
            let fields: Map<String, Json> = header
                .iter()
                .zip(&record)
                .map(|(name, cell)| (name.trim().to_lowercase(), Json::String(cell.to_owned())))
                .collect();
            truths.push(Truth::of_object(&Json::Object(fields)).map_err(|problem| wrong(number + 1, problem))?);
        }
        return Ok(truths);
    }
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let object: Json = serde_json::from_str(line).map_err(|error| wrong(number + 1, error.to_string()))?;
        truths.push(Truth::of_object(&object).map_err(|problem| wrong(number + 1, problem))?);
    }
    Ok(truths)
}
