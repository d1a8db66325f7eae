//! `find`: rows of several tables that meet a condition.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use super::search::{common_rows, missing_as_null, missing_columns};
use super::union::Leg;
use crate::binder::{Binder, read, rel, rows_of};
use crate::expressions::dynamic_call;
use crate::ir::{Column, Expr, Rel, RelKind};
use crate::scope::{Context, find};

impl Binder<'_> {
    pub(super) fn find(&mut self, node: &ast::FindOperator, input: Option<Rel>, span: Span, ctx: &Context) -> Rel {
        let source = node
            .param("withsource")
            .or_else(|| node.param("datascope"))
            .and_then(|param| param.word());
        let source = source.unwrap_or_else(|| "source_".to_owned());
        let legs = match (input, node.in_clause()) {
            (Some(rel), _) => vec![Leg {
                rel,
                label: "find_arg0".to_owned(),
            }],
            (None, Some(clause)) => self.searched_tables(clause.tables().collect(), ctx),
            (None, None) => self.all_tables(span, ctx),
        };
        let wanted: Option<Vec<(String, Option<KqlType>)>> = node.project().map(|project| {
            project
                .columns()
                .map(|column| {
                    let name = column.name().map(|name| name.value()).unwrap_or_default();
                    (name, column.type_name().map(|ty| self.type_named(&ty)))
                })
                .collect()
        });
        let packs = node.project().is_some_and(|project| {
            project.is_smart()
                || project.items().any(
                    |item| matches!(item.expr(), Some(ast::Expr::Call(call)) if call.function() == "pack_all" || call.function() == "pack"),
                )
        });
        let mut found = Vec::new();
        let missing = node
            .predicate()
            .map(|predicate| missing_columns(&predicate, &legs))
            .unwrap_or_default();
        let common = if self.executes() { None } else { common_rows(&legs) };
        let checked = common.is_some();
        if let Some(rows) = common {
            self.condition(node.predicate(), span, &Context::new(&ctx.env, rows));
        }
        for leg in legs {
            if checked {
                let rel = match &wanted {
                    Some(wanted) => self.found_columns(leg.rel, wanted, packs, span),
                    None => leg.rel,
                };
                found.push(Leg { rel, label: leg.label });
                continue;
            }
            let inner = Context::new(&missing_as_null(&ctx.env, &missing, &leg.rel, span), rows_of(&leg.rel));
            let predicate = self.condition(node.predicate(), span, &inner);
            let (columns, serialized, open) = (leg.rel.columns.clone(), leg.rel.serialized, leg.rel.open);
            let filtered = rel(RelKind::Filter { input: leg.rel, predicate }, columns, serialized, open, span);
            let rel = match &wanted {
                Some(wanted) => self.found_columns(filtered, wanted, packs, span),
                None => filtered,
            };
            found.push(Leg { rel, label: leg.label });
        }
        self.united(found, false, Some(source), false, span)
    }

    fn found_columns(&mut self, input: Rel, wanted: &[(String, Option<KqlType>)], packs: bool, span: Span) -> Rel {
        let mut items: Vec<(Column, Expr)> = Vec::new();
        for (name, ty) in wanted {
            match find(&input.columns, name) {
                Some(column) => items.push((column.clone(), read(column, span))),
                None => {
                    let ty = ty.unwrap_or(KqlType::String);
                    let null = crate::binder::value(crate::ir::Literal::Null(ty), span);
                    items.push((self.column(name.clone(), ty), null));
                }
            }
        }
        if packs {
            let pairs = input
                .columns
                .iter()
                .filter(|column| !wanted.iter().any(|(name, _)| *name == column.name));
            let args = pairs
                .flat_map(|c| {
                    [
                        crate::binder::value(crate::ir::Literal::String(c.name.clone()), span),
                        read(c, span),
                    ]
                })
                .collect();
            let bag = dynamic_call("bag_pack", args, span);
            items.push((self.column("pack_", KqlType::Dynamic), bag));
        }
        let open = input.open;
        self.project(input, items, open, span)
    }
}
