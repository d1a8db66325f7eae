//! What the rows must hold for a filter to be true, in terms.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, Operator};
use quarry_functions::demand::{MOST_ALTERNATIVES, Wanted, bare, text_demand};
use quarry_functions::kernel::{fixed_path, kernel_call};
use quarry_functions::operators::Place;
use quarry_schema::KqlType;

use crate::layout::{EXTRA, INGESTION_TIME, Layout};
use crate::scan::LakeTable;
use crate::scan::hot::ScanPath;
use crate::terms::{Term, beginning_of, terms_of};

/// What the terms of a block of rows must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scan) enum Demand {
    /// What a filter is asked for, and which filters know of it.
    Term(u64, Known),
    All(Vec<Demand>),
    /// One of these; with none, no row can pass.
    Any(Vec<Demand>),
}

/// Filters that know of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::scan) enum Known {
    Always,
    /// Where letters beyond ASCII are what they are here.
    SameLetters,
    /// Where beginnings of texts are kept.
    Beginnings,
}

impl Known {
    fn of(term: &Term) -> Known {
        if term.is_ascii() { Known::Always } else { Known::SameLetters }
    }
}

/// Where a text comes from.
enum Source<'a> {
    /// A column of text, by its name in the files.
    Column(&'a str),
    /// Documents, or a value inside one.
    Text,
    /// Text of which the terms in ASCII only are known.
    Cased,
    /// The text of a column of another type.
    Typed(KqlType),
    /// The same in all rows.
    Constant(&'a str),
}

/// What the columns of a scan are: those of the table, and paths into its documents.
#[derive(Clone, Copy)]
struct Columns<'a> {
    layout: &'a Layout,
    paths: &'a [ScanPath],
}

impl<'a> Columns<'a> {
    fn path(self, name: &str) -> Option<&'a ScanPath> {
        self.paths.iter().find(|path| path.name == name)
    }
}

impl Demand {
    /// What a conjunction of filters over the columns of a scan demands; `None` when terms say nothing of it.
    pub fn of(filters: &[Expr], table: &LakeTable) -> Option<Demand> {
        let columns = Columns {
            layout: &table.layout,
            paths: &table.paths,
        };
        all(filters.iter().filter_map(|filter| demanded(filter, columns)).collect())
    }

    /// What any filter answers to.
    pub const NOTHING: Demand = Demand::All(Vec::new());

    /// All terms in them, each once.
    pub fn terms<'d>(demands: impl Iterator<Item = &'d Demand>) -> Vec<u64> {
        let mut terms = Vec::new();
        demands.for_each(|demand| demand.collect(&mut terms));
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    fn collect(&self, terms: &mut Vec<u64>) {
        match self {
            Demand::Term(hash, _) => terms.push(*hash),
            Demand::All(parts) | Demand::Any(parts) => parts.iter().for_each(|part| part.collect(terms)),
        }
    }

    /// The blocks, as bits, that can hold what is demanded, given those that can hold each term.
    pub fn blocks(&self, with: &impl Fn(u64, Known) -> u64) -> u64 {
        match self {
            Demand::Term(hash, known) => with(*hash, *known),
            Demand::All(parts) => parts.iter().fold(u64::MAX, |blocks, part| blocks & part.blocks(with)),
            Demand::Any(parts) => parts.iter().fold(0, |blocks, part| blocks | part.blocks(with)),
        }
    }
}

fn all(mut parts: Vec<Demand>) -> Option<Demand> {
    match parts.len() {
        0 | 1 => parts.pop(),
        _ => Some(Demand::All(parts)),
    }
}

/// One of several; the same is asked once, as when every column is searched for one term.
fn any(parts: impl Iterator<Item = Option<Demand>>) -> Option<Demand> {
    let mut distinct: Vec<Demand> = Vec::new();
    for part in parts {
        let part = part?;
        let new = match part {
            Demand::Any(parts) => parts,
            part => vec![part],
        };
        for part in new {
            if !distinct.contains(&part) {
                distinct.push(part);
            }
        }
        if distinct.len() > MOST_ALTERNATIVES {
            return None;
        }
    }
    Some(Demand::Any(distinct))
}

