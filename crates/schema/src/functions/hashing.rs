//! Hashes and digests.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "hash",
        &[gives(KqlType::Long, &[req("source", T::NotDynamic), opt("mod", T::Integer)])],
    )
    .aliases(&["hash_xxhash64"])
    .doc("", "", "query/hash-function"),
    scalar("hash_sha256", &[gives(KqlType::String, &[req("source", T::NotDynamic)])]).doc("", "", "query/hash-sha256-function"),
    scalar("hash_md5", &[gives(KqlType::String, &[req("source", T::NotDynamic)])]).doc("", "", "query/hash-md5-function"),
    scalar("hash_sha1", &[gives(KqlType::String, &[req("source", T::NotDynamic)])]).doc("", "", "query/hash-sha1-function"),
    scalar("hash_combine", &[gives(KqlType::Long, &[many("source", T::Scalar, 2)])]).doc("", "", "query/hash-combine-function"),
    scalar("hash_many", &[gives(KqlType::Long, &[many("source", T::NotDynamic, 1)])]).doc("", "", "query/hash-many-function"),
    scalar(
        "__hash_crc32",
        &[gives(
            KqlType::Long,
            &[req("source", T::NotDynamic), req("mod", T::Integer), req("seed", T::Integer)],
        )],
    )
    .doc("", "", ""),
    scalar(
        "__hash_djb2",
        &[gives(KqlType::Long, &[req("source", T::NotDynamic), opt("mod", T::Integer)])],
    )
    .doc("", "", ""),
    scalar(
        "__hash_xxh64",
        &[gives(
            KqlType::Long,
            &[req("source", T::NotDynamic), req("mod", T::Integer), req("seed", T::Integer)],
        )],
    )
    .doc("", "", ""),
    scalar("__hash_many_crc32", &[gives(KqlType::Long, &[repeat("arg", T::Scalar, 1, 2)])]).doc("", "", ""),
    scalar("new_guid", &[gives(KqlType::Guid, &[])]).doc("", "", "query/new-guid-function"),
];
