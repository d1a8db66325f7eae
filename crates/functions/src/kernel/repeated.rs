//! Columns whose texts repeat, as those of a dictionary do, and the copies that `mv-expand` makes of a row. A kernel that takes long over a text looks at
//! each of them once.

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, UInt32Array};
use arrow::compute::take;
use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use hashbrown::HashMap;

use super::Call;

/// Columns of fewer rows are computed row by row.
const LEAST_ROWS: usize = 128;
/// So many different texts are let pass before they are held against the rows.
const SAMPLE: usize = 64;

/// The different cells of a column.
pub struct Repeated {
    /// A row of each.
    firsts: UInt32Array,
    /// For each row its cell's place among them.
    which: UInt32Array,
}

impl Repeated {
    /// Looks for cells that repeat. Texts that lie in different places count as different; nothing when most rows have one of their own.
    #[must_use]
    pub fn of(texts: &StringViewArray) -> Option<Repeated> {
        if texts.len() < LEAST_ROWS {
            return None;
        }
        let mut known: HashMap<Option<u128>, u32> = HashMap::new();
        let (mut firsts, mut which) = (Vec::new(), Vec::with_capacity(texts.len()));
        let mut last = None;
        for (row, view) in texts.views().iter().enumerate() {
            let cell = texts.is_valid(row).then_some(*view);
            let place = match last {
                Some((before, place)) if before == cell => place,
                _ => {
                    let new = u32::try_from(firsts.len()).ok()?;
                    let place = *known.entry(cell).or_insert(new);
                    if place == new {
                        firsts.push(u32::try_from(row).ok()?);
                        if firsts.len() > SAMPLE + row / 2 {
                            return None;
                        }
                    }
                    place
                }
            };
            last = Some((cell, place));
            which.push(place);
        }
        Some(Repeated {
            firsts: firsts.into(),
            which: which.into(),
        })
    }

    /// Each different cell once.
    ///
    /// # Errors
    /// None of its own.
    pub fn cells(&self, texts: &StringViewArray) -> Result<ArrayRef> {
        Ok(take(texts, &self.firsts, None)?)
    }

    /// What was computed for the different cells, for every row.
    ///
    /// # Errors
    /// None of its own.
    pub fn spread(&self, answers: &ArrayRef) -> Result<ArrayRef> {
        Ok(take(answers, &self.which, None)?)
    }
}

/// Runs a kernel over the different cells of the call's only column, where there is one and its cells repeat.
///
/// # Errors
/// Those of the kernel.
pub fn over_repeated(call: &Call<'_>, kernel: impl Fn(&Call<'_>) -> Result<ColumnarValue>) -> Result<ColumnarValue> {
    let mut columns = call.args.iter().enumerate().filter_map(|(at, arg)| match arg {
        ColumnarValue::Array(array) => Some((at, array)),
        ColumnarValue::Scalar(_) => None,
    });
    let (Some((at, array)), None) = (columns.next(), columns.next()) else {
        return kernel(call);
    };
    let texts = array.as_string_view_opt().filter(|texts| texts.len() == call.rows);
    let Some((texts, repeated)) = texts.and_then(|texts| Some((texts, Repeated::of(texts)?))) else {
        return kernel(call);
    };
    let cells = repeated.cells(texts)?;
    let rows = cells.len();
    let mut args = call.args.to_vec();
    if let Some(arg) = args.get_mut(at) {
        *arg = ColumnarValue::Array(cells);
    }
    let few = Call {
        args: &args,
        types: call.types,
        result: call.result,
        rows,
        now: call.now,
    };
    Ok(match kernel(&few)? {
        ColumnarValue::Array(answers) => ColumnarValue::Array(repeated.spread(&answers)?),
        constant => constant,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use std::sync::Arc;

    use quarry_schema::KqlType;

    use super::*;

    fn column(cells: impl Iterator<Item = Option<&'static str>>) -> StringViewArray {
        // Equal texts in one place, as a dictionary has them.
        let cells: Vec<_> = cells.collect();
        let dictionary: Vec<_> = [Some("a text of some length"), Some("short"), None, Some("")].into();
        let places: UInt32Array = cells
            .iter()
            .map(|cell| u32::try_from(dictionary.iter().position(|known| known == cell).unwrap()).unwrap())
            .collect::<Vec<_>>()
            .into();
        take(&StringViewArray::from(dictionary), &places, None)
            .unwrap()
            .as_string_view()
            .clone()
    }

    #[test]
    fn answers_are_those_of_every_row() {
        let cycle = [Some("short"), None, Some("a text of some length"), Some(""), Some("short")];
        let texts = column((0..1_000).map(|row| cycle[row * row % cycle.len()]));
        let repeated = Repeated::of(&texts).unwrap();
        assert!(repeated.firsts.len() <= 4);
        assert_eq!(repeated.spread(&repeated.cells(&texts).unwrap()).unwrap().as_string_view(), &texts);

        let call = Call {
            args: &[ColumnarValue::Array(Arc::new(texts.clone()))],
            types: &[KqlType::String],
            result: KqlType::Long,
            rows: texts.len(),
            now: 0,
        };
        let lengths = |call: &Call<'_>| {
            let texts = call.texts(0)?;
            call.write_longs(|row| i64::try_from(texts.get(row).len()).ok())
        };
        let (few, all) = (over_repeated(&call, lengths).unwrap(), lengths(&call).unwrap());
        assert_eq!(few.into_array(1).unwrap().as_ref(), all.into_array(1).unwrap().as_ref());
    }

    #[test]
    fn different_texts_are_left_alone() {
        let texts: StringViewArray = (0..1_000).map(|row| Some(format!("text number {row}"))).collect();
        assert!(Repeated::of(&texts).is_none());
        assert!(Repeated::of(&texts.slice(0, 10)).is_none());
    }
}
