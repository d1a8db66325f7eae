//! Several values of a document in one walk over it.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ByteView, StringViewArray, StringViewBuilder};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::dynamic::{PathSet, Segment};
use quarry_value::json;

use crate::kernel::INLINE;

/// A path of fixed steps, and whether the value there is wanted as a string or as a dynamic.
pub(super) type WantedPath = (Vec<Segment>, KqlType);

/// What becomes of the values that are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// They are kept, and the documents need not be.
    Kept,
    /// They are looked at while the documents are there: parts of documents are not copied.
    LookedAt,
}

/// The paths of one walk.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    set: PathSet,
    paths: Vec<Vec<Segment>>,
    types: Vec<KqlType>,
}

impl PartialEq for Walk {
    fn eq(&self, other: &Self) -> bool {
        (&self.paths, &self.types) == (&other.paths, &other.types)
    }
}
impl Eq for Walk {}

impl Hash for Walk {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.paths, &self.types).hash(state);
    }
}

impl Walk {
    pub fn new(wanted: &[WantedPath]) -> Walk {
        let paths: Vec<Vec<Segment>> = wanted.iter().map(|(path, _)| path.clone()).collect();
        Walk {
            set: PathSet::new(&paths),
            paths,
            types: wanted.iter().map(|(_, ty)| *ty).collect(),
        }
    }

    pub fn types(&self) -> &[KqlType] {
        &self.types
    }

    /// The values at each path, a column each.
    pub fn columns(&self, documents: &ColumnarValue, rows: usize, wanted: Use) -> Result<Vec<ArrayRef>> {
        // A document that the optimizer found to be constant is one value for all rows.
        let array = documents.to_array(rows)?;
        let Some(documents) = array.as_string_view_opt() else {
            return exec_err!("paths into something that is no document");
        };
        let mut columns: Vec<Column> = self.types.iter().map(|ty| Column::new(*ty, documents, wanted)).collect();
        let mut found = Vec::new();
        // Values are written while their document is near: a batch of documents is larger than the caches.
        for (view, document) in documents.views().iter().zip(documents) {
            let document = Document {
                text: document.unwrap_or("null"),
                view: ByteView::from(*view),
            };
            self.set.extract(document.text, &self.paths, &mut found);
            for (column, value) in columns.iter_mut().zip(&found) {
                column.push(*value, &document)?;
            }
        }
        Ok(columns.into_iter().map(Column::finish).collect())
    }
}

struct Document<'a> {
    text: &'a str,
    view: ByteView,
}

/// The values of one path.
struct Column {
    builder: StringViewBuilder,
    form: Form,
}

enum Form {
    /// As strings.
    Text,
    /// As parts of documents, copied.
    Part,
    /// As parts of documents that lie where those do.
    InPlace,
}

impl Column {
    fn new(ty: KqlType, documents: &StringViewArray, wanted: Use) -> Column {
        let mut builder = StringViewBuilder::with_capacity(documents.len());
        let form = match (ty, wanted) {
            (KqlType::String, _) => Form::Text,
            (_, Use::Kept) => Form::Part,
            (_, Use::LookedAt) => {
                for buffer in documents.data_buffers() {
                    builder.append_block(buffer.clone());
                }
                Form::InPlace
            }
        };
        Column { builder, form }
    }

    fn push(&mut self, value: Option<&str>, document: &Document<'_>) -> Result<()> {
        match (&self.form, value) {
            (Form::Text, value) => self.builder.append_value(value.map(json::text).unwrap_or_default()),
            (Form::Part, value) => self.builder.append_option(value),
            (Form::InPlace, Some(value)) if value.len() > INLINE => {
                let before = (value.as_ptr() as usize).saturating_sub(document.text.as_ptr() as usize);
                let place = u32::try_from(before)
                    .ok()
                    .and_then(|before| document.view.offset.checked_add(before));
                match (place, u32::try_from(value.len())) {
                    (Some(place), Ok(length)) => self.builder.try_append_view(document.view.buffer_index, place, length)?,
                    _ => self.builder.append_value(value),
                }
            }
            (Form::InPlace, value) => self.builder.append_option(value),
        }
        Ok(())
    }

    fn finish(mut self) -> ArrayRef {
        Arc::new(self.builder.finish())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn parts_that_are_looked_at_are_those_that_are_kept() {
        let documents: StringViewArray = [
            Some(r#"{"a":{"long":"more than twelve bytes"},"b":1}"#),
            None,
            Some(r#"{"b":"short"}"#),
            Some("{}"),
            Some(r#"{"a":[1,2,3,4,5,6,7,8],"b":"ü\u00fc and more of it"}"#),
        ]
        .into_iter()
        .collect();
        let path = |key: &str| (vec![Segment::Key(key.to_owned())], KqlType::Dynamic);
        let walk = Walk::new(&[path("a"), path("b")]);
        for documents in [documents.slice(0, 5), documents.slice(1, 4)] {
            let rows = documents.len();
            let documents = ColumnarValue::Array(Arc::new(documents));
            let kept = walk.columns(&documents, rows, Use::Kept).unwrap();
            let looked_at = walk.columns(&documents, rows, Use::LookedAt).unwrap();
            assert_eq!(kept, looked_at);
        }
        assert_eq!(walk.types(), [KqlType::Dynamic, KqlType::Dynamic]);
    }
}
