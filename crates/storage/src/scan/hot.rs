//! Values at paths into documents, as a file has them: from its hot columns, or out of the documents where it has none.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, StringViewBuilder};
use arrow::datatypes::{DataType, Int64Type, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, lit};
use quarry_value::dynamic::{PathSet, Segment};
use quarry_value::json;
use std::fmt::{self, Write};
use std::hash::{Hash, Hasher};

use super::decode::{Decode, Decoding, text};
use super::footers::Footers;
use crate::hot::{FOOTER_KEY, HotColumn, HotPart};

/// A path that a scan gives as a column of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ScanPath {
    /// The column's name in the scan.
    pub name: String,
    /// The dynamic column, by its name in the files.
    pub physical: String,
    pub path: Vec<Segment>,
    /// Of bags in a list at the path these members are read, of the list nothing else but how many there are; everything when empty.
    pub members: Vec<String>,
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
    kept: Option<Arc<[HotColumn]>>,
    /// By name of the document: all its paths, which one walk finds.
    extractions: HashMap<String, Arc<Extraction>>,
}

/// How a file holds the values of a path.
pub(super) enum Held {
    /// In columns, in the order of [`HotPart::ALL`]; with none there is no value in the whole file.
    Kept([Option<Arc<dyn PhysicalExpr>>; 3]),
    /// In its documents alone.
    Inside(Arc<dyn PhysicalExpr>),
}

impl FilePaths {
    pub fn new(paths: Arc<[ScanPath]>, file: &Schema, footers: &Footers) -> FilePaths {
        let footer = file.metadata().get(FOOTER_KEY).filter(|_| !paths.is_empty());
        let mut extractions: HashMap<String, Vec<&ScanPath>> = HashMap::new();
        for path in paths.iter() {
            extractions.entry(path.physical.clone()).or_default().push(path);
        }
        let extractions = extractions
            .into_iter()
            .map(|(name, paths)| (name, Arc::new(Extraction::new(&paths))));
        FilePaths {
            kept: footer.map(|footer| footers.hot(footer)),
            extractions: extractions.collect(),
            paths,
        }
    }

    pub fn find(&self, name: &str) -> Option<&ScanPath> {
        self.paths.iter().find(|path| path.name == name)
    }

    pub fn held(&self, path: &ScanPath, file: &SchemaRef) -> Held {
        let column = |name: &str| -> Option<Arc<dyn PhysicalExpr>> {
            let (at, _) = file.column_with_name(name)?;
            Some(Arc::new(Column::new(name, at)))
        };
        let kept = self
            .kept
            .iter()
            .flat_map(|kept| kept.iter())
            .filter(|hot| hot.physical == path.physical && hot.path == path.path);
        // With fewer members there is less to read.
        let kept = kept
            .filter(|hot| hot.serves(&path.members))
            .max_by_key(|hot| !hot.members.is_empty());
        match kept {
            Some(hot) => Held::Kept(HotPart::ALL.map(|part| column(part.name(hot)?))),
            None => column(&path.physical).map_or(Held::Kept([const { None }; 3]), Held::Inside),
        }
    }

    /// The column of this name, if it is a path's, over the columns of the file.
    pub fn column(&self, name: &str, file: &SchemaRef) -> Option<Arc<dyn PhysicalExpr>> {
        let path = self.find(name)?;
        let decode = |decoding, arguments| -> Arc<dyn PhysicalExpr> { Arc::new(Decode { decoding, arguments }) };
        Some(match (self.held(path, file), path.text) {
            (Held::Kept([None, None, None]), true) => lit(ScalarValue::Utf8View(Some(String::new()))),
            (Held::Kept([None, None, None]), false) => lit(ScalarValue::Utf8View(None)),
            (Held::Kept([Some(text), None, None]), true) => decode(Decoding::Text, vec![text]),
            (Held::Kept([None, None, Some(json)]), false) => json,
            (Held::Kept(parts), text) => {
                let has = parts.each_ref().map(Option::is_some);
                decode(Decoding::Value { has, text }, parts.into_iter().flatten().collect())
            }
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
}

/// The values of a path from a file's hot columns: texts, longs, and anything else as JSON. At most one of them has a value in a row.
pub(super) fn value(parts: [Option<&ArrayRef>; 3], as_text: bool) -> Result<ArrayRef> {
    let rows = parts.iter().flatten().map(|array| array.len()).max().unwrap_or(0);
    // Most paths have values of one kind, in a batch if not in the file.
    let [texts, longs, others] = parts.map(|part| part.filter(|array| array.null_count() < array.len()));
    match (texts, longs, others) {
        (Some(texts), None, None) if as_text => return text(texts),
        (None, None, Some(others)) if !as_text => return Ok(arrow::compute::cast(others, &DataType::Utf8View)?),
        _ => {}
    }
    let read = |array: Option<&ArrayRef>, ty: &DataType| array.map(|array| arrow::compute::cast(array, ty)).transpose();
    let (texts, others) = (read(texts, &DataType::Utf8View)?, read(others, &DataType::Utf8View)?);
    let longs = read(longs, &DataType::Int64)?;
    let texts = texts.as_ref().and_then(|array| array.as_string_view_opt());
    let others = others.as_ref().and_then(|array| array.as_string_view_opt());
    let longs = longs.as_ref().and_then(|array| array.as_primitive_opt::<Int64Type>());
    let mut out = StringViewBuilder::with_capacity(rows);
    let mut spelled = String::new();
    for row in 0..rows {
        if let Some(texts) = texts.filter(|texts| texts.is_valid(row)) {
            if as_text {
                out.try_append_value(texts.value(row))?;
            } else {
                spelled.clear();
                json::quote(texts.value(row), &mut spelled);
                out.try_append_value(&spelled)?;
            }
        } else if let Some(longs) = longs.filter(|longs| longs.is_valid(row)) {
            spelled.clear();
            // Writing to a string cannot fail.
            let _ = write!(spelled, "{}", longs.value(row));
            out.try_append_value(&spelled)?;
        } else if let Some(others) = others.filter(|others| others.is_valid(row)) {
            let raw = others.value(row);
            if as_text {
                out.try_append_value(json::text(raw).as_ref())?;
            } else {
                out.try_append_value(raw)?;
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
