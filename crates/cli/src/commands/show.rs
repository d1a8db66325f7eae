//! `quarry show`

use std::io::{self, Write};

use clap::Subcommand;
use quarry_content::{Document, Hunt};
use quarry_engine::Database as _;
use quarry_hunting::HuntDatabase;
use quarry_schema::{Function, KqlType, catalogue, functions};
use quarry_semantics::Catalog;
use quarry_storage::AsOf;
use quarry_value::format;

use crate::commands::docs;
use crate::exit::{Exit, Failure, Outcome};
use crate::groups::ContentArgs;
use crate::input::{AsOfArgs, BesideArgs, LakeArgs};
use crate::lake::{self, Moment};
use crate::output::{Grid, Terminal, bytes, count, counted, one_line};
use crate::team::{self, SettingArgs, TeamArgs};

/// List what is there: tables, columns, functions, hunts, tunables, watchlists
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry show tables                  what the lake holds
  quarry show tables sign             known tables with `sign` in their name
  quarry show schema EmailEvents      the columns of a table
  quarry show tunables hunts/         what `quarry hunt --set` can change")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Tables of the lake; with a pattern, known tables too
    Tables {
        /// Part of a name, any case; `*` lists everything that is known
        pattern: Option<String>,
        #[command(flatten)]
        lake: LakeArgs,
        #[command(flatten)]
        as_of: AsOfArgs,
    },
    /// Local files that stand for data from outside
    Data {
        #[command(flatten)]
        lake: LakeArgs,
    },
    /// Watchlists of the lake: what they are searched by, how many items they have
    Watchlists {
        #[command(flatten)]
        lake: LakeArgs,
    },
    /// Columns of a table, with their types
    Schema {
        table: String,
        #[command(flatten)]
        lake: LakeArgs,
        #[command(flatten)]
        as_of: AsOfArgs,
    },
    /// Functions of the language; `quarry docs NAME` tells about one
    Functions {
        /// Part of a name
        pattern: Option<String>,
    },
    /// Hunts in some content
    Hunts {
        #[command(flatten)]
        content: ContentArgs,
    },
    /// Values in hunts that are meant to be adjusted, and where each one comes from
    Tunables {
        #[command(flatten)]
        content: ContentArgs,
        #[command(flatten)]
        team: TeamArgs,
        #[command(flatten)]
        set: SettingArgs,
    },
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.what {
        What::Tables { pattern, lake, as_of } => tables(&mut out, pattern.as_deref(), &lake, as_of, terminal).await?,
        What::Data { lake } => super::data::show(&mut out, &lake.lake, terminal).await?,
        What::Watchlists { lake } => super::data::watchlists(&mut out, &lake.lake, terminal).await?,
        What::Schema { table, lake, as_of } => schema(&mut out, &table, &lake, as_of, terminal).await?,
        What::Functions { pattern } => {
            let pattern = pattern.unwrap_or_default().to_lowercase();
            let found: Vec<&Function> = functions::all().filter(|function| function.name.contains(&pattern)).collect();
            docs::list(&mut out, &found, terminal)?;
        }
        What::Hunts { content } => hunts(&mut out, &content.load(), terminal)?,
        What::Tunables { content, team, set } => {
            tunables(&mut out, &content.load(), &team, &set, terminal)?;
        }
    }
    out.flush()?;
    Ok(Exit::Clean)
}

async fn tables(out: &mut dyn Write, pattern: Option<&str>, args: &LakeArgs, as_of: AsOfArgs, terminal: &Terminal) -> Result<(), Failure> {
    let database = match as_of.as_of {
        None => lake::database(&args.lake, &BesideArgs::default(), &[]).await?,
        Some(AsOf::Time(ticks)) => lake::database_as_of(&args.lake, &BesideArgs::default(), &[], &Moment::Time(ticks)).await?,
        Some(AsOf::Version(version)) => {
            return Err(Failure::Usage(format!(
                "--as-of {version}: each table counts versions of its own; give a time"
            )));
        }
    };
    let wanted = pattern.unwrap_or_default().trim_matches('*').to_lowercase();
    let fits = |name: &str| name.to_lowercase().contains(&wanted);
    let mut grid = Grid::new(["Table", "Rows", "Size", "From", "To"], terminal.width).right(1).right(2);
    let mut shown = 0;
    if !database.is_empty() {
        let lake = lake::open(&args.lake).await?;
        let all = match as_of.as_of {
            Some(AsOf::Time(ticks)) => lake.status_at(ticks).await?,
            _ => lake.status().await?,
        };
        for status in all {
            if fits(&status.name) {
                let (from, to) = status.span.map(|(from, to)| (time(from), time(to))).unwrap_or_default();
                let rows = count(usize::try_from(status.rows).unwrap_or(usize::MAX));
                grid.push([status.name, rows, bytes(status.bytes), from, to]);
                shown += 1;
            }
        }
    }
    if shown > 0 {
        grid.write(out, &terminal.paint, "")?;
    } else if database.is_empty() {
        writeln!(out, "The lake {} holds no tables: fill it with `quarry ingest FOLDER`.", args.lake)?;
    }
    if pattern.is_some() {
        database.fetch_all().await?;
        known_tables(out, &database, &fits, terminal)?;
    }
    Ok(())
}

