//! The shape of a scalar kernel, and how a declared function becomes an expression.

mod args;
mod output;
mod repeated;
mod typed;
mod udf;

use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{ColumnarValue, Expr};
use quarry_schema::{Function, KqlType};

pub use args::{Bools, Decimals, Guids, Longs, Reals, Texts};
pub use repeated::{Repeated, over_repeated};
pub use typed::Typed;
pub(crate) use udf::number_range;
pub use udf::{
    Comparison, Kernel, KernelCall, fixed_path, fixed_path_of, kernel_call, kernel_expr, number_comparison, text_demand, text_form,
    text_of_dynamic,
};

/// A text of at most so many bytes is kept in the array itself.
pub(crate) const INLINE: usize = 12;

/// One evaluation of a function over a batch.
pub struct Call<'a> {
    pub args: &'a [ColumnarValue],
    /// The KQL type of each argument.
    pub types: &'a [KqlType],
    pub result: KqlType,
    /// Rows to answer for: 1 when every argument is a constant.
    pub rows: usize,
    /// The query's own present, in ticks.
    pub now: i64,
}

impl Call<'_> {
    /// Whether every argument is a constant, so that there is one answer. The engine folds such calls, with rules of its own in a few places.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)))
    }

    /// The KQL type of an argument; dynamic for one that is not there.
    #[must_use]
    pub fn type_of(&self, index: usize) -> KqlType {
        self.types.get(index).copied().unwrap_or(KqlType::Dynamic)
    }
}

/// Computes a function over a batch.
pub type ScalarKernel = fn(&Call<'_>) -> Result<ColumnarValue>;

/// The kernel of a scalar function, by its declared name; `None` when there is none yet.
#[must_use]
pub fn scalar_kernel(name: &str) -> Option<ScalarKernel> {
    crate::scalar::FAMILIES.iter().find_map(|family| {
        let at = family.binary_search_by_key(&name, |(name, _)| name).ok()?;
        family.get(at).map(|(_, kernel)| *kernel)
    })
}

/// A call of a declared scalar function. Functions that DataFusion's own expressions compute exactly become those, so that they can prune and be simplified.
///
/// # Errors
/// `NotImplemented`, naming the function, when it has no kernel.
pub fn scalar_expr(function: &'static Function, args: Vec<Expr>, types: Vec<KqlType>, result: KqlType, now: i64) -> Result<Expr> {
    if let Some(native) = crate::scalar::native(function.name, &args, &types, result, now) {
        return native;
    }
    match scalar_kernel(function.name) {
        Some(kernel) => Ok(kernel_expr(function.name, std::sync::Arc::new(kernel), args, types, result, now)),
        None => datafusion::common::not_impl_err!("{}() is not supported yet", function.name),
    }
}

/// Whether [`scalar_expr`] can plan a function.
#[must_use]
pub fn is_supported(name: &str) -> bool {
    crate::scalar::NATIVE.contains(&name) || scalar_kernel(name).is_some()
}

/// The null of a KQL type as a DataFusion constant; the empty string for a string.
#[must_use]
pub fn null_of(ty: KqlType) -> ScalarValue {
    match ty {
        KqlType::String => ScalarValue::Utf8View(Some(String::new())),
        KqlType::Bool => ScalarValue::Boolean(None),
        KqlType::Int => ScalarValue::Int32(None),
        KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => ScalarValue::Int64(None),
        KqlType::Real => ScalarValue::Float64(None),
        KqlType::Decimal => ScalarValue::Decimal256(None, quarry_value::decimal::PRECISION, quarry_value::decimal::SCALE),
        KqlType::Guid => ScalarValue::FixedSizeBinary(quarry_value::guid::WIDTH, None),
        KqlType::Dynamic | KqlType::Unknown => ScalarValue::Utf8View(None),
    }
}
