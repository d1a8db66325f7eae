//! Functions of regular expressions. Groups are numbered from 1, 0 is the whole match.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringViewBuilder};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::{dynamic, json};
use regex::{Captures, Regex};

use super::{Family, convert};
use crate::kernel::{Call, Texts, over_repeated};
use crate::operators::regexes::{self, compile};

pub(crate) const KERNELS: Family = &[
    ("extract", extract),
    ("extract_all", extract_all),
    ("replace", replace),
    ("replace_regex", replace_regex),
    ("trim", trim),
    ("trim_end", trim_end),
    ("trim_start", trim_start),
];

/// The most groups that a regular expression of `extract_all` may have.
const MOST_GROUPS: usize = 16;

/// A pattern that is the same in every row is compiled once; otherwise each time that it changes.
fn pattern<'a>(texts: &'a Texts, row: usize, last: &mut Option<(Cow<'a, str>, Arc<Regex>)>) -> Result<Arc<Regex>> {
    let text = texts.get(row);
    match last {
        Some((known, regex)) if *known == text => Ok(Arc::clone(regex)),
        _ => {
            let regex = compile(&text)?;
            *last = Some((text, Arc::clone(&regex)));
            Ok(regex)
        }
    }
}

fn extract(call: &Call<'_>) -> Result<ColumnarValue> {
    over_repeated(call, extract_each)
}

fn extract_each(call: &Call<'_>) -> Result<ColumnarValue> {
    let (patterns, group, source) = (call.texts(0)?, call.longs(1)?, call.texts(2)?);
    let mut last = None;
    let enclosed = patterns.constant().and_then(|pattern| regexes::enclosed(&pattern));
    let mut builder = StringViewBuilder::with_capacity(call.rows);
    for row in 0..call.rows {
        let text = source.get(row);
        let part = match (group.get(row).and_then(|group| usize::try_from(group).ok()), &enclosed) {
            (Some(group @ (0 | 1)), Some(enclosed)) => {
                let found = enclosed.find(&text);
                found.map(|found| if group == 0 { found.whole } else { found.group })
            }
            // The whole match needs no groups.
            (Some(0), None) => pattern(&patterns, row, &mut last)?.find(&text).map(|part| part.range()),
            (Some(group), _) => {
                let captures = pattern(&patterns, row, &mut last)?.captures(&text);
                captures.and_then(|captures| captures.get(group)).map(|part| part.range())
            }
            (None, _) => {
                pattern(&patterns, row, &mut last)?;
                None
            }
        };
        builder.append_value(part.and_then(|part| text.get(part)).unwrap_or_default());
    }
    let texts = builder.finish();
    if call.result.is_dynamic() {
        return call.write_dynamics(|row, out| {
            out.push_str(&dynamic::parse_json(texts.value(row))?);
            Some(())
        });
    }
    let texts: ArrayRef = Arc::new(texts);
    Ok(ColumnarValue::Array(convert::convert(
        &texts,
        KqlType::String,
        call.result,
        call.is_constant(),
    )?))
}

fn extract_all(call: &Call<'_>) -> Result<ColumnarValue> {
    let (selection, source) = if call.has(2) {
        (Some(call.texts(1)?), call.texts(2)?)
    } else {
        (None, call.texts(1)?)
    };
    let Some(pattern) = call.texts(0)?.constant().map(Cow::into_owned) else {
        return exec_err!("the regular expression of extract_all() must be a constant");
    };
    let regex = compile(&pattern)?;
    let groups = regex.captures_len() - 1;
    if groups == 0 || groups > MOST_GROUPS {
        return exec_err!("the regular expression of extract_all() must have 1 to {MOST_GROUPS} capturing groups, it has {groups}");
    }
    let fixed = match &selection {
        None => Some(all_groups(groups)),
        Some(texts) if texts.is_constant() => Some(selected(&regex, texts.raw(0))),
        Some(_) => None,
    };
    call.write_dynamics(|row, out| {
        let chosen = match (&fixed, &selection) {
            (Some(fixed), _) => Cow::Borrowed(fixed),
            (None, Some(selection)) => Cow::Owned(selected(&regex, selection.raw(row))),
            (None, None) => return None,
        };
        let text = source.get(row);
        let mut any = false;
        for captures in regex.captures_iter(&text) {
            out.push(if any { ',' } else { '[' });
            any = true;
            write_groups(&captures, &chosen, out);
        }
        out.push(']');
        any.then_some(())
    })
}

