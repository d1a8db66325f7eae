//! Walks over the representation: the columns an expression reads, and copies with fresh column ids.

use std::collections::{HashMap, HashSet};

use super::{
    Aggregate, Candidates, ColumnId, Expr, ExprKind, MakeSeries, MvExpand, Parse, ParsePart, PathSegment, PluginArg, PluginValue, Rel,
    RelKind, Scan, SortKey,
};

impl Rel {
    /// Calls `visit` for every expression of this operator itself, not of its inputs.
    pub fn each_expr(&self, visit: &mut dyn FnMut(&Expr)) {
        let items = |items: &[(ColumnId, Expr)], visit: &mut dyn FnMut(&Expr)| items.iter().for_each(|(_, expr)| visit(expr));
        match self.kind.as_ref() {
            RelKind::Table { .. }
            | RelKind::Shared { .. }
            | RelKind::GroupInput { .. }
            | RelKind::Partition { .. }
            | RelKind::Union { .. }
            | RelKind::Outside(_)
            | RelKind::Graph(_)
            | RelKind::GraphNodes { .. }
            | RelKind::Unsupported { .. } => {}
            RelKind::GraphMatch(node) => {
                node.folds.iter().for_each(|fold| visit(&fold.expr));
                node.predicate.iter().for_each(&mut *visit);
                items(&node.items, visit);
            }
            RelKind::Rows { rows } => rows.iter().flatten().for_each(visit),
            RelKind::Range { from, to, step } => [from, to, step].into_iter().for_each(visit),
            RelKind::Filter { predicate, .. } => visit(predicate),
            RelKind::Project { items: list, .. } | RelKind::Window { items: list, .. } => items(list, visit),
            RelKind::Summarize { keys, aggregates, .. } => {
                items(keys, visit);
                aggregates.iter().flat_map(|aggregate| &aggregate.args).for_each(visit);
            }
            RelKind::Join { on, .. } => on.iter().flat_map(|(left, right)| [left, right]).for_each(visit),
            RelKind::Sort { keys, .. } => keys.iter().map(|key| &key.expr).for_each(visit),
            RelKind::Take { count, .. } => visit(count),
            RelKind::MvExpand(expand) | RelKind::MvApply { expand, .. } => expand.items.iter().map(|item| &item.expr).for_each(visit),
            RelKind::MakeSeries(series) => {
                series.aggregates.iter().flat_map(|aggregate| &aggregate.args).for_each(&mut *visit);
                for series in &series.series {
                    visit(&series.value);
                    visit(&series.default);
                }
                visit(&series.axis.1);
                series.from.iter().chain(&series.to).for_each(&mut *visit);
                visit(&series.step);
                items(&series.keys, visit);
            }
            RelKind::Parse(parse) => visit(&parse.source),
            RelKind::ParseKv(parse) => visit(&parse.source),
            RelKind::Reduce(reduce) => visit(&reduce.by),
            RelKind::Plugin { args, .. } => {
                for arg in args {
                    if let PluginValue::Expr(expr) = &arg.value {
                        visit(expr);
                    }
                }
            }
            RelKind::Scan(scan) => {
                items(&scan.declared, visit);
                for step in &scan.steps {
                    visit(&step.condition);
                    items(&step.assignments, visit);
                }
            }
            RelKind::Sample { count, distinct, .. } => {
                visit(count);
                distinct.iter().for_each(visit);
            }
        }
    }

    /// The tabular expressions that this one reads, subqueries aside.
    #[must_use]
    pub fn inputs(&self) -> Vec<&Rel> {
        super::display::inputs(self)
    }
}

impl Expr {
    /// Calls `visit` for this expression and every one inside it. Subqueries are not entered.
    pub fn walk(&self, visit: &mut dyn FnMut(&Expr)) {
        visit(self);
        self.parts().into_iter().for_each(|part| part.walk(visit));
    }

