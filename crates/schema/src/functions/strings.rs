//! Building, measuring and searching text.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("strcat", &[gives(KqlType::String, &[repeat("arg", T::Scalar, 1, 64)])]).doc("", "", "query/strcat-function"),
    scalar(
        "strcat_array",
        &[gives(
            KqlType::String,
            &[req("array", T::DynamicArray), req("delimiter", T::Scalar)],
        )],
    )
    .aliases(&["array_strcat"])
    .doc("", "", "query/strcat-array-function"),
    scalar(
        "strcat_delim",
        &[gives(
            KqlType::String,
            &[req("delimiter", T::Scalar), repeat("arg", T::Scalar, 2, 64)],
        )],
    )
    .doc("", "", "query/strcat-delim-function"),
    scalar("strcmp", &[gives(KqlType::Long, &[req("s1", T::Scalar), req("s2", T::Scalar)])]).doc("", "", "query/strcmp-function"),
    scalar(
        "strrep",
        &[gives(
            KqlType::String,
            &[req("value", T::Scalar), req("multiplier", LONG), opt("delimiter", T::Scalar)],
        )],
    )
    .doc("", "", "query/strrep-function"),
    scalar("strlen", &[gives(KqlType::Long, &[req("string", T::StringOrDynamic)])])
        .named(ResultName::NameAndFirstArgument)
        .doc("", "", "query/strlen-function"),
    scalar("string_size", &[gives(KqlType::Long, &[req("string", T::StringOrDynamic)])])
        .named(ResultName::NameAndFirstArgument)
        .doc("", "", "query/string-size-function"),
    scalar("toupper", &[gives(KqlType::String, &[req("value", T::Scalar)])]).doc("", "", "query/toupper-function"),
    scalar("tolower", &[gives(KqlType::String, &[req("value", T::Scalar)])]).doc("", "", "query/tolower-function"),
    scalar(
        "unicode_codepoints_from_string",
        &[gives(KqlType::Dynamic, &[req("value", T::Scalar)])],
    )
    .aliases(&["to_utf8"])
    .doc("", "", "query/unicode-codepoints-from-string-function"),
    scalar(
        "unicode_codepoints_to_string",
        &[gives(KqlType::String, &[many("value", T::IntegerOrArray, 1)])],
    )
    .aliases(&["make_string"])
    .doc("", "", "query/unicode-codepoints-to-string-function"),
    scalar(
        "substring",
        &[gives(
            KqlType::String,
            &[req("string", T::Scalar), req("start", T::Integer), opt("length", T::Integer)],
        )],
    )
    .doc("", "", "query/substring-function"),
    scalar(
        "indexof",
        &[gives(
            KqlType::Long,
            &[
                req("string", T::Scalar),
                req("match", T::Scalar),
                opt("start", T::Integer),
                opt("length", T::Integer),
                opt("occurrence", T::Integer).constant(),
            ],
        )],
    )
    .doc("", "", "query/indexof-function"),
    scalar(
        "has_any_index",
        &[gives(
            KqlType::Long,
            &[req("source", T::StringOrDynamic), req("values", T::DynamicArray)],
        )],
    )
    .doc("", "", "query/has-any-index-function"),
    scalar("reverse", &[gives(KqlType::String, &[req("value", T::Scalar)])]).doc("", "", "query/reverse-function"),
    scalar(
        "split",
        &[gives(
            KqlType::Dynamic,
            &[
                req("source", T::Scalar),
                req("delimiter", STRING),
                opt("requestedIndex", T::Integer),
            ],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/split-function"),
    scalar(
        "replace_string",
        &[gives(
            KqlType::String,
            &[req("text", STRING), req("lookup", STRING), req("rewrite", STRING)],
        )],
    )
    .doc("", "", "query/replace-string-function"),
    scalar(
        "replace_strings",
        &[gives(
            KqlType::String,
            &[
                req("text", STRING),
                req("lookups", T::DynamicArray),
                req("rewrites", T::DynamicArray),
            ],
        )],
    )
    .doc("", "", "query/replace-strings-function"),
    scalar(
        "countof",
        &[gives(
            KqlType::Long,
            &[
                req("source", STRING),
                req("search", STRING),
                opt("kind", STRING).literal().values(&["normal", "regex"]),
            ],
        )],
    )
    .doc("", "", "query/countof-function"),
    scalar(
        "translate",
        &[gives(
            KqlType::String,
            &[req("searchList", STRING), req("replacementList", STRING), req("source", STRING)],
        )],
    )
    .doc("", "", "query/translate-function"),
    scalar("isascii", &[gives(KqlType::Bool, &[req("value", T::Scalar)])]).doc("", "", "query/isascii"),
    scalar("isutf8", &[gives(KqlType::Bool, &[req("value", T::Scalar)])]).doc("", "", "query/isutf8-function"),
    scalar("punycode_to_string", &[gives(KqlType::String, &[req("string", STRING)])]).doc("", "", "query/punycode-to-string-function"),
    scalar("punycode_from_string", &[gives(KqlType::String, &[req("string", STRING)])]).doc("", "", "query/punycode-from-string-function"),
    scalar("punycode_domain_from_string", &[gives(KqlType::String, &[req("string", STRING)])]).doc(
        "",
        "",
        "query/punycode-domain-from-string-function",
    ),
    scalar("punycode_domain_to_string", &[gives(KqlType::String, &[req("string", STRING)])]).doc(
        "",
        "",
        "query/punycode-domain-to-string-function",
    ),
    scalar(
        "parse_command_line",
        &[gives(KqlType::Dynamic, &[req("command", T::Scalar), req("parser", STRING)])],
    )
    .doc("", "", "query/parse-command-line-function"),
    scalar("parse_path", &[gives(KqlType::Dynamic, &[req("path", STRING)])]).doc("", "", "query/parse-path-function"),
    scalar("parse_csv", &[gives(KqlType::Dynamic, &[req("csv_text", T::StringOrDynamic)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/parse-csv-function"),
    scalar(
        "parse_user_agent",
        &[gives(
            KqlType::Dynamic,
            &[req("user_agent", STRING), opt("look_for", T::StringOrArray)],
        )],
    )
    .doc("", "", "query/parse-user-agent-function"),
    scalar("parse_version", &[gives(KqlType::Decimal, &[req("version", STRING)])]).doc("", "", "query/parse-version-function"),
    scalar(
        "format_bytes",
        &[gives(
            KqlType::String,
            &[
                req("size", T::Number),
                opt("precision", T::Number).constant(),
                opt("format", STRING).constant(),
            ],
        )],
    )
    .named(ResultName::FirstArgument)
    .doc("", "", "query/format-bytes-function"),
    scalar("dynamic_to_json", &[gives(KqlType::String, &[req("dynamic", T::Scalar)])]).doc("", "", "query/dynamic-to-json-function"),
];
