//! Well-known text: `POINT (1 2)`, `POLYGON ((…), (…))`, …

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::{ArrayWriter, BagWriter};

use super::geojson::write_position;
use crate::kernel::Call;

/// Collections may hold collections; deeper nesting than this is taken as malformed.
const MAX_DEPTH: usize = 32;

pub(super) fn from_wkt(call: &Call<'_>) -> Result<ColumnarValue> {
    let texts = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let text = texts.get(row);
        let mut reader = Reader { rest: text.as_ref() };
        reader.shape(out, 0)?;
        reader.rest.trim_start().is_empty().then_some(())
    })
}

struct Reader<'a> {
    rest: &'a str,
}

/// How deep the parentheses of a kind of shape nest around its positions, and its name in GeoJSON.
fn kind(word: &str) -> Option<(&'static str, usize)> {
    let kinds = [
        ("POINT", "Point", 0),
        ("LINESTRING", "LineString", 1),
        ("POLYGON", "Polygon", 2),
        ("MULTIPOINT", "MultiPoint", 1),
        ("MULTILINESTRING", "MultiLineString", 2),
        ("MULTIPOLYGON", "MultiPolygon", 3),
    ];
    kinds
        .iter()
        .find(|(known, ..)| word.eq_ignore_ascii_case(known))
        .map(|(_, name, depth)| (*name, *depth))
}

impl<'a> Reader<'a> {
    fn shape(&mut self, out: &mut String, depth: usize) -> Option<()> {
        let word = self.word();
        let mut bag = BagWriter::new(out);
        if word.eq_ignore_ascii_case("GEOMETRYCOLLECTION") && depth < MAX_DEPTH {
            bag.key("type").push_str("\"GeometryCollection\"");
            let mut array = ArrayWriter::new(bag.key("geometries"));
            self.list(|reader| reader.shape(array.next(), depth + 1))?;
            array.finish();
        } else {
            let (name, nesting) = kind(word)?;
            bag.key("type").push_str(&format!("\"{name}\""));
            self.coordinates(nesting, name == "MultiPoint", bag.key("coordinates"))?;
        }
        bag.finish();
        Some(())
    }

    fn coordinates(&mut self, nesting: usize, points: bool, out: &mut String) -> Option<()> {
        if nesting == 0 {
            self.sign('(')?;
            self.position(out)?;
            return self.sign(')');
        }
        let mut array = ArrayWriter::new(out);
        self.list(|reader| {
            let out = array.next();
            match nesting {
                // The points of a MULTIPOINT may stand in parentheses of their own.
                1 if points && reader.rest.trim_start().starts_with('(') => reader.coordinates(0, false, out),
                1 => reader.position(out),
                nesting => reader.coordinates(nesting - 1, false, out),
            }
        })?;
        array.finish();
        Some(())
    }

    /// Reads `(item, item, …)`.
    fn list(&mut self, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.sign('(')?;
        item(self)?;
        while self.sign(',').is_some() {
            item(self)?;
        }
        self.sign(')')
    }

    fn position(&mut self, out: &mut String) -> Option<()> {
        let position = [self.number()?, self.number()?];
        write_position(position, out);
        Some(())
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(sign)?;
        Some(())
    }

    fn word(&mut self) -> &'a str {
        self.take(|letter| letter.is_ascii_alphabetic())
    }

    fn number(&mut self) -> Option<f64> {
        let number = self.take(|letter| letter.is_ascii_digit() || matches!(letter, '+' | '-' | '.' | 'e' | 'E'));
        number.parse().ok().filter(|number: &f64| number.is_finite())
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let text = self.rest.trim_start();
        let end = text.find(|letter| !wanted(letter)).unwrap_or(text.len());
        let (taken, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        self.rest = rest;
        taken
    }
}
