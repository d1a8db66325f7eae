//! What `--dry-run` prints: which rule would look at which window, and why.

use std::io::{self, Write};

use quarry_hunting::schedule::{Scheduler, Skipped, Window};
use quarry_value::format;
use serde_json::{Value, json};

use crate::exit::{Exit, Failure, Outcome};
use crate::output::{self, Format, Grid, Terminal, counted};

/// A line of the plan.
struct Line {
    rule: String,
    id: String,
    from: Option<i64>,
    to: Option<i64>,
    why: String,
    next: Option<i64>,
}

pub async fn write(scheduler: &Scheduler<'_>, now: i64, format: Format, terminal: &Terminal) -> Outcome {
    let todo = scheduler.todo(now).await.map_err(Failure::new)?;
    let mut lines = Vec::new();
    for one in &todo {
        let hunt = one.rule.hunt;
        let line = |window: Option<Window>, why: String| Line {
            rule: hunt.title().to_owned(),
            id: hunt.id.clone(),
            from: window.and_then(|window| window.from),
            to: window.map(|window| window.to),
            why,
            next: one.due.next,
        };
        if let Some(Skipped { first, last }) = one.due.skipped {
            lines.push(line(None, format!("left out: missed from {} to {}", minute(first), minute(last))));
        }
        lines.extend(one.due.windows.iter().map(|(window, why)| line(Some(*window), why.to_string())));
        if one.due.windows.is_empty() {
            lines.push(line(None, "nothing due".to_owned()));
        }
    }
    for (hunt, reason) in &scheduler.plan.left_out {
        lines.push(Line {
            rule: hunt.title().to_owned(),
            id: hunt.id.clone(),
            from: None,
            to: None,
            why: format!("does not run: {reason}"),
            next: None,
        });
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => {
            let mut grid = Grid::new(["Rule", "From", "To", "Why", "Next at"], terminal.width);
            for line in &lines {
                let time = |ticks: Option<i64>| ticks.map(minute).unwrap_or_default();
                grid.push([line.rule.clone(), time(line.from), time(line.to), line.why.clone(), time(line.next)]);
            }
            grid.write(&mut out, &terminal.paint, "")?;
            let windows = lines.iter().filter(|line| line.to.is_some()).count();
            writeln!(
                out,
                "{}",
                terminal.paint.dim(counted(windows, "window to look at", "windows to look at"))
            )?;
        }
        Format::Jsonl => {
            for line in &lines {
                writeln!(out, "{}", object(line))?;
            }
        }
        Format::Json => {
            let objects: Vec<Value> = lines.iter().map(object).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&objects).unwrap_or_default())?;
        }
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(&mut out);
            writer
                .write_record(["rule", "id", "from", "to", "why", "next"])
                .map_err(io::Error::from)?;
            for line in &lines {
                let time = |ticks: Option<i64>| ticks.map(exact).unwrap_or_default();
                let cells = [
                    line.rule.clone(),
                    line.id.clone(),
                    time(line.from),
                    time(line.to),
                    line.why.clone(),
                    time(line.next),
                ];
                writer.write_record(cells).map_err(io::Error::from)?;
            }
            writer.flush()?;
        }
    }
    out.flush()?;
    Ok(Exit::Clean)
}

fn object(line: &Line) -> Value {
    json!({
        "rule": line.rule, "id": line.id, "from": line.from.map(exact), "to": line.to.map(exact), "why": line.why,
        "next": line.next.map(exact),
    })
}

fn exact(ticks: i64) -> String {
    let mut text = String::new();
    format::datetime_trimmed(ticks, &mut text);
    text
}

/// For people: times of schedules are whole minutes.
pub fn minute(ticks: i64) -> String {
    output::minute(&exact(ticks))
}
