//! Compression to Base64.
//!
//! The engine's compressor writes the headers of Intel's ISA-L and stores what would not get shorter; that much is the same here. The compressed bytes
//! themselves can differ: any reader of the format unfolds them to the same text.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use flate2::Crc;
use flate2::write::DeflateEncoder;

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[
    ("gzip_compress_to_base64_string", gzip_compress),
    ("zlib_compress_to_base64_string", zlib_compress),
];

const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
const ZLIB_HEADER: [u8; 2] = [0x78, 0x01];
/// What the engine's compressor spends on its code tables, in bytes: text that does not win back more is stored.
const TABLES: usize = 100;
const MAX_STORED: usize = 0xffff;

fn gzip_compress(call: &Call<'_>) -> Result<ColumnarValue> {
    compressed(call, |text| {
        let mut bytes = GZIP_HEADER.to_vec();
        deflate(text, &mut bytes)?;
        let mut crc = Crc::new();
        crc.update(text);
        bytes.extend(crc.sum().to_le_bytes());
        bytes.extend(crc.amount().to_le_bytes());
        Ok(bytes)
    })
}

fn zlib_compress(call: &Call<'_>) -> Result<ColumnarValue> {
    compressed(call, |text| {
        let mut bytes = ZLIB_HEADER.to_vec();
        deflate(text, &mut bytes)?;
        bytes.extend(adler32(text).to_be_bytes());
        Ok(bytes)
    })
}

fn compressed(call: &Call<'_>, compress: impl Fn(&[u8]) -> std::io::Result<Vec<u8>>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    let mut failure = None;
    let answer = call.write_texts(|row, out| match compress(text.get(row).as_bytes()) {
        Ok(bytes) => STANDARD.encode_string(bytes, out),
        Err(error) => failure = Some(error),
    });
    match failure {
        Some(error) => Err(error.into()),
        None => answer,
    }
}

fn deflate(text: &[u8], out: &mut Vec<u8>) -> std::io::Result<()> {
    let mut encoder = DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text)?;
    let packed = encoder.finish()?;
    if packed.len() + TABLES < text.len() {
        out.extend(packed);
    } else {
        store(text, out);
    }
    Ok(())
}

/// Blocks of bytes as they are.
fn store(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    loop {
        let (block, after) = rest.split_at(rest.len().min(MAX_STORED));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(after.is_empty()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
        if after.is_empty() {
            return;
        }
        rest = after;
    }
}

fn adler32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1u32, 0u32);
    for byte in bytes {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    (high << 16) | low
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Read as _;

    use super::*;

    fn unfolded(text: &[u8]) -> String {
        let mut bytes = ZLIB_HEADER.to_vec();
        deflate(text, &mut bytes).unwrap();
        bytes.extend(adler32(text).to_be_bytes());
        let mut out = String::new();
        flate2::read::ZlibDecoder::new(bytes.as_slice()).read_to_string(&mut out).unwrap();
        out
    }

    #[test]
    fn what_is_compressed_unfolds_again() {
        for text in [
            "",
            "short",
            &"ab".repeat(100_000),
            &(0..70_000)
                .map(|at: u32| char::from(b' ' + (at.wrapping_mul(at) % 89) as u8))
                .collect::<String>(),
        ] {
            assert_eq!(unfolded(text.as_bytes()), *text);
        }
    }
}
