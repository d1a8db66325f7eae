//! The terms that a text must have for a needle to be in it.

use quarry_functions::demand::Wanted;
use quarry_functions::operators::Place;

use super::cut::{Beginnings, Kind, cut};

/// A term that must be there, on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    /// As the needle has it.
    pub text: String,
    pub hash: u64,
    kind: Kind,
}

impl Term {
    /// Whether filters know the term; the others are left out of them.
    pub fn is_kept(&self) -> bool {
        self.kind != Kind::Passing
    }

    /// Whether it is in ASCII.
    pub fn is_ascii(&self) -> bool {
        self.kind != Kind::Foreign
    }

    /// Whether it is a guid as a whole.
    pub fn is_guid(&self) -> bool {
        self.kind == Kind::Guid
    }
}

/// The terms of a needle. Where an end of the needle may lie inside a longer term of the text, the term at that end tells nothing.
pub(crate) fn terms_of(wanted: &Wanted) -> Vec<Term> {
    let (open_start, open_end) = match wanted.place {
        Place::Whole | Place::Term => (false, false),
        Place::Start | Place::TermStart => (false, true),
        Place::End | Place::TermEnd => (true, false),
        Place::Anywhere => (true, true),
    };
    let mut terms = Vec::new();
    cut(&wanted.text, &mut |cut| {
        if !(open_start && cut.start == 0 || open_end && cut.end == wanted.text.len()) {
            terms.push(Term {
                text: wanted.text.get(cut.start..cut.end).unwrap_or_default().to_owned(),
                hash: cut.hash,
                kind: cut.kind,
            });
        }
    });
    terms
}

