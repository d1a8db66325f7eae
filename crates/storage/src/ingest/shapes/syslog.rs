//! Syslog lines: RFC 5424, RFC 3164, and files that a syslog daemon wrote without the priority.

use quarry_value::parse;
use quarry_value::time::{self, HOUR, MINUTE, SECOND};

use super::Mapped;
use crate::ingest::fields::{Fields, Scope};
use crate::ingest::mapping::{Mapping, Rest, always, same};

/// What stands before the message.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Header<'t> {
    pub priority: Option<u32>,
    pub time: Option<i64>,
    pub host: Option<&'t str>,
    pub program: Option<&'t str>,
    pub process: Option<&'t str>,
    /// What newer messages say beside their text: an id of their kind, and parameters.
    pub kind: Option<&'t str>,
    pub parameters: Option<&'t str>,
    pub message: &'t str,
}

/// Whether a line begins with a priority or a time, a host and a program.
pub(in crate::ingest) fn looks_like_syslog(line: &str) -> bool {
    let header = header(line, time::system_now());
    header.time.is_some() && header.host.is_some() && (header.priority.is_some() || header.program.is_some())
}

pub(super) fn read(line: &str, around: i64) -> Result<Mapped<'_>, String> {
    let header = header(line, around);
    let time = header.time.ok_or("not a syslog line: it has no time")?;
    let mut fields = Fields::default();
    fields.add_text(Scope::System, "Time", iso(time));
    let parts = [
        ("Host", header.host),
        ("Program", header.program),
        ("Process", header.process.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))),
        ("Message", Some(header.message)),
        (
            "Facility",
            header.priority.and_then(|priority| FACILITIES.get(priority as usize / 8)).copied(),
        ),
        (
            "Severity",
            header.priority.and_then(|priority| SEVERITIES.get(priority as usize % 8)).copied(),
        ),
    ];
    for (name, text) in parts {
        if let Some(text) = text {
            fields.add_text(Scope::System, name, text);
        }
    }
    // No column takes these.
    for (name, text) in [("MessageId", header.kind), ("StructuredData", header.parameters)] {
        if let Some(text) = text {
            fields.add_text(Scope::Own, name, text);
        }
    }
    Ok(Mapped {
        fields,
        views: vec![&SYSLOG],
        on_request: &[],
        format: None,
    })
}

const SYSLOG: Mapping = Mapping {
    table: "Syslog",
    rules: &[&[
        same("TimeGenerated", &["System.Time"]),
        same("EventTime", &["System.Time"]),
        same("Computer", &["System.Host"]),
        same("HostName", &["System.Host"]),
        same("Facility", &["System.Facility"]),
        same("SeverityLevel", &["System.Severity"]),
        same("ProcessName", &["System.Program"]),
        same("ProcessID", &["System.Process"]),
        same("SyslogMessage", &["System.Message"]),
        always("SourceSystem", "Linux"),
    ]],
    rest: Rest::Keep,
};

const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock",
    "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];

const SEVERITIES: [&str; 8] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

/// Reads what a line tells before its message. A time without a year is the last such time before `around`, when the file was written.
pub(super) fn header(line: &str, around: i64) -> Header<'_> {
    let (priority, rest) = priority(without_length(line));
    let newer = priority.and_then(|_| rest.strip_prefix("1 "));
    if let Some(found) = newer.and_then(|rest| rfc5424(priority, rest)) {
        return found;
    }
    let (time, rest) = timestamp(rest, around);
    let mut header = Header {
        priority,
        time,
        message: rest,
        ..Header::default()
    };
    if time.is_none() {
        return header;
    }
    let (host, rest) = word(rest);
    header.host = Some(host).filter(|host| !host.is_empty());
    header.message = rest;
    // `sshd[123]: message`
    let (tag, behind) = word(rest);
    if let Some(tag) = tag.strip_suffix(':') {
        header.message = behind;
        match tag.strip_suffix(']').and_then(|tag| tag.split_once('[')) {
            Some((program, process)) => {
                header.program = Some(program);
                header.process = Some(process);
            }
            None => header.program = Some(tag),
        }
    }
    header
}

/// A message without its length in front, which collectors write on a stream.
fn without_length(line: &str) -> &str {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let behind = line.get(digits..).and_then(|rest| rest.strip_prefix(' '));
    behind.filter(|rest| digits > 0 && rest.starts_with('<')).unwrap_or(line)
}

fn priority(line: &str) -> (Option<u32>, &str) {
    let found = line.strip_prefix('<').and_then(|rest| {
        let (digits, rest) = rest.split_once('>')?;
        let number = digits.parse::<u32>().ok().filter(|number| *number < 192)?;
        Some((number, rest))
    });
    found.map_or((None, line), |(number, rest)| (Some(number), rest))
}

/// `TIME HOST PROGRAM PROCESS MESSAGEID [structured data] message`, a dash for nothing.
fn rfc5424(priority: Option<u32>, text: &str) -> Option<Header<'_>> {
    let (time, rest) = word(text);
    let (host, rest) = word(rest);
    let (program, rest) = word(rest);
    let (process, rest) = word(rest);
    let (kind, rest) = word(rest);
    let there = |text: &'_ str| text != "-" && !text.is_empty();
    let time = parse::datetime(time)?;
    let (parameters, message) = match rest.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
        Some(message) => ("", message.strip_prefix(' ').unwrap_or(message)),
        None => structured(rest),
    };
    Some(Header {
        priority,
        time: Some(time),
        host: Some(host).filter(|text| there(text)),
        program: Some(program).filter(|text| there(text)),
        process: Some(process).filter(|text| there(text)),
        kind: Some(kind).filter(|text| there(text)),
        parameters: Some(parameters).filter(|text| there(text)),
        message: message.trim_start_matches('\u{feff}'),
    })
}

