//! Bounds on columns that a condition implies.
//!
//! `bin(Timestamp, 1h) == x`, `Timestamp + 1h > x` and their kin say something of the column itself, though they do not compare it. The condition stays as
//! it is; what follows from it is used to leave out files, row groups and pages. An implied bound may be wider than the condition, never narrower.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, lit};
use quarry_schema::KqlType;
use quarry_value::time::{DAY, HOUR, MINUTE, SECOND};

use crate::kernel::{KernelCall, kernel_call, number_range};

/// Bounds, both included, on the ticks or the whole number that an expression gives; `None` is open.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    low: Option<i64>,
    high: Option<i64>,
}

impl Range {
    /// The range with its ends moved. What leaves the range of numbers is open.
    fn moved(self, low: i64, high: i64) -> Range {
        Range {
            low: self.low.and_then(|end| end.checked_add(low)),
            high: self.high.and_then(|end| end.checked_add(high)),
        }
    }
}

/// A condition on bare columns that holds wherever `filter` does; `None` when nothing follows, or nothing but what the filter says itself.
#[must_use]
pub fn implied(filter: &Expr) -> Option<Expr> {
    let parts = conjuncts(filter);
    let new = parts.into_iter().filter(|part| !is_plain(part)).filter_map(follows);
    new.reduce(Expr::and)
}

fn conjuncts(filter: &Expr) -> Vec<&Expr> {
    let mut open = vec![filter];
    let mut parts = Vec::new();
    while let Some(expr) = open.pop() {
        match expr {
            Expr::BinaryExpr(binary) if binary.op == Operator::And => open.extend([&*binary.left, &*binary.right]),
            expr => parts.push(expr),
        }
    }
    parts
}

/// Whether a condition compares a bare column, so that it prunes by itself.
fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::BinaryExpr(binary) => matches!(&*binary.left, Expr::Column(_)) || matches!(&*binary.right, Expr::Column(_)),
        Expr::Between(between) => matches!(&*between.expr, Expr::Column(_)),
        _ => false,
    }
}

/// What holds of bare columns where a condition is true.
fn follows(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Alias(alias) => follows(&alias.expr),
        Expr::IsTrue(inner) => follows(inner),
        Expr::BinaryExpr(binary) => match binary.op {
            Operator::And => match (follows(&binary.left), follows(&binary.right)) {
                (Some(left), Some(right)) => Some(left.and(right)),
                (one, other) => one.or(other),
            },
            Operator::Or => Some(follows(&binary.left)?.or(follows(&binary.right)?)),
            _ => compared(binary),
        },
        Expr::Between(between) if !between.negated => {
            let (low, high) = (number(&between.low)?, number(&between.high)?);
            on_column(
                &between.expr,
                Range {
                    low: Some(low),
                    high: Some(high),
                },
            )
        }
        Expr::InList(list) if !list.negated => {
            let values = list.list.iter().map(number).collect::<Option<Vec<_>>>()?;
            on_column(
                &list.expr,
                Range {
                    low: Some(*values.iter().min()?),
                    high: Some(*values.iter().max()?),
                },
            )
        }
        expr => {
            if let Some((value, low, high)) = number_range(expr) {
                let (low, high) = (Some(low), Some(high));
                return on_column(value, Range { low, high });
            }
            let call = kernel_call(expr)?;
            match (call.name, call.args) {
                ("between", [value, low, high]) => on_column(
                    value,
                    Range {
                        low: Some(number(low)?),
                        high: Some(number(high)?),
                    },
                ),
                ("=", [left, right]) => match (number(left), number(right)) {
                    (None, Some(value)) => on_column(left, range_of(Operator::Eq, value)?),
                    (Some(value), None) => on_column(right, range_of(Operator::Eq, value)?),
                    _ => None,
                },
                _ => None,
            }
        }
    }
}

fn compared(binary: &BinaryExpr) -> Option<Expr> {
    match (number(&binary.left), number(&binary.right)) {
        (None, Some(value)) => on_column(&binary.left, range_of(binary.op, value)?),
        (Some(value), None) => on_column(&binary.right, range_of(binary.op.swap()?, value)?),
        _ => None,
    }
}

