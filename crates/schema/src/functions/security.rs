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
    .doc("The items of a watchlist, by its alias: a file that the user registers.", "", ""),
    tabular("_GetWatchlistAlias", &[gives_by(Returns::Custom, &[])]).doc("The aliases of all watchlists.", "", ""),
    tabular(
        "FileProfile",
        &[gives_by(
            Returns::Custom,
            &[opt("hash", T::Scalar).column(), opt("limit", T::Integer)],
        )],
    )
    .doc(
        "Adds what is known of files by their hash: prevalence, signer, verdict. Reads the profiles that the user registers.",
        "",
        "",
    ),
    tabular(
        "DeviceFromIP",
        &[gives_by(Returns::Custom, &[opt("IP", STRING), opt("Timestamp", DATETIME)])],
    )
    .doc("The devices that had an IP address at a time.", "", ""),
    tabular("SeenBy", &[gives_by(Returns::Custom, &[opt("DeviceId", STRING)])]).doc(
        "The devices that saw a device that is not onboarded.",
        "",
        "",
    ),
    tabular(
        "AssignedIPAddresses",
        &[gives_by(Returns::Custom, &[req("Device", STRING), opt("Timestamp", DATETIME)])],
    )
    .doc("The latest IP addresses of a device, at or before a time.", "", ""),
];
