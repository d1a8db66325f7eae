//! Values at paths into documents, as a file has them: from its hot columns, or out of the documents where it has none.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, StringViewBuilder};
use arrow::datatypes::{DataType, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{ColumnarValue, Operator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, InListExpr, IsNotNullExpr, IsNullExpr, Literal, lit};
use quarry_value::dynamic::{PathSet, Segment};
use quarry_value::json;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::decode::{Decode, Decoding};
use crate::hot::{FOOTER_KEY, HotColumn, read_footer};

/// A path that a scan gives as a column of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ScanPath {
    /// The column's name in the scan.
    pub name: String,
    /// The dynamic column, by its name in the files.
    pub physical: String,
    pub path: Vec<Segment>,
    /// The hot column that the log may know bounds of.
    pub hot: Option<String>,
    /// Whether `tostring()` of the value is wanted, and not the value as a dynamic.
    pub text: bool,
}

/// The paths of a scan seen from one file.
#[derive(Debug)]
pub(super) struct FilePaths {
    paths: Arc<[ScanPath]>,
    /// What was taken out of this file's documents when it was written.
    kept: HashMap<(String, Vec<Segment>), HotColumn>,
    /// By name of the document: all its paths, which one walk finds.
    extractions: HashMap<String, Arc<Extraction>>,
}

/// How a file holds the values of a path.
enum Held {
    Text(Arc<dyn PhysicalExpr>),
    Json(Arc<dyn PhysicalExpr>),
    Both(Arc<dyn PhysicalExpr>, Arc<dyn PhysicalExpr>),
    /// There is no value in the whole file.
    Nothing,
    /// In its documents alone.
    Inside(Arc<dyn PhysicalExpr>),
}

impl FilePaths {
    pub fn new(paths: Arc<[ScanPath]>, file: &Schema) -> FilePaths {
        let footer = file.metadata().get(FOOTER_KEY).filter(|_| !paths.is_empty());
        let mut extractions: HashMap<String, Vec<&ScanPath>> = HashMap::new();
        for path in paths.iter() {
            extractions.entry(path.physical.clone()).or_default().push(path);
        }
        let extractions = extractions
            .into_iter()
            .map(|(name, paths)| (name, Arc::new(Extraction::new(&paths))));
        FilePaths {
            kept: footer.map(|footer| read_footer(footer)).unwrap_or_default(),
            extractions: extractions.collect(),
            paths,
        }
    }

    fn find(&self, name: &str) -> Option<&ScanPath> {
        self.paths.iter().find(|path| path.name == name)
    }

    fn held(&self, path: &ScanPath, file: &SchemaRef) -> Held {
        let column = |name: &str| -> Option<Arc<dyn PhysicalExpr>> {
            let (at, _) = file.column_with_name(name)?;
            Some(Arc::new(Column::new(name, at)))
        };
        match self.kept.get(&(path.physical.clone(), path.path.clone())) {
            Some(hot) => match (column(&hot.text), column(&hot.json)) {
                (Some(text), Some(json)) => Held::Both(text, json),
                (Some(text), None) => Held::Text(text),
                (None, Some(json)) => Held::Json(json),
                (None, None) => Held::Nothing,
            },
            None => column(&path.physical).map_or(Held::Nothing, Held::Inside),
        }
    }

    /// The column of this name, if it is a path's, over the columns of the file.
    pub fn column(&self, name: &str, file: &SchemaRef) -> Option<Arc<dyn PhysicalExpr>> {
        let path = self.find(name)?;
        let decode = |decoding, arguments| -> Arc<dyn PhysicalExpr> { Arc::new(Decode { decoding, arguments }) };
        Some(match (self.held(path, file), path.text) {
            (Held::Text(text), true) => decode(Decoding::Text, vec![text]),
            (Held::Text(text), false) => decode(Decoding::QuotedText, vec![text]),
            (Held::Json(json), true) => decode(Decoding::TextOfJson, vec![json]),
            (Held::Json(json), false) => json,
            (Held::Both(text, json), true) => decode(Decoding::TextOfBoth, vec![text, json]),
            (Held::Both(text, json), false) => decode(Decoding::JsonOfBoth, vec![text, json]),
            (Held::Nothing, true) => lit(ScalarValue::Utf8View(Some(String::new()))),
            (Held::Nothing, false) => lit(ScalarValue::Utf8View(None)),
            (Held::Inside(document), text) => {
                let extraction = Arc::clone(self.extractions.get(&path.physical)?);
                let at = extraction
                    .outputs
                    .iter()
                    .position(|(known, of)| *known == path.path && *of == text)?;
                Arc::new(Extract { document, extraction, at })
            }
        })
    }

