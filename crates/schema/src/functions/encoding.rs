//! Base64, compression and URLs.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("url_encode", &[gives(KqlType::String, &[req("url", STRING)])]).doc("", "", "query/url-encode-function"),
    scalar("url_encode_component", &[gives(KqlType::String, &[req("url", STRING)])]).doc("", "", "query/url-encode-component-function"),
    scalar("url_decode", &[gives(KqlType::String, &[req("encoded_url", STRING)])]).doc("", "", "query/url-decode-function"),
    scalar("parse_url", &[gives(KqlType::Dynamic, &[req("url", STRING)])])
        .aliases(&["parseurl"])
        .doc("", "", "query/parse-url-function"),
    scalar("parse_urlquery", &[gives(KqlType::Dynamic, &[req("query", STRING)])])
        .aliases(&["parseurlquery"])
        .doc("", "", "query/parse-url-query-function"),
    scalar("base64_encode_tostring", &[gives(KqlType::String, &[req("string", STRING)])])
        .aliases(&["base64_encodestring"])
        .doc("", "", "query/base64-encode-tostring-function"),
    scalar("base64_decode_tostring", &[gives(KqlType::String, &[req("base64_string", STRING)])])
        .aliases(&["base64_decodestring"])
        .doc("", "", "query/base64-decode-tostring-function"),
    scalar("base64_decode_toarray", &[gives(KqlType::Dynamic, &[req("base64_string", STRING)])]).doc(
        "",
        "",
        "query/base64-decode-toarray-function",
    ),
    scalar(
        "base64_encode_fromarray",
        &[gives(KqlType::String, &[req("base64_string_decoded_as_array", T::DynamicArray)])],
    )
    .doc("", "", "query/base64-encode-fromarray-function"),
    scalar("base64_decode_toguid", &[gives(KqlType::Guid, &[req("base64_string", STRING)])]).doc(
        "",
        "",
        "query/base64-decode-toguid-function",
    ),
    scalar("base64_encode_fromguid", &[gives(KqlType::String, &[req("guid", GUID)])]).doc("", "", "query/base64-encode-fromguid-function"),
    scalar(
        "zlib_decompress_from_base64_string",
        &[gives(KqlType::String, &[req("string", STRING)])],
    )
    .doc("", "", "query/zlib-base64-decompress-function"),
    scalar(
        "zlib_compress_to_base64_string",
        &[gives(KqlType::String, &[req("string", STRING)])],
    )
    .doc("", "", "query/zlib-base64-compress-function"),
    scalar(
        "gzip_decompress_from_base64_string",
        &[gives(KqlType::String, &[req("string", STRING)])],
    )
    .doc("", "", "query/gzip-base64-decompress"),
    scalar(
        "gzip_compress_to_base64_string",
        &[gives(KqlType::String, &[req("string", STRING)])],
    )
    .doc("", "", "query/gzip-base64-compress"),
    scalar(
        "__lz4_compress_dynamic_array_to_base64_string",
        &[gives(KqlType::String, &[req("dynamic", T::DynamicArray)])],
    )
    .doc("", "", ""),
];
