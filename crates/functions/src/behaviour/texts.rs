//! Operators and functions of texts, and regular expressions.

use super::*;

#[test]
fn text_operators() {
    let text = |op, case_sensitive, negated| BinaryOp::Text {
        op,
        case_sensitive,
        negated,
    };
    for (op_, left, right, expected) in [
        (text(TextOp::Has, false, false), (Text, "a_b"), (Text, "A"), "true"),
        (text(TextOp::Has, true, false), (Text, "a_b"), (Text, "A"), "false"),
        (text(TextOp::Has, false, true), (Text, "ab"), (Text, "A"), "true"),
        (text(TextOp::Has, false, false), (Dynamic, "{\"k\":\"v w\"}"), (Text, "w"), "true"),
        (text(TextOp::Has, false, true), (Dynamic, "null"), (Text, "w"), "true"),
        (text(TextOp::Contains, false, false), (Text, "userXid"), (Text, "user_id"), "false"),
        (text(TextOp::StartsWith, false, false), (Text, "ABC"), (Text, "ab"), "true"),
        (text(TextOp::EndsWith, true, false), (Text, "ABC"), (Text, "bc"), "false"),
        (text(TextOp::Equal, false, false), (Text, "CAFÉ"), (Text, "café"), "true"),
        (
            text(TextOp::MatchesRegex, true, false),
            (Text, "ab1"),
            (Text, "^[a-z]+\\d$"),
            "true",
        ),
    ] {
        assert_eq!(op(op_, left, right, Bool), expected, "{op_:?} {left:?} {right:?}");
    }
}

#[test]
fn strings() {
    for (name, args, expected) in [
        (
            "strcat",
            &[(Text, "a"), (Long, "1"), (Bool, "true"), (Dynamic, "[1,2]"), (Int, "null")][..],
            "\"a1True[1,2]\"",
        ),
        ("strcat_delim", &[(Text, "-"), (Text, "a"), (Int, "null"), (Text, "b")], "\"a--b\""),
        ("strlen", &[(Text, "⒦⒰⒮⒯⒪")], "5"),
        ("string_size", &[(Text, "⒦⒰⒮⒯⒪")], "15"),
        ("split", &[(Text, "aaa_bbb_ccc"), (Text, "_"), (Long, "1")], "[\"bbb\"]"),
        ("split", &[(Text, ""), (Text, "_")], "[\"\"]"),
        ("split", &[(Text, "a_b"), (Text, "_"), (Long, "7")], "null"),
        ("indexof", &[(Text, "abcdefg"), (Text, "cde"), (Long, "-5")], "2"),
        ("indexof", &[(Text, "abcdefg"), (Text, "cde"), (Long, "1"), (Long, "2")], "2"),
        ("indexof", &[(Text, "abcdefg"), (Text, "cde"), (Long, "3"), (Long, "4")], "-1"),
        (
            "indexof",
            &[(Text, "abcdefgabcdefg"), (Text, "cde"), (Long, "1"), (Long, "10"), (Long, "2")],
            "9",
        ),
        (
            "indexof",
            &[(Text, "abcdefgabcdefg"), (Text, "cde"), (Long, "1"), (Long, "-1"), (Long, "2")],
            "9",
        ),
        ("indexof", &[(Text, "abc"), (Text, "")], "null"),
        (
            "indexof_regex",
            &[(Text, "abcabcdefg"), (Text, "a.c"), (Long, "0"), (Long, "9"), (Long, "2")],
            "3",
        ),
        ("indexof_regex", &[(Text, "abc"), (Text, "a"), (Long, "-1")], "null"),
        ("countof", &[(Text, "aaaa"), (Text, "aa")], "3"),
        ("countof", &[(Text, "aaaa"), (Text, "aa"), (Text, "regex")], "2"),
        ("reverse", &[(TimeSpan, "3h")], "\"00:00:30\""),
        ("replace_string", &[(Text, "aaa"), (Text, ""), (Text, "X")], "\"aaa\""),
        (
            "replace_strings",
            &[(Text, "This is"), (Dynamic, "[\"is\",\"This\"]"), (Dynamic, "[\"was\",\"This\"]")],
            "\"Thwas was\"",
        ),
        ("translate", &[(Text, "abc"), (Text, "x"), (Text, "abc")], "\"xxx\""),
        ("strrep", &[(Long, "123"), (Long, "3"), (Text, ".")], "\"123.123.123\""),
        ("strcmp", &[(Text, "ABC"), (Text, "abc")], "-1"),
        (
            "has_any_index",
            &[(Text, "this is an example"), (Dynamic, "[\"not\",\"example\"]")],
            "1",
        ),
        ("base64_decode_tostring", &[(Text, "U3RyaW5n0KHR0tGA0L7Rh9C60LA=")], "\"\""),
        ("url_encode", &[(Text, "https://x/a b")], "\"https%3a%2f%2fx%2fa+b\""),
        ("url_encode_component", &[(Text, "a b")], "\"a%20b\""),
        ("url_decode", &[(Text, "https%3a%2f%2fx%zz")], "\"https://x%zz\""),
        (
            "gzip_decompress_from_base64_string",
            &[(Text, "H4sIAAAAAAAA/wEUAOv/MTIzNDU2Nzg5MHF3ZXJ0eXVpb3A6m7f2FAAAAA==")],
            "\"1234567890qwertyuiop\"",
        ),
        ("hash", &[(Text, "World")], "1846988464401551951"),
        ("hash", &[(Text, "World"), (Long, "100")], "51"),
        ("hash", &[(DateTime, "2015-01-01")], "1380966698541616202"),
        ("hash_md5", &[(DateTime, "2020-01-01")], "\"786c530672d1f8db31fee25ea8a9390b\""),
        ("hash_md5", &[(Text, "")], "\"\""),
        ("tohex", &[(Long, "-256")], "\"ffffffffffffff00\""),
        ("tohex", &[(Int, "-256"), (Long, "8")], "\"ffffff00\""),
        ("tohex", &[(Long, "256"), (Long, "8")], "\"00000100\""),
        ("format_bytes", &[(Long, "564")], "\"564 Bytes\""),
        ("format_bytes", &[(Long, "10332"), (Long, "1")], "\"10.1 KB\""),
        ("format_bytes", &[(Long, "20010332"), (Long, "0"), (Text, "KB")], "\"19541 KB\""),
        ("parse_csv", &[(Text, "a,\"b,\"\"c\"\nnext")], "[\"a\",\"b,\\\"c\"]"),
    ] {
        assert_eq!(call(name, args), expected, "{name} {args:?}");
    }
}

