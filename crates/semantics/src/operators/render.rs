//! `render`: remembered for clients, without effect on the rows.

use quarry_syntax::ast;

use crate::binder::Binder;
use crate::ir::{Rel, Render};

impl Binder<'_> {
    pub(super) fn render(&mut self, node: &ast::RenderOperator, input: Rel) -> Rel {
        let visualization = node.chart().map(|chart| chart.value()).unwrap_or_default();
        let properties = node
            .properties()
            .map(|property| (property.name(), property.word().unwrap_or_default()))
            .collect();
        self.render = Some(Render { visualization, properties });
        input
    }
}
