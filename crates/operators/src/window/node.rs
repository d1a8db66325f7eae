//! The logical node: the input's columns, then one column per call.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{DFSchema, DFSchemaRef, Result, plan_err};
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNodeCore};

/// One call: the function, its arguments over the input's columns, and the column it fills.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WindowCall {
    pub function: &'static str,
    pub args: Vec<Expr>,
    pub output: String,
    pub data_type: DataType,
}

/// Computes window functions over the input's rows in the order they come; within each group of rows where there are groups.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Window {
    pub(super) input: LogicalPlan,
    pub(super) calls: Vec<WindowCall>,
    pub(super) groups: Vec<Expr>,
    pub(super) schema: DFSchemaRef,
}

impl Window {
    /// # Errors
    /// When an output has the name of an input column.
    pub fn try_new(input: LogicalPlan, calls: Vec<WindowCall>, groups: Vec<Expr>) -> Result<Self> {
        let mut fields: Vec<_> = input
            .schema()
            .iter()
            .map(|(qualifier, field)| (qualifier.cloned(), Arc::clone(field)))
            .collect();
        fields.extend(
            calls
                .iter()
                .map(|call| (None, Arc::new(Field::new(&call.output, call.data_type.clone(), true)))),
        );
        let schema = Arc::new(DFSchema::new_with_metadata(fields, input.schema().metadata().clone())?);
        Ok(Self {
            input,
            calls,
            groups,
            schema,
        })
    }
}

impl PartialOrd for Window {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input)
    }
}

impl UserDefinedLogicalNodeCore for Window {
    fn name(&self) -> &str {
        "KqlWindow"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        let args = self.calls.iter().flat_map(|call| &call.args);
        args.chain(&self.groups).cloned().collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KqlWindow:")?;
        for (position, call) in self.calls.iter().enumerate() {
            let args: Vec<String> = call.args.iter().map(ToString::to_string).collect();
            write!(
                f,
                "{} {} = {}({})",
                if position == 0 { "" } else { "," },
                call.output,
                call.function,
                args.join(", ")
            )?;
        }
        Ok(())
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let Some(input) = inputs.into_iter().next() else {
            return plan_err!("KqlWindow needs an input");
        };
        let mut exprs = exprs.into_iter();
        let calls = self
            .calls
            .iter()
            .map(|call| WindowCall {
                args: exprs.by_ref().take(call.args.len()).collect(),
                ..call.clone()
            })
            .collect();
        Self::try_new(input, calls, exprs.collect())
    }
}
