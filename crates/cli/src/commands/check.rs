//! `quarry check`

mod explain;
mod output;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueEnum;
use quarry_content::{Document, parallel};
use quarry_hunting::{Functions, KnownTables};
use quarry_lint::{Allowances, Baseline, Review, review_with};
use quarry_text::{Diagnostic, LineIndex, Severity};

use crate::exit::{Exit, Failure, Outcome};
use crate::input;
use crate::output::Terminal;
use crate::team::TeamArgs;

/// Check hunting content: fields, KQL, names, types, and what a reviewer would remark
///
/// Reads every file, holds its fields to the rules of published content, parses its query, binds it against the known tables, and looks for
/// mistakes that no parser finds: branches that no row can take, filters that contradict each other, joins that lose rows. Nothing is run.
/// Every remark has a code and a place; `--explain CODE` tells what it means, docs/lints.md lists them all.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry check hunts/                               everything below a folder
  quarry check hunts/ --level hint                  possible improvements too
  quarry check --explain Q0401                      what a code means, with an example
  quarry check rule.yaml --fix                      correct what can be corrected without a change of meaning
  quarry check hunts/ --deny warning                for CI: exit code 1 for warnings too
  quarry check hunts/ --baseline known.json --write-baseline   put up with what is there today
  quarry check hunts/ --baseline known.json         report what is new since then
  quarry check rule.yaml --format json              for programs; sarif for code-scanning services

A comment allows a remark: `// quarry: allow Q0404 - reason` in a query, `# quarry: allow Q0404` in YAML, behind the line or above it.
A sidecar does the same with a reason and a last day, and leaves the file as it is: `allow` in NAME.quarry.yaml (docs/sidecar.md).

Exit code: 0 without errors (warnings are allowed unless --deny says otherwise), 1 with errors.")]
pub struct Args {
    /// Files and folders: Sentinel YAML, templates and detections as JSON, pages, .kql
    #[arg(required_unless_present = "explain", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Folder or file with parsers and functions that the content calls (repeatable)
    #[arg(long, value_name = "PATH")]
    functions: Vec<PathBuf>,
    #[command(flatten)]
    team: TeamArgs,
    /// Form of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ReportFormat,
    /// Least level that is reported
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    level: Level,
    /// Report errors only
    #[arg(long, short, conflicts_with = "level")]
    quiet: bool,
    /// Least level that makes the exit code 1
    #[arg(long, value_enum, default_value_t = Level::Error, value_name = "LEVEL")]
    deny: Level,
    /// Make the corrections that do not change what a query means, then report what is left
    #[arg(long)]
    fix: bool,
    /// File with remarks that are known and not reported again
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write what is found now to the baseline file
    #[arg(long, requires = "baseline")]
    write_baseline: bool,
    /// Tell what a code or name means
    #[arg(long, value_name = "CODE", conflicts_with_all = ["paths", "fix", "baseline"])]
    explain: Option<String>,
}

/// A level on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Level {
    /// Cannot be used as it stands
    Error,
    /// Probably not what was meant
    Warning,
    /// Worth knowing
    #[default]
    Info,
    /// Possible improvements
    Hint,
}

impl Level {
    const fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
            Self::Hint => Severity::Hint,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum ReportFormat {
    /// For people
    #[default]
    Table,
    /// One object a file
    Json,
    /// One object a remark
    Jsonl,
    /// Static Analysis Results Interchange Format 2.1.0
    Sarif,
}

/// What a check came to, for its last line.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub errors: usize,
    pub warnings: usize,
    /// Below the level that is reported.
    pub unreported: usize,
    pub suppressed: usize,
    pub known: usize,
    pub fixed: usize,
}

