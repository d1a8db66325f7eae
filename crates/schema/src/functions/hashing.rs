//! Hashes and digests.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "hash",
        &[gives(KqlType::Long, &[req("source", T::NotDynamic), opt("mod", T::Integer)])],
    )
    .aliases(&["hash_xxhash64"])
    .doc(
        "A 64-bit hash (xxHash64) of a value, or its remainder by a modulus. Stable between runs.",
        "print hash('World', 100)",
        "query/hash-function",
    ),
    scalar("hash_sha256", &[gives(KqlType::String, &[req("source", T::NotDynamic)])]).doc(
        "SHA-256 of the text of a value, in hexadecimal; empty for the empty text.",
        "print hash_sha256('World')",
        "query/hash-sha256-function",
    ),
    scalar("hash_md5", &[gives(KqlType::String, &[req("source", T::NotDynamic)])]).doc(
        "MD5 of the text of a value, in hexadecimal; empty for the empty text.",
        "print hash_md5('World')",
        "query/hash-md5-function",
    ),
    scalar("hash_sha1", &[gives(KqlType::String, &[req("source", T::NotDynamic)])]).doc(
        "SHA-1 of the text of a value, in hexadecimal; empty for the empty text.",
        "print hash_sha1('World')",
        "query/hash-sha1-function",
    ),
    scalar("hash_combine", &[gives(KqlType::Long, &[many("source", T::Scalar, 2)])]).doc(
        "Combines several hashes into one; their order matters.",
        "print hash_combine(hash('a'), hash('b'))",
        "query/hash-combine-function",
    ),
    scalar("hash_many", &[gives(KqlType::Long, &[many("source", T::NotDynamic, 1)])]).doc(
        "The combined hash of several values; their order matters.",
        "print hash_many('a', 'b')",
        "query/hash-many-function",
    ),
    scalar(
        "__hash_crc32",
        &[gives(
            KqlType::Long,
            &[req("source", T::NotDynamic), req("mod", T::Integer), req("seed", T::Integer)],
        )],
    )
    .doc("Remainder of a CRC-32 hash of a value, with a seed.", "", ""),
    scalar(
        "__hash_djb2",
        &[gives(KqlType::Long, &[req("source", T::NotDynamic), opt("mod", T::Integer)])],
    )
    .doc("A DJB2 hash of a value, or its remainder by a modulus.", "", ""),
    scalar(
        "__hash_xxh64",
        &[gives(
            KqlType::Long,
            &[req("source", T::NotDynamic), req("mod", T::Integer), req("seed", T::Integer)],
        )],
    )
    .doc("Remainder of an xxHash64 hash of a value, with a seed.", "", ""),
    scalar("__hash_many_crc32", &[gives(KqlType::Long, &[repeat("arg", T::Scalar, 1, 2)])]).doc(
        "A CRC-32 hash over one or two values.",
        "",
        "",
    ),
    scalar("new_guid", &[gives(KqlType::Guid, &[])]).doc("A random guid.", "print isnotnull(new_guid())", "query/new-guid-function"),
];
