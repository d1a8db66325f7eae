//! `scan`: what the row alone decides is computed below, in columns; the rest is compiled for the node.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::Schema;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_functions::stepwise::{Place, Stepwise};
use quarry_operators::scan::{Output, Scan as Compiled, Source, Stateful, Step, Value};
use quarry_schema::KqlType;
use quarry_semantics::ir::{Column, ColumnId, Expr, ExprKind, LogicalOp, Rel, Scan, ScanOutput, ScanStep};

use super::group::{constants_of, tags_of};
use super::whole::whole_of_group;
use super::{Group, plan_rel};
use crate::columns::{Columns, name, reference, rows_of};
use crate::expr::{Expressions, constant};
use crate::{PlanContext, PlanError};

pub(super) fn plan(rel: &Rel, scan: &Scan, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let rows = plan_rel(&scan.input, context, group)?;
    let mut compiler = Compiler::new(scan, context, group)?;
    let steps = scan.steps.iter().map(|step| compiler.step(step)).collect::<Result<Vec<_>, _>>()?;
    let mut items: Vec<PlanExpr> = scan.input.columns.iter().map(|column| reference(name(column))).collect();
    items.append(&mut compiler.computed);
    items.extend(tags_of(group));
    let compiled = Compiled {
        steps,
        shown: scan.input.columns.len(),
        defaults: compiler.defaults,
        empty: compiler.empty,
        match_id: scan.match_id.is_some(),
    };
    let input = LogicalPlanBuilder::from(rows).project(items)?.build()?;
    whole_of_group(rel, input, Arc::new(compiled), group)
}

struct Compiler<'a> {
    scan: &'a Scan,
    context: &'a PlanContext<'a>,
    expressions: Expressions<'a>,
    /// One row each.
    defaults: Vec<ArrayRef>,
    /// One row each: an empty slot of the state.
    empty: Vec<ArrayRef>,
    /// The slots of the state by the ids that expressions know them under.
    slots: Vec<Column>,
    /// What is computed below, behind the input's own columns.
    computed: Vec<PlanExpr>,
    /// The columns that stand for those, under ids that no column of the query has.
    stand_ins: Vec<Column>,
}

impl<'a> Compiler<'a> {
    fn new(scan: &'a Scan, context: &'a PlanContext<'a>, group: Option<&'a Group>) -> Result<Self, PlanError> {
        let columns = Columns::of(&scan.input).with_constants(constants_of(group));
        let one_row = |value: ScalarValue| Ok::<_, PlanError>(value.to_array_of_size(1)?);
        let mut defaults = Vec::with_capacity(scan.declared.len());
        let mut by_column = HashMap::new();
        for (id, default) in &scan.declared {
            let default_value = one_row(constant(default, context)?)?;
            by_column.insert(*id, (Arc::clone(&default_value), default.ty));
            defaults.push(default_value);
        }
        for column in &scan.input.columns {
            let value = match column.ty {
                KqlType::String => ScalarValue::Utf8View(Some(String::new())),
                ty => ScalarValue::try_new_null(&quarry_value::arrow_type(ty))?,
            };
            by_column.insert(column.id, (one_row(value)?, column.ty));
        }
        let (mut empty, mut slots) = (Vec::new(), Vec::new());
        for (id, remembered) in scan.steps.iter().flat_map(|step| &step.state) {
            if let Some((value, ty)) = by_column.get(remembered) {
                empty.push(Arc::clone(value));
                slots.push(Column {
                    id: *id,
                    name: "state".to_owned(),
                    ty: *ty,
                });
            }
        }
        Ok(Self {
            scan,
            context,
            expressions: Expressions::new(context, columns),
            defaults,
            empty,
            slots,
            computed: Vec::new(),
            stand_ins: Vec::new(),
        })
    }

    fn step(&mut self, step: &ScanStep) -> Result<Step, PlanError> {
        let (alone, stateful) = self.split(&step.condition);
        let guard = self.all(alone)?.map(|guard| self.below(&guard)).transpose()?;
        let condition = self.all(stateful)?.map(|condition| self.stateful(condition)).transpose()?;
        let mut assignments = Vec::with_capacity(step.assignments.len());
        for (id, expr) in &step.assignments {
            let Some(position) = self.declared(*id) else { continue };
            let expr = self.with_defaults(expr);
            let value = match self.reads_state(&expr) {
                true => Value::State(self.stateful(expr)?),
                false => Value::Row(self.below(&expr)?),
            };
            assignments.push((position, value));
        }
        let mut slots = Vec::with_capacity(step.state.len());
        for (id, remembered) in &step.state {
            let input = self.scan.input.columns.iter().position(|column| column.id == *remembered);
            let source = match (input, self.declared(*remembered)) {
                (Some(input), _) => Source::Input(input),
                (None, Some(declared)) => Source::Declared(declared),
                (None, None) => continue,
            };
            if let Some(slot) = self.slots.iter().position(|column| column.id == *id) {
                slots.push((slot, source));
            }
        }
        let output = match step.output {
            ScanOutput::All => Output::All,
            ScanOutput::Last => Output::Last,
            ScanOutput::None => Output::None,
        };
        Ok(Step {
            output,
            guard,
            condition,
            assignments,
            slots,
        })
    }

