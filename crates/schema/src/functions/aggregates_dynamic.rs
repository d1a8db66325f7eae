//! Aggregates that build arrays, bags and schemas.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    aggregate(
        "make_list",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("expr", T::Scalar), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("list"))
    .doc("", "", "query/make-list-aggregation-function"),
    aggregate(
        "makelist",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("expr", T::Scalar), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("list"))
    .doc("", "", ""),
    aggregate(
        "make_list_if",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("expr", T::Scalar), req("predicate", BOOL), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("list"))
    .doc("", "", "query/make-list-if-aggregation-function"),
    aggregate(
        "make_list_with_nulls",
        &[gives_by(Returns::ArrayOfFirst, &[req("expr", T::Scalar)])],
    )
    .named(ResultName::PrefixAndFirstArgument("list"))
    .doc("", "", "query/make-list-with-nulls-aggregation-function"),
    aggregate(
        "make_set",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("expr", T::Scalar), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("set"))
    .doc("", "", "query/make-set-aggregation-function"),
    aggregate(
        "makeset",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("expr", T::Scalar), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("set"))
    .doc("", "", ""),
    aggregate(
        "make_set_if",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("expr", T::Scalar), req("predicate", BOOL), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("set"))
    .doc("", "", "query/make-set-if-aggregation-function"),
    aggregate(
        "make_dictionary",
        &[gives(KqlType::Dynamic, &[req("expr", T::DynamicBag), opt("maxSize", T::Integer)])],
    )
    .named(ResultName::PrefixAndFirstArgument("dictionary"))
    .doc("", "", ""),
    aggregate(
        "make_bag",
        &[gives(KqlType::Dynamic, &[req("expr", T::DynamicBag), opt("maxSize", T::Integer)])],
    )
    .named(ResultName::PrefixAndFirstArgument("bag"))
    .doc("", "", "query/make-bag-aggregation-function"),
    aggregate(
        "make_bag_if",
        &[gives(
            KqlType::Dynamic,
            &[req("expr", T::DynamicBag), req("predicate", BOOL), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("bag"))
    .doc("", "", "query/make-bag-if-aggregation-function"),
    aggregate("buildschema", &[gives(KqlType::Dynamic, &[req("expr", T::DynamicBag)])])
        .named(ResultName::PrefixAndFirstArgument("schema"))
        .doc("", "", "query/buildschema-aggregation-function"),
];