    /// The expressions directly inside this one.
    #[must_use]
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Column(_) | ExprKind::Literal(_) | ExprKind::Scalar(_) => Vec::new(),
            ExprKind::Call { args, .. } => args.iter().collect(),
            ExprKind::Unary { operand, .. } | ExprKind::Convert(operand) => vec![operand.as_ref()],
            ExprKind::Binary { left, right, .. } => vec![left.as_ref(), right.as_ref()],
            ExprKind::Logical { operands, .. } => operands.iter().collect(),
            ExprKind::Membership { value, candidates, .. } => {
                let list = match candidates {
                    Candidates::List(list) => list.as_slice(),
                    Candidates::Set(_) => &[],
                };
                std::iter::once(value.as_ref()).chain(list).collect()
            }
            ExprKind::Between { value, low, high, .. } => vec![value.as_ref(), low.as_ref(), high.as_ref()],
            ExprKind::Path { base, segments } => {
                let keys = segments.iter().filter_map(|segment| match segment {
                    PathSegment::Dynamic(expr) => Some(expr.as_ref()),
                    _ => None,
                });
                std::iter::once(base.as_ref()).chain(keys).collect()
            }
        }
    }

    /// The same, to be changed.
    pub fn parts_mut(&mut self) -> Vec<&mut Expr> {
        match &mut self.kind {
            ExprKind::Column(_) | ExprKind::Literal(_) | ExprKind::Scalar(_) => Vec::new(),
            ExprKind::Call { args, .. } => args.iter_mut().collect(),
            ExprKind::Unary { operand, .. } | ExprKind::Convert(operand) => vec![operand.as_mut()],
            ExprKind::Binary { left, right, .. } => vec![left.as_mut(), right.as_mut()],
            ExprKind::Logical { operands, .. } => operands.iter_mut().collect(),
            ExprKind::Membership { value, candidates, .. } => {
                let list = match candidates {
                    Candidates::List(list) => list.as_mut_slice(),
                    Candidates::Set(_) => &mut [],
                };
                std::iter::once(value.as_mut()).chain(list).collect()
            }
            ExprKind::Between { value, low, high, .. } => vec![value.as_mut(), low.as_mut(), high.as_mut()],
            ExprKind::Path { base, segments } => {
                let keys = segments.iter_mut().filter_map(|segment| match segment {
                    PathSegment::Dynamic(expr) => Some(expr.as_mut()),
                    _ => None,
                });
                std::iter::once(base.as_mut()).chain(keys).collect()
            }
        }
    }

    /// The columns that this expression reads, each once, in order of appearance.
    #[must_use]
    pub fn columns(&self) -> Vec<ColumnId> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        self.walk(&mut |expr| {
            if let ExprKind::Column(id) = expr.kind
                && seen.insert(id)
            {
                found.push(id);
            }
        });
        found
    }

    /// The number of expressions in this one, itself included.
    #[must_use]
    pub fn size(&self) -> usize {
        let mut size = 0;
        self.walk(&mut |_| size += 1);
        size
    }

    /// Whether a window function (`prev`, `row_number`) is called anywhere inside.
    #[must_use]
    pub fn has_window_call(&self) -> bool {
        let mut found = false;
        self.walk(&mut |expr| {
            if let ExprKind::Call { function, .. } = &expr.kind {
                found |= function.kind == quarry_schema::FunctionKind::Window;
            }
        });
        found
    }
}

/// Gives a copied tree column ids of its own.
pub struct Renumber<'a> {
    next: &'a mut ColumnId,
    map: HashMap<ColumnId, ColumnId>,
}

impl<'a> Renumber<'a> {
    /// New ids are counted up from `next`.
    pub fn new(next: &'a mut ColumnId) -> Self {
        Self { next, map: HashMap::new() }
    }

    pub(super) fn id(&mut self, id: &mut ColumnId) {
        let next = &mut *self.next;
        *id = *self.map.entry(*id).or_insert_with(|| {
            let fresh = *next;
            *next = next.saturating_add(1);
            fresh
        });
    }

    /// Renumbers an expression in place.
    pub fn expr(&mut self, expr: &mut Expr) {
        if let ExprKind::Column(id) = &mut expr.kind {
            self.id(id);
        }
        expr.parts_mut().into_iter().for_each(|part| self.expr(part));
    }

    fn pairs(&mut self, pairs: &mut [(ColumnId, ColumnId)]) {
        for (to, from) in pairs {
            self.id(to);
            self.id(from);
        }
    }

    fn exprs(&mut self, exprs: &mut [Expr]) {
        exprs.iter_mut().for_each(|expr| self.expr(expr));
    }

    pub(super) fn items(&mut self, items: &mut [(ColumnId, Expr)]) {
        for (id, expr) in items {
            self.id(id);
            self.expr(expr);
        }
    }

