//! Writing arrays and bags.

use crate::json;

/// Writes an array to the end of a text, element by element.
#[derive(Debug)]
pub struct ArrayWriter<'a> {
    out: &'a mut String,
    empty: bool,
}

impl<'a> ArrayWriter<'a> {
    pub fn new(out: &'a mut String) -> ArrayWriter<'a> {
        out.push('[');
        ArrayWriter { out, empty: true }
    }

    /// Appends an element that is JSON already.
    pub fn raw(&mut self, value: &str) {
        self.next().push_str(value);
    }

    /// Appends an element that is JSON already, null when there is none.
    pub fn raw_or_null(&mut self, value: Option<&str>) {
        self.raw(value.unwrap_or("null"));
    }

    /// Appends a string.
    pub fn string(&mut self, value: &str) {
        json::quote(value, self.next());
    }

    /// The text to write the next element to.
    #[expect(clippy::should_implement_trait, reason = "the next element is written, not read")]
    pub fn next(&mut self) -> &mut String {
        if !std::mem::take(&mut self.empty) {
            self.out.push(',');
        }
        self.out
    }

    pub fn finish(self) {
        self.out.push(']');
    }
}

/// Writes a bag to the end of a text, member by member.
#[derive(Debug)]
pub struct BagWriter<'a> {
    out: &'a mut String,
    empty: bool,
}

impl<'a> BagWriter<'a> {
    pub fn new(out: &'a mut String) -> BagWriter<'a> {
        out.push('{');
        BagWriter { out, empty: true }
    }

    /// Appends a member whose key is a JSON string literal and whose value is JSON.
    pub fn raw(&mut self, raw_key: &str, value: &str) {
        self.raw_key(raw_key).push_str(value);
    }

    /// Appends a key; the value is to be written to the text that is given back.
    pub fn key(&mut self, key: &str) -> &mut String {
        self.separate();
        json::quote(key, self.out);
        self.out.push(':');
        self.out
    }

    /// Appends a key that is a JSON string literal; the value is to be written to the text that is given back.
    pub fn raw_key(&mut self, raw_key: &str) -> &mut String {
        self.separate();
        self.out.push_str(raw_key);
        self.out.push(':');
        self.out
    }

    fn separate(&mut self) {
        if !std::mem::take(&mut self.empty) {
            self.out.push(',');
        }
    }

    pub fn finish(self) {
        self.out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_compact() {
        let mut out = String::new();
        let mut array = ArrayWriter::new(&mut out);
        array.string("a\"b");
        array.raw_or_null(None);
        let mut bag = BagWriter::new(array.next());
        bag.key("k").push('1');
        bag.raw("\"l\"", "[]");
        bag.finish();
        array.finish();
        assert_eq!(out, r#"["a\"b",null,{"k":1,"l":[]}]"#);
    }
}
