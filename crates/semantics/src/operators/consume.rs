//! `consume`: runs the query and gives nothing.

use quarry_text::Span;

use crate::binder::{Binder, rel, value};
use crate::ir::{Literal, Rel, RelKind};

impl Binder<'_> {
    pub(super) fn consume(&mut self, input: Rel, span: Span) -> Rel {
        let open = input.open;
        let count = value(Literal::Long(0), span);
        rel(RelKind::Take { input, count }, Vec::new(), false, open, span)
    }
}
