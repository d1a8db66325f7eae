//! Whether rows are filtered inside the scan, before the columns that only the answer needs are decoded.

use std::collections::HashSet;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::execution::cache::cache_manager::FileMetadataCache;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use parquet::file::metadata::ColumnChunkMetaData;
use quarry_schema::KqlType;

use super::footers::cached;
use super::hot::ScanPath;
use super::provider::{LakeTable, object_meta};
use crate::hot::HotColumn;
use crate::lake::DataFile;

/// What decoding costs, in numbers: a text takes as long as four, a document as sixteen.
const TEXT: usize = 4;
const DOCUMENT: usize = 16;

/// Filtering early pays from here on: below, picking single rows out of pages takes as long as decoding all of them.
const WORTHWHILE: usize = 16;

/// Shares of rows are told in this many parts.
const ALL: usize = 2;

/// A dictionary of at most so many bytes, with what the page says of itself, holds few values.
const SHORT_DICTIONARY: i64 = 128;

impl LakeTable {
    /// Whether the scan should filter rows itself: where documents are read that a cheap filter can spare, or where a filter that picks few rows
    /// spares the decoding of much else. `few` tells of a column whether it is known to have few different values.
    pub(super) fn is_worth_filtering_early(&self, projection: Option<&Vec<usize>>, filters: &[Expr], few: impl Fn(&str) -> bool) -> bool {
        let fields = self.schema.fields();
        let read: Vec<&FieldRef> = match projection {
            Some(places) => places.iter().filter_map(|at| fields.get(*at)).collect(),
            None => fields.iter().collect(),
        };
        let tested: HashSet<&str> = filters.iter().flat_map(columns).collect();
        let (costly, cheap): (Vec<&Expr>, Vec<&Expr>) = filters
            .iter()
            .partition(|filter| columns(filter).any(|name| self.is_document(name)));
        // Each condition that is tested early would walk the documents anew, which a walk for all of them and the answer needs to do once.
        let walked = costly.iter().copied().flat_map(columns).any(|name| self.is_cut_out(name));
        let spares_documents = read
            .iter()
            .any(|field| self.is_document(field.name()) && !tested.contains(field.name().as_str()));
        if !cheap.is_empty() && spares_documents && !walked {
            return true;
        }
        cheap.into_iter().any(|filter| {
            let tested: HashSet<&str> = columns(filter).collect();
            let spared = read.iter().filter(|field| !tested.contains(field.name().as_str()));
            let spared: usize = spared.map(|field| self.weight(field)).sum();
            spared * (ALL - self.picked(filter, &few)) >= WORTHWHILE * ALL
        })
    }

    /// Whether a column has few different values, as far as the first of some files tells whose footer has been read.
    pub(super) fn has_few_values<'a>(&self, column: &str, files: impl Iterator<Item = &'a DataFile>, cache: &FileMetadataCache) -> bool {
        let path = self.paths.iter().find(|path| path.name == column);
        let physical = match path {
            Some(path) => path.hot.as_ref(),
            None => self.layout.resolve(column).map(|stored| &stored.physical),
        };
        let Some(physical) = physical else { return false };
        let mut footers = files.filter_map(|file| cached(&object_meta(file).ok()?, cache));
        let Some(footer) = footers.next() else { return false };
        let mut chunks = footer.row_groups().iter().flat_map(|group| {
            let named = |chunk: &&ColumnChunkMetaData| matches!(chunk.column_path().parts(), [name] if name == physical);
            group.columns().iter().filter(named)
        });
        let is_short = |chunk: &ColumnChunkMetaData| {
            let dictionary = chunk.dictionary_page_offset();
            dictionary.is_some_and(|start| chunk.data_page_offset().saturating_sub(start) <= SHORT_DICTIONARY)
        };
        chunks.next().is_some_and(is_short) && chunks.all(is_short)
    }

    /// Whether a column is a document, or a value that is cut out of one.
    fn is_document(&self, name: &str) -> bool {
        match self.layout.resolve(name) {
            Some(column) => column.ty == KqlType::Dynamic,
            None => self.is_cut_out(name),
        }
    }

    /// Whether a column is a value that some file has in its documents alone.
    fn is_cut_out(&self, name: &str) -> bool {
        let mut paths = self.paths.iter().filter(|path| path.name == name);
        paths.any(|path| !self.is_kept_everywhere(path))
    }

    /// Whether every file has the values at a path in columns of their own.
    fn is_kept_everywhere(&self, path: &ScanPath) -> bool {
        let serves = |hot: &&HotColumn| hot.physical == path.physical && hot.path == path.path && hot.serves(&path.members);
        let mut texts = self.layout.hot.iter().filter(serves).map(|hot| &hot.text);
        texts.any(|text| self.files.iter().all(|file| file.hot.contains_key(text)))
    }

    fn weight(&self, field: &FieldRef) -> usize {
        match field.data_type() {
            _ if self.is_document(field.name()) => DOCUMENT,
            DataType::Utf8View => TEXT,
            _ => 1,
        }
    }

    /// How many rows meet a condition, by its form: few where something equals, is one of, contains. How many do is not known before it is tested; but
    /// half of them may where a column has few values, and all that are read where rows lie by kind and the pages of other kinds are left out.
    fn picked(&self, filter: &Expr, few: &impl Fn(&str) -> bool) -> usize {
        let of_values = || {
            let kind = self.layout.kind().and_then(|at| self.layout.stored.get(at));
            let is_kind = |name: &str| kind.is_some_and(|kind| self.layout.resolve(name) == Some(kind));
            match columns(filter).collect::<Vec<_>>().as_slice() {
                [name] if is_kind(name) => ALL,
                [name] if few(name) => ALL / 2,
                _ => 0,
            }
        };
        match filter {
            Expr::Alias(alias) => self.picked(&alias.expr, few),
            Expr::IsTrue(inner) => self.picked(inner, few),
            Expr::InList(list) if !list.negated => of_values(),
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
                Operator::Eq => of_values(),
                Operator::And => self.picked(left, few).min(self.picked(right, few)),
                Operator::Or => self.picked(left, few).max(self.picked(right, few)),
                _ => ALL,
            },
            filter if quarry_functions::demand::text_demand(filter).is_some() => 0,
            _ => ALL,
        }
    }
}

fn columns(filter: &Expr) -> impl Iterator<Item = &str> {
    filter.column_refs().into_iter().map(|column| column.name.as_str())
}
