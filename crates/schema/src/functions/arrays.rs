//! Dynamic arrays.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("array_length", &[gives(KqlType::Long, &[req("array", T::DynamicArray)])])
        .aliases(&["arraylength"])
        .doc("", "", "query/array-length-function"),
    scalar(
        "array_concat",
        &[gives_by(Returns::Custom, &[repeat("array", T::DynamicArray, 1, 64)])],
    )
    .doc("", "", "query/array-concat-function"),
    scalar(
        "array_iff",
        &[gives_by(
            Returns::Custom,
            &[
                req("condition_array", T::DynamicArray),
                req("when_true", T::Scalar),
                req("when_false", T::Scalar),
            ],
        )],
    )
    .aliases(&["array_iif"])
    .doc("", "", "query/array-iff-function"),
    scalar(
        "array_index_of",
        &[gives(
            KqlType::Long,
            &[
                req("array", T::DynamicArray),
                req("value", T::Scalar),
                opt("start", T::Integer),
                opt("length", T::Integer),
                opt("occurrence", T::Integer).constant(),
            ],
        )],
    )
    .doc("", "", "query/array-index-of-function"),
    scalar(
        "array_slice",
        &[gives_by(
            Returns::SameAs(0),
            &[req("array", T::DynamicArray), req("start", T::Integer), req("end", T::Integer)],
        )],
    )
    .doc("", "", "query/array-slice-function"),
    scalar(
        "array_split",
        &[
            gives_by(Returns::SameAs(0), &[req("array", T::DynamicArray), req("index", T::Integer)]),
            gives_by(
                Returns::SameAs(0),
                &[req("array", T::DynamicArray), req("indices", T::DynamicArray)],
            ),
        ],
    )
    .doc("", "", "query/array-split-function"),
    scalar(
        "array_shift_left",
        &[gives_by(
            Returns::SameAs(0),
            &[
                req("array", T::DynamicArray),
                req("shift_count", T::Integer),
                opt("default_value", T::Scalar),
            ],
        )],
    )
    .doc("", "", "query/array-shift-left-function"),
    scalar(
        "array_shift_right",
        &[gives_by(
            Returns::SameAs(0),
            &[
                req("array", T::DynamicArray),
                req("shift_count", T::Integer),
                opt("default_value", T::Scalar),
            ],
        )],
    )
    .doc("", "", "query/array-shift-right-function"),
    scalar("array_reverse", &[gives_by(Returns::SameAs(0), &[req("value", T::DynamicArray)])]).doc("", "", "query/array-reverse-function"),
    scalar(
        "array_rotate_left",
        &[gives_by(
            Returns::SameAs(0),
            &[req("array", T::DynamicArray), req("rotate_count", T::Integer)],
        )],
    )
    .doc("", "", "query/array-rotate-left-function"),
    scalar(
        "array_rotate_right",
        &[gives_by(
            Returns::SameAs(0),
            &[req("array", T::DynamicArray), req("rotate_count", T::Integer)],
        )],
    )
    .doc("", "", "query/array-rotate-right-function"),
    scalar(
        "array_sort_asc",
        &[gives_by(
            Returns::Custom,
            &[repeat("arrays", T::DynamicArray, 1, 64), opt("nulls_last", BOOL).constant()],
        )],
    )
    .doc("", "", "query/array-sort-asc-function"),
    scalar(
        "array_sort_desc",
        &[gives_by(
            Returns::Custom,
            &[repeat("arrays", T::DynamicArray, 1, 64), opt("nulls_last", BOOL).constant()],
        )],
    )
    .doc("", "", "query/array-sort-desc-function"),
    scalar("array_sum", &[gives(KqlType::Real, &[req("array", T::DynamicArray)])]).doc("", "", "query/array-sum-function"),
    scalar(
        "range",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("start", T::Summable), req("stop", T::Summable), opt("step", T::Summable)],
        )],
    )
    .doc("", "", "query/range-function"),
    scalar(
        "repeat",
        &[gives_by(Returns::ArrayOfFirst, &[req("value", T::Scalar), req("count", LONG)])],
    )
    .named(ResultName::PrefixAndFirstArgument("repeat"))
    .doc("", "", "query/repeat-function"),
    scalar("zip", &[gives(KqlType::Dynamic, &[repeat("array", T::DynamicArray, 2, 64)])]).doc("", "", "query/zip-function"),
    scalar(
        "pack_array",
        &[
            gives_by(Returns::Custom, &[many("value", T::Scalar, 1)]),
            gives_by(Returns::Custom, &[req("value", T::Scalar).arg(ArgKind::StarOnly)]),
        ],
    )
    .doc("", "", "query/pack-array-function"),
    scalar("jaccard_index", &[gives(KqlType::Real, &[repeat("set", T::DynamicArray, 2, 2)])]).doc("", "", "query/jaccard-index-function"),
];
