//! `quarry ingest`

mod listing;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use clap::builder::PossibleValuesParser;
use quarry_storage::{
    BuiltInCatalogue, Dedup, FileOutcome, Format, IngestOptions, IngestReport, Lake, Progress, StorageError, WithoutHotColumns, again,
    ingest,
};

use crate::exit::{Exit, Failure, Outcome};
use crate::input::{LakeArgs, MemoryArgs, parse_time};
use crate::output::{Bar, Terminal, bytes, counted, elapsed};

/// Read logs into the lake
///
/// Takes exports as they are: Defender streaming and hunting, Log Analytics, Office 365 audit, Entra sign-ins, Windows events (EVTX, XML, JSON), CEF and
/// syslog, threat intelligence (STIX 2.1, MISP and OTX tables; `quarry data add intel` takes plain lists too); JSON, CSV or Parquet, plain or packed (gzip, zstd, zip); files, folders, globs and standard input, and the same in object stores (az://,
/// abfss://, s3://, gs://), whose accounts and keys the environment tells. What a file holds is recognised by its content; types follow the table catalogue. Records that do not fit are set aside with file, line and reason; fields that a table has no column for are kept in its column _extra, which queries name. Files that are in already are left
/// alone: run it again after an interruption, or on a growing folder.
///
/// A record goes to the table that its source's own connector fills, and to those it also supports: Office 365 audit to OfficeActivity and
/// CloudAppEvents, sign-ins to SigninLogs and EntraIdSignInEvents, Windows events to SecurityEvent or Event and the Device tables.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry ingest ./exports                              a folder, searched to the bottom
  quarry ingest 'logs/*.json.gz' --lake /data/lake
  quarry ingest ./exports --dry-run                    what would go where, and what would not
  quarry ingest audit.csv --table CloudAppEvents       into this table alone
  quarry ingest 'az://am-signinlogs/**/h=1[0-2]/**/*.json'
                                                       a storage container (AZURE_STORAGE_ACCOUNT, AZURE_STORAGE_KEY)
  quarry ingest ./exports --dedup                      exports overlap: each record once
  quarry ingest --quarantine --since 2026-11-01        try again what was set aside
  zcat firewall.json.gz | quarry ingest - --table Firewall_CL
                                                       a table of your own, its columns as the records show them

Exit code: 0 all recognised, 3 a file could not be read, or nothing was recognised.")]
pub struct Args {
    /// Files, folders, globs, URLs; `-` reads standard input
    #[arg(required_unless_present = "quarantine", value_name = "SOURCE")]
    sources: Vec<String>,
    #[command(flatten)]
    lake: LakeArgs,
    /// The table for all records, instead of recognising it; a new name that ends in _CL makes a table
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// The format of all files, where content would be taken for another; what is not of it is skipped
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(Format::names()))]
    format: Option<String>,
    /// Only the tables that the sources' own connectors fill
    #[arg(long)]
    no_derived: bool,
    /// Leave out records that came before, by the keys that their sources give them
    #[arg(long)]
    dedup: bool,
    /// The columns that tell records apart, in every table that has them all; implies --dedup
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    dedup_key: Vec<String>,
    /// Try the records again that were set aside, by the rules of today; those that no table is known for go to --table
    #[arg(long, conflicts_with_all = ["sources", "format"])]
    quarantine: bool,
    /// With --quarantine: only what was set aside at this time or later
    #[arg(long, value_name = "TIME", requires = "quarantine", value_parser = parse_time)]
    since: Option<i64>,
    /// Keep no values of dynamic columns beside the documents: smaller files, slower hunts
    ///
    /// Concerns tables that the lake does not have yet. `quarry lake optimize` adds them later.
    #[arg(long)]
    no_hot_columns: bool,
    /// Read everything and say what would go where, but leave the lake as it is
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    memory: MemoryArgs,
    /// List every file, however many there are
    #[arg(long, short)]
    verbose: bool,
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let start = Instant::now();
    // A trial leaves no lake behind where there was none.
    let passing = if args.dry_run && !args.lake.lake.contains("://") && !Path::new(&args.lake.lake).exists() {
        Some(tempfile::tempdir()?)
    } else {
        None
    };
    let lake = match &passing {
        Some(folder) => folder.path().to_string_lossy().into_owned(),
        None => args.lake.lake.clone(),
    };
    let lake = match args.no_hot_columns {
        true => Lake::create_with(&lake, Arc::new(WithoutHotColumns(BuiltInCatalogue))).await?,
        false => Lake::create(&lake).await?,
    };
    let options = IngestOptions {
        table: args.table,
        format: args.format.and_then(|format| format.parse().ok()),
        derived: !args.no_derived,
        dry_run: args.dry_run,
        dedup: match args.dedup_key {
            columns if !columns.is_empty() => Some(Dedup::Columns(columns)),
            _ if args.dedup => Some(Dedup::Declared),
            _ => None,
        },
        memory: args.memory.memory.unwrap_or(IngestOptions::default().memory),
        ..IngestOptions::default()
    };
    let work = if args.quarantine {
        Work::Again(args.since)
    } else {
        Work::Sources(&args.sources)
    };
    let report = watched(&lake, &options, work, terminal).await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    listing::write(&mut out, &report, args.verbose, terminal)?;
    if args.dry_run {
        let rows = usize::try_from(report.total_rows()).unwrap_or(usize::MAX);
        writeln!(
            out,
            "Dry run: {} would go in; {} is as it was",
            counted(rows, "row", "rows"),
            args.lake.lake
        )?;
    } else {
        writeln!(out, "{}", summary(&report, &args.lake.lake, start))?;
    }
    out.flush()?;
    if args.quarantine {
        return Ok(Exit::Clean);
    }
    Ok(exit_of(&report))
}

