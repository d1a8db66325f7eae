//! The state of binding one query, and the ways to report and to build that every part uses.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use quarry_schema::{FunctionKind, KqlType};
use quarry_syntax::ast::AstNode;
use quarry_text::{Diagnostic, Span};

use crate::catalog::Catalog;
use crate::diagnostics;
use crate::expressions::GraphScope;
use crate::functions::StoredText;
use crate::ir::{Aggregate, Column, Expr, ExprKind, Literal, Rel, RelKind, Render, Renumber, Subquery, SubqueryId, SubqueryKind};
use crate::options::{BindOptions, Discover, Mode};
use crate::scope::{Ids, Rows};

/// Nested expressions, subqueries and function bodies; far above what people write, far below the stack.
const MAX_DEPTH: usize = 120;
/// Operators in one chain.
pub(crate) const MAX_CHAIN: usize = 500;
/// Operators of the whole query once lets and functions are filled in.
const MAX_OPERATORS: usize = 50_000;
/// Expressions of the whole query once lets and functions are filled in.
const MAX_EXPRESSIONS: usize = 1_000_000;
/// Further errors say nothing new.
const MAX_DIAGNOSTICS: usize = 100;

/// The aggregates that the expressions of a `summarize` call.
#[derive(Default)]
pub(crate) struct AggregateSink {
    pub calls: Vec<Aggregate>,
    /// What the calls give, as columns for the expressions around them.
    pub columns: Vec<Column>,
}

/// The constants that `bin_auto` takes from `set query_bin_auto_size` and `set query_bin_auto_at`.
#[derive(Clone, Default)]
pub(crate) struct BinAuto {
    pub size: Option<Expr>,
    pub at: Option<Expr>,
}

pub(crate) struct Binder<'a> {
    pub options: &'a BindOptions,
    pub catalog: &'a dyn Catalog,
    pub now: Option<i64>,
    pub ids: Ids,
    pub diagnostics: Vec<Diagnostic>,
    reported: HashSet<(String, Span)>,
    pub subqueries: Vec<Subquery>,
    pub subquery_depth: usize,
    depth: usize,
    operators: usize,
    expressions: usize,
    /// How many of the given facts are used.
    pub facts: usize,
    pub discover: Option<Discover>,
    /// Where aggregate calls go while the expressions of a `summarize` are bound.
    pub sink: Option<AggregateSink>,
    /// The graph pattern whose condition and result are being bound.
    pub graph_scope: Option<GraphScope>,
    /// The statement gives its tables names and no result.
    pub only_names: bool,
    /// Inside a text that is not the query's: where it takes effect in the query, and what it is.
    pub foreign: Option<(Span, String)>,
    /// The predicate of an exclusion is being bound.
    pub excluding: bool,
    /// The functions of the catalogue that were asked for; `None` for names that are none.
    pub stored: RefCell<HashMap<String, Option<Result<StoredText, String>>>>,
    /// The stored functions being filled in, outermost first.
    pub calls: Vec<String>,
    /// What `union` calls the rows piped into it: set right after a table's name or `as`.
    pub piped_label: Option<String>,
    pub render: Option<Render>,
    /// Further results that `fork` and `facet` give.
    pub extra_results: Vec<Rel>,
    /// Tables named by `as`, for the rest of the query.
    pub named: Vec<(String, SubqueryId, Vec<Column>)>,
    pub max_columns: Option<i64>,
    pub bin_auto: BinAuto,
}

impl<'a> Binder<'a> {
    pub(crate) fn new(options: &'a BindOptions, catalog: &'a dyn Catalog) -> Self {
        Self {
            options,
            catalog,
            now: options.now,
            ids: Ids::default(),
            diagnostics: Vec::new(),
            reported: HashSet::new(),
            subqueries: Vec::new(),
            subquery_depth: 0,
            depth: 0,
            operators: 0,
            expressions: 0,
            facts: 0,
            discover: None,
            sink: None,
            graph_scope: None,
            only_names: false,
            foreign: None,
            excluding: false,
            stored: RefCell::default(),
            calls: Vec::new(),
            piped_label: None,
            render: None,
            extra_results: Vec::new(),
            named: Vec::new(),
            max_columns: None,
            bin_auto: BinAuto::default(),
        }
    }

    pub(crate) fn executes(&self) -> bool {
        self.options.mode == Mode::Execute
    }

