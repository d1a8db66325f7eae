//! The matching: each row against the steps, from the last to the first.

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;

use super::cells::{Cell, Input};
use super::evaluate::Ahead;
use super::output::{Matched, Rows};
use super::{Output, Scan, Source, Step, Value};

/// A sequence that has come as far as some step.
#[derive(Debug)]
struct Sequence {
    /// A value for every slot; those of later steps are empty.
    slots: Vec<Cell>,
    match_id: i64,
    /// The last match of a step with `output=last`, which comes out when the run of matches ends.
    held: Option<Matched>,
}

/// A step while the rows pass.
#[derive(Debug, Default)]
struct Progress {
    sequence: Option<Sequence>,
    /// The declared columns that a match of this step leaves at their defaults.
    unassigned: Vec<usize>,
    /// What the condition says of the rows ahead with the state of the step before, and with its own.
    from_previous: Ahead,
    from_own: Ahead,
}

pub(super) fn run(scan: &Scan, rows: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let cells = |arrays: &[ArrayRef]| arrays.iter().map(Cell::of_one).collect::<Vec<_>>();
    let defaults = cells(&scan.defaults);
    let mut matcher = Matcher {
        scan,
        empty: cells(&scan.empty),
        steps: scan.steps.iter().map(|step| Progress::new(step, defaults.len())).collect(),
        next_match: 0,
        taker: Taker {
            input: &Input::new(rows),
            declared: defaults.clone(),
            defaults,
            out: Rows::new(scan),
        },
    };
    for row in 0..rows.num_rows() {
        for step in (0..scan.steps.len()).rev() {
            matcher.visit(step, row)?;
        }
    }
    matcher.finish(schema)
}

impl Progress {
    fn new(step: &Step, declared: usize) -> Self {
        let assigned = |column: &usize| step.assignments.iter().any(|(own, _)| own == column);
        Self {
            unassigned: (0..declared).filter(|column| !assigned(column)).collect(),
            ..Self::default()
        }
    }
}

struct Matcher<'a> {
    scan: &'a Scan,
    empty: Vec<Cell>,
    steps: Vec<Progress>,
    next_match: i64,
    taker: Taker<'a>,
}

/// Takes what matched.
struct Taker<'a> {
    input: &'a Input<'a>,
    defaults: Vec<Cell>,
    /// What the declared columns hold in the row at hand.
    declared: Vec<Cell>,
    out: Rows,
}

impl Taker<'_> {
    /// Assigns, remembers and gives out a row that matched.
    fn take(&mut self, step: &Step, unassigned: &[usize], row: usize, sequence: &mut Sequence) -> Result<()> {
        for column in unassigned {
            if let (Some(place), Some(default)) = (self.declared.get_mut(*column), self.defaults.get(*column)) {
                place.clone_from(default);
            }
        }
        for (column, value) in &step.assignments {
            let value = match value {
                Value::Row(column) => self.input.cell(*column, row),
                Value::State(expr) => expr.value(self.input, row, &sequence.slots)?,
            };
            if let Some(place) = self.declared.get_mut(*column) {
                *place = value;
            }
        }
        for (slot, source) in &step.slots {
            let Some(place) = sequence.slots.get_mut(*slot) else { continue };
            match source {
                Source::Input(column) => *place = self.input.cell(*column, row),
                Source::Declared(column) => {
                    if let Some(value) = self.declared.get(*column) {
                        place.clone_from(value);
                    }
                }
            }
        }
        match step.output {
            Output::All => self.out.push(row, sequence.match_id, &self.declared, self.input)?,
            Output::Last => {
                sequence.held = Some(Matched {
                    row,
                    match_id: sequence.match_id,
                    declared: self.declared.clone(),
                });
            }
            Output::None => {}
        }
        Ok(())
    }

    fn give(&mut self, matched: &Matched) -> Result<()> {
        self.out.push(matched.row, matched.match_id, &matched.declared, self.input)
    }
}

