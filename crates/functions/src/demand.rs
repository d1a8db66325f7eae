//! What a condition demands of a text: where a needle must be for the condition to be true. Storage leaves out rows that cannot have it.

use datafusion::logical_expr::Expr;

pub use crate::kernel::text_demand;
pub use crate::operators::Place;

/// A needle that a text must have, whatever its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub place: Place,
    pub text: String,
}

/// More alternatives than this are not looked up: reading all rows is not much slower then.
pub const MOST_ALTERNATIVES: usize = 512;

/// A condition on the text of one argument. It can be true only where all needles of one of the alternatives are in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextDemand {
    /// The position of the argument.
    pub value: usize,
    pub any: Vec<Vec<Wanted>>,
}

impl TextDemand {
    /// A demand of so many alternatives that none is told: there is one, without needles.
    pub(crate) fn of_many(value: usize) -> TextDemand {
        TextDemand {
            value,
            any: vec![Vec::new()],
        }
    }

    pub(crate) fn one(value: usize, place: Place, text: &str) -> TextDemand {
        let text = text.to_owned();
        TextDemand {
            value,
            any: vec![vec![Wanted { place, text }]],
        }
    }
}

/// The expression without the names and widenings around it.
#[must_use]
pub fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => bare(&alias.expr),
        Expr::Cast(cast) => bare(&cast.expr),
        expr => expr,
    }
}