/// What filters know of the beginning of a needle with which values of a column begin.
pub(crate) fn beginning_of(wanted: &Wanted, column: &str) -> Option<u64> {
    match wanted.place {
        Place::Start => Beginnings::of(column).hash(&wanted.text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use std::collections::HashSet;
    use std::sync::Arc;

    use arrow::array::{AsArray, StringViewArray};
    use arrow::datatypes::{DataType, Field, Schema};
    use arrow::record_batch::RecordBatch;
    use datafusion::common::DFSchema;
    use datafusion::execution::context::SessionContext;
    use datafusion::logical_expr::{Expr, col, lit};
    use datafusion::scalar::ScalarValue;
    use proptest::prelude::*;
    use quarry_functions::demand::text_demand;
    use quarry_functions::operators::{self, Segment};
    use quarry_schema::KqlType;
    use quarry_semantics::ir::{BinaryOp, TextOp};
    use quarry_value::json;

    use super::super::cut::{Cut, cut_document, cut_text};
    use super::*;

    fn texts(place: Place, needle: &str) -> Vec<String> {
        let wanted = Wanted {
            place,
            text: needle.to_owned(),
        };
        terms_of(&wanted).into_iter().map(|term| term.text).collect()
    }

    #[test]
    fn open_ends_tell_nothing() {
        assert_eq!(texts(Place::Term, "two words"), ["two", "words"]);
        assert_eq!(texts(Place::TermStart, "two wor"), ["two"]);
        assert_eq!(texts(Place::TermEnd, "wo words"), ["words"]);
        assert_eq!(texts(Place::Anywhere, "wo middle wor"), ["middle"]);
        assert_eq!(texts(Place::Anywhere, "-two-"), ["two"]);
        assert!(texts(Place::Anywhere, "word").is_empty());
        assert!(texts(Place::Term, "").is_empty());
    }

    const OPS: [TextOp; 7] = [
        TextOp::Equal,
        TextOp::Contains,
        TextOp::StartsWith,
        TextOp::EndsWith,
        TextOp::Has,
        TextOp::HasPrefix,
        TextOp::HasSuffix,
    ];

    /// Whether an expression over a column `x` with this one value is true.
    fn is_true(expr: &Expr, value: &str) -> bool {
        let schema = Arc::new(Schema::new(vec![Field::new("x", DataType::Utf8View, false)]));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(StringViewArray::from(vec![value]))]).unwrap();
        let physical = SessionContext::new()
            .create_physical_expr(expr.clone(), &DFSchema::try_from(schema).unwrap())
            .unwrap();
        let answer = physical.evaluate(&batch).unwrap().into_array(1).unwrap();
        answer.as_boolean().value(0)
    }

    fn piece() -> impl Strategy<Value = String> {
        prop_oneof![
            "[abAB1é\u{212a}ıſКк]{1,2}",
            "[-_. \"\n\t\\\\«/]",
            Just("74be27de-1e4e-49d9-b579-fe0b331d3642".to_owned()),
            Just("74BE27DE".to_owned()),
            Just("-1e4e-49d9-b579-fe0b331d3642".to_owned()),
            Just("-49d9".to_owned()),
            Just("1234567Z".to_owned()),
            Just("nu".to_owned()),
            Just("u00e9".to_owned()),
        ]
    }

    fn kept(filter: &Expr) -> Vec<u64> {
        let (_, demand) = text_demand(filter).unwrap();
        let terms = demand.any.iter().flatten().flat_map(terms_of);
        terms.filter(Term::is_kept).map(|term| term.hash).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// Whatever finds a needle in a text, the needle's terms are among those of the text.
        #[test]
        fn a_text_with_the_needle_has_its_terms(
            pieces in prop::collection::vec(piece(), 0..7), from in 0usize..7, count in 0usize..5, op in 0usize..7, sensitive: bool, upper: bool,
        ) {
            let haystack = pieces.concat();
            let needle: String = pieces.iter().skip(from).take(count).map(String::as_str).collect();
            let needle = if upper { needle.to_uppercase() } else { needle };
            let op = BinaryOp::Text { op: OPS[op], case_sensitive: sensitive, negated: false };
            let constant = || lit(ScalarValue::Utf8View(Some(needle.clone())));
            let test = |value: Expr, ty| operators::binary(op, value, ty, constant(), KqlType::String, KqlType::Bool).unwrap();

            let on_text = test(col("x"), KqlType::String);
            if is_true(&on_text, &haystack) {
                let (_, demand) = text_demand(&on_text).unwrap();
                for wanted in demand.any.iter().flatten() {
                    let beginning = beginning_of(wanted, "x");
                    prop_assert!(beginning.is_none() || beginning == Beginnings::of("x").hash(&haystack), "{haystack:?} {op:?} {needle:?}");
                }
                let mut has = HashSet::new();
                cut_text(&haystack, &mut |cut: Cut| { has.insert(cut.hash); });
                prop_assert!(kept(&on_text).iter().all(|hash| has.contains(hash)), "{haystack:?} {op:?} {needle:?}");
            }

            let mut document = String::from("{\"k\":");
            json::quote(&haystack, &mut document);
            document.push('}');
            let mut has = HashSet::new();
            cut_document(&document, &mut |cut: Cut| { has.insert(cut.hash); });
            let paths = [col("x"), operators::path(col("x"), vec![Segment::Key("k".to_owned())])];
            for value in paths {
                let filter = test(value, KqlType::Dynamic);
                if is_true(&filter, &document) {
                    prop_assert!(kept(&filter).iter().all(|hash| has.contains(hash)), "{document} {op:?} {needle:?}");
                }
            }

            // What `tolower()` and `toupper()` make of a text has terms in ASCII that the text itself need not have.
            let mut has = HashSet::new();
            cut_text(&haystack, &mut |cut: Cut| { has.insert(cut.hash); });
            let single = |c: char, mapped: &mut dyn Iterator<Item = char>| match (mapped.next(), mapped.next()) { (Some(one), None) => one, _ => c };
            let lower: String = haystack.chars().map(|c| single(c, &mut c.to_lowercase())).collect();
            let upper: String = haystack.chars().map(|c| single(c, &mut c.to_uppercase())).collect();
            for changed in [lower, upper] {
                cut(&changed, &mut |cut: Cut| assert!(cut.kind == Kind::Foreign || has.contains(&cut.hash), "{haystack:?} {changed:?}"));
            }
        }
    }
}
