//! `parse_xml`: elements become members, attributes `@name`, text beside them `#text`, repeated elements an array.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::json;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[("parse_xml", parse_xml)];

/// The longest document that is read, in bytes.
const LONGEST: usize = 128 << 10;
/// The deepest nesting that is read.
const DEEPEST: usize = 100;

fn parse_xml(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let text = text.get(row);
        if text.is_empty() || text.len() > LONGEST {
            return None;
        }
        out.push_str(&convert(&text)?);
        Some(())
    })
}

/// An element that is being read.
#[derive(Default)]
struct Element {
    name: String,
    /// Members in the order of their first occurrence, each with the JSON of every occurrence.
    members: Vec<(String, Vec<String>)>,
    text: String,
}

impl Element {
    fn add(&mut self, name: &str, value: String) {
        match self.members.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value),
            None => self.members.push((name.to_owned(), vec![value])),
        }
    }

    /// The JSON of the finished element.
    fn finish(mut self) -> String {
        let mut out = String::new();
        let blank = self.text.trim().is_empty();
        if self.members.is_empty() {
            if blank {
                return "null".to_owned();
            }
            json::quote(&self.text, &mut out);
            return out;
        }
        if !blank {
            let mut text = String::new();
            json::quote(&self.text, &mut text);
            // Text comes behind the attributes and before the elements.
            let at = self
                .members
                .iter()
                .position(|(name, _)| !name.starts_with('@'))
                .unwrap_or(self.members.len());
            self.members.insert(at, ("#text".to_owned(), vec![text]));
        }
        out.push('{');
        for (at, (name, values)) in self.members.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            json::quote(name, &mut out);
            out.push(':');
            match values.as_slice() {
                [only] => out.push_str(only),
                several => {
                    out.push('[');
                    out.push_str(&several.join(","));
                    out.push(']');
                }
            }
        }
        out.push('}');
        out
    }
}

/// The JSON of a document; `None` when it is not well formed.
fn convert(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text.trim());
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                if open.len() > DEEPEST {
                    return None;
                }
                open.push(begin(&start)?);
            }
            Event::Empty(start) => {
                let element = begin(&start)?;
                let name = element.name.clone();
                open.last_mut()?.add(&name, element.finish());
            }
            Event::End(_) => {
                let element = open.pop()?;
                let name = element.name.clone();
                open.last_mut()?.add(&name, element.finish());
            }
            Event::Text(part) => open.last_mut()?.text.push_str(&part.decode().ok()?),
            Event::CData(part) => open.last_mut()?.text.push_str(std::str::from_utf8(&part).ok()?),
            Event::GeneralRef(reference) => {
                let name = std::str::from_utf8(&reference).ok()?;
                let escaped = format!("&{name};");
                open.last_mut()?.text.push_str(&quick_xml::escape::unescape(&escaped).ok()?);
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    let root = open.pop()?;
    // Well formed: everything is closed, and there is one element with nothing beside it.
    let single = matches!(root.members.as_slice(), [(_, values)] if values.len() == 1);
    if !open.is_empty() || !single || !root.text.trim().is_empty() {
        return None;
    }
    Some(root.finish())
}

fn begin(start: &BytesStart<'_>) -> Option<Element> {
    let mut element = Element {
        name: std::str::from_utf8(start.name().as_ref()).ok()?.to_owned(),
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = std::str::from_utf8(&attribute.value).ok()?.to_owned();
        let mut quoted = String::new();
        json::quote(&quick_xml::escape::unescape(&value).ok()?, &mut quoted);
        element.add(&format!("@{}", std::str::from_utf8(attribute.key.as_ref()).ok()?), quoted);
    }
    Some(element)
}

#[cfg(test)]
mod tests {
    use super::convert;

    #[test]
    fn shapes() {
        for (xml, expected) in [
            ("<e/>", Some(r#"{"e":null}"#)),
            ("<e>text</e>", Some(r#"{"e":"text"}"#)),
            ("<e name=\"value\" />", Some(r#"{"e":{"@name":"value"}}"#)),
            ("<e name=\"value\">text</e>", Some(r##"{"e":{"@name":"value","#text":"text"}}"##)),
            ("<e> <a>text</a> <b>text</b> </e>", Some(r#"{"e":{"a":"text","b":"text"}}"#)),
            ("<e><a>1</a><b/><a>2</a></e>", Some(r#"{"e":{"a":["1","2"],"b":null}}"#)),
            ("<e>text<a>text</a></e>", Some(r##"{"e":{"#text":"text","a":"text"}}"##)),
            (
                "<?xml version=\"1.0\"?><!-- c --><e>a &amp; &#65;<![CDATA[<b>]]></e>",
                Some(r#"{"e":"a & A<b>"}"#),
            ),
            ("<e>", None),
            ("<e></f>", None),
            ("text", None),
            ("<e/><e/>", None),
            ("<e a=1/>", None),
        ] {
            assert_eq!(convert(xml).as_deref(), expected, "{xml}");
        }
    }

    #[test]
    fn deep_nesting_is_no_document() {
        assert_eq!(convert(&format!("{}{}", "<a>".repeat(5000), "</a>".repeat(5000))), None);
    }
}
