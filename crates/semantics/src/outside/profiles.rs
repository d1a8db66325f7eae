//! `invoke FileProfile(hash, limit)`: what is known of the files of the rows, from a file that the user gives.

use quarry_schema::{KqlType, functions};
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, convert, read, rel, rows_of, value};
use crate::catalog::OutsideFile;
use crate::diagnostics;
use crate::expressions::dynamic_call;
use crate::ir::{Aggregate, Column, Expr, FunctionRef, JoinKind, Literal, OutsideRead, OutsideSource, Rel, RelKind};
use crate::scope::{Context, find};

/// What is known of a file.
const COLUMNS: &[(&str, KqlType)] = &[
    ("SHA1", KqlType::String),
    ("SHA256", KqlType::String),
    ("MD5", KqlType::String),
    ("FileSize", KqlType::Int),
    ("GlobalPrevalence", KqlType::Int),
    ("GlobalFirstSeen", KqlType::DateTime),
    ("GlobalLastSeen", KqlType::DateTime),
    ("Signer", KqlType::String),
    ("Issuer", KqlType::String),
    ("SignerHash", KqlType::String),
    ("IsCertificateValid", KqlType::Bool),
    ("IsRootSignerMicrosoft", KqlType::Bool),
    ("SignatureState", KqlType::String),
    ("IsExecutable", KqlType::Bool),
    ("ThreatName", KqlType::String),
    ("Publisher", KqlType::String),
    ("SoftwareName", KqlType::String),
    ("ProfileAvailability", KqlType::String),
];

const AVAILABILITY: &str = "ProfileAvailability";

