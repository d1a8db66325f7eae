//! What exclusions hid in a run, and which of them deserve a look.

use std::io::{self, Write};

use quarry_content::sidecar::ExclusionState;
use quarry_hunting::{Effect, ExclusionMode, Report, Team};

use crate::output::{Paint, count, counted, one_line};

/// One exclusion over all hunts of a run.
struct Total<'r> {
    effect: &'r Effect,
    rows: u64,
    findings: usize,
    changed: usize,
    warnings: Vec<String>,
}

/// The exclusions that were applied, in the order in which they first were.
fn totals<'r>(report: &'r Report<'_>) -> Vec<Total<'r>> {
    let mut totals: Vec<Total<'r>> = Vec::new();
    for hunt in &report.hunts {
        for effect in &hunt.exclusions {
            let same = |total: &Total<'_>| total.effect.id == effect.id && total.effect.path == effect.path;
            let at = totals.iter().position(same).unwrap_or_else(|| {
                totals.push(Total {
                    effect,
                    rows: 0,
                    findings: 0,
                    changed: 0,
                    warnings: Vec::new(),
                });
                totals.len() - 1
            });
            let Some(total) = totals.get_mut(at) else { continue };
            total.rows += effect.rows;
            total.findings += effect.findings;
            total.changed += effect.changed;
            let name = one_line(hunt.hunt.title());
            total
                .warnings
                .extend(effect.too_broad.iter().map(|why| format!("may be too broad: {why} ({name})")));
            total.warnings.extend(
                effect
                    .broken
                    .iter()
                    .map(|why| format!("was not applied to {name}: {}", one_line(why))),
            );
        }
    }
    totals
}

/// Writes what each exclusion hid, and warnings about those that are over, unfinished, unused, broken or too broad.
pub fn write(out: &mut dyn Write, report: &Report<'_>, team: &Team, paint: &Paint) -> io::Result<()> {
    let hunts: Vec<_> = report.hunts.iter().map(|hunt| hunt.hunt).collect();
    if team.mode == ExclusionMode::Ignore {
        let left_out = team
            .exclusions
            .iter()
            .filter(|one| hunts.iter().any(|hunt| one.is_for(hunt)))
            .count();
        if left_out > 0 {
            writeln!(
                out,
                "{}",
                paint.dim(format!("{} left out", counted(left_out, "exclusion", "exclusions")))
            )?;
        }
        return Ok(());
    }
    let totals = totals(report);
    let used: Vec<&Total<'_>> = totals.iter().filter(|total| total.rows > 0).collect();
    if !used.is_empty() {
        let findings: usize = hidden(report);
        let rows: u64 = used.iter().map(|total| total.rows).sum();
        let verb = if team.mode == ExclusionMode::OnlyExcluded {
            "Shown"
        } else {
            "Excluded"
        };
        writeln!(
            out,
            "{}",
            paint.bold(format!(
                "{verb}: {}, {} by {}",
                counted(findings, "finding", "findings"),
                counted(usize::try_from(rows).unwrap_or(usize::MAX), "row", "rows"),
                counted(used.len(), "exclusion", "exclusions")
            ))
        )?;
        for total in &used {
            let changed = if total.changed > 0 {
                format!(", {} changed", count(total.changed))
            } else {
                String::new()
            };
            let of = if total.effect.table.is_empty() {
                "of the result"
            } else {
                total.effect.table.as_str()
            };
            writeln!(
                out,
                "  {:<28} {}{changed}, {} {}",
                one_line(&total.effect.id),
                counted(total.findings, "finding", "findings"),
                counted(usize::try_from(total.rows).unwrap_or(usize::MAX), "row", "rows"),
                paint.dim(of)
            )?;
        }
    }
    for total in &totals {
        if total.rows == 0 && total.warnings.is_empty() {
            warn(out, paint, &total.effect.id, "hid nothing in this run: is it still needed?")?;
        }
        for warning in &total.warnings {
            warn(out, paint, &total.effect.id, warning)?;
        }
    }
    for (one, state) in team.idle(&hunts) {
        let why = match state {
            ExclusionState::Expired => format!("was over after {} and hides nothing: renew or remove it", one.exclusion.expires),
            ExclusionState::Unfinished(missing) => format!("hides nothing: it needs {}", missing.join(", ")),
            ExclusionState::Active => continue,
        };
        warn(out, paint, &one.exclusion.id, &why)?;
    }
    Ok(())
}

/// Findings that exclusions hid in all, each once.
fn hidden(report: &Report<'_>) -> usize {
    let of = |hunt: &quarry_hunting::HuntReport<'_>| hunt.before.as_ref().map_or(0, |_| hunt.hidden);
    report.hunts.iter().map(of).sum()
}

fn warn(out: &mut dyn Write, paint: &Paint, id: &str, text: &str) -> io::Result<()> {
    writeln!(out, "{} exclusion {} {text}", paint.yellow("warning:"), one_line(id))
}
