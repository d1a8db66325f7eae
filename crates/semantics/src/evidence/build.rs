//! Pieces of the bound query that the rewriting adds.

use quarry_schema::functions::hidden;
use quarry_schema::{Function, KqlType};
use quarry_text::Span;

use super::{Traced, Tracer};
use crate::ir::{Aggregate, Column, ColumnId, Expr, ExprKind, FunctionRef, Literal, Rel, RelKind};
use crate::literal::json_string;

/// The name of the column that carries the evidence.
const NAME: &str = "$evidence";

pub(super) fn read(id: ColumnId, ty: KqlType, span: Span) -> Expr {
    let kind = ExprKind::Column(id);
    Expr { kind, ty, span }
}

pub(super) fn constant(value: Literal, span: Span) -> Expr {
    let ty = value.ty();
    let kind = ExprKind::Literal(value);
    Expr { kind, ty, span }
}

pub(super) fn call(function: &'static Function, args: Vec<Expr>, span: Span) -> Expr {
    let function = FunctionRef(function);
    Expr {
        kind: ExprKind::Call { function, args },
        ty: KqlType::Dynamic,
        span,
    }
}

/// A list of names as JSON.
pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(json_string).collect();
    format!("[{}]", quoted.join(","))
}

/// Each column as it is.
pub(super) fn kept(columns: &[Column], span: Span) -> Vec<(ColumnId, Expr)> {
    let item = |column: &Column| (column.id, read(column.id, column.ty, span));
    columns.iter().map(item).collect()
}

impl Tracer<'_> {
    pub(super) fn fresh(&mut self) -> ColumnId {
        let id = self.next;
        self.next = id.saturating_add(1);
        id
    }

    /// The same operator with the evidence behind its columns.
    pub(super) fn passed(rel: &Rel, kind: RelKind, events: ColumnId) -> Traced {
        let mut columns = rel.columns.clone();
        columns.push(column(events));
        let kind = Box::new(kind);
        let rel = Rel {
            kind,
            columns,
            ..rel.clone_head()
        };
        Traced { rel, events }
    }

    /// The columns that are wanted of `rows`, and evidence computed over them.
    pub(super) fn computed(&mut self, wanted: &[Column], rows: Rel, events: Expr) -> Traced {
        let id = self.fresh();
        let mut columns = wanted.to_vec();
        let mut items = kept(wanted, rows.span);
        columns.push(column(id));
        items.push((id, events));
        let head = rows.clone_head();
        let kind = Box::new(RelKind::Project { input: rows, items });
        let rel = Rel { kind, columns, ..head };
        Traced { rel, events: id }
    }

    /// Entries that are known before the query runs, in addition.
    pub(super) fn with_entries(&mut self, traced: Traced, entries: String) -> Traced {
        let Traced { rel, events } = traced;
        let span = rel.span;
        let wanted: Vec<Column> = rel.columns.iter().filter(|column| column.id != events).cloned().collect();
        let added = constant(Literal::Dynamic(entries), span);
        let all = self.together([read(events, KqlType::Dynamic, span), added], span);
        self.computed(&wanted, rel, all)
    }

    /// The events of several arrays.
    pub(super) fn together<const N: usize>(&self, arrays: [Expr; N], span: Span) -> Expr {
        let mut args = vec![constant(Literal::Long(self.limit), span)];
        args.extend(arrays);
        call(&hidden::EVIDENCE, args, span)
    }

    /// The events of the rows of a group; the column that receives them.
    pub(super) fn of_group(&mut self, rows: &Traced, span: Span) -> (Aggregate, ColumnId) {
        let output = self.fresh();
        let limit = constant(Literal::Long(self.limit), span);
        let (function, args) = match event_of_row(rows) {
            // Events beyond the limit are then never written.
            Some(event) => (&hidden::EVENTS_OF_GROUP, [limit].into_iter().chain(event.iter().cloned()).collect()),
            None => (&hidden::EVIDENCE_OF_GROUP, vec![read(rows.events, KqlType::Dynamic, span), limit]),
        };
        let aggregate = Aggregate {
            function: FunctionRef(function),
            args,
            outputs: vec![output],
            span,
        };
        (aggregate, output)
    }
}

/// What makes the event of a row, where each row is one and still has all columns of it as they were stored.
fn event_of_row(rows: &Traced) -> Option<&[Expr]> {
    let mut projections: Vec<&[(ColumnId, Expr)]> = Vec::new();
    let mut rel = &rows.rel;
    loop {
        match rel.kind.as_ref() {
            RelKind::Filter { input, .. } => rel = input,
            RelKind::Project { input, items } => {
                projections.push(items);
                let (_, events) = items.iter().find(|(id, _)| *id == rows.events)?;
                match &events.kind {
                    ExprKind::Column(id) if *id == rows.events => rel = input,
                    ExprKind::Call { function, args } if function.0.name == hidden::EVENT.name => {
                        let passed = |items: &&[(ColumnId, Expr)], wanted: ColumnId| {
                            let mut own = items.iter().filter(|(id, _)| *id == wanted);
                            own.any(|(_, expr)| matches!(expr.kind, ExprKind::Column(from) if from == wanted))
                        };
                        let reads = args.iter().filter_map(|arg| match arg.kind {
                            ExprKind::Column(id) => Some(id),
                            _ => None,
                        });
                        let stays = |id: ColumnId| projections.iter().all(|items| passed(items, id));
                        return reads.into_iter().all(stays).then_some(args.as_slice());
                    }
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
}

/// The column that carries evidence.
pub(super) fn column(id: ColumnId) -> Column {
    let (name, ty) = (NAME.to_owned(), KqlType::Dynamic);
    Column { id, name, ty }
}

impl Rel {
    /// What is said of these rows besides their operator and their columns.
    pub(super) fn clone_head(&self) -> Rel {
        Rel {
            kind: Box::new(RelKind::Rows { rows: Vec::new() }),
            columns: Vec::new(),
            span: self.span,
            serialized: self.serialized,
            open: self.open,
        }
    }
}
