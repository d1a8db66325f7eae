//! Building, measuring and searching text.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("strcat", &[gives(KqlType::String, &[repeat("arg", T::Scalar, 1, 64)])])
        .nulls("A null adds nothing.")
        .doc(
            "Joins the text of all arguments; null adds nothing.",
            "print strcat('a', 1, true)",
            "query/strcat-function",
        ),
    scalar(
        "strcat_array",
        &[gives(
            KqlType::String,
            &[req("array", T::DynamicArray), req("delimiter", T::Scalar)],
        )],
    )
    .aliases(&["array_strcat"])
    .doc(
        "Joins the elements of an array with a delimiter. A value that is no array is taken as text.",
        "print strcat_array(dynamic(['a', 'b', 'c']), '-')",
        "query/strcat-array-function",
    ),
    scalar(
        "strcat_delim",
        &[gives(
            KqlType::String,
            &[req("delimiter", T::Scalar), repeat("arg", T::Scalar, 2, 64)],
        )],
    )
    .nulls("A null counts as the empty text.")
    .doc(
        "Joins the text of the arguments, with a delimiter between any two.",
        "print strcat_delim('-', 'a', 'b', 3)",
        "query/strcat-delim-function",
    ),
    scalar("strcmp", &[gives(KqlType::Long, &[req("s1", T::Scalar), req("s2", T::Scalar)])]).doc(
        "Compares two texts by code points: -1, 0 or 1 as the first sorts before, with or after the second.",
        "print strcmp('a', 'b')",
        "query/strcmp-function",
    ),
    scalar(
        "strrep",
        &[gives(
            KqlType::String,
            &[req("value", T::Scalar), req("multiplier", LONG), opt("delimiter", T::Scalar)],
        )],
    )
    .doc(
        "Repeats the text of a value, with an optional delimiter in between.",
        "print strrep('ab', 3, '.')",
        "query/strrep-function",
    ),
    scalar("strlen", &[gives(KqlType::Long, &[req("string", T::StringOrDynamic)])])
        .named(ResultName::NameAndFirstArgument)
        .doc(
            "Number of Unicode characters (code points) of a text.",
            "print strlen('naïve')",
            "query/strlen-function",
        ),
    scalar("string_size", &[gives(KqlType::Long, &[req("string", T::StringOrDynamic)])])
        .named(ResultName::NameAndFirstArgument)
        .doc(
            "Number of bytes of a text in UTF-8.",
            "print string_size('naïve')",
            "query/string-size-function",
        ),
    scalar("toupper", &[gives(KqlType::String, &[req("value", T::Scalar)])]).doc(
        "The text in upper case.",
        "print toupper('abc')",
        "query/toupper-function",
    ),
    scalar("tolower", &[gives(KqlType::String, &[req("value", T::Scalar)])]).doc(
        "The text in lower case.",
        "print tolower('ABC')",
        "query/tolower-function",
    ),
    scalar(
        "unicode_codepoints_from_string",
        &[gives(KqlType::Dynamic, &[req("value", T::Scalar)])],
    )
    .aliases(&["to_utf8"])
    .doc(
        "The Unicode code points of a text, as an array of numbers.",
        "print unicode_codepoints_from_string('Hi')",
        "query/unicode-codepoints-from-string-function",
    ),
    scalar(
        "unicode_codepoints_to_string",
        &[gives(KqlType::String, &[many("value", T::IntegerOrArray, 1)])],
    )
    .aliases(&["make_string"])
    .nulls("A null adds nothing.")
    .doc(
        "The text made of Unicode code points, given as numbers, arrays of numbers, or both.",
        "print unicode_codepoints_to_string(72, 105)",
        "query/unicode-codepoints-to-string-function",
    ),
    scalar(
        "substring",
        &[gives(
            KqlType::String,
            &[req("string", T::Scalar), req("start", T::Integer), opt("length", T::Integer)],
        )],
    )
    .nulls("A null start or length gives the empty text; where all arguments are constants, a null start counts as 0.")
    .doc(
        "The part of a text from a position, counted from 0, to its end or of the given length. A negative position counts \
             from the end.",
        "print substring('abcdefg', 2, 3)",
        "query/substring-function",
    ),
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
    .nulls("A null counts as the empty text.")
    .doc(
        "Position, counted from 0, at which a text first occurs in another; -1 when it does not. The search can be limited \
             to a part, and to a later occurrence.",
        "print indexof('abcabc', 'c', 0, -1, 2)",
        "query/indexof-function",
    ),
    scalar(
        "has_any_index",
        &[gives(
            KqlType::Long,
            &[req("source", T::StringOrDynamic), req("values", T::DynamicArray)],
        )],
    )
    .doc(
        "Index of the first array element that occurs in the text as a whole term; -1 when none does.",
        "print has_any_index('this is an example', dynamic(['no', 'example']))",
        "query/has-any-index-function",
    ),
    scalar("reverse", &[gives(KqlType::String, &[req("value", T::Scalar)])]).doc(
        "The text of a value with its characters in opposite order.",
        "print reverse('abc')",
        "query/reverse-function",
    ),
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
    .doc(
        "Cuts a text at each delimiter into an array of parts; with an index, an array of just that part.",
        "print split('a_b_c', '_')",
        "query/split-function",
    ),
    scalar(
        "replace_string",
        &[gives(
            KqlType::String,
            &[req("text", STRING), req("lookup", STRING), req("rewrite", STRING)],
        )],
    )
    .doc(
        "Replaces every occurrence of a text by another.",
        "print replace_string('a-b-c', '-', '+')",
        "query/replace-string-function",
    ),
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
    .nulls("A null array leaves the text as it is.")
    .doc(
        "Replaces every occurrence of each text of one array by its counterpart in the other; earlier pairs are tried \
             first.",
        "print replace_strings('a b', dynamic(['a', 'b']), dynamic(['1', '2']))",
        "query/replace-strings-function",
    ),
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
    .nulls("A null counts as the empty text.")
    .doc(
        "Counts the occurrences of a plain text, which may overlap, or the matches of a regular expression, which may not.",
        "print countof('aaaa', 'aa')",
        "query/countof-function",
    ),
    scalar(
        "translate",
        &[gives(
            KqlType::String,
            &[req("searchList", STRING), req("replacementList", STRING), req("source", STRING)],
        )],
    )
    .doc(
        "Replaces each character of the first set by the one at its position in the second; the last one serves when the \
             second set is shorter.",
        "print translate('abc', 'xyz', 'cab')",
        "query/translate-function",
    ),
    scalar("isascii", &[gives(KqlType::Bool, &[req("value", T::Scalar)])])
        .nulls("A null counts as the empty text.")
        .doc(
            "Whether a text holds ASCII characters only.",
            "print isascii('abc')",
            "query/isascii",
        ),
    scalar("isutf8", &[gives(KqlType::Bool, &[req("value", T::Scalar)])])
        .nulls("A null counts as the empty text.")
        .doc("Whether a text is valid UTF-8.", "print isutf8('abc')", "query/isutf8-function"),
    scalar("punycode_to_string", &[gives(KqlType::String, &[req("string", STRING)])]).doc(
        "Decodes Punycode to text; empty when it is malformed.",
        "print punycode_to_string('gr-fka')",
        "query/punycode-to-string-function",
    ),
    scalar("punycode_from_string", &[gives(KqlType::String, &[req("string", STRING)])]).doc(
        "Encodes text as Punycode.",
        "print punycode_from_string('grün')",
        "query/punycode-from-string-function",
    ),
    scalar("punycode_domain_from_string", &[gives(KqlType::String, &[req("string", STRING)])]).doc(
        "Decodes the `xn--` labels of a domain name.",
        "print punycode_domain_from_string('xn--grn-ioa.example')",
        "query/punycode-domain-from-string-function",
    ),
    scalar("punycode_domain_to_string", &[gives(KqlType::String, &[req("string", STRING)])]).doc(
        "Encodes the labels of a domain name that need it in the `xn--` form.",
        "print punycode_domain_to_string('grün.example')",
        "query/punycode-domain-to-string-function",
    ),
    scalar(
        "parse_command_line",
        &[gives(KqlType::Dynamic, &[req("command", T::Scalar), req("parser", STRING)])],
    )
    .doc(
        "Splits a command line into an array of arguments by the rules of a platform; `windows` is the one there is.",
        "print parse_command_line('echo \"hello world!\"', 'windows')",
        "query/parse-command-line-function",
    ),
    scalar("parse_path", &[gives(KqlType::Dynamic, &[req("path", STRING)])]).doc(
        "The parts of a file path as a bag: scheme, root, directory, file name, extension and stream.",
        "print parse_path(@'C:\\temp\\file.txt')",
        "query/parse-path-function",
    ),
    scalar("parse_csv", &[gives(KqlType::Dynamic, &[req("csv_text", T::StringOrDynamic)])])
        .named(ResultName::FirstArgument)
        .nulls("A null gives an array of one empty text.")
        .doc(
            "The values of the first line of comma-separated text, as an array of strings.",
            "print parse_csv('a,\"b,c\",d')",
            "query/parse-csv-function",
        ),
    scalar(
        "parse_user_agent",
        &[gives(
            KqlType::Dynamic,
            &[req("user_agent", STRING), opt("look_for", T::StringOrArray)],
        )],
    )
    .doc(
        "Browser, operating system and device that a user agent string tells, as a bag; `look_for` limits what is looked \
             for. Needs a registered catalogue of user agents.",
        "print parse_user_agent('Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/79.0', 'browser')",
        "query/parse-user-agent-function",
    ),
    scalar("parse_version", &[gives(KqlType::Decimal, &[req("version", STRING)])]).doc(
        "A version of up to four numbers as one decimal that sorts like the version; null when the text is none.",
        "print parse_version('1.2.3.40')",
        "query/parse-version-function",
    ),
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
    .doc(
        "A number of bytes as text with a unit (KB, MB, …) that suits it or is asked for.",
        "print format_bytes(2048, 1)",
        "query/format-bytes-function",
    ),
    scalar("dynamic_to_json", &[gives(KqlType::String, &[req("dynamic", T::Scalar)])]).doc(
        "The JSON text of a dynamic value, the keys of bags in a fixed order.",
        "print dynamic_to_json(dynamic({'b': 1, 'a': 2}))",
        "query/dynamic-to-json-function",
    ),
];
