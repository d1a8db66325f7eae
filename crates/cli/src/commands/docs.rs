//! `quarry docs`

mod page;

use std::io::{self, Write};

use clap::Subcommand;
use quarry_schema::operators::{self, Operator, OperatorKind};
use quarry_schema::{Function, FunctionKind, functions};
use quarry_text::suggest;

use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Grid, Terminal, counted};

/// Read about the functions and operators of the language
///
/// Without a name, lists them all; with part of one, lists those that match; with a whole one, prints its page: what it means, how it is
/// called, what it takes and gives, and an example with its answer.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  quarry docs arg_max               what a function takes and gives
  quarry docs functions ipv4        every function with ipv4 in its name
  quarry docs operators join        how an operator is written"
)]
pub struct Args {
    #[command(subcommand)]
    what: Option<What>,
    /// A function or operator, or part of its name
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Functions, aggregates, window functions and plugins
    Functions {
        /// A name, or part of one
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
    /// Operators between tables and between values, and statements
    Operators {
        /// A name, or part of one
        #[arg(value_name = "NAME")]
        name: Option<String>,
    },
}

/// What the names are looked up in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Among {
    Functions,
    Operators,
    Both,
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let (among, name) = match args.what {
        Some(What::Functions { name }) => (Among::Functions, name),
        Some(What::Operators { name }) => (Among::Operators, name),
        None => (Among::Both, args.name),
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let wanted = name.as_deref().unwrap_or_default().trim_end_matches("()").to_lowercase();
    let functions: Vec<&Function> = all_functions().filter(|_| among != Among::Operators).collect();
    let operators: Vec<&Operator> = operators::all().filter(|_| among != Among::Functions).collect();

    let exact: Vec<&Function> = functions.iter().copied().filter(|function| is_called(function, &wanted)).collect();
    let exact_operators: Vec<&Operator> = operators.iter().copied().filter(|operator| is_written(operator, &wanted)).collect();
    if !exact.is_empty() || !exact_operators.is_empty() {
        let mut page = page::Printer::new(&mut out, terminal).await?;
        for operator in exact_operators {
            page.operator(operator).await?;
        }
        for function in exact {
            page.function(function).await?;
        }
        out.flush()?;
        return Ok(Exit::Clean);
    }

    let functions: Vec<&Function> = functions
        .into_iter()
        .filter(|function| function.name.to_lowercase().contains(&wanted))
        .collect();
    let operators: Vec<&Operator> = operators.into_iter().filter(|operator| operator.name.contains(&wanted)).collect();
    if functions.is_empty() && operators.is_empty() {
        let names = all_functions()
            .map(|function| function.name)
            .chain(operators::all().map(|operator| operator.name));
        let close = suggest::closest(&wanted, names);
        let hint = close.map_or_else(|| "`quarry docs` lists all".to_owned(), |close| format!("did you mean `{close}`?"));
        return Err(Failure::with_hint(format!("nothing is called `{wanted}`"), hint));
    }
    if !operators.is_empty() {
        list_operators(&mut out, &operators, terminal)?;
    }
    if !operators.is_empty() && !functions.is_empty() {
        writeln!(out)?;
    }
    if !functions.is_empty() {
        list(&mut out, &functions, terminal)?;
    }
    out.flush()?;
    Ok(Exit::Clean)
}

/// Every function that is meant for use.
fn all_functions() -> impl Iterator<Item = &'static Function> {
    functions::all().filter(|function| !function.is_internal())
}

fn is_called(function: &Function, wanted: &str) -> bool {
    function.name.eq_ignore_ascii_case(wanted) || function.aliases.contains(&wanted)
}

/// Operators that share a page are named together: `has !has has_cs`.
fn is_written(operator: &Operator, wanted: &str) -> bool {
    operator.name == wanted || (operator.kind == OperatorKind::Scalar && operator.name.split(' ').any(|name| name == wanted))
}

/// A table of functions, each with its first sentence.
pub fn list(out: &mut dyn Write, functions: &[&Function], terminal: &Terminal) -> io::Result<()> {
    let mut grid = Grid::new(["Name", "Kind", "Summary"], terminal.width);
    for function in functions {
        grid.push([function.name, kind(function.kind), first_sentence(function.doc.summary)]);
    }
    grid.write(out, &terminal.paint, "")?;
    writeln!(out, "{}", terminal.paint.dim(counted(functions.len(), "function", "functions")))
}

fn list_operators(out: &mut dyn Write, operators: &[&Operator], terminal: &Terminal) -> io::Result<()> {
    let mut grid = Grid::new(["Name", "Kind", "Summary"], terminal.width);
    for operator in operators {
        grid.push([operator.name, operator_kind(operator.kind), first_sentence(operator.summary)]);
    }
    grid.write(out, &terminal.paint, "")?;
    writeln!(out, "{}", terminal.paint.dim(counted(operators.len(), "operator", "operators")))
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first)
}

/// What a function is, in a word.
fn kind(kind: FunctionKind) -> &'static str {
    match kind {
        FunctionKind::Scalar => "scalar",
        FunctionKind::Aggregate => "aggregate",
        FunctionKind::Window => "window",
        FunctionKind::Plugin => "plugin",
        FunctionKind::Tabular => "tabular",
    }
}

/// What an operator is, in a word.
fn operator_kind(kind: OperatorKind) -> &'static str {
    match kind {
        OperatorKind::Tabular => "tabular",
        OperatorKind::Scalar => "between values",
        OperatorKind::Statement => "statement",
    }
}
