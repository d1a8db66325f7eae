//! Property bags and documents.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("parse_json", &[gives(KqlType::Dynamic, &[req("json_text", T::StringOrDynamic)])])
        .aliases(&["toobject", "todynamic", "parsejson"])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/parse-json-function"),
    scalar(
        "extract_json",
        &[
            gives(KqlType::String, &[req("jsonPath", STRING).constant(), req("jsonText", STRING)]),
            gives_by(
                Returns::TypeOfLast,
                &[
                    req("jsonPath", STRING).constant(),
                    req("jsonText", STRING),
                    req("type", T::TypeLiteral).literal(),
                ],
            ),
        ],
    )
    .aliases(&["extractjson"])
    .doc("", "", "query/extract-json-function"),
    scalar("parse_xml", &[gives(KqlType::Dynamic, &[req("xml_text", T::StringOrDynamic)])])
        .named(ResultName::FirstArgument)
        .doc("", "", "query/parse-xml-function"),
    scalar("bag_keys", &[gives(KqlType::Dynamic, &[req("object", T::DynamicBag)])]).doc("", "", "query/bag-keys-function"),
    scalar(
        "bag_pack",
        &[gives_by(Returns::Custom, &[many("key", STRING, 1), many("value", T::Scalar, 1)])],
    )
    .aliases(&["pack", "pack_dictionary"])
    .doc("", "", "query/pack-function"),
    scalar(
        "bag_pack_columns",
        &[gives_by(Returns::Custom, &[many("value", T::Scalar, 1).column()])],
    )
    .doc("", "", "query/bag-pack-columns-function"),
    scalar(
        "pack_all",
        &[gives_by(Returns::Custom, &[opt("ignore_null_empty", T::Scalar).literal()])],
    )
    .doc("", "", "query/pack-all-function"),
    scalar("bag_merge", &[gives_by(Returns::Custom, &[repeat("bag", T::DynamicBag, 2, 64)])]).doc("", "", "query/bag-merge-function"),
    scalar(
        "bag_remove_keys",
        &[gives_by(
            Returns::Custom,
            &[req("bag", T::DynamicBag), req("keys", T::DynamicArray)],
        )],
    )
    .doc("", "", "query/bag-remove-keys-function"),
    scalar(
        "bag_has_key",
        &[gives(KqlType::Bool, &[req("bag", T::DynamicBag), req("key", STRING)])],
    )
    .doc("", "", "query/bag-has-key-function"),
    scalar(
        "bag_set_key",
        &[gives_by(
            Returns::Custom,
            &[req("bag", T::DynamicBag), req("key", STRING).constant(), req("value", T::Scalar)],
        )],
    )
    .doc("", "", "query/bag-set-key-function"),
    scalar(
        "bag_zip",
        &[gives(
            KqlType::Dynamic,
            &[req("keys", T::DynamicArray), req("values", T::DynamicArray)],
        )],
    )
    .doc("", "", "query/bag-zip"),
    scalar("treepath", &[gives(KqlType::Dynamic, &[req("object", T::DynamicBag)])])
        .named(ResultName::PrefixAndFirstArgument("tree"))
        .doc("", "", "query/treepath-function"),
];
