//! Text to tokens. Every byte of the text belongs to exactly one token.

use crate::SyntaxKind;
use crate::literal::is_timespan_suffix;

/// One token; its place follows from the lengths before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lexed {
    pub kind: SyntaxKind,
    /// Length in bytes.
    pub len: usize,
    /// What is wrong with the token, if something is.
    pub error: Option<&'static str>,
}

/// Words with a hyphen that are one word all the same.
const HYPHENATED: &[&str] = &[
    "assert-schema",
    "granny-asc",
    "granny-desc",
    "graph-mark-components",
    "graph-match",
    "graph-shortest-paths",
    "graph-to-table",
    "graph-where-edges",
    "graph-where-nodes",
    "macro-expand",
    "make-graph",
    "make-series",
    "mv-apply",
    "mv-expand",
    "parse-kv",
    "parse-where",
    "partitioned-by",
    "project-away",
    "project-by-names",
    "project-keep",
    "project-rename",
    "project-reorder",
    "project-smart",
    "sample-distinct",
    "top-hitters",
    "top-nested",
];

/// Splits `source` into tokens; their lengths add up to its length.
pub(crate) fn lex(source: &str) -> Vec<Lexed> {
    let mut lexer = Lexer { source, at: 0 };
    let mut tokens = Vec::with_capacity(source.len() / 4);
    let mut seen_text = false;
    while let Some(first) = lexer.peek() {
        let start = lexer.at;
        let (kind, error) = if first == '#' && !seen_text {
            lexer.skip_line();
            (SyntaxKind::Directive, None)
        } else {
            lexer.token(first)
        };
        seen_text |= !kind.is_trivia();
        tokens.push(Lexed {
            kind,
            len: lexer.at - start,
            error,
        });
    }
    tokens
}

/// The kind of the literal that starts with `word(`.
fn typed_literal(word: &str) -> Option<SyntaxKind> {
    Some(match word {
        "bool" => SyntaxKind::BoolLiteral,
        "int" | "int32" => SyntaxKind::IntLiteral,
        "long" | "int64" => SyntaxKind::LongLiteral,
        "real" | "double" => SyntaxKind::RealLiteral,
        "decimal" => SyntaxKind::DecimalLiteral,
        "datetime" | "date" => SyntaxKind::DateTimeLiteral,
        "time" | "timespan" => SyntaxKind::TimeSpanLiteral,
        "guid" => SyntaxKind::GuidLiteral,
        _ => return None,
    })
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')
}

