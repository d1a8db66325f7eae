//! What commands are given: queries, times, the lake.

use std::io::Read;
use std::path::{Path, PathBuf};

use quarry_storage::AsOf;

use clap::builder::PossibleValuesParser;
use quarry_engine::Pruning;

use crate::exit::Failure;

/// Where the data is.
#[derive(Debug, Clone, clap::Args)]
pub struct LakeArgs {
    /// Folder or URL of the lake
    #[arg(long, env = "QUARRY_LAKE", default_value = "quarry-lake", value_name = "LAKE")]
    pub lake: String,
}

/// A query, from the command line, a file or standard input.
#[derive(Debug, Clone, clap::Args)]
pub struct QueryArgs {
    /// The KQL text; `-` reads it from standard input
    #[arg(value_name = "QUERY", required_unless_present = "file", conflicts_with = "file")]
    query: Option<String>,
    /// Read the query from a file
    #[arg(long, short, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl QueryArgs {
    /// The name to show beside places, and the text.
    pub fn read(&self) -> Result<(String, String), Failure> {
        match (&self.query, &self.file) {
            (_, Some(file)) => Ok((file.display().to_string(), read_file(file)?)),
            (Some(query), None) if query == "-" => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text)?;
                Ok(("stdin".to_owned(), text))
            }
            (Some(query), None) => Ok(("query".to_owned(), query.clone())),
            (None, None) => Err(Failure::Usage("no query is given".to_owned())),
        }
    }
}

/// The text of a file; a failure names it.
pub fn read_file(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::new(format!("{}: not UTF-8 text", path.display())))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Puts a new file in the place of the old one at once: whoever stops halfway leaves the old one.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::new(format!("{}: {error}", path.display()));
    // A link stays one: what it points to is replaced.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
    std::io::Write::write_all(&mut file, bytes).map_err(fail)?;
    // Kept: who may read the file. A new one gets what any new file gets.
    match std::fs::metadata(&target) {
        Ok(before) => std::fs::set_permissions(file.path(), before.permissions()).map_err(fail)?,
        Err(_) => return std::fs::write(&target, bytes).map_err(fail),
    }
    file.persist(&target).map_err(|error| fail(error.error))?;
    Ok(())
}

/// A file or folder that must be there: content that is misspelt is not the same as content without hunts.
pub fn existing(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path.metadata() {
        Ok(_) => Ok(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err("no such file or folder".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// A time given by the user, in ticks.
pub fn parse_time(text: &str) -> Result<i64, String> {
    quarry_syntax::literal::parse_datetime(text.trim())
        .ok_or_else(|| "not a date and time; write it as 2026-11-20 or 2026-11-20T08:00:00Z (UTC)".to_owned())
}

/// A length of time given by the user: `20s`, `5m`, `1h`.
pub fn parse_duration(text: &str) -> Result<std::time::Duration, String> {
    let wrong = || "not a length of time; write it as 20s, 5m or 1h".to_owned();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let unit = match text.get(digits.len()..).unwrap_or_default() {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return Err(wrong()),
    };
    number.checked_mul(unit).map(std::time::Duration::from_secs).ok_or_else(wrong)
}

/// A length of time given by the user, in ticks: `30d`, `12h`.
pub fn parse_days(text: &str) -> Result<i64, String> {
    let ticks = quarry_syntax::literal::parse_timespan(text).filter(|ticks| *ticks > 0);
    ticks.ok_or_else(|| "not a length of time; write it as 30d or 12h".to_owned())
}

/// A state of the lake in the past, given by the user.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct AsOfArgs {
    /// Read the lake as it was at a time (UTC), or the one table that is asked for at a version of its history
    #[arg(long, value_name = "VERSION|TIME")]
    pub as_of: Option<AsOf>,
}

/// How much memory the work may take.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct MemoryArgs {
    /// Most memory to use, such as 512MB or 4GB: what needs more is spilled to disk or ends with an error. Half of the machine's when not given
    #[arg(long, env = "QUARRY_MEMORY", value_name = "SIZE", value_parser = parse_size)]
    pub memory: Option<usize>,
}

impl MemoryArgs {
    /// In bytes.
    pub fn bytes(self) -> usize {
        self.memory.unwrap_or_else(quarry_engine::half_of_memory)
    }
}

/// A number of bytes given by the user: `512MB`, `4GB`.
pub fn parse_size(text: &str) -> Result<usize, String> {
    const LEAST: usize = 16 << 20;
    let wrong = || "not a size; write it as 512MB or 4GB".to_owned();
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: usize = digits.trim_end().parse().map_err(|_| wrong())?;
    let unit = match text.get(digits.len()..).unwrap_or_default().to_ascii_uppercase().as_str() {
        "K" | "KB" | "KIB" => 1 << 10,
        "M" | "MB" | "MIB" => 1 << 20,
        "G" | "GB" | "GIB" => 1 << 30,
        _ => return Err(wrong()),
    };
    let bytes = number.checked_mul(unit).ok_or_else(wrong)?;
    if bytes < LEAST {
        return Err("less than 16MB is too little for anything".to_owned());
    }
    Ok(bytes)
}

/// What queries may use besides tables.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct BesideArgs {
    /// Folder or file with parsers and functions that queries may call (repeatable)
    #[arg(long, value_name = "PATH", value_parser = existing)]
    pub functions: Vec<PathBuf>,
    /// A local file for data from outside: ADDRESS=FILE, watchlist:ALIAS=FILE, watchlist=DEFINITION, geo=FILE, profiles=FILE, agents=FILE, or a folder of such (repeatable)
    #[arg(long, value_name = "NAME=FILE")]
    pub data: Vec<String>,
    /// Workspace, database or cluster whose tables the lake holds, as `workspace("NAME")` calls it (repeatable)
    #[arg(long = "workspace", value_name = "NAME")]
    pub workspaces: Vec<String>,
    /// Where the paths of `data` begin.
    #[arg(skip)]
    pub folder: PathBuf,
}

/// Which means of reading less are left out: for those who doubt an answer, and for tests. Answers do not depend on it.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct PruningArgs {
    /// Read more than needed, by leaving out a means of pruning (repeatable): statistics, implied, terms, bloom, pages, early, or all of them
    #[arg(long, value_name = "MEANS", hide_short_help = true, value_parser = PossibleValuesParser::new(Pruning::NAMES.into_iter().chain(["all"])))]
    without_pruning: Vec<String>,
}

impl PruningArgs {
    /// The means that are left.
    pub fn pruning(&self) -> Pruning {
        self.without_pruning.iter().fold(Pruning::default(), |means, name| {
            if name == "all" {
                Pruning::NONE
            } else {
                means.without(name).unwrap_or(means)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        assert_eq!(parse_size("512MB"), Ok(512 << 20));
        assert_eq!(parse_size("4 gb"), Ok(4 << 30));
        assert_eq!(parse_size("65536k"), Ok(64 << 20));
        for text in [
            "",
            "512",
            "1MB",
            "0GB",
            "-1GB",
            "1.5GB",
            "99999999999999999999GB",
            "9999999999999GB",
        ] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }
}
