//! `quarry export`

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use quarry_content::{ContentFunction, Document, Hunt};
use quarry_hunting::export::content::{ContentExport, ContentForm, Remark, export, place};
use quarry_hunting::{Coverage, Functions, KnownTables, LayerText, Marks, Selection, Team};
use quarry_text::{Diagnostic, Severity, render};

use crate::exit::{Exit, Failure, Outcome};
use crate::input::{self, existing};
use crate::output::{Paint, Terminal, counted, one_line};
use crate::team::{self, SettingArgs, TeamArgs};

/// Give content the form that Sentinel, Defender XDR or the ATT&CK Navigator take
///
/// Queries are written with the values that the team has set. What a form has no place for is said, with its place in the content: warnings for
/// what changes the hunt, a count for what only describes it. docs/export.md tells field by field what becomes of what.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry export hunts/ --format arm --output hunts.json         a template for a Sentinel workspace:
                                                                az deployment group create -g GROUP -f hunts.json -p workspace=NAME
  quarry export rule.yaml --format graph-detection | jq '.[0]'  the body of a request to Microsoft Graph (Defender XDR)
  quarry export hunts/ --format navigator --output layer.json   a layer of the ATT&CK Navigator
  quarry export hunts/ --format arm --disabled --only spray     some of them, not running until someone turns them on

Exit code: 0 everything is exported, 1 some hunts have no place in the form.")]
pub struct Args {
    /// Files and folders with hunting content
    #[arg(required = true, value_name = "CONTENT", value_parser = existing)]
    content: Vec<PathBuf>,
    /// The form
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Form,
    /// The file to write; `-` is standard output
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
    /// Rules and detections are turned off until someone turns them on
    #[arg(long)]
    disabled: bool,
    /// Only hunts whose name holds this, or whose id starts with it (repeatable)
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    #[command(flatten)]
    set: SettingArgs,
    #[command(flatten)]
    team: TeamArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Template of Azure Resource Manager: rules, hunting queries and functions of a Sentinel workspace
    Arm,
    /// Array of custom detections of Defender XDR, for Microsoft Graph
    GraphDetection,
    /// Layer of the ATT&CK Navigator, format 4.5
    Navigator,
}

pub fn run(args: &Args, terminal: &Terminal) -> Outcome {
    let documents = quarry_content::load_paths(&args.content);
    let elsewhere = args.team.documents();
    team::warn(&documents.iter().chain(&elsewhere).collect::<Vec<_>>(), terminal);
    let selection = Selection {
        only: args.only.clone(),
        ..Selection::default()
    };
    let hunts: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    let hunts: Vec<&Hunt> = hunts.into_iter().filter(|hunt| selection.allows(hunt)).collect();
    let functions: Vec<&ContentFunction> = if args.only.is_empty() {
        documents.iter().flat_map(|document| &document.functions).collect()
    } else {
        Vec::new()
    };
    if hunts.is_empty() && functions.is_empty() {
        return Err(Failure::with_hint(
            "nothing to export in this content",
            "`quarry check` tells what the files are",
        ));
    }
    let team = team::assemble(&documents, &elsewhere, &args.set, &hunts)?;
    let (text, left_out) = match args.format {
        Form::Navigator => (layer(&hunts, &args.content), 0),
        Form::Arm => content(ContentForm::Arm, args, &documents, &hunts, &functions, &team, terminal),
        Form::GraphDetection => content(ContentForm::GraphDetection, args, &documents, &hunts, &functions, &team, terminal),
    };
    if args.output == Path::new("-") {
        let mut out = io::stdout().lock();
        writeln!(out, "{text}")?;
        out.flush()?;
    } else {
        input::replace_file(&args.output, format!("{text}\n").as_bytes())?;
        eprintln!("Wrote {}", args.output.display());
    }
    Ok(if left_out > 0 { Exit::Found } else { Exit::Clean })
}

fn layer(hunts: &[&Hunt], content: &[PathBuf]) -> String {
    let name = super::coverage::name_of(content);
    let text = LayerText {
        name: format!("{name}: hunts"),
        description: "Number of hunts for each technique".to_owned(),
        ..LayerText::default()
    };
    let layer = Coverage::of(hunts).layer(&text, &Marks::default());
    serde_json::to_string_pretty(&layer).unwrap_or_default()
}

/// The text, and how many hunts and functions are not in it. Remarks go to standard error.
fn content(
    form: ContentForm,
    args: &Args,
    documents: &[Document],
    hunts: &[&Hunt],
    functions: &[&ContentFunction],
    team: &Team,
    terminal: &Terminal,
) -> (String, usize) {
    let catalog = KnownTables::new(Functions::of(documents));
    let exported = export(
        &ContentExport {
            hunts,
            functions,
            team,
            enabled: !args.disabled,
            catalog: &catalog,
        },
        form,
    );
    let paint = Paint::new(terminal.colour_errors);
    let (kept, said): (Vec<&Remark<'_>>, Vec<_>) = exported.remarks.iter().partition(|remark| remark.severity > Severity::Warning);
    tell(&said, documents, &paint);
    let mut described: BTreeMap<&str, usize> = BTreeMap::new();
    for remark in kept {
        *described.entry(&remark.message).or_default() += 1;
    }
    for (message, hunts) in described {
        eprintln!(
            "{}",
            paint.dim(format!("{}: {}", counted(hunts, "hunt", "hunts"), one_line(message)))
        );
    }
    let left_out = exported.left_out();
    let mut parts = vec![
        counted(exported.carried, "exported", "exported"),
        counted(said.len(), "warning", "warnings"),
    ];
    if left_out > 0 {
        parts.push(format!("{} left out", counted(left_out, "hunt or function", "hunts and functions")));
    }
    eprintln!("{}", paint.dim(parts.join(" · ")));
    (serde_json::to_string_pretty(&exported.value).unwrap_or_default(), left_out)
}

/// Remarks with their places, document by document; those about no document come last.
fn tell(remarks: &[&Remark<'_>], documents: &[Document], paint: &Paint) {
    for document in documents {
        let found: Vec<Diagnostic> = remarks
            .iter()
            .filter(|remark| remark.hunt.is_some_and(|hunt| hunt.path == document.name))
            .map(|remark| Diagnostic::new(remark.severity, remark.code, remark.message.clone(), place(remark, document)))
            .collect();
        if !found.is_empty() {
            eprint!("{}", render::terminal(&document.name, &document.source, &found, paint.is_on()));
        }
    }
    for remark in remarks.iter().filter(|remark| remark.hunt.is_none()) {
        eprintln!(
            "{} {}",
            paint.yellow(format!("warning[{}]:", remark.code)),
            one_line(&remark.message)
        );
    }
}
