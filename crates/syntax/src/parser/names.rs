//! Names: which words may be one, and how they are written.

use super::{Completed, Parser};
use crate::SyntaxKind::{self, Colon, Dot, Ident, LeftBrace, LeftBracket, RightBrace, RightBracket, Star};

/// Words that are never a name without brackets: infix operators and words that could not be
/// told from the grammar around them.
const RESERVED: &[&str] = &[
    "and",
    "asc",
    "between",
    "containscs",
    "contains_cs",
    "desc",
    "endswith",
    "endswith_cs",
    "granny-asc",
    "granny-desc",
    "has_all",
    "has_any",
    "has_cs",
    "hasprefix",
    "hasprefix_cs",
    "hassuffix",
    "hassuffix_cs",
    "like",
    "likecs",
    "notcontains",
    "notcontainscs",
    "notlike",
    "notlikecs",
    "or",
    "startswith",
    "startswith_cs",
    // Types.
    "boolean",
    "char",
    "byte",
    "date",
    "datetime",
    "decimal",
    "double",
    "dynamic",
    "float",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "long",
    "real",
    "string",
    "time",
    "timespan",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "ulong",
    "uniqueid",
];

/// Words that need brackets wherever they are a name. They are read as names all the same, so that one error is reported and not what
/// follows from it.
const BRACKETED: &[&str] = &[
    "__contextual_datatable",
    "__id",
    "anomalychart",
    "areachart",
    "bagexpansion",
    "barchart",
    "cachingpolicy",
    "callout",
    "cancel",
    "card",
    "columnchart",
    "cycles",
    "dataexport",
    "datascope",
    "decodeblocks",
    "encodingpolicy",
    "expandoutput",
    "extent_tags_retention",
    "external_data",
    "first",
    "flags",
    "force_remote",
    "harddelete",
    "hardretention",
    "hotcache",
    "isfuzzy",
    "journal",
    "ladderchart",
    "last",
    "linechart",
    "missing",
    "nooptimization",
    "others",
    "pathformat",
    "piechart",
    "pivotchart",
    "project",
    "queries",
    "query_results",
    "relaxed",
    "restricted_view_access",
    "row_level_security",
    "rowstore",
    "rowstore_references",
    "rowstore_sealinfo",
    "rowstorepolicy",
    "rowstores",
    "scatterchart",
    "seal",
    "seals",
    "shards",
    "simple",
    "softdelete",
    "softretention",
    "stackedareachart",
    "statistics",
    "storedqueryresultcontainers",
    "tablepurge",
    "timechart",
    "timeline",
    "timepivot",
    "treemap",
    "union",
    "unrestrictedviewers",
    "views",
    "with_itemindex",
    "with_match_id",
    "with_step_name",
    "writeaheadlog",
];

/// Words that may be declared (`extend title = 1`) but need brackets where they are referred to.
const DECLARED_ONLY: &[&str] = &[
    "accumulate",
    "as",
    "by",
    "contains",
    "datatable",
    "earliest",
    "externaldata",
    "find",
    "has",
    "in",
    "invoke",
    "latest",
    "materialize",
    "mdm",
    "of",
    "print",
    "sample",
    "search",
    "set",
    "sql",
    "title",
    "to",
    "toscalar",
    "totable",
    "verbose",
    "viewers",
    "where",
];

/// Words that may be referred to but need brackets where they are declared, because operators have parameters of these names.
const REFERRED_ONLY: &[&str] = &["kind", "with_source", "withsource"];

/// Where a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameUse {
    /// It is introduced here, by a column or a parameter.
    Declared,
    /// It names something without a value beside it: `let`, `as`, the column of `range`, what `project-away` leaves out.
    Bare,
    /// It refers to something.
    Referred,
}

/// Whether a word can be a name without brackets.
fn is_allowed(word: &str, name_use: NameUse) -> bool {
    let hyphenated = word.contains('-');
    let reserved = RESERVED.contains(&word) || (name_use == NameUse::Referred && DECLARED_ONLY.contains(&word));
    !hyphenated && !reserved
}

/// Whether a word that could be read as a name needs brackets to be one.
fn needs_brackets(word: &str, name_use: NameUse) -> bool {
    let declared_only = name_use == NameUse::Bare && DECLARED_ONLY.contains(&word);
    let referred_only = name_use != NameUse::Referred && REFERRED_ONLY.contains(&word);
    declared_only || referred_only || BRACKETED.contains(&word)
}

