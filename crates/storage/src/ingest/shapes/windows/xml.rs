//! One event as XML, as Windows shows it and as EVTX files give it.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::ingest::fields::{Fields, Scope};

/// Header elements that say what they say by attributes.
const ATTRIBUTES: &[(&str, &str, &str)] = &[
    ("Correlation", "ActivityID", "ActivityID"),
    ("Execution", "ProcessID", "ProcessID"),
    ("Execution", "ThreadID", "ThreadID"),
    ("Provider", "Guid", "ProviderGuid"),
    ("Provider", "Name", "Provider"),
    ("Security", "UserID", "UserID"),
    ("TimeCreated", "SystemTime", "TimeCreated"),
];

/// Header elements that say it by their text.
const TEXTS: &[&str] = &[
    "Channel",
    "Computer",
    "EventID",
    "EventRecordID",
    "Keywords",
    "Level",
    "Opcode",
    "Task",
    "Version",
];

/// Elements of an event that are nested deeper are not looked at.
const DEEPEST: usize = 32;

/// An element that is open.
struct Open {
    name: String,
    /// The name of an event's datum.
    label: Option<String>,
    text: String,
}

/// Reads one `<Event>`.
pub(in crate::ingest) fn parse(text: &str) -> Result<Fields<'static>, String> {
    let mut reader = Reader::from_str(text);
    let mut event = Fields::default();
    let mut open: Vec<Open> = Vec::new();
    let broken = |error: &dyn std::fmt::Display| format!("broken XML: {error}");
    loop {
        match reader.read_event().map_err(|error| broken(&error))? {
            Event::Start(start) => {
                let element = begin(&start, &open, &mut event);
                open.push(element);
                if open.len() > DEEPEST {
                    return Err("broken XML: nested too deep".to_owned());
                }
            }
            Event::Empty(start) => {
                let element = begin(&start, &open, &mut event);
                end(&element, &open, &mut event);
            }
            Event::End(_) => {
                let Some(element) = open.pop() else { break };
                end(&element, &open, &mut event);
                if open.is_empty() {
                    break;
                }
            }
            Event::Text(part) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&part.decode().map_err(|error| broken(&error))?);
                }
            }
            Event::CData(part) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(std::str::from_utf8(&part).map_err(|error| broken(&error))?);
                }
            }
            Event::GeneralRef(reference) => {
                let name = reference.decode().map_err(|error| broken(&error))?;
                let escaped = format!("&{name};");
                if let Some(element) = open.last_mut() {
                    let text = quick_xml::escape::unescape(&escaped).unwrap_or(Cow::Borrowed(&escaped));
                    element.text.push_str(&text);
                }
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    if event.system("EventID").is_none() {
        return Err("the event has no EventID".to_owned());
    }
    Ok(event)
}

fn begin(start: &BytesStart<'_>, open: &[Open], event: &mut Fields<'static>) -> Open {
    let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
    let mut label = None;
    let in_header = inside(open, "System");
    for attribute in start.attributes().flatten() {
        let key = String::from_utf8_lossy(attribute.key.local_name().as_ref()).into_owned();
        let raw = String::from_utf8_lossy(&attribute.value).into_owned();
        let value = match quick_xml::escape::unescape(&raw) {
            Ok(value) => value.into_owned(),
            Err(_) => raw.clone(),
        };
        if in_header {
            let known = ATTRIBUTES
                .iter()
                .find(|(element, attribute, _)| *element == name && *attribute == key);
            if let Some((_, _, field)) = known {
                event.add_text(Scope::System, *field, value);
            }
        } else if name == "Data" && key == "Name" {
            label = Some(value);
        }
    }
    Open {
        name,
        label,
        text: String::new(),
    }
}

/// `open` are the elements around it.
fn end(element: &Open, open: &[Open], event: &mut Fields<'static>) {
    let text = element.text.trim();
    if inside(open, "System") {
        if TEXTS.contains(&element.name.as_str()) {
            event.add_text(Scope::System, element.name.clone(), text.to_owned());
        }
    } else if inside(open, "RenderingInfo") {
        match element.name.as_str() {
            "Message" => event.add_text(Scope::System, "Message", text.to_owned()),
            "Level" => event.add_text(Scope::System, "LevelName", text.to_owned()),
            _ => {}
        }
    } else if inside(open, "EventData") {
        if element.name == "Data" {
            let label = element.label.clone().unwrap_or_else(|| "Data".to_owned());
            event.add_text(Scope::Own, label, element.text.clone());
        }
    } else if inside(open, "UserData") && open.len() > 2 {
        event.add_text(Scope::Own, element.name.clone(), text.to_owned());
    }
}

fn inside(open: &[Open], name: &str) -> bool {
    open.iter().any(|element| element.name == name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn header_and_data_are_told_apart() {
        let event = parse(
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='P' Guid='{g}'/><EventID Qualifiers='0'>4688</EventID>\
             <TimeCreated SystemTime='2024-05-01T10:00:00.1234567Z'/><Execution ProcessID='4' ThreadID='8'/><Channel>Security</Channel></System>\
             <EventData><Data Name='CommandLine'>a &amp; &lt;b&gt;</Data><Data Name='ProcessId'>0x10</Data><Data>bare</Data></EventData></Event>",
        )
        .unwrap();
        assert_eq!(event.system("EventID").unwrap(), "4688");
        assert_eq!(event.system("ProcessID").unwrap(), "4");
        assert_eq!(event.system("TimeCreated").unwrap(), "2024-05-01T10:00:00.1234567Z");
        assert_eq!(event.own("CommandLine").unwrap(), "a & <b>");
        assert_eq!(event.own("ProcessId").unwrap(), "0x10");
        assert_eq!(event.own("Data").unwrap(), "bare");
    }

    #[test]
    fn what_is_no_event_is_refused() {
        assert!(parse("<Event><System></System></Event>").is_err());
        assert!(parse("<Event><System></Event>").is_err());
        assert!(parse(&"<a>".repeat(1000)).is_err());
    }
}
