//! One DataFusion function type for all kernels.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use quarry_schema::KqlType;
use quarry_value::arrow_type;
use quarry_value::dynamic::Segment;

use super::{Call, ScalarKernel};
use crate::demand::TextDemand;

/// Something that computes a column from columns: a kernel function, or an operator with what it has prepared.
pub trait Kernel: Send + Sync {
    /// Computes the answer, one row for each of `call.rows`.
    ///
    /// # Errors
    /// The text becomes the query's error.
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue>;

    /// A kernel that gives `tostring()` of the answer in one step, when there is one.
    fn text_form(&self) -> Option<Arc<dyn Kernel>> {
        None
    }

    /// The fixed steps that the kernel follows into its only argument, when it does nothing else: several such kernels on one document can run as one.
    fn fixed_path(&self) -> Option<Vec<Segment>> {
        None
    }

    /// What the text of an argument must hold for the answer to be true, when the other arguments tell; storage leaves out rows by it.
    fn text_demand(&self, _args: &[Expr], _types: &[KqlType]) -> Option<TextDemand> {
        None
    }

    /// The operator, when the kernel compares a dynamic with a whole number, or a whole number with a dynamic.
    fn number_comparison(&self, _types: &[KqlType]) -> Option<Operator> {
        None
    }

    /// The least and the greatest whole number that the only argument has where the answer is true.
    fn number_range(&self) -> Option<(i64, i64)> {
        None
    }
}

impl Kernel for ScalarKernel {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        self(call)
    }
}

/// Functions that answer differently each time, so that no call may be folded or shared.
const VOLATILE: &[&str] = &["new_guid", "rand"];

/// The expression that runs a kernel. Two expressions of one name, one list of types and the same arguments are taken as equal.
pub fn kernel_expr(
    name: impl Into<String>,
    kernel: Arc<dyn Kernel>,
    args: Vec<Expr>,
    types: Vec<KqlType>,
    result: KqlType,
    now: i64,
) -> Expr {
    let name = name.into();
    let volatility = if VOLATILE.contains(&name.as_str()) {
        Volatility::Volatile
    } else {
        Volatility::Immutable
    };
    let signature = if args.is_empty() {
        Signature::nullary(volatility)
    } else {
        Signature::user_defined(volatility)
    };
    let udf = ScalarUDF::new_from_impl(KqlScalar {
        name,
        kernel,
        types,
        result,
        now,
        signature,
    });
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(udf), args))
}

/// `tostring()` of a kernel's expression in one step, when the kernel has such a form.
#[must_use]
pub fn text_form(expr: &Expr) -> Option<Expr> {
    let Expr::ScalarFunction(function) = expr else {
        return None;
    };
    let scalar = function.func.inner().downcast_ref::<KqlScalar>()?;
    let kernel = scalar.kernel.text_form()?;
    Some(kernel_expr(
        format!("tostring {}", scalar.name),
        kernel,
        function.args.clone(),
        scalar.types.clone(),
        KqlType::String,
        scalar.now,
    ))
}

/// The document, the steps and the type of the answer, when an expression follows a path of fixed steps.
#[must_use]
pub fn fixed_path(expr: &Expr) -> Option<(&Expr, Vec<Segment>, KqlType)> {
    let Expr::ScalarFunction(function) = expr else {
        return None;
    };
    let scalar = function.func.inner().downcast_ref::<KqlScalar>()?;
    match function.args.as_slice() {
        [document] => Some((document, scalar.kernel.fixed_path()?, scalar.result)),
        _ => None,
    }
}

/// The same of an expression that is ready to run.
#[must_use]
pub fn fixed_path_of(expr: &Arc<dyn PhysicalExpr>) -> Option<(&Arc<dyn PhysicalExpr>, Vec<Segment>, KqlType)> {
    let function = expr.downcast_ref::<ScalarFunctionExpr>()?;
    let scalar = function.fun().inner().downcast_ref::<KqlScalar>()?;
    match function.args() {
        [document] => Some((document, scalar.kernel.fixed_path()?, scalar.result)),
        _ => None,
    }
}

