//! Values in a query that its author meant to be adjusted: top-level `let NAME = literal` statements.

use quarry_schema::KqlType;
use quarry_syntax::ast::{AstNode, Expr, LetStatement, Statement};
use quarry_syntax::literal::{LiteralType, LiteralValue};
use quarry_text::Span;

/// A named literal at the top of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tunable {
    pub name: String,
    /// The literal as written.
    pub literal: String,
    pub ty: KqlType,
    /// Place of the literal in the query text.
    pub span: Span,
    /// The comment above it, or behind it on its line.
    pub help: String,
}

impl Tunable {
    /// `value` as a literal that can stand in this one's place. Strings may come without quotes, times, guids and documents without
    /// their type: `30d`, `2026-11-01`, `["a","b"]`.
    ///
    /// # Errors
    /// A sentence, when it is not a value of the same type.
    pub fn literal_of(&self, value: &str) -> Result<String, String> {
        let candidates = [Some(value.to_owned()), self.wrapped(value)];
        let fits = |text: &String| literal_type(text).is_some_and(|ty| ty == self.ty);
        candidates
            .into_iter()
            .flatten()
            .find(fits)
            .ok_or_else(|| format!("`{value}` is not of type {}", self.ty))
    }

    fn wrapped(&self, value: &str) -> Option<String> {
        match self.ty {
            KqlType::String => Some(format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))),
            // A bare number would count days, which nobody expects of `--set Hours=7`.
            KqlType::TimeSpan if !value.contains(':') => None,
            ty => Some(format!("{ty}({value})")),
        }
    }
}

/// The tunables of a query, in its order.
#[must_use]
pub fn find(query: &str) -> Vec<Tunable> {
    let parse = quarry_syntax::parse(query);
    let lets = parse
        .root()
        .into_iter()
        .flat_map(|root| root.statements())
        .filter_map(|statement| match statement {
            Statement::Let(statement) => Some(statement),
            _ => None,
        });
    lets.filter_map(|statement| tunable(&statement, query)).collect()
}

fn tunable(statement: &LetStatement, query: &str) -> Option<Tunable> {
    let value = statement.value()?;
    let ty = type_of(&value)?;
    let span = value.span();
    let help = comment_above(query, statement.span().start).or_else(|| comment_behind(query, span.end));
    Some(Tunable {
        name: statement.name()?.value(),
        literal: span.text(query).to_owned(),
        ty,
        span,
        help: help.unwrap_or_default(),
    })
}

/// The type of a text that is one literal and nothing else.
fn literal_type(text: &str) -> Option<KqlType> {
    let parse = quarry_syntax::parse_expression(text);
    if !parse.diagnostics().is_empty() {
        return None;
    }
    let expr = parse.expression()?;
    // Anything beside the literal, such as a comment, would become part of the query.
    (expr.text() == text.trim()).then(|| type_of(&expr))?
}

fn type_of(expr: &Expr) -> Option<KqlType> {
    match expr {
        Expr::Literal(literal) => Some(match literal.value()? {
            LiteralValue::Bool(_) | LiteralValue::Null(LiteralType::Bool) => KqlType::Bool,
            LiteralValue::Int(_) | LiteralValue::Null(LiteralType::Int) => KqlType::Int,
            LiteralValue::Long(_) | LiteralValue::Null(LiteralType::Long) => KqlType::Long,
            LiteralValue::Real(_) | LiteralValue::Null(LiteralType::Real) => KqlType::Real,
            LiteralValue::Decimal(_) | LiteralValue::Null(LiteralType::Decimal) => KqlType::Decimal,
            LiteralValue::String(_) => KqlType::String,
            LiteralValue::DateTime(_) | LiteralValue::Now | LiteralValue::Null(LiteralType::DateTime) => KqlType::DateTime,
            LiteralValue::TimeSpan(_) | LiteralValue::Null(LiteralType::TimeSpan) => KqlType::TimeSpan,
            LiteralValue::Guid(_) | LiteralValue::Null(LiteralType::Guid) => KqlType::Guid,
        }),
        Expr::Dynamic(dynamic) => dynamic.value().map(|_| KqlType::Dynamic),
        Expr::Unary(unary) if unary.is_minus() => {
            let ty = type_of(&unary.operand()?)?;
            (ty.is_number() || ty == KqlType::TimeSpan).then_some(ty)
        }
        _ => None,
    }
}

