//! Access into dynamics: `base.key['other'][0]`.

use std::sync::Arc;

use arrow::array::StringViewBuilder;
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, Expr};
use quarry_schema::KqlType;
use quarry_value::{dynamic, json};

use crate::kernel::{Call, Kernel, Texts, kernel_expr, over_repeated};

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
pub enum Segment {
    Key(String),
    /// Negative counts from the end.
    Index(i64),
    /// Computed for each row: a string is a key, a number an index.
    Computed(Expr, KqlType),
}

/// The value at a path in a dynamic; null where there is none.
#[must_use]
pub fn path(base: Expr, segments: Vec<Segment>) -> Expr {
    let mut args = vec![base];
    let mut types = vec![KqlType::Dynamic];
    let mut name = String::from("path ");
    let mut steps = Vec::with_capacity(segments.len());
    for segment in segments {
        match segment {
            Segment::Key(key) => {
                name.push_str(&format!("[{key:?}]"));
                steps.push(Step::Fixed(dynamic::Segment::Key(key)));
            }
            Segment::Index(index) => {
                name.push_str(&format!("[{index}]"));
                steps.push(Step::Fixed(dynamic::Segment::Index(index)));
            }
            Segment::Computed(expr, ty) => {
                name.push_str("[?]");
                steps.push(Step::Computed(args.len()));
                args.push(expr);
                types.push(ty);
            }
        }
    }
    kernel_expr(
        name,
        Arc::new(Path {
            steps: steps.into(),
            text: false,
        }),
        args,
        types,
        KqlType::Dynamic,
        0,
    )
}

enum Step {
    Fixed(dynamic::Segment),
    /// The position of the argument that holds the key or index.
    Computed(usize),
}

struct Path {
    steps: Arc<[Step]>,
    /// Whether the answer is wanted as text.
    text: bool,
}

impl Kernel for Path {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        over_repeated(call, |call| self.follow(call))
    }

    fn text_form(&self) -> Option<Arc<dyn Kernel>> {
        Some(Arc::new(Path {
            steps: Arc::clone(&self.steps),
            text: true,
        }))
    }

    fn fixed_path(&self) -> Option<Vec<dynamic::Segment>> {
        self.steps
            .iter()
            .map(|step| match step {
                Step::Fixed(segment) => Some(segment.clone()),
                Step::Computed(_) => None,
            })
            .collect()
    }
}

impl Path {
    fn follow(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let base = call.texts(0)?;
        let keys = self
            .steps
            .iter()
            .map(|step| match step {
                Step::Fixed(_) => Ok(None),
                Step::Computed(at) => call.texts(*at).map(|texts| Some((texts, call.type_of(*at)))),
            })
            .collect::<Result<Vec<_>>>()?;
        let mut builder = StringViewBuilder::with_capacity(call.rows);
        for row in 0..call.rows {
            match find(&self.steps, &base, &keys, row) {
                Some(value) if self.text => builder.append_value(json::text(value)),
                Some(value) if json::kind(value) != json::Kind::Null => builder.append_value(value),
                _ if self.text => builder.append_value(""),
                _ => builder.append_null(),
            }
        }
        Ok(ColumnarValue::Array(Arc::new(builder.finish())))
    }
}

/// The raw value at the path in a row's document.
fn find<'a>(steps: &[Step], base: &'a Texts, keys: &[Option<(Texts, KqlType)>], row: usize) -> Option<&'a str> {
    let mut value = base.raw(row)?;
    for (step, key) in steps.iter().zip(keys) {
        value = match (step, key) {
            (Step::Fixed(segment), _) => dynamic::step(value, segment)?,
            (Step::Computed(_), Some((texts, ty))) => {
                let text = texts.get(row);
                let is_key = match ty {
                    KqlType::String => true,
                    KqlType::Dynamic | KqlType::Unknown => json::kind(texts.raw(row)?) == json::Kind::String,
                    _ => false,
                };
                if is_key {
                    dynamic::member(value, &text)?
                } else {
                    dynamic::element(value, text.parse().ok()?)?
                }
            }
            _ => return None,
        };
    }
    Some(value)
}
