//! `quarry evidence`

use std::io::{self, Write};
use std::path::PathBuf;

use quarry_content::{Document, Hunt};
use quarry_hunting::{
    Again, EngineRunner, Evidence, HuntOutcome, KeptFindings, LastSeen, RunOptions, fingerprints, found_again, run_hunts,
};
use quarry_value::{dynamic, format};

use crate::bundled;
use crate::commands::findings::{SHORT, failed};
use crate::exit::{Exit, Failure, Outcome};
use crate::groups::RunArgs;
use crate::input::{MemoryArgs, existing};
use crate::lake;
use crate::output::{Format, Terminal, counted, evidence, one_line};
use crate::team;

/// Show the events that a kept finding comes from
///
/// Runs the finding's hunt again, with the clock of the last run that found it, and shows what the finding's row was made of. The events
/// have to be in the lake still, and the hunt must be as it was: give the same content, and the same --set as then. At last the hunt runs on
/// these events alone: if it finds the same, they are the whole story.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry evidence 3f2a --content hunts/                     table, time and the fields that mattered
  quarry evidence 3f2a                                      a finding of the hunts that come with Quarry, such as the demo's
  quarry evidence 3f2a --content hunts/ --format jsonl      every field, one event a line")]
pub struct Args {
    /// The finding's fingerprint, or the beginning of it; `quarry findings` lists them
    #[arg(value_name = "FINGERPRINT")]
    fingerprint: String,
    /// Files and folders with the hunting content that found it (repeatable); the hunts that come with Quarry when not given
    #[arg(long, value_name = "PATH", value_parser = existing)]
    content: Vec<PathBuf>,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    memory: MemoryArgs,
    /// Most events of each table; the others are counted
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// Form of the events
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let documents = if args.content.is_empty() {
        bundled::documents()
    } else {
        quarry_content::load_paths(&args.content)
    };
    let elsewhere = args.run.team.documents();
    let database = lake::database(&args.run.lake.lake, &args.run.beside, &team::together(&documents, &elsewhere)).await?;
    let session = lake::session(args.memory)?;
    let runner = EngineRunner::new(&session, &database);
    let kept = KeptFindings::new(&runner);
    let found = kept.find(&args.fingerprint).await.map_err(failed)?;
    let fingerprint = found.map_err(|unknown| Failure::Usage(unknown.to_string()))?;
    let Some(seen) = kept.last_seen(&fingerprint).await.map_err(failed)? else {
        return Err(Failure::new("the run that found it is not in the lake"));
    };
    let hunt = hunt_of(&documents, &seen)?;
    let team = team::assemble(&documents, &elsewhere, &args.run.set, &[hunt])?;
    let options = RunOptions {
        now: Some(seen.clock),
        timeout: Some(args.run.timeout),
        evidence: Some(args.limit),
        ..RunOptions::default()
    };
    let report = run_hunts(&runner, &[hunt], &team, &options, &mut |_| {}).await;
    let mut arrays = Vec::new();
    for report in &report.hunts {
        match &report.outcome {
            HuntOutcome::Findings(table) => {
                let rows = fingerprints(hunt, table).filter(|(own, _)| *own == fingerprint);
                arrays.extend(rows.filter_map(|(_, row)| row.evidence().map(str::to_owned)));
            }
            HuntOutcome::Silent => {}
            HuntOutcome::CannotRun(reasons) => {
                let reasons: Vec<String> = reasons.iter().map(quarry_hunting::Reason::summary).collect();
                return Err(Failure::new(format!("{} cannot run: {}", hunt.title(), reasons.join("; "))));
            }
        }
    }
    if arrays.is_empty() {
        return Err(Failure::with_hint(
            format!("{} does not find it any more", hunt.title()),
            "its query, its tunables or the data are not what they were",
        ));
    }
    let again = match args.format {
        Format::Table => Some(found_again(&session, hunt, &team, &options, database.beside().clone(), &arrays, &fingerprint).await),
        _ => None,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    if args.format == Format::Table {
        head(&mut out, &fingerprint, &seen, terminal)?;
    }
    write(&arrays, args.format, &mut out, terminal)?;
    if let Some(again) = again {
        writeln!(out, "{}", verdict(&again, terminal))?;
    }
    out.flush()?;
    Ok(Exit::Clean)
}

/// The hunt by its id, or by its title where it has none.
fn hunt_of<'d>(documents: &'d [Document], seen: &LastSeen) -> Result<&'d Hunt, Failure> {
    let same = |hunt: &&Hunt| match seen.hunt_id.as_str() {
        "" => hunt.id.is_empty() && hunt.title() == seen.hunt,
        id => hunt.id == id,
    };
    let all = || documents.iter().flat_map(|document| &document.hunts).filter(same);
    let found = all().find(|hunt| hunt.version == seen.version);
    match (found, all().next()) {
        (Some(hunt), _) => Ok(hunt),
        (None, Some(other)) => Err(Failure::new(format!(
            "{} was found by version {} of its hunt; the content has {}",
            seen.hunt, seen.version, other.version
        ))),
        (None, None) => Err(Failure::with_hint(
            format!("the hunt {} is not in the content", seen.hunt),
            "--content says where it is",
        )),
    }
}

