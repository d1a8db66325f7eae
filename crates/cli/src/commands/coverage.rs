//! `quarry coverage`

mod seen;
mod table;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueEnum;
use quarry_content::{Document, Hunt};
use quarry_hunting::{Coverage, Domain, Gap, LayerText, Marks, finding_layer};
use quarry_schema::attack::Tactic;
use serde_json::{Value, json};

use crate::exit::{Exit, Failure, Outcome};
use crate::groups::ClockArgs;
use crate::input::{BesideArgs, LakeArgs, existing};
use crate::output::{Terminal, counted};
use seen::Seen;

/// Show which tactics and techniques of ATT&CK hunts cover, and where data waits for a hunt
///
/// For each tactic: how many hunts say they are for it, how many of them the lake can answer, how many have a test in which they fire, and how
/// many findings are kept (without those that turned out harmless). Below it, the gaps: techniques that no hunt covers, and that published
/// hunts look for in tables that the lake holds. With `--against OTHER`, also those that hunts of another collection look for and the lake can answer.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry coverage hunts/                                     tactics, techniques, numbers, gaps
  quarry coverage hunts/ --hunts                             with the hunts of each tactic
  quarry coverage hunts/ --against ../Azure-Sentinel --gaps  every gap, and hunts of others that would close it
  quarry coverage hunts/ --format layer > layer.json         for the ATT&CK Navigator (layer format 4.5)
  quarry coverage hunts/ --format layer --of tests           the same, by number of hunts that a test shows firing
  quarry coverage --format layer --of findings               the same, by number of findings in the lake")]
