//! Functions on property bags.

use std::borrow::Cow;

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use hashbrown::HashSet;
use quarry_value::dynamic::{self, ArrayWriter, BagWriter, Segment};
use quarry_value::json::{self, Kind, kind};

use super::bags_edit::{remove, set};
use super::dynamic_jsonpath::key_or_path;
use super::dynamic_values::{Arguments, Value, document};
use crate::kernel::{Call, ScalarKernel};

pub(crate) const KERNELS: &[(&str, ScalarKernel)] = &[
    ("bag_has_key", bag_has_key),
    ("bag_keys", bag_keys),
    ("bag_merge", bag_merge),
    ("bag_pack", bag_pack),
    ("bag_pack_columns", bag_pack),
    ("bag_remove_keys", bag_remove_keys),
    ("bag_set_key", bag_set_key),
    ("bag_zip", bag_zip),
    ("pack_all", pack_all),
];

fn bag_keys(call: &Call<'_>) -> Result<ColumnarValue> {
    let bags = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let members = dynamic::members(document(&bags, row)?)?;
        let mut keys = ArrayWriter::new(out);
        members.for_each(|member| keys.raw(member.raw_key));
        keys.finish();
        Some(())
    })
}

/// The first bag that has a key decides its value. What is no bag does not count.
fn bag_merge(call: &Call<'_>) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, 0)?;
    let bags = arguments.values()?;
    call.write_dynamics(|row, out| {
        let parts: Vec<_> = bags.iter().filter_map(|bag| bag.document(row).and_then(dynamic::members)).collect();
        if parts.is_empty() {
            return None;
        }
        let mut seen = HashSet::new();
        let mut merged = BagWriter::new(out);
        for member in parts.into_iter().flatten() {
            if seen.insert(member.raw_key) {
                merged.raw(member.raw_key, member.value);
            }
        }
        merged.finish();
        Some(())
    })
}

fn bag_has_key(call: &Call<'_>) -> Result<ColumnarValue> {
    let (bags, keys) = (call.texts(0)?, call.texts(1)?);
    let constant = keys.constant().map(|key| key_or_path(&key));
    call.write_bools(|row| {
        let raw = document(&bags, row).filter(|raw| kind(raw) == Kind::Object)?;
        let path = match &constant {
            Some(path) => path.as_deref().map(Cow::Borrowed),
            None => key_or_path(&keys.get(row)).map(Cow::Owned),
        };
        Some(path.is_some_and(|path| path.iter().try_fold(raw, dynamic::step).is_some()))
    })
}

/// Pairs of keys and values; of equal keys the first one counts.
fn bag_pack(call: &Call<'_>) -> Result<ColumnarValue> {
    pack(call, 0, |_, _| true)
}

/// The columns of a row, without those that are null or empty.
fn pack_all(call: &Call<'_>) -> Result<ColumnarValue> {
    let pairs = call.args.len() / 2 * 2;
    pack(call, call.args.len() - pairs, |value, row| {
        !value.is_null(row) && !value.is_empty_text(row)
    })
}

fn pack(call: &Call<'_>, from: usize, keep: impl Fn(&Value<'_>, usize) -> bool) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, from)?;
    let values = arguments.values()?;
    let (pairs, rest) = values.as_chunks::<2>();
    if !rest.is_empty() {
        return exec_err!("a key is packed without a value");
    }
    // Nearly all keys are constants, and no two of them equal.
    let known: Option<Vec<Cow<'_, str>>> = pairs.iter().map(|[key, _]| key.is_constant().then(|| string_key(key, 0))).collect();
    let differ = |keys: &Vec<Cow<'_, str>>| keys.iter().collect::<HashSet<_>>().len() == keys.len();
    if let Some(keys) = known.filter(differ) {
        return call.write_dynamics(|row, out| {
            let mut bag = BagWriter::new(out);
            for (key, [_, value]) in keys.iter().zip(pairs) {
                if keep(value, row) {
                    value.write(row, bag.raw_key(key));
                }
            }
            bag.finish();
            Some(())
        });
    }
    call.write_dynamics(|row, out| {
        let mut keys: Vec<Cow<'_, str>> = Vec::with_capacity(pairs.len());
        let mut bag = BagWriter::new(out);
        for [key, value] in pairs {
            let key = string_key(key, row);
            if keys.contains(&key) || !keep(value, row) {
                continue;
            }
            value.write(row, bag.raw_key(&key));
            keys.push(key);
        }
        bag.finish();
        Some(())
    })
}

/// A key as a JSON string literal, whatever type it has.
fn string_key<'a>(key: &Value<'a>, row: usize) -> Cow<'a, str> {
    let raw = key.json(row);
    if kind(&raw) == Kind::String {
        return raw;
    }
    let mut quoted = String::new();
    json::quote(&json::text(&raw), &mut quoted);
    Cow::Owned(quoted)
}

fn bag_remove_keys(call: &Call<'_>) -> Result<ColumnarValue> {
    let (bags, keys) = (call.texts(0)?, call.texts(1)?);
    let paths_of = |raw: &str| -> Option<Vec<Vec<Segment>>> {
        Some(dynamic::elements(raw)?.filter_map(|key| key_or_path(&json::text(key))).collect())
    };
    let constant = if keys.is_constant() {
        Some(document(&keys, 0).and_then(paths_of))
    } else {
        None
    };
    call.write_dynamics(|row, out| {
        let raw = document(&bags, row).filter(|raw| kind(raw) == Kind::Object)?;
        let paths = match &constant {
            Some(paths) => paths.as_deref().map(Cow::Borrowed),
            None => document(&keys, row).and_then(paths_of).map(Cow::Owned),
        };
        let paths: Vec<&[Segment]> = paths.iter().flat_map(|paths| paths.iter()).map(Vec::as_slice).collect();
        remove(raw, &paths, out);
        Some(())
    })
}

fn bag_set_key(call: &Call<'_>) -> Result<ColumnarValue> {
    let (bags, keys, arguments) = (call.texts(0)?, call.texts(1)?, Arguments::new(call, 2)?);
    let values = arguments.values()?;
    call.write_dynamics(|row, out| {
        let raw = document(&bags, row).filter(|raw| kind(raw) == Kind::Object)?;
        set(raw, &key_or_path(&keys.get(row))?, &values.first()?.json(row), out);
        Some(())
    })
}

/// Keys that are no strings are left out together with their values; missing values are null.
fn bag_zip(call: &Call<'_>) -> Result<ColumnarValue> {
    let (keys, values) = (call.texts(0)?, call.texts(1)?);
    call.write_dynamics(|row, out| {
        let keys = dynamic::elements(document(&keys, row)?)?;
        let mut values = document(&values, row).and_then(dynamic::elements);
        let mut seen = HashSet::new();
        let mut bag = BagWriter::new(out);
        for key in keys {
            let value = values.as_mut().and_then(Iterator::next).unwrap_or("null");
            if kind(key) == Kind::String && seen.insert(key) {
                bag.raw(key, value);
            }
        }
        bag.finish();
        Some(())
    })
}
