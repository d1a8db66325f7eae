//! Values of every type as literals, ordinary ones first.

use quarry_schema::KqlType;

use crate::choices::Choices;

pub const TYPES: &[KqlType] = &[
    KqlType::Long,
    KqlType::String,
    KqlType::Real,
    KqlType::Bool,
    KqlType::DateTime,
    KqlType::TimeSpan,
    KqlType::Int,
    KqlType::Dynamic,
    KqlType::Decimal,
    KqlType::Guid,
];

pub fn null(ty: KqlType) -> String {
    match ty {
        KqlType::String => "''".to_owned(),
        ty => format!("{}(null)", ty.name()),
    }
}

/// Every value that tests know of a type, null last.
pub fn values(ty: KqlType) -> &'static [&'static str] {
    match ty {
        KqlType::Bool => &["true", "false", "bool(null)"],
        KqlType::Int => &[
            "int(1)",
            "int(0)",
            "int(-7)",
            "int(24)",
            "int(2147483647)",
            "int(-2147483648)",
            "int(null)",
        ],
        KqlType::Long => &[
            "1",
            "0",
            "2",
            "-3",
            "10",
            "64",
            "1000000",
            "9223372036854775807",
            "-9223372036854775807",
            "4294967296",
            "long(null)",
        ],
        KqlType::Real => &[
            "1.5",
            "0.0",
            "-2.25",
            "0.1",
            "1e10",
            "1e-7",
            "-1e300",
            "real(nan)",
            "real(+inf)",
            "real(-inf)",
            "real(null)",
        ],
        KqlType::Decimal => &["decimal(1.5)", "decimal(0)", "decimal(-2.25)", "decimal(100000)", "decimal(null)"],
        KqlType::String => &[
            "'a'",
            "''",
            "'Hello, World'",
            "'naïve 漢字 🙂'",
            "'192.168.1.10'",
            "'10.0.0.0/8'",
            "'fe80::1'",
            "'https://user:pw@example.com:8080/a/b.txt?x=1&y=%20z#end'",
            "'{\"a\": [1, 2.5, null], \"b\": \"x\"}'",
            "'a,\"b,c\",d'",
            "'<a x=\"1\"><b>2</b></a>'",
            "'S3VzdG8='",
            "'2024-03-01 12:30'",
            "'1.02:03:04'",
            "'123'",
            "'-5'",
            "'1.5e3'",
            "'true'",
            "@'C:\\temp\\file.txt'",
            "'70fc66f7-8279-44fc-9092-d364d70fce44'",
            "'  padded '",
            "'0x1F'",
            "'line\\nbreak\\ttab'",
        ],
        KqlType::DateTime => &[
            "datetime(2024-03-01 12:34:56.789)",
            "datetime(2024-02-29)",
            "datetime(1969-12-31 23:59:59.9999999)",
            "datetime(0001-01-01)",
            "datetime(9999-12-31 23:59:59.9999999)",
            "datetime(null)",
        ],
        KqlType::TimeSpan => &["1h", "0s", "-1d", "90m", "time(1.02:03:04.5)", "1tick", "365d", "time(null)"],
        KqlType::Guid => &[
            "guid(70fc66f7-8279-44fc-9092-d364d70fce44)",
            "guid(00000000-0000-0000-0000-000000000000)",
            "guid(null)",
        ],
        KqlType::Dynamic | KqlType::Unknown => &[
            "dynamic([1, 2, 3])",
            "dynamic([])",
            "dynamic({'a': 1, 'b': 'x', 'c': [1]})",
            "dynamic({})",
            "dynamic(['a', 'b', 'a', ''])",
            "dynamic([1.5, null, -2, 1e10])",
            "dynamic([true, false, null])",
            "dynamic([[1, 2], [3]])",
            "dynamic('text')",
            "dynamic(5)",
            "dynamic(-2.5)",
            "dynamic(true)",
            "dynamic(null)",
        ],
    }
}

pub fn value(ty: KqlType, choices: &mut Choices) -> String {
    (*choices.pick(values(ty))).to_owned()
}
