//! Conversions between types and checks for emptiness.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("tostring", &[gives(KqlType::String, &[req("value", T::Scalar)])])
        .named(ResultName::FirstArgument)
        .doc(
            "The text of a value; null becomes the empty text.",
            "print tostring(1.5h)",
            "query/tostring-function",
        ),
    scalar(
        "tohex",
        &[gives(KqlType::String, &[req("value", T::Integer), opt("minLength", T::Integer)])],
    )
    .named(ResultName::FirstArgument)
    .nulls("A null number gives the empty text; a null length counts as none.")
    .doc(
        "An integer in hexadecimal digits, padded with zeros to a length; negative numbers in two's complement.",
        "print tohex(255, 4)",
        "query/tohex-function",
    ),
    scalar("tolong", &[gives(KqlType::Long, &[req("value", T::Scalar)])])
        .named(ResultName::FirstArgument)
        .doc(
            "Converts to a 64-bit integer; reals lose their fraction, text that is no integer gives null.",
            "print tolong('123')",
            "query/tolong-function",
        ),
    scalar("toint", &[gives(KqlType::Int, &[req("value", T::Scalar)])])
        .named(ResultName::FirstArgument)
        .doc(
            "Converts to a 32-bit integer; text that is no integer gives null.",
            "print toint('123')",
            "query/toint-function",
        ),
    scalar("toreal", &[gives(KqlType::Real, &[req("value", T::Scalar)])])
        .aliases(&["todouble"])
        .named(ResultName::FirstArgument)
        .doc(
            "Converts to a floating-point number; null when it cannot.",
            "print toreal('1.5')",
            "query/toreal-function",
        ),
    scalar("todecimal", &[gives(KqlType::Decimal, &[req("value", T::Scalar)])])
        .named(ResultName::FirstArgument)
        .doc(
            "Converts to a decimal number; null when it cannot.",
            "print todecimal('0.1')",
            "query/todecimal-function",
        ),
    scalar("tobool", &[gives(KqlType::Bool, &[req("value", T::Scalar)])])
        .aliases(&["toboolean"])
        .named(ResultName::FirstArgument)
        .doc(
            "Converts to bool: numbers by whether they are zero, text by `true`, `false` or an integer; null otherwise.",
            "print tobool('true')",
            "query/tobool-function",
        ),
    scalar("todatetime", &[gives(KqlType::DateTime, &[req("value", T::Scalar)])])
        .named(ResultName::FirstArgument)
        .doc(
            "Converts to a point in time, reading many date formats (month before day); null when it cannot.",
            "print todatetime('2024-03-01 12:30')",
            "query/todatetime-function",
        ),
    scalar("totimespan", &[gives(KqlType::TimeSpan, &[req("value", T::Scalar)])])
        .aliases(&["totime"])
        .named(ResultName::FirstArgument)
        .doc(
            "Converts to a span of time; null when it cannot.",
            "print totimespan('1.02:30:00')",
            "query/totimespan-function",
        ),
    scalar("toguid", &[gives(KqlType::Guid, &[req("value", T::StringOrDynamic)])])
        .named(ResultName::FirstArgument)
        .doc(
            "Converts text to a guid; null when it cannot.",
            "print toguid('70fc66f7-8279-44fc-9092-d364d70fce44')",
            "query/toguid-function",
        ),
    scalar("gettype", &[gives(KqlType::String, &[req("value", T::Scalar)])])
        .named(ResultName::PrefixAndFirstArgument("type"))
        .nulls("A null of a type gives that type, a dynamic null gives `null`.")
        .doc(
            "The name of the type of a value; for dynamic values, of what they hold (array, dictionary, …).",
            "print gettype(dynamic([1]))",
            "query/gettype-function",
        ),
    scalar(
        "__cast",
        &[gives_by(
            Returns::TypeOf(0),
            &[req("type", T::TypeLiteral).literal(), req("value", T::Scalar)],
        )],
    )
    .doc("Converts a value to the type that is named.", "print __cast(typeof(long), '5')", ""),
    scalar("isnull", &[gives(KqlType::Bool, &[req("expression", T::Scalar)])])
        .nulls("A null gives true.")
        .doc(
            "Whether a value is null. Texts never are.",
            "print isnull(tolong('x'))",
            "query/isnull-function",
        ),
    scalar("isnotnull", &[gives(KqlType::Bool, &[req("expression", T::Scalar)])])
        .aliases(&["notnull"])
        .nulls("A null gives false.")
        .doc("Whether a value is not null.", "print isnotnull(5)", "query/isnotnull-function"),
    scalar("isempty", &[gives(KqlType::Bool, &[req("value", T::Scalar)])])
        .nulls("A null gives true.")
        .doc(
            "Whether a value is null or the empty text.",
            "print isempty('')",
            "query/isempty-function",
        ),
    scalar("isnotempty", &[gives(KqlType::Bool, &[req("value", T::Scalar)])])
        .aliases(&["notempty"])
        .nulls("A null gives false.")
        .doc(
            "Whether a value is neither null nor the empty text.",
            "print isnotempty('a')",
            "query/isnotempty-function",
        ),
    scalar("coalesce", &[gives_by(Returns::Common, &[repeat("arg", T::CommonScalar, 2, 64)])])
        .nulls("Nulls are passed over; null when all are null.")
        .doc(
            "The first argument that is neither null nor the empty text.",
            "print coalesce(tolong('x'), 5)",
            "query/coalesce-function",
        ),
];
