//! Conversions between types, and paths into dynamics.

use super::*;

#[test]
fn conversions() {
    for (name, arg, expected) in [
        ("tostring", (Bool, "true"), "\"True\""),
        ("tostring", (Dynamic, "true"), "\"true\""),
        ("tostring", (Real, "6"), "\"6.0\""),
        ("tostring", (Long, "null"), "\"\""),
        ("tolong", (Text, " 7 "), "7"),
        ("tolong", (Real, "-2.5"), "-2"),
        ("toint", (Long, "9999999999"), "1410065407"),
        ("toint", (Text, "2147483648"), "null"),
        ("tobool", (Text, "2"), "true"),
        ("todatetime", (Text, "12-02-2022"), "\"2022-12-02T00:00:00Z\""),
        ("todatetime", (Long, "637134336000000000"), "\"2020-01-01T00:00:00Z\""),
        ("totimespan", (Long, "1230"), "\"00:00:00.0001230\""),
        (
            "toguid",
            (Text, "{74BE27DE-1E4E-49D9-B579-FE0B331D3642}"),
            "\"74be27de-1e4e-49d9-b579-fe0b331d3642\"",
        ),
        ("gettype", (Dynamic, "1.5"), "\"double\""),
        ("gettype", (Int, "1"), "\"int\""),
        ("isempty", (Dynamic, "\"\""), "true"),
        ("isempty", (Dynamic, "[]"), "false"),
        ("isnull", (Text, ""), "false"),
        ("isnotempty", (Long, "null"), "false"),
        ("not", (Bool, "null"), "null"),
    ] {
        assert_eq!(call(name, &[arg]), expected, "{name} {arg:?}");
    }
}

#[test]
fn paths_into_dynamics() {
    let document = || constant(Dynamic, r#"{"a":{"b":[1,"two",null]}}"#);
    let path = |last: operators::Segment| {
        let key = |key: &str| operators::Segment::Key(key.to_owned());
        operators::path(document(), vec![key("a"), key("b"), last])
    };
    assert_eq!(evaluated(&path(operators::Segment::Index(0)), Dynamic, None).unwrap(), "1");
    assert_eq!(evaluated(&path(operators::Segment::Index(-1)), Dynamic, None).unwrap(), "null");
    assert_eq!(
        evaluated(&path(operators::Segment::Key("x".to_owned())), Dynamic, None).unwrap(),
        "null"
    );
    assert_eq!(
        evaluated(&path(operators::Segment::Computed(constant(Long, "1"), Long)), Dynamic, None).unwrap(),
        "\"two\""
    );
    // The conversion to a string is done in the same step.
    let function = quarry_schema::functions::scalar("tostring").unwrap();
    let text = scalar_expr(function, vec![path(operators::Segment::Index(1))], vec![Dynamic], Text, 0).unwrap();
    assert!(text.to_string().starts_with("tostring path"), "{text}");
    assert_eq!(evaluated(&text, Text, None).unwrap(), "\"two\"");
}
