//! Graphs and patterns as text.

use std::fmt;

use super::{FoldKind, Graph, GraphDirection, GraphElement, GraphField, GraphMatch, NodeValue, PathFold, PatternEdge};
use crate::ir::display::list;

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tables = list(self.tables.iter().map(|table| format!("#{}", table.key)));
        write!(f, "#{} --> #{} with [{tables}]", self.source, self.target)?;
        match self.partition {
            Some(id) => write!(f, " partitioned by #{id}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for GraphMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "graph-match {:?} of {}: {}", self.search, self.graph, list(&self.pattern.edges))?;
        write!(f, " reading [{}] folding [{}]", list(&self.fields), list(&self.folds))?;
        if let Some(predicate) = &self.predicate {
            write!(f, " where {predicate}")?;
        }
        write!(f, " project {}", list(self.items.iter().map(|(id, expr)| format!("#{id}={expr}"))))
    }
}

impl fmt::Display for PatternEdge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, right) = match self.direction {
            GraphDirection::Forward => ("-", "->"),
            GraphDirection::Backward => ("<-", "-"),
            GraphDirection::Either => ("-", "-"),
        };
        let range = self.range.map_or_else(String::new, |(low, high)| format!("[*{low}..{high}]"));
        write!(f, "({}){left}{range}{right}({})", self.left, self.right)
    }
}

impl fmt::Display for GraphField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (element, at) = match self.element {
            GraphElement::Node(at) => ("node", at),
            GraphElement::Edge(at) => ("edge", at),
        };
        write!(f, "#{}={element} {at} {}", self.column.id, self.value)
    }
}

impl fmt::Display for PathFold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            FoldKind::All => "all".to_owned(),
            FoldKind::Any => "any".to_owned(),
            FoldKind::Map => "map".to_owned(),
            FoldKind::At(place) => format!("at {place}"),
            FoldKind::Length => "length".to_owned(),
        };
        let inner = if self.inner_nodes { "inner nodes of " } else { "" };
        let fields = list(self.fields.iter().map(|(column, value)| format!("#{}={value}", column.id)));
        write!(
            f,
            "#{}={kind}({inner}edge {}, [{fields}], {})",
            self.output.id, self.edge, self.expr
        )
    }
}

impl fmt::Display for NodeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NodeValue::Id => f.write_str("id"),
            NodeValue::Partition => f.write_str("partition"),
            NodeValue::Tables { columns, .. } => write!(f, "tables [{}]", list(columns.iter().flatten())),
            NodeValue::Component { strong: true } => f.write_str("strong component"),
            NodeValue::Component { strong: false } => f.write_str("component"),
            NodeValue::Property(id) => write!(f, "#{id}"),
            NodeValue::DegreeIn => f.write_str("degree in"),
            NodeValue::DegreeOut => f.write_str("degree out"),
        }
    }
}