pub fn run(args: &Args, terminal: &Terminal) -> Outcome {
    if let Some(code) = &args.explain {
        return explain::run(code, terminal);
    }
    let start = Instant::now();
    let mut documents = quarry_content::load_paths(&args.paths);
    let catalog = known_tables(&documents, &args.functions);
    let allowances = Allowances::of(&documents, &args.team.documents(), quarry_value::time::system_now());
    let mut reviews = parallel::map(&documents, |document| review_with(document, &catalog, &allowances));
    let mut totals = Totals::default();
    if args.fix {
        totals.fixed = correct(&mut documents, &mut reviews, &catalog, &allowances)?;
    }
    let mut denied = 0;
    let mut baseline = read_baseline(args)?;
    let mut found = Baseline::default();
    let least = if args.quiet { Severity::Error } else { args.level.severity() };
    for (document, review) in documents.iter_mut().zip(reviews) {
        totals.suppressed += review.suppressed;
        document.diagnostics = review.diagnostics;
        document.diagnostics.extend(allowances.remarks(&document.name));
        let lines = LineIndex::new(&document.source);
        document.diagnostics.retain(|diagnostic| {
            if args.write_baseline {
                found.add(&document.name, &lines, diagnostic);
            }
            let known = !args.write_baseline && baseline.takes(&document.name, &lines, diagnostic);
            totals.known += usize::from(known);
            !known
        });
        denied += count(&document.diagnostics, args.deny.severity());
        totals.errors += count(&document.diagnostics, Severity::Error);
        totals.warnings += count(&document.diagnostics, Severity::Warning) - count(&document.diagnostics, Severity::Error);
        let before = document.diagnostics.len();
        document.diagnostics.retain(|diagnostic| diagnostic.severity <= least);
        totals.unreported += before - document.diagnostics.len();
    }
    if let (Some(path), true) = (&args.baseline, args.write_baseline) {
        input::replace_file(path, found.write().as_bytes())?;
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    output::write(&mut out, &documents, args.format, &terminal.paint)?;
    if args.format == ReportFormat::Table {
        output::summary(&mut out, &documents, &totals, start.elapsed())?;
    }
    out.flush()?;
    let accepted = args.write_baseline || denied == 0;
    Ok(if accepted { Exit::Clean } else { Exit::Found })
}

/// Every known table, and the functions that the content and `--functions` bring.
fn known_tables(documents: &[Document], functions: &[PathBuf]) -> KnownTables {
    let mut known = documents.to_vec();
    known.extend(quarry_content::load_paths(functions));
    KnownTables::new(Functions::of(&known))
}

/// How many are of this level or graver.
fn count(diagnostics: &[Diagnostic], least: Severity) -> usize {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity <= least).count()
}

fn read_baseline(args: &Args) -> Result<Baseline, Failure> {
    match &args.baseline {
        Some(path) if !args.write_baseline => {
            let text = input::read_file(path)?;
            Baseline::read(&text)
                .map_err(|problem| Failure::with_hint(format!("{}: {problem}", path.display()), "--write-baseline makes one"))
        }
        _ => Ok(Baseline::default()),
    }
}

/// Writes corrected files and reviews them again; gives the number of corrections.
fn correct(documents: &mut [Document], reviews: &mut [Review], catalog: &KnownTables, allowances: &Allowances) -> Result<usize, Failure> {
    let mut made = 0;
    for (document, found) in documents.iter_mut().zip(reviews) {
        // A correction can make room for the next one; the bound is for peace of mind.
        for _ in 0..10 {
            let fixed = quarry_lint::fix(&document.source, &found.diagnostics);
            if fixed.made == 0 {
                break;
            }
            let path = Path::new(&document.name);
            let bytes = std::fs::read(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
            // Only a file whose text is the one that was checked, byte for byte, is written.
            let mark: &[u8] = if bytes.starts_with(b"\xef\xbb\xbf") { b"\xef\xbb\xbf" } else { b"" };
            if bytes.get(mark.len()..) != Some(document.source.as_bytes()) {
                eprintln!("{}: not corrected: it is not UTF-8, or it has changed meanwhile", document.name);
                break;
            }
            let text = [mark, fixed.text.as_bytes()].concat();
            input::replace_file(path, &text)?;
            made += fixed.made;
            let outer = document
                .diagnostics
                .iter()
                .filter(|found| found.code == quarry_content::code::DUPLICATE_ID);
            let outer: Vec<Diagnostic> = outer.cloned().collect();
            *document = quarry_content::load_text(&document.name, &fixed.text);
            document.diagnostics.extend(outer);
            *found = review_with(document, catalog, allowances);
        }
    }
    Ok(made)
}