impl Matcher<'_> {
    /// Evaluates a row against a step.
    fn visit(&mut self, at: usize, row: usize) -> Result<()> {
        let scan = self.scan;
        let Some(step) = scan.steps.get(at) else { return Ok(()) };
        if !self.guarded(step, row) {
            return Ok(());
        }
        if at > 0 && self.advances(step, at, row)? {
            return self.advance(step, at, row);
        }
        if self.repeats(step, at, row)? {
            return self.repeat(step, at, row);
        }
        Ok(())
    }

    /// What the row alone decides.
    fn guarded(&self, step: &Step, row: usize) -> bool {
        step.guard.is_none_or(|column| {
            let flags = self.taker.input.columns.get(column);
            flags.and_then(|flags| flags.bool(row)) == Some(true)
        })
    }

    /// Whether the sequence of the step before goes on in this one.
    fn advances(&mut self, step: &Step, at: usize, row: usize) -> Result<bool> {
        let input = self.taker.input;
        let Some((before, own)) = self.pair(at) else { return Ok(false) };
        let Some(sequence) = &before.sequence else { return Ok(false) };
        match &step.condition {
            None => Ok(true),
            Some(condition) => own.from_previous.holds(condition, input, row, &sequence.slots),
        }
    }

    /// The step before, and the step itself.
    fn pair(&mut self, at: usize) -> Option<(&mut Progress, &mut Progress)> {
        match self.steps.get_mut(at.checked_sub(1)?..=at)? {
            [before, own] => Some((before, own)),
            _ => None,
        }
    }

    /// Whether the row repeats the step's match, or begins the first step.
    fn repeats(&mut self, step: &Step, at: usize, row: usize) -> Result<bool> {
        let empty = &self.empty;
        let Some(own) = self.steps.get_mut(at) else { return Ok(false) };
        let slots = match &own.sequence {
            Some(sequence) => &sequence.slots,
            None if at == 0 => empty,
            None => return Ok(false),
        };
        match &step.condition {
            None => Ok(true),
            Some(condition) => own.from_own.holds(condition, self.taker.input, row, slots),
        }
    }

    /// The sequence of the step before becomes the step's own.
    fn advance(&mut self, step: &Step, at: usize, row: usize) -> Result<()> {
        let Some((before, own)) = self.pair(at) else { return Ok(()) };
        let old = own.sequence.take().and_then(|sequence| sequence.held);
        let Some(mut sequence) = before.sequence.take() else {
            return Ok(());
        };
        let held = sequence.held.take();
        own.sequence = Some(sequence);
        for matched in old.iter().chain(&held) {
            self.taker.give(matched)?;
        }
        self.forget(at - 1);
        self.matched(step, at, row)
    }

    fn repeat(&mut self, step: &Step, at: usize, row: usize) -> Result<()> {
        if let Some(own) = self.steps.get_mut(at)
            && own.sequence.is_none()
        {
            own.sequence = Some(Sequence {
                slots: self.empty.clone(),
                match_id: self.next_match,
                held: None,
            });
            self.next_match += 1;
        }
        self.matched(step, at, row)
    }

    /// The step's sequence takes a row.
    fn matched(&mut self, step: &Step, at: usize, row: usize) -> Result<()> {
        if let Some(own) = self.steps.get_mut(at)
            && let Some(sequence) = &mut own.sequence
        {
            self.taker.take(step, &own.unassigned, row, sequence)?;
        }
        self.forget(at);
        Ok(())
    }

    /// The state of a step has changed: what was evaluated ahead with it is void.
    fn forget(&mut self, at: usize) {
        if let Some(own) = self.steps.get_mut(at) {
            own.from_own.forget();
        }
        if let Some(after) = self.steps.get_mut(at + 1) {
            after.from_previous.forget();
        }
    }

    fn finish(mut self, schema: &SchemaRef) -> Result<RecordBatch> {
        let held = self
            .steps
            .iter_mut()
            .filter_map(|step| step.sequence.take())
            .filter_map(|sequence| sequence.held);
        let mut held: Vec<Matched> = held.collect();
        held.sort_by_key(|matched| matched.row);
        for matched in held {
            self.taker.give(&matched)?;
        }
        self.taker.out.finish(self.scan, self.taker.input.rows, schema)
    }
}
