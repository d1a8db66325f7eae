//! Nodes while they are being read.

use super::Parser;
use super::event::Event;
use crate::SyntaxKind;

/// A node that has started and has no kind yet.
pub(super) struct Marker {
    pub(super) at: usize,
}

impl Marker {
    pub(super) fn complete(self, parser: &mut Parser<'_>, kind: SyntaxKind) -> Completed {
        if let Some(event) = parser.events.get_mut(self.at) {
            *event = Event::Start { kind, parent: None };
        }
        parser.events.push(Event::Finish);
        Completed { at: self.at }
    }

    /// Gives the node up; what was read in it belongs to the node around it.
    pub(super) fn abandon(self, parser: &mut Parser<'_>) {
        if self.at + 1 == parser.events.len() {
            parser.events.pop();
        }
    }
}

/// A node that has been read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Completed {
    at: usize,
}

impl Completed {
    /// Starts a node around this one.
    pub(super) fn precede(self, parser: &mut Parser<'_>) -> Marker {
        let marker = parser.start();
        let distance = marker.at - self.at;
        if let Some(Event::Start { parent, .. }) = parser.events.get_mut(self.at) {
            *parent = Some(distance);
        }
        marker
    }
}
