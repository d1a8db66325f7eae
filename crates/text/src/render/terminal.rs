use std::borrow::Cow;
use std::fmt::Write as _;

use codespan_reporting::diagnostic::{Diagnostic as Report, Label as Mark, Severity as Level};
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{Config, emit_to_write_style};

use super::excerpt::Excerpt;
use crate::{Diagnostic, Severity, Span};

/// The diagnostics as text for a terminal, each with the source lines it is about.
///
/// With `colour`, ANSI escapes are used. Control and text-direction characters of the source
/// and the messages are replaced, so that a hostile query cannot drive the terminal.
#[must_use]
pub fn terminal(source_name: &str, source: &str, diagnostics: &[Diagnostic], colour: bool) -> String {
    if colour {
        let mut out = Ansi::new(Vec::new());
        write_all(&mut out, source_name, source, diagnostics);
        String::from_utf8_lossy(&out.into_inner()).into_owned()
    } else {
        let mut out = NoColor::new(Vec::new());
        write_all(&mut out, source_name, source, diagnostics);
        String::from_utf8_lossy(&out.into_inner()).into_owned()
    }
}

fn write_all<W: WriteColor>(out: &mut W, source_name: &str, source: &str, diagnostics: &[Diagnostic]) {
    let harmless = visible(source);
    let config = Config::default();
    for diagnostic in diagnostics {
        let primary = within(&harmless, diagnostic.span.into());
        let labels = diagnostic.labels.iter().map(|label| within(&harmless, label.span.into()));
        let marks: Vec<_> = std::iter::once(primary).chain(labels).collect();
        let file = Excerpt::new(visible(source_name).into_owned(), &harmless, &marks);
        let report = report(diagnostic, &harmless, &file);
        if emit_to_write_style(out, &config, &file, &report).is_err() {
            // The excerpt could not be drawn; the words alone must still arrive.
            let mut line = String::new();
            if writeln!(line, "{diagnostic}").is_ok() {
                let _ = out.write_all(visible(&line).as_bytes());
            }
        }
    }
}

fn report(diagnostic: &Diagnostic, source: &str, drawn: &Excerpt) -> Report<()> {
    let place = |span: Span| drawn.place(&within(source, span.into()));
    let level = match diagnostic.severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Note,
        Severity::Hint => Level::Help,
    };
    let own = diagnostic.labels.iter().find(|label| label.span == diagnostic.span);
    let help = diagnostic.help.as_deref();
    // Short advice reads best at the place itself, unless a label already speaks there.
    let (at_place, below) = match (own, help) {
        (Some(label), help) => (label.message.as_str(), help),
        (None, Some(help)) if !help.contains('\n') && help.chars().count() <= 80 => (help, None),
        (None, help) => ("", help),
    };
    let others = diagnostic.labels.iter().filter(|label| label.span != diagnostic.span);
    let mut report = Report::new(level)
        .with_code(&diagnostic.code)
        .with_message(visible(&diagnostic.message))
        .with_label(Mark::primary((), place(diagnostic.span)).with_message(visible(at_place)))
        .with_labels_iter(others.map(|label| Mark::secondary((), place(label.span)).with_message(visible(&label.message))));
    if let Some(help) = below {
        report = report.with_note(format!("help: {}", visible(help)));
    }
    report
}

fn within(source: &str, range: std::ops::Range<usize>) -> std::ops::Range<usize> {
    let start = source.floor_char_boundary(range.start.min(source.len()));
    let end = source.ceil_char_boundary(range.end.min(source.len()));
    start..end.max(start)
}

/// The text with every character that could act on a terminal replaced by one of the same
/// length in bytes, so that spans stay right.
fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts_on_terminal) {
        return Cow::Borrowed(text);
    }
    let replaced = text.chars().map(|c| match (acts_on_terminal(c), c.len_utf8()) {
        (false, _) => c,
        (true, _) if c == '\r' => ' ',
        (true, 1) => '?',
        (true, 2) => '·',
        (true, _) => char::REPLACEMENT_CHARACTER,
    });
    Cow::Owned(replaced.collect())
}

fn acts_on_terminal(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => c.is_control(),
    }
}
