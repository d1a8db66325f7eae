//! `quarry fmt`

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use quarry_content::parallel;
use quarry_format::{Formatted, format_document};
use quarry_text::{Diagnostic, render};
use similar::TextDiff;

use crate::exit::{Exit, Failure, Outcome};
use crate::input;
use crate::output::{Terminal, counted};

/// Lay out KQL: query files, and the queries inside YAML
///
/// One operator of a pipeline a line, statements apart, long lists one item a line, 120 columns; comments stay where they are. Only blanks and
/// line breaks change: what comes out is compared with what went in, and a query that would read otherwise is left alone. In YAML, queries that
/// stand as a block (`query: |`) are laid out where they stand; everything else in the file stays byte for byte.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry fmt hunts/                    every query below a folder
  quarry fmt --check hunts/            for CI: exit code 1 when a file is not laid out
  quarry fmt --diff rule.yaml          show what would change, change nothing
  quarry fmt - < query.kql             from standard input to standard output

Exit code: 0 done; 1 with --check or --diff when a file would change; 2 when a query on standard input does not parse.
Queries with errors are left alone; `quarry check` tells about them.")]
pub struct Args {
    /// Files and folders; `-` reads a query from standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Change nothing; list the files that would change
    #[arg(long)]
    check: bool,
    /// Change nothing; show what would change
    #[arg(long)]
    diff: bool,
    /// Tell about queries that were left alone, and why
    #[arg(long, short)]
    verbose: bool,
}

/// A file and what became of it.
struct Done {
    path: PathBuf,
    before: String,
    formatted: Formatted,
}

impl Done {
    fn changed(&self) -> bool {
        self.before != self.formatted.text
    }
}

pub fn run(args: &Args, terminal: &Terminal) -> Outcome {
    if args.paths.iter().any(|path| path.as_os_str() == "-") {
        return standard_input(args, terminal);
    }
    let files = files(&args.paths)?;
    let results = parallel::map(&files, |path| format_file(path));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut changed, mut left) = (0, 0);
    for done in results.into_iter().flatten() {
        left += done.formatted.left.len();
        if args.verbose {
            explain(&done.path.to_string_lossy(), &done.before, &done.formatted.left, terminal);
        }
        if !done.changed() {
            continue;
        }
        changed += 1;
        if args.diff {
            show_difference(&mut out, &done.path.to_string_lossy(), &done.before, &done.formatted.text, terminal)?;
        } else if args.check {
            writeln!(out, "{}", done.path.display())?;
        } else {
            input::replace_file(&done.path, done.formatted.text.as_bytes())?;
        }
    }
    out.flush()?;
    let verb = if args.check || args.diff { "would change" } else { "changed" };
    let mut summary = format!("{}: {} {verb}", counted(files.len(), "file", "files"), changed);
    if left > 0 {
        summary.push_str(&format!(" · {} left alone", counted(left, "query", "queries")));
        if !args.verbose {
            summary.push_str(" (--verbose tells why)");
        }
    }
    eprintln!("{summary}");
    Ok(if (args.check || args.diff) && changed > 0 {
        Exit::Found
    } else {
        Exit::Clean
    })
}

/// What is not text is not laid out.
fn format_file(path: &Path) -> Option<Done> {
    let before = String::from_utf8(std::fs::read(path).ok()?).ok()?;
    let formatted = format_document(&path.to_string_lossy(), &before);
    Some(Done {
        path: path.to_path_buf(),
        before,
        formatted,
    })
}

fn standard_input(args: &Args, terminal: &Terminal) -> Outcome {
    let mut before = String::new();
    std::io::stdin().read_to_string(&mut before)?;
    let formatted = format_document("stdin.kql", &before);
    if !formatted.left.is_empty() {
        explain("stdin", &before, &formatted.left, terminal);
        return Ok(Exit::Wrong);
    }
    let mut out = std::io::stdout().lock();
    let changed = before != formatted.text;
    if args.diff {
        show_difference(&mut out, "stdin", &before, &formatted.text, terminal)?;
    } else if !args.check {
        out.write_all(formatted.text.as_bytes())?;
    }
    Ok(if changed && (args.check || args.diff) {
        Exit::Found
    } else {
        Exit::Clean
    })
}

fn explain(name: &str, source: &str, left: &[Diagnostic], terminal: &Terminal) {
    eprint!("{}", render::terminal(name, source, left, terminal.colour_errors));
}

fn show_difference(out: &mut dyn Write, name: &str, before: &str, after: &str, terminal: &Terminal) -> std::io::Result<()> {
    let difference = TextDiff::from_lines(before, after);
    let text = difference.unified_diff().header(name, name).to_string();
    for line in text.lines() {
        let painted = match line.chars().next() {
            Some('+') => terminal.paint.green(line),
            Some('-') => terminal.paint.red(line),
            Some('@') => terminal.paint.cyan(line),
            _ => line.to_owned(),
        };
        writeln!(out, "{painted}")?;
    }
    Ok(())
}

/// Files with queries: those that are named, and those in folders by their endings.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    const ENDINGS: [&str; 5] = ["csl", "kql", "kusto", "yaml", "yml"];
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            if !path.is_file() {
                return Err(Failure::new(format!("{}: there is no such file", path.display())));
            }
            found.push(path.clone());
            continue;
        }
        let mut folders = vec![path.clone()];
        while let Some(folder) = folders.pop() {
            let entries = std::fs::read_dir(&folder).map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
            for entry in entries.flatten() {
                let Ok(kind) = entry.file_type() else { continue };
                let hidden = entry.file_name().to_string_lossy().starts_with('.');
                let ending = entry.path().extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
                if kind.is_dir() && !hidden {
                    folders.push(entry.path());
                } else if kind.is_file() && !hidden && ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
                    found.push(entry.path());
                }
            }
        }
    }
    found.sort();
    Ok(found)
}