fn comment_above(query: &str, start: u32) -> Option<String> {
    let before = query.get(..start as usize)?;
    // The statement must begin its line: what stands before it there belongs to another one.
    let (above, indent) = before.rsplit_once('\n')?;
    if !indent.trim().is_empty() {
        return None;
    }
    let mut lines: Vec<&str> = above
        .lines()
        .rev()
        .map(str::trim)
        .map_while(|line| line.strip_prefix("//"))
        .collect();
    lines.reverse();
    tidy(&lines)
}

fn comment_behind(query: &str, end: u32) -> Option<String> {
    let line = query.get(end as usize..)?.lines().next()?;
    let comment = line.trim_start().strip_prefix(';')?.trim_start().strip_prefix("//")?;
    tidy(&[comment])
}

fn tidy(lines: &[&str]) -> Option<String> {
    let text: Vec<&str> = lines.iter().map(|line| line.trim_start_matches('/').trim()).collect();
    let text = text.join(" ").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    const QUERY: &str = "// Days to look back\n// before now\nlet LookBack = 30d;\nlet Limit = -5; // how many\nlet Names = dynamic(['a', \"b\"]);
let T = SecurityEvent | take 5;\nlet Text = 'x y';\nlet Start = datetime(2026-01-01);\nlet f = () { let Inner = 5; Inner };\nT | where a > Limit";

    fn tunable(name: &str) -> Tunable {
        find(QUERY).into_iter().find(|tunable| tunable.name == name).unwrap()
    }

    #[test]
    fn literals_at_the_top_with_their_comments() {
        let found = find(QUERY);
        let names: Vec<&str> = found.iter().map(|tunable| tunable.name.as_str()).collect();
        assert_eq!(names, ["LookBack", "Limit", "Names", "Text", "Start"]);
        assert_eq!(found[0].help, "Days to look back before now");
        assert_eq!(found[1].help, "how many");
        assert_eq!(found[2].help, "");
        assert_eq!(found[2].literal, "dynamic(['a', \"b\"])");
        assert_eq!(found[4].ty, KqlType::DateTime);
        assert!(found.iter().all(|tunable| tunable.span.text(QUERY) == tunable.literal));
    }

    #[test]
    fn values_must_have_the_type() {
        assert_eq!(tunable("LookBack").literal_of("7d").unwrap(), "7d");
        assert_eq!(tunable("LookBack").literal_of("1.12:00:00").unwrap(), "timespan(1.12:00:00)");
        assert!(tunable("LookBack").literal_of("7").is_err());
        assert_eq!(tunable("Limit").literal_of("10").unwrap(), "10");
        assert!(tunable("Limit").literal_of("ten").is_err());
        assert_eq!(tunable("Names").literal_of("[\"c\"]").unwrap(), "dynamic([\"c\"])");
        assert_eq!(tunable("Start").literal_of("2026-11-01").unwrap(), "datetime(2026-11-01)");
    }

    #[test]
    fn strings_cannot_break_out() {
        assert_eq!(tunable("Text").literal_of("a\" | take 1").unwrap(), "\"a\\\" | take 1\"");
        assert_eq!(tunable("Text").literal_of("'quoted'").unwrap(), "'quoted'");
        assert!(tunable("Limit").literal_of("5; Secrets").is_err());
        assert!(tunable("Limit").literal_of("5 // x").is_err());
    }
}
