//! Plugins that pick or reshape rows.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{LogicalPlan, cast};
use quarry_functions::operators::convert;
use quarry_operators::plugins::{Narrow, RowsNear, SchemaMerge};
use quarry_schema::KqlType;

use super::call::Call;
use crate::PlanError;
use crate::columns::{name, reference};

pub(super) fn rows_near(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    let count = |param: &str| -> Result<usize, PlanError> {
        usize::try_from(call.whole(param)?).map_err(|_| call.invalid(format!("{param} must not be negative")))
    };
    let before = count("NumRows")?;
    let after = if call.optional("NumRowsAfter").is_some() {
        count("NumRowsAfter")?
    } else {
        before
    };
    let mut exprs: Vec<_> = call.input.columns.iter().map(|column| reference(name(column))).collect();
    exprs.push(call.plan(call.expr("Condition")?)?);
    call.computed(exprs, Arc::new(RowsNear { before, after }))
}

pub(super) fn narrow(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    let texts = call
        .input
        .columns
        .iter()
        .map(|column| Ok(convert(reference(name(column)), column.ty, KqlType::String)?));
    let texts = texts.collect::<Result<Vec<_>, PlanError>>()?;
    let names = call.input.columns.iter().map(|column| column.name.clone()).collect();
    call.computed(texts, Arc::new(Narrow { names }))
}

pub(super) fn schema_merge(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    let wanted = [
        ("ColumnName", &[KqlType::String][..]),
        ("ColumnOrdinal", &[KqlType::Int, KqlType::Long]),
        ("DataType", &[KqlType::String]),
        ("ColumnType", &[KqlType::String]),
    ];
    let mut exprs = Vec::with_capacity(wanted.len());
    for (wanted, types) in wanted {
        let column = call
            .input
            .columns
            .iter()
            .find(|column| column.name == wanted && types.contains(&column.ty));
        let column = column.ok_or_else(|| call.invalid(format!("the input has no column {wanted}: it must be the result of getschema")))?;
        let value = reference(name(column));
        exprs.push(if wanted == "ColumnOrdinal" {
            cast(value, DataType::Int64)
        } else {
            value
        });
    }
    let preserve_order = call.flag("PreserveOrder", true)?;
    call.computed(exprs, Arc::new(SchemaMerge { preserve_order }))
}
