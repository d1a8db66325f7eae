//! Property bags and documents.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("parse_json", &[gives(KqlType::Dynamic, &[req("json_text", T::StringOrDynamic)])])
        .aliases(&["toobject", "todynamic", "parsejson"])
        .named(ResultName::FirstArgument)
        .doc(
            "Reads JSON text as a dynamic value; text that is not JSON stays a string.",
            "print parse_json('{\"a\": [1, 2]}').a",
            "query/parse-json-function",
        ),
    scalar(
        "extract_json",
        &[
            gives(
                KqlType::String,
                &[req("jsonPath", STRING).constant(), req("jsonText", T::StringOrDynamic)],
            ),
            gives_by(
                Returns::TypeOfLast,
                &[
                    req("jsonPath", STRING).constant(),
                    req("jsonText", T::StringOrDynamic),
                    req("type", T::TypeLiteral).literal(),
                ],
            ),
        ],
    )
    .aliases(&["extractjson"])
    .doc(
        "The value at a JSON path of a JSON text, as text or as the type that is given. Null when the path leads nowhere.",
        "print extract_json('$.a.b', '{\"a\": {\"b\": 5}}', typeof(long))",
        "query/extract-json-function",
    ),
    scalar("parse_xml", &[gives(KqlType::Dynamic, &[req("xml_text", T::StringOrDynamic)])])
        .named(ResultName::FirstArgument)
        .doc(
            "Reads XML text as a bag: elements by name, attributes after `@`. Null when it is malformed.",
            "print parse_xml('<a x=\"1\"><b>2</b></a>')",
            "query/parse-xml-function",
        ),
    scalar("bag_keys", &[gives(KqlType::Dynamic, &[req("object", T::DynamicBag)])]).doc(
        "The keys of a bag, as an array; null for anything else.",
        "print bag_keys(dynamic({'a': 1, 'b': 2}))",
        "query/bag-keys-function",
    ),
    scalar(
        "bag_pack",
        &[gives_by(Returns::Custom, &[many("key", STRING, 1), many("value", T::Scalar, 1)])],
    )
    .aliases(&["pack", "pack_dictionary"])
    .nulls("A null value stays in the bag as null.")
    .doc(
        "A bag of keys and values, given in turn.",
        "print bag_pack('a', 1, 'b', 'x')",
        "query/pack-function",
    ),
    scalar(
        "bag_pack_columns",
        &[gives_by(Returns::Custom, &[many("value", T::Scalar, 1).column()])],
    )
    .nulls("A null value stays in the bag as null.")
    .doc(
        "A bag of columns, each under its name.",
        "datatable(a:long, b:string)[1, 'x'] | project bag_pack_columns(a, b)",
        "query/bag-pack-columns-function",
    ),
    scalar(
        "pack_all",
        &[gives_by(Returns::Custom, &[opt("ignore_null_empty", T::Scalar).literal()])],
    )
    .nulls("A null value stays in the bag as null, unless it is to be left out.")
    .doc(
        "A bag of all columns of the row; null and empty values can be left out.",
        "datatable(a:long, b:string)[1, ''] | project pack_all(true)",
        "query/pack-all-function",
    ),
    scalar("bag_merge", &[gives_by(Returns::Custom, &[repeat("bag", T::DynamicBag, 2, 64)])])
        .nulls("A null adds nothing; null when all are null.")
        .doc(
            "One bag with the keys of all; of a key that several have, the leftmost value stays.",
            "print bag_merge(dynamic({'a': 1}), dynamic({'a': 2, 'b': 3}))",
            "query/bag-merge-function",
        ),
    scalar(
        "bag_remove_keys",
        &[gives_by(
            Returns::Custom,
            &[req("bag", T::DynamicBag), req("keys", T::DynamicArray)],
        )],
    )
    .nulls("A null bag gives null; null keys remove nothing.")
    .doc(
        "A bag without some keys; keys that start with `$` are JSON paths into it.",
        "print bag_remove_keys(dynamic({'a': 1, 'b': 2}), dynamic(['a']))",
        "query/bag-remove-keys-function",
    ),
    scalar(
        "bag_has_key",
        &[gives(KqlType::Bool, &[req("bag", T::DynamicBag), req("key", STRING)])],
    )
    .doc(
        "Whether a bag has a key; one that starts with `$` is a JSON path.",
        "print bag_has_key(dynamic({'a': 1}), 'a')",
        "query/bag-has-key-function",
    ),
    scalar(
        "bag_set_key",
        &[gives_by(
            Returns::Custom,
            &[req("bag", T::DynamicBag), req("key", STRING).constant(), req("value", T::Scalar)],
        )],
    )
    .nulls("A null bag gives null; a null value is set as null.")
    .doc(
        "A bag with a key set to a value; a JSON path creates what is missing on the way.",
        "print bag_set_key(dynamic({'a': 1}), 'b', 2)",
        "query/bag-set-key-function",
    ),
    scalar(
        "bag_zip",
        &[gives(
            KqlType::Dynamic,
            &[req("keys", T::DynamicArray), req("values", T::DynamicArray)],
        )],
    )
    .nulls("Null keys give null; null values give a bag of nulls.")
    .doc(
        "A bag of an array of keys and an array of values. Missing values are null, keys that are no text are left out.",
        "print bag_zip(dynamic(['a', 'b']), dynamic([1, 2]))",
        "query/bag-zip",
    ),
    scalar("treepath", &[gives(KqlType::Dynamic, &[req("object", T::DynamicBag)])])
        .named(ResultName::PrefixAndFirstArgument("tree"))
        .doc(
            "The paths of all leaves of a document, as an array.",
            "print treepath(parse_json('{\"a\": {\"b\": 123}}'))",
            "query/treepath-function",
        ),
];
