//! Diagnostics about data that only the user can bring.

use quarry_text::{Diagnostic, Span};

use super::error;

/// Where `externaldata` would go to the network.
pub(crate) fn no_local_file(address: &str, span: Span) -> Diagnostic {
    error("Q0010", format!("No local file stands for {address}"), span)
        .with_help("Quarry opens no connections: fetch it, then `quarry data add file ADDRESS FILE`, or --data ADDRESS=FILE for one run")
}

pub(crate) fn no_watchlist(alias: &str, closest: Option<&str>, span: Span) -> Diagnostic {
    let help = match closest {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("register it: `quarry data add watchlist {alias} FILE --key COLUMN`, or --data watchlist:{alias}=FILE for one run"),
    };
    error("Q0010", format!("No watchlist is called '{alias}'"), span).with_help(help)
}

pub(crate) fn no_geography(function: &str, span: Span) -> Diagnostic {
    error("Q0010", format!("{function}() needs geographic data, and none is registered"), span).with_help(
        "register a database in MaxMind's format, such as GeoLite2-City: `quarry data add geo FILE`, or --data geo=FILE for one run",
    )
}

pub(crate) fn no_user_agents(function: &str, span: Span) -> Diagnostic {
    error(
        "Q0010",
        format!("{function}() needs a catalogue of user agents, and none is registered"),
        span,
    )
    .with_help("register the uap-core project's regexes.yaml: `quarry data add agents FILE`, or --data agents=FILE for one run")
}

pub(crate) fn no_profiles(span: Span) -> Diagnostic {
    Diagnostic::warning("Q0105", "FileProfile knows no files here: what it adds stays empty", span)
        .with_help("register what is known of files, by SHA1: `quarry data add profiles FILE`, or --data profiles=FILE for one run")
}
