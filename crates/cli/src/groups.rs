//! Groups of arguments that several commands have: each is explained once.

use std::path::PathBuf;
use std::time::Duration;

use quarry_content::Document;

use crate::input::{BesideArgs, LakeArgs, existing, parse_duration, parse_time};
use crate::output::Format;
use crate::team::{SettingArgs, TeamArgs};

/// The content that a command is about.
#[derive(Debug, Clone, clap::Args)]
pub struct ContentArgs {
    /// Files and folders with hunting content
    #[arg(required = true, value_name = "CONTENT", value_parser = existing)]
    pub content: Vec<PathBuf>,
}

impl ContentArgs {
    /// What is in the files.
    pub fn load(&self) -> Vec<Document> {
        quarry_content::load_paths(&self.content)
    }
}

/// The clock of queries.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct ClockArgs {
    /// What `now()` gives (UTC), such as 2026-11-20 or 2026-11-20T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub now: Option<i64>,
}

/// What hunts run on and with.
#[derive(Debug, Clone, clap::Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    #[command(flatten)]
    pub beside: BesideArgs,
    #[command(flatten)]
    pub team: TeamArgs,
    #[command(flatten)]
    pub set: SettingArgs,
    /// Longest time for each run of a hunt: 20s, 5m, 1h
    #[arg(long, default_value = "10m", value_name = "TIME", value_parser = parse_duration)]
    pub timeout: Duration,
}

/// What the lake keeps, and how it is printed.
#[derive(Debug, Clone, clap::Args)]
pub struct KeptArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    /// Form of the rows
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
}

/// Who writes something down in the lake.
#[derive(Debug, Clone, clap::Args)]
pub struct AuthorArgs {
    /// Who says so
    #[arg(long, env = "USER", default_value = "", value_name = "NAME")]
    pub by: String,
    #[command(flatten)]
    pub lake: LakeArgs,
}

/// Which entities findings or incidents are about.
#[derive(Debug, Clone, clap::Args)]
pub struct EntityArgs {
    /// Only those about an entity with this in its identifiers
    #[arg(long, value_name = "TEXT")]
    pub entity: Option<String>,
}