fn demanded(filter: &Expr, columns: Columns<'_>) -> Option<Demand> {
    match filter {
        Expr::Alias(alias) => demanded(&alias.expr, columns),
        Expr::IsTrue(inner) => demanded(inner, columns),
        Expr::Literal(ScalarValue::Boolean(Some(false)), _) => Some(Demand::Any(Vec::new())),
        Expr::BinaryExpr(binary) => match binary.op {
            Operator::And => all([&binary.left, &binary.right]
                .into_iter()
                .filter_map(|part| demanded(part, columns))
                .collect()),
            Operator::Or => any([&binary.left, &binary.right].into_iter().map(|part| demanded(part, columns))),
            Operator::Eq => match (
                equal(&binary.left, &binary.right, columns),
                equal(&binary.right, &binary.left, columns),
            ) {
                (Some(demand), _) | (None, Some(demand)) => Some(demand),
                _ => None,
            },
            _ => None,
        },
        Expr::InList(list) if !list.negated && list.list.len() <= MOST_ALTERNATIVES => {
            any(list.list.iter().map(|value| equal(&list.expr, value, columns)))
        }
        filter => {
            let (value, demand) = text_demand(filter)?;
            if demand.any.len() > MOST_ALTERNATIVES {
                return None;
            }
            let source = source(value, columns)?;
            any(demand
                .any
                .iter()
                .map(|needles| all(needles.iter().filter_map(|wanted| needle(&source, wanted)).collect())))
        }
    }
}

/// `value == constant`.
fn equal(value: &Expr, constant: &Expr, columns: Columns<'_>) -> Option<Demand> {
    let Expr::Literal(constant, _) = bare(constant) else { return None };
    let (text, ty) = match constant {
        ScalarValue::Utf8View(Some(text)) => (text.clone(), KqlType::String),
        ScalarValue::FixedSizeBinary(_, Some(bytes)) => {
            let mut text = String::new();
            quarry_value::guid::write(bytes.as_slice().try_into().ok()?, &mut text);
            (text, KqlType::Guid)
        }
        ScalarValue::Int32(Some(number)) => (number.to_string(), KqlType::Int),
        ScalarValue::Int64(Some(number)) => (number.to_string(), KqlType::Long),
        _ => return None,
    };
    let source = source(value, columns)?;
    match (&source, ty) {
        (Source::Typed(KqlType::Guid), KqlType::Guid)
        | (Source::Typed(KqlType::Int | KqlType::Long), KqlType::Int | KqlType::Long)
        | (Source::Column(_) | Source::Text | Source::Cased | Source::Constant(_), KqlType::String) => {}
        _ => return None,
    }
    needle(&source, &Wanted { place: Place::Whole, text })
}

/// Where the text comes from that is looked into; `None` when that is not known.
fn source<'a>(value: &Expr, columns: Columns<'a>) -> Option<Source<'a>> {
    let value = bare(value);
    if let Expr::Column(column) = value {
        return of_column(&column.name, columns);
    }
    if let Some((document, ..)) = fixed_path(value) {
        return of_document(document, columns);
    }
    let call = kernel_call(value)?;
    match (call.name, call.args, call.types) {
        ("tostring", [inner], [KqlType::Dynamic]) => source(inner, columns),
        ("tostring", [inner], [ty]) => match (bare(inner), ty) {
            (Expr::Column(column), ty) => match (of_column(&column.name, columns)?, ty) {
                // An int as a long has the same digits, as a real it has others.
                (Source::Typed(KqlType::Int), KqlType::Long) => Some(Source::Typed(KqlType::Int)),
                (Source::Typed(stored), ty) if stored == *ty => Some(Source::Typed(stored)),
                (source @ Source::Constant(_), KqlType::String) => Some(source),
                _ => None,
            },
            _ => None,
        },
        ("tolower" | "toupper", [inner], _) => match source(inner, columns)? {
            Source::Column(_) | Source::Text => Some(Source::Cased),
            _ => None,
        },
        _ => None,
    }
}

fn of_document<'a>(document: &Expr, columns: Columns<'a>) -> Option<Source<'a>> {
    let Expr::Column(column) = bare(document) else { return None };
    if let Some(path) = columns.path(&column.name) {
        return of_path(path, columns.layout);
    }
    match columns.layout.resolve(&column.name) {
        Some(stored) if stored.ty == KqlType::Dynamic && stored.name != EXTRA => Some(Source::Text),
        _ => None,
    }
}

