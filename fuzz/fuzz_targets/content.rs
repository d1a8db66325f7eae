//! Any bytes under any name are content or get a diagnostic, and every diagnostic points into the text.
#![no_main]

use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 5] = ["rule.yaml", "hunt.kql", "page.txt", "page.md", "content"];

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let document = quarry_content::load_bytes(name, bytes);
    assert!(!document.hunts.is_empty() || !document.functions.is_empty() || !document.diagnostics.is_empty());
    for diagnostic in &document.diagnostics {
        assert!(diagnostic.span.end as usize <= document.source.len());
    }
});
