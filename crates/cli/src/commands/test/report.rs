//! Tests as people and programs read them.

use std::io::{self, Write};

use quarry_hunting::testing::{CaseReport, MutationReport, TestedHunt, Verdict};
use quarry_text::{Diagnostic, LineIndex, render};
use serde_json::json;

use super::{Run, Tested};
use crate::output::{Paint, counted, elapsed, one_line};

/// The line of a case in its file, from 1.
pub fn line(tested: &TestedHunt, case: &CaseReport) -> u32 {
    LineIndex::new(&tested.source).line_column(case.span.start).line
}

/// What is wrong with a case, in lines.
pub fn complaints(case: &CaseReport) -> Vec<String> {
    match &case.verdict {
        Verdict::Passed => Vec::new(),
        Verdict::Failed(differences) => differences.clone(),
        Verdict::Broken { diagnostics, .. } => diagnostics
            .iter()
            .map(|found| match &found.help {
                Some(help) => format!("{}: {} ({help})", found.code, found.message),
                None => format!("{}: {}", found.code, found.message),
            })
            .collect(),
    }
}

/// False-positive scenarios of a hunt that no case plays.
pub fn uncovered(tested: &TestedHunt) -> Vec<&str> {
    let played = |name: &str| tested.tests.cases.iter().any(|case| case.scenario == name);
    let scenarios = tested.hunt.scenarios.iter().map(|scenario| scenario.name.as_str());
    scenarios.filter(|name| !played(name)).collect()
}

pub fn people(out: &mut dyn Write, run: &Run, verbose: bool, paint: &Paint) -> io::Result<()> {
    for document in &run.broken {
        let wrong: Vec<_> = document.diagnostics.iter().filter(|found| found.is_error()).cloned().collect();
        write!(out, "{}", render::terminal(&document.name, &document.source, &wrong, paint.is_on()))?;
    }
    for stray in &run.strays {
        writeln!(out, "{} {stray}", paint.yellow("warning:"))?;
    }
    for tested in &run.hunts {
        hunt(out, tested, verbose, paint)?;
    }
    let cases: usize = run.hunts.iter().map(|tested| tested.cases.len()).sum();
    let failed: usize = run.hunts.iter().map(Tested::failed).sum();
    let without = run.hunts.iter().filter(|tested| tested.cases.is_empty()).count();
    let mut parts = vec![
        counted(run.hunts.len(), "hunt", "hunts"),
        counted(cases, "test", "tests"),
        format!("{} passed", cases - failed),
        format!("{failed} failed"),
    ];
    if without > 0 {
        parts.push(format!("{} without tests", counted(without, "hunt", "hunts")));
    }
    let reports = || run.hunts.iter().filter_map(|tested| tested.mutation.as_ref());
    if reports().next().is_some() {
        let noticed: usize = reports().map(|report| report.noticed).sum();
        let survived: usize = reports().map(|report| report.survivors.len()).sum();
        let total = MutationReport {
            noticed,
            survivors: reports().flat_map(|report| report.survivors.clone()).collect(),
            ..MutationReport::default()
        };
        let score = total.score().map_or(String::new(), |score| format!(" ({score:.1} %)"));
        parts.push(format!("{noticed} of {} changes noticed{score}", noticed + survived));
    }
    parts.push(elapsed(run.started.elapsed()));
    let line = parts.join(" · ");
    writeln!(
        out,
        "{}",
        if failed > 0 || run.too_low() > 0 {
            paint.red(line)
        } else {
            paint.bold(line)
        }
    )
}

fn hunt(out: &mut dyn Write, tested: &Tested, verbose: bool, paint: &Paint) -> io::Result<()> {
    let failed = tested.failed();
    let report = tested.mutation.as_ref();
    let score = report
        .and_then(MutationReport::score)
        .map_or(String::new(), |score| format!(" · {score:.1} % of changes noticed"));
    let (mark, state) = match (tested.cases.len(), failed) {
        (0, _) => (paint.dim("-"), "no tests".to_owned()),
        (all, 0) => (paint.green("✓"), format!("{all} passed")),
        (all, failed) => (paint.red("✗"), format!("{failed} of {all} failed")),
    };
    writeln!(
        out,
        "{mark} {}  {}",
        paint.bold(one_line(tested.tested.hunt.title())),
        paint.dim(format!("{state}{score}"))
    )?;
    for case in &tested.cases {
        if case.verdict.passed() {
            if verbose {
                writeln!(
                    out,
                    "    {} {} {}",
                    paint.green("✓"),
                    one_line(&case.case),
                    paint.dim(elapsed(case.elapsed))
                )?;
            }
            continue;
        }
        let place = format!("{}:{}", tested.tested.path, line(&tested.tested, case));
        writeln!(out, "    {} {}  {}", paint.red("✗"), one_line(&case.case), paint.dim(place))?;
        if let Verdict::Broken { diagnostics, in_hunt } = &case.verdict {
            let (name, source) = match in_hunt {
                true => (&tested.tested.hunt.path, &tested.tested.hunt_source),
                false => (&tested.tested.path, &tested.tested.source),
            };
            write!(out, "{}", render::terminal(name, source, diagnostics, paint.is_on()))?;
            continue;
        }
        for complaint in complaints(case) {
            writeln!(out, "        {}", complaint.replace('\n', "\n        "))?;
        }
    }
    for scenario in uncovered(&tested.tested) {
        if !tested.cases.is_empty() {
            writeln!(
                out,
                "    {} no test plays the scenario \"{}\"",
                paint.yellow("⚠"),
                one_line(scenario)
            )?;
        }
    }
    if let Some(report) = report {
        mutation(out, &tested.tested, report, paint)?;
    }
    Ok(())
}