fn of_column<'a>(name: &str, columns: Columns<'a>) -> Option<Source<'a>> {
    let layout = columns.layout;
    if let Some(path) = columns.path(name) {
        return of_path(path, layout);
    }
    match layout.resolve(name) {
        Some(stored) if stored.name == EXTRA => None,
        Some(stored) if stored.ty == KqlType::String => Some(Source::Column(&stored.physical)),
        Some(stored) if stored.ty == KqlType::Dynamic => Some(Source::Text),
        Some(stored) => Some(Source::Typed(stored.ty)),
        None if name == INGESTION_TIME => Some(Source::Typed(KqlType::DateTime)),
        None if name == "Type" && layout.names_itself => Some(Source::Constant(&layout.table)),
        None => None,
    }
}

/// A value inside a document, wherever a file keeps it: terms are cut from the documents.
fn of_path<'a>(path: &ScanPath, layout: &Layout) -> Option<Source<'a>> {
    let document = layout.stored.iter().find(|stored| stored.physical == path.physical)?;
    (document.name != EXTRA).then_some(Source::Text)
}

/// What a needle demands of a text from some source.
fn needle(source: &Source<'_>, wanted: &Wanted) -> Option<Demand> {
    let terms = terms_of(wanted);
    let never = Some(Demand::Any(Vec::new()));
    let ask = |terms: Vec<&Term>| all(terms.into_iter().map(|term| Demand::Term(term.hash, Known::of(term))).collect());
    match source {
        Source::Column(name) => {
            let kept = terms.iter().filter(|term| term.is_kept());
            let kept = kept.map(|term| Demand::Term(term.hash, Known::of(term)));
            let beginning = beginning_of(wanted, name).map(|hash| Demand::Term(hash, Known::Beginnings));
            all(kept.chain(beginning).collect())
        }
        Source::Text => ask(terms.iter().filter(|term| term.is_kept()).collect()),
        Source::Cased => ask(terms.iter().filter(|term| term.is_kept() && term.is_ascii()).collect()),
        Source::Typed(ty) if terms.iter().any(|term| !can_have(*ty, term)) => never,
        Source::Typed(KqlType::Int | KqlType::Long) => ask(terms.iter().collect()),
        Source::Typed(KqlType::Guid) => ask(terms.iter().filter(|term| term.is_guid()).collect()),
        Source::Typed(_) => None,
        Source::Constant(text) => {
            let whole = Wanted {
                place: Place::Whole,
                text: (*text).to_owned(),
            };
            let has = terms_of(&whole);
            let lacks = terms.iter().any(|term| !has.iter().any(|own| own.hash == term.hash));
            if lacks { never } else { None }
        }
    }
}

/// Whether the text of a value of a type can have a term.
fn can_have(ty: KqlType, term: &Term) -> bool {
    let text = term.text.as_bytes();
    let only = |allowed: fn(&u8) -> bool| text.iter().all(allowed);
    match ty {
        KqlType::Int | KqlType::Long | KqlType::TimeSpan => only(u8::is_ascii_digit),
        KqlType::Guid => term.is_guid() || (only(u8::is_ascii_hexdigit) && matches!(text.len(), 4 | 8 | 12)),
        KqlType::Bool => term.text.eq_ignore_ascii_case("true") || term.text.eq_ignore_ascii_case("false"),
        // 2026-11-20T08:15:00.1234567Z
        KqlType::DateTime => {
            matches!(text.len(), 2 | 4 | 5 | 8) && only(|byte| byte.is_ascii_digit() || matches!(byte, b't' | b'T' | b'z' | b'Z'))
        }
        // 1.5, 1E+20, NaN, -Infinity
        KqlType::Real | KqlType::Decimal => {
            let is_word = ["nan", "inf", "infinity"].iter().any(|word| term.text.eq_ignore_ascii_case(word));
            is_word || only(|byte| byte.is_ascii_digit() || matches!(byte, b'e' | b'E'))
        }
        _ => true,
    }
}
