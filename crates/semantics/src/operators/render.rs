//! `render`: remembered for clients, without effect on the rows.

use quarry_syntax::ast;
use quarry_text::{Span, suggest};

use crate::binder::Binder;
use crate::diagnostics;
use crate::ir::{Rel, Render};

/// The ways to draw a result.
const CHARTS: &[&str] = &[
    "3Dchart",
    "anomalychart",
    "areachart",
    "barchart",
    "card",
    "columnchart",
    "graph",
    "ladderchart",
    "linechart",
    "list",
    "piechart",
    "pivotchart",
    "plotly",
    "sankey",
    "scatterchart",
    "stackedareachart",
    "table",
    "timechart",
    "timeline",
    "timepivot",
    "treemap",
];

impl Binder<'_> {
    pub(super) fn render(&mut self, node: &ast::RenderOperator, input: Rel, span: Span) -> Rel {
        let chart = node.chart();
        let place = self.place_of(chart.as_ref(), span);
        let visualization = chart.map(|chart| chart.value()).unwrap_or_default();
        if !visualization.is_empty() && !CHARTS.contains(&visualization.as_str()) {
            let closest = suggest::closest(&visualization, CHARTS.iter().copied());
            self.report(diagnostics::unknown_chart(&visualization, closest, place));
        }
        let properties = node
            .properties()
            .map(|property| (property.name(), property.word().unwrap_or_default()))
            .collect();
        self.render = Some(Render { visualization, properties });
        input
    }
}
