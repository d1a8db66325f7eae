//! Opening the lake and the engine.

use std::path::Path;

use quarry_engine::{EngineConfig, Session};
use quarry_hunting::{Functions, HuntDatabase};
use quarry_storage::Lake;
use quarry_text::Diagnostic;

use crate::exit::Failure;

/// The lake, if there is one.
pub async fn open(location: &str) -> Result<Lake, Failure> {
    Lake::open(location).await.map_err(|error| {
        Failure::with_hint(
            error,
            "`quarry ingest FOLDER` makes a lake from logs; --lake or QUARRY_LAKE say where it is",
        )
    })
}

/// The tables of the lake. A lake that is not there yet has none: queries may bring their own data.
pub async fn database(location: &str, functions: Functions) -> Result<HuntDatabase, Failure> {
    let is_url = location.contains("://");
    if !is_url && !Path::new(location).exists() {
        return Ok(HuntDatabase::without_lake(functions));
    }
    Ok(HuntDatabase::open(&open(location).await?, functions).await?)
}

/// An engine with the machine's memory and processors.
pub fn session() -> Result<Session, Failure> {
    Session::new(&EngineConfig::default()).map_err(Failure::new)
}

/// Whether a diagnostic is about what the user wrote, and not about the run.
pub fn is_about_text(diagnostic: &Diagnostic) -> bool {
    let code = diagnostic.code.as_ref();
    code.starts_with("SYN")
        || code.starts_with("SEM")
        || code.starts_with("CRT")
        || code.starts_with("Q01")
        || matches!(code, "Q0001" | "Q0004")
}
