//! Content in the forms that other products take: an ARM template for Microsoft Sentinel, detection rules for Microsoft Graph (Defender XDR).
//!
//! What a form has no place for is said in remarks, never left out in silence.

mod arm;
mod arm_alerting;
mod entities;
mod graph;
mod iso;
mod remark;
#[cfg(test)]
mod tests;

use quarry_content::{ContentFunction, Hunt, HuntKind};
use quarry_semantics::Catalog;
use serde_json::Value;

pub use remark::{CHANGED, LEFT_OUT, NOT_CARRIED, REFUSED, Remark, place};

use crate::team::Team;
use remark::Remarks;

/// A form that content can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentForm {
    /// A template of Azure Resource Manager: rules, hunting queries and functions of a Sentinel workspace.
    Arm,
    /// Custom detections of Defender XDR, as Microsoft Graph takes them.
    GraphDetection,
}

/// What is exported, and how.
pub struct ContentExport<'a> {
    pub hunts: &'a [&'a Hunt],
    pub functions: &'a [&'a ContentFunction],
    /// Its values for tunables go into the queries.
    pub team: &'a Team,
    /// Whether rules begin to run as soon as they are there.
    pub enabled: bool,
    /// The tables and functions that queries may name.
    pub catalog: &'a dyn Catalog,
}

/// Content in its new form.
#[derive(Debug)]
pub struct Exported<'a> {
    pub value: Value,
    /// Hunts and functions that are in it.
    pub carried: usize,
    pub remarks: Vec<Remark<'a>>,
}

impl Exported<'_> {
    /// Hunts and functions that have no place in this form.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.remarks.iter().filter(|remark| remark.code == LEFT_OUT).count()
    }
}

/// Gives content a form.
#[must_use]
pub fn export<'a>(content: &ContentExport<'a>, form: ContentForm) -> Exported<'a> {
    let mut remarks = Remarks::default();
    let (value, carried) = match form {
        ContentForm::Arm => arm::template(content, &mut remarks),
        ContentForm::GraphDetection => graph::rules(content, &mut remarks),
    };
    Exported {
        value,
        carried,
        remarks: remarks.list,
    }
}

/// The hunts that look at everything. An exploration query runs for one entity.
fn for_all<'a>(content: &ContentExport<'a>, remarks: &mut Remarks<'a>) -> Vec<&'a Hunt> {
    let (one, all): (Vec<&Hunt>, Vec<&Hunt>) = content.hunts.iter().partition(|hunt| hunt.kind == HuntKind::Exploration);
    for hunt in one {
        let message = "an exploration query runs for one entity, and what is exported for all";
        remarks.left_out(hunt, "InputEntityType", message);
    }
    all
}

/// The query with the team's values; `None`, with a remark, when one of them does not fit.
fn query<'a>(content: &ContentExport<'a>, hunt: &'a Hunt, remarks: &mut Remarks<'a>) -> Option<String> {
    for exclusion in content.team.in_force(hunt) {
        let what = format!(
            "the exclusion `{}` has no place here: what it hides will be reported",
            exclusion.exclusion.id
        );
        remarks.not_carried(hunt, "query", what);
    }
    match content.team.overrides.apply(hunt) {
        Ok(edited) => Some(edited.text),
        Err(wrong) => {
            let reason = wrong.first().map(|diagnostic| diagnostic.message.clone()).unwrap_or_default();
            remarks.left_out(hunt, "query", reason);
            None
        }
    }
}

/// Whether a hunt is the first of its id. A template takes each id once.
fn first_of_its_id<'a>(seen: &mut std::collections::HashSet<String>, id: &str, hunt: &'a Hunt, remarks: &mut Remarks<'a>) -> bool {
    let new = seen.insert(id.to_ascii_lowercase());
    if !new {
        remarks.left_out(hunt, "id", format!("another hunt has the id {id} already"));
    }
    new
}
