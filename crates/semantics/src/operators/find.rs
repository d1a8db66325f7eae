//! `find`: rows of several tables that meet a condition.

use std::collections::BTreeSet;

use quarry_schema::KqlType;
use quarry_syntax::ast::{self, AstNode};
use quarry_text::Span;

use super::search::{common_rows, looks_everywhere, missing_as_null, missing_columns};
use super::union::Leg;
use crate::binder::{Binder, convert, read, rel, rows_of, value};
use crate::diagnostics;
use crate::expressions::dynamic_call;
use crate::ir::{Column, Expr, Literal, Rel, RelKind};
use crate::scope::{Context, find};

/// What becomes of the columns of the tables.
enum Shape {
    /// The columns with these names, one for each type that a name has in the tables, and perhaps a bag with the others.
    Typed { names: BTreeSet<String>, packs: bool },
    /// These columns, and perhaps a bag with the others.
    Listed { wanted: Vec<(String, KqlType)>, packs: bool },
}

impl Binder<'_> {
    pub(super) fn find(&mut self, node: &ast::FindOperator, input: Option<Rel>, span: Span, ctx: &Context) -> Rel {
        let source = node
            .param("withsource")
            .or_else(|| node.param("datascope"))
            .and_then(|param| param.word());
        let source = source.unwrap_or_else(|| "source_".to_owned());
        let mut legs = match (input, node.in_clause()) {
            (Some(rel), _) => vec![Leg {
                rel,
                label: "find_arg0".to_owned(),
            }],
            (None, Some(clause)) => self.searched_tables("find", clause.tables().collect(), ctx),
            (None, None) => self.all_tables(span, ctx),
        };
        let Some(predicate) = node.predicate() else {
            return self.united(legs, false, Some(source), false, span);
        };
        let read_by_name = columns_named(&predicate, &legs);
        // Tables that have none of the columns that the condition reads do not take part.
        if !read_by_name.is_empty() && !looks_everywhere(&predicate) {
            legs.retain(|leg| leg.rel.open || read_by_name.iter().any(|name| find(&leg.rel.columns, name).is_some()));
        }
        let shape = self.shape(node, read_by_name, &legs, span);
        let (Shape::Typed { packs, .. } | Shape::Listed { packs, .. }) = &shape;
        let packs = *packs;
        let missing = missing_columns(&predicate, &legs);
        let mut found = Vec::new();
        // One look at the condition says what is wrong with it when nothing is going to run.
        let checked = !self.executes() && legs.len() > 1;
        if checked && let (Some(rows), Some(leg)) = (common_rows(&legs), legs.first()) {
            self.search_predicate(&predicate, false, &Context::new(&ctx.env, rows), &leg.rel, 0);
        }
        for leg in legs {
            if checked {
                let rel = self.found_columns(leg.rel, &shape, packs, span);
                found.push(Leg { rel, label: leg.label });
                continue;
            }
            let inner = Context::new(&missing_as_null(&ctx.env, &missing, &leg.rel, span), rows_of(&leg.rel));
            let predicate = self.search_predicate(&predicate, false, &inner, &leg.rel, 0);
            let (columns, serialized, open) = (leg.rel.columns.clone(), leg.rel.serialized, leg.rel.open);
            let filtered = rel(RelKind::Filter { input: leg.rel, predicate }, columns, serialized, open, span);
            let rel = self.found_columns(filtered, &shape, packs, span);
            found.push(Leg { rel, label: leg.label });
        }
        self.united(found, false, Some(source), false, span)
    }

    fn shape(&mut self, node: &ast::FindOperator, read_by_name: BTreeSet<String>, legs: &[Leg], span: Span) -> Shape {
        let Some(project) = node.project().filter(|project| !project.is_smart()) else {
            let everywhere = |name: &String| legs.iter().all(|leg| find(&leg.rel.columns, name).is_some());
            let common = legs
                .first()
                .into_iter()
                .flat_map(|leg| leg.rel.columns.iter().map(|column| column.name.clone()))
                .filter(everywhere);
            // A bare term names no column: everything is packed, whatever the tables have in common.
            let names: BTreeSet<String> = if read_by_name.is_empty() {
                BTreeSet::new()
            } else {
                common.chain(read_by_name.clone()).collect()
            };
            let packs = legs
                .iter()
                .any(|leg| leg.rel.columns.iter().any(|column| !names.contains(&column.name)));
            let mut wanted: Vec<(String, KqlType)> = Vec::new();
            for column in legs.iter().flat_map(|leg| &leg.rel.columns) {
                let pair = (column.name.clone(), column.ty);
                if names.contains(&column.name) && !wanted.contains(&pair) {
                    wanted.push(pair);
                }
            }
            if wanted.len() > names.len() {
                return Shape::Typed { names, packs };
            }
            return Shape::Listed { wanted, packs };
        };
        let mut packs = false;
        for item in project.items() {
            match item.expr() {
                Some(ast::Expr::Call(call)) if call.function() == "pack_all" || call.function() == "pack" => packs = true,
                _ => self.report(diagnostics::general("find: project lists columns and pack_all() only", item.span())),
            }
        }
        let mut wanted = Vec::new();
        for column in project.columns() {
            let name = column.name().map(|name| name.value()).unwrap_or_default();
            let ty = match column.type_name() {
                Some(ty) => self.type_named(&ty),
                None => self.only_type(&name, legs, span),
            };
            wanted.push((name, ty));
        }
        Shape::Listed { wanted, packs }
    }

    /// The type that a column has in the tables that have it.
    fn only_type(&mut self, name: &str, legs: &[Leg], span: Span) -> KqlType {
        let types: BTreeSet<KqlType> = legs
            .iter()
            .filter_map(|leg| find(&leg.rel.columns, name).map(|column| column.ty))
            .collect();
        let open = legs.iter().any(|leg| leg.rel.open);
        match (types.first(), types.len()) {
            (Some(ty), 1) => *ty,
            (Some(ty), _) => {
                let message = format!("find: column '{name}' has different types in the tables, so its type must be given");
                self.report(diagnostics::general(&message, span));
                *ty
            }
            (None, _) => {
                if !open {
                    self.report(diagnostics::unknown_column(name, None, span));
                }
                KqlType::String
            }
        }
    }

    fn found_columns(&mut self, input: Rel, shape: &Shape, packs: bool, span: Span) -> Rel {
        let mut items: Vec<(Column, Expr)> = Vec::new();
        match shape {
            Shape::Typed { names, .. } => {
                let kept = input.columns.iter().filter(|column| names.contains(&column.name));
                items.extend(kept.map(|column| (column.clone(), read(column, span))));
            }
            Shape::Listed { wanted, .. } => {
                for (name, ty) in wanted {
                    match find(&input.columns, name) {
                        Some(column) if column.ty == *ty => items.push((column.clone(), read(column, span))),
                        Some(column) => {
                            let cast = convert(read(column, span), *ty);
                            items.push((self.column(name.clone(), *ty), cast));
                        }
                        None => {
                            let null = if *ty == KqlType::String {
                                Literal::String(String::new())
                            } else {
                                Literal::Null(*ty)
                            };
                            items.push((self.column(name.clone(), *ty), value(null, span)));
                        }
                    }
                }
            }
        }
        if packs {
            let shown = |column: &&Column| !items.iter().any(|(item, _)| item.name == column.name);
            let args = input
                .columns
                .iter()
                .filter(shown)
                .flat_map(|column| [value(Literal::String(column.name.clone()), span), read(column, span)])
                .collect();
            let bag = dynamic_call("bag_pack", args, span);
            items.push((self.column("pack_", KqlType::Dynamic), bag));
        }
        let open = input.open;
        self.project(input, items, open, span)
    }
}

/// The columns of the tables that a condition names.
fn columns_named(predicate: &ast::Expr, legs: &[Leg]) -> BTreeSet<String> {
    predicate
        .syntax()
        .descendants()
        .filter_map(ast::NameExpr::cast)
        .map(|name| name.value())
        .filter(|name| legs.iter().any(|leg| find(&leg.rel.columns, name).is_some()))
        .collect()
}