    /// A comparison of the text at a path with constants, over the stored text itself where that is all there is: then statistics prune by it.
    /// A missing value is empty text, which differs from every constant that is not empty.
    pub fn comparison(&self, expr: &Arc<dyn PhysicalExpr>, file: &SchemaRef) -> Option<Arc<dyn PhysicalExpr>> {
        let stored = |column: &dyn PhysicalExpr| {
            let path = self.find(column.downcast_ref::<Column>()?.name()).filter(|path| path.text)?;
            match self.held(path, file) {
                Held::Text(text) => Some(text),
                _ => None,
            }
        };
        let (compared, text, negated) = if let Some(binary) = expr.downcast_ref::<BinaryExpr>() {
            let (op, column, constant) = match binary.op() {
                op @ (Operator::Eq | Operator::NotEq) if is_text(binary.right()) => (*op, binary.left(), binary.right()),
                op @ (Operator::Eq | Operator::NotEq) if is_text(binary.left()) => (*op, binary.right(), binary.left()),
                _ => return None,
            };
            let text = stored(column.as_ref())?;
            let compared: Arc<dyn PhysicalExpr> = Arc::new(BinaryExpr::new(Arc::clone(&text), op, Arc::clone(constant)));
            (compared, text, op == Operator::NotEq)
        } else {
            let list = expr.downcast_ref::<InListExpr>().filter(|list| list.list().iter().all(is_text))?;
            let text = stored(list.expr().as_ref())?;
            let children = std::iter::once(Arc::clone(&text)).chain(list.list().iter().cloned()).collect();
            (Arc::clone(expr).with_new_children(children).ok()?, text, list.negated())
        };
        Some(if negated {
            Arc::new(BinaryExpr::new(Arc::new(IsNullExpr::new(text)), Operator::Or, compared))
        } else {
            Arc::new(BinaryExpr::new(compared, Operator::And, Arc::new(IsNotNullExpr::new(text))))
        })
    }
}

/// Whether an expression is a constant text that is not empty.
fn is_text(expr: &Arc<dyn PhysicalExpr>) -> bool {
    let value = expr.downcast_ref::<Literal>().map(Literal::value);
    matches!(value, Some(ScalarValue::Utf8View(Some(text))) if !text.is_empty())
}

/// The values of a path from a file's hot columns.
pub(super) fn leaf(texts: Option<&ArrayRef>, json: Option<&ArrayRef>, as_text: bool) -> Result<ArrayRef> {
    let views = |array: Option<&ArrayRef>| match array {
        None => Ok(None),
        Some(array) => Ok::<_, datafusion::error::DataFusionError>(Some(arrow::compute::cast(array, &DataType::Utf8View)?)),
    };
    let (texts, json) = (views(texts)?, views(json)?);
    let rows = texts.as_ref().or(json.as_ref()).map_or(0, |array| array.len());
    let value = |array: &Option<ArrayRef>, row: usize| -> bool { array.as_ref().is_some_and(|array| array.is_valid(row)) };
    let mut out = StringViewBuilder::with_capacity(rows);
    let mut quoted = String::new();
    for row in 0..rows {
        if value(&texts, row)
            && let Some(texts) = texts.as_ref().and_then(|array| array.as_string_view_opt())
        {
            if as_text {
                out.try_append_value(texts.value(row))?;
            } else {
                quoted.clear();
                json::quote(texts.value(row), &mut quoted);
                out.try_append_value(&quoted)?;
            }
        } else if value(&json, row)
            && let Some(json) = json.as_ref().and_then(|array| array.as_string_view_opt())
        {
            if as_text {
                out.try_append_value(json::text(json.value(row)).as_ref())?;
            } else {
                out.try_append_value(json.value(row))?;
            }
        } else if as_text {
            out.try_append_value("")?;
        } else {
            out.append_null();
        }
    }
    Ok(Arc::new(out.finish()))
}

