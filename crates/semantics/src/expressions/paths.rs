//! Access into dynamics (`d.a['b'][0]`), and columns of named rows (`$left.x`, a step of `scan`).

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::{Span, suggest};

use super::graph::Variable;
use crate::binder::{Binder, poison, read, value};
use crate::constant::fold;
use crate::diagnostics;
use crate::ir::{Column, Expr, ExprKind, FoldKind, Literal, PathSegment};
use crate::scope::{Binding, Context, find};

/// A member or an index, and its place.
type Step = (PathSegment, Span);

impl Binder<'_> {
    pub(super) fn path(&mut self, node: &ast::Expr, span: Span, ctx: &Context) -> Expr {
        let mut steps: Vec<Step> = Vec::new();
        let mut base = node.clone();
        // Outermost access first: collected in a loop, since paths can be long.
        loop {
            let (inner, step) = match &base {
                ast::Expr::Member(member) => match member.member() {
                    Some(ast::Expr::Name(name)) => (member.base(), (PathSegment::Key(name.value()), self.span(&name))),
                    _ => {
                        self.report(diagnostics::unsupported("This call after a dot", span));
                        return poison(span);
                    }
                },
                ast::Expr::Index(index) => {
                    let key = self.index(index, span, ctx);
                    let place = self.place_of(index.index().as_ref(), span);
                    (index.base(), (key, place))
                }
                _ => break,
            };
            let Some(inner) = inner else { return poison(span) };
            steps.push(step);
            base = inner;
        }
        steps.reverse();
        if let ast::Expr::Name(name) = &base
            && let Some((PathSegment::Key(key), _)) = steps.first()
            && let Some(variable) = self.variable(&name.value(), ctx)
        {
            let key = key.clone();
            steps.remove(0);
            let property = self.element_property(variable, &key, span);
            return self.access(property, steps, span);
        }
        if let ast::Expr::Name(name) = &base
            && let Some((PathSegment::Index(place), _)) = steps.first()
            && let Some(Variable::Path(path)) = self.variable(&name.value(), ctx)
        {
            let place = *place;
            steps.remove(0);
            if let Some((PathSegment::Key(key), _)) = steps.first()
                && let Some(property) = self.property_at(path, place, key, span)
            {
                steps.remove(0);
                return self.access(property, steps, span);
            }
            let edge = self.path_edges(path, FoldKind::At(place), span);
            return self.access(edge, steps, span);
        }
        if let ast::Expr::Name(name) = &base
            && let Some(Binding::Entity(_)) = ctx.env.get(&name.value())
            && let [(PathSegment::Key(key), _)] = steps.as_slice()
        {
            if key == "$current_database" {
                return value(Literal::String(self.catalog.database_name().to_owned()), span);
            }
            self.report(diagnostics::unsupported(&format!("`{key}` of an entity"), span));
            return poison(span);
        }
        if let ast::Expr::Name(name) = &base
            && let Some((PathSegment::Key(key), place)) = steps.first()
            && let Some(record) = self.record(&name.value(), ctx)
        {
            let (key, place) = (key.clone(), *place);
            let Some(column) = find(&record, &key) else {
                let closest = suggest::closest(&key, record.iter().map(|column| column.name.as_str()));
                self.report(diagnostics::unknown_column(&key, closest, place));
                return poison(span);
            };
            let column = read(column, span);
            steps.remove(0);
            return self.access(column, steps, span);
        }
        let base = self.expr(&base, ctx);
        self.access(base, steps, span)
    }

    fn access(&mut self, base: Expr, steps: Vec<Step>, span: Span) -> Expr {
        let Some((_, first)) = steps.first() else { return base };
        // What is in a value of a type that is not known is not known either.
        let ty = match base.ty {
            ty @ (KqlType::Dynamic | KqlType::Unknown) => ty,
            ty => {
                self.report(
                    diagnostics::general(format!("A value of type {ty} has no properties or elements"), *first)
                        .with_help("parse_json(…) makes a dynamic of a string"),
                );
                return poison(span);
            }
        };
        let segments: Vec<PathSegment> = steps.into_iter().map(|(segment, _)| segment).collect();
        match base.kind {
            ExprKind::Path { base, segments: mut first } => {
                first.extend(segments);
                Expr {
                    kind: ExprKind::Path { base, segments: first },
                    ty,
                    span,
                }
            }
            kind => {
                let base = Box::new(Expr { kind, ..base });
                Expr {
                    kind: ExprKind::Path { base, segments },
                    ty,
                    span,
                }
            }
        }
    }

    fn index(&mut self, node: &ast::IndexExpr, span: Span, ctx: &Context) -> PathSegment {
        let index = self.optional_expr(node.index(), span, ctx);
        match fold(&index, self.now) {
            Some(Literal::String(key)) => PathSegment::Key(key),
            Some(Literal::Long(index)) => PathSegment::Index(index),
            Some(Literal::Int(index)) => PathSegment::Index(i64::from(index)),
            _ => PathSegment::Dynamic(Box::new(index)),
        }
    }

    /// The columns of a row that has a name.
    fn record(&self, name: &str, ctx: &Context) -> Option<Vec<Column>> {
        let rows = ctx.rows.as_ref()?;
        match (name, &rows.sides) {
            ("$left", Some((left, _))) => Some(left.clone()),
            ("$right", Some((_, right))) => Some(right.clone()),
            _ => rows.record(name).map(<[Column]>::to_vec),
        }
    }
}
