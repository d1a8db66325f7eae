//! STIX patterns: what an indicator matches.
//!
//! `[ipv4-addr:value = '198.51.100.7' OR domain-name:value = 'bad.example'] WITHIN 300 SECONDS`: observations in brackets, each a
//! condition on the properties of objects, joined by `AND`, `OR` and `FOLLOWEDBY`. The grammar is read as a whole; what the two tables of
//! indicators can hold of a pattern are the values that a property must be equal to ([`Pattern::alternatives`]).

mod alternatives;
mod lexer;
mod parser;

pub(super) use alternatives::Alternatives;

/// Longest pattern that is read.
const LONGEST: usize = 256 << 10;
/// Brackets within brackets.
const DEEPEST: usize = 64;

/// A pattern, as far as values can be taken from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// The conditions of all observations.
    observations: Vec<Condition>,
    /// Observations belong together, or are limited in time or number: more than values can say.
    combined: bool,
}

/// A condition on the properties of one observation.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    Test(Test),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

/// `path operator values`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Test {
    /// As the standard spells it: `file:hashes.'SHA-256'`.
    path: String,
    /// The property equals one of the values; any other operator, or a negation, does not say so.
    equals: bool,
    values: Vec<String>,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Pattern, String> {
        if text.len() > LONGEST {
            return Err(format!("a pattern has {} KB at most", LONGEST >> 10));
        }
        parser::parse(lexer::tokens(text)?)
    }
}
