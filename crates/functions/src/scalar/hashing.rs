//! Hashes and new guids.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use md5::Md5;
use quarry_schema::KqlType;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use xxhash_rust::xxh64::xxh64;

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[
    ("hash", hash),
    ("hash_md5", hash_md5),
    ("hash_sha1", hash_sha1),
    ("hash_sha256", hash_sha256),
    ("new_guid", new_guid),
];

/// xxHash64 of a string's bytes, or of the bytes of another value in memory; with a divisor the remainder.
fn hash(call: &Call<'_>) -> Result<ColumnarValue> {
    let modulus = if call.has(1) { Some(call.longs(1)?) } else { None };
    let finish = |hash: Option<u64>, row: usize| match &modulus {
        None => hash.map(|hash| hash as i64),
        Some(modulus) => match u64::try_from(modulus.get(row)?) {
            Ok(modulus) if modulus > 0 => i64::try_from(hash? % modulus).ok(),
            _ => None,
        },
    };
    match call.type_of(0) {
        KqlType::String => {
            let text = call.texts(0)?;
            call.write_longs(|row| finish(Some(xxh64(text.get(row).as_bytes(), 0)), row))
        }
        KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => {
            let value = call.longs(0)?;
            call.write_longs(|row| finish(value.get(row).map(|value| xxh64(&value.to_le_bytes(), 0)), row))
        }
        KqlType::Int => {
            let value = call.longs(0)?;
            call.write_longs(|row| {
                finish(
                    value
                        .get(row)
                        .map(|value| xxh64(&quarry_value::number::wrap_to_int(value).to_le_bytes(), 0)),
                    row,
                )
            })
        }
        KqlType::Real => {
            let value = call.reals(0)?;
            call.write_longs(|row| finish(value.get(row).map(|value| xxh64(&value.to_le_bytes(), 0)), row))
        }
        KqlType::Bool => {
            let value = call.bools(0)?;
            call.write_longs(|row| finish(value.get(row).map(|value| xxh64(&[u8::from(value)], 0)), row))
        }
        KqlType::Guid => {
            let value = call.guids(0)?;
            call.write_longs(|row| finish(value.get(row).map(|value| xxh64(&super::encoding::reordered(value), 0)), row))
        }
        ty => exec_err!("hash() of a {ty} is not supported; convert it to a string first"),
    }
}

/// The digest, in lower-case hexadecimal digits, of the text that `tostring()` gives; nothing for no text.
fn digest<D: Digest>(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_texts(|row, out| {
        let text = text.get(row);
        if !text.is_empty() {
            for byte in D::digest(text.as_bytes()) {
                for nibble in [byte >> 4, byte & 15] {
                    out.extend(char::from_digit(u32::from(nibble), 16));
                }
            }
        }
    })
}

fn hash_md5(call: &Call<'_>) -> Result<ColumnarValue> {
    digest::<Md5>(call)
}

fn hash_sha1(call: &Call<'_>) -> Result<ColumnarValue> {
    digest::<Sha1>(call)
}

fn hash_sha256(call: &Call<'_>) -> Result<ColumnarValue> {
    digest::<Sha256>(call)
}

fn new_guid(call: &Call<'_>) -> Result<ColumnarValue> {
    call.write_guids(|_| Some(*uuid::Uuid::new_v4().as_bytes()))
}
