//! `externaldata (columns) [addresses] with (properties)`.

use quarry_syntax::ast;
use quarry_text::Span;

use super::mapping;
use crate::binder::{Binder, rel};
use crate::diagnostics;
use crate::ir::{Column, OutsideRead, OutsideSource, Rel, RelKind};
use crate::scope::Context;

impl Binder<'_> {
    pub(crate) fn external_data(&mut self, node: &ast::ExternalDataExpr, span: Span, ctx: &Context) -> Rel {
        let columns = node.schema().map(|schema| self.schema_columns(&schema)).unwrap_or_default();
        let none = |columns| rel(RelKind::Rows { rows: Vec::new() }, columns, false, false, span);
        let mut read = OutsideRead::default();
        let Some(mapped) = self.external_properties(node, &columns, &mut read, span, ctx) else {
            return none(columns);
        };
        let mut formats = Vec::new();
        for uri in node.uris() {
            let place = self.span(&uri);
            let address = self.expr(&uri, &ctx.without_rows());
            let Some(address) = self.known_string(&address) else {
                if address.ty != quarry_schema::KqlType::Unknown {
                    self.report(diagnostics::constant_expected("externaldata: the address", place));
                }
                continue;
            };
            if !self.executes() {
                continue;
            }
            match self.catalog.outside().and_then(|outside| outside.address(&address)) {
                Some(file) => {
                    formats.extend(file.format);
                    read.files.push(file.id);
                }
                None => self.report(diagnostics::no_local_file(&address, place)),
            }
        }
        if !self.executes() || read.files.is_empty() {
            return none(columns);
        }
        if read.format.is_none() {
            // What is not said is told by the file's name; all files are read alike.
            read.format = formats.into_iter().next();
        }
        let wanted = columns.into_iter().zip(mapped).collect();
        self.outside_rows(read, wanted, span)
    }

    /// Reads the properties; gives where each column comes from.
    fn external_properties(
        &mut self,
        node: &ast::ExternalDataExpr,
        columns: &[Column],
        read: &mut OutsideRead,
        span: Span,
        ctx: &Context,
    ) -> Option<Vec<OutsideSource>> {
        let by_place = |(at, column): (usize, &Column)| OutsideSource::Place(at, column.name.clone());
        let mut sources: Vec<OutsideSource> = columns.iter().enumerate().map(by_place).collect();
        for property in node.properties() {
            let place = self.span(&property);
            let name = property.name().to_ascii_lowercase();
            let text = self.property_text(&property, ctx)?;
            match name.as_str() {
                "format" => read.format = Some(text),
                "ignorefirstrecord" => read.skip_first = matches!(text.to_ascii_lowercase().as_str(), "true" | "1"),
                "zippattern" => read.zip_pattern = Some(text),
                "ingestionmapping" => match mapping::read(&text, columns) {
                    Ok(mapped) => sources = mapped,
                    Err(problem) => {
                        self.report(diagnostics::general(format!("externaldata: ingestionMapping: {problem}"), place));
                        return None;
                    }
                },
                // The kind of mapping shows in the mapping.
                "ingestionmappingtype" => {}
                other if self.executes() => {
                    self.report(diagnostics::unsupported(&format!("externaldata with ({other} = …)"), span));
                    return None;
                }
                _ => {}
            }
        }
        Some(sources)
    }

    /// The value of a property: a word as it is, or a constant.
    fn property_text(&mut self, property: &ast::NamedParameter, ctx: &Context) -> Option<String> {
        let value = property.value()?;
        if let ast::Expr::Name(word) = &value
            && ctx.env.get(&word.value()).is_none()
        {
            return Some(word.value());
        }
        let bound = self.expr(&value, &ctx.without_rows());
        let text = crate::constant::fold(&bound, self.now).and_then(|literal| match literal {
            crate::ir::Literal::String(text) => Some(text),
            crate::ir::Literal::Bool(value) => Some(value.to_string()),
            crate::ir::Literal::Long(value) => Some(value.to_string()),
            _ => None,
        });
        if text.is_none() {
            let place = self.span(property);
            self.report(diagnostics::constant_expected("externaldata: a property", place));
        }
        text
    }
}
