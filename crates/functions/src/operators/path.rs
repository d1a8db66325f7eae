//! Access into dynamics: `base.key['other'][0]`.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, Expr};
use quarry_schema::KqlType;
use quarry_value::dynamic;

use crate::kernel::{Call, Kernel, kernel_expr};

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
    kernel_expr(name, Arc::new(Path { steps }), args, types, KqlType::Dynamic, 0)
}

enum Step {
    Fixed(dynamic::Segment),
    /// The position of the argument that holds the key or index.
    Computed(usize),
}

struct Path {
    steps: Vec<Step>,
}

impl Kernel for Path {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let base = call.texts(0)?;
        let keys = self
            .steps
            .iter()
            .map(|step| match step {
                Step::Fixed(_) => Ok(None),
                Step::Computed(at) => call.texts(*at).map(|texts| Some((texts, call.type_of(*at)))),
            })
            .collect::<Result<Vec<_>>>()?;
        call.write_dynamics(|row, out| {
            let mut value = base.raw(row)?;
            for (step, key) in self.steps.iter().zip(&keys) {
                value = match (step, key) {
                    (Step::Fixed(segment), _) => dynamic::step(value, segment)?,
                    (Step::Computed(_), Some((texts, ty))) => {
                        let text = texts.get(row);
                        let index = match ty {
                            KqlType::String => None,
                            KqlType::Dynamic | KqlType::Unknown if texts.raw(row)?.starts_with('"') => None,
                            _ => Some(text.parse().ok()?),
                        };
                        match index {
                            Some(index) => dynamic::element(value, index)?,
                            None => dynamic::member(value, &text)?,
                        }
                    }
                    _ => return None,
                };
            }
            out.push_str(value);
            Some(())
        })
    }
}
