//! Windows events, whoever took them from the log: EVTX and XML, `evtx_dump` JSON, winlogbeat, nxlog and other flat JSON.
//!
//! Each form is brought into one: what the event says of itself (its header) in the scope `System`, its data as the record's own fields. Events of
//! the Security log go to `SecurityEvent`, all others to `Event`; those that Defender would have seen too also go to its Device tables.

mod activities;
mod beats;
mod device_logon;
mod device_sysmon;
mod dump;
mod event;
mod flat;
mod powershell;
mod render;
mod security;
mod xml;

pub(in crate::ingest) use xml::parse as parse_xml;

use super::{Mapped, Shape, nothing};
use crate::ingest::fields::Fields;
use crate::ingest::mapping::Mapping;
use crate::ingest::report::Format;

/// `{"Event":{"System":{…},"EventData":{…}}}`, as `evtx_dump` and its relatives write it.
pub(super) const DUMP: Shape = Shape {
    format: Format::WindowsEvents,
    is: dump::is,
    inside: nothing,
    read: |fields| Ok(routed(dump::read(&fields)?)),
};

/// `{"winlog":{…}}`, and the older form with `event_data`.
pub(super) const BEATS: Shape = Shape {
    format: Format::WindowsEvents,
    is: beats::is,
    inside: nothing,
    read: |fields| Ok(routed(beats::read(&fields)?)),
};

/// Header and data side by side, as nxlog writes them.
pub(super) const FLAT: Shape = Shape {
    format: Format::WindowsEvents,
    is: flat::is,
    inside: nothing,
    read: |fields| Ok(routed(flat::read(fields))),
};

/// The properties of the objects of `Get-WinEvent`.
pub(super) const POWERSHELL: Shape = Shape {
    format: Format::WindowsEvents,
    is: powershell::is,
    inside: nothing,
    read: |fields| Ok(routed(powershell::read(fields))),
};

/// An event, and the tables it goes to.
pub(in crate::ingest) fn routed(fields: Fields<'_>) -> Mapped<'_> {
    let id = fields.system("EventID").and_then(|id| id.parse::<u32>().ok()).unwrap_or_default();
    let provider = fields.system("Provider").unwrap_or_default();
    let channel = fields.system("Channel").unwrap_or_default();
    let security = channel.eq_ignore_ascii_case("Security") || (channel.is_empty() && flat::is_security_id(id));
    let sysmon = provider.eq_ignore_ascii_case("Microsoft-Windows-Sysmon") || channel.starts_with("Microsoft-Windows-Sysmon");
    let mut views: Vec<&'static Mapping> = vec![if security { &security::SECURITY_EVENT } else { &event::EVENT }];
    if security {
        views.extend(device_logon::view(id));
    }
    if sysmon {
        views.extend(device_sysmon::view(id, &fields));
    }
    drop((provider, channel));
    Mapped {
        fields,
        views,
        on_request: &[&event::WINDOWS_EVENT, &security::SECURITY_EVENT, &event::EVENT],
        format: None,
    }
}
