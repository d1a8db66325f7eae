//! `make_list`: values in the order of the rows.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringViewArray, StringViewBuilder};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::EmitTo;
use quarry_schema::KqlType;
use quarry_value::dynamic::{self, Encoder};

use super::states::{Rows, States, column, emitted, typed};

/// Elements of each group as JSON text, joined by commas.
pub(crate) struct Lists {
    ty: KqlType,
    nulls: bool,
    limit: usize,
    lists: Vec<List>,
    bytes: usize,
}

#[derive(Default)]
struct List {
    text: String,
    count: usize,
}

impl Lists {
    /// `nulls` keeps the nulls of typed columns; those of dynamic columns are always kept.
    pub fn new(ty: KqlType, nulls: bool, limit: usize) -> Lists {
        Lists {
            ty,
            nulls,
            limit,
            lists: Vec::new(),
            bytes: 0,
        }
    }

    fn take(&mut self, emit: EmitTo) -> Vec<List> {
        let rest = self.lists.split_off(emitted(emit, self.lists.len()));
        let taken = std::mem::replace(&mut self.lists, rest);
        self.bytes -= taken.iter().map(|list| list.text.len()).sum::<usize>();
        taken
    }
}

impl List {
    fn next(&mut self) -> &mut String {
        if self.count > 0 {
            self.text.push(',');
        }
        self.count += 1;
        &mut self.text
    }
}

impl States for Lists {
    fn grow(&mut self, groups: usize) {
        self.lists.resize_with(groups, List::default);
    }

    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let array = column(values, 0)?;
        let Some(encoder) = Encoder::new(array, self.ty) else {
            return exec_err!("make_list got {} for {}", array.data_type(), self.ty);
        };
        for (row, group) in rows.iter() {
            let Some(list) = self.lists.get_mut(group) else { continue };
            if list.count >= self.limit || (!self.nulls && !encoder.is_dynamic() && encoder.is_null(row)) {
                continue;
            }
            let before = list.text.len();
            match encoder.dynamic(row).and_then(dynamic::elements) {
                Some(elements) => {
                    for element in elements.take(self.limit - list.count) {
                        list.next().push_str(element);
                    }
                }
                None => encoder.write(row, list.next()),
            }
            self.bytes += list.text.len() - before;
        }
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()> {
        let (texts, counts) = (typed::<StringViewArray>(states, 0)?, typed::<Int64Array>(states, 1)?);
        for (row, group) in rows.iter() {
            let Some(list) = self.lists.get_mut(group) else { continue };
            let (text, count) = (texts.value(row), usize::try_from(counts.value(row)).unwrap_or(0));
            if count == 0 || list.count >= self.limit {
                continue;
            }
            let before = list.text.len();
            if list.count + count <= self.limit {
                list.next().push_str(text);
                list.count += count - 1;
            } else {
                let whole = format!("[{text}]");
                for element in dynamic::elements(&whole).into_iter().flatten().take(self.limit - list.count) {
                    list.next().push_str(element);
                }
            }
            self.bytes += list.text.len() - before;
        }
        Ok(())
    }

    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let mut builder = StringViewBuilder::new();
        let mut text = String::new();
        for list in self.take(emit) {
            text.clear();
            text.push('[');
            text.push_str(&list.text);
            text.push(']');
            builder.try_append_value(&text)?;
        }
        Ok(Arc::new(builder.finish()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let taken = self.take(emit);
        let texts: StringViewArray = taken.iter().map(|list| Some(list.text.as_str())).collect();
        let counts: Int64Array = taken.iter().map(|list| i64::try_from(list.count).ok()).collect();
        Ok(vec![Arc::new(texts), Arc::new(counts)])
    }

    fn size(&self) -> usize {
        // Text grows by doubling: half of it may be spare.
        self.lists.capacity() * size_of::<List>() + self.bytes * 3 / 2
    }
}
