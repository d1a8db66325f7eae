//! The states of one aggregate for all groups, and how DataFusion drives them: grouped, or as a single group.

use arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::spec::Spec;

/// What an aggregate keeps, one state a group.
pub(crate) trait States: Send + Sync + 'static {
    /// Makes room for this many groups; new ones have seen nothing yet.
    fn grow(&mut self, groups: usize);

    /// Adds rows of the aggregate's arguments.
    fn update(&mut self, values: &[ArrayRef], rows: Rows<'_>) -> Result<()>;

    /// Adds what [`States::state`] gave elsewhere.
    fn merge(&mut self, states: &[ArrayRef], rows: Rows<'_>) -> Result<()>;

    /// The results of the groups, which are then forgotten.
    fn result(&mut self, emit: EmitTo) -> Result<ArrayRef>;

    /// The states of the groups as columns, which are then forgotten.
    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>>;

    /// Bytes held.
    fn size(&self) -> usize;
}

/// The rows of a batch that count, and the group of each.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub groups: &'a [usize],
    pub filter: Option<&'a BooleanArray>,
}

impl<'a> Rows<'a> {
    /// Pairs of row and group.
    pub fn iter(self) -> impl Iterator<Item = (usize, usize)> + 'a {
        let passes = move |row: usize| self.filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
        self.groups.iter().copied().enumerate().filter(move |(row, _)| passes(*row))
    }
}

/// How many groups leave.
pub(crate) fn emitted(emit: EmitTo, groups: usize) -> usize {
    match emit {
        EmitTo::All => groups,
        EmitTo::First(count) => count.min(groups),
    }
}

/// An argument of an aggregate.
pub(crate) fn column(values: &[ArrayRef], at: usize) -> Result<&ArrayRef> {
    match values.get(at) {
        Some(array) => Ok(array),
        None => exec_err!("an aggregate lacks argument {}", at + 1),
    }
}

/// An argument in its Arrow type.
pub(crate) fn typed<T: Array + Clone + 'static>(values: &[ArrayRef], at: usize) -> Result<&T> {
    let array = column(values, at)?;
    match array.as_any().downcast_ref::<T>() {
        Some(array) => Ok(array),
        None => exec_err!("an aggregate got {} as argument {}", array.data_type(), at + 1),
    }
}

/// States driven group by group.
pub(crate) struct Grouped {
    spec: Spec,
    states: Box<dyn States>,
    groups: usize,
}

impl Grouped {
    pub fn new(spec: &Spec) -> Grouped {
        Grouped {
            spec: spec.clone(),
            states: spec.states(),
            groups: 0,
        }
    }

    fn grow(&mut self, groups: usize) {
        if groups > self.groups {
            self.groups = groups;
            self.states.grow(groups);
        }
    }

    fn leave(&mut self, emit: EmitTo) {
        self.groups -= emitted(emit, self.groups);
    }
}

impl GroupsAccumulator for Grouped {
    fn update_batch(&mut self, values: &[ArrayRef], groups: &[usize], filter: Option<&BooleanArray>, total: usize) -> Result<()> {
        self.grow(total);
        self.states.update(values, Rows { groups, filter })
    }

    fn merge_batch(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.grow(total);
        self.states.merge(states, Rows { groups, filter: None })
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let result = self.states.result(emit)?;
        self.leave(emit);
        Ok(result)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let state = self.states.state(emit)?;
        self.leave(emit);
        Ok(state)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = column(values, 0)?.len();
        let groups: Vec<usize> = (0..rows).collect();
        let mut states = self.spec.states();
        states.grow(rows);
        states.update(values, Rows { groups: &groups, filter })?;
        states.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.states.size()
    }
}

/// States of a single group.
pub(crate) struct Single {
    states: Box<dyn States>,
    result: arrow::datatypes::DataType,
    zeros: Vec<usize>,
}

impl std::fmt::Debug for Single {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Single({} bytes)", self.states.size())
    }
}

impl Single {
    pub fn new(spec: &Spec) -> Single {
        let mut states = spec.states();
        states.grow(1);
        Single {
            states,
            result: spec.result(),
            zeros: Vec::new(),
        }
    }

    fn rows(&mut self, values: &[ArrayRef]) -> Result<Vec<usize>> {
        let mut zeros = std::mem::take(&mut self.zeros);
        zeros.resize(column(values, 0)?.len(), 0);
        Ok(zeros)
    }
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let groups = self.rows(values)?;
        let done = self.states.update(
            values,
            Rows {
                groups: &groups,
                filter: None,
            },
        );
        self.zeros = groups;
        done
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let groups = self.rows(states)?;
        let done = self.states.merge(
            states,
            Rows {
                groups: &groups,
                filter: None,
            },
        );
        self.zeros = groups;
        done
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let result = self.states.result(EmitTo::All)?;
        self.states.grow(1);
        if result.is_empty() {
            return ScalarValue::try_from_array(&arrow::array::new_null_array(&self.result, 1), 0);
        }
        ScalarValue::try_from_array(&result, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let state = self.states.state(EmitTo::All)?;
        self.states.grow(1);
        state.iter().map(|array| ScalarValue::try_from_array(array, 0)).collect()
    }

    fn size(&self) -> usize {
        size_of::<Single>() + self.states.size() + self.zeros.capacity() * size_of::<usize>()
    }
}