/// `[id a="b"][…]`, and what comes behind it.
fn structured(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let mut escaped = false;
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' if !quoted => depth += 1,
            b']' if !quoted => depth = depth.saturating_sub(1),
            b' ' if !quoted && depth == 0 => {
                return text
                    .split_at_checked(at)
                    .map_or((text, ""), |(data, rest)| (data, rest.trim_start_matches(' ')));
            }
            _ => {}
        }
    }
    if depth == 0 && text.starts_with('[') {
        (text, "")
    } else {
        ("", text)
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Oct 11 22:14:15`, `Oct 11 2024 22:14:15` or ISO 8601, and what comes behind it.
fn timestamp(text: &str, around: i64) -> (Option<i64>, &str) {
    let (first, rest) = word(text);
    if first.starts_with(|c: char| c.is_ascii_digit()) {
        let time = (first.len() >= 19).then(|| parse::datetime(first)).flatten();
        return time.map_or((None, text), |time| (Some(time), rest));
    }
    let found = || {
        let month = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(first))? + 1;
        let month = u32::try_from(month).ok()?;
        let (day, rest) = word(rest);
        let day: u32 = day.parse().ok()?;
        let (next, behind) = word(rest);
        let (year, clock, rest) = match next.parse::<i32>() {
            Ok(year) => {
                let (clock, rest) = word(behind);
                (Some(year), clock, rest)
            }
            Err(_) => (None, next, behind),
        };
        let of_day = clock_ticks(clock.trim_end_matches(':'))?;
        let time = match year {
            Some(year) => time::datetime(year, month, day)? + of_day,
            None => last_before(around, month, day, of_day)?,
        };
        Some((time, rest))
    };
    found().map_or((None, text), |(time, rest)| (Some(time), rest))
}

/// `22:14:15` or `22:14:15.123` as ticks.
fn clock_ticks(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    let mut next = |most: i64| parts.next()?.parse::<i64>().ok().filter(|value| (0..=most).contains(value));
    let (hour, minute) = (next(23)?, next(59)?);
    let seconds: f64 = parts.next()?.parse().ok().filter(|seconds| (0.0..61.0).contains(seconds))?;
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    let micros = (seconds * 1e6).round() as i64;
    Some(hour * HOUR + minute * MINUTE + micros * (SECOND / 1_000_000))
}

/// The last time of this day of the year that is not more than a day behind `around`.
fn last_before(around: i64, month: u32, day: u32, of_day: i64) -> Option<i64> {
    const DAY: i64 = 24 * HOUR;
    let year = time::date_of(around).year;
    (0..=8)
        .filter_map(|back| Some(time::datetime(year + 1 - back, month, day)? + of_day))
        .find(|time| *time <= around.saturating_add(DAY))
}

pub(super) fn iso(ticks: i64) -> String {
    let mut out = String::with_capacity(28);
    quarry_value::format::datetime(ticks, &mut out);
    out
}

/// The next word and what comes behind the blanks after it.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(' ');
    match text.split_once(' ') {
        Some((word, rest)) => (word, rest.trim_start_matches(' ')),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn ticks(text: &str) -> i64 {
        parse::datetime(text).unwrap()
    }

    #[test]
    fn the_forms_of_a_header() {
        let around = ticks("2024-03-01T00:00:00Z");
        let old = header("<34>Oct 11 22:14:15 mymachine su[77]: 'su root' failed", around);
        assert_eq!((old.priority, old.time), (Some(34), Some(ticks("2023-10-11T22:14:15Z"))));
        assert_eq!(
            (old.host, old.program, old.process, old.message),
            (Some("mymachine"), Some("su"), Some("77"), "'su root' failed")
        );
        let new = header(
            "<165>1 2003-10-11T22:14:15.003Z host evntslog 8710 ID47 [a@1 x=\"] y\" z=\"\\\"\"][b] An event",
            around,
        );
        assert_eq!((new.time, new.message), (Some(ticks("2003-10-11T22:14:15.003Z")), "An event"));
        assert_eq!((new.host, new.program, new.process), (Some("host"), Some("evntslog"), Some("8710")));
        assert_eq!((new.kind, new.parameters), (Some("ID47"), Some("[a@1 x=\"] y\" z=\"\\\"\"][b]")));
        let bare = header("42 <34>1 2003-10-11T22:14:15Z - - - - -", around);
        assert_eq!(
            (bare.priority, bare.host, bare.parameters, bare.message),
            (Some(34), None, None, "")
        );
        let spoken = header("<34>1 2003-10-11T22:14:15Z h p - - - - - dashes -", around);
        assert_eq!((spoken.parameters, spoken.message), (None, "- - dashes -"));
        let unclosed = header("<34>1 2003-10-11T22:14:15Z h p - - [a x=\"", around);
        assert_eq!((unclosed.parameters, unclosed.message), (None, "[a x=\""));
        let file = header("Feb  9 01:02:03 web cron: run", around);
        assert_eq!((file.time, file.program), (Some(ticks("2024-02-09T01:02:03Z")), Some("cron")));
        let iso = header("2024-05-01T10:00:00.123456+02:00 web sshd[1]: hi", around);
        assert_eq!(iso.time, Some(ticks("2024-05-01T08:00:00.123456Z")));
        assert!(!looks_like_syslog("Dear reader, nothing to see"));
        assert!(!looks_like_syslog("Timestamp,Key,Name"));
    }
}
