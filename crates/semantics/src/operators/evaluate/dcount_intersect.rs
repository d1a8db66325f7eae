//! `evaluate dcount_intersect(hll, …)`: how many values the first sketch has, the first two in common, the first three, and so on.

use quarry_schema::{KqlType, functions};
use quarry_text::Span;

use super::arguments::Given;
use crate::binder::Binder;
use crate::diagnostics;
use crate::ir::{Column, Expr, ExprKind, FunctionRef, Rel};

const MOST_SKETCHES: usize = 16;

impl Binder<'_> {
    pub(super) fn dcount_intersect(&mut self, given: &Given, input: Rel, span: Span) -> Rel {
        let sketches: Vec<Expr> = given.exprs("hll").cloned().collect();
        if sketches.len() > MOST_SKETCHES {
            self.report(diagnostics::arity_between("dcount_intersect", "2 to 16", sketches.len(), span));
        }
        let mut items: Vec<(Column, Expr)> = Self::keep(&input.columns, span);
        for last in 0..sketches.len().min(MOST_SKETCHES) {
            let first: Vec<Expr> = sketches.iter().take(last + 1).cloned().collect();
            let common = match (first.as_slice(), last) {
                ([only], 0) => Some(only.clone()),
                _ => call("set_intersect", first, KqlType::Dynamic, span),
            };
            let Some(count) = common.and_then(|common| call("dcount_hll", vec![common], KqlType::Long, span)) else {
                return self.not_yet("dcount_intersect", Some(input), span);
            };
            items.push((self.column(format!("s{last}"), KqlType::Long), count));
        }
        let open = input.open;
        self.project(input, items, open, span)
    }
}

fn call(name: &str, args: Vec<Expr>, ty: KqlType, span: Span) -> Option<Expr> {
    let function = FunctionRef(functions::scalar(name)?);
    Some(Expr {
        kind: ExprKind::Call { function, args },
        ty,
        span,
    })
}