    /// Whether Kusto's language service is to be followed where its engine does otherwise.
    pub(crate) fn like_editor(&self) -> bool {
        self.options.mode == Mode::Editor
    }

    /// Where a node stands in the query; for the text of a stored function, where its call stands.
    pub(crate) fn span(&self, node: &impl AstNode) -> Span {
        match &self.foreign {
            Some((call, _)) => *call,
            None => node.span(),
        }
    }

    /// Where a part of a node stands; what is left out stands where the whole does.
    pub(crate) fn place_of(&self, part: Option<&impl AstNode>, whole: Span) -> Span {
        part.map_or(whole, |part| self.span(part))
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        let diagnostic = match &self.foreign {
            Some((call, what)) => {
                let message = format!("in {what}: {}", diagnostic.message);
                Diagnostic {
                    message,
                    span: *call,
                    labels: Vec::new(),
                    ..diagnostic
                }
            }
            None => diagnostic,
        };
        let key = (format!("{}{}", diagnostic.code, diagnostic.message), diagnostic.span);
        if self.diagnostics.len() < MAX_DIAGNOSTICS && self.reported.insert(key) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Runs `bind` one level deeper, or reports that the query is nested too deeply and gives `None`.
    pub(crate) fn nested<T>(&mut self, span: Span, bind: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.report(diagnostics::too_deep(span));
            return None;
        }
        self.depth += 1;
        let result = bind(self);
        self.depth -= 1;
        Some(result)
    }

    /// Counts operators towards the limit; `false` once it is reached.
    pub(crate) fn count_operators(&mut self, more: usize, span: Span) -> bool {
        let before = self.operators;
        self.operators = self.operators.saturating_add(more);
        if before <= MAX_OPERATORS && self.operators > MAX_OPERATORS {
            self.report(diagnostics::too_large(span));
        }
        self.operators <= MAX_OPERATORS
    }

    /// Counts expressions towards the limit; `false` once it is reached.
    pub(crate) fn count_expressions(&mut self, more: usize, span: Span) -> bool {
        let before = self.expressions;
        self.expressions = self.expressions.saturating_add(more);
        if before <= MAX_EXPRESSIONS && self.expressions > MAX_EXPRESSIONS {
            self.report(diagnostics::too_large(span));
        }
        self.expressions <= MAX_EXPRESSIONS
    }

    /// A copy of a table expression with column ids of its own.
    pub(crate) fn copy(&mut self, rel: &Rel, size: usize, span: Span) -> Rel {
        if !self.count_operators(size, span) {
            return nothing(span);
        }
        let mut copy = rel.clone();
        Renumber::new(&mut self.ids.next).rel(&mut copy);
        copy
    }

    /// Adds a subquery that runs before the query.
    pub(crate) fn subquery(&mut self, kind: SubqueryKind, rel: Rel) -> SubqueryId {
        self.refuse_graphs(&rel);
        let id = SubqueryId::try_from(self.subqueries.len()).unwrap_or(SubqueryId::MAX);
        self.subqueries.push(Subquery { id, kind, rel });
        id
    }

    /// The rows of a kept subquery, under column ids of their own.
    pub(crate) fn shared(&mut self, id: SubqueryId, columns: &[Column], serialized: bool, span: Span) -> Rel {
        let fresh: Vec<Column> = columns.iter().map(|c| self.ids.column(c.name.clone(), c.ty)).collect();
        let source = fresh.iter().zip(columns).map(|(to, from)| (to.id, from.id)).collect();
        rel(RelKind::Shared { subquery: id, source }, fresh, serialized, false, span)
    }

    /// Computes the given columns: the one way to extend, project and rename.
    pub(crate) fn project(&mut self, mut input: Rel, mut items: Vec<(Column, Expr)>, open: bool, span: Span) -> Rel {
        // A window call inside another one is a column of its own first.
        let mut inner = Vec::new();
        for (_, expr) in &mut items {
            self.lift_nested_windows(expr, false, &mut inner);
        }
        if !inner.is_empty() {
            let mut first = Self::keep(&input.columns, span);
            first.append(&mut inner);
            let open = input.open;
            input = self.project(input, first, open, span);
        }
        let window = items.iter().any(|(_, expr)| expr.has_window_call());
        let serialized = input.serialized;
        let columns = items.iter().map(|(column, _)| column.clone()).collect();
        let items = items.into_iter().map(|(column, expr)| (column.id, expr)).collect();
        let kind = if window {
            RelKind::Window { input, items }
        } else {
            RelKind::Project { input, items }
        };
        rel(kind, columns, serialized, open, span)
    }

