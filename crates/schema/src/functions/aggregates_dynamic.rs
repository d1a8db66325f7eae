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
    .doc(
        "The values as an array, nulls left out, up to a size.",
        "range x from 1 to 3 step 1 | summarize make_list(x)",
        "query/make-list-aggregation-function",
    ),
    aggregate(
        "makelist",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("expr", T::Scalar), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("list"))
    .doc(
        "Older form of `make_list`, which keeps 128 values unless told otherwise.",
        "range x from 1 to 3 step 1 | summarize makelist(x)",
        "query/make-list-aggregation-function",
    ),
    aggregate(
        "make_list_if",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("expr", T::Scalar), req("predicate", BOOL), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("list"))
    .doc(
        "The values of the rows where a condition is true, as an array.",
        "range x from 1 to 3 step 1 | summarize make_list_if(x, x > 1)",
        "query/make-list-if-aggregation-function",
    ),
    aggregate(
        "make_list_with_nulls",
        &[gives_by(Returns::ArrayOfFirst, &[req("expr", T::Scalar)])],
    )
    .named(ResultName::PrefixAndFirstArgument("list"))
    .nulls("Nulls are kept.")
    .doc(
        "The values as an array, nulls included.",
        "datatable(x:long)[1, long(null)] | summarize make_list_with_nulls(x)",
        "query/make-list-with-nulls-aggregation-function",
    ),
    aggregate(
        "make_set",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("expr", T::Scalar), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("set"))
    .doc(
        "The distinct values as an array, nulls left out, up to a size; arrays add their elements.",
        "datatable(x:long)[1, 2, 2] | summarize make_set(x)",
        "query/make-set-aggregation-function",
    ),
    aggregate(
        "makeset",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("expr", T::Scalar), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("set"))
    .doc(
        "Older form of `make_set`, which keeps 128 values unless told otherwise.",
        "datatable(x:long)[1, 2, 2] | summarize makeset(x)",
        "query/make-set-aggregation-function",
    ),
    aggregate(
        "make_set_if",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("expr", T::Scalar), req("predicate", BOOL), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("set"))
    .doc(
        "The distinct values of the rows where a condition is true, as an array.",
        "datatable(x:long)[1, 2, 2] | summarize make_set_if(x, x > 1)",
        "query/make-set-if-aggregation-function",
    ),
    aggregate(
        "make_dictionary",
        &[gives(KqlType::Dynamic, &[req("expr", T::DynamicBag), opt("maxSize", T::Integer)])],
    )
    .named(ResultName::PrefixAndFirstArgument("dictionary"))
    .doc(
        "Older form of `make_bag`.",
        "datatable(x:dynamic)[dynamic({'a': 1}), dynamic({'b': 2})] | summarize make_dictionary(x)",
        "query/make-bag-aggregation-function",
    ),
    aggregate(
        "make_bag",
        &[gives(KqlType::Dynamic, &[req("expr", T::DynamicBag), opt("maxSize", T::Integer)])],
    )
    .named(ResultName::PrefixAndFirstArgument("bag"))
    .doc(
        "One bag with the keys of all bags, up to a size; of a key that several have, one value stays.",
        "datatable(x:dynamic)[dynamic({'a': 1}), dynamic({'b': 2})] | summarize make_bag(x)",
        "query/make-bag-aggregation-function",
    ),
    aggregate(
        "make_bag_if",
        &[gives(
            KqlType::Dynamic,
            &[req("expr", T::DynamicBag), req("predicate", BOOL), opt("maxSize", T::Integer)],
        )],
    )
    .named(ResultName::PrefixAndFirstArgument("bag"))
    .doc(
        "One bag with the keys of all bags of the rows where a condition is true.",
        "datatable(x:dynamic, y:long)[dynamic({'a': 1}), 1, dynamic({'b': 2}), 2] | summarize make_bag_if(x, y > 1)",
        "query/make-bag-if-aggregation-function",
    ),
    aggregate("buildschema", &[gives(KqlType::Dynamic, &[req("expr", T::DynamicBag)])])
        .named(ResultName::PrefixAndFirstArgument("schema"))
        .doc(
            "The least schema that all documents of a column fit.",
            "datatable(x:dynamic)[dynamic({'a': 1}), dynamic({'a': 'x'})] | summarize buildschema(x)",
            "query/buildschema-aggregation-function",
        ),
];
