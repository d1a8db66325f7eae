//! Regular expressions.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("regex_quote", &[gives(KqlType::String, &[req("string", T::Scalar)])]).doc(
        "Escapes a text, so that as a regular expression it matches itself.",
        "print regex_quote('1.5 (a)')",
        "query/regex-quote-function",
    ),
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
    .doc(
        "Position, counted from 0, of the first match of a regular expression; -1 when there is none. The search can be \
             limited to a part, and to a later occurrence.",
        "print indexof_regex('abc123', @'\\d+')",
        "query/indexof-regex-function",
    ),
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
    .doc(
        "The capture group of that number (0 for the whole match) in the first match of a regular expression, converted to \
             a type when one is given. Empty or null without a match.",
        "print extract(@'id=(\\d+)', 1, 'id=42', typeof(long))",
        "query/extract-function",
    ),
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
    .doc(
        "All matches of a regular expression: an array of texts for one capture group, of arrays for several. Null without \
             a match.",
        "print extract_all(@'(\\d+)', 'a1b22')",
        "query/extract-all-function",
    ),
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
    .doc(
        "Replaces every match of a regular expression; `\\1` in the replacement stands for capture group 1.",
        "print replace_regex('a1b2', @'(\\d)', @'<\\1>')",
        "query/replace-regex-function",
    ),
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
    .doc(
        "Older form of `replace_regex`, with the text as the last argument.",
        "print replace(@'\\d', '#', 'a1b2')",
        "query/replace-regex-function",
    ),
    scalar(
        "trim_start",
        &[gives(KqlType::String, &[req("regex", STRING).constant(), req("source", STRING)])],
    )
    .doc(
        "Removes the match of a regular expression at the start of a text.",
        "print trim_start('-+', '--a--')",
        "query/trim-start-function",
    ),
    scalar(
        "trim_end",
        &[gives(KqlType::String, &[req("regex", STRING).constant(), req("source", STRING)])],
    )
    .doc(
        "Removes the match of a regular expression at the end of a text.",
        "print trim_end('-+', '--a--')",
        "query/trim-end-function",
    ),
    scalar(
        "trim",
        &[gives(KqlType::String, &[req("regex", STRING).constant(), req("source", STRING)])],
    )
    .doc(
        "Removes the matches of a regular expression at both ends of a text.",
        "print trim('-+', '--a--')",
        "query/trim-function",
    ),
];
