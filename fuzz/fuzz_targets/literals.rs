//! The readers of times, strings and guids take any text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quarry_syntax::literal;

fuzz_target!(|text: &str| {
    if let Some(ticks) = literal::parse_datetime(text) {
        assert!((0..=literal::TICKS_MAX).contains(&ticks));
    }
    let _ = literal::parse_timespan(text);
    let _ = literal::parse_timespan_clock(text);
    let _ = literal::parse_guid(text);
    if literal::check_string(text).is_ok() {
        let _ = literal::string_value(text);
    }
});
