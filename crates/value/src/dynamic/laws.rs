//! Laws that hold for every document, checked against a parser that builds trees.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::json::{Kind, kind};

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c]{0,3}", "[\\x00-\\x7f]{0,8}", "\\PC{0,6}", Just("[{\"]}\\".to_owned())]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-c]", 1 => text()]
}

fn path() -> impl Strategy<Value = Vec<Segment>> {
    prop::collection::vec(prop_oneof![key().prop_map(Segment::Key), (-4i64..4).prop_map(Segment::Index)], 0..4)
}

fn follow<'a>(value: &'a Value, path: &[Segment]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, segment| match segment {
        Segment::Key(key) => value.as_object()?.get(key),
        Segment::Index(index) => {
            let array = value.as_array()?;
            let index = if *index < 0 {
                i64::try_from(array.len()).ok()? + index
            } else {
                *index
            };
            array.get(usize::try_from(index).ok()?)
        }
    })
}

proptest! {
    #[test]
    fn compacting_undoes_pretty_printing(value in document()) {
        // Numbers have a spelling of their own, which is not the library's in the last digit.
        let plain_text = value.to_string();
        let compact_text = compact(&plain_text).unwrap();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(compact(&pretty).unwrap(), &*compact_text);
        prop_assert!(matches!(compact(&compact_text).unwrap(), std::borrow::Cow::Borrowed(_)));
    }

    #[test]
    fn what_compacts_is_json_and_the_reverse(text in "[\\[\\]{}:,\"a0.e\\- ntruefals\\\\]{0,12}") {
        let parsed = serde_json::from_str::<Value>(&text);
        // Numbers too large for a double are no error here.
        let too_large = parsed.as_ref().err().is_some_and(|error| error.to_string().contains("out of range"));
        prop_assert_eq!(compact(&text).is_some(), parsed.is_ok() || too_large);
    }

    #[test]
    fn containers_come_apart_into_their_parts(value in document()) {
        let raw = value.to_string();
        let parts: Option<Vec<String>> = elements(&raw).map(|all| all.map(str::to_owned).collect());
        prop_assert_eq!(parts, value.as_array().map(|all| all.iter().map(Value::to_string).collect::<Vec<_>>()));
        let parts: Option<Vec<(String, String)>> = members(&raw).map(|all| all.map(|m| (m.key().into_owned(), m.value.to_owned())).collect());
        prop_assert_eq!(parts, value.as_object().map(|all| all.iter().map(|(k, v)| (k.clone(), v.to_string())).collect::<Vec<_>>()));
    }

    #[test]
    fn paths_find_what_a_tree_has(value in document(), path in path()) {
        let raw = value.to_string();
        let expected = follow(&value, &path).filter(|value| !value.is_null()).map(Value::to_string);
        prop_assert_eq!(get_path(&raw, &path).map(str::to_owned), expected);
    }

    #[test]
    fn paths_together_find_what_each_finds_alone(value in document(), paths in prop::collection::vec(path(), 1..5)) {
        let raw = value.to_string();
        let mut found = Vec::new();
        PathSet::new(&paths).extract(&raw, &paths, &mut found);
        let alone: Vec<_> = paths.iter().map(|path| get_path(&raw, path)).collect();
        prop_assert_eq!(found, alone);
    }

    #[test]
    fn order_is_total_and_fits_sameness(values in prop::collection::vec(document(), 3)) {
        let raw: Vec<String> = values.iter().map(Value::to_string).collect();
        prop_assert_eq!(compare(&raw[0], &raw[1]), compare(&raw[1], &raw[0]).reverse());
        if compare(&raw[0], &raw[1]).is_le() && compare(&raw[1], &raw[2]).is_le() {
            prop_assert!(compare(&raw[0], &raw[2]).is_le());
        }
        prop_assert!(same(&raw[0], &raw[0]));
        prop_assert_eq!(same(&raw[0], &raw[1]), identity(&raw[0]) == identity(&raw[1]));
    }

    #[test]
    fn no_text_breaks_anything(text in "\\PC{0,24}|[\\[\\]{}:,\"\\\\u0-9a-f]{0,24}", path in path()) {
        let _ = (compact(&text), parse_json(&text), get_path(&text, &path), type_name(&text), identity(&text), to_kql_string(&text));
        let _ = (to_long(&text), to_int(&text), to_real(&text), to_bool(&text), to_datetime(&text), to_timespan(&text), to_guid(&text), to_decimal(&text));
        let _ = (elements(&text).map(Iterator::count), members(&text).map(|all| all.map(|m| m.key().len()).sum::<usize>()), array_length(&text));
        let _ = compare(&text, "1");
        if let Some(json) = parse_json(&text) {
            prop_assert!(serde_json::from_str::<Value>(&json).is_ok() || kind(&json) == Kind::Number);
        }
    }
}