fn mutation(out: &mut dyn Write, tested: &TestedHunt, report: &MutationReport, paint: &Paint) -> io::Result<()> {
    if !report.failing.is_empty() {
        return writeln!(out, "    {} not mutated: its tests fail as it is", paint.yellow("⚠"));
    }
    for (in_exclusions, name, source) in [
        (false, &tested.hunt.path, &tested.hunt_source),
        (true, &tested.path, &tested.source),
    ] {
        let survivors = report.survivors.iter().filter(|one| one.exclusion.is_some() == in_exclusions);
        let notices: Vec<Diagnostic> = survivors
            .map(|one| Diagnostic::warning("Q0320", format!("no test notices: {}", one.change), one.span))
            .collect();
        if !notices.is_empty() {
            write!(out, "{}", render::terminal(name, source, &notices, paint.is_on()))?;
        }
    }
    for (line, change) in &report.stale {
        writeln!(
            out,
            "    {} marked equivalent, but the query has no such change: {line} ({change})",
            paint.yellow("⚠")
        )?;
    }
    let left_out = if report.left_out > 0 {
        format!(", {} left out", report.left_out)
    } else {
        String::new()
    };
    let line = format!(
        "    {} changes: {} noticed, {} not, {} equivalent, {} give no query{left_out}",
        report.noticed + report.survivors.len() + report.equivalent + report.invalid,
        report.noticed,
        report.survivors.len(),
        report.equivalent,
        report.invalid,
    );
    writeln!(out, "{}", paint.dim(line))
}

pub fn json(out: &mut dyn Write, run: &Run) -> io::Result<()> {
    let hunts: Vec<_> = run.hunts.iter().map(object).collect();
    let broken: Vec<_> = run
        .broken
        .iter()
        .map(|document| json!({ "file": document.name, "diagnostics": render::json(&document.source, &document.diagnostics) }))
        .collect();
    let whole = json!({
        "hunts": hunts,
        "sidecars_with_errors": broken,
        "sidecars_without_hunt": run.strays,
        "seconds": run.started.elapsed().as_secs_f64(),
    });
    writeln!(out, "{}", serde_json::to_string_pretty(&whole).unwrap_or_default())
}

fn object(tested: &Tested) -> serde_json::Value {
    let cases: Vec<_> = tested
        .cases
        .iter()
        .map(|case| {
            json!({
                "name": case.case, "passed": case.verdict.passed(), "line": line(&tested.tested, case),
                "seconds": case.elapsed.as_secs_f64(), "problems": complaints(case),
            })
        })
        .collect();
    let mutation = tested.mutation.as_ref().map(|report| {
        let (in_hunt, in_sidecar) = (LineIndex::new(&tested.tested.hunt_source), LineIndex::new(&tested.tested.source));
        let survivors: Vec<_> = report
            .survivors
            .iter()
            .map(|one| {
                let index = if one.exclusion.is_some() { &in_sidecar } else { &in_hunt };
                let place = index.line_column(one.span.start);
                json!({ "change": one.change, "exclusion": one.exclusion, "text": one.line, "line": place.line, "column": place.column })
            })
            .collect();
        json!({
            "score": report.score(), "noticed": report.noticed, "survivors": survivors, "equivalent": report.equivalent,
            "invalid": report.invalid, "left_out": report.left_out,
        })
    });
    json!({
        "id": tested.tested.hunt.id, "name": tested.tested.hunt.name, "file": tested.tested.hunt.path, "sidecar": tested.tested.path,
        "tests": cases, "scenarios_without_test": uncovered(&tested.tested), "mutation": mutation,
    })
}
