//! Network addresses.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar("parse_ipv4", &[gives(KqlType::Long, &[req("ip", STRING)])]).doc(
        "An IPv4 address as a number; with a prefix length (`/24`), that of its network. Null when it is malformed.",
        "print parse_ipv4('192.168.1.1')",
        "query/parse-ipv4-function",
    ),
    scalar(
        "parse_ipv4_mask",
        &[gives(KqlType::Long, &[req("ip", STRING), req("prefix", LONG)])],
    )
    .doc(
        "An IPv4 address, masked to a prefix length, as a number.",
        "print parse_ipv4_mask('192.168.1.1', 24)",
        "query/parse-ipv4-mask-function",
    ),
    scalar("parse_ipv6", &[gives(KqlType::String, &[req("ip", STRING)])]).doc(
        "An IPv6 or IPv4 address in the full form of IPv6; empty when it is malformed.",
        "print parse_ipv6('192.168.1.1')",
        "query/parse-ipv6-function",
    ),
    scalar(
        "parse_ipv6_mask",
        &[gives(KqlType::String, &[req("ip", STRING), req("prefix", LONG)])],
    )
    .doc(
        "An IPv6 or IPv4 address, masked to a prefix length, in the full form of IPv6.",
        "print parse_ipv6_mask('fe80::1', 64)",
        "query/parse-ipv6-mask-function",
    ),
    scalar(
        "ipv4_compare",
        &[gives(KqlType::Long, &[req("ip1", STRING), req("ip2", STRING), opt("prefix", LONG)])],
    )
    .doc(
        "Compares two IPv4 addresses under the shortest of their prefixes and the one given: -1, 0 or 1; null when one is \
             malformed.",
        "print ipv4_compare('192.168.1.1/24', '192.168.1.255')",
        "query/ipv4-compare-function",
    ),
    scalar(
        "ipv4_is_match",
        &[gives(KqlType::Bool, &[req("ip1", STRING), req("ip2", STRING), opt("prefix", LONG)])],
    )
    .doc(
        "Whether two IPv4 addresses are equal under the shortest of their prefixes and the one given.",
        "print ipv4_is_match('192.168.1.1/24', '192.168.1.255')",
        "query/ipv4-is-match-function",
    ),
    scalar("ipv4_is_private", &[gives(KqlType::Bool, &[req("ip", STRING)])]).doc(
        "Whether an IPv4 address or range lies in a private network of RFC 1918.",
        "print ipv4_is_private('10.1.2.3')",
        "query/ipv4-is-private-function",
    ),
    scalar(
        "ipv4_is_in_range",
        &[gives(KqlType::Bool, &[req("ip", STRING), req("ip_range", STRING)])],
    )
    .doc(
        "Whether an IPv4 address lies in a range in prefix notation.",
        "print ipv4_is_in_range('192.168.1.6', '192.168.1.0/24')",
        "query/ipv4-is-in-range-function",
    ),
    scalar(
        "ipv4_is_in_any_range",
        &[
            gives(KqlType::Bool, &[req("ip", T::StringOrDynamic), many("ranges", STRING, 1)]),
            gives(KqlType::Bool, &[req("ip", T::StringOrDynamic), req("ranges", T::DynamicArray)]),
        ],
    )
    .nulls("Null ranges give false.")
    .doc(
        "Whether an IPv4 address lies in any of several ranges in prefix notation.",
        "print ipv4_is_in_any_range('192.168.1.6', '10.0.0.0/8', '192.168.1.0/24')",
        "query/ipv4-is-in-any-range-function",
    ),
    scalar("ipv4_netmask_suffix", &[gives(KqlType::Long, &[req("ip", STRING)])]).doc(
        "The prefix length of an IPv4 address; 32 when it has none.",
        "print ipv4_netmask_suffix('10.1.2.3/24')",
        "query/ipv4-netmask-suffix-function",
    ),
    scalar(
        "ipv4_range_to_cidr_list",
        &[gives(KqlType::Dynamic, &[req("start_ip", STRING), req("end_ip", STRING)])],
    )
    .doc(
        "The ranges in prefix notation that together cover exactly the addresses between two.",
        "print ipv4_range_to_cidr_list('10.0.0.0', '10.0.0.5')",
        "query/ipv4-range-to-cidr-list-function",
    ),
    scalar(
        "ipv6_compare",
        &[gives(KqlType::Long, &[req("ip1", STRING), req("ip2", STRING), opt("prefix", LONG)])],
    )
    .doc(
        "Compares two IPv6 or IPv4 addresses under the shortest of their prefixes and the one given: -1, 0 or 1; null when \
             one is malformed.",
        "print ipv6_compare('fe80::1', 'fe80::2')",
        "query/ipv6-compare-function",
    ),
    scalar(
        "ipv6_is_match",
        &[gives(KqlType::Bool, &[req("ip1", STRING), req("ip2", STRING), opt("prefix", LONG)])],
    )
    .doc(
        "Whether two IPv6 or IPv4 addresses are equal under the shortest of their prefixes and the one given.",
        "print ipv6_is_match('fe80::1/120', 'fe80::2')",
        "query/ipv6-is-match-function",
    ),
    scalar(
        "ipv6_is_in_range",
        &[gives(KqlType::Bool, &[req("ip", STRING), req("ip_range", STRING)])],
    )
    .doc(
        "Whether an IPv6 address lies in a range in prefix notation.",
        "print ipv6_is_in_range('fe80::1', 'fe80::/64')",
        "query/ipv6-is-in-range-function",
    ),
    scalar(
        "ipv6_is_in_any_range",
        &[
            gives(KqlType::Bool, &[req("ip", T::StringOrDynamic), many("ranges", STRING, 1)]),
            gives(KqlType::Bool, &[req("ip", T::StringOrDynamic), req("ranges", T::DynamicArray)]),
        ],
    )
    .nulls("Null ranges give false.")
    .doc(
        "Whether an IPv6 address lies in any of several ranges in prefix notation.",
        "print ipv6_is_in_any_range('fe80::1', dynamic(['fd00::/8', 'fe80::/64']))",
        "query/ipv6-is-in-any-range-function",
    ),
    scalar(
        "__ipv6_lookup_ranges",
        &[gives(
            KqlType::Dynamic,
            &[req("ip", T::StringOrDynamic), req("ranges", T::DynamicArray)],
        )],
    )
    .doc("The ranges of an array that hold an IPv6 address.", "", ""),
    scalar(
        "format_ipv4",
        &[gives(KqlType::String, &[req("ip", T::Scalar), opt("prefix", LONG)])],
    )
    .doc(
        "The text of an IPv4 address, given as text or number, masked to a prefix length.",
        "print format_ipv4('192.168.1.255', 24)",
        "query/format-ipv4-function",
    ),
    scalar(
        "format_ipv4_mask",
        &[gives(KqlType::String, &[req("ip", T::Scalar), opt("prefix", LONG)])],
    )
    .doc(
        "The text of an IPv4 address, given as text or number, masked to a prefix length and with it.",
        "print format_ipv4_mask('192.168.1.255', 24)",
        "query/format-ipv4-mask-function",
    ),
    scalar(
        "has_ipv4",
        &[gives(KqlType::Bool, &[req("source", T::StringOrDynamic), req("ip", STRING)])],
    )
    .doc(
        "Whether a text holds an IPv4 address, set apart from other letters and digits.",
        "print has_ipv4('from 127.0.0.1 to', '127.0.0.1')",
        "query/has-ipv4-function",
    ),
    scalar(
        "has_ipv4_prefix",
        &[gives(KqlType::Bool, &[req("source", T::StringOrDynamic), req("ip_prefix", STRING)])],
    )
    .doc(
        "Whether a text holds an IPv4 address that starts as given: a full address, or leading parts with a final dot.",
        "print has_ipv4_prefix('from 127.0.0.1 to', '127.0.')",
        "query/has-ipv4-prefix-function",
    ),
    scalar(
        "has_any_ipv4",
        &[
            gives(KqlType::Bool, &[req("source", T::StringOrDynamic), many("ips", STRING, 1)]),
            gives(KqlType::Bool, &[req("source", T::StringOrDynamic), req("ips", T::DynamicArray)]),
        ],
    )
    .nulls("A null array gives false.")
    .doc(
        "Whether a text holds any of several IPv4 addresses.",
        "print has_any_ipv4('from 127.0.0.1 to', '10.0.0.1', '127.0.0.1')",
        "query/has-any-ipv4-function",
    ),
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
    .nulls("A null array gives false.")
    .doc(
        "Whether a text holds an IPv4 address that starts as any of those given.",
        "print has_any_ipv4_prefix('from 127.0.0.1 to', '10.0.', '127.0.')",
        "query/has-any-ipv4-prefix-function",
    ),
    scalar("geo_info_from_ip_address", &[gives(KqlType::Dynamic, &[req("ip", STRING)])]).doc(
        "What is known of the place of an IP address (country, state, city, coordinates), as a bag. Needs a registered database in MaxMind's format.",
        "print geo_info_from_ip_address('20.53.203.50').country",
        "query/geo-info-from-ip-address-function",
    ),
];
