//! A JSON writer for rows whose text is known to need no escaping.
//!
//! Rows are produced by the hundred thousand per second, so they are written straight into one
//! reused buffer. Every string that reaches [`Out`] comes from this crate's own tables and is
//! already JSON-escaped where it has to be (folder paths, JSON inside strings).

use crate::rng::Rng;
use crate::ticks;

/// One JSON text under construction.
#[derive(Debug, Default)]
pub(crate) struct Out {
    bytes: Vec<u8>,
}

impl Out {
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }

    fn separate(&mut self) {
        if !matches!(self.bytes.last(), None | Some(b'{' | b'[')) {
            self.bytes.push(b',');
        }
    }

    fn key(&mut self, key: &str) {
        self.separate();
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(key.as_bytes());
        self.bytes.extend_from_slice(b"\":");
    }

    /// Opens an object that is the whole text or an array element.
    pub fn open(&mut self) {
        self.separate();
        self.bytes.push(b'{');
    }

    pub fn open_object(&mut self, key: &str) {
        self.key(key);
        self.bytes.push(b'{');
    }

    pub fn close(&mut self) {
        self.bytes.push(b'}');
    }

    pub fn open_array(&mut self, key: &str) {
        self.key(key);
        self.bytes.push(b'[');
    }

    pub fn close_array(&mut self) {
        self.bytes.push(b']');
    }

    /// A string member; `value` must already be escaped for JSON.
    pub fn string(&mut self, key: &str, value: &str) {
        self.key(key);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(value.as_bytes());
        self.bytes.push(b'"');
    }

    /// A string member made of several already escaped parts.
    pub fn parts(&mut self, key: &str, parts: &[&str]) {
        self.key(key);
        self.bytes.push(b'"');
        for part in parts {
            self.bytes.extend_from_slice(part.as_bytes());
        }
        self.bytes.push(b'"');
    }

    pub fn integer(&mut self, key: &str, value: i64) {
        self.key(key);
        self.digits(value);
    }

    pub fn boolean(&mut self, key: &str, value: bool) {
        self.raw(key, if value { "true" } else { "false" });
    }

    /// A member whose value is JSON text.
    pub fn raw(&mut self, key: &str, json: &str) {
        self.key(key);
        self.bytes.extend_from_slice(json.as_bytes());
    }

    pub fn time(&mut self, key: &str, at: i64) {
        self.key(key);
        self.bytes.push(b'"');
        ticks::append(&mut self.bytes, at);
        self.bytes.push(b'"');
    }

    pub fn guid(&mut self, key: &str, rng: &mut Rng) {
        self.key(key);
        self.bytes.push(b'"');
        append_guid(&mut self.bytes, rng);
        self.bytes.push(b'"');
    }

    /// A string member: `before`, 32 random hex digits, `after`.
    pub fn hex(&mut self, key: &str, before: &str, rng: &mut Rng, after: &str) {
        self.key(key);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(before.as_bytes());
        for _ in 0..2 {
            let bits = rng.next();
            self.bytes.extend_from_slice(&hex_digits((bits >> 32) as u32));
            self.bytes.extend_from_slice(&hex_digits(bits as u32));
        }
        self.bytes.extend_from_slice(after.as_bytes());
        self.bytes.push(b'"');
    }

    fn digits(&mut self, value: i64) {
        let mut text = [0_u8; 20];
        let mut rest = value.unsigned_abs();
        let mut used = 0;
        for slot in text.iter_mut().rev() {
            *slot = b'0' + (rest % 10) as u8;
            rest /= 10;
            used += 1;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            self.bytes.push(b'-');
        }
        self.bytes.extend_from_slice(text.get(20 - used..).unwrap_or_default());
    }
}

/// The eight lower-case hex digits of a number, without a table.
fn hex_digits(value: u32) -> [u8; 8] {
    let mut x = u64::from(value);
    x = ((x << 16) | x) & 0x0000_ffff_0000_ffff;
    x = ((x << 8) | x) & 0x00ff_00ff_00ff_00ff;
    x = ((x << 4) | x) & 0x0f0f_0f0f_0f0f_0f0f;
    // One in every byte whose nibble is ten or more.
    let letters = ((x + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101;
    (x + 0x3030_3030_3030_3030 + letters * 39).to_be_bytes()
}

fn append_guid(out: &mut Vec<u8>, rng: &mut Rng) {
    let (high, low) = (rng.next(), rng.next());
    let [a, b, c, d, _, f, g, h] = hex_digits(high as u32);
    let [i, j, k, l, m, n, o, p] = hex_digits((low >> 32) as u32);
    let dash = b'-';
    out.extend_from_slice(&hex_digits((high >> 32) as u32));
    out.extend_from_slice(&[dash, a, b, c, d, dash, b'4', f, g, h, dash, i, j, k, l, dash]);
    out.extend_from_slice(&[m, n, o, p]);
    out.extend_from_slice(&hex_digits(low as u32));
}

/// A random identifier in GUID form.
pub(crate) fn new_guid(rng: &mut Rng) -> String {
    let mut bytes = Vec::with_capacity(36);
    append_guid(&mut bytes, rng);
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_digits_are_those_of_the_formatter() {
        for value in [0, 1, 0x9abc_def0, u32::MAX, 0x0a09_0b10] {
            assert_eq!(std::str::from_utf8(&hex_digits(value)), Ok(format!("{value:08x}").as_str()));
        }
    }

    #[test]
    fn members_are_separated() {
        let mut out = Out::default();
        let mut rng = Rng::stream(1, 2);
        out.open();
        out.integer("a", -1_000);
        out.boolean("b", true);
        out.open_array("c");
        for number in [0, i64::MAX] {
            out.open();
            out.integer("n", number);
            out.close();
        }
        out.close_array();
        out.parts("d", &["x", "y"]);
        out.close();
        assert_eq!(
            out.text(),
            r#"{"a":-1000,"b":true,"c":[{"n":0},{"n":9223372036854775807}],"d":"xy"}"#
        );
        let guid = new_guid(&mut rng);
        assert_eq!(guid.len(), 36);
        assert_eq!(guid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }
}