impl Binder<'_> {
    /// Adds the columns to the rows that come in; what they have already stays as it is.
    pub(crate) fn file_profile(&mut self, args: &[ast::NamedExpr], input: Rel, span: Span, ctx: &Context) -> Rel {
        let hash = self.profiled_hash(args, &input, span, ctx);
        let new = COLUMNS.iter().filter(|(name, _)| find(&input.columns, name).is_none());
        let new: Vec<Column> = new.map(|(name, ty)| self.column(*name, *ty)).collect();
        let known = if self.executes() {
            self.catalog.outside().and_then(|outside| outside.profiles())
        } else {
            None
        };
        let kept = Self::keep(&input.columns, span);
        let open = input.open;
        match (known, hash) {
            (Some(file), Some(hash)) => {
                let (joined, found) = self.with_profiles(file, input, hash, span);
                let mut items = kept;
                for column in new {
                    let value = match find(&found, &column.name) {
                        Some(known) if known.name == AVAILABILITY => or_missing(read(known, span), span),
                        Some(known) => read(known, span),
                        None => nothing_known(&column, span),
                    };
                    items.push((column, value));
                }
                self.project(joined, items, open, span)
            }
            _ => {
                if self.executes() {
                    self.report(diagnostics::no_profiles(span));
                }
                let mut items = kept;
                items.extend(new.into_iter().map(|column| {
                    let value = nothing_known(&column, span);
                    (column, value)
                }));
                self.project(input, items, open, span)
            }
        }
    }

    /// The hash that rows are known by: the column given, or `SHA1`.
    fn profiled_hash(&mut self, args: &[ast::NamedExpr], input: &Rel, span: Span, ctx: &Context) -> Option<Column> {
        let inner = Context::new(&ctx.env, rows_of(input));
        let mut named = Vec::new();
        for node in args.iter().filter_map(ast::NamedExpr::expr) {
            let bound = self.expr(&node, &inner);
            match bound.kind {
                crate::ir::ExprKind::Column(id) => named.extend(input.columns.iter().find(|column| column.id == id).cloned()),
                crate::ir::ExprKind::Literal(Literal::String(name)) => named.extend(find(&input.columns, &name).cloned()),
                // How many files to ask the cloud about: here all are looked up.
                _ => {}
            }
        }
        let hash = named.into_iter().next().or_else(|| find(&input.columns, "SHA1").cloned());
        if hash.is_none() && !input.open {
            self.report(diagnostics::unknown_column("SHA1", None, span));
        }
        hash
    }

    /// The rows beside what is known of their files, and the columns of that.
    fn with_profiles(&mut self, file: OutsideFile, input: Rel, hash: Column, span: Span) -> (Rel, Vec<Column>) {
        let by = ["SHA256", "MD5"]
            .into_iter()
            .find(|kind| hash.name.to_ascii_uppercase().ends_with(kind))
            .unwrap_or("SHA1");
        let wanted = COLUMNS.iter().filter(|(name, _)| file.columns.iter().any(|known| known == name));
        let wanted = wanted.map(|(name, ty)| (self.column(*name, *ty), OutsideSource::Name((*name).to_owned())));
        let wanted = wanted.collect();
        let from = OutsideRead {
            files: vec![file.id],
            format: file.format,
            header: true,
            ..OutsideRead::default()
        };
        let rows = self.outside_rows(from, wanted, span);
        let Some(key) = find(&rows.columns, by).cloned() else {
            self.report(diagnostics::general(
                format!("FileProfile: the registered profiles have no column {by}"),
                span,
            ));
            return (input, Vec::new());
        };
        let (known, key, found) = self.one_a_file(rows, &key, span);
        let lowered = lower(read(&hash, span), span);
        let columns: Vec<Column> = input.columns.iter().chain(&found).cloned().collect();
        let on = vec![(lowered, read(&key, span))];
        let (open, join) = (input.open, JoinKind::LeftOuter);
        let kind = RelKind::Join {
            join,
            left: input,
            right: known,
            on,
            lookup: true,
        };
        (rel(kind, columns, false, open, span), found)
    }

    /// One row for each hash, in lower case; and that it is known.
    fn one_a_file(&mut self, rows: Rel, key: &Column, span: Span) -> (Rel, Column, Vec<Column>) {
        let hash = self.column("", KqlType::String);
        let mut aggregates = Vec::new();
        let mut found = Vec::new();
        if let Some(any) = functions::aggregate("take_any") {
            for column in &rows.columns {
                let output = self.column(column.name.clone(), column.ty);
                aggregates.push(Aggregate {
                    function: FunctionRef(any),
                    args: vec![read(column, span)],
                    outputs: vec![output.id],
                    span,
                });
                found.push(output);
            }
        }
        // An empty hash is no hash that two files could share.
        let (columns, open) = (rows.columns.clone(), rows.open);
        let predicate = call("isnotempty", vec![read(key, span)], KqlType::Bool, span);
        let rows = rel(RelKind::Filter { input: rows, predicate }, columns, false, open, span);
        let keys = vec![(hash.id, lower(read(key, span), span))];
        let columns: Vec<Column> = std::iter::once(&hash).chain(&found).cloned().collect();
        let kind = RelKind::Summarize {
            input: rows,
            keys,
            aggregates,
        };
        let grouped = rel(kind, columns, false, false, span);
        if found.iter().any(|column| column.name == AVAILABILITY) {
            return (grouped, hash, found);
        }
        let available = self.column(AVAILABILITY, KqlType::String);
        let mut items = Self::keep(&grouped.columns, span);
        items.push((available.clone(), value(Literal::String("Available".to_owned()), span)));
        found.push(available);
        (self.project(grouped, items, false, span), hash, found)
    }
}

fn lower(text: Expr, span: Span) -> Expr {
    call("tolower", vec![convert(text, KqlType::String)], KqlType::String, span)
}

fn call(name: &str, args: Vec<Expr>, ty: KqlType, span: Span) -> Expr {
    Expr {
        ty,
        ..dynamic_call(name, args, span)
    }
}

/// The availability of a profile that was looked for.
fn or_missing(found: Expr, span: Span) -> Expr {
    let absent = call("isempty", vec![found.clone()], KqlType::Bool, span);
    let missing = value(Literal::String("Missing".to_owned()), span);
    call("iff", vec![absent, missing, found], KqlType::String, span)
}

fn nothing_known(column: &Column, span: Span) -> Expr {
    match column.ty {
        KqlType::String if column.name == AVAILABILITY => value(Literal::String("Missing".to_owned()), span),
        KqlType::String => value(Literal::String(String::new()), span),
        ty => value(Literal::Null(ty), span),
    }
}
