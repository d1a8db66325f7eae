//! What a team adds to content, as commands are told of it.

use std::path::PathBuf;

use quarry_content::{Document, Hunt};
use quarry_hunting::{Overrides, Team};
use quarry_text::render;
use quarry_value::time;

use crate::exit::Failure;
use crate::input::existing;
use crate::output::{Paint, Terminal};

/// Where a team's files are besides the content's own folders.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct TeamArgs {
    /// More sidecars and team files: a file, or a folder of them (repeatable)
    #[arg(long = "team", env = "QUARRY_TEAM", value_name = "PATH", value_parser = existing)]
    team_paths: Vec<PathBuf>,
}

/// Other values for tunables.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SettingArgs {
    /// Give a tunable (a top-level `let`) another value (repeatable)
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<String>,
}

impl TeamArgs {
    /// The documents in the places named.
    pub fn documents(&self) -> Vec<Document> {
        quarry_content::load_paths(&self.team_paths)
    }
}

/// Everything that a run is told, the team's files from elsewhere too.
pub fn together(documents: &[Document], elsewhere: &[Document]) -> Vec<Document> {
    documents.iter().chain(elsewhere).cloned().collect()
}

/// What counts for a run: files beside the content, files from elsewhere, the environment, and the command line, weakest first.
pub fn assemble(content: &[Document], elsewhere: &[Document], set: &SettingArgs, hunts: &[&Hunt]) -> Result<Team, Failure> {
    let overrides = Overrides::parse(&set.settings).map_err(Failure::Usage)?;
    if let Some((name, close)) = overrides.unknown(hunts).first() {
        let close = close.map(|close| format!(": did you mean `{close}`?")).unwrap_or_default();
        return Err(Failure::Usage(format!("none of these hunts has a tunable `{name}`{close}")));
    }
    let mut team = Team::of(content, elsewhere, time::system_now());
    team.overrides.add_environment(std::env::vars());
    team.overrides = team.overrides.and(&overrides);
    Ok(team)
}

/// Tells what is wrong with the files of a team, on standard error. Such a part of a file does nothing, which nobody would notice.
pub fn warn(documents: &[&Document], terminal: &Terminal) {
    let paint = Paint::new(terminal.colour_errors);
    for document in documents.iter().filter(|document| !document.sidecars.is_empty()) {
        let wrong: Vec<_> = document.diagnostics.iter().filter(|found| found.is_error()).cloned().collect();
        if !wrong.is_empty() {
            eprint!("{}", render::terminal(&document.name, &document.source, &wrong, paint.is_on()));
        }
    }
}
