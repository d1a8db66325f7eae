//! `quarry exclusions`

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Subcommand;
use quarry_content::sidecar::{ExclusionState, propose};
use quarry_content::{Document, Hunt};
use quarry_hunting::Team;
use quarry_value::time;
use serde_json::json;

use crate::exit::{Exit, Failure, Outcome};
use crate::groups::ContentArgs;
use crate::input::existing;
use crate::output::{Format, Grid, Terminal, counted, one_line};
use crate::team::{self, TeamArgs};

/// List the exclusions of a team, and turn a page's scenarios into proposals
///
/// An exclusion takes known harmless events or findings out of a hunt: a KQL predicate with an owner, a reason and a last day, in the hunt's
/// sidecar (NAME.quarry.yaml) or in a team's file (quarry.yaml). What is incomplete, proposed or over hides nothing. `quarry hunt` measures
/// what each one hides.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry exclusions list hunts/                              who excludes what, why, and until when
  quarry exclusions propose page.md > page.quarry.yaml       a proposal for each false-positive scenario of a page
  quarry hunt hunts/ --only-excluded                         the findings that exclusions hide")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every exclusion with its state
    List {
        #[command(flatten)]
        content: ContentArgs,
        #[command(flatten)]
        team: TeamArgs,
        /// Form of the list
        #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
        format: Format,
    },
    /// A sidecar with a proposal for each scenario of a page; proposals hide nothing until somebody completes them
    Propose {
        /// Pages with false-positive scenarios
        #[arg(required = true, value_name = "PAGE", value_parser = existing)]
        content: Vec<PathBuf>,
        #[command(flatten)]
        team: TeamArgs,
    },
}

pub fn run(args: Args, terminal: &Terminal) -> Outcome {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.what {
        What::List { content, team, format } => list(&mut out, &content, &team, format, terminal)?,
        What::Propose { content, team } => proposals(&mut out, &content, &team)?,
    }
    out.flush()?;
    Ok(Exit::Clean)
}

fn list(out: &mut dyn Write, content: &ContentArgs, args: &TeamArgs, format: Format, terminal: &Terminal) -> Result<(), Failure> {
    let documents = content.load();
    let elsewhere = args.documents();
    team::warn(&documents.iter().chain(&elsewhere).collect::<Vec<_>>(), terminal);
    let today = time::system_now();
    let team = Team::of(&documents, &elsewhere, today);
    let hunts: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    let mut grid = Grid::new(["Exclusion", "State", "Of", "Hunt", "Owner", "Until", "Reason"], terminal.width);
    let mut objects = Vec::new();
    for one in &team.exclusions {
        let exclusion = &one.exclusion;
        let state = match exclusion.state(today) {
            ExclusionState::Active => "active".to_owned(),
            ExclusionState::Expired => "expired".to_owned(),
            ExclusionState::Unfinished(missing) => format!("needs {}", missing.join(", ")),
        };
        let of = if exclusion.table.is_empty() { "result" } else { &exclusion.table };
        let names: Vec<String> = hunts
            .iter()
            .filter(|hunt| one.is_for(hunt))
            .map(|hunt| one_line(hunt.title()))
            .collect();
        let whose = match names.as_slice() {
            [] => "none of these".to_owned(),
            [name] => name.clone(),
            many => counted(many.len(), "hunt", "hunts"),
        };
        objects.push(json!({
            "id": exclusion.id, "state": state, "table": exclusion.table, "where": exclusion.predicate, "hunts": names, "owner": exclusion.owner,
            "reason": exclusion.reason, "ticket": exclusion.ticket, "scenario": exclusion.scenario, "expires": exclusion.expires, "file": one.path,
        }));
        grid.push([
            exclusion.id.as_str(),
            &state,
            of,
            &whose,
            &exclusion.owner,
            &exclusion.expires,
            &exclusion.reason,
        ]);
    }
    match format {
        Format::Table if objects.is_empty() => {
            writeln!(
                out,
                "No exclusions. `quarry exclusions propose PAGE` makes proposals from a page's scenarios."
            )?;
        }
        Format::Table => {
            grid.write(out, &terminal.paint, "")?;
            writeln!(out, "{}", terminal.paint.dim(counted(objects.len(), "exclusion", "exclusions")))?;
        }
        Format::Jsonl => {
            for object in objects {
                writeln!(out, "{object}")?;
            }
        }
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&objects).unwrap_or_default())?,
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(out);
            let names = [
                "id", "state", "table", "where", "owner", "reason", "ticket", "scenario", "expires", "file",
            ];
            writer.write_record(names).map_err(io::Error::from)?;
            for object in &objects {
                let cells = names.map(|name| object.get(name).and_then(|cell| cell.as_str()).unwrap_or_default());
                writer.write_record(cells).map_err(io::Error::from)?;
            }
            writer.flush()?;
        }
    }
    Ok(())
}

fn proposals(out: &mut dyn Write, content: &[PathBuf], args: &TeamArgs) -> Result<(), Failure> {
    let documents = quarry_content::load_paths(content);
    let elsewhere = args.documents();
    let mut written = 0;
    for hunt in documents.iter().flat_map(|document: &Document| &document.hunts) {
        if hunt.scenarios.is_empty() {
            eprintln!("{}: the page tells of no false-positive scenario", hunt.path);
            continue;
        }
        let of_hunt = documents.iter().chain(&elsewhere).flat_map(|document| &document.sidecars);
        let known: Vec<&str> = of_hunt
            .filter(|sidecar| sidecar.hunt.eq_ignore_ascii_case(&hunt.id))
            .flat_map(|sidecar| sidecar.exclusions.iter().map(|exclusion| exclusion.scenario.as_str()))
            .collect();
        if written > 0 {
            writeln!(out, "---")?;
        }
        write!(out, "{}", propose(hunt, &known))?;
        written += 1;
    }
    if written == 0 {
        return Err(Failure::with_hint(
            "nothing to propose: no false-positive scenarios here",
            "pages have them under `Scenario:`, with a description and a filter",
        ));
    }
    Ok(())
}
