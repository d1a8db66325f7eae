//! Aggregates over the bins of one series: its array of values, and the span of bins that it covers.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::mem::size_of;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, Int64Array, ListArray, StringViewArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Expr, Signature, Volatility};

/// Longest array: what Kusto allows in a dynamic array of a series.
pub const MOST_BINS: i64 = 1_048_576;

/// Bins of a series when the query fixes them; an open end is where the series' own data ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bounds {
    pub first: Option<i64>,
    /// The first bin that is out again.
    pub end: Option<i64>,
}

/// The array of a series as JSON text: `value` (JSON text) at each bin, `fill` (JSON text) where there is none.
#[must_use]
pub fn series(bin: Expr, value: Expr, fill: String, bounds: Bounds) -> Expr {
    aggregate(Output::Values { fill }, vec![bin, value], bounds)
}

/// First bin and number of bins of a series, as a list of two longs.
#[must_use]
pub fn span(bin: Expr, bounds: Bounds) -> Expr {
    aggregate(Output::Span, vec![bin], bounds)
}

fn aggregate(output: Output, args: Vec<Expr>, bounds: Bounds) -> Expr {
    let signature = Signature::any(args.len(), Volatility::Immutable);
    AggregateUDF::from(Series { output, bounds, signature }).call(args)
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Output {
    Values { fill: String },
    Span,
}

#[derive(Debug)]
struct Series {
    output: Output,
    bounds: Bounds,
    signature: Signature,
}

impl PartialEq for Series {
    fn eq(&self, other: &Self) -> bool {
        self.output == other.output && self.bounds == other.bounds
    }
}

impl Eq for Series {}

impl Hash for Series {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.output.hash(state);
        self.bounds.hash(state);
    }
}

fn bins_type() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Int64, true)))
}

impl AggregateUDFImpl for Series {
    fn name(&self) -> &str {
        match self.output {
            Output::Values { .. } => "series",
            Output::Span => "series_span",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(match self.output {
            Output::Values { .. } => DataType::Utf8View,
            Output::Span => bins_type(),
        })
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let texts = DataType::List(Arc::new(Field::new_list_field(DataType::Utf8View, true)));
        Ok(vec![
            Arc::new(Field::new(format!("{}_bins", args.name), bins_type(), true)),
            Arc::new(Field::new(format!("{}_values", args.name), texts, true)),
        ])
    }

    fn accumulator(&self, _args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Bins {
            output: self.output.clone(),
            bounds: self.bounds,
            values: BTreeMap::new(),
            bytes: 0,
        }))
    }
}

/// The bins seen so far; a missing text is a null value.
#[derive(Debug)]
struct Bins {
    output: Output,
    bounds: Bounds,
    values: BTreeMap<i64, Option<String>>,
    bytes: usize,
}

impl Bins {
    fn add(&mut self, bins: &Int64Array, values: Option<&StringViewArray>) {
        for row in 0..bins.len() {
            if bins.is_null(row) {
                continue;
            }
            let text = values
                .filter(|values| !values.is_null(row))
                .map(|values| values.value(row).to_owned());
            self.bytes += text.as_ref().map_or(0, String::len) + 48;
            self.values.insert(bins.value(row), text);
        }
    }

    /// First bin and number of bins.
    fn extent(&self) -> Result<(i64, i64)> {
        let first = self.bounds.first.or_else(|| self.values.keys().next().copied()).unwrap_or(0);
        let end = self
            .bounds
            .end
            .or_else(|| self.values.keys().next_back().map(|last| last.saturating_add(1)))
            .unwrap_or(first);
        let count = end.saturating_sub(first).max(0);
        if count > MOST_BINS {
            return exec_err!("make-series would give {count} bins; the most is {MOST_BINS}");
        }
        Ok((first, count))
    }
}

impl Accumulator for Bins {
    fn update_batch(&mut self, values: &[datafusion::arrow::array::ArrayRef]) -> Result<()> {
        let Some(bins) = values.first() else {
            return Ok(());
        };
        self.add(bins.as_primitive::<Int64Type>(), values.get(1).map(|texts| texts.as_string_view()));
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let (first, count) = self.extent()?;
        match &self.output {
            Output::Span => {
                let span = Int64Array::from(vec![first, count]);
                Ok(ScalarValue::List(Arc::new(list(Arc::new(span)))))
            }
            Output::Values { fill } => {
                let mut text = String::from("[");
                for bin in first..first + count {
                    if bin > first {
                        text.push(',');
                    }
                    match self.values.get(&bin) {
                        Some(Some(value)) => text.push_str(value),
                        Some(None) => text.push_str("null"),
                        None => text.push_str(fill),
                    }
                }
                text.push(']');
                Ok(ScalarValue::Utf8View(Some(text)))
            }
        }
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.bytes
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let bins: Int64Array = self.values.keys().copied().map(Some).collect();
        let texts: StringViewArray = self.values.values().map(Option::as_deref).collect();
        Ok(vec![
            ScalarValue::List(Arc::new(list(Arc::new(bins)))),
            ScalarValue::List(Arc::new(list(Arc::new(texts)))),
        ])
    }

    fn merge_batch(&mut self, states: &[datafusion::arrow::array::ArrayRef]) -> Result<()> {
        let [bins, texts] = states else {
            return exec_err!("a series has two columns of state");
        };
        for (bins, texts) in bins.as_list::<i32>().iter().zip(texts.as_list::<i32>().iter()) {
            if let (Some(bins), Some(texts)) = (bins, texts) {
                self.add(bins.as_primitive::<Int64Type>(), Some(texts.as_string_view()));
            }
        }
        Ok(())
    }
}

fn list(values: datafusion::arrow::array::ArrayRef) -> ListArray {
    let field = Arc::new(Field::new_list_field(values.data_type().clone(), true));
    ListArray::new(field, OffsetBuffer::from_lengths([values.len()]), values, None)
}
