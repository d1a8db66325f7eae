//! Every operator and statement of the language: how it is written and what it does. What binds it is code; this is for people, and every
//! example is run by a test.

mod graph;
mod reshape;
mod results;
mod rows;
mod scalar;
mod sources;
mod statements;

/// Where an operator stands in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperatorKind {
    /// Behind `|`, or where rows come from: `where`, `range`.
    Tabular,
    /// Between values: `has`, `between`.
    Scalar,
    /// Before the query, ended by `;`: `let`.
    Statement,
}

/// An operator or statement.
#[derive(Clone, Copy, Debug)]
pub struct Operator {
    pub name: &'static str,
    pub kind: OperatorKind,
    /// How it is written: parts in brackets may be left out, `…` repeats.
    pub syntax: &'static str,
    /// One or more sentences: what comes out, and in what order where it has one.
    pub summary: &'static str,
    pub example: &'static str,
    /// The page of the language reference that defines it, such as `query/where-operator`.
    pub source: &'static str,
}

/// The operators of a theme.
#[derive(Debug)]
pub struct OperatorFamily {
    pub title: &'static str,
    pub operators: &'static [Operator],
}

/// Every operator, theme by theme.
pub const FAMILIES: &[OperatorFamily] = &[
    OperatorFamily {
        title: "Where rows come from",
        operators: sources::OPERATORS,
    },
    OperatorFamily {
        title: "Rows: choose, order, combine",
        operators: rows::OPERATORS,
    },
    OperatorFamily {
        title: "Columns, groups and shapes",
        operators: reshape::OPERATORS,
    },
    OperatorFamily {
        title: "Several results, names and presentation",
        operators: results::OPERATORS,
    },
    OperatorFamily {
        title: "Graphs",
        operators: graph::OPERATORS,
    },
    OperatorFamily {
        title: "Between values",
        operators: scalar::OPERATORS,
    },
    OperatorFamily {
        title: "Statements",
        operators: statements::OPERATORS,
    },
];

/// Every operator and statement.
pub fn all() -> impl Iterator<Item = &'static Operator> {
    FAMILIES.iter().flat_map(|family| family.operators)
}

const fn declare(
    kind: OperatorKind,
    name: &'static str,
    syntax: &'static str,
    summary: &'static str,
    example: &'static str,
    source: &'static str,
) -> Operator {
    Operator {
        name,
        kind,
        syntax,
        summary,
        example,
        source,
    }
}

const fn tabular(name: &'static str, syntax: &'static str, summary: &'static str, example: &'static str, source: &'static str) -> Operator {
    declare(OperatorKind::Tabular, name, syntax, summary, example, source)
}

const fn scalar(name: &'static str, syntax: &'static str, summary: &'static str, example: &'static str, source: &'static str) -> Operator {
    declare(OperatorKind::Scalar, name, syntax, summary, example, source)
}

const fn statement(
    name: &'static str,
    syntax: &'static str,
    summary: &'static str,
    example: &'static str,
    source: &'static str,
) -> Operator {
    declare(OperatorKind::Statement, name, syntax, summary, example, source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_is_documented_once() {
        let mut seen = std::collections::HashSet::new();
        for operator in all() {
            assert!(seen.insert(operator.name), "{} is declared twice", operator.name);
            assert!(operator.summary.ends_with('.'), "{}", operator.name);
            assert!(
                operator.example.contains(operator.name) || operator.kind == OperatorKind::Scalar,
                "{}",
                operator.name
            );
        }
    }
}
