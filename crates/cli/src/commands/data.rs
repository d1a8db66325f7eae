//! `quarry data`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use quarry_storage::Lake;
use quarry_storage::outside::{DataEntry, DataFile, DataKind};
use quarry_value::format;

use crate::exit::{Exit, Failure, Outcome};
use crate::input::LakeArgs;
use crate::lake;
use crate::output::{Grid, Terminal, counted};

/// Register local files for data that queries would fetch from elsewhere
///
/// Feeds of `externaldata`, watchlists, geographic data, what is known of files and user agents: copied into the lake, used by every query and hunt on
/// it. Quarry itself opens no connections.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry data add watchlist VIPUsers vips.csv --key UserPrincipalName    for _GetWatchlist('VIPUsers')
  quarry data add file https://host/feeds/iocs.csv iocs.csv              for externaldata (…) [\"https://host/feeds/iocs.csv\"]
  quarry data add file iocs.csv iocs.csv                                 for every address that ends in /iocs.csv
  quarry data add geo GeoLite2-City.mmdb                                 for geo_info_from_ip_address()
  quarry data add profiles known-files.csv                               for invoke FileProfile(): columns SHA1, GlobalPrevalence, …
  quarry data add agents regexes.yaml                                    for parse_user_agent(): the uap-core project's catalogue
  quarry data remove watchlist VIPUsers

`quarry show data` lists them; --data NAME=FILE gives one to a single run.")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Copy a file into the lake and register it, in place of an earlier one
    Add {
        #[command(subcommand)]
        what: What,
    },
    /// Take a file out again
    Remove {
        /// file, watchlist, geo, profiles or agents
        #[arg(value_parser = kind)]
        kind: DataKind,
        /// Address or alias; nothing for the last three
        name: Option<String>,
        #[command(flatten)]
        lake: LakeArgs,
    },
}

#[derive(Debug, Subcommand)]
enum What {
    /// What `externaldata` reads from an address
    File {
        /// The address as queries write it, or the file name at its end
        address: String,
        file: PathBuf,
        /// Layout, where the names do not tell: csv, tsv, psv, txt, raw, json, parquet
        #[arg(long)]
        format: Option<String>,
        #[command(flatten)]
        lake: LakeArgs,
    },
    /// The items of a watchlist: a table with a header
    Watchlist {
        alias: String,
        file: PathBuf,
        /// The column that `SearchKey` shows; the first when not given
        #[arg(long, value_name = "COLUMN")]
        key: Option<String>,
        #[command(flatten)]
        lake: LakeArgs,
    },
    /// Where addresses are: a city database in MaxMind's format
    Geo {
        file: PathBuf,
        #[command(flatten)]
        lake: LakeArgs,
    },
    /// What is known of files: a table with a header, by SHA1, SHA256 or MD5
    Profiles {
        file: PathBuf,
        #[command(flatten)]
        lake: LakeArgs,
    },
    /// What user agents tell: the regexes.yaml of github.com/ua-parser/uap-core
    Agents {
        file: PathBuf,
        #[command(flatten)]
        lake: LakeArgs,
    },
}

fn kind(text: &str) -> Result<DataKind, String> {
    DataKind::ALL
        .into_iter()
        .find(|kind| kind.name() == text)
        .ok_or_else(|| format!("one of {}", DataKind::ALL.map(DataKind::name).join(", ")))
}

pub async fn run(args: Args) -> Outcome {
    match args.action {
        Action::Add { what } => {
            let (entry, file, lake) = match what {
                What::File {
                    address,
                    file,
                    format,
                    lake,
                } => {
                    let mut entry = DataEntry::new(DataKind::File, &address, &file);
                    entry.format = format;
                    (entry, file, lake)
                }
                What::Watchlist { alias, file, key, lake } => {
                    let mut entry = DataEntry::new(DataKind::Watchlist, &alias, &file);
                    entry.key = key;
                    (entry, file, lake)
                }
                What::Geo { file, lake } => (DataEntry::new(DataKind::Geo, DataKind::Geo.name(), &file), file, lake),
                What::Profiles { file, lake } => (DataEntry::new(DataKind::Profiles, DataKind::Profiles.name(), &file), file, lake),
                What::Agents { file, lake } => (DataEntry::new(DataKind::Agents, DataKind::Agents.name(), &file), file, lake),
            };
            add(&entry, &file, &lake.lake).await?;
        }
        Action::Remove { kind, name, lake } => {
            let name = name.unwrap_or_else(|| kind.name().to_owned());
            if !lake::open(&lake.lake).await?.remove_data(&format!("{kind}:{name}")).await? {
                return Err(Failure::with_hint(
                    format!("no {kind} is registered as `{name}`"),
                    "`quarry show data` lists what is",
                ));
            }
        }
    }
    Ok(Exit::Clean)
}

async fn add(entry: &DataEntry, file: &Path, location: &str) -> Result<(), Failure> {
    // What cannot be used is refused before it takes the place of something that can.
    let checked = DataFile::open(entry.clone(), file.to_owned(), None).map_err(Failure::new)?;
    checked.check().map_err(Failure::new)?;
    let lake = Lake::create(location).await?;
    lake.add_data(entry, file).await?;
    let columns = match checked.columns.len() {
        0 => String::new(),
        number => format!(", {}", counted(number, "column", "columns")),
    };
    eprintln!("{} `{}` is registered in {location}{columns}", entry.kind, entry.name);
    Ok(())
}

/// `quarry show data`
pub async fn show(out: &mut dyn Write, location: &str, terminal: &Terminal) -> Result<(), Failure> {
    let data = lake::open(location).await?.data().await?;
    let files = data.register.files();
    if files.is_empty() && data.problems.is_empty() {
        writeln!(out, "Nothing is registered in {location}: see `quarry data --help`.")?;
        return Ok(());
    }
    let mut grid = Grid::new(["Kind", "Name", "File", "Key", "Columns", "Registered"], terminal.width);
    for file in files {
        let entry = &file.entry;
        let mut added = String::new();
        format::datetime(entry.added, &mut added);
        grid.push([
            entry.kind.name(),
            &entry.name,
            &entry.origin,
            entry.key.as_deref().unwrap_or_default(),
            &file.columns.join(", "),
            added.get(..10).unwrap_or(&added),
        ]);
    }
    grid.write(out, &terminal.paint, "")?;
    for problem in &data.problems {
        writeln!(out, "{}", terminal.paint.red(problem))?;
    }
    Ok(())
}