/// Which finding it is.
fn head(out: &mut dyn Write, fingerprint: &str, seen: &LastSeen, terminal: &Terminal) -> io::Result<()> {
    let mut clock = String::new();
    format::datetime(seen.clock, &mut clock);
    let parts = [
        format!("Finding {}", fingerprint.get(..SHORT).unwrap_or(fingerprint)),
        one_line(&seen.hunt),
        format!("v{}", one_line(&seen.version)),
        format!("found {}", clock.get(..16).unwrap_or(&clock).replacen('T', " ", 1)),
    ];
    let shown = parts.iter().filter(|part| part.as_str() != "v").map(String::as_str);
    writeln!(out, "{}", terminal.paint.bold(shown.collect::<Vec<_>>().join(" · ")))
}

/// Whether the evidence holds together.
fn verdict(again: &Again, terminal: &Terminal) -> String {
    let events = |events: usize| counted(events, "event", "events");
    match again {
        Again::Found { events: number } => {
            let mark = terminal.paint.green("same finding ✓");
            format!("The hunt on {} alone: {mark}", events(*number))
        }
        Again::NotFound { events: number } => {
            let mark = terminal.paint.yellow("not this finding");
            format!("The hunt on {} alone: {mark}; it depends on more than they tell", events(*number))
        }
        Again::Untried(reason) => format!("The hunt was not run on its evidence alone: {}", one_line(reason)),
    }
}

/// The entries of each row with this fingerprint.
fn write(arrays: &[String], format: Format, out: &mut dyn Write, terminal: &Terminal) -> io::Result<()> {
    let entries = || arrays.iter().flat_map(|array| dynamic::elements(array).into_iter().flatten());
    match format {
        Format::Table => {
            for (number, array) in arrays.iter().enumerate() {
                if number > 0 {
                    writeln!(out)?;
                }
                evidence::write(&Evidence::read_all(array), out, terminal.width, &terminal.paint, "")?;
            }
        }
        Format::Jsonl => {
            for entry in entries() {
                writeln!(out, "{entry}")?;
            }
        }
        Format::Json => {
            let all: Vec<&str> = entries().collect();
            writeln!(out, "[\n  {}\n]", all.join(",\n  "))?;
        }
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(out);
            writer.write_record(["table", "time", "entry"]).map_err(io::Error::from)?;
            for entry in entries() {
                let (table, time) = match Evidence::read(entry) {
                    Some(Evidence::Event(event)) => (event.table, event.time),
                    _ => (String::new(), String::new()),
                };
                writer.write_record([table.as_str(), &time, entry]).map_err(io::Error::from)?;
            }
            writer.flush()?;
        }
    }
    Ok(())
}
