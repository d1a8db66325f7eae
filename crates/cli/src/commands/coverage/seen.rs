//! What there is to know of hunts before they are counted.

use quarry_content::{Document, Hunt};
use quarry_hunting::{
    Coverage, EngineRunner, Gap, HuntDatabase, HuntFindings, KeptFindings, Readiness, findings_of, gaps, has_firing_test,
};

use super::hunts_of;
use crate::commands::findings::failed;
use crate::commands::ready;
use crate::exit::Failure;
use crate::input::{BesideArgs, LakeArgs, MemoryArgs};
use crate::lake;

/// Hunts, and what the lake and their tests say of them.
pub struct Seen<'a> {
    pub hunts: Vec<&'a Hunt>,
    /// Those with a test in which they fire.
    pub tested: Vec<&'a Hunt>,
    /// Those that the lake can answer; `None` without a lake.
    ready: Option<Vec<&'a Hunt>>,
    /// Kept findings; `None` without a lake.
    kept: Option<Vec<HuntFindings>>,
    /// Hunts of other content that the lake can answer.
    pub others: Vec<&'a Hunt>,
    pub gaps: Vec<Gap<'a>>,
}

impl<'a> Seen<'a> {
    /// Looks at content, at other content, and at the lake where there is one.
    pub async fn look(
        documents: &'a [Document],
        others: &'a [Document],
        lake_args: &LakeArgs,
        beside: &BesideArgs,
        now: Option<i64>,
    ) -> Result<Self, Failure> {
        let hunts = hunts_of(documents);
        let tested = hunts.iter().copied().filter(|hunt| has_firing_test(hunt, documents)).collect();
        let mut seen = Self {
            hunts,
            tested,
            ready: None,
            kept: None,
            others: Vec::new(),
            gaps: Vec::new(),
        };
        let database = lake::database(&lake_args.lake, beside, documents).await?;
        if database.is_empty() {
            return Ok(seen);
        }
        let answerable = |judged: Vec<Readiness<'a>>| judged.iter().filter(|one| one.is_ready()).map(|one| one.hunt).collect::<Vec<_>>();
        seen.ready = Some(answerable(ready::judged(&seen.hunts, documents, lake_args, beside, now).await?));
        seen.others = answerable(ready::judged(&hunts_of(others), others, lake_args, beside, now).await?);
        seen.kept = Some(kept(&database).await?);
        let state = ready::state(&database, lake_args).await?;
        seen.gaps = gaps(&Coverage::of(&seen.hunts), &state, &seen.others);
        Ok(seen)
    }

    /// Whether the lake can answer a hunt; `None` without a lake.
    pub fn can_run(&self, hunt: &Hunt) -> Option<bool> {
        self.ready.as_ref().map(|ready| holds(ready, hunt))
    }

    /// Whether there is a lake to ask.
    pub fn has_lake(&self) -> bool {
        self.ready.is_some()
    }

    pub fn is_tested(&self, hunt: &Hunt) -> bool {
        holds(&self.tested, hunt)
    }

    /// How many kept findings a hunt has; `None` without a lake.
    pub fn findings(&self, hunt: &Hunt) -> Option<usize> {
        self.kept.as_ref().map(|kept| findings_of(hunt, kept))
    }

    pub fn ready_or_refuse(&self) -> Result<&[&'a Hunt], Failure> {
        self.ready.as_deref().ok_or_else(no_lake)
    }

    pub fn findings_or_refuse(&self) -> Result<&[HuntFindings], Failure> {
        self.kept.as_deref().ok_or_else(no_lake)
    }
}

fn holds(hunts: &[&Hunt], hunt: &Hunt) -> bool {
    hunts.iter().any(|known| std::ptr::eq(*known, hunt))
}

fn no_lake() -> Failure {
    Failure::with_hint(
        "there is no lake with data",
        "`quarry ingest FOLDER` makes one; --lake or QUARRY_LAKE say where it is",
    )
}

async fn kept(database: &HuntDatabase) -> Result<Vec<HuntFindings>, Failure> {
    let session = lake::session(MemoryArgs::default())?;
    let runner = EngineRunner::new(&session, database);
    KeptFindings::new(&runner).of_hunts().await.map_err(failed)
}
