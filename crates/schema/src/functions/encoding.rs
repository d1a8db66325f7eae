//! Base64, compression and URLs.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("url_encode", &[gives(KqlType::String, &[req("url", STRING)])]).doc(
        "Percent-encodes a text for a form: a space becomes `+`.",
        "print url_encode('a b/c')",
        "query/url-encode-function",
    ),
    scalar("url_encode_component", &[gives(KqlType::String, &[req("url", STRING)])]).doc(
        "Percent-encodes a text for a part of a URL: a space becomes `%20`.",
        "print url_encode_component('a b/c')",
        "query/url-encode-component-function",
    ),
    scalar("url_decode", &[gives(KqlType::String, &[req("encoded_url", STRING)])]).doc(
        "Decodes a percent-encoded text.",
        "print url_decode('a%20b')",
        "query/url-decode-function",
    ),
    scalar("parse_url", &[gives(KqlType::Dynamic, &[req("url", STRING)])])
        .aliases(&["parseurl"])
        .doc(
            "The parts of a URL as a bag: scheme, host, port, path, user, password, query parameters, fragment.",
            "print parse_url('https://example.com/a?b=1#c').Host",
            "query/parse-url-function",
        ),
    scalar("parse_urlquery", &[gives(KqlType::Dynamic, &[req("query", STRING)])])
        .aliases(&["parseurlquery"])
        .doc(
            "The parameters of the query part of a URL, as a bag.",
            "print parse_urlquery('a=1&b=2')",
            "query/parse-url-query-function",
        ),
    scalar("base64_encode_tostring", &[gives(KqlType::String, &[req("string", STRING)])])
        .aliases(&["base64_encodestring"])
        .doc(
            "Base64 of the UTF-8 bytes of a text.",
            "print base64_encode_tostring('Kusto')",
            "query/base64-encode-tostring-function",
        ),
    scalar("base64_decode_tostring", &[gives(KqlType::String, &[req("base64_string", STRING)])])
        .aliases(&["base64_decodestring"])
        .doc(
            "The UTF-8 text that Base64 encodes; empty when it encodes none.",
            "print base64_decode_tostring('S3VzdG8=')",
            "query/base64-decode-tostring-function",
        ),
    scalar("base64_decode_toarray", &[gives(KqlType::Dynamic, &[req("base64_string", STRING)])]).doc(
        "The bytes that Base64 encodes, as an array of numbers.",
        "print base64_decode_toarray('S3VzdG8=')",
        "query/base64-decode-toarray-function",
    ),
    scalar(
        "base64_encode_fromarray",
        &[gives(KqlType::String, &[req("base64_string_decoded_as_array", T::DynamicArray)])],
    )
    .doc(
        "Base64 of bytes, given as an array of numbers.",
        "print base64_encode_fromarray(dynamic([75, 117, 115, 116, 111]))",
        "query/base64-encode-fromarray-function",
    ),
    scalar("base64_decode_toguid", &[gives(KqlType::Guid, &[req("base64_string", STRING)])]).doc(
        "The guid that Base64 encodes; null when it encodes none.",
        "print base64_decode_toguid('JpbpECu8dUy7Pv5gbeJXAA==')",
        "query/base64-decode-toguid-function",
    ),
    scalar("base64_encode_fromguid", &[gives(KqlType::String, &[req("guid", GUID)])]).doc(
        "Base64 of the bytes of a guid.",
        "print base64_encode_fromguid(toguid('10e99626-bc2b-754c-bb3e-fe606de25700'))",
        "query/base64-encode-fromguid-function",
    ),
    scalar(
        "zlib_decompress_from_base64_string",
        &[gives(KqlType::String, &[req("string", STRING)])],
    )
    .doc(
        "The text that was compressed by zlib and then encoded by Base64; empty when it was not.",
        "print zlib_decompress_from_base64_string(zlib_compress_to_base64_string('abc'))",
        "query/zlib-base64-decompress-function",
    ),
    scalar(
        "zlib_compress_to_base64_string",
        &[gives(KqlType::String, &[req("string", STRING)])],
    )
    .doc(
        "Compresses a text by zlib and encodes the result by Base64.",
        "print zlib_compress_to_base64_string('abc')",
        "query/zlib-base64-compress-function",
    ),
    scalar(
        "gzip_decompress_from_base64_string",
        &[gives(KqlType::String, &[req("string", STRING)])],
    )
    .doc(
        "The text that was compressed by gzip and then encoded by Base64; empty when it was not.",
        "print gzip_decompress_from_base64_string(gzip_compress_to_base64_string('abc'))",
        "query/gzip-base64-decompress",
    ),
    scalar(
        "gzip_compress_to_base64_string",
        &[gives(KqlType::String, &[req("string", STRING)])],
    )
    .doc(
        "Compresses a text by gzip and encodes the result by Base64.",
        "print gzip_compress_to_base64_string('abc')",
        "query/gzip-base64-compress",
    ),
    scalar(
        "__lz4_compress_dynamic_array_to_base64_string",
        &[gives(KqlType::String, &[req("dynamic", T::DynamicArray)])],
    )
    .doc("Compresses an array by LZ4 and encodes the result by Base64.", "", ""),
];
