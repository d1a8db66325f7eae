//! Dynamic arrays.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("array_length", &[gives(KqlType::Long, &[req("array", T::DynamicArray)])])
        .aliases(&["arraylength"])
        .doc(
            "Number of elements of an array; null for anything else.",
            "print array_length(dynamic([1, 2, 3]))",
            "query/array-length-function",
        ),
    scalar(
        "array_concat",
        &[gives_by(Returns::Custom, &[repeat("array", T::DynamicArray, 1, 64)])],
    )
    .nulls("A null adds nothing; null when all are null.")
    .doc(
        "One array with the elements of all arguments in turn.",
        "print array_concat(dynamic([1]), dynamic([2, 3]))",
        "query/array-concat-function",
    ),
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
    .nulls("A null array of conditions gives null; a null condition gives a null element.")
    .doc(
        "Chooses element by element: from the second argument where the condition is true, else from the third.",
        "print array_iff(dynamic([true, false]), 'yes', 'no')",
        "query/array-iff-function",
    ),
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
    .nulls("A null array gives null; a null value is looked for.")
    .doc(
        "Position, counted from 0, of a value in an array; -1 when it is not there.",
        "print array_index_of(dynamic(['a', 'b']), 'b')",
        "query/array-index-of-function",
    ),
    scalar(
        "array_slice",
        &[gives_by(
            Returns::SameAs(0),
            &[req("array", T::DynamicArray), req("start", T::Integer), req("end", T::Integer)],
        )],
    )
    .doc(
        "The elements from one position to another, both included; negative positions count from the end.",
        "print array_slice(dynamic([1, 2, 3, 4]), 1, 2)",
        "query/array-slice-function",
    ),
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
    .doc(
        "Cuts an array before the given positions into an array of arrays.",
        "print array_split(dynamic([1, 2, 3, 4]), 2)",
        "query/array-split-function",
    ),
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
    .nulls("A null array or count gives null; a null default fills with null.")
    .doc(
        "Moves elements towards the start; what becomes free at the end is filled with a default, else null.",
        "print array_shift_left(dynamic([1, 2, 3]), 1, 0)",
        "query/array-shift-left-function",
    ),
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
    .nulls("A null array or count gives null; a null default fills with null.")
    .doc(
        "Moves elements towards the end; what becomes free at the start is filled with a default, else null.",
        "print array_shift_right(dynamic([1, 2, 3]), 1, 0)",
        "query/array-shift-right-function",
    ),
    scalar("array_reverse", &[gives_by(Returns::SameAs(0), &[req("value", T::DynamicArray)])]).doc(
        "The elements in opposite order.",
        "print array_reverse(dynamic([1, 2, 3]))",
        "query/array-reverse-function",
    ),
    scalar(
        "array_rotate_left",
        &[gives_by(
            Returns::SameAs(0),
            &[req("array", T::DynamicArray), req("rotate_count", T::Integer)],
        )],
    )
    .doc(
        "Moves elements towards the start; those that fall out come back at the end.",
        "print array_rotate_left(dynamic([1, 2, 3]), 1)",
        "query/array-rotate-left-function",
    ),
    scalar(
        "array_rotate_right",
        &[gives_by(
            Returns::SameAs(0),
            &[req("array", T::DynamicArray), req("rotate_count", T::Integer)],
        )],
    )
    .doc(
        "Moves elements towards the end; those that fall out come back at the start.",
        "print array_rotate_right(dynamic([1, 2, 3]), 1)",
        "query/array-rotate-right-function",
    ),
    scalar(
        "array_sort_asc",
        &[gives_by(
            Returns::Custom,
            &[repeat("arrays", T::DynamicArray, 1, 64), opt("nulls_last", BOOL).constant()],
        )],
    )
    .doc(
        "Sorts the first array upwards, and the further ones along with it, each in a column of its own. Nulls come last \
             unless told otherwise.",
        "print array_sort_asc(dynamic([3, 1, 2]))",
        "query/array-sort-asc-function",
    ),
    scalar(
        "array_sort_desc",
        &[gives_by(
            Returns::Custom,
            &[repeat("arrays", T::DynamicArray, 1, 64), opt("nulls_last", BOOL).constant()],
        )],
    )
    .doc(
        "Sorts the first array downwards, and the further ones along with it, each in a column of its own. Nulls come last \
             unless told otherwise.",
        "print array_sort_desc(dynamic([3, 1, 2]))",
        "query/array-sort-desc-function",
    ),
    scalar("array_sum", &[gives(KqlType::Real, &[req("array", T::DynamicArray)])]).doc(
        "The sum of an array of numbers; null when an element is none.",
        "print array_sum(dynamic([1, 2, 3]))",
        "query/array-sum-function",
    ),
    scalar(
        "range",
        &[gives_by(
            Returns::ArrayOfFirst,
            &[req("start", T::Summable), req("stop", T::Summable), opt("step", T::Summable)],
        )],
    )
    .doc(
        "An array of values from start to stop (included) in equal steps.",
        "print range(1, 7, 2)",
        "query/range-function",
    ),
    scalar(
        "repeat",
        &[gives_by(Returns::ArrayOfFirst, &[req("value", T::Scalar), req("count", LONG)])],
    )
    .named(ResultName::PrefixAndFirstArgument("repeat"))
    .nulls("A null value is repeated; a null count gives null.")
    .doc(
        "An array that holds a value a number of times.",
        "print repeat('a', 3)",
        "query/repeat-function",
    ),
    scalar("zip", &[gives(KqlType::Dynamic, &[repeat("array", T::DynamicArray, 2, 64)])])
        .nulls("A null counts as an array of nulls; null when all are null.")
        .doc(
            "Pairs up the elements of arrays by position: an array of arrays, short ones padded with null.",
            "print zip(dynamic([1, 2]), dynamic(['a', 'b']))",
            "query/zip-function",
        ),
    scalar(
        "pack_array",
        &[
            gives_by(Returns::Custom, &[many("value", T::Scalar, 1)]),
            gives_by(Returns::Custom, &[req("value", T::Scalar).arg(ArgKind::StarOnly)]),
        ],
    )
    .nulls("A null becomes a null element.")
    .doc(
        "An array of the arguments; `*` stands for every column.",
        "print pack_array(1, 'a', true)",
        "query/pack-array-function",
    ),
    scalar("jaccard_index", &[gives(KqlType::Real, &[repeat("set", T::DynamicArray, 2, 2)])]).doc(
        "Size of the intersection of two arrays, taken as sets, over the size of their union.",
        "print jaccard_index(dynamic([1, 2, 3]), dynamic([2, 3, 4]))",
        "query/jaccard-index-function",
    ),
];
