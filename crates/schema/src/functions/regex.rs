//! Regular expressions.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("regex_quote", &[gives(KqlType::String, &[req("string", T::Scalar)])]).doc("", "", "query/regex-quote-function"),
    scalar(
        "indexof_regex",
        &[gives(
            KqlType::Long,
            &[
                req("string", T::Scalar),
                req("match", T::Scalar).constant(),
                opt("start", T::Integer),
                opt("length", T::Integer),
                opt("occurrence", T::Integer).constant(),
            ],
        )],
    )
    .doc("", "", "query/indexof-regex-function"),
    scalar(
        "extract",
        &[
            gives(
                KqlType::String,
                &[req("regex", STRING).constant(), req("captureGroup", LONG), req("source", STRING)],
            ),
            gives_by(
                Returns::TypeOfLast,
                &[
                    req("regex", STRING).constant(),
                    req("captureGroup", LONG),
                    req("source", STRING),
                    req("typeLiteral", T::TypeLiteral).literal(),
                ],
            ),
        ],
    )
    .doc("", "", "query/extract-function"),
    scalar(
        "extract_all",
        &[
            gives(KqlType::Dynamic, &[req("regex", STRING).constant(), req("source", STRING)]),
            gives(
                KqlType::Dynamic,
                &[
                    req("regex", STRING).constant(),
                    req("captureGroups", T::DynamicArray),
                    req("source", STRING),
                ],
            ),
        ],
    )
    .aliases(&["extractall"])
    .doc("", "", "query/extract-all-function"),
    scalar(
        "replace_regex",
        &[gives(
            KqlType::String,
            &[
                req("source", STRING),
                req("lookup_regex", STRING).constant(),
                req("rewrite_pattern", STRING).constant(),
            ],
        )],
    )
    .doc("", "", "query/replace-regex-function"),
    scalar(
        "replace",
        &[gives(
            KqlType::String,
            &[
                req("regex", STRING).constant(),
                req("rewrite", STRING).constant(),
                req("source", STRING),
            ],
        )],
    )
    .doc("", "", ""),
    scalar(
        "trim_start",
        &[gives(KqlType::String, &[req("regex", STRING).constant(), req("source", STRING)])],
    )
    .doc("", "", "query/trim-start-function"),
    scalar(
        "trim_end",
        &[gives(KqlType::String, &[req("regex", STRING).constant(), req("source", STRING)])],
    )
    .doc("", "", "query/trim-end-function"),
    scalar(
        "trim",
        &[gives(KqlType::String, &[req("regex", STRING).constant(), req("source", STRING)])],
    )
    .doc("", "", "query/trim-function"),
];