    fn lift_nested_windows(&mut self, expr: &mut Expr, inside: bool, lifted: &mut Vec<(Column, Expr)>) {
        if !expr.has_window_call() {
            return;
        }
        let is_window = matches!(&expr.kind, ExprKind::Call { function, .. } if function.kind == FunctionKind::Window);
        if is_window && inside {
            let column = self.column("", expr.ty);
            let place = read(&column, expr.span);
            lifted.push((column, std::mem::replace(expr, place)));
            return;
        }
        for part in expr.parts_mut() {
            self.lift_nested_windows(part, inside || is_window, lifted);
        }
    }

    /// The columns of `rel` as they are, for the items of a projection.
    pub(crate) fn keep(columns: &[Column], span: Span) -> Vec<(Column, Expr)> {
        columns.iter().map(|column| (column.clone(), read(column, span))).collect()
    }

    /// A column for one that is computed anew.
    pub(crate) fn column(&mut self, name: impl Into<String>, ty: KqlType) -> Column {
        self.ids.column(name, ty)
    }

    /// Binds a predicate's or key's window calls into a column of their own, so that operators other than projections can use them.
    pub(crate) fn lift_window(&mut self, input: Rel, expr: Expr) -> (Rel, Expr, bool) {
        if !expr.has_window_call() {
            return (input, expr, false);
        }
        let span = expr.span;
        let open = input.open;
        let mut items = Self::keep(&input.columns, span);
        let column = self.column("", expr.ty);
        let lifted = read(&column, span);
        items.push((column, expr));
        (self.project(input, items, open, span), lifted, true)
    }

    /// Drops what `lift_window` added.
    pub(crate) fn only(&mut self, input: Rel, columns: &[Column], span: Span) -> Rel {
        let open = input.open;
        let items = Self::keep(columns, span);
        self.project(input, items, open, span)
    }
}

pub(crate) fn rel(kind: RelKind, columns: Vec<Column>, serialized: bool, open: bool, span: Span) -> Rel {
    Rel {
        kind: Box::new(kind),
        columns,
        span,
        serialized,
        open,
    }
}

/// No rows and no columns: stands for what could not be bound. Open, so that columns of it stay silent.
pub(crate) fn nothing(span: Span) -> Rel {
    rel(RelKind::Rows { rows: Vec::new() }, Vec::new(), true, true, span)
}

/// The value of a column.
pub(crate) fn read(column: &Column, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Column(column.id),
        ty: column.ty,
        span,
    }
}

pub(crate) fn value(literal: Literal, span: Span) -> Expr {
    let ty = literal.ty();
    Expr {
        kind: ExprKind::Literal(literal),
        ty,
        span,
    }
}

/// Stands for an expression that could not be bound: of unknown type, so that nothing complains about it again.
pub(crate) fn poison(span: Span) -> Expr {
    value(Literal::Null(KqlType::Unknown), span)
}

/// Makes a conversion explicit; constants that convert without doubt are converted at once.
pub(crate) fn convert(expr: Expr, to: KqlType) -> Expr {
    if expr.ty == to || to == KqlType::Unknown || expr.ty == KqlType::Unknown && matches!(expr.kind, ExprKind::Column(_)) {
        return expr;
    }
    if let ExprKind::Literal(literal) = &expr.kind {
        let numeric = literal.ty().is_number() && to.is_number() || matches!(literal, Literal::Null(_));
        if let Some(converted) = numeric.then(|| crate::constant::convert(literal, to)).flatten() {
            return value(converted, expr.span);
        }
    }
    let span = expr.span;
    Expr {
        kind: ExprKind::Convert(Box::new(expr)),
        ty: to,
        span,
    }
}

/// The columns that an operator's expressions can see.
pub(crate) fn rows_of(rel: &Rel) -> Rows {
    Rows::of(rel)
}

/// How many operators a table expression holds, and the longest chain of them; counted without recursion.
pub(crate) fn measure(rel: &Rel) -> (usize, usize) {
    let mut todo = vec![(rel, 1usize)];
    let (mut size, mut depth) = (0, 0);
    while let Some((rel, level)) = todo.pop() {
        size += 1;
        depth = depth.max(level);
        todo.extend(rel.inputs().into_iter().map(|input| (input, level + 1)));
    }
    (size, depth)
}