/// `quarry data add intel`: reads files of indicators.
pub async fn indicators(location: &str, options: &IngestOptions, names: &[String], terminal: &Terminal) -> Outcome {
    let start = Instant::now();
    let lake = Lake::create(location).await?;
    let report = watched(&lake, options, Work::Sources(names), terminal).await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    listing::write(&mut out, &report, false, terminal)?;
    writeln!(out, "{}", summary(&report, location, start))?;
    out.flush()?;
    Ok(exit_of(&report))
}

fn exit_of(report: &IngestReport) -> Exit {
    let failed = report.files.iter().any(|file| matches!(file.outcome, FileOutcome::Failed(_)));
    let useful = report
        .files
        .iter()
        .any(|file| matches!(file.outcome, FileOutcome::Ingested | FileOutcome::AlreadyIn));
    if failed || !useful { Exit::Failed } else { Exit::Clean }
}

fn summary(report: &IngestReport, lake: &str, start: Instant) -> String {
    let rows = usize::try_from(report.total_rows()).unwrap_or(usize::MAX);
    let done = match report.versions.len() {
        0 => format!("Nothing new for {lake}"),
        tables => format!(
            "Committed {} to {} of {lake}",
            counted(rows, "row", "rows"),
            counted(tables, "table", "tables")
        ),
    };
    let mut text = format!("{done} in {} ({} read", elapsed(start.elapsed()), bytes(report.bytes()));
    if report.duplicates() > 0 {
        let duplicates = usize::try_from(report.duplicates()).unwrap_or(usize::MAX);
        text.push_str(&format!("; {} left out", counted(duplicates, "duplicate", "duplicates")));
    }
    if report.already_in() > 0 {
        text.push_str(&format!(
            "; {} in already and left alone",
            counted(report.already_in(), "file was", "files were")
        ));
    }
    text.push(')');
    text
}

/// Ingests a folder and gives the rows of each table.
pub async fn folder(lake: &Lake, folder: &Path, terminal: &Terminal) -> Result<BTreeMap<String, u64>, Failure> {
    let names = [folder.to_string_lossy().into_owned()];
    let report = watched(lake, &IngestOptions::default(), Work::Sources(&names), terminal).await?;
    Ok(report.rows())
}

/// What is read.
enum Work<'a> {
    Sources(&'a [String]),
    /// The quarantine, from a time on.
    Again(Option<i64>),
}

/// Ingests with a bar that shows bytes, rate and remaining time.
async fn watched(lake: &Lake, options: &IngestOptions, work: Work<'_>, terminal: &Terminal) -> Result<IngestReport, Failure> {
    let bar: Arc<Mutex<Option<Bar>>> = Arc::default();
    let (shared, screen) = (Arc::clone(&bar), terminal.clone());
    let listener = Arc::new(move |news: Progress| {
        let mut bar = shared.lock().unwrap_or_else(PoisonError::into_inner);
        match news {
            Progress::Found { bytes, .. } => *bar = Some(Bar::bytes(&screen, "Ingesting", bytes)),
            Progress::Read { path, bytes, .. } => {
                if let Some(bar) = bar.as_ref() {
                    bar.advance(bytes);
                    bar.message(&path);
                }
            }
            Progress::Done(_) => {}
        }
    });
    let report = match work {
        Work::Sources(names) => ingest(lake, options, names, listener).await,
        Work::Again(since) => again(lake, options, since, listener).await,
    };
    if let Some(bar) = bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
        bar.finish();
    }
    report.map_err(|error| match error {
        // The lake's own place is full, or out of reach.
        StorageError::Store(_) | StorageError::Parquet(_) | StorageError::Log { .. } => Failure::with_hint(
            format!("{}: {error}", lake.url()),
            "what was committed before stays in the lake; run the same command again, and it goes on from there",
        ),
        other => other.into(),
    })
}
