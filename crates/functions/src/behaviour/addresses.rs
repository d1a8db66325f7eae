//! IP addresses.

use super::*;

#[test]
fn addresses() {
    for (name, args, expected) in [
        ("parse_ipv4", &[(Text, "192.168.1.1/24")][..], "3232235776"),
        ("parse_ipv4", &[(Text, "192.168.01.1")], "null"),
        ("ipv4_compare", &[(Text, "192.168.1.1"), (Text, "192.168.1.255/24")], "0"),
        (
            "ipv4_is_match",
            &[(Text, "192.168.1.1"), (Text, "192.168.1.255"), (Long, "24")],
            "true",
        ),
        ("ipv4_is_private", &[(Text, "127.0.0.1")], "false"),
        ("ipv4_is_private", &[(Text, "192.168.1.1/24")], "true"),
        ("ipv4_is_private", &[(Text, "")], "null"),
        (
            "ipv4_is_in_any_range",
            &[(Text, "192.168.1.6"), (Text, "10.0.0.1/8"), (Text, "192.168.1.1/24")],
            "true",
        ),
        ("ipv4_is_in_any_range", &[(Text, "9.9.9.9"), (Dynamic, "[\"10.0.0.1/8\"]")], "false"),
        ("ipv4_netmask_suffix", &[(Text, "127.0.0.1/16")], "16"),
        (
            "ipv4_range_to_cidr_list",
            &[(Text, "1.1.128.0"), (Text, "1.1.140.255")],
            "[\"1.1.128.0/21\",\"1.1.136.0/22\",\"1.1.140.0/24\"]",
        ),
        (
            "ipv4_range_to_cidr_list",
            &[(Text, "0.0.0.0"), (Text, "255.255.255.255")],
            "[\"0.0.0.0/0\"]",
        ),
        ("format_ipv4", &[(Text, "192.168.1.1/24"), (Long, "32")], "\"192.168.1.0\""),
        ("format_ipv4_mask", &[(Text, "192.168.1.1"), (Long, "-1")], "\"\""),
        ("has_ipv4", &[(Text, "05:04:54 127.0.0.1 GET"), (Text, "127.0.0.1")], "true"),
        ("has_ipv4_prefix", &[(Text, "05:04:54 127.0.0.1 GET"), (Text, "127.0")], "false"),
        ("has_any_ipv4_prefix", &[(Text, "x 127.0.0.1"), (Dynamic, "[\"127.0.\"]")], "true"),
        ("ipv6_is_match", &[(Text, "192.168.1.1/24"), (Text, "::ffff:c0a8:01ff")], "true"),
        ("ipv6_is_match", &[(Text, "::192.168.1.1/30"), (Text, "192.168.1.255/24")], "true"),
        (
            "parse_ipv6_mask",
            &[(Text, "192.168.255.255"), (Long, "120")],
            "\"0000:0000:0000:0000:0000:ffff:c0a8:ff00\"",
        ),
    ] {
        assert_eq!(call(name, args), expected, "{name} {args:?}");
    }
}