    pub(super) fn optional(&mut self, expr: &mut Option<Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    fn aggregate(&mut self, aggregate: &mut Aggregate) {
        self.exprs(&mut aggregate.args);
        aggregate.outputs.iter_mut().for_each(|id| self.id(id));
    }

    fn mv_expand(&mut self, expand: &mut MvExpand) {
        self.rel(&mut expand.input);
        for item in &mut expand.items {
            self.id(&mut item.output);
            self.expr(&mut item.expr);
        }
        if let Some(index) = &mut expand.index {
            self.id(index);
        }
    }

    fn make_series(&mut self, series: &mut MakeSeries) {
        self.rel(&mut series.input);
        series.aggregates.iter_mut().for_each(|aggregate| self.aggregate(aggregate));
        series.filled.iter_mut().for_each(|column| self.id(&mut column.id));
        for series in &mut series.series {
            self.id(&mut series.output);
            self.expr(&mut series.value);
            self.expr(&mut series.default);
        }
        self.id(&mut series.axis.0);
        self.expr(&mut series.axis.1);
        self.optional(&mut series.from);
        self.optional(&mut series.to);
        self.expr(&mut series.step);
        self.items(&mut series.keys);
    }

    fn parse(&mut self, parse: &mut Parse) {
        self.rel(&mut parse.input);
        self.expr(&mut parse.source);
        for part in &mut parse.pattern {
            if let ParsePart::Column { output, .. } = part {
                self.id(output);
            }
        }
    }

    fn scan(&mut self, scan: &mut Scan) {
        self.rel(&mut scan.input);
        self.items(&mut scan.declared);
        for step in &mut scan.steps {
            self.expr(&mut step.condition);
            self.items(&mut step.assignments);
            for (id, remembered) in &mut step.state {
                self.id(id);
                self.id(remembered);
            }
        }
        if let Some(id) = &mut scan.match_id {
            self.id(id);
        }
    }

    fn plugin_arg(&mut self, arg: &mut PluginArg) {
        match &mut arg.value {
            PluginValue::Expr(expr) => self.expr(expr),
            PluginValue::Table(rel) => self.rel(rel),
        }
    }

    /// Renumbers a tabular expression in place.
    pub fn rel(&mut self, rel: &mut Rel) {
        for column in &mut rel.columns {
            self.id(&mut column.id);
        }
        match rel.kind.as_mut() {
            RelKind::Table { source, .. } => source.iter_mut().for_each(|(id, _)| self.id(id)),
            RelKind::Rows { rows } => rows.iter_mut().for_each(|row| self.exprs(row)),
            RelKind::Range { from, to, step } => {
                self.expr(from);
                self.expr(to);
                self.expr(step);
            }
            // The subquery's own columns stay as they are.
            RelKind::Shared { source, .. } => source.iter_mut().for_each(|(id, _)| self.id(id)),
            RelKind::GroupInput { source } => self.pairs(source),
            RelKind::Filter { input, predicate } => {
                self.rel(input);
                self.expr(predicate);
            }
            RelKind::Project { input, items } | RelKind::Window { input, items } => {
                self.rel(input);
                self.items(items);
            }
            RelKind::Summarize { input, keys, aggregates } => {
                self.rel(input);
                self.items(keys);
                aggregates.iter_mut().for_each(|aggregate| self.aggregate(aggregate));
            }
            RelKind::Join { left, right, on, .. } => {
                self.rel(left);
                self.rel(right);
                for (left, right) in on {
                    self.expr(left);
                    self.expr(right);
                }
            }
            RelKind::Union { legs, source_column } => {
                for leg in legs {
                    self.rel(&mut leg.rel);
                    self.pairs(&mut leg.source);
                }
                if let Some(id) = source_column {
                    self.id(id);
                }
            }
            RelKind::Sort { input, keys } => {
                self.rel(input);
                keys.iter_mut().for_each(|SortKey { expr, .. }| self.expr(expr));
            }
            RelKind::Take { input, count } => {
                self.rel(input);
                self.expr(count);
            }
            RelKind::MvExpand(expand) => self.mv_expand(expand),
            RelKind::MvApply { expand, body, row } => {
                self.mv_expand(expand);
                self.rel(body);
                self.id(row);
            }
            RelKind::Partition { input, key, body } => {
                self.rel(input);
                self.id(key);
                self.rel(body);
            }
            RelKind::MakeSeries(series) => self.make_series(series),
            RelKind::Parse(parse) => self.parse(parse),
            RelKind::ParseKv(parse) => {
                self.rel(&mut parse.input);
                self.expr(&mut parse.source);
                parse.keys.iter_mut().for_each(|(id, ..)| self.id(id));
            }
            RelKind::Reduce(reduce) => {
                self.rel(&mut reduce.input);
                self.expr(&mut reduce.by);
                reduce.pattern.iter_mut().for_each(|id| self.id(id));
            }
            RelKind::Plugin { input, args, .. } => {
                if let Some(input) = input {
                    self.rel(input);
                }
                args.iter_mut().for_each(|arg| self.plugin_arg(arg));
            }
            RelKind::Scan(scan) => self.scan(scan),
            RelKind::Sample { input, count, distinct } => {
                self.rel(input);
                self.expr(count);
                self.optional(distinct);
            }
            RelKind::Outside(read) => read.columns.iter_mut().for_each(|column| self.id(&mut column.id)),
            RelKind::Graph(graph) => self.graph(graph),
            RelKind::GraphMatch(node) => self.graph_match(node),
            RelKind::GraphNodes { graph, id } => {
                self.graph(graph);
                self.id(id);
            }
            RelKind::Unsupported { inputs, .. } => inputs.iter_mut().for_each(|input| self.rel(input)),
        }
    }
}
