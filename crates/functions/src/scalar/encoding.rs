//! Base64, compressed text, URL encoding.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic;
use quarry_value::guid::Guid;

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[
    ("base64_decode_toarray", decode_toarray),
    ("base64_decode_toguid", decode_toguid),
    ("base64_decode_tostring", decode_tostring),
    ("base64_encode_fromarray", encode_fromarray),
    ("base64_encode_fromguid", encode_fromguid),
    ("base64_encode_tostring", encode_tostring),
    ("gzip_decompress_from_base64_string", gzip_decompress),
    ("url_decode", url_decode),
    ("url_encode", url_encode),
    ("url_encode_component", url_encode_component),
    ("zlib_decompress_from_base64_string", zlib_decompress),
];

/// The most text that a compressed value may unfold to: a small one can hide gigabytes.
const MOST: u64 = 64 << 20;

fn encode_tostring(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_texts(|row, out| STANDARD.encode_string(text.get(row).as_bytes(), out))
}

/// Bytes that are not UTF-8 give no text.
fn decode_tostring(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_texts(|row, out| {
        if let Some(decoded) = STANDARD
            .decode(text.get(row).as_bytes())
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
        {
            out.push_str(&decoded);
        }
    })
}

fn decode_toarray(call: &Call<'_>) -> Result<ColumnarValue> {
    use std::fmt::Write as _;
    let text = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let bytes = STANDARD.decode(text.get(row).as_bytes()).ok()?;
        out.push('[');
        for (at, byte) in bytes.iter().enumerate() {
            let _ = write!(out, "{}{byte}", if at > 0 { "," } else { "" });
        }
        out.push(']');
        Some(())
    })
}

fn encode_fromarray(call: &Call<'_>) -> Result<ColumnarValue> {
    let array = call.texts(0)?;
    call.write_texts(|row, out| {
        let byte = |element| dynamic::to_long(element).and_then(|value| u8::try_from(value).ok());
        let bytes = array
            .raw(row)
            .and_then(dynamic::elements)
            .and_then(|elements| elements.map(byte).collect::<Option<Vec<u8>>>());
        STANDARD.encode_string(bytes.unwrap_or_default(), out);
    })
}

/// The bytes of a guid with the first three groups reversed, as Windows keeps them; the same again turns them back.
pub(super) fn reordered(guid: Guid) -> Guid {
    let [a, b, c, d, e, f, g, h, rest @ ..] = guid;
    let [i, j, k, l, m, n, o, p] = rest;
    [d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p]
}

fn decode_toguid(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_guids(|row| {
        let bytes: Guid = STANDARD.decode(text.get(row).as_bytes()).ok()?.try_into().ok()?;
        Some(reordered(bytes))
    })
}

fn encode_fromguid(call: &Call<'_>) -> Result<ColumnarValue> {
    let guid = call.guids(0)?;
    call.write_texts(|row, out| {
        if let Some(guid) = guid.get(row) {
            STANDARD.encode_string(reordered(guid), out);
        }
    })
}

fn decompressed(call: &Call<'_>, unfold: impl Fn(&[u8], &mut String) -> std::io::Result<usize>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_texts(|row, out| {
        let unfolded = STANDARD
            .decode(text.get(row).as_bytes())
            .ok()
            .and_then(|bytes| unfold(&bytes, out).ok());
        if unfolded.is_none() {
            out.clear();
        }
    })
}

fn gzip_decompress(call: &Call<'_>) -> Result<ColumnarValue> {
    decompressed(call, |bytes, out| {
        flate2::read::GzDecoder::new(bytes).take(MOST).read_to_string(out)
    })
}

fn zlib_decompress(call: &Call<'_>) -> Result<ColumnarValue> {
    decompressed(call, |bytes, out| {
        flate2::read::ZlibDecoder::new(bytes).take(MOST).read_to_string(out)
    })
}

fn url_encode(call: &Call<'_>) -> Result<ColumnarValue> {
    encoded(call, "+")
}

fn url_encode_component(call: &Call<'_>) -> Result<ColumnarValue> {
    encoded(call, "%20")
}

fn encoded(call: &Call<'_>, space: &str) -> Result<ColumnarValue> {
    use std::fmt::Write as _;
    let text = call.texts(0)?;
    call.write_texts(|row, out| {
        for byte in text.get(row).bytes() {
            match byte {
                b' ' => out.push_str(space),
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => out.push(char::from(byte)),
                _ => drop(write!(out, "%{byte:02x}")),
            }
        }
    })
}

fn url_decode(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_texts(|row, out| {
        let text = text.get(row);
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let Some((first, behind)) = rest.split_first() {
            let escaped = behind
                .get(..2)
                .filter(|_| *first == b'%')
                .and_then(|digits| std::str::from_utf8(digits).ok());
            match escaped
                .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
                .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            {
                Some(byte) => {
                    bytes.push(byte);
                    rest = behind.get(2..).unwrap_or_default();
                }
                None => {
                    bytes.push(if *first == b'+' { b' ' } else { *first });
                    rest = behind;
                }
            }
        }
        out.push_str(&String::from_utf8_lossy(&bytes));
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::reordered;
    use quarry_value::guid;

    #[test]
    fn guids_are_kept_as_windows_keeps_them() {
        let guid = guid::parse("10e99626-bc2b-4c75-bb3e-fe606de25700").unwrap();
        assert_eq!(reordered(guid)[..4], [0x26, 0x96, 0xe9, 0x10]);
        assert_eq!(reordered(reordered(guid)), guid);
    }
}