type Token = (SyntaxKind, Option<&'static str>);

struct Lexer<'a> {
    source: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn skip_while(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let len = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    fn skip_line(&mut self) {
        self.skip_while(|c| c != '\n' && c != '\r');
    }

    fn token(&mut self, first: char) -> Token {
        match first {
            c if is_blank(c) => {
                self.skip_while(is_blank);
                (SyntaxKind::Whitespace, None)
            }
            '/' if self.starts_with("//") => {
                self.skip_line();
                (SyntaxKind::Comment, None)
            }
            '0'..='9' => (self.number(), None),
            '"' | '\'' => self.quoted(false),
            '@' if self.starts_with("@\"") || self.starts_with("@'") => {
                self.bump();
                self.quoted(true)
            }
            '`' if self.starts_with("```") => self.multi_line("```"),
            '~' if self.starts_with("~~~") => self.multi_line("~~~"),
            'h' | 'H' => self.obfuscated().unwrap_or_else(|| self.word()),
            'a'..='z' | 'A'..='Z' | '_' | '$' => self.word(),
            '!' => self.bang(),
            _ => self.punctuation(first),
        }
    }

    fn obfuscated(&mut self) -> Option<Token> {
        let start = self.at;
        self.bump();
        let rest = self.rest();
        let token = match rest.get(..1) {
            Some("\"" | "'") => self.quoted(false),
            Some("@") if rest.starts_with("@\"") || rest.starts_with("@'") => {
                self.bump();
                self.quoted(true)
            }
            _ if rest.starts_with("```") => self.multi_line("```"),
            _ if rest.starts_with("~~~") => self.multi_line("~~~"),
            _ => {
                self.at = start;
                return None;
            }
        };
        Some(token)
    }

    fn quoted(&mut self, verbatim: bool) -> Token {
        let quote = self.bump();
        loop {
            match self.peek() {
                None | Some('\n' | '\r') => {
                    return (SyntaxKind::StringLiteral, Some("this string has no closing quote on its line"));
                }
                Some('\\') if !verbatim => {
                    self.bump();
                    if !matches!(self.peek(), None | Some('\n' | '\r')) {
                        self.bump();
                    }
                }
                c if c == quote => {
                    self.bump();
                    // In a verbatim string a doubled quote is one quote.
                    if verbatim && self.peek() == quote {
                        self.bump();
                    } else {
                        return (SyntaxKind::StringLiteral, None);
                    }
                }
                Some(_) => {
                    self.bump();
                }
            }
        }
    }

    fn multi_line(&mut self, fence: &'static str) -> Token {
        self.at += fence.len();
        match self.rest().find(fence) {
            Some(end) => {
                self.at += end + fence.len();
                (SyntaxKind::StringLiteral, None)
            }
            None => {
                self.at = self.source.len();
                (SyntaxKind::StringLiteral, Some("this multi-line string is never closed"))
            }
        }
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        self.bump();
        self.skip_while(is_word_char);
        let word = self.source.get(start..self.at).unwrap_or_default();
        if self.starts_with("(")
            && let Some(kind) = typed_literal(word)
        {
            self.skip_while(|c| !matches!(c, ')' | '\n' | '\r'));
            return match self.bump_if(')') {
                true => (kind, None),
                false => (kind, Some("this literal has no closing parenthesis on its line")),
            };
        }
        if word == "true" || word == "false" {
            return (SyntaxKind::BoolLiteral, None);
        }
        if word == "in" && self.bump_if('~') {
            return (SyntaxKind::WordOperator, None);
        }
        if self.starts_with("-") {
            let text = self.source.get(start..).unwrap_or_default();
            let whole = HYPHENATED.iter().find(|joined| {
                text.strip_prefix(**joined).is_some_and(|after| !after.starts_with(is_word_char)) && joined.len() > word.len()
            });
            if let Some(joined) = whole {
                self.at = start + joined.len();
            }
        }
        (SyntaxKind::Ident, None)
    }

    fn bump_if(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.bump();
        }
        found
    }

    /// A number, a timespan such as `1.5h`, or a name that starts with a digit.
    fn number(&mut self) -> SyntaxKind {
        let start = self.at;
        let word = self.skip_while(is_word_char);
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let tail = word.get(digits..).unwrap_or_default();
        if tail.is_empty() {
            return self.fraction();
        }
        if let Some(hex) = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"))
            && !hex.is_empty()
            && hex.bytes().all(|b| b.is_ascii_hexdigit())
        {
            return SyntaxKind::LongLiteral;
        }
        if is_timespan_suffix(tail) {
            return SyntaxKind::TimeSpanLiteral;
        }
        self.at = start + digits;
        if self.exponent() && !self.peek().is_some_and(is_word_char) {
            return SyntaxKind::RealLiteral;
        }
        self.at = start + word.len();
        SyntaxKind::Ident
    }

    /// What may follow the digits before a decimal point.
    fn fraction(&mut self) -> SyntaxKind {
        let point = self.at;
        if !self.starts_with(".") || self.starts_with("..") {
            return SyntaxKind::LongLiteral;
        }
        self.bump();
        let digits = self.skip_while(|c| c.is_ascii_digit());
        let word = self.rest().split(|c| !is_word_char(c)).next().unwrap_or_default();
        if word.is_empty() {
            return SyntaxKind::RealLiteral;
        }
        if !digits.is_empty() && is_timespan_suffix(word) {
            self.at += word.len();
            return SyntaxKind::TimeSpanLiteral;
        }
        if self.exponent() && !self.peek().is_some_and(is_word_char) {
            return SyntaxKind::RealLiteral;
        }
        // `1.name` is a member of a number: let the parser refuse it.
        self.at = point;
        SyntaxKind::LongLiteral
    }

    /// Skips `e5`, `E+5`, `e-5`; stays where it was when there is none.
    fn exponent(&mut self) -> bool {
        let start = self.at;
        if self.bump_if('e') || self.bump_if('E') {
            if !self.bump_if('+') {
                self.bump_if('-');
            }
            if !self.skip_while(|c| c.is_ascii_digit()).is_empty() {
                return true;
            }
        }
        self.at = start;
        false
    }

    fn bang(&mut self) -> Token {
        self.bump();
        if self.bump_if('=') {
            return (SyntaxKind::BangEqual, None);
        }
        if self.bump_if('~') {
            return (SyntaxKind::BangTilde, None);
        }
        let word = self.skip_while(is_word_char);
        if word.is_empty() {
            return (SyntaxKind::Bang, None);
        }
        if word == "in" {
            self.bump_if('~');
        }
        (SyntaxKind::WordOperator, None)
    }

    fn punctuation(&mut self, first: char) -> Token {
        const PAIRS: &[(&str, SyntaxKind)] = &[
            ("..", SyntaxKind::DotDot),
            ("==", SyntaxKind::EqualEqual),
            ("=~", SyntaxKind::EqualTilde),
            ("=>", SyntaxKind::FatArrow),
            ("<>", SyntaxKind::LessGreater),
            ("<=", SyntaxKind::LessEqual),
            (">=", SyntaxKind::GreaterEqual),
        ];
        if let Some((text, kind)) = PAIRS.iter().find(|(text, _)| self.starts_with(text)) {
            self.at += text.len();
            return (*kind, None);
        }
        self.bump();
        let kind = match first {
            '(' => SyntaxKind::LeftParen,
            ')' => SyntaxKind::RightParen,
            '[' => SyntaxKind::LeftBracket,
            ']' => SyntaxKind::RightBracket,
            '{' => SyntaxKind::LeftBrace,
            '}' => SyntaxKind::RightBrace,
            '|' => SyntaxKind::Pipe,
            '.' => SyntaxKind::Dot,
            ',' => SyntaxKind::Comma,
            ';' => SyntaxKind::Semicolon,
            ':' => SyntaxKind::Colon,
            '=' => SyntaxKind::Equal,
            '<' => SyntaxKind::Less,
            '>' => SyntaxKind::Greater,
            '+' => SyntaxKind::Plus,
            '-' => SyntaxKind::Minus,
            '*' => SyntaxKind::Star,
            '/' => SyntaxKind::Slash,
            '%' => SyntaxKind::Percent,
            '@' => SyntaxKind::At,
            '?' => SyntaxKind::Question,
            _ => SyntaxKind::ErrorToken,
        };
        (kind, None)
    }
}