/// All paths that a scan follows into one document.
#[derive(Debug)]
pub(super) struct Extraction {
    paths: Vec<Vec<Segment>>,
    set: PathSet,
    /// What comes out: a path, and whether as text.
    outputs: Vec<(Vec<Segment>, bool)>,
    /// The documents seen last and what came out of them: the columns of a batch are asked for one after another.
    last: Mutex<Option<(ArrayRef, Vec<ArrayRef>)>>,
}

impl Extraction {
    fn new(wanted: &[&ScanPath]) -> Extraction {
        let outputs: Vec<_> = wanted.iter().map(|path| (path.path.clone(), path.text)).collect();
        let paths: Vec<_> = outputs.iter().map(|(path, _)| path.clone()).collect();
        Extraction {
            set: PathSet::new(&paths),
            paths,
            outputs,
            last: Mutex::new(None),
        }
    }

    fn column(&self, documents: &ArrayRef, at: usize) -> Result<ArrayRef> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let columns = match last.as_ref() {
            Some((known, columns)) if Arc::ptr_eq(known, documents) => columns.clone(),
            _ => {
                let columns = self.extract(documents)?;
                *last = Some((Arc::clone(documents), columns.clone()));
                columns
            }
        };
        match columns.get(at) {
            Some(column) => Ok(Arc::clone(column)),
            None => exec_err!("a path that nobody asked for"),
        }
    }

    fn extract(&self, documents: &ArrayRef) -> Result<Vec<ArrayRef>> {
        let documents = arrow::compute::cast(documents, &DataType::Utf8View)?;
        let documents = documents.as_string_view();
        let mut columns: Vec<_> = self
            .outputs
            .iter()
            .map(|_| StringViewBuilder::with_capacity(documents.len()))
            .collect();
        let mut found = Vec::new();
        for document in documents {
            self.set.extract(document.unwrap_or("null"), &self.paths, &mut found);
            for ((column, (_, text)), value) in columns.iter_mut().zip(&self.outputs).zip(&found) {
                match value {
                    Some(raw) if *text => column.try_append_value(json::text(raw).as_ref())?,
                    Some(raw) => column.try_append_value(raw)?,
                    None if *text => column.try_append_value("")?,
                    None => column.append_null(),
                }
            }
        }
        Ok(columns
            .into_iter()
            .map(|mut column| Arc::new(column.finish()) as ArrayRef)
            .collect())
    }
}

/// A path followed into the documents of a file that was written without hot columns.
#[derive(Debug)]
struct Extract {
    document: Arc<dyn PhysicalExpr>,
    extraction: Arc<Extraction>,
    at: usize,
}

impl Extract {
    fn output(&self) -> Option<&(Vec<Segment>, bool)> {
        self.extraction.outputs.get(self.at)
    }
}

impl PartialEq for Extract {
    fn eq(&self, other: &Self) -> bool {
        self.output() == other.output() && self.document.eq(&other.document)
    }
}

impl Eq for Extract {}

impl Hash for Extract {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.output().hash(state);
        self.document.hash(state);
    }
}

impl fmt::Display for Extract {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, text) = match self.output() {
            Some((path, text)) => (crate::hot::shown("", path), *text),
            None => (String::new(), false),
        };
        write!(f, "{}({}{path})", if text { "text" } else { "path" }, self.document)
    }
}

impl PhysicalExpr for Extract {
    fn data_type(&self, _: &Schema) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn nullable(&self, _: &Schema) -> Result<bool> {
        Ok(!self.output().is_some_and(|(_, text)| *text))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let documents = self.document.evaluate(batch)?.into_array(batch.num_rows())?;
        Ok(ColumnarValue::Array(self.extraction.column(&documents, self.at)?))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.document]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn PhysicalExpr>>) -> Result<Arc<dyn PhysicalExpr>> {
        match children.into_iter().next() {
            Some(document) => Ok(Arc::new(Extract {
                document,
                extraction: Arc::clone(&self.extraction),
                at: self.at,
            })),
            None => exec_err!("a path needs a document"),
        }
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