    fn declared(&self, id: ColumnId) -> Option<usize> {
        self.scan.declared.iter().position(|(declared, _)| *declared == id)
    }

    /// The parts of a condition, which must all hold: those of the row alone, and those that read the state.
    fn split(&self, condition: &Expr) -> (Vec<Expr>, Vec<Expr>) {
        let condition = self.with_defaults(condition);
        let parts = match condition.kind {
            ExprKind::Logical {
                op: LogicalOp::And,
                operands,
            } => operands,
            _ => vec![condition],
        };
        parts.into_iter().partition(|part| !self.reads_state(part))
    }

    fn all(&self, mut parts: Vec<Expr>) -> Result<Option<Expr>, PlanError> {
        if parts.len() < 2 {
            return Ok(parts.pop());
        }
        let span = parts.first().map(|part| part.span).unwrap_or_default();
        Ok(Some(Expr {
            kind: ExprKind::Logical {
                op: LogicalOp::And,
                operands: parts,
            },
            ty: KqlType::Bool,
            span,
        }))
    }

    /// The expression with the default in place of every declared column: the row at hand has nothing else there.
    fn with_defaults(&self, expr: &Expr) -> Expr {
        let mut expr = expr.clone();
        self.fill_defaults(&mut expr);
        expr
    }

    fn fill_defaults(&self, expr: &mut Expr) {
        if let ExprKind::Column(id) = expr.kind
            && let Some((_, default)) = self.scan.declared.iter().find(|(declared, _)| *declared == id)
        {
            *expr = default.clone();
        }
        expr.parts_mut().into_iter().for_each(|part| self.fill_defaults(part));
    }

    fn reads_state(&self, expr: &Expr) -> bool {
        expr.columns().iter().any(|id| self.slots.iter().any(|slot| slot.id == *id))
    }

    /// Has an expression computed below; gives its position among the input's columns.
    fn below(&mut self, expr: &Expr) -> Result<usize, PlanError> {
        if let ExprKind::Column(id) = expr.kind
            && let Some(position) = self.scan.input.columns.iter().position(|column| column.id == id)
        {
            return Ok(position);
        }
        let position = self.scan.input.columns.len() + self.computed.len();
        self.computed.push(self.expressions.plan(expr)?.alias(format!("$scan{position}")));
        Ok(position)
    }

    /// Compiles an expression that reads the state. The largest parts of it that do not are computed below.
    fn stateful(&mut self, mut expr: Expr) -> Result<Stateful, PlanError> {
        let mut inputs: Vec<(usize, Column)> = Vec::new();
        self.lift(&mut expr, &mut inputs)?;
        let used = expr.columns();
        let slots: Vec<usize> = (0..self.slots.len())
            .filter(|slot| self.slots.get(*slot).is_some_and(|slot| used.contains(&slot.id)))
            .collect();
        let mut columns: Vec<Column> = inputs.iter().map(|(_, column)| column.clone()).collect();
        columns.extend(slots.iter().filter_map(|slot| self.slots.get(*slot)).cloned());
        let rel = rows_of(columns, expr.span);
        let schema: Arc<Schema> = crate::schema_of(&rel);
        let planned = Expressions::new(self.context, Columns::of(&rel)).plan(&expr)?;
        let physical = self
            .context
            .state
            .create_physical_expr(planned, &DFSchema::try_from(Arc::clone(&schema))?)?;
        let stepwise = Stepwise::compile(&expr, &|id| {
            let input = inputs
                .iter()
                .find(|(_, column)| column.id == id)
                .map(|(position, _)| Place::Row(*position));
            input.or_else(|| self.slots.iter().position(|slot| slot.id == id).map(Place::State))
        });
        Ok(Stateful {
            expr: physical,
            stepwise,
            schema,
            inputs: inputs.into_iter().map(|(position, _)| position).collect(),
            slots,
        })
    }

    /// Replaces the largest parts that the row alone decides by columns.
    fn lift(&mut self, expr: &mut Expr, inputs: &mut Vec<(usize, Column)>) -> Result<(), PlanError> {
        if matches!(expr.kind, ExprKind::Literal(_) | ExprKind::Scalar(_)) {
            return Ok(());
        }
        if !self.reads_state(expr) {
            let position = self.below(expr)?;
            let known = inputs.iter().find(|(input, _)| *input == position).map(|(_, column)| column.id);
            let id = known.unwrap_or_else(|| {
                let column = self.stand_in(expr.ty);
                let id = column.id;
                inputs.push((position, column));
                id
            });
            expr.kind = ExprKind::Column(id);
            return Ok(());
        }
        for part in expr.parts_mut() {
            self.lift(part, inputs)?;
        }
        Ok(())
    }

    fn stand_in(&mut self, ty: KqlType) -> Column {
        let taken = u32::try_from(self.stand_ins.len()).unwrap_or(u32::MAX / 2);
        let column = Column {
            id: ColumnId::MAX - taken,
            name: "row".to_owned(),
            ty,
        };
        self.stand_ins.push(column.clone());
        column
    }
}
