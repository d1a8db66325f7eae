//! `quarry data`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use quarry_content::watchlist::may_define;
use quarry_hunting::lookup;
use quarry_storage::outside::{DataEntry, DataFile, DataKind};
use quarry_storage::{IngestOptions, IntelOptions, Lake, indicator_kind};
use quarry_value::format;

use crate::exit::{Exit, Failure, Outcome};
use crate::input::{LakeArgs, parse_days, parse_time};
use crate::lake;
use crate::output::{Grid, Terminal, count, counted};

/// Bring in data beside logs: watchlists, threat intelligence, files that queries would fetch from elsewhere
///
/// Feeds of `externaldata`, watchlists, geographic data, what is known of files and user agents are copied into the lake and used by every query and
/// hunt on it; indicators of threat intelligence become rows of its tables. Quarry itself opens no connections.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry data add watchlist VIPUsers vips.csv --key UserPrincipalName    for _GetWatchlist('VIPUsers')
  quarry data add watchlist vips.yaml                                    the same, told by a definition; Sentinel's ARM templates too
  quarry data add intel feed.json iocs.csv --source 'Our feed'           STIX 2.1, TAXII answers, MISP and OTX exports
  quarry data add intel domains.txt --type domain --valid-for 30d        one value a line
  quarry data add file https://host/feeds/iocs.csv iocs.csv              for externaldata (…) [\"https://host/feeds/iocs.csv\"]
  quarry data add file iocs.csv iocs.csv                                 for every address that ends in /iocs.csv
  quarry data add geo GeoLite2-City.mmdb                                 for geo_info_from_ip_address()
  quarry data add profiles known-files.csv                               for invoke FileProfile(): columns SHA1, GlobalPrevalence, …
  quarry data add agents regexes.yaml                                    for parse_user_agent(): the uap-core project's catalogue
  quarry data remove watchlist VIPUsers