/// Tables of the catalogue that the lake has no data for.
fn known_tables(out: &mut dyn Write, database: &HuntDatabase, fits: &dyn Fn(&str) -> bool, terminal: &Terminal) -> io::Result<()> {
    let known: Vec<&str> = catalogue::table_names()
        .filter(|name| fits(name) && database.table(name).is_none())
        .collect();
    if known.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "{}",
        terminal
            .paint
            .dim(format!("{} known, without data:", counted(known.len(), "table", "tables")))
    )?;
    for name in known {
        writeln!(out, "  {name}")?;
    }
    Ok(())
}

fn time(ticks: i64) -> String {
    let mut text = String::new();
    format::datetime(ticks, &mut text);
    text.get(..16).unwrap_or(&text).replacen('T', " ", 1)
}

async fn schema(out: &mut dyn Write, name: &str, args: &LakeArgs, as_of: AsOfArgs, terminal: &Terminal) -> Result<(), Failure> {
    let moment = as_of.as_of.map(|as_of| match as_of {
        AsOf::Time(ticks) => Moment::Time(ticks),
        AsOf::Version(version) => Moment::Version(name, version),
    });
    let database = match moment {
        None => lake::database(&args.lake, &BesideArgs::default(), &[]).await?,
        Some(moment) => lake::database_as_of(&args.lake, &BesideArgs::default(), &[], &moment).await?,
    };
    database.fetch(&[name.to_owned()]).await?;
    let (columns, note): (Vec<(String, KqlType)>, String) = if let Some(table) = database.table(name) {
        (table.columns, format!("{} in {}", table.name, args.lake))
    } else if let Some(table) = catalogue::table(name) {
        let columns = table.columns.iter().map(|column| (column.name.to_owned(), column.ty)).collect();
        (columns, format!("{} of {}; no data in {}", table.name, table.service, args.lake))
    } else {
        let hint = database.closest_table(name).map_or_else(
            || "`quarry show tables PATTERN` searches them".to_owned(),
            |close| format!("did you mean `{close}`?"),
        );
        return Err(Failure::with_hint(format!("no table is called `{name}`"), hint));
    };
    let mut grid = Grid::new(["Column", "Type"], terminal.width);
    for (name, ty) in &columns {
        grid.push([name.as_str(), ty.name()]);
    }
    grid.write(out, &terminal.paint, "")?;
    writeln!(
        out,
        "{}",
        terminal
            .paint
            .dim(format!("{} · {note}", counted(columns.len(), "column", "columns")))
    )?;
    Ok(())
}

fn hunts(out: &mut dyn Write, documents: &[Document], terminal: &Terminal) -> io::Result<()> {
    let mut grid = Grid::new(["Id", "Severity", "Name", "Kind", "Tactics", "Tables"], terminal.width);
    let all: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    for hunt in &all {
        let tables: Vec<&str> = hunt
            .connectors
            .iter()
            .flat_map(|connector| &connector.data_types)
            .map(String::as_str)
            .collect();
        let id = hunt.id.get(..8).unwrap_or(&hunt.id);
        let severity = hunt.severity.map(|severity| severity.name()).unwrap_or_default();
        grid.push([
            id,
            severity,
            hunt.title(),
            hunt.kind.name(),
            &hunt.tactics.join(", "),
            &tables.join(", "),
        ]);
    }
    grid.write(out, &terminal.paint, "")?;
    let functions = documents.iter().map(|document| document.functions.len()).sum();
    let totals = format!(
        "{} · {}",
        counted(all.len(), "hunt", "hunts"),
        counted(functions, "function", "functions")
    );
    writeln!(out, "{}", terminal.paint.dim(totals))
}

fn tunables(out: &mut dyn Write, documents: &[Document], args: &TeamArgs, set: &SettingArgs, terminal: &Terminal) -> Result<(), Failure> {
    let paint = &terminal.paint;
    let elsewhere = args.documents();
    team::warn(&documents.iter().chain(&elsewhere).collect::<Vec<_>>(), terminal);
    let hunts: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    let overrides = team::assemble(documents, &elsewhere, set, &hunts)?.overrides;
    let mut number = 0;
    for hunt in hunts.into_iter().filter(|hunt| !hunt.tunables().is_empty()) {
        writeln!(out, "{}", paint.bold(one_line(hunt.title())))?;
        let mut grid = Grid::new(["Name", "Type", "Value", "From", "Meaning"], terminal.width);
        for tunable in hunt.tunables() {
            let (value, from) = match overrides.value_of(hunt, &tunable.name) {
                Some((value, origin)) => (value, format!("{origin} (hunt: {})", tunable.literal)),
                None => (tunable.literal.as_str(), "hunt".to_owned()),
            };
            grid.push([tunable.name.as_str(), tunable.ty.name(), value, &from, &tunable.help]);
            number += 1;
        }
        grid.write(out, paint, "  ")?;
        writeln!(out)?;
    }
    writeln!(
        out,
        "{}",
        paint.dim(format!(
            "{} · strongest first: --set NAME=VALUE, QUARRY_SET_NAME, NAME.quarry.yaml, quarry.yaml, the hunt",
            counted(number, "tunable", "tunables")
        ))
    )?;
    Ok(())
}
