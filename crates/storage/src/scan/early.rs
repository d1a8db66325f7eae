//! Whether rows are filtered inside the scan, before the columns that only the answer needs are decoded.

use std::collections::HashSet;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use quarry_schema::KqlType;

use super::provider::LakeTable;

/// What decoding costs, in numbers: a text takes as long as four, a document as sixteen.
const TEXT: usize = 4;
const DOCUMENT: usize = 16;

/// Filtering early pays from here on: below, picking single rows out of pages takes as long as decoding all of them.
const WORTHWHILE: usize = 8;

impl LakeTable {
    /// Whether the scan should filter rows itself: where documents are read that a cheap filter can spare, or where a filter that picks few rows
    /// spares the decoding of much else.
    pub(super) fn is_worth_filtering_early(&self, projection: Option<&Vec<usize>>, filters: &[Expr]) -> bool {
        let fields = self.schema.fields();
        let read: Vec<&FieldRef> = match projection {
            Some(places) => places.iter().filter_map(|at| fields.get(*at)).collect(),
            None => fields.iter().collect(),
        };
        let tested: HashSet<&str> = filters.iter().flat_map(columns).collect();
        let cheap = filters.iter().any(|filter| columns(filter).all(|name| !self.is_document(name)));
        if cheap
            && read
                .iter()
                .any(|field| self.is_document(field.name()) && !tested.contains(field.name().as_str()))
        {
            return true;
        }
        filters.iter().filter(|filter| picks_few(filter)).any(|filter| {
            let tested: HashSet<&str> = columns(filter).collect();
            let spared = read.iter().filter(|field| !tested.contains(field.name().as_str()));
            spared.map(|field| self.weight(field)).sum::<usize>() >= WORTHWHILE
        })
    }

    /// Whether a column is a document, stored as one or cut out of one.
    fn is_document(&self, name: &str) -> bool {
        match self.layout.resolve(name) {
            Some(column) => column.ty == KqlType::Dynamic,
            None => self.paths.iter().any(|path| path.name == name && !path.text),
        }
    }

    fn weight(&self, field: &FieldRef) -> usize {
        match field.data_type() {
            _ if self.is_document(field.name()) => DOCUMENT,
            DataType::Utf8View => TEXT,
            _ => 1,
        }
    }
}

fn columns(filter: &Expr) -> impl Iterator<Item = &str> {
    filter.column_refs().into_iter().map(|column| column.name.as_str())
}

/// Whether a condition has the form of those that few rows meet: something equals, is one of, contains. Whether it does is not known before it is tested.
fn picks_few(filter: &Expr) -> bool {
    match filter {
        Expr::Alias(alias) => picks_few(&alias.expr),
        Expr::IsTrue(inner) => picks_few(inner),
        Expr::InList(list) => !list.negated,
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
            Operator::Eq => true,
            Operator::And => picks_few(left) || picks_few(right),
            Operator::Or => picks_few(left) && picks_few(right),
            _ => false,
        },
        filter => quarry_functions::demand::text_demand(filter).is_some(),
    }
}
