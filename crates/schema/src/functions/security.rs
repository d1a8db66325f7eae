//! Functions of Sentinel and Defender.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    tabular(
        "_GetWatchlist",
        &[gives_by(
            Returns::Custom,
            &[req("watchlistAlias", STRING), opt("keys", T::DynamicArray)],
        )],
    )
    .doc("", "", ""),
    tabular(
        "FileProfile",
        &[gives_by(
            Returns::Custom,
            &[opt("hash", T::Scalar).column(), opt("limit", T::Integer)],
        )],
    )
    .doc("", "", ""),
    tabular(
        "DeviceFromIP",
        &[gives_by(Returns::Custom, &[opt("IP", STRING), opt("Timestamp", DATETIME)])],
    )
    .doc("", "", ""),
    tabular("SeenBy", &[gives_by(Returns::Custom, &[opt("DeviceId", STRING)])]).doc("", "", ""),
    tabular(
        "AssignedIPAddresses",
        &[gives_by(Returns::Custom, &[req("Device", STRING), opt("Timestamp", DATETIME)])],
    )
    .doc("", "", ""),
];