fn all_groups(groups: usize) -> Vec<usize> {
    (1..=groups).collect()
}

/// Groups by number or name, in the order given; those that the expression lacks are left out, and all are taken when none is left.
fn selected(regex: &Regex, raw: Option<&str>) -> Vec<usize> {
    let groups = regex.captures_len() - 1;
    let wanted: Vec<usize> = raw
        .and_then(dynamic::elements)
        .into_iter()
        .flatten()
        .filter_map(|element| match json::kind(element) {
            json::Kind::String => regex
                .capture_names()
                .position(|name| name.is_some() && name == json::unquote(element).as_deref()),
            _ => dynamic::to_long(element)
                .and_then(|group| usize::try_from(group).ok())
                .filter(|group| (1..=groups).contains(group)),
        })
        .collect();
    if wanted.is_empty() { all_groups(groups) } else { wanted }
}

fn write_groups(captures: &Captures<'_>, chosen: &[usize], out: &mut String) {
    let text = |group: usize| captures.get(group).map_or("", |part| part.as_str());
    if let [only] = chosen {
        json::quote(text(*only), out);
        return;
    }
    for (at, group) in chosen.iter().enumerate() {
        out.push(if at > 0 { ',' } else { '[' });
        json::quote(text(*group), out);
    }
    out.push(']');
}

fn replace_regex(call: &Call<'_>) -> Result<ColumnarValue> {
    replaced(call, 1, 2, 0)
}

fn replace(call: &Call<'_>) -> Result<ColumnarValue> {
    replaced(call, 0, 1, 2)
}

fn replaced(call: &Call<'_>, pattern_at: usize, rewrite_at: usize, source_at: usize) -> Result<ColumnarValue> {
    let (patterns, rewrite, source) = (call.texts(pattern_at)?, call.texts(rewrite_at)?, call.texts(source_at)?);
    let mut last = None;
    let mut failed = None;
    let answer = call.write_texts(|row, out| match pattern(&patterns, row, &mut last) {
        Ok(regex) => {
            let rewrite = rewrite.get(row);
            out.push_str(&regex.replace_all(&source.get(row), |captures: &Captures<'_>| expanded(&rewrite, captures)));
        }
        Err(error) => failed = Some(error),
    });
    match failed {
        Some(error) => Err(error),
        None => answer,
    }
}

/// A rewrite with `\1` replaced by group 1, `\0` by the whole match and `\\` by a backslash.
fn expanded(rewrite: &str, captures: &Captures<'_>) -> String {
    let mut out = String::with_capacity(rewrite.len());
    let mut chars = rewrite.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(digit) if digit.is_ascii_digit() => {
                let group = digit.to_digit(10).and_then(|digit| usize::try_from(digit).ok()).unwrap_or(0);
                out.push_str(captures.get(group).map_or("", |part| part.as_str()));
            }
            Some('\\') => out.push('\\'),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

fn trim(call: &Call<'_>) -> Result<ColumnarValue> {
    trimmed(call, |re| format!("^({re})|({re})$"))
}

fn trim_start(call: &Call<'_>) -> Result<ColumnarValue> {
    trimmed(call, |re| format!("^({re})"))
}

fn trim_end(call: &Call<'_>) -> Result<ColumnarValue> {
    trimmed(call, |re| format!("({re})$"))
}

/// The engine builds one expression from the user's text and removes every match: at most one at each end.
fn trimmed(call: &Call<'_>, anchored: impl Fn(&str) -> String) -> Result<ColumnarValue> {
    let (patterns, source) = (call.texts(0)?, call.texts(1)?);
    let mut last: Option<(Cow<'_, str>, Arc<Regex>)> = None;
    let mut failed = None;
    let answer = call.write_texts(|row, out| {
        let text = patterns.get(row);
        let regex = match &last {
            Some((known, regex)) if *known == text => Arc::clone(regex),
            _ => match compile(&anchored(&text)) {
                Ok(regex) => {
                    last = Some((text, Arc::clone(&regex)));
                    regex
                }
                Err(error) => {
                    failed = Some(error);
                    return;
                }
            },
        };
        out.push_str(&regex.replace_all(&source.get(row), ""));
    });
    match failed {
        Some(error) => Err(error),
        None => answer,
    }
}
