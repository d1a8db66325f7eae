//! What addresses of both kinds share: two compared, and one looked for in ranges.

use std::cmp::Ordering;

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;

use super::ipv4::each_text;
use crate::kernel::{Call, Longs, Texts};

/// An address with the length of its network prefix.
pub(super) trait Address: Copy {
    /// The bits of an address, the length of the longest prefix.
    const BITS: u32;

    fn parse(text: &str) -> Option<Self>;

    fn prefix(self) -> u32;

    /// The order of two addresses of which only the first bits count.
    fn order(self, other: Self, bits: u32) -> Ordering;
}

/// A prefix given as a number.
pub(super) fn given<A: Address>(prefix: i64) -> Option<u32> {
    u32::try_from(prefix).ok().filter(|prefix| *prefix <= A::BITS)
}

/// Two addresses under the shortest of their prefixes and the one given.
struct Pair {
    left: Texts,
    right: Texts,
    prefix: Option<Longs>,
}

impl Pair {
    fn new(call: &Call<'_>) -> Result<Pair> {
        Ok(Pair {
            left: call.texts(0)?,
            right: call.texts(1)?,
            prefix: if call.has(2) { Some(call.longs(2)?) } else { None },
        })
    }

    fn order<A: Address>(&self, row: usize) -> Option<Ordering> {
        let (left, right) = (A::parse(&self.left.get(row))?, A::parse(&self.right.get(row))?);
        let prefix = match &self.prefix {
            Some(prefix) => given::<A>(prefix.get(row)?)?,
            None => A::BITS,
        };
        Some(left.order(right, prefix.min(left.prefix()).min(right.prefix())))
    }
}

pub(super) fn compare<A: Address>(call: &Call<'_>) -> Result<ColumnarValue> {
    let pair = Pair::new(call)?;
    call.write_longs(|row| pair.order::<A>(row).map(|order| order as i64))
}

pub(super) fn is_match<A: Address>(call: &Call<'_>) -> Result<ColumnarValue> {
    let pair = Pair::new(call)?;
    call.write_bools(|row| pair.order::<A>(row).map(Ordering::is_eq))
}

pub(super) fn is_in_any_range<A: Address>(call: &Call<'_>) -> Result<ColumnarValue> {
    let ip = call.texts(0)?;
    let lists = (1..call.args.len()).map(|at| call.texts(at)).collect::<Result<Vec<_>>>()?;
    let fixed = lists.iter().all(Texts::is_constant).then(|| ranges::<A>(&lists, 0));
    call.write_bools(|row| {
        let ip = A::parse(&ip.get(row))?;
        let within = |range: &A| ip.order(*range, ip.prefix().min(range.prefix())).is_eq();
        Some(match &fixed {
            Some(fixed) => fixed.iter().any(within),
            None => ranges::<A>(&lists, row).iter().any(within),
        })
    })
}

/// The ranges that the arguments hold in a row, where an array stands for its elements; what is none is left out.
fn ranges<A: Address>(lists: &[Texts], row: usize) -> Vec<A> {
    let mut found = Vec::new();
    for list in lists {
        each_text(list, row, |text| found.extend(A::parse(text)));
    }
    found
}
