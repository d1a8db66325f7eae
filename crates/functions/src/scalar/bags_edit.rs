//! Removing and setting values inside a document.

use quarry_value::dynamic::{self, ArrayWriter, BagWriter, Member, Segment};
use quarry_value::json::{Kind, kind};

/// Writes a value without what lies at the paths.
pub(super) fn remove(raw: &str, paths: &[&[Segment]], out: &mut String) {
    if paths.is_empty() {
        out.push_str(raw);
        return;
    }
    match kind(raw) {
        Kind::Object => {
            let mut bag = BagWriter::new(out);
            for member in dynamic::members(raw).into_iter().flatten() {
                let inner = below(paths, |segment| matches!(segment, Segment::Key(key) if member.is(key)));
                if let Some(inner) = inner {
                    remove(member.value, &inner, bag.raw_key(member.raw_key));
                }
            }
            bag.finish();
        }
        Kind::Array => {
            let mut array = ArrayWriter::new(out);
            for (at, element) in dynamic::elements(raw).into_iter().flatten().enumerate() {
                let inner = below(
                    paths,
                    |segment| matches!(segment, Segment::Index(index) if usize::try_from(*index) == Ok(at)),
                );
                if let Some(inner) = inner {
                    remove(element, &inner, array.next());
                }
            }
            array.finish();
        }
        _ => out.push_str(raw),
    }
}

/// What remains of the paths below a step, `None` when one of them ends there.
fn below<'a>(paths: &[&'a [Segment]], here: impl Fn(&Segment) -> bool) -> Option<Vec<&'a [Segment]>> {
    let mut inner = Vec::new();
    for path in paths {
        match path.split_first() {
            Some((segment, [])) if here(segment) => return None,
            Some((segment, rest)) if here(segment) => inner.push(rest),
            _ => {}
        }
    }
    Some(inner)
}

/// Writes a bag with a value at a path of keys; bags that are missing on the way are made. The member that is set moves to the end.
pub(super) fn set(raw: &str, path: &[Segment], value: &str, out: &mut String) {
    let Some((Segment::Key(key), rest)) = path.split_first() else {
        out.push_str(if path.is_empty() { value } else { raw });
        return;
    };
    let mut bag = BagWriter::new(out);
    let mut old: Option<Member<'_>> = None;
    for member in dynamic::members(raw).into_iter().flatten() {
        if member.is(key) {
            old = old.or(Some(member));
        } else {
            bag.raw(member.raw_key, member.value);
        }
    }
    let inner = old.map_or("{}", |member| member.value);
    let inner = if kind(inner) == Kind::Object { inner } else { "{}" };
    if rest.is_empty() {
        bag.key(key).push_str(value)
    } else {
        set(inner, rest, value, bag.key(key))
    }
    bag.finish();
}
