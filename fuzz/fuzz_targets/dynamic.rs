//! Any text is a document or not; the compact form of one is stable, and everything that reads documents reads it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarry_value::dynamic;

fuzz_target!(|text: &str| {
    let _ = dynamic::parse_json(text);
    let Some(compact) = dynamic::compact(text) else { return };
    assert_eq!(dynamic::compact(&compact).as_deref(), Some(&*compact));
    assert!(dynamic::same(&compact, &compact));
    let _ = (dynamic::to_kql_string(&compact), dynamic::type_name(&compact));
    let _ = (dynamic::to_long(&compact), dynamic::to_real(&compact), dynamic::to_decimal(&compact));
    let _ = (dynamic::to_datetime(&compact), dynamic::to_timespan(&compact), dynamic::to_guid(&compact));
    let elements = dynamic::elements(&compact).map_or(0, Iterator::count);
    assert_eq!(dynamic::array_length(&compact).unwrap_or(0), elements);
    for member in dynamic::members(&compact).into_iter().flatten() {
        let key = member.key();
        assert!(dynamic::member(&compact, &key).is_some());
    }
});
