//! `scan`: steps matched along ordered rows.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, convert, rel, rows_of, value};
use crate::diagnostics;
use crate::ir::{Column, ColumnId, Expr, Literal, Rel, RelKind, Scan, ScanOutput, ScanStep};
use crate::scope::{Context, find};
use crate::types::promotes;

impl Binder<'_> {
    pub(super) fn scan(&mut self, node: &ast::ScanOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        if !input.serialized && !input.open {
            self.report(diagnostics::not_serialized("scan", span));
        }
        if let Some(clause) = node.by_clauses().next() {
            let span = self.span(&clause);
            self.report(diagnostics::unsupported("scan with its own order or partitions", span));
        }
        match node.param("kind").and_then(|kind| kind.word()).as_deref() {
            None => {}
            // Words that the grammar has, and whose difference is not documented.
            Some(kind @ ("partial" | "full")) => self.report(diagnostics::unsupported(&format!("scan kind={kind}"), span)),
            Some(other) => {
                let message = format!("scan: the kinds are partial and full, not '{other}'");
                self.report(diagnostics::general(message, span));
            }
        }
        let declared = self.declared_columns(node, &input, ctx);
        let mut columns = input.columns.clone();
        columns.extend(declared.iter().map(|(column, _)| column.clone()));

        // A bare name is the current record; `s.x` is the state of step `s`, which has every column too, under ids of its own.
        let mut states: Vec<(String, Vec<Column>)> = Vec::new();
        for step in node.steps() {
            let name = step.name().map(|name| name.value()).unwrap_or_default();
            if states.iter().any(|(known, _)| *known == name) {
                let span = self.span(&step);
                self.report(diagnostics::general(format!("scan: the name of step '{name}' is taken"), span));
            }
            let state = columns.iter().map(|column| self.column(column.name.clone(), column.ty)).collect();
            states.push((name, state));
        }
        let mut rows = rows_of(&input);
        rows.columns.clone_from(&columns);
        rows.serialized = false;
        rows.records.clone_from(&states);
        let inner = Context::new(&ctx.env, rows);
        let mut steps = Vec::new();
        for step in node.steps() {
            steps.push(self.scan_step(&step, &declared, input.open, span, &inner));
        }
        self.remember(&mut steps, &states, &columns);

        let match_id = node.param("with_match_id").and_then(|param| param.word());
        let match_id = match_id.map(|name| self.column(name, KqlType::Long));
        columns.extend(match_id.clone());
        let open = input.open;
        let scan = Scan {
            input,
            declared: declared.into_iter().map(|(column, default)| (column.id, default)).collect(),
            steps,
            match_id: match_id.map(|column| column.id),
        };
        rel(RelKind::Scan(scan), columns, true, open, span)
    }

    /// The columns of `declare` with their defaults.
    fn declared_columns(&mut self, node: &ast::ScanOperator, input: &Rel, ctx: &Context) -> Vec<(Column, Expr)> {
        let mut declared: Vec<(Column, Expr)> = Vec::new();
        for parameter in node.declared() {
            let span = self.span(&parameter);
            let name = parameter.name().map(|name| name.value()).unwrap_or_default();
            let ty = match parameter.type_name() {
                Some(ty) => self.type_named(&ty),
                None => KqlType::Dynamic,
            };
            let taken = find(&input.columns, &name).is_some() || declared.iter().any(|(column, _)| column.name == name);
            if taken {
                self.report(diagnostics::duplicate_column(&name, span));
            }
            let default = match parameter.default() {
                Some(default) => self.expr(&default, &ctx.without_rows()),
                None => value(empty(ty), span),
            };
            if !assignable(default.ty, ty) {
                self.report(type_mismatch(&name, ty, default.ty, span));
            }
            let column = self.column(name, ty);
            declared.push((column, convert(default, ty)));
        }
        declared
    }

    fn scan_step(&mut self, node: &ast::ScanStep, declared: &[(Column, Expr)], open: bool, span: Span, ctx: &Context) -> ScanStep {
        if node.is_optional() {
            let span = self.span(node);
            self.report(diagnostics::unsupported("an optional step of scan", span));
        }
        let output = match node.output().as_deref() {
            None | Some("all") => ScanOutput::All,
            Some("last") => ScanOutput::Last,
            Some("none") => ScanOutput::None,
            Some(other) => {
                let span = self.span(node);
                let message = format!("scan: output is all, last or none, not '{other}'");
                self.report(diagnostics::general(message, span));
                ScanOutput::All
            }
        };
        let condition = self.condition(node.condition(), span, ctx);
        let mut assignments: Vec<(ColumnId, Expr)> = Vec::new();
        for assignment in node.assignments() {
            let assigned = self.optional_expr(assignment.expr(), span, ctx);
            let place = self.span(&assignment);
            let name = assignment.name().map(|name| name.value()).unwrap_or_default();
            let Some((column, _)) = declared.iter().find(|(column, _)| column.name == name) else {
                let known = ctx.rows.as_ref().is_some_and(|rows| rows.column(&name).is_some());
                if known {
                    let message = format!("scan: only a declared column can be assigned, and '{name}' is one of the input");
                    self.report(diagnostics::general(message, place));
                } else if !open {
                    self.report(diagnostics::unknown_column(&name, None, place));
                }
                continue;
            };
            if !assignable(assigned.ty, column.ty) {
                self.report(type_mismatch(&name, column.ty, assigned.ty, place));
            }
            if assignments.iter().any(|(id, _)| *id == column.id) {
                self.report(diagnostics::duplicate_column(&name, place));
                continue;
            }
            assignments.push((column.id, convert(assigned, column.ty)));
        }
        ScanStep {
            output,
            condition,
            assignments,
            state: Vec::new(),
        }
    }

    /// Notes with each step what is read of its state. The state of a step holds the steps before it and itself, none after.
    fn remember(&mut self, steps: &mut [ScanStep], states: &[(String, Vec<Column>)], columns: &[Column]) {
        let mut read: Vec<ColumnId> = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            let exprs = std::iter::once(&step.condition).chain(step.assignments.iter().map(|(_, expr)| expr));
            for expr in exprs {
                let used = expr.columns();
                let later = states.iter().skip(at + 1);
                if let Some((name, _)) = later
                    .clone()
                    .find(|(_, state)| state.iter().any(|column| used.contains(&column.id)))
                {
                    let message = format!("scan: the state of step '{name}' is not known in a step before it");
                    self.report(diagnostics::general(message, expr.span));
                }
                read.extend(used);
            }
        }
        for (step, (_, state)) in steps.iter_mut().zip(states) {
            let pairs = state.iter().zip(columns).filter(|(column, _)| read.contains(&column.id));
            step.state = pairs.map(|(column, remembered)| (column.id, remembered.id)).collect();
        }
    }
}

/// What a column without a value holds.
pub(super) fn empty(ty: KqlType) -> Literal {
    match ty {
        KqlType::String => Literal::String(String::new()),
        ty => Literal::Null(ty),
    }
}

/// Whether a value can be given to a column of a type: as it is, as a wider number, or as a dynamic.
fn assignable(from: KqlType, to: KqlType) -> bool {
    from == to || from == KqlType::Unknown || to == KqlType::Unknown || to == KqlType::Dynamic || promotes(from, to)
}

fn type_mismatch(name: &str, to: KqlType, from: KqlType, span: Span) -> quarry_text::Diagnostic {
    diagnostics::general(format!("scan: column '{name}' is of type {to} and cannot be given a {from}"), span)
}
