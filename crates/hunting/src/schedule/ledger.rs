//! What makes a schedule safe from being killed.
//!
//! Everything that one batch of windows leads to (findings, runs, alerts, incidents) and how far the schedule has come are written to the
//! journal `_schedule` in one commit, under a number that counts up. That commit decides. Then the rows are copied to the journals that they
//! are for, under the same number, which each of them takes once. Whoever comes next finishes the copying of the last batch before it goes on,
//! so that there is never more than one to finish.

use quarry_engine::{LakeDatabase, Session};
use quarry_schema::KqlType;
use quarry_storage::{ALERTS, Entry, FINDINGS, INCIDENTS, Journal, Lake, RUNS, SCHEDULE, StorageError};
use quarry_value::{json, time};
use serde_json::Value;

use super::state::State;
use super::tick::ScheduleError;
use crate::engine::EngineRunner;
use crate::keep::literal;
use crate::runner::{QueryRunner, RunOptions};

/// The journals that batches are copied to, in this order: a run counts when its row is there.
const TARGETS: [&Journal; 4] = [&FINDINGS, &ALERTS, &INCIDENTS, &RUNS];
/// The target of the state.
const STATE: &str = "state";
/// Batches between two clearings of the journal.
const CLEAR_EVERY: i64 = 16;
/// Attempts to read the last batch while others write the next.
const ATTEMPTS: usize = 4;

/// Rows for journals.
#[derive(Debug, Clone, Default)]
pub(crate) struct Batch {
    rows: Vec<(&'static str, Vec<Entry>)>,
}

impl Batch {
    pub fn add(&mut self, journal: &Journal, row: Vec<Entry>) {
        self.rows.push((journal.name, row));
    }
}

/// The state of a schedule in a lake.
pub(crate) struct Ledger<'a> {
    lake: &'a Lake,
    session: &'a Session,
    schedule: &'a str,
    counter: String,
    /// The last batch.
    pub number: i64,
}

impl<'a> Ledger<'a> {
    /// Reads how far a schedule has come, without finishing anything.
    pub async fn peek(lake: &'a Lake, session: &'a Session, schedule: &'a str) -> Result<(Self, State), ScheduleError> {
        let (ledger, state, _) = Self::read(lake, session, schedule).await?;
        Ok((ledger, state))
    }

    /// Finishes the last batch and reads how far the schedule has come.
    pub async fn open(lake: &'a Lake, session: &'a Session, schedule: &'a str) -> Result<(Self, State), ScheduleError> {
        let (ledger, state, batch) = Self::read(lake, session, schedule).await?;
        ledger.copy(&batch).await?;
        Ok((ledger, state))
    }

    async fn read(lake: &'a Lake, session: &'a Session, schedule: &'a str) -> Result<(Self, State, Batch), ScheduleError> {
        let mut ledger = Self {
            lake,
            session,
            schedule,
            counter: format!("schedule:{schedule}"),
            number: 0,
        };
        for _ in 0..ATTEMPTS {
            let Some(number) = lake.number(&SCHEDULE, &ledger.counter).await? else {
                return Ok((ledger, State::default(), Batch::default()));
            };
            ledger.number = number;
            // Others may be ahead by now and have cleared this batch away.
            if let Some((state, batch)) = ledger.last_batch().await? {
                return Ok((ledger, state, batch));
            }
        }
        Err(ScheduleError::State(format!(
            "batch {} of schedule `{schedule}` is not in the lake",
            ledger.number
        )))
    }

    async fn last_batch(&self) -> Result<Option<(State, Batch)>, ScheduleError> {
        let database = LakeDatabase::of_journals(self.lake, &[SCHEDULE]).await?;
        let query = format!(
            "_schedule | where Batch == {} and Schedule == {} | project Target, Row",
            self.number,
            literal(self.schedule)
        );
        let table = EngineRunner::new(self.session, &database)
            .run(&query, &RunOptions::default())
            .await?;
        let mut state = None;
        let mut batch = Batch::default();
        for row in table.iter() {
            let (target, text) = (row.text(0), row.text(1));
            if target == STATE {
                let read = serde_json::from_str(&text);
                state = Some(read.map_err(|error| ScheduleError::State(error.to_string()))?);
                continue;
            }
            let journal = TARGETS.into_iter().find(|journal| journal.name == target);
            let decoded = journal.and_then(|journal| Some((journal.name, decode(journal, &text)?)));
            let decoded = decoded.ok_or_else(|| ScheduleError::State(format!("a row for `{target}` cannot be read")))?;
            batch.rows.push(decoded);
        }
        Ok(state.map(|state| (state, batch)))
    }

    /// Writes a batch and how far the schedule has come with it. `false`, and nothing is written, when another scheduler was faster: what was
    /// decided rests on a state that is over.
    pub async fn commit(&mut self, state: &State, batch: &Batch) -> Result<bool, ScheduleError> {
        let number = self.number + 1;
        let written = time::system_now();
        let row = |target: &str, text: &str| {
            let mut quoted = String::new();
            json::quote(text, &mut quoted);
            vec![
                Entry::Time(written),
                Entry::Text(self.schedule.to_owned()),
                Entry::Long(number),
                Entry::Text(target.to_owned()),
                Entry::Json(quoted),
            ]
        };
        let state = serde_json::to_string(state).map_err(|error| ScheduleError::State(error.to_string()))?;
        let rows = batch.rows.iter().map(|(target, entries)| row(target, &encode(entries)));
        let rows: Vec<Vec<Entry>> = std::iter::once(row(STATE, &state)).chain(rows).collect();
        if !self.lake.append_numbered(&SCHEDULE, rows, &self.counter, number).await? {
            return Ok(false);
        }
        self.number = number;
        self.copy(batch).await?;
        if number % CLEAR_EVERY == 0 {
            let old = |file: &quarry_storage::DataFile| {
                file.is_all("Schedule", self.schedule) && file.numbers("Batch").is_some_and(|(_, most)| most < number - 1)
            };
            self.lake.forget(&SCHEDULE, old).await?;
        }
        Ok(true)
    }