fn range_of(op: Operator, value: i64) -> Option<Range> {
    let (low, high) = match op {
        Operator::Eq => (Some(value), Some(value)),
        Operator::Lt => (None, value.checked_sub(1)),
        Operator::LtEq => (None, Some(value)),
        Operator::Gt => (value.checked_add(1), None),
        Operator::GtEq => (Some(value), None),
        _ => return None,
    };
    Some(Range { low, high })
}

/// The constant, when an expression is one.
fn number(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Literal(ScalarValue::Int64(value), _) => *value,
        Expr::Alias(alias) => number(&alias.expr),
        _ => None,
    }
}

/// A range of an expression's value as a condition on the column inside.
fn on_column(expr: &Expr, range: Range) -> Option<Expr> {
    let (column, range) = inverted(expr, range)?;
    let low = range.low.map(|low| column.clone().gt_eq(lit(low)));
    let high = range.high.map(|high| column.clone().lt_eq(lit(high)));
    match (low, high) {
        (Some(low), Some(high)) => Some(low.and(high)),
        (low, high) => low.or(high),
    }
}

/// The column whose value decides an expression's, and the range it must lie in for the expression to lie in `range`.
fn inverted(expr: &Expr, range: Range) -> Option<(&Expr, Range)> {
    if let Expr::Column(_) = expr {
        return Some((expr, range));
    }
    if let Expr::Alias(alias) = expr {
        return inverted(&alias.expr, range);
    }
    let call = kernel_call(expr)?;
    match (call.name, call.args) {
        // These give a point at or before their argument, less than a period away.
        ("bin" | "floor", [value, size]) if is_time(&call, 0) => inverted(value, range.moved(0, positive(size)?.saturating_sub(1))),
        ("bin_at", [value, size, _]) if is_time(&call, 0) => inverted(value, range.moved(0, positive(size)?.saturating_sub(1))),
        (name, [value]) if is_time(&call, 0) => match name.split_at_checked(name.find("of")? + 2)? {
            ("startof", period) => inverted(value, range.moved(0, longest(period)? - 1)),
            ("endof", period) => inverted(value, range.moved(1 - longest(period)?, 0)),
            _ => None,
        },
        ("add", [left, right]) if is_point_and_span(&call) => match (number(left), number(right)) {
            (None, Some(by)) => inverted(left, range.moved(by.checked_neg()?, by.checked_neg()?)),
            (Some(by), None) => inverted(right, range.moved(by.checked_neg()?, by.checked_neg()?)),
            _ => None,
        },
        ("subtract", [left, right]) if is_point_and_span(&call) => inverted(left, range.moved(number(right)?, number(right)?)),
        // The span between two points of the calendar, which cannot overflow.
        ("subtract", [left, right]) if call.types == [KqlType::DateTime, KqlType::DateTime] => match (number(left), number(right)) {
            (None, Some(from)) => inverted(left, range.moved(from, from)),
            (Some(from), None) => inverted(right, mirrored(range, from)),
            _ => None,
        },
        ("datetime_add", [period, amount, value]) => {
            let by = number(amount)?.checked_mul(unit(period)?)?.checked_neg()?;
            inverted(value, range.moved(by, by))
        }
        ("datetime_diff", [period, left, right]) => {
            let unit = unit(period)?;
            let index = |ticks: i64| ticks.div_euclid(unit);
            // A range of numbers of periods, as points in time.
            let points = |range: Range| Range {
                low: range.low.and_then(|at| at.checked_mul(unit)),
                high: range.high.and_then(|at| at.checked_add(1)?.checked_mul(unit)?.checked_sub(1)),
            };
            match (number(left), number(right)) {
                (None, Some(from)) => inverted(left, points(range.moved(index(from), index(from)))),
                (Some(from), None) => inverted(right, points(mirrored(range, index(from)))),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The range of `x` where `from - x` lies in a range.
fn mirrored(range: Range, from: i64) -> Range {
    Range {
        low: range.high.and_then(|high| from.checked_sub(high)),
        high: range.low.and_then(|low| from.checked_sub(low)),
    }
}

fn is_time(call: &KernelCall<'_>, at: usize) -> bool {
    call.types.get(at) == Some(&KqlType::DateTime)
}

/// A point in time and a span, whose sum is null where it leaves the calendar.
fn is_point_and_span(call: &KernelCall<'_>) -> bool {
    matches!(
        call.types,
        [KqlType::DateTime, KqlType::TimeSpan | KqlType::Int | KqlType::Long] | [KqlType::TimeSpan, KqlType::DateTime]
    )
}

fn positive(size: &Expr) -> Option<i64> {
    number(size).filter(|size| *size > 0)
}

/// The longest that a period of the calendar can be.
fn longest(period: &str) -> Option<i64> {
    Some(match period {
        "day" => DAY,
        "week" => 7 * DAY,
        "month" => 31 * DAY,
        "year" => 366 * DAY,
        _ => return None,
    })
}

/// The length of a period that is always the same and starts with the calendar.
fn unit(period: &Expr) -> Option<i64> {
    let Expr::Literal(ScalarValue::Utf8View(Some(name)), _) = period else {
        return None;
    };
    Some(match name.to_ascii_lowercase().as_str() {
        "day" => DAY,
        "hour" => HOUR,
        "minute" => MINUTE,
        "second" => SECOND,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use super::*;
    use crate::kernel::{ScalarKernel, kernel_expr, scalar_kernel};
    use crate::operators;
    use KqlType::{DateTime, Long, String as Text, TimeSpan};
    use arrow::array::{Array, AsArray, Int64Array};
    use arrow::datatypes::{DataType, Field, Int64Type, Schema};
    use arrow::record_batch::RecordBatch;
    use datafusion::common::DFSchema;
    use datafusion::execution::context::SessionContext;
    use datafusion::logical_expr::{binary_expr, col};
    use proptest::prelude::*;
    use quarry_semantics::ir::BinaryOp;
    use quarry_value::time::MAX_DATETIME;

    fn call(name: &'static str, args: Vec<Expr>, types: Vec<KqlType>, result: KqlType) -> Expr {
        let kernel: ScalarKernel = scalar_kernel(name).unwrap();
        kernel_expr(name, Arc::new(kernel), args, types, result, 0)
    }

    fn text(value: &str) -> Expr {
        lit(ScalarValue::Utf8View(Some(value.to_owned())))
    }

    /// Expressions of a column `T`, and a column `N` without bounds.
    fn shapes(by: i64) -> Vec<Expr> {
        let t = || col("\"T\"");
        let arithmetic =
            |op, left, left_ty, right, right_ty, result| operators::binary(op, left, left_ty, right, right_ty, result).unwrap();
        let mut shapes = vec![
            call("bin", vec![t(), lit(by.abs() + 1)], vec![DateTime, TimeSpan], DateTime),
            call(
                "bin_at",
                vec![t(), lit(by.abs() + 1), lit(77i64)],
                vec![DateTime, TimeSpan, DateTime],
                DateTime,
            ),
            arithmetic(BinaryOp::Add, t(), DateTime, lit(by), TimeSpan, DateTime),
            arithmetic(BinaryOp::Add, lit(by), TimeSpan, t(), DateTime, DateTime),
            arithmetic(BinaryOp::Subtract, t(), DateTime, lit(by), TimeSpan, DateTime),
            arithmetic(BinaryOp::Subtract, t(), DateTime, lit(by.abs()), DateTime, TimeSpan),
            arithmetic(BinaryOp::Subtract, lit(by.abs()), DateTime, t(), DateTime, TimeSpan),
        ];
        for name in [
            "startofday",
            "startofweek",
            "startofmonth",
            "startofyear",
            "endofday",
            "endofweek",
            "endofmonth",
            "endofyear",
        ] {
            shapes.push(call(name, vec![t()], vec![DateTime], DateTime));
        }
        for unit in ["day", "hour", "minute", "second", "month"] {
            shapes.push(call(
                "datetime_add",
                vec![text(unit), lit(by % 400), t()],
                vec![Text, Long, DateTime],
                DateTime,
            ));
            shapes.push(call(
                "datetime_diff",
                vec![text(unit), t(), lit(by.abs())],
                vec![Text, DateTime, DateTime],
                Long,
            ));
            shapes.push(call(
                "datetime_diff",
                vec![text(unit), lit(by.abs()), t()],
                vec![Text, DateTime, DateTime],
                Long,
            ));
        }
        let nested = call(
            "bin",
            vec![shapes.get(2).cloned().unwrap(), lit(HOUR)],
            vec![DateTime, TimeSpan],
            DateTime,
        );
        shapes.push(nested);
        shapes
    }

    fn values(expr: &Expr, batch: &RecordBatch) -> arrow::array::ArrayRef {
        let schema = DFSchema::try_from(batch.schema()).unwrap();
        let physical = SessionContext::new().create_physical_expr(expr.clone(), &schema).unwrap();
        physical.evaluate(batch).unwrap().into_array(batch.num_rows()).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Wherever a condition is true, what is implied by it is.
        #[test]
        fn what_is_implied_holds_where_the_condition_does(
            ticks in prop::collection::vec(prop_oneof![Just(0), Just(MAX_DATETIME), 0..MAX_DATETIME, (0..3_000i64).prop_map(|at| 638_500_000_000_000_000 + at * 7 * HOUR)], 1..40),
            by in prop_oneof![-3 * DAY..3 * DAY, Just(0), Just(638_500_000_000_000_000), 0..MAX_DATETIME],
            pick in 0usize..64, near in -2i64..3, op in 0usize..5,
        ) {
            let schema = Arc::new(Schema::new(vec![Field::new("T", DataType::Int64, true)]));
            let batch = RecordBatch::try_new(schema, vec![Arc::new(Int64Array::from(ticks))]).unwrap();
            for shape in shapes(by) {
                let outcomes = values(&shape, &batch);
                let outcomes = outcomes.as_primitive::<Int64Type>();
                let Some(value) = outcomes.iter().flatten().nth(pick % batch.num_rows()) else { continue };
                let op = [Operator::Eq, Operator::Lt, Operator::LtEq, Operator::Gt, Operator::GtEq].into_iter().nth(op).unwrap();
                let constant = lit(value.saturating_add(near));
                for filter in [binary_expr(shape.clone(), op, constant.clone()), binary_expr(constant.clone(), op, shape.clone()), shape.clone().in_list(vec![constant.clone(), lit(5i64)], false)] {
                    let Some(bound) = implied(&filter) else { continue };
                    let (kept, bounded) = (values(&filter, &batch), values(&bound, &batch));
                    for row in 0..batch.num_rows() {
                        let kept = kept.as_boolean().is_valid(row) && kept.as_boolean().value(row);
                        prop_assert!(!kept || bounded.as_boolean().value(row), "{filter} gives {bound}, which misses row {row}");
                    }
                }
            }
        }
    }

    #[test]
    fn bounds_of_the_usual_forms() {
        let shown = |expr: Expr| implied(&expr).map(|bound| bound.to_string());
        let bin = || call("bin", vec![col("T"), lit(10i64)], vec![DateTime, TimeSpan], DateTime);
        assert_eq!(shown(bin().eq(lit(30i64))).unwrap(), "t >= Int64(30) AND t <= Int64(39)");
        assert_eq!(
            shown(bin().gt(lit(30i64)).or(col("T").lt(lit(5i64)))).unwrap(),
            "t >= Int64(31) OR t <= Int64(4)"
        );
        assert_eq!(shown(bin().gt(lit(30i64)).or(col("U").is_null())), None);
        assert_eq!(shown(bin().not_eq(lit(30i64))), None);
        assert_eq!(shown(col("T").gt(lit(30i64))), None);
    }
}