#[test]
fn regular_expressions() {
    for (name, args, expected) in [
        (
            "extract",
            &[(Text, "User: ([^,]+)"), (Long, "1"), (Text, "User: James, Age: 29")][..],
            "\"James\"",
        ),
        ("extract", &[(Text, "x(y)"), (Long, "1"), (Text, "a")], "\"\""),
        ("extract_all", &[(Text, r"(\d+)"), (Text, "1 and 23")], "[\"1\",\"23\"]"),
        (
            "extract_all",
            &[(Text, r"(\w)(\d)"), (Text, "a1b2")],
            "[[\"a\",\"1\"],[\"b\",\"2\"]]",
        ),
        (
            "extract_all",
            &[(Text, r"(?P<f>\w)(\d)"), (Dynamic, "[\"f\",7]"), (Text, "a1b2")],
            "[\"a\",\"b\"]",
        ),
        ("extract_all", &[(Text, r"(x)"), (Text, "a1b2")], "null"),
        (
            "replace_regex",
            &[(Text, "Number is 1000"), (Text, r"is (\d+)"), (Text, r"was: \1")],
            "\"Number was: 1000\"",
        ),
        ("trim", &[(Text, "a"), (Text, "aaaa")], "\"aa\""),
        ("trim", &[(Text, "a$"), (Text, "aa")], "\"a\""),
        ("trim_start", &[(Text, "a|x"), (Text, "bxa")], "\"bxa\""),
        ("trim_end", &[(Text, "a)|(b"), (Text, "xaxbx")], "\"xxbx\""),
        ("trim_end", &[(Text, "a"), (Text, "xa\n")], "\"xa\\n\""),
    ] {
        assert_eq!(call(name, args), expected, "{name} {args:?}");
    }
    assert!(
        try_call("extract", &[(Text, "(?=x)"), (Long, "0"), (Text, "x")])
            .unwrap_err()
            .contains("ill-formed")
    );
    assert!(
        try_call("extract_all", &[(Text, "x"), (Text, "x")])
            .unwrap_err()
            .contains("capturing groups")
    );
}
