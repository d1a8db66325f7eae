//! `make-series`, `range`, `scan` and `reduce`.

use super::{AstNode as _, ast_node, child, with_params};
use crate::SyntaxKind;
use crate::ast::{
    ArgumentList, ByClause, DefaultClause, Expr, FromClause, Name, NamedExpr, NamedParameter, OnClause, Parameter, ParameterList,
    StepClause, ToClause, WithClause, children, has_keyword, tokens,
};

ast_node! {
    /// `make-series aggregate, … on axis from … to … step … by …`.
    MakeSeriesOperator
}
ast_node! {
    /// `[name =] aggregate [default = value]`.
    MakeSeriesItem
}
ast_node! {
    /// `in range(start, stop, step)`.
    InRangeClause
}
ast_node! {
    /// `range name from … to … step …`.
    RangeOperator
}
ast_node! {
    /// `reduce [kind=…] by expression [with threshold=…, characters=…]`.
    ReduceOperator
}
ast_node! {
    /// `scan [with_match_id=…] [declare (…)] with (steps)`.
    ScanOperator
}
ast_node! {
    /// `declare (name: type = default, …)`.
    ScanDeclareClause
}
ast_node! {
    /// `step name [optional] [output=…]: condition [=> assignments];`.
    ScanStep
}
ast_node! {
    /// `column = expression`.
    ScanAssignment
}

with_params!(MakeSeriesOperator ReduceOperator ScanOperator);

/// Where a series begins and ends.
macro_rules! range_accessors {
    ($($name:ident)*) => {$(
        impl $name {
            /// The start.
            #[must_use]
            pub fn from(&self) -> Option<Expr> {
                child::<FromClause>(self.syntax()).and_then(|clause| clause.expr())
            }

            /// The end.
            #[must_use]
            pub fn to(&self) -> Option<Expr> {
                child::<ToClause>(self.syntax()).and_then(|clause| clause.expr())
            }

            /// The distance between two values.
            #[must_use]
            pub fn step(&self) -> Option<Expr> {
                child::<StepClause>(self.syntax()).and_then(|clause| clause.expr())
            }
        }
    )*};
}

range_accessors!(MakeSeriesOperator RangeOperator);

impl MakeSeriesOperator {
    /// The aggregates.
    pub fn items(&self) -> impl Iterator<Item = MakeSeriesItem> + use<> {
        children(self.syntax())
    }

    /// The axis.
    #[must_use]
    pub fn on(&self) -> Option<NamedExpr> {
        child::<OnClause>(self.syntax()).and_then(|on| on.axis())
    }

    /// The older form of the range.
    #[must_use]
    pub fn in_range(&self) -> Option<InRangeClause> {
        child(self.syntax())
    }

    /// The keys.
    #[must_use]
    pub fn by(&self) -> Option<ByClause> {
        child(self.syntax())
    }
}

impl MakeSeriesItem {
    /// The aggregate, with a name where one is given.
    #[must_use]
    pub fn named(&self) -> Option<NamedExpr> {
        child(self.syntax())
    }

    /// The value of empty bins.
    #[must_use]
    pub fn default(&self) -> Option<Expr> {
        child::<DefaultClause>(self.syntax()).and_then(|clause| clause.expr())
    }
}

impl InRangeClause {
    /// Start, stop and step.
    pub fn arguments(&self) -> impl Iterator<Item = Expr> + use<> {
        child::<ArgumentList>(self.syntax())
            .into_iter()
            .flat_map(|list| list.arguments())
            .filter_map(|argument| argument.expr())
    }
}

impl RangeOperator {
    /// The name of the column.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }
}

impl ReduceOperator {
    /// The text that is grouped.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        child::<ByClause>(self.syntax()).and_then(|by| by.expr())
    }

    /// `threshold` and `characters`.
    pub fn properties(&self) -> impl Iterator<Item = NamedParameter> + use<> {
        child::<WithClause>(self.syntax()).into_iter().flat_map(|with| with.properties())
    }
}

impl ScanOperator {
    /// The declared columns, with defaults.
    pub fn declared(&self) -> impl Iterator<Item = Parameter> + use<> {
        child::<ScanDeclareClause>(self.syntax())
            .and_then(|clause| child::<ParameterList>(clause.syntax()))
            .into_iter()
            .flat_map(|list| list.parameters())
    }

    /// The `order by` and `partition by` clauses; `order by` holds ordered keys.
    pub fn by_clauses(&self) -> impl Iterator<Item = ByClause> + use<> {
        children(self.syntax())
    }

    /// The steps in order.
    pub fn steps(&self) -> impl Iterator<Item = ScanStep> + use<> {
        children(self.syntax())
    }
}

impl ScanStep {
    /// The step's name.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// Whether a match may skip the step.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        has_keyword(self.syntax(), "optional")
    }

    /// The value of `output=…`: `all`, `last` or `none`.
    #[must_use]
    pub fn output(&self) -> Option<String> {
        child::<NamedParameter>(self.syntax()).and_then(|param| param.word())
    }

    /// The condition.
    #[must_use]
    pub fn condition(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// What a matching row assigns.
    pub fn assignments(&self) -> impl Iterator<Item = ScanAssignment> + use<> {
        children(self.syntax())
    }
}

impl ScanAssignment {
    /// The column.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The value.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// Whether the `=` is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        tokens(self.syntax()).any(|token| token.kind() == SyntaxKind::Equal) && self.expr().is_some()
    }
}