    /// Brings the rows of the last batch to their journals, where they are not there yet.
    async fn copy(&self, batch: &Batch) -> Result<(), StorageError> {
        for journal in TARGETS {
            let rows = batch.rows.iter().filter(|(target, _)| *target == journal.name);
            let rows: Vec<Vec<Entry>> = rows.map(|(_, row)| row.clone()).collect();
            if !rows.is_empty() {
                self.lake.append_numbered(journal, rows, &self.counter, self.number).await?;
            }
        }
        Ok(())
    }
}

/// A row as an array of JSON. Documents are texts in it, so that they come back letter by letter.
fn encode(row: &[Entry]) -> String {
    let values = row.iter().map(|entry| match entry {
        Entry::Null => Value::Null,
        Entry::Text(text) | Entry::Json(text) => Value::String(text.clone()),
        Entry::Long(number) | Entry::Time(number) => Value::from(*number),
        Entry::Real(number) => Value::from(*number),
    });
    Value::Array(values.collect()).to_string()
}

fn decode(journal: &Journal, text: &str) -> Option<Vec<Entry>> {
    let values: Vec<Value> = serde_json::from_str(text).ok()?;
    if values.len() != journal.columns.len() {
        return None;
    }
    let entries = journal.columns.iter().zip(values).map(|((_, ty), value)| {
        Some(match (ty, value) {
            (_, Value::Null) => Entry::Null,
            (KqlType::Dynamic, Value::String(text)) => Entry::Json(text),
            (_, Value::String(text)) => Entry::Text(text),
            (KqlType::DateTime, value) => Entry::Time(value.as_i64()?),
            (KqlType::Real, value) => Entry::Real(value.as_f64()?),
            (_, value) => Entry::Long(value.as_i64()?),
        })
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    async fn lake() -> (tempfile::TempDir, Lake, Session) {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path().to_str().unwrap()).await.unwrap();
        (folder, lake, Session::new(&quarry_engine::EngineConfig::default()).unwrap())
    }

    fn incident(text: &str) -> Vec<Entry> {
        let texts = [text, "open", "Title", "", ""].map(|text| Entry::Text(text.to_owned()));
        std::iter::once(Entry::Time(time::UNIX_EPOCH)).chain(texts).collect()
    }

    async fn incidents(lake: &Lake, session: &Session) -> Vec<String> {
        let database = LakeDatabase::of_journals(lake, &[INCIDENTS]).await.unwrap();
        let runner = EngineRunner::new(session, &database);
        let query = "_incidents | project Incident | sort by Incident asc";
        let table = runner.run(query, &RunOptions::default()).await.unwrap();
        table.iter().map(|row| row.text(0)).collect()
    }

    #[tokio::test]
    async fn a_batch_is_decided_once_and_finished_by_whoever_comes_next() {
        let (_folder, lake, session) = lake().await;
        let (mut first, mut state) = Ledger::open(&lake, &session, "s").await.unwrap();
        let (mut second, _) = Ledger::open(&lake, &session, "s").await.unwrap();
        state.rules.entry("r".to_owned()).or_default().done = 7;
        let mut batch = Batch::default();
        batch.add(&INCIDENTS, incident("a\"1"));
        assert!(first.commit(&state, &batch).await.unwrap());
        // A scheduler that decided on the state before is too late.
        assert!(!second.commit(&State::default(), &batch).await.unwrap());
        // Decided, and killed before anything was copied.
        let decided = vec![
            vec![
                Entry::Time(1),
                Entry::Text("s".to_owned()),
                Entry::Long(2),
                Entry::Text(STATE.to_owned()),
                Entry::Json("\"{\\\"rules\\\":{}}\"".to_owned()),
            ],
            vec![
                Entry::Time(1),
                Entry::Text("s".to_owned()),
                Entry::Long(2),
                Entry::Text("_incidents".to_owned()),
                Entry::Json(Value::String(encode(&incident("b"))).to_string()),
            ],
        ];
        assert!(lake.append_numbered(&SCHEDULE, decided, "schedule:s", 2).await.unwrap());
        assert_eq!(incidents(&lake, &session).await, ["a\"1"]);
        let (peeked, _) = Ledger::peek(&lake, &session, "s").await.unwrap();
        assert_eq!((peeked.number, incidents(&lake, &session).await.len()), (2, 1));
        for _ in 0..2 {
            let (third, state) = Ledger::open(&lake, &session, "s").await.unwrap();
            assert_eq!((third.number, state), (2, State::default()));
            assert_eq!(incidents(&lake, &session).await, ["a\"1", "b"]);
        }
    }

    #[tokio::test]
    async fn what_is_over_is_cleared_away_and_other_schedules_are_left_alone() {
        let (_folder, lake, session) = lake().await;
        let (mut other, state) = Ledger::open(&lake, &session, "other").await.unwrap();
        assert!(other.commit(&state, &Batch::default()).await.unwrap());
        let (mut ledger, state) = Ledger::open(&lake, &session, "s").await.unwrap();
        for _ in 0..CLEAR_EVERY + 1 {
            assert!(ledger.commit(&state, &Batch::default()).await.unwrap());
        }
        let table = lake.lake_table("_schedule").await.unwrap().unwrap();
        assert_eq!(table.files().len(), 4);
        let (other, _) = Ledger::open(&lake, &session, "other").await.unwrap();
        assert_eq!(other.number, 1);
    }
}
