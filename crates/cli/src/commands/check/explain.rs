//! `quarry check --explain`

use std::io::Write;

use quarry_text::suggest;

use crate::exit::{Exit, Failure, Outcome};
use crate::output::Terminal;

pub fn run(code: &str, terminal: &Terminal) -> Outcome {
    let Some(rule) = quarry_lint::rule(code) else {
        let upper = code.to_ascii_uppercase();
        let hint = if upper.starts_with("SYN") || upper.starts_with("SEM") {
            "codes of the language have no page: Kusto gives the same code for the same mistake, and the message says what is wrong"
                .to_owned()
        } else {
            let known = quarry_lint::rules().flat_map(|rule| [rule.code, rule.name]);
            suggest::closest(code, known).map_or_else(|| "docs/lints.md lists them".to_owned(), |close| format!("did you mean `{close}`?"))
        };
        return Err(Failure::with_hint(format!("nothing is explained under `{code}`"), hint));
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let paint = &terminal.paint;
    writeln!(
        out,
        "{} {}  {}",
        paint.bold(rule.code),
        paint.bold(rule.name),
        paint.dim(rule.level)
    )?;
    paragraph(&mut out, rule.summary, terminal)?;
    paragraph(&mut out, rule.why, terminal)?;
    example(&mut out, "Found in:", rule.fires, terminal)?;
    example(&mut out, "Not found in:", rule.silent, terminal)?;
    out.flush()?;
    Ok(Exit::Clean)
}

/// Text broken into lines of the terminal's width.
fn paragraph(out: &mut dyn Write, text: &str, terminal: &Terminal) -> std::io::Result<()> {
    let width = terminal.width.unwrap_or(100).clamp(40, 100);
    writeln!(out)?;
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            writeln!(out)?;
            used = 0;
        }
        if used > 0 {
            write!(out, " ")?;
            used += 1;
        }
        write!(out, "{word}")?;
        used += length;
    }
    writeln!(out)
}

fn example(out: &mut dyn Write, title: &str, text: &str, terminal: &Terminal) -> std::io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", terminal.paint.dim(title))?;
    for line in text.trim_end().lines() {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}
