//! Coverage as people read it.

use std::io::{self, Write};

use quarry_content::Hunt;
use quarry_hunting::{Coverage, Gap};
use quarry_schema::attack;

use super::seen::Seen;
use crate::output::{Grid, Terminal, count, counted, one_line};

/// Gaps that are shown without being asked for.
const FEW: usize = 10;

/// Writes a line for each tactic, its hunts if they are wanted, and the gaps.
pub fn write(out: &mut dyn Write, seen: &Seen<'_>, with_hunts: bool, all_gaps: bool, terminal: &Terminal) -> io::Result<()> {
    let coverage = Coverage::of(&seen.hunts);
    let heads = ["Tactic", "Hunts", "Can run", "Tested", "Findings", "Techniques"];
    let mut grid = Grid::new(heads, terminal.width);
    for column in 1..=4 {
        grid = grid.right(column);
    }
    for (tactic, cells) in &coverage.tactics {
        let hunts = coverage.hunts_of(*tactic);
        let techniques: Vec<String> = cells
            .iter()
            .filter(|(id, _)| !id.is_empty())
            .map(|(id, hunts)| match hunts.len() {
                1 => id.clone(),
                many => format!("{id} ×{many}"),
            })
            .collect();
        grid.push([
            tactic.title().to_owned(),
            count(hunts.len()),
            or_dash(hunts.iter().map(|hunt| seen.can_run(hunt).map(usize::from)).sum()),
            count(hunts.iter().filter(|hunt| seen.is_tested(hunt)).count()),
            or_dash(hunts.iter().map(|hunt| seen.findings(hunt)).sum()),
            techniques.join(", "),
        ]);
        if with_hunts {
            hunts.iter().for_each(|hunt| grid.push(hunt_row(hunt, seen)));
        }
    }
    grid.write(out, &terminal.paint, "")?;
    gaps(out, &seen.gaps, all_gaps, terminal)?;
    let mut totals = vec![
        counted(seen.hunts.len(), "hunt", "hunts"),
        counted(coverage.techniques().len(), "technique", "techniques"),
    ];
    match seen.has_lake() {
        true => totals.push(counted(seen.gaps.len(), "gap", "gaps")),
        false => totals.push("no lake: what can run, findings and gaps are not known".to_owned()),
    }
    writeln!(out, "{}", terminal.paint.dim(totals.join(" · ")))
}

fn hunt_row(hunt: &Hunt, seen: &Seen<'_>) -> [String; 6] {
    let tick = |yes: bool| if yes { "✓" } else { "" }.to_owned();
    [
        format!("  {}", one_line(hunt.title())),
        String::new(),
        seen.can_run(hunt).map_or_else(|| "–".to_owned(), tick),
        tick(seen.is_tested(hunt)),
        seen.findings(hunt)
            .map_or_else(|| "–".to_owned(), |found| if found > 0 { count(found) } else { String::new() }),
        hunt.techniques.join(", "),
    ]
}

fn or_dash(number: Option<usize>) -> String {
    number.map_or_else(|| "–".to_owned(), count)
}

fn gaps(out: &mut dyn Write, gaps: &[Gap<'_>], all: bool, terminal: &Terminal) -> io::Result<()> {
    if gaps.is_empty() {
        return Ok(());
    }
    let paint = &terminal.paint;
    writeln!(out, "\n{}", paint.bold("Data is there, and no hunt:"))?;
    let shown = if all { gaps.len() } else { gaps.len().min(FEW) };
    let mut grid = Grid::new(["Technique", "Tactics", "Published hunts", "Where to look"], terminal.width).right(2);
    for gap in gaps.iter().take(shown) {
        let tactics: Vec<&str> = attack::tactics_of(&gap.technique).iter().map(|tactic| tactic.title()).collect();
        let mut places: Vec<String> = gap.hunts.iter().take(2).map(|hunt| one_line(hunt.title())).collect();
        if gap.hunts.len() > places.len() {
            places.push(format!("{} more", count(gap.hunts.len() - places.len())));
        }
        if places.is_empty() {
            places.extend(gap.tables.iter().take(2).map(|tables| tables.join(" with ")));
        }
        grid.push([gap.technique.clone(), tactics.join(", "), count(gap.published), places.join(", ")]);
    }
    grid.write(out, paint, "  ")?;
    if gaps.len() > shown {
        writeln!(
            out,
            "  {}",
            paint.dim(format!("{} more: --gaps shows all", count(gaps.len() - shown)))
        )?;
    }
    writeln!(out)
}
