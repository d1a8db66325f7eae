//! Punycode (RFC 3492): Unicode text in the letters of domain names.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;

use super::Family;
use crate::kernel::Call;

// The names of the two functions for domains say the opposite of what they do; so it is in the language.
pub(crate) const KERNELS: Family = &[
    ("punycode_domain_from_string", decode_domain),
    ("punycode_domain_to_string", encode_domain),
    ("punycode_from_string", encode_text),
    ("punycode_to_string", decode_text),
];

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
/// Longer text is no domain name; the algorithm takes quadratic time.
const LONGEST: usize = 4096;

fn encode_text(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_texts(|row, out| out.push_str(&encode(&text.get(row)).unwrap_or_default()))
}

fn decode_text(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_texts(|row, out| out.push_str(&decode(&text.get(row)).unwrap_or_default()))
}

fn encode_domain(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_texts(|row, out| {
        let label = |label: &str| {
            if label.is_ascii() {
                Some(label.to_owned())
            } else {
                encode(label).map(|code| format!("xn--{code}"))
            }
        };
        // The ideographic full stops divide labels as well.
        let labels = text
            .get(row)
            .split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'])
            .map(label)
            .collect::<Option<Vec<_>>>();
        out.push_str(&labels.unwrap_or_default().join("."));
    })
}

fn decode_domain(call: &Call<'_>) -> Result<ColumnarValue> {
    let text = call.texts(0)?;
    call.write_texts(|row, out| {
        let label = |label: &str| match label.strip_prefix("xn--") {
            Some(code) => decode(code),
            None => Some(label.to_owned()),
        };
        out.push_str(
            &text
                .get(row)
                .split('.')
                .map(label)
                .collect::<Option<Vec<_>>>()
                .unwrap_or_default()
                .join("."),
        );
    })
}

fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points.max(1);
    let mut k = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + 38)
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(T_MIN, T_MAX)
}

fn encode(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let mut out: String = text.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let total = u32::try_from(text.chars().count()).ok()?;
    let (mut next, mut delta, mut bias, mut handled) = (128u32, 0u32, 72u32, basic);
    while handled < total {
        let least = text.chars().map(u32::from).filter(|point| *point >= next).min()?;
        delta = delta.checked_add((least - next).checked_mul(handled + 1)?)?;
        next = least;
        for point in text.chars().map(u32::from) {
            if point < next {
                delta = delta.checked_add(1)?;
            }
            if point == next {
                let mut rest = delta;
                let mut k = BASE;
                loop {
                    let t = threshold(k, bias);
                    if rest < t {
                        break;
                    }
                    out.push(digit(t + (rest - t) % (BASE - t))?);
                    rest = (rest - t) / (BASE - t);
                    k += BASE;
                }
                out.push(digit(rest)?);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        next = next.checked_add(1)?;
    }
    Some(out)
}

/// The digit of a value: a to z, then 0 to 9.
fn digit(value: u32) -> Option<char> {
    match value {
        0..=25 => char::from_u32(u32::from('a') + value),
        26..=35 => char::from_u32(u32::from('0') + value - 26),
        _ => None,
    }
}

fn decode(code: &str) -> Option<String> {
    if code.len() > LONGEST || !code.is_ascii() {
        return None;
    }
    let (basic, extended) = code.rsplit_once('-').unwrap_or(("", code));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut point, mut at, mut bias) = (128u32, 0u32, 72u32);
    let mut digits = extended.bytes();
    while let Some(mut byte) = digits.next() {
        let start = at;
        let (mut weight, mut k) = (1u32, BASE);
        loop {
            let value = match byte {
                b'a'..=b'z' => byte - b'a',
                b'A'..=b'Z' => byte - b'A',
                b'0'..=b'9' => byte - b'0' + 26,
                _ => return None,
            };
            at = at.checked_add(u32::from(value).checked_mul(weight)?)?;
            let t = threshold(k, bias);
            if u32::from(value) < t {
                break;
            }
            weight = weight.checked_mul(BASE - t)?;
            k += BASE;
            byte = digits.next()?;
        }
        let length = u32::try_from(out.len()).ok()? + 1;
        bias = adapt(at - start, length, start == 0);
        point = point.checked_add(at / length)?;
        at %= length;
        out.insert(usize::try_from(at).ok()?, char::from_u32(point)?);
        at += 1;
    }
    Some(out.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_text() {
        for (text, code) in [
            ("académie-française", "acadmie-franaise-npb1a"),
            ("艺术", "cqv902d"),
            ("Lê Lợi", "L Li-gpa4517b"),
            ("Riðill", "Riill-jta"),
        ] {
            assert_eq!(encode(text).as_deref(), Some(code));
            assert_eq!(decode(code).as_deref(), Some(text));
        }
        for code in ["a-!", "é", "99999999999", "-z"] {
            assert_eq!(decode(code), None, "{code}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_code_is_read_or_refused(code in "[a-z0-9-]{0,30}") {
            let _ = decode(&code);
        }
    }
}
