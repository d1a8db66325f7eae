//! Network addresses.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("parse_ipv4", &[gives(KqlType::Long, &[req("ip", STRING)])]).doc("", "", "query/parse-ipv4-function"),
    scalar(
        "parse_ipv4_mask",
        &[gives(KqlType::Long, &[req("ip", STRING), req("prefix", LONG)])],
    )
    .doc("", "", "query/parse-ipv4-mask-function"),
    scalar("parse_ipv6", &[gives(KqlType::String, &[req("ip", STRING)])]).doc("", "", "query/parse-ipv6-function"),
    scalar(
        "parse_ipv6_mask",
        &[gives(KqlType::String, &[req("ip", STRING), req("prefix", LONG)])],
    )
    .doc("", "", "query/parse-ipv6-mask-function"),
    scalar(
        "ipv4_compare",
        &[gives(KqlType::Long, &[req("ip1", STRING), req("ip2", STRING), opt("prefix", LONG)])],
    )
    .doc("", "", "query/ipv4-compare-function"),
    scalar(
        "ipv4_is_match",
        &[gives(KqlType::Bool, &[req("ip1", STRING), req("ip2", STRING), opt("prefix", LONG)])],
    )
    .doc("", "", "query/ipv4-is-match-function"),
    scalar("ipv4_is_private", &[gives(KqlType::Bool, &[req("ip", STRING)])]).doc("", "", "query/ipv4-is-private-function"),
    scalar(
        "ipv4_is_in_range",
        &[gives(KqlType::Bool, &[req("ip", STRING), req("ip_range", STRING)])],
    )
    .doc("", "", "query/ipv4-is-in-range-function"),
    scalar(
        "ipv4_is_in_any_range",
        &[
            gives(KqlType::Bool, &[req("ip", T::StringOrDynamic), many("ranges", STRING, 1)]),
            gives(KqlType::Bool, &[req("ip", T::StringOrDynamic), req("ranges", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/ipv4-is-in-any-range-function"),
    scalar("ipv4_netmask_suffix", &[gives(KqlType::Long, &[req("ip", STRING)])]).doc("", "", "query/ipv4-netmask-suffix-function"),
    scalar(
        "ipv4_range_to_cidr_list",
        &[gives(KqlType::Dynamic, &[req("start_ip", STRING), req("end_ip", STRING)])],
    )
    .doc("", "", "query/ipv4-range-to-cidr-list-function"),
    scalar(
        "ipv6_compare",
        &[gives(KqlType::Long, &[req("ip1", STRING), req("ip2", STRING), opt("prefix", LONG)])],
    )
    .doc("", "", "query/ipv6-compare-function"),
    scalar(
        "ipv6_is_match",
        &[gives(KqlType::Bool, &[req("ip1", STRING), req("ip2", STRING), opt("prefix", LONG)])],
    )
    .doc("", "", "query/ipv6-is-match-function"),
    scalar(
        "ipv6_is_in_range",
        &[gives(KqlType::Bool, &[req("ip", STRING), req("ip_range", STRING)])],
    )
    .doc("", "", "query/ipv6-is-in-range-function"),
    scalar(
        "ipv6_is_in_any_range",
        &[
            gives(KqlType::Bool, &[req("ip", T::StringOrDynamic), many("ranges", STRING, 1)]),
            gives(KqlType::Bool, &[req("ip", T::StringOrDynamic), req("ranges", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/ipv6-is-in-any-range-function"),
    scalar(
        "__ipv6_lookup_ranges",
        &[gives(
            KqlType::Dynamic,
            &[req("ip", T::StringOrDynamic), req("ranges", T::DynamicArray)],
        )],
    )
    .doc("", "", ""),
    scalar(
        "format_ipv4",
        &[gives(KqlType::String, &[req("ip", T::Scalar), opt("prefix", LONG)])],
    )
    .doc("", "", "query/format-ipv4-function"),
    scalar(
        "format_ipv4_mask",
        &[gives(KqlType::String, &[req("ip", T::Scalar), req("prefix", LONG)])],
    )
    .doc("", "", "query/format-ipv4-mask-function"),
    scalar(
        "has_ipv4",
        &[gives(KqlType::Bool, &[req("source", T::StringOrDynamic), req("ip", STRING)])],
    )
    .doc("", "", "query/has-ipv4-function"),
    scalar(
        "has_ipv4_prefix",
        &[gives(KqlType::Bool, &[req("source", T::StringOrDynamic), req("ip_prefix", STRING)])],
    )
    .doc("", "", "query/has-ipv4-prefix-function"),
    scalar(
        "has_any_ipv4",
        &[
            gives(KqlType::Bool, &[req("source", T::StringOrDynamic), many("ips", STRING, 1)]),
            gives(KqlType::Bool, &[req("source", T::StringOrDynamic), req("ips", T::DynamicArray)]),
        ],
    )
    .doc("", "", "query/has-any-ipv4-function"),
    scalar(
        "has_any_ipv4_prefix",
        &[
            gives(KqlType::Bool, &[req("source", T::StringOrDynamic), many("ip_prefixes", STRING, 1)]),
            gives(
                KqlType::Bool,
                &[req("source", T::StringOrDynamic), req("ip_prefixes", T::DynamicArray)],
            ),
        ],
    )
    .doc("", "", "query/has-any-ipv4-prefix-function"),
    scalar("geo_info_from_ip_address", &[gives(KqlType::Dynamic, &[req("ip", STRING)])]).doc(
        "",
        "",
        "query/geo-info-from-ip-address-function",
    ),
];