impl Parser<'_> {
    /// Whether the token `ahead` places on is a word that can be a name.
    pub(super) fn nth_is_plain_name(&self, ahead: usize, name_use: NameUse) -> bool {
        self.nth(ahead) == Ident && is_allowed(self.nth_text(ahead), name_use)
    }

    /// Whether a name starts `ahead` places on: a word, `['…']` or `{…}`.
    pub(super) fn nth_is_name(&self, ahead: usize, name_use: NameUse) -> bool {
        self.nth_is_plain_name(ahead, name_use) || self.quoted_name_length(ahead).is_some()
    }

    /// Length in tokens of a bracketed or braced name.
    fn quoted_name_length(&self, ahead: usize) -> Option<usize> {
        let kinds = (self.nth(ahead), self.nth(ahead + 1), self.nth(ahead + 2));
        let quoted = matches!(
            kinds,
            (LeftBracket, SyntaxKind::StringLiteral, RightBracket) | (LeftBrace, Ident, RightBrace)
        );
        quoted.then_some(3)
    }

    /// Length in tokens of the name that starts `ahead` places on.
    pub(super) fn name_length(&self, ahead: usize, name_use: NameUse) -> Option<usize> {
        if self.nth_is_plain_name(ahead, name_use) {
            return Some(1);
        }
        self.quoted_name_length(ahead)
    }

    /// Reads a name; reports and reads nothing when there is none.
    pub(super) fn name(&mut self, name_use: NameUse) -> bool {
        let Some(length) = self.name_length(0, name_use) else {
            self.no_name();
            return false;
        };
        if length == 1 && needs_brackets(self.text(), name_use) {
            self.no_name();
        }
        self.name_tokens(length);
        true
    }

    /// Reads the name after a dot, where nearly every word is allowed in brackets only.
    pub(super) fn member_name(&mut self) -> bool {
        self.name(NameUse::Referred)
    }

    fn name_tokens(&mut self, length: usize) -> Completed {
        let marker = self.start();
        for _ in 0..length {
            self.bump();
        }
        marker.complete(self, SyntaxKind::Name)
    }

    fn no_name(&mut self) {
        if self.at(Ident) {
            let word = self.text();
            let message = format!("`{word}` is a word of the language and no name here");
            let span = self.here();
            let diagnostic = quarry_text::Diagnostic::error(super::SYNTAX_ERROR, message, span)
                .with_help(format!("write ['{word}'] to use it as a name"));
            self.push(diagnostic);
        } else {
            self.error("expected a name");
        }
    }

    /// Whether a pattern such as `Sign*` or `*_CL` starts here; its parts touch each other.
    pub(super) fn at_wildcard(&self) -> bool {
        self.wildcard_length().is_some()
    }

    fn wildcard_length(&self) -> Option<usize> {
        let mut length = 0;
        let mut stars = 0;
        while matches!(self.nth(length), Ident | Star | SyntaxKind::LongLiteral) && (length == 0 || self.is_adjacent(length)) {
            // Two words never touch: only stars can join them.
            stars += usize::from(self.nth(length) == Star);
            length += 1;
        }
        (stars > 0).then_some(length)
    }

    /// Reads a name or a pattern.
    pub(super) fn name_or_wildcard(&mut self) -> bool {
        match self.wildcard_length() {
            Some(length) => {
                self.name_tokens(length);
                true
            }
            None => self.name(NameUse::Referred),
        }
    }

    /// Reads the name of a scalar type.
    pub(super) fn type_name(&mut self) -> bool {
        if !self.at(Ident) {
            self.error("expected a type");
            return false;
        }
        let word = self.text();
        if crate::literal::canonical_type(word).is_none() {
            let message = format!("there is no type `{word}`");
            let mut diagnostic = quarry_text::Diagnostic::error(super::SYNTAX_ERROR, message, self.here());
            if let Some(known) = quarry_text::suggest::closest(word, crate::literal::TYPE_NAMES.iter().copied()) {
                diagnostic = diagnostic.with_help(format!("did you mean `{known}`?"));
            }
            self.push(diagnostic);
        }
        let marker = self.start();
        self.bump_as(SyntaxKind::Keyword);
        marker.complete(self, SyntaxKind::TypeName);
        true
    }

    /// Reads `name: type`, or `name` alone where the type may be missing.
    pub(super) fn column_declaration(&mut self, type_required: bool) -> bool {
        let marker = self.start();
        if !self.name(NameUse::Declared) {
            marker.abandon(self);
            return false;
        }
        if self.eat(Colon) {
            self.type_name();
        } else if type_required {
            self.error("expected `:` and a type");
        }
        marker.complete(self, SyntaxKind::ColumnDeclaration);
        true
    }

    /// Reads `(name: type, …)`; `*` may stand for columns.
    pub(super) fn row_schema(&mut self) {
        let marker = self.start();
        let open = self.here();
        if !self.expect(SyntaxKind::LeftParen, "(") {
            marker.abandon(self);
            return;
        }
        while !self.at(SyntaxKind::RightParen) && !self.at_end() {
            let read = self.eat(Star) || self.column_declaration(true);
            if !self.list_continues(read, SyntaxKind::RightParen) {
                break;
            }
        }
        self.expect_close(SyntaxKind::RightParen, ")", open);
        marker.complete(self, SyntaxKind::RowSchema);
    }

    /// After an item of a list that ends with `close`: takes the comma, or stops. With no item
    /// read, skips one token that cannot start one.
    pub(super) fn list_continues(&mut self, item_read: bool, close: SyntaxKind) -> bool {
        if self.eat(SyntaxKind::Comma) {
            return true;
        }
        if self.at(close) || self.at_end() {
            return false;
        }
        if item_read && self.starts_item() {
            self.error("expected `,`");
            return true;
        }
        if !item_read && !self.at_boundary() {
            self.error_token("this belongs nowhere");
            self.eat(SyntaxKind::Comma);
            return true;
        }
        false
    }

    fn starts_item(&self) -> bool {
        self.current().is_literal() || self.nth_is_name(0, NameUse::Referred)
    }

    /// Whether the token ends whatever is being read.
    pub(super) fn at_boundary(&self) -> bool {
        matches!(
            self.current(),
            SyntaxKind::Eof
                | SyntaxKind::Pipe
                | SyntaxKind::Semicolon
                | SyntaxKind::RightParen
                | SyntaxKind::RightBracket
                | SyntaxKind::RightBrace
        )
    }

    /// Whether an operator's parameter starts here: `name =`, or a hint `hint.name =`.
    pub(super) fn at_parameter(&self, known: &[&str]) -> bool {
        if !self.at(Ident) {
            return false;
        }
        if self.at_word("hint") && self.nth(1) == Dot && self.nth(2) == Ident {
            return self.nth(3) == SyntaxKind::Equal;
        }
        self.nth(1) == SyntaxKind::Equal && known.contains(&self.text())
    }
}
