//! CEF lines, with or without a syslog header, as `CommonSecurityLog`.

use std::borrow::Cow;

use super::Mapped;
use super::cef_keys::KEYS;
use super::syslog;
use crate::ingest::fields::{Fields, Scope};
use crate::ingest::mapping::{Mapping, Rest, always, codes, same};

const MARK: &str = "CEF:";

/// Whether a line has a CEF message near its beginning.
pub(in crate::ingest) fn looks_like_cef(line: &str) -> bool {
    line.find(MARK).is_some_and(|at| {
        let rest = line.get(at + MARK.len()..).unwrap_or_default();
        at < 256 && rest.starts_with(|c: char| c.is_ascii_digit()) && rest.bytes().filter(|byte| *byte == b'|').count() >= 6
    })
}

/// Names of the parts before the extension, in their order.
const HEADER: [&str; 7] = ["Version", "Vendor", "Product", "ProductVersion", "ClassID", "Name", "Severity"];

pub(super) fn read(line: &str, around: i64) -> Result<Mapped<'_>, String> {
    let at = line.find(MARK).ok_or("not a CEF line: it has no `CEF:`")?;
    let (before, message) = line.split_at_checked(at).unwrap_or(("", line));
    let mut fields = Fields::default();
    let mut rest = message.get(MARK.len()..).unwrap_or_default();
    for name in HEADER {
        let (part, behind) = header_part(rest).ok_or_else(|| format!("not a CEF line: the header ends before its {name}"))?;
        fields.add_text(Scope::System, name, part);
        rest = behind;
    }
    let mut additional = String::new();
    for (key, value) in extension(rest) {
        match KEYS.iter().find(|(known, _)| *known == key) {
            Some((_, column)) => fields.add_text(Scope::Own, *column, value),
            None => {
                if !additional.is_empty() {
                    additional.push(';');
                }
                additional.push_str(key);
                additional.push('=');
                additional.push_str(&value);
            }
        }
    }
    if !additional.is_empty() {
        fields.add_text(Scope::Own, "AdditionalExtensions", additional);
    }
    let header = syslog::header(before, around);
    if let Some(time) = header.time {
        fields.add_text(Scope::System, "Time", syslog::iso(time));
    }
    if let Some(host) = header.host {
        fields.add_text(Scope::System, "Host", host);
    }
    // A line without any time happened when its file was written, as far as can be told.
    fields.add_text(Scope::System, "FileTime", syslog::iso(around));
    Ok(Mapped {
        fields,
        views: vec![&COMMON_SECURITY_LOG],
        on_request: &[],
        format: None,
    })
}

const COMMON_SECURITY_LOG: Mapping = Mapping {
    table: "CommonSecurityLog",
    rules: &[&[
        same(
            "TimeGenerated",
            &["System.Time", "ReceiptTime", "EndTime", "StartTime", "System.FileTime"],
        ),
        same("ReceiptTime", &["ReceiptTime"]),
        same("StartTime", &["StartTime"]),
        same("EndTime", &["EndTime"]),
        same("DeviceVendor", &["System.Vendor"]),
        same("DeviceProduct", &["System.Product"]),
        same("DeviceVersion", &["System.ProductVersion"]),
        same("DeviceEventClassID", &["System.ClassID"]),
        same("Activity", &["System.Name"]),
        same("LogSeverity", &["System.Severity"]),
        codes(
            "CommunicationDirection",
            &["CommunicationDirection"],
            &[("0", "Inbound"), ("1", "Outbound")],
        ),
        same("Computer", &["System.Host", "DeviceName"]),
        same("DeviceName", &["DeviceName"]),
        always("SourceSystem", "OpsManager"),
    ]],
    rest: Rest::Keep,
};

/// A part up to the next `|`, its escapes undone, and what comes behind.
fn header_part(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'|' => return Some((plain(text.get(..at)?), text.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

/// Keys and values: a value goes on until the blank before the next `key=`.
fn extension(text: &str) -> Vec<(&str, Cow<'_, str>)> {
    // Where keys begin and where their values do.
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'=', bytes) {
        let before = bytes.get(..at).unwrap_or_default();
        let length = before
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'[' | b']'))
            .count();
        let start = at - length;
        let apart = start == 0 || bytes.get(start - 1) == Some(&b' ');
        if length > 0 && apart {
            starts.push((start, at + 1));
        }
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    let parts = starts.iter().zip(ends);
    parts
        .filter_map(|((start, value), end)| {
            let key = text.get(*start..value - 1)?;
            Some((key, plain(text.get(*value..end)?.trim_end())))
        })
        .collect()
}

/// Text with its escapes undone.
fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some(other @ ('\\' | '|' | '=')) => out.push(other),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
            None => out.push('\\'),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn values_go_on_until_the_next_key() {
        let pairs = extension(r"src=10.0.0.1 msg=a \= b and c request=https://x/?a=b&c=d ad.custom=1 dst=::1");
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_ref())).collect();
        assert_eq!(
            pairs,
            [
                ("src", "10.0.0.1"),
                ("msg", "a = b and c"),
                ("request", "https://x/?a=b&c=d"),
                ("ad.custom", "1"),
                ("dst", "::1")
            ]
        );
    }

    #[test]
    fn headers_have_seven_parts() {
        let line = r"CEF:0|A\|B|P|1|id|na\\me|5|src=1.1.1.1";
        let read = read(line, 0).unwrap();
        assert_eq!(read.fields.system("Vendor").unwrap(), "A|B");
        assert_eq!(read.fields.system("Name").unwrap(), r"na\me");
        assert!(super::read("CEF:0|A|B", 0).is_err());
        assert!(looks_like_cef(line) && !looks_like_cef("CEF: none"));
    }
}
