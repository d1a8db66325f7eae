//! The stored parts that rows come from. The language knows them as extents; files of a lake are none, and rows that a query computes have none.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::guid::Guid;

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[("extent_id", extent_id), ("extent_tags", extent_tags)];

/// All zeros, which stands for no extent.
fn extent_id(call: &Call<'_>) -> Result<ColumnarValue> {
    call.write_guids(|_| Some(Guid::default()))
}

fn extent_tags(call: &Call<'_>) -> Result<ColumnarValue> {
    call.write_dynamics(|_, _| None)
}
