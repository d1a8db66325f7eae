//! URLs and their queries, taken apart. Nothing is decoded.

use std::collections::BTreeMap;

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::json;

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[("parse_url", parse_url), ("parse_urlquery", parse_urlquery)];

#[derive(Default)]
struct Url<'a> {
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    path: &'a str,
    username: &'a str,
    password: &'a str,
    query: &'a str,
    fragment: &'a str,
}

/// The parts of a URL; all empty when it has no scheme and host.
fn parts(text: &str) -> Url<'_> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Url::default();
    };
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !valid {
        return Url::default();
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    // A name without a password stays part of the host.
    let user = authority
        .rsplit_once('@')
        .and_then(|(user, host)| user.split_once(':').map(|user| (user, host)));
    let ((username, password), address) = user.unwrap_or((("", ""), authority));
    let (host, port) = match address.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (address, ""),
    };
    let path = if path == "/" && query.is_empty() && fragment.is_empty() {
        ""
    } else {
        path
    };
    Url {
        scheme,
        host,
        port,
        path,
        username,
        password,
        query,
        fragment,
    }
}

fn parse_url(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let text = text.get(row);
        let url = parts(&text);
        out.push('{');
        for (key, value) in [
            ("Scheme", url.scheme),
            ("Host", url.host),
            ("Port", url.port),
            ("Path", url.path),
            ("Username", url.username),
            ("Password", url.password),
        ] {
            member(key, value, out);
            out.push(',');
        }
        write_query(url.query, out);
        out.push(',');
        member("Fragment", url.fragment, out);
        out.push('}');
        Some(())
    })
}

fn parse_urlquery(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let text = text.get(row);
        out.push('{');
        write_query(text.strip_prefix('?').unwrap_or(&text), out);
        out.push('}');
        Some(())
    })
}

fn member(key: &str, value: &str, out: &mut String) {
    json::quote(key, out);
    out.push(':');
    json::quote(value, out);
}

/// Keys are sorted; one that repeats gives an array, one without a name or value is left out.
fn write_query(query: &str, out: &mut String) {
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        if !key.is_empty() && !value.is_empty() {
            values.entry(key).or_default().push(value);
        }
    }
    out.push_str("\"Query Parameters\":{");
    for (at, (key, values)) in values.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        json::quote(key, out);
        out.push(':');
        if let [only] = values.as_slice() {
            json::quote(only, out);
            continue;
        }
        for (at, value) in values.iter().enumerate() {
            out.push(if at > 0 { ',' } else { '[' });
            json::quote(value, out);
        }
        out.push(']');
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_urls() {
        let url = parts("scheme://username:password@host:1234/this/is/a/path?k1=v1&k2=v2#fragment");
        assert_eq!(
            [
                url.scheme,
                url.host,
                url.port,
                url.path,
                url.username,
                url.password,
                url.query,
                url.fragment
            ],
            [
                "scheme",
                "host",
                "1234",
                "/this/is/a/path",
                "username",
                "password",
                "k1=v1&k2=v2",
                "fragment"
            ]
        );
        let url = parts("https://user@h.io/");
        assert_eq!([url.host, url.username, url.path], ["user@h.io", "", ""]);
        assert_eq!(parts("http://[::1]:80/x").host, "[::1]");
        assert_eq!(parts("no url").host, "");
        assert_eq!(parts("é://x").host, "");
    }

    #[test]
    fn queries() {
        let mut out = String::new();
        write_query("b=2&a=1&b=3&=x&y=&z", &mut out);
        assert_eq!(out, r#""Query Parameters":{"a":"1","b":["2","3"]}"#);
    }
}
