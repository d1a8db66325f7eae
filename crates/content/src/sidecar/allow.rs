//! Remarks of `quarry check` that a team has decided to live with, and for how long.

use quarry_text::{Diagnostic, Span};

use super::exclusion::end_of;
use super::model::Layer;
use crate::code;
use crate::node::Node;
use crate::strict::Strict;

const FIELDS: &[&str] = &["code", "line", "hunts", "owner", "reason", "ticket", "expires"];

/// A remark that is not to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowance {
    /// The code of the remark, or its name.
    pub code: String,
    /// The place of the code.
    pub span: Span,
    /// The line that the remark is about, without blanks around it; any line when empty.
    pub line: String,
    /// The hunts that it is for, by id; every hunt that the file is for when empty.
    pub hunts: Vec<String>,
    pub owner: String,
    pub reason: String,
    pub ticket: String,
    /// The last day on which it holds, as written.
    pub expires: String,
}

impl Allowance {
    /// Whether its last day is over at a moment, in ticks.
    #[must_use]
    pub fn is_over(&self, today: i64) -> bool {
        end_of(&self.expires).is_none_or(|end| today >= end)
    }
}

/// One entry of `allow`. Without a reason or an end it allows nothing.
pub(super) fn read(node: &Node, layer: Layer, diagnostics: &mut Vec<Diagnostic>) -> Option<Allowance> {
    let mut fields = Strict::new(node, "an allowance", FIELDS, diagnostics)?;
    let code = fields.needed("code");
    let reason = fields.needed("reason");
    let expires = fields.needed("expires");
    if let Some((text, span)) = expires
        && end_of(text).is_none()
    {
        fields.error(code::UNKNOWN_VALUE, "`expires` is a day, such as 2027-06-30", span);
        return None;
    }
    let hunts = fields.texts("hunts").into_iter().map(|(id, _)| id.to_owned()).collect();
    if layer == Layer::Hunt
        && let Some(entry) = fields.entry("hunts")
    {
        fields.error(
            code::UNKNOWN_FIELD,
            "an allowance in a sidecar is for the sidecar's hunt alone",
            entry.key_span,
        );
    }
    let (code, span) = code?;
    Some(Allowance {
        code: code.to_owned(),
        span,
        line: fields.owned("line"),
        hunts,
        owner: fields.owned("owner"),
        reason: reason?.0.to_owned(),
        ticket: fields.owned("ticket"),
        expires: expires?.0.to_owned(),
    })
}