/// A kernel's expression from outside: its name, and its arguments with their types.
#[derive(Clone, Copy)]
pub struct KernelCall<'a> {
    pub name: &'a str,
    pub args: &'a [Expr],
    pub types: &'a [KqlType],
}

/// The call, when an expression runs a kernel.
#[must_use]
pub fn kernel_call(expr: &Expr) -> Option<KernelCall<'_>> {
    let Expr::ScalarFunction(function) = expr else {
        return None;
    };
    let scalar = function.func.inner().downcast_ref::<KqlScalar>()?;
    Some(KernelCall {
        name: &scalar.name,
        args: &function.args,
        types: &scalar.types,
    })
}

/// The expression whose text a condition looks into, and what it must find there.
#[must_use]
pub fn text_demand(expr: &Expr) -> Option<(&Expr, TextDemand)> {
    let Expr::ScalarFunction(function) = expr else {
        return None;
    };
    let scalar = function.func.inner().downcast_ref::<KqlScalar>()?;
    let demand = scalar.kernel.text_demand(&function.args, &scalar.types)?;
    Some((function.args.get(demand.value)?, demand))
}

/// An operator and its operands.
pub type Comparison<'e> = (Operator, &'e Arc<dyn PhysicalExpr>, &'e Arc<dyn PhysicalExpr>);

/// The comparison of a dynamic with a whole number, or of a whole number with a dynamic, when an expression is one.
#[must_use]
pub fn number_comparison(expr: &dyn PhysicalExpr) -> Option<Comparison<'_>> {
    let function = expr.downcast_ref::<ScalarFunctionExpr>()?;
    let scalar = function.fun().inner().downcast_ref::<KqlScalar>()?;
    match function.args() {
        [left, right] => Some((scalar.kernel.number_comparison(&scalar.types)?, left, right)),
        _ => None,
    }
}

/// The dynamic, when an expression is `tostring()` of one.
#[must_use]
pub fn text_of_dynamic(expr: &dyn PhysicalExpr) -> Option<&Arc<dyn PhysicalExpr>> {
    let function = expr.downcast_ref::<ScalarFunctionExpr>()?;
    let scalar = function.fun().inner().downcast_ref::<KqlScalar>()?;
    match (function.args(), scalar.types.as_slice()) {
        ([value], [KqlType::Dynamic]) if scalar.name == "tostring" => Some(value),
        _ => None,
    }
}

/// The expression that a condition tests against numbers, and the least and greatest of them.
pub(crate) fn number_range(expr: &Expr) -> Option<(&Expr, i64, i64)> {
    let Expr::ScalarFunction(function) = expr else {
        return None;
    };
    let scalar = function.func.inner().downcast_ref::<KqlScalar>()?;
    let (low, high) = scalar.kernel.number_range()?;
    match (function.args.as_slice(), scalar.types.as_slice()) {
        ([value], [KqlType::Long | KqlType::DateTime | KqlType::TimeSpan]) => Some((value, low, high)),
        _ => None,
    }
}

struct KqlScalar {
    name: String,
    kernel: Arc<dyn Kernel>,
    types: Vec<KqlType>,
    result: KqlType,
    now: i64,
    signature: Signature,
}

impl fmt::Debug for KqlScalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)
    }
}

impl PartialEq for KqlScalar {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.types == other.types && self.result == other.result && self.now == other.now
    }
}
impl Eq for KqlScalar {}

impl Hash for KqlScalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.name, &self.types, self.result, self.now).hash(state);
    }
}

impl ScalarUDFImpl for KqlScalar {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(arg_types.to_vec())
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(arrow_type(self.result))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant =
            self.signature.volatility != Volatility::Volatile && args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { args.number_rows };
        let call = Call {
            args: &args.args,
            types: &self.types,
            result: self.result,
            rows,
            now: self.now,
        };
        let answer = self.kernel.invoke(&call)?;
        match answer {
            ColumnarValue::Array(array) if constant => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?)),
            answer => Ok(answer),
        }
    }
}
