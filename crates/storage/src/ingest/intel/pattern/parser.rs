//! From words to conditions, by the grammar of STIX 2.1.

use super::lexer::Token;
use super::{Condition, DEEPEST, Pattern, Test};

pub(super) fn parse(tokens: Vec<Token>) -> Result<Pattern, String> {
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
        pattern: Pattern {
            observations: Vec::new(),
            combined: false,
        },
    };
    parser.observations()?;
    match parser.peek() {
        None => Ok(parser.pattern),
        Some(token) => Err(format!("{} is not expected here", shown(token))),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    pattern: Pattern,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Sign(own)) if *own == sign);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.sign(sign) {
            return Ok(());
        }
        Err(format!(
            "`{sign}` is expected, not {}",
            self.peek().map_or("the end".to_owned(), shown)
        ))
    }

    fn keyword(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Name(name)) if name.eq_ignore_ascii_case(word));
        self.at += usize::from(is);
        is
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Parser) -> Result<T, String>) -> Result<T, String> {
        if self.depth == DEEPEST {
            return Err(format!("more than {DEEPEST} brackets within each other"));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Observations with what joins them. How tightly each operator binds does not matter: all their values are wanted.
    fn observations(&mut self) -> Result<(), String> {
        loop {
            if self.sign("(") {
                self.deeper(Parser::observations)?;
                self.expect(")")?;
            } else {
                self.expect("[")?;
                let condition = self.any()?;
                self.expect("]")?;
                self.pattern.observations.push(condition);
            }
            while self.qualifier()? {
                self.pattern.combined = true;
            }
            if self.keyword("AND") || self.keyword("FOLLOWEDBY") {
                self.pattern.combined = true;
            } else if !self.keyword("OR") {
                return Ok(());
            }
        }
    }

    /// `WITHIN 5 SECONDS`, `REPEATS 3 TIMES`, `START t'…' STOP t'…'`.
    fn qualifier(&mut self) -> Result<bool, String> {
        if self.keyword("WITHIN") {
            self.number()?;
            return self.word("SECONDS");
        }
        if self.keyword("REPEATS") {
            self.number()?;
            return self.word("TIMES");
        }
        if self.keyword("START") {
            self.value()?;
            self.word("STOP")?;
            self.value()?;
            return Ok(true);
        }
        Ok(false)
    }

    fn word(&mut self, word: &str) -> Result<bool, String> {
        if self.keyword(word) {
            return Ok(true);
        }
        Err(format!("`{word}` is expected"))
    }

    fn number(&mut self) -> Result<(), String> {
        let is = matches!(self.peek(), Some(Token::Number(_)));
        self.at += usize::from(is);
        if is { Ok(()) } else { Err("a number is expected".to_owned()) }
    }

    fn any(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.all()?];
        while self.keyword("OR") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.test()?];
        while self.keyword("AND") {
            parts.push(self.test()?);
        }
        Ok(one_or(parts, Condition::All))
    }

    fn test(&mut self) -> Result<Condition, String> {
        if self.sign("(") {
            let inside = self.deeper(Parser::any)?;
            self.expect(")")?;
            return Ok(inside);
        }
        if self.keyword("EXISTS") {
            let path = self.path()?;
            return Ok(test(path, false, Vec::new()));
        }
        let path = self.path()?;
        let negated = self.keyword("NOT");
        if self.keyword("IN") {
            let values = self.list()?;
            return Ok(test(path, !negated, values));
        }
        for word in ["LIKE", "MATCHES", "ISSUPERSET"] {
            if self.keyword(word) {
                self.value()?;
                return Ok(test(path, false, Vec::new()));
            }
        }
        // A network is a value of its own.
        if self.keyword("ISSUBSET") || self.sign("=") || self.sign("==") {
            let value = self.value()?;
            return Ok(test(path, !negated, vec![value]));
        }
        for sign in ["!=", "<>", "<=", ">=", "<", ">"] {
            if self.sign(sign) {
                let value = self.value()?;
                let equals = negated && matches!(sign, "!=" | "<>");
                return Ok(test(path, equals, vec![value]));
            }
        }
        Err(format!("an operator is expected after `{path}`"))
    }

    fn list(&mut self) -> Result<Vec<String>, String> {
        self.expect("(")?;
        let mut values = Vec::new();
        if self.sign(")") {
            return Ok(values);
        }
        loop {
            values.push(self.value()?);
            if self.sign(")") {
                return Ok(values);
            }
            self.expect(",")?;
        }
    }

    fn value(&mut self) -> Result<String, String> {
        let value = match self.peek() {
            Some(Token::Text(text) | Token::Number(text) | Token::Typed(text)) => text.clone(),
            Some(Token::Name(name)) if name.eq_ignore_ascii_case("true") || name.eq_ignore_ascii_case("false") => name.to_lowercase(),
            other => return Err(format!("a value is expected, not {}", other.map_or("the end".to_owned(), shown))),
        };
        self.at += 1;
        Ok(value)
    }

    /// `type:property.property[2].'other property'`.
    fn path(&mut self) -> Result<String, String> {
        let mut path = match self.peek() {
            Some(Token::Name(name)) => name.clone(),
            other => return Err(format!("a property is expected, not {}", other.map_or("the end".to_owned(), shown))),
        };
        self.at += 1;
        self.expect(":")?;
        path.push(':');
        self.step(&mut path)?;
        loop {
            if self.sign(".") {
                path.push('.');
                self.step(&mut path)?;
            } else if self.sign("[") {
                let index = match self.peek() {
                    Some(Token::Sign("*")) => "*".to_owned(),
                    Some(Token::Number(number)) => number.clone(),
                    _ => return Err("a number or `*` is expected in brackets".to_owned()),
                };
                self.at += 1;
                self.expect("]")?;
                path.push_str(&format!("[{index}]"));
            } else {
                return Ok(path);
            }
        }
    }

    fn step(&mut self, path: &mut String) -> Result<(), String> {
        let name = match self.peek() {
            Some(Token::Name(name) | Token::Text(name)) => name.clone(),
            _ => return Err(format!("a property is expected after `{path}`")),
        };
        self.at += 1;
        if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            path.push_str(&name);
        } else {
            path.push_str(&format!("'{}'", name.replace('\\', "\\\\").replace('\'', "\\'")));
        }
        Ok(())
    }
}

fn test(path: String, equals: bool, values: Vec<String>) -> Condition {
    Condition::Test(Test { path, equals, values })
}

fn one_or(mut parts: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.len() {
        1 => parts.swap_remove(0),
        _ => join(parts),
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Name(text) | Token::Number(text) => format!("`{text}`"),
        Token::Text(text) | Token::Typed(text) => format!("'{text}'"),
        Token::Sign(sign) => format!("`{sign}`"),
    }
}
