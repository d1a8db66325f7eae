//! Arithmetic, rounding, and functions of numbers.

use super::*;

#[test]
fn arithmetic() {
    use BinaryOp::{Add, Divide, Modulo, Multiply, Subtract};
    for (op_, left, right, result, expected) in [
        (Add, (Long, "9223372036854775807"), (Long, "1"), Long, "-9223372036854775808"),
        (Add, (Int, "2147483647"), (Int, "1"), Long, "2147483648"),
        (Divide, (Long, "-7"), (Long, "2"), Long, "-3"),
        (Divide, (Long, "1"), (Long, "0"), Long, "null"),
        (Divide, (Real, "1"), (Real, "0"), Real, "\"Infinity\""),
        (Divide, (Decimal, "7"), (Decimal, "2"), Decimal, "\"3.5\""),
        (Modulo, (Long, "-10"), (Long, "4"), Long, "2"),
        (Modulo, (Long, "10"), (Long, "-4"), Long, "2"),
        (Multiply, (Long, "3"), (TimeSpan, "1h"), TimeSpan, "\"03:00:00\""),
        (Multiply, (TimeSpan, "1h"), (Real, "1.5"), TimeSpan, "\"01:30:00\""),
        (Divide, (TimeSpan, "2h"), (TimeSpan, "1h"), Real, "2.0"),
        (
            Subtract,
            (DateTime, "2020-01-02"),
            (DateTime, "2020-01-01"),
            TimeSpan,
            "\"1.00:00:00\"",
        ),
        (
            Add,
            (DateTime, "2020-01-01"),
            (TimeSpan, "1d"),
            DateTime,
            "\"2020-01-02T00:00:00Z\"",
        ),
        (Add, (Dynamic, "1"), (Long, "1"), Long, "2"),
        (Add, (Long, "null"), (Long, "1"), Long, "null"),
    ] {
        assert_eq!(op(op_, left, right, result), expected, "{op_:?} {left:?} {right:?}");
    }
}

#[test]
fn numbers() {
    for (name, args, expected) in [
        ("round", &[(Real, "1.005"), (Long, "2")][..], "1.0"),
        ("round", &[(Real, "2.15"), (Long, "1")], "2.2"),
        ("round", &[(Real, "-2.5")], "-3.0"),
        ("round", &[(Real, "12345"), (Long, "-2")], "12300.0"),
        ("sign", &[(Real, "null")], "0.0"),
        ("asin", &[(Real, "2")], "null"),
        ("log", &[(Real, "0")], "\"-Infinity\""),
        ("log", &[(Real, "-1")], "null"),
        ("sqrt", &[(Real, "-1")], "\"NaN\""),
        ("binary_shift_left", &[(Long, "5"), (Long, "40")], "5497558138880"),
        ("bitset_count_ones", &[(Long, "42")], "3"),
        ("gamma", &[(Real, "5")], "24.0"),
        ("max_of", &[(Long, "null"), (Long, "2")], "2"),
        ("min_of", &[(Text, "b"), (Text, "a")], "\"a\""),
        ("coalesce", &[(Text, ""), (Text, "fb")], "\"fb\""),
        ("coalesce", &[(Long, "null"), (Long, "null")], "null"),
        ("iff", &[(Bool, "null"), (Text, "t"), (Text, "f")], "\"f\""),
        (
            "case",
            &[(Bool, "false"), (Long, "1"), (Bool, "true"), (Long, "2"), (Long, "3")],
            "2",
        ),
        ("around", &[(Long, "5"), (Long, "4"), (Long, "1")], "true"),
        (
            "convert_length",
            &[(Real, "1.2"), (Text, "Meter"), (Text, "Foot")],
            "3.9370078740157477",
        ),
        (
            "convert_temperature",
            &[(Real, "0"), (Text, "DegreeCelsius"), (Text, "DegreeFahrenheit")],
            "31.99999999999999",
        ),
    ] {
        assert_eq!(call(name, args), expected, "{name} {args:?}");
    }
}