`quarry show data` and `quarry show watchlists` list them; --data NAME=FILE gives one to a single run.")]
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
    /// A watchlist: a table with a header, or what defines some in YAML or JSON
    ///
    /// A definition names `alias`, `searchKey` and `file` (or has `items` in it; without both, the CSV beside it is meant), and may tell `provider`,
    /// `description` and `skipLines`. Templates that Sentinel deploys watchlists with are definitions too. `quarry.yaml` takes a list of definitions, or
    /// of paths to them, under `watchlists`.
    Watchlist {
        /// What queries call it; or the definition
        #[arg(value_name = "ALIAS|DEFINITION")]
        alias: String,
        file: Option<PathBuf>,
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
    /// Indicators of threat intelligence, for ThreatIntelligenceIndicator and ThreatIntelIndicators
    ///
    /// STIX 2.1 bundles and answers of TAXII servers, CSV exports of MISP and OTX, tables whose header names a value and its type, and lists of one
    /// value a line. Rows are those that Sentinel has: one for each observable of a pattern in ThreatIntelIndicators, one for each alternative in
    /// ThreatIntelligenceIndicator; other STIX objects go to ThreatIntelObjects. A later version of an indicator is further rows with the same id,
    /// and the newest of them in whatever order files are added.
    /// Revoked and expired indicators have Active = false. Rules look back 14 days: adding a file again receives its indicators anew.
    Intel {
        /// Files, folders, globs; `-` reads standard input
        #[arg(required = true, value_name = "SOURCE")]
        files: Vec<String>,
        /// The kind of all values that do not say it: domain, ip, url, md5, sha1, sha256, email, filename, …; told by each value when not given
        #[arg(long = "type", value_name = "TYPE", value_parser = indicator_kind)]
        kind: Option<String>,
        /// Who says so: SourceSystem, and part of every id
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        /// How long indicators hold that say nothing of an end, such as 30d; for ever when not given
        #[arg(long, value_name = "TIME", value_parser = parse_days)]
        valid_for: Option<i64>,
        /// How sure indicators are that say nothing of it, 0 to 100
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(0..=100))]
        confidence: Option<u8>,
        /// The moment at which they count as received (UTC); now when not given
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        received: Option<i64>,
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

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    match args.action {
        Action::Add { what } => {
            let (entry, file, lake) = match what {
                What::Intel {
                    files,
                    kind,
                    source,
                    valid_for,
                    confidence,
                    received,
                    lake,
                } => {
                    let mut intel = IntelOptions {
                        kind,
                        source,
                        valid_for,
                        confidence,
                        expected: true,
                        anew: true,
                        ..IntelOptions::default()
                    };
                    intel.received = received.unwrap_or(intel.received);
                    let options = IngestOptions {
                        intel,
                        ..IngestOptions::default()
                    };
                    return super::ingest::indicators(&lake.lake, &options, &files, terminal).await;
                }
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
                What::Watchlist {
                    alias,
                    file: None,
                    key,
                    lake,
                } => return define(Path::new(&alias), key.as_deref(), &lake.lake).await,
                What::Watchlist {
                    alias,
                    file: Some(file),
                    key,
                    lake,
                } => {
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

/// Registers the watchlists that a file defines.
async fn define(definition: &Path, key: Option<&str>, location: &str) -> Outcome {
    if !may_define(definition) {
        return Err(Failure::with_hint(
            format!("{}: this is neither an alias with a file nor a definition", definition.display()),
            "write `quarry data add watchlist ALIAS FILE.csv`, or name a definition in YAML or JSON",
        ));
    }
    if key.is_some() {
        return Err(Failure::Usage(
            "--key goes with ALIAS FILE; a definition says `searchKey`".to_owned(),
        ));
    }
    let files = lookup::defined_in(definition).map_err(Failure::new)?;
    for file in &files {
        file.check().map_err(Failure::new)?;
    }
    let lake = Lake::create(location).await?;
    for file in &files {
        lake.add_data(&file.entry, &file.path).await?;
        told(file, location);
    }
    Ok(Exit::Clean)
}

async fn add(entry: &DataEntry, file: &Path, location: &str) -> Result<(), Failure> {
    // What cannot be used is refused before it takes the place of something that can.
    let checked = DataFile::open(entry.clone(), file.to_owned(), None).map_err(Failure::new)?;
    checked.check().map_err(Failure::new)?;
    let lake = Lake::create(location).await?;
    lake.add_data(entry, file).await?;
    told(&checked, location);
    Ok(())
}

fn told(file: &DataFile, location: &str) {
    let columns = match file.columns.len() {
        0 => String::new(),
        number => format!(", {}", counted(number, "column", "columns")),
    };
    eprintln!("{} `{}` is registered in {location}{columns}", file.entry.kind, file.entry.name);
}

/// `quarry show watchlists`
pub async fn watchlists(out: &mut dyn Write, location: &str, terminal: &Terminal) -> Result<(), Failure> {
    let data = lake::open(location).await?.data().await?;
    let all = data.register.files();
    let files: Vec<_> = all.into_iter().filter(|file| file.entry.kind == DataKind::Watchlist).collect();
    if files.is_empty() {
        writeln!(out, "{location} has no watchlists: see `quarry data add watchlist --help`.")?;
        return Ok(());
    }
    let headers = [
        "Alias",
        "SearchKey",
        "Items",
        "Columns",
        "Source",
        "Provider",
        "Updated",
        "Description",
    ];
    let mut grid = Grid::new(headers, terminal.width).right(2);
    let mut problems = Vec::new();
    for file in files {
        let entry = &file.entry;
        let mut updated = String::new();
        format::datetime(entry.added, &mut updated);
        let items = file.rows().map(count).unwrap_or_else(|problem| {
            problems.push(problem);
            "?".to_owned()
        });
        grid.push([
            entry.name.as_str(),
            entry
                .key
                .as_deref()
                .or(file.columns.first().map(String::as_str))
                .unwrap_or_default(),
            &items,
            &file.columns.join(", "),
            &entry.origin,
            entry.provider.as_deref().unwrap_or_default(),
            updated.get(..10).unwrap_or(&updated),
            entry.description.as_deref().unwrap_or_default(),
        ]);
    }
    grid.write(out, &terminal.paint, "")?;
    for problem in problems {
        writeln!(out, "{}", terminal.paint.red(&problem))?;
    }
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
