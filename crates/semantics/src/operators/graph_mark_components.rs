//! `graph-mark-components`: a property that numbers the connected parts of a graph.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use super::graph::graph_rel;
use crate::binder::Binder;
use crate::diagnostics;
use crate::ir::{Graph, NodeProperty, NodeValue, Rel};

impl Binder<'_> {
    pub(super) fn graph_mark_components(&mut self, node: &ast::GraphMarkComponentsOperator, mut graph: Graph, span: Span) -> Rel {
        let word = |name: &str| node.param(name).and_then(|param| param.word());
        let strong = match word("kind").as_deref() {
            None | Some("weak") => false,
            Some("strong") => true,
            Some(other) => {
                let message = format!("graph-mark-components: kind is weak or strong, not '{other}'");
                self.report(diagnostics::general(message, span));
                false
            }
        };
        if graph.partition.is_some() {
            self.report(diagnostics::general(
                "graph-mark-components cannot stand inside partitioned-by",
                span,
            ));
        }
        let name = word("with_component_id").unwrap_or_else(|| "ComponentId".to_owned());
        graph.properties.push(NodeProperty {
            column: self.column(name, KqlType::Long),
            value: NodeValue::Component { strong },
        });
        graph_rel(graph, span)
    }
}
