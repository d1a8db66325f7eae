//! Any bytes are a text, any text has a lossless tree, and what is wrong with it can be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let parsed = quarry_syntax::parse(&text);
    assert_eq!(parsed.syntax().text().to_string(), text);
    for diagnostic in parsed.diagnostics() {
        assert!(diagnostic.span.end as usize <= text.len());
    }
    let _ = quarry_text::render::terminal("query", &text, parsed.diagnostics(), false);
    for node in parsed.syntax().descendants() {
        let _ = quarry_syntax::literal::dynamic_value(&node);
    }
});
