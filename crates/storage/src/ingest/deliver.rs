//! From a record of some shape to rows of the tables that it fills.

use super::fields::{Fields, Scope};
use super::file::{FileRun, Place, Stop};
use super::members::Members;
use super::shapes::{Mapped, Shape};
use crate::write::TableRows;

/// What a wrapper says that the record in it does not.
const BESIDE: [&str; 3] = ["AssociatedAdminUnits", "AssociatedAdminUnitsNames", "administrativeUnits"];

/// Delivers a record by its shape. False when the user names a table that such records have no mapping for.
pub(super) fn by_shape(shape: &Shape, fields: Fields<'_>, place: Place, raw: &[u8], run: &mut FileRun<'_>) -> Result<bool, Stop> {
    let Some(inner) = (shape.inside)(&fields) else {
        return read(shape, fields, place, raw, run);
    };
    let mut members = Members::default();
    let inside = members.find(&inner).and_then(|()| Fields::of_object(&inner, &members));
    let inside = match inside {
        Ok(inside) => inside,
        Err(reason) => {
            run.broken(place, &reason, raw)?;
            return Ok(true);
        }
    };
    match run.shape(|| inside.list.iter().map(|field| field.name.as_ref())) {
        // A wrapper inside a wrapper is not looked into.
        Some(shape) if (shape.inside)(&inside).is_none() => {
            let mut inside = inside;
            for name in BESIDE {
                if let Some(text) = fields.own(name) {
                    inside.add_text(Scope::Own, name, text.into_owned());
                }
            }
            read(shape, inside, place, raw, run)
        }
        _ => {
            run.unknown(place, raw)?;
            Ok(true)
        }
    }
}

fn read(shape: &Shape, fields: Fields<'_>, place: Place, raw: &[u8], run: &mut FileRun<'_>) -> Result<bool, Stop> {
    match (shape.read)(fields) {
        Ok(mapped) => {
            run.format = mapped.format.or(Some(shape.format));
            mapped_record(&mapped, place, raw, run)
        }
        Err(reason) => {
            run.broken(place, &reason, raw)?;
            Ok(true)
        }
    }
}

/// Puts a record into its tables, or into the one that the user names.
pub(super) fn mapped_record(mapped: &Mapped<'_>, place: Place, raw: &[u8], run: &mut FileRun<'_>) -> Result<bool, Stop> {
    let all = run.again.as_ref().is_some_and(|again| again.all_views);
    let first = mapped.views.first().map(|view| view.table);
    if let Some(fixed) = run.recogniser.fixed().filter(|fixed| !all || first != Some(&**fixed)) {
        let mut views = mapped.views.iter().chain(mapped.on_request);
        let Some(view) = views.find(|view| *view.table == *fixed) else {
            return Ok(false);
        };
        run.mapped(view, &mapped.fields, place, raw)?;
        return Ok(true);
    }
    let most = if run.derived { usize::MAX } else { 1 };
    for view in mapped.views.iter().take(most) {
        // What its own table does not take is set aside, once.
        if !run.mapped(view, &mapped.fields, place, raw)? {
            break;
        }
    }
    Ok(true)
}

/// Puts fields into the columns of their names.
pub(super) fn fill(rows: &mut TableRows, fields: &Fields<'_>) -> Result<(), String> {
    for field in &fields.list {
        let slot = rows.slot(&field.name);
        rows.put(slot, &field.name, field.value.cell())
            .map_err(|misfit| misfit.to_string())?;
    }
    Ok(())
}
