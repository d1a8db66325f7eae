//! `quarry coverage`

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use quarry_content::{Document, Hunt};
use quarry_hunting::Coverage;
use quarry_schema::attack;
use serde_json::json;

use crate::commands::ready;
use crate::exit::{Exit, Failure, Outcome};
use crate::groups::{ClockArgs, ContentArgs};
use crate::input::{BesideArgs, LakeArgs};
use crate::output::{Grid, Terminal, count, counted, one_line};

/// Show which tactics and techniques of ATT&CK hunts cover, and where data waits for a hunt
///
/// Counts what hunts say they are for. With `--runnable`, only those count that this lake can answer. With `--against OTHER`, techniques that
/// hunts of another collection look for on data that the lake holds, and none of yours does, are listed as gaps.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry coverage hunts/                                     tactics, techniques and numbers of hunts
  quarry coverage hunts/ --runnable                          only hunts that the lake can answer
  quarry coverage hunts/ --against ../Azure-Sentinel         gaps: published hunts that would run on this lake
  quarry coverage hunts/ --format layer > layer.json         for the ATT&CK Navigator (layer format 4.5)")]
pub struct Args {
    #[command(flatten)]
    content: ContentArgs,
    /// Count only hunts that the lake can answer
    #[arg(long)]
    runnable: bool,
    /// Other content, to find techniques for which data is there and no hunt is (repeatable)
    #[arg(long, value_name = "CONTENT")]
    against: Vec<PathBuf>,
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
    let documents = args.content.load();
    let others = quarry_content::load_paths(&args.against);
    let mut hunts: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    if hunts.is_empty() {
        return Err(Failure::with_hint(
            "no hunts in this content",
            "`quarry check` tells what the files are",
        ));
    }
    if args.runnable {
        hunts = answerable(&hunts, &documents, &args).await?;
    }
    let coverage = Coverage::of(&hunts);
    let gaps = if others.is_empty() {
        BTreeMap::new()
    } else {
        let candidates: Vec<&Hunt> = others.iter().flat_map(|document| &document.hunts).collect();
        let answerable = answerable(&candidates, &others, &args).await?;
        gaps(&coverage, &answerable)
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        CoverageFormat::Layer => {
            let named = args.content.content.first().map(|path| name_of(path)).unwrap_or_default();
            let reasons = gaps.iter().map(|(id, hunts)| (id.clone(), titles(hunts, "\n"))).collect();
            writeln!(
                out,
                "{}",
                serde_json::to_string_pretty(&coverage.layer(&named, &reasons)).unwrap_or_default()
            )?;
        }
        CoverageFormat::Json => {
            writeln!(
                out,
                "{}",
                serde_json::to_string_pretty(&object(&coverage, &gaps)).unwrap_or_default()
            )?;
        }
        CoverageFormat::Table => table(&mut out, &coverage, &gaps, hunts.len(), terminal)?,
    }
    out.flush()?;
    Ok(Exit::Clean)
}

/// The hunts that the lake can answer.
async fn answerable<'a>(hunts: &[&'a Hunt], documents: &[Document], args: &Args) -> Result<Vec<&'a Hunt>, Failure> {
    let judged = ready::judged(hunts, documents, &args.lake, &args.beside, args.clock.now).await?;
    Ok(judged.iter().filter(|judged| judged.is_ready()).map(|judged| judged.hunt).collect())
}

/// Techniques that other hunts look for and none of the covered ones does, with those hunts.
fn gaps<'a>(coverage: &Coverage<'_>, others: &[&'a Hunt]) -> BTreeMap<String, Vec<&'a Hunt>> {
    let mut gaps: BTreeMap<String, Vec<&Hunt>> = BTreeMap::new();
    for hunt in others {
        let bases = hunt.techniques.iter().filter_map(|technique| attack::base_technique(technique));
        for base in bases.filter(|base| coverage.hunts(base).is_empty()) {
            let hunts = gaps.entry(base.to_owned()).or_default();
            if hunts.last().is_none_or(|last| !std::ptr::eq(*last, *hunt)) {
                hunts.push(hunt);
            }
        }
    }
    gaps
}

fn titles(hunts: &[&Hunt], separator: &str) -> String {
    hunts.iter().map(|hunt| hunt.title()).collect::<Vec<_>>().join(separator)
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "Hunts".to_owned())
}

fn object(coverage: &Coverage<'_>, gaps: &BTreeMap<String, Vec<&Hunt>>) -> serde_json::Value {
    let named = |hunts: &[&Hunt]| -> Vec<_> { hunts.iter().map(|hunt| json!({ "id": hunt.id, "name": hunt.title() })).collect() };
    let tactics: Vec<_> = coverage
        .tactics
        .iter()
        .map(|(tactic, cells)| {
            let techniques: Vec<_> = cells
                .iter()
                .map(|(id, hunts)| json!({ "technique": (!id.is_empty()).then_some(id), "hunts": named(hunts) }))
                .collect();
            json!({ "tactic": tactic.name(), "id": tactic.id(), "techniques": techniques })
        })
        .collect();
    let gaps: Vec<_> = gaps
        .iter()
        .map(|(id, hunts)| json!({ "technique": id, "hunts": named(hunts) }))
        .collect();
    json!({ "tactics": tactics, "gaps": gaps })
}

fn table(
    out: &mut dyn Write,
    coverage: &Coverage<'_>,
    gaps: &BTreeMap<String, Vec<&Hunt>>,
    hunts: usize,
    terminal: &Terminal,
) -> io::Result<()> {
    let mut grid = Grid::new(["Tactic", "Hunts", "Techniques"], terminal.width).right(1);
    for (tactic, cells) in &coverage.tactics {
        let mut of_tactic: Vec<&Hunt> = Vec::new();
        for hunt in cells.values().flatten() {
            if !of_tactic.iter().any(|known| std::ptr::eq(*known, *hunt)) {
                of_tactic.push(hunt);
            }
        }
        let techniques: Vec<String> = cells
            .iter()
            .filter(|(id, _)| !id.is_empty())
            .map(|(id, hunts)| {
                if hunts.len() > 1 {
                    format!("{id} ×{}", hunts.len())
                } else {
                    id.clone()
                }
            })
            .collect();
        grid.push([tactic.title().to_owned(), count(of_tactic.len()), techniques.join(", ")]);
    }
    grid.write(out, &terminal.paint, "")?;
    if !gaps.is_empty() {
        writeln!(out, "\n{}", terminal.paint.bold("Data is there, and no hunt:"))?;
        for (id, others) in gaps {
            let tactics: Vec<&str> = attack::tactics_of(id).iter().map(|tactic| tactic.title()).collect();
            let first = others.first().map(|hunt| one_line(hunt.title())).unwrap_or_default();
            let more = if others.len() > 1 {
                format!(" and {} more", others.len() - 1)
            } else {
                String::new()
            };
            writeln!(out, "  {id}  {:<40} {first}{more}", tactics.join(", "))?;
        }
    }
    let totals = [
        counted(hunts, "hunt", "hunts"),
        counted(coverage.techniques().len(), "technique", "techniques"),
        counted(gaps.len(), "gap", "gaps"),
    ];
    writeln!(out, "{}", terminal.paint.dim(totals.join(" · ")))
}
