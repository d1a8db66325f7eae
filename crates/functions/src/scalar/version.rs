//! Versions as numbers.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::decimal::{self, Units};

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[("parse_version", parse_version)];

const PARTS: usize = 4;
/// The most digits of a part.
const DIGITS: usize = 8;

fn parse_version(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_decimals(|row| number(&text.get(row)))
}

/// Up to four numbers of up to eight digits, put one behind the other with leading zeros; those that lack at the end are zero.
fn number(version: &str) -> Option<Units> {
    let mut digits = String::with_capacity(PARTS * DIGITS);
    let mut parts = 0;
    for part in version.split('.') {
        if part.is_empty() || part.len() > DIGITS || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.extend(std::iter::repeat_n('0', DIGITS - part.len()));
        digits.push_str(part);
        parts += 1;
    }
    if parts > PARTS {
        return None;
    }
    digits.extend(std::iter::repeat_n('0', (PARTS - parts) * DIGITS));
    decimal::parse(&digits)
}
