//! Opening the lake and the engine.

use std::path::Path;

use quarry_content::Document;
use quarry_engine::{EngineConfig, OutsideData, Pruning, Session};
use quarry_hunting::{Beside, Functions, HuntDatabase, lookup};
use quarry_storage::Lake;
use quarry_storage::outside::DataRegister;
use quarry_text::Diagnostic;

use crate::exit::Failure;
use crate::input::{BesideArgs, MemoryArgs};

/// The lake, if there is one.
pub async fn open(location: &str) -> Result<Lake, Failure> {
    Lake::open(location).await.map_err(|error| {
        Failure::with_hint(
            error,
            "`quarry ingest FOLDER` makes a lake from logs; --lake or QUARRY_LAKE say where it is",
        )
    })
}

/// The tables of the lake and what the command line adds to them. A lake that is not there yet has none: queries may bring their own
/// data. `documents` are content whose functions count first.
pub async fn database(location: &str, beside: &BesideArgs, documents: &[Document]) -> Result<HuntDatabase, Failure> {
    let is_url = location.contains("://");
    let lake = if is_url || Path::new(location).exists() {
        Some(open(location).await?)
    } else {
        None
    };
    let beside = self::beside(lake.as_ref(), beside, documents).await?;
    Ok(match &lake {
        Some(lake) => HuntDatabase::open(lake, beside).await?,
        None => HuntDatabase::without_lake(beside),
    })
}

/// The same as it was at a time, or with one table at a version.
pub async fn database_as_of(
    location: &str,
    beside: &BesideArgs,
    documents: &[Document],
    moment: &Moment<'_>,
) -> Result<HuntDatabase, Failure> {
    let lake = open(location).await?;
    let beside = self::beside(Some(&lake), beside, documents).await?;
    Ok(match moment {
        Moment::Time(ticks) => HuntDatabase::open_at(&lake, beside, *ticks).await?,
        Moment::Version(table, version) => HuntDatabase::open_version(&lake, beside, table, *version).await?,
    })
}

/// A state of the past.
pub enum Moment<'a> {
    /// The whole lake at a time, in ticks.
    Time(i64),
    /// A table at a version.
    Version(&'a str, u64),
}

/// What queries may use besides tables: functions and files from the command line come before those of the
/// content and its team, those before the lake's.
pub async fn beside(lake: Option<&Lake>, args: &BesideArgs, documents: &[Document]) -> Result<Beside, Failure> {
    let mut all = documents.to_vec();
    all.extend(quarry_content::load_paths(&args.functions));
    let mut register = DataRegister::default();
    if let Some(lake) = lake {
        let stored = lake.data().await?;
        for problem in &stored.problems {
            eprintln!("warning: {problem}");
        }
        register = stored.register;
    }
    let (files, problems) = lookup::of_documents(documents);
    for problem in problems {
        eprintln!("warning: {problem}");
    }
    for file in files {
        register.add(file);
    }
    for argument in &args.data {
        let files = lookup::named(argument, &args.folder).map_err(|problem| Failure::new(format!("--data {problem}")))?;
        for file in files {
            register.add(file);
        }
    }
    Ok(Beside {
        functions: Functions::of(&all),
        data: OutsideData { register },
        workspaces: args.workspaces.clone(),
    })
}

/// An engine with the machine's processors, and so much of its memory.
pub fn session(memory: MemoryArgs) -> Result<Session, Failure> {
    session_with(memory, Pruning::default())
}

/// The same with some means of reading less.
pub fn session_with(memory: MemoryArgs, pruning: Pruning) -> Result<Session, Failure> {
    let config = EngineConfig {
        memory: Some(memory.bytes()),
        pruning,
        ..EngineConfig::default()
    };
    Session::new(&config).map_err(Failure::new)
}

/// Whether a diagnostic is about what the user wrote, and not about the run.
pub fn is_about_text(diagnostic: &Diagnostic) -> bool {
    let code = diagnostic.code.as_ref();
    code.starts_with("SYN")
        || code.starts_with("SEM")
        || code.starts_with("CRT")
        || code.starts_with("Q01")
        || matches!(code, "Q0001" | "Q0004" | "Q0010")
}
