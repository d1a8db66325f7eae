//! Text with a structure of its own: paths, command lines, CSV records, byte counts.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_value::json;

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[
    ("format_bytes", format_bytes),
    ("parse_command_line", parse_command_line),
    ("parse_csv", parse_csv),
    ("parse_path", parse_path),
];

fn parse_path(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let text = text.get(row);
        for (at, (key, value)) in path_parts(&text).into_iter().enumerate() {
            out.push(if at > 0 { ',' } else { '{' });
            json::quote(key, out);
            out.push(':');
            json::quote(value, out);
        }
        out.push('}');
        Some(())
    })
}

fn path_parts(text: &str) -> [(&'static str, &str); 7] {
    let (scheme, path) = text.split_once("://").unwrap_or(("", text));
    let separator = |c: char| c == '\\' || c == '/';
    let drive =
        path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && path.get(1..3).is_some_and(|root| matches!(root, ":\\" | ":/"));
    let root = if drive { path.get(..3).unwrap_or_default() } else { "" };
    let (directory, file) = match path.rfind(separator) {
        Some(at) => (path.get(..at).unwrap_or_default(), path.get(at + 1..).unwrap_or_default()),
        None => ("", path),
    };
    let directory_name = directory
        .rsplit(separator)
        .next()
        .filter(|name| !(drive && name.len() == 2 && name.ends_with(':')))
        .unwrap_or_default();
    let (file, stream) = file.split_once(':').unwrap_or((file, ""));
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    [
        ("Scheme", scheme),
        ("RootPath", root),
        ("DirectoryPath", directory),
        ("DirectoryName", directory_name),
        ("Filename", file),
        ("Extension", extension),
        ("AlternateDataStreamName", stream),
    ]
}

fn write_array<S: AsRef<str>>(items: &[S], out: &mut String) {
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        json::quote(item.as_ref(), out);
    }
    out.push(']');
}

fn parse_command_line(call: &Call<'_>) -> Result<ColumnarValue> {
    match call.texts(1)?.constant().as_deref() {
        Some("windows" | "Windows") => {}
        _ => return exec_err!("parse_command_line() knows one kind of command line: \"windows\""),
    }
    let text = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let text = text.get(row);
        if text.is_empty() {
            return None;
        }
        write_array(&windows_arguments(&text), out);
        Some(())
    })
}

/// The arguments as Windows splits them: the first one ends at the next quote or space, in the others backslashes escape quotes.
fn windows_arguments(text: &str) -> Vec<String> {
    let blank = |c: char| c == ' ' || c == '\t';
    let mut arguments = Vec::new();
    let mut rest = match text.strip_prefix('"') {
        Some(quoted) => {
            let (program, rest) = quoted.split_once('"').unwrap_or((quoted, ""));
            arguments.push(program.to_owned());
            rest
        }
        None => {
            let (program, rest) = text.find(blank).and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""));
            arguments.push(program.to_owned());
            rest
        }
    };
    loop {
        rest = rest.trim_start_matches(blank);
        if rest.is_empty() {
            return arguments;
        }
        let (argument, behind) = windows_argument(rest);
        arguments.push(argument);
        rest = behind;
    }
}

fn windows_argument(text: &str) -> (String, &str) {
    let mut argument = String::new();
    let mut quoted = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !quoted && (c == ' ' || c == '\t') {
            break;
        }
        let slashes = rest.bytes().take_while(|byte| *byte == b'\\').count();
        let behind = rest.get(slashes..).unwrap_or_default();
        if let Some(after_quote) = behind.strip_prefix('"') {
            argument.extend(std::iter::repeat_n('\\', slashes / 2));
            rest = after_quote;
            if slashes % 2 == 1 {
                argument.push('"');
            } else if let (true, Some(after)) = (quoted, after_quote.strip_prefix('"')) {
                // A doubled quote inside quotes is one quote.
                argument.push('"');
                rest = after;
            } else {
                quoted = !quoted;
            }
        } else if slashes > 0 {
            argument.extend(std::iter::repeat_n('\\', slashes));
            rest = behind;
        } else {
            argument.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    (argument, rest)
}

/// The fields of the first record.
fn parse_csv(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_dynamics(|row, out| {
        write_array(&csv_record(&text.get(row)), out);
        Some(())
    })
}

fn csv_record(text: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(field) = fields.last_mut() else {
            break;
        };
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => field.push('"'),
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            ',' if !quoted => fields.push(String::new()),
            '\r' | '\n' if !quoted => break,
            _ => field.push(c),
        }
    }
    fields
}

fn format_bytes(call: &Call<'_>) -> Result<ColumnarValue> {
    use std::fmt::Write as _;
    const UNITS: [&str; 7] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];
    let size = call.reals(0)?;
    let precision = if call.has(1) { Some(call.longs(1)?) } else { None };
    let unit = if call.has(2) { Some(call.texts(2)?) } else { None };
    call.write_texts(|row, out| {
        let Some(size) = size.get(row) else {
            return;
        };
        let wanted = unit
            .as_ref()
            .and_then(|unit| UNITS.iter().position(|known| known.eq_ignore_ascii_case(&unit.get(row))));
        let mut scaled = size;
        let mut at = 0;
        while wanted.map_or(scaled.abs() >= 1024.0 && at + 1 < UNITS.len(), |wanted| at < wanted) {
            scaled /= 1024.0;
            at += 1;
        }
        let precision = precision
            .as_ref()
            .and_then(|precision| precision.get(row))
            .and_then(|precision| usize::try_from(precision).ok())
            .unwrap_or(0)
            .min(15);
        let precision = if at == 0 { 0 } else { precision };
        let _ = write!(out, "{scaled:.precision$} {}", UNITS.get(at).copied().unwrap_or_default());
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let values = |text| path_parts(text).map(|(_, value)| value);
        assert_eq!(values(r"C:\temp\file.txt"), ["", "C:\\", "C:\\temp", "temp", "file.txt", "txt", ""]);
        assert_eq!(
            values("file://C:/temp/file.txt:some.exe"),
            ["file", "C:/", "C:/temp", "temp", "file.txt", "txt", "some.exe"]
        );
        assert_eq!(
            values(r"\\shared\users\temp\file.txt.gz"),
            ["", "", r"\\shared\users\temp", "temp", "file.txt.gz", "gz", ""]
        );
        assert_eq!(values("file"), ["", "", "", "", "file", "", ""]);
        assert_eq!(values(""), [""; 7]);
    }

    #[test]
    fn command_lines() {
        assert_eq!(windows_arguments(r#"echo "hello world!""#), ["echo", "hello world!"]);
        assert_eq!(
            windows_arguments(r#""C:\a b\x.exe" -c "a\"b" c\\ "d\\" e"f g"h"#),
            [r"C:\a b\x.exe", "-c", "a\"b", r"c\\", r"d\", "ef gh"]
        );
        assert_eq!(windows_arguments("é \"é\\"), ["é", "é\\"]);
    }

    #[test]
    fn records() {
        assert_eq!(
            csv_record("aa,\"b,b\",cc,\"say \"\"x\"\"\",\"l1\nl2\"\nnext"),
            ["aa", "b,b", "cc", "say \"x\"", "l1\nl2"]
        );
        assert_eq!(csv_record(""), [""]);
    }
}
