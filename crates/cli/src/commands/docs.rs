//! `quarry docs`

use std::io::{self, Write};

use quarry_schema::{Function, FunctionKind, Param, ParamType, Returns, functions};
use quarry_text::suggest;

use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Grid, Paint, Terminal, counted};

/// Read about a function, aggregate or plugin of the language
///
/// Without a name, lists them all; with part of one, lists those that match.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry docs arg_max       what it takes and gives
  quarry docs ipv4          every function with ipv4 in its name")]
pub struct Args {
    /// A name, or part of one
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

pub fn run(args: &Args, terminal: &Terminal) -> Outcome {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let wanted = args.name.as_deref().unwrap_or_default().trim_end_matches("()").to_lowercase();
    let exact: Vec<&Function> = all()
        .filter(|function| function.name == wanted || function.aliases.contains(&wanted.as_str()))
        .collect();
    if !exact.is_empty() {
        for function in exact {
            describe(&mut out, function, &terminal.paint)?;
        }
        out.flush()?;
        return Ok(Exit::Clean);
    }
    let matching: Vec<&Function> = all().filter(|function| function.name.contains(&wanted)).collect();
    if matching.is_empty() {
        let close = suggest::closest(&wanted, all().map(|function| function.name));
        let hint = close.map_or_else(|| "`quarry docs` lists all".to_owned(), |close| format!("did you mean `{close}`?"));
        return Err(Failure::with_hint(format!("no function is called `{wanted}`"), hint));
    }
    list(&mut out, &matching, terminal)?;
    out.flush()?;
    Ok(Exit::Clean)
}

fn all() -> impl Iterator<Item = &'static Function> {
    functions::all()
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

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first)
}

/// What a function is, in a word.
pub fn kind(kind: FunctionKind) -> &'static str {
    match kind {
        FunctionKind::Scalar => "scalar",
        FunctionKind::Aggregate => "aggregate",
        FunctionKind::Window => "window",
        FunctionKind::Plugin => "plugin",
        FunctionKind::Tabular => "tabular",
    }
}

fn describe(out: &mut dyn Write, function: &Function, paint: &Paint) -> io::Result<()> {
    writeln!(out, "{}  {}", paint.bold(function.name), paint.dim(kind(function.kind)))?;
    if !function.aliases.is_empty() {
        writeln!(out, "also {}", function.aliases.join(", "))?;
    }
    if !function.doc.summary.is_empty() {
        writeln!(out, "\n{}", function.doc.summary)?;
    }
    writeln!(out)?;
    for signature in function.signatures {
        let params: Vec<String> = signature.params.iter().map(parameter).collect();
        writeln!(
            out,
            "  {}({}) → {}",
            function.name,
            params.join(", "),
            returns(signature.returns, signature.params)
        )?;
    }
    if !function.doc.example.is_empty() {
        writeln!(out, "\nExample:\n  {}", function.doc.example.replace('\n', "\n  "))?;
    }
    if !function.doc.source.is_empty() {
        writeln!(
            out,
            "\n{}",
            paint.dim(format!("Reference: https://learn.microsoft.com/kusto/{}", function.doc.source))
        )?;
    }
    Ok(())
}

fn parameter(param: &Param) -> String {
    let text = format!("{}: {}", param.name, param_type(param.ty));
    match param.occurs {
        (1, 1) => text,
        (0, 1) => format!("[{text}]"),
        (0, _) => format!("[{text}, …]"),
        _ => format!("{text}, …"),
    }
}

fn param_type(ty: ParamType) -> String {
    match ty {
        ParamType::Exact(ty) => ty.name().to_owned(),
        ParamType::OneOf(types) => types.iter().map(|ty| ty.name()).collect::<Vec<_>>().join(" or "),
        ParamType::Scalar | ParamType::CommonScalar | ParamType::CommonScalarOrDynamic | ParamType::SameAs(_) => "any".to_owned(),
        ParamType::Tabular => "table".to_owned(),
        ParamType::TypeLiteral => "typeof(…)".to_owned(),
        ParamType::Integer => "int or long".to_owned(),
        ParamType::RealOrDecimal => "real or decimal".to_owned(),
        ParamType::StringOrDynamic => "string or dynamic".to_owned(),
        ParamType::StringOrArray => "string or array".to_owned(),
        ParamType::IntegerOrArray => "integer or array".to_owned(),
        ParamType::DynamicArray => "array".to_owned(),
        ParamType::DynamicBag => "bag".to_owned(),
        ParamType::Number | ParamType::CommonNumber => "number".to_owned(),
        ParamType::NumberOrBool => "number or bool".to_owned(),
        ParamType::Summable | ParamType::CommonSummable => "number, datetime or timespan".to_owned(),
        ParamType::Orderable | ParamType::CommonOrderable => "anything with an order".to_owned(),
        ParamType::NotRealOrBool => "anything but real and bool".to_owned(),
        ParamType::NotDynamic => "anything but dynamic".to_owned(),
        ParamType::NotBool => "anything but bool".to_owned(),
    }
}

fn returns(returns: Returns, params: &[Param]) -> String {
    let of = |at: u8| params.get(usize::from(at)).map_or("an argument", |param| param.name);
    match returns {
        Returns::Type(ty) => ty.name().to_owned(),
        Returns::SameAs(at) => format!("the type of {}", of(at)),
        Returns::TypeOf(at) => format!("the type named by {}", of(at)),
        Returns::TypeOfLast => "the type named by the last argument".to_owned(),
        Returns::PromotedFirst => format!("the type of {}, int as long", of(0)),
        Returns::ArrayOfFirst => "dynamic array".to_owned(),
        Returns::Common | Returns::CommonNonDynamic => "the common type of the arguments".to_owned(),
        Returns::Widest => "the widest number type of the arguments".to_owned(),
        Returns::Custom => "see the reference".to_owned(),
        Returns::Table => "table".to_owned(),
    }
}