pub struct Args {
    /// Files and folders with hunting content; only `--of findings` does without
    #[arg(value_name = "CONTENT", required_unless_present = "of", value_parser = existing)]
    content: Vec<PathBuf>,
    /// Other content, to find techniques for which data is there and no hunt is (repeatable)
    #[arg(long, value_name = "CONTENT", value_parser = existing)]
    against: Vec<PathBuf>,
    /// List the hunts of each tactic
    #[arg(long)]
    hunts: bool,
    /// Show every gap, not only those that most published hunts look for
    #[arg(long)]
    gaps: bool,
    /// What the score of a technique is in a layer
    #[arg(long, value_enum, value_name = "WHAT")]
    of: Option<Of>,
    /// The matrix of a layer
    #[arg(long, value_enum, default_value_t, value_name = "DOMAIN")]
    domain: DomainArg,
    #[command(flatten)]
    lake: LakeArgs,
    #[command(flatten)]
    beside: BesideArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// Form of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: CoverageFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// Hunts; techniques for which data is there and no hunt is are marked
    Hunts,
    /// Hunts that the lake can answer, those of --against included; techniques whose hunts it cannot are marked
    Data,
    /// Hunts with a test in which they fire; techniques whose hunts have none are marked
    Tests,
    /// Findings that are kept in the lake, without those that turned out harmless
    Findings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum DomainArg {
    /// Enterprises
    #[default]
    Enterprise,
    /// Industrial control systems
    Ics,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum CoverageFormat {
    /// For people
    #[default]
    Table,
    /// Tactics, techniques, hunts and gaps
    Json,
    /// A layer of the ATT&CK Navigator
    Layer,
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    if args.of.is_some() && args.format != CoverageFormat::Layer {
        return Err(Failure::Usage("--of says what a layer shows: add --format layer".to_owned()));
    }
    let documents = quarry_content::load_paths(&args.content);
    let others = quarry_content::load_paths(&args.against);
    if hunts_of(&documents).is_empty() && args.of != Some(Of::Findings) {
        return Err(Failure::with_hint(
            "no hunts in this content",
            "`quarry check` tells what the files are",
        ));
    }
    let seen = Seen::look(&documents, &others, &args.lake, &args.beside, args.clock.now).await?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        CoverageFormat::Layer => {
            let layer = layer(&args, &seen)?;
            writeln!(out, "{}", serde_json::to_string_pretty(&layer).unwrap_or_default())?;
        }
        CoverageFormat::Json => writeln!(out, "{}", serde_json::to_string_pretty(&object(&seen)).unwrap_or_default())?,
        CoverageFormat::Table => table::write(&mut out, &seen, args.hunts, args.gaps, terminal)?,
    }
    out.flush()?;
    Ok(Exit::Clean)
}

fn hunts_of(documents: &[Document]) -> Vec<&Hunt> {
    documents.iter().flat_map(|document| &document.hunts).collect()
}

/// What content is called in a layer: the name of the first file or folder.
pub fn name_of(content: &[PathBuf]) -> String {
    let name = content.first().and_then(|path| path.file_name());
    name.map_or_else(|| "Hunts".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn layer(args: &Args, seen: &Seen<'_>) -> Result<Value, Failure> {
    let of = args.of.unwrap_or(Of::Hunts);
    let domain = match args.domain {
        DomainArg::Enterprise => Domain::Enterprise,
        DomainArg::Ics => Domain::Industrial,
    };
    let (what, description) = match of {
        Of::Hunts => ("hunts", "Number of hunts for each technique"),
        Of::Data => ("data", "Number of hunts for each technique that the lake can answer"),
        Of::Tests => ("tests", "Number of hunts for each technique with a test in which they fire"),
        Of::Findings => (
            "findings",
            "Number of kept findings of hunts for each technique, without harmless ones",
        ),
    };
    let name = if args.content.is_empty() {
        "Quarry".to_owned()
    } else {
        name_of(&args.content)
    };
    let text = LayerText {
        name: format!("{name}: {what}"),
        description: description.to_owned(),
        domain,
    };
    let marks = |label: &str, techniques: BTreeMap<String, String>| Marks {
        label: label.to_owned(),
        techniques,
    };
    let all = Coverage::of(&seen.hunts);
    let layer = match of {
        Of::Hunts => {
            let gaps = seen.gaps.iter().map(|gap| (gap.technique.clone(), reason(gap))).collect();
            all.layer(&text, &marks("data, and no hunt", gaps))
        }
        Of::Data => {
            let able = Coverage::of(&[seen.ready_or_refuse()?, seen.others.as_slice()].concat());
            let lacking = able.lacking(&all);
            able.layer(&text, &marks("hunts, and no data", lacking))
        }
        Of::Tests => {
            let tested = Coverage::of(&seen.tested);
            let lacking = tested.lacking(&all);
            tested.layer(&text, &marks("hunts, and no test that fires", lacking))
        }
        Of::Findings => finding_layer(seen.findings_or_refuse()?, &text),
    };
    let shown = all.techniques();
    let elsewhere = shown.iter().filter(|id| !domain.has(id)).count();
    if elsewhere > 0 {
        let domain = if domain == Domain::Enterprise { "ics" } else { "enterprise" };
        eprintln!(
            "{} not in this matrix: --domain {domain} shows another",
            counted(elsewhere, "technique is", "techniques are")
        );
    }
    Ok(layer)
}

/// Why a technique could be hunted for.
fn reason(gap: &Gap<'_>) -> String {
    let mut lines: Vec<String> = gap.hunts.iter().map(|hunt| hunt.title().to_owned()).collect();
    if gap.published > 0 {
        let tables = gap.tables.first().map(|tables| tables.join(" with ")).unwrap_or_default();
        lines.push(format!(
            "{} look in {tables}",
            counted(gap.published, "published hunt", "published hunts")
        ));
    }
    lines.join("\n")
}

fn object(seen: &Seen<'_>) -> Value {
    let coverage = Coverage::of(&seen.hunts);
    let hunt = |hunt: &&Hunt| {
        json!({
            "id": hunt.id, "name": hunt.title(), "file": hunt.path,
            "can_run": seen.can_run(hunt), "tested": seen.is_tested(hunt), "findings": seen.findings(hunt),
        })
    };
    let tactics = coverage.tactics.iter().map(|(tactic, cells): &(Tactic, _)| {
        let techniques: Vec<Value> = cells
            .iter()
            .map(|(id, hunts)| json!({ "technique": (!id.is_empty()).then_some(id), "hunts": hunts.iter().map(hunt).collect::<Vec<_>>() }))
            .collect();
        json!({ "tactic": tactic.name(), "id": tactic.id(), "techniques": techniques })
    });
    let gaps = seen.gaps.iter().map(|gap| {
        let hunts: Vec<Value> = gap
            .hunts
            .iter()
            .map(|hunt| json!({ "id": hunt.id, "name": hunt.title() }))
            .collect();
        json!({ "technique": gap.technique, "published_hunts": gap.published, "tables": gap.tables, "hunts": hunts })
    });
    json!({ "tactics": tactics.collect::<Vec<_>>(), "gaps": gaps.collect::<Vec<_>>() })
}
