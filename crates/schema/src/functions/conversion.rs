//! Conversions between types and checks for emptiness.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("tostring", &[gives(KqlType::String, &[req("value", T::Scalar)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/tostring-function"),
    scalar(
        "tohex",
        &[gives(KqlType::String, &[req("value", T::Integer), opt("minLength", T::Integer)])],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/tohex-function"),
    scalar("tolong", &[gives(KqlType::Long, &[req("value", T::Scalar)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/tolong-function"),
    scalar("toint", &[gives(KqlType::Int, &[req("value", T::Scalar)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/toint-function"),
    scalar("toreal", &[gives(KqlType::Real, &[req("value", T::Scalar)])])
        .aliases(&["todouble"])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/toreal-function"),
    scalar("todecimal", &[gives(KqlType::Decimal, &[req("value", T::Scalar)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/todecimal-function"),
    scalar("tobool", &[gives(KqlType::Bool, &[req("value", T::Scalar)])])
        .aliases(&["toboolean"])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/tobool-function"),
    scalar("todatetime", &[gives(KqlType::DateTime, &[req("value", T::Scalar)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/todatetime-function"),
    scalar("totimespan", &[gives(KqlType::TimeSpan, &[req("value", T::Scalar)])])
        .aliases(&["totime"])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/totimespan-function"),
    scalar("toguid", &[gives(KqlType::Guid, &[req("value", T::StringOrDynamic)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/toguid-function"),
    scalar("gettype", &[gives(KqlType::String, &[req("value", T::Scalar)])])
        .named(ResultName::PrefixAndFirstArgument("type"))
        .doc("", "", "query/gettype-function"),
    scalar(
        "__cast",
        &[gives_by(
            Returns::TypeOf(0),
            &[req("type", T::TypeLiteral).literal(), req("value", T::Scalar)],
        )],
    )
    .doc("", "", ""),
    scalar("isnull", &[gives(KqlType::Bool, &[req("expression", T::Scalar)])]).doc("", "", "query/isnull-function"),
    scalar("isnotnull", &[gives(KqlType::Bool, &[req("expression", T::Scalar)])])
        .aliases(&["notnull"])
        .doc("", "", "query/isnotnull-function"),
    scalar("isempty", &[gives(KqlType::Bool, &[req("value", T::Scalar)])]).doc("", "", "query/isempty-function"),
    scalar("isnotempty", &[gives(KqlType::Bool, &[req("value", T::Scalar)])])
        .aliases(&["notempty"])
        .doc("", "", "query/isnotempty-function"),
    scalar("coalesce", &[gives_by(Returns::Common, &[repeat("arg", T::CommonScalar, 2, 64)])]).doc("", "", "query/coalesce-function"),
];
