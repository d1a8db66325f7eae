//! `_GetWatchlist('alias')`: the items of a watchlist; `_GetWatchlistAlias`: the aliases of all.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, nothing, read, rel, rows_of, value};
use crate::catalog::OutsideFile;
use crate::constant::fold_strings;
use crate::diagnostics;
use crate::expressions::dynamic_call;
use crate::ir::{Candidates, Column, Expr, ExprKind, Literal, MembershipOp, OutsideRead, OutsideSource, Rel, RelKind};
use crate::scope::{Context, find};

/// Every item has these, before the columns of its own.
const COLUMNS: [(&str, KqlType); 4] = [
    ("_DTItemId", KqlType::String),
    ("LastUpdatedTimeUTC", KqlType::DateTime),
    ("SearchKey", KqlType::String),
    ("WatchlistItem", KqlType::Dynamic),
];

/// Watchlists by which users adjust the ASIM parsers: without one there is nothing to adjust.
const OPTIONAL: &str = "ASim";

/// A GUID for an item, as the real service has it: the same as long as the item is in its place.
fn item_id(alias: &str, row: Expr, span: Span) -> Expr {
    let call = |name: &str, ty: KqlType, args: Vec<Expr>| Expr {
        ty,
        ..dynamic_call(name, args, span)
    };
    let list = value(Literal::String(format!("{alias}\u{1f}")), span);
    let item = call("strcat", KqlType::String, vec![list, row]);
    let hash = call("hash_md5", KqlType::String, vec![item]);
    call("tostring", KqlType::String, vec![call("toguid", KqlType::Guid, vec![hash])])
}

impl Binder<'_> {
    pub(crate) fn watchlist(&mut self, args: &[ast::NamedExpr], span: Span, ctx: &Context) -> Rel {
        let mut bound = args.iter().filter_map(ast::NamedExpr::expr).collect::<Vec<_>>().into_iter();
        let (alias, keys, more) = (bound.next(), bound.next(), bound.next());
        let (Some(alias), None) = (alias, more) else {
            self.report(diagnostics::arity("_GetWatchlist", "1 to 2", args.len(), span));
            return nothing(span);
        };
        let place = self.span(&alias);
        let alias = self.expr(&alias, &ctx.without_rows());
        let Some(alias) = self.known_string(&alias) else {
            if self.executes() {
                self.report(diagnostics::constant_expected("_GetWatchlist(): the alias", place));
                return nothing(span);
            }
            return self.no_items(true, span);
        };
        if !self.executes() {
            return self.no_items(true, span);
        }
        let rows = match self.catalog.outside().and_then(|outside| outside.watchlist(&alias)) {
            Some(file) => self.watched(&alias, file, span),
            None if alias.starts_with(OPTIONAL) => self.no_items(false, span),
            None => {
                let aliases = self.catalog.outside().map(|outside| outside.watchlists()).unwrap_or_default();
                let closest = quarry_text::suggest::closest(&alias, aliases.iter().map(String::as_str));
                self.report(diagnostics::no_watchlist(&alias, closest, place));
                nothing(span)
            }
        };
        match keys {
            Some(keys) => self.with_keys(rows, &keys, span, ctx),
            None => rows,
        }
    }

    /// The aliases of all watchlists.
    pub(crate) fn watchlist_aliases(&mut self, span: Span) -> Rel {
        let aliases = self.catalog.outside().map(|outside| outside.watchlists()).unwrap_or_default();
        let rows = aliases.into_iter().map(|alias| vec![value(Literal::String(alias), span)]).collect();
        let column = self.column("WatchlistAlias", KqlType::String);
        rel(RelKind::Rows { rows }, vec![column], false, false, span)
    }

    fn no_items(&mut self, open: bool, span: Span) -> Rel {
        let columns = COLUMNS.map(|(name, ty)| self.column(name, ty)).to_vec();
        rel(RelKind::Rows { rows: Vec::new() }, columns, false, open, span)
    }

    fn watched(&mut self, alias: &str, file: OutsideFile, span: Span) -> Rel {
        let from = OutsideRead {
            files: vec![file.id],
            format: file.format,
            header: true,
            ..OutsideRead::default()
        };
        let row = self.column("_DTItemId", KqlType::String);
        let mut wanted = vec![(row, OutsideSource::Row)];
        for name in &file.columns {
            let column = self.column(name.clone(), KqlType::String);
            wanted.push((column, OutsideSource::Name(name.clone())));
        }
        let rows = self.outside_rows(from, wanted, span);
        let own: Vec<Column> = rows.columns.iter().skip(1).cloned().collect();
        let key = file.key.as_deref().and_then(|key| find(&own, key)).or(own.first()).cloned();
        let pack = own
            .iter()
            .flat_map(|column| [value(Literal::String(column.name.clone()), span), read(column, span)]);
        let pack = dynamic_call("bag_pack", pack.collect(), span);
        let mut items: Vec<(Column, Expr)> = Vec::new();
        for (name, ty) in COLUMNS {
            let item = match name {
                "LastUpdatedTimeUTC" => value(Literal::DateTime(file.added), span),
                "SearchKey" => key
                    .as_ref()
                    .map_or_else(|| value(Literal::String(String::new()), span), |key| read(key, span)),
                "WatchlistItem" => pack.clone(),
                _ => match rows.columns.first() {
                    Some(row) => item_id(alias, read(row, span), span),
                    None => value(Literal::String(String::new()), span),
                },
            };
            items.push((self.column(name, ty), item));
        }
        // A column of the file that is called like one of these is still in the bag.
        let shown = own.iter().filter(|column| !COLUMNS.iter().any(|(name, _)| *name == column.name));
        items.extend(shown.map(|column| (column.clone(), read(column, span))));
        self.project(rows, items, false, span)
    }

    /// Only the items whose search key is in a list; an empty list means all of them.
    fn with_keys(&mut self, rows: Rel, keys: &ast::Expr, span: Span, ctx: &Context) -> Rel {
        let keys = self.expr(keys, &ctx.without_rows());
        let Some(keys) = fold_strings(&keys, self.now) else {
            self.report(diagnostics::constant_expected("_GetWatchlist(): the keys", keys.span));
            return rows;
        };
        let Some(key) = rows_of(&rows).column("SearchKey").cloned().filter(|_| !keys.is_empty()) else {
            return rows;
        };
        let predicate = Expr {
            kind: ExprKind::Membership {
                op: MembershipOp::In,
                negated: false,
                value: Box::new(read(&key, span)),
                candidates: Candidates::List(keys.into_iter().map(|key| value(Literal::String(key), span)).collect()),
            },
            ty: KqlType::Bool,
            span,
        };
        let (columns, open) = (rows.columns.clone(), rows.open);
        rel(RelKind::Filter { input: rows, predicate }, columns, false, open, span)
    }
}
