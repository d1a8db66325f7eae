//! JUnit XML, as build servers read it: a suite a hunt, a case a test.

use std::io::{self, Write};

use quarry_hunting::testing::Verdict;

use super::report::{complaints, line};
use super::{Run, Tested};

pub fn write(out: &mut dyn Write, run: &Run) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    let cases: usize = run.hunts.iter().map(|tested| tested.cases.len()).sum();
    let failed: usize = run.hunts.iter().map(Tested::failed).sum();
    writeln!(
        out,
        "<testsuites name=\"quarry\" tests=\"{}\" failures=\"{}\" time=\"{:.3}\">",
        cases + run.broken.len(),
        failed + run.broken.len(),
        run.started.elapsed().as_secs_f64()
    )?;
    for tested in run.hunts.iter().filter(|tested| !tested.cases.is_empty()) {
        suite(out, tested)?;
    }
    for document in &run.broken {
        let wrong = document.diagnostics.iter().find(|found| found.is_error());
        let message = wrong.map(|found| found.message.as_str()).unwrap_or_default();
        writeln!(out, "  <testsuite name=\"{}\" tests=\"1\" failures=\"1\">", escaped(&document.name))?;
        writeln!(
            out,
            "    <testcase name=\"sidecar\" classname=\"{}\"><failure message=\"{}\"/></testcase>",
            escaped(&document.name),
            escaped(message)
        )?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(out: &mut dyn Write, tested: &Tested) -> io::Result<()> {
    let seconds: f64 = tested.cases.iter().map(|case| case.elapsed.as_secs_f64()).sum();
    let broken = tested
        .cases
        .iter()
        .filter(|case| matches!(case.verdict, Verdict::Broken { .. }))
        .count();
    let name = escaped(tested.tested.hunt.title());
    writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{broken}\" time=\"{seconds:.3}\">",
        tested.cases.len(),
        tested.failed() - broken,
    )?;
    for case in &tested.cases {
        let head = format!(
            "    <testcase name=\"{}\" classname=\"{name}\" file=\"{}\" line=\"{}\" time=\"{:.3}\"",
            escaped(&case.case),
            escaped(&tested.tested.path),
            line(&tested.tested, case),
            case.elapsed.as_secs_f64()
        );
        let tag = match case.verdict {
            Verdict::Passed => {
                writeln!(out, "{head}/>")?;
                continue;
            }
            Verdict::Failed(_) => "failure",
            Verdict::Broken { .. } => "error",
        };
        let told = complaints(case);
        let first = told.first().and_then(|text| text.lines().next()).unwrap_or_default();
        writeln!(
            out,
            "{head}><{tag} message=\"{}\">{}</{tag}></testcase>",
            escaped(first),
            escaped(&told.join("\n"))
        )?;
    }
    writeln!(out, "  </testsuite>")
}

/// Text as XML holds it; characters that XML forbids become question marks.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('?'),
            c => out.push(c),
        }
    }
    out
}
