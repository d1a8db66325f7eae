//! How much memory there is, and what to say when there is no more.

use quarry_text::{Diagnostic, Span};

/// Half of the memory that the machine has, or that the container allows it; 2 GiB where neither says.
#[must_use]
pub fn half_of_memory() -> usize {
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
        let kibibytes = line.split_whitespace().nth(1)?.parse::<usize>().ok()?;
        Some(kibibytes.saturating_mul(1024))
    });
    let container = std::fs::read_to_string("/sys/fs/cgroup/memory.max")
        .ok()
        .and_then(|text| text.trim().parse::<usize>().ok());
    let least = machine.into_iter().chain(container).min();
    least.map_or(2 << 30, |bytes| bytes / 2)
}

/// The diagnostic for a query that would go over the limit. `message` is the pool's: who asked, and who holds most.
pub(crate) fn out_of_memory(message: &str, limit: Option<usize>) -> Diagnostic {
    let limit = limit.map_or_else(|| "it may use".to_owned(), |limit| format!("its limit of {}", size(limit)));
    let holders = holders(message);
    let held = match holders.as_slice() {
        [] => String::new(),
        holders => format!(": most of it is held by {}", holders.join(", ")),
    };
    Diagnostic::error("Q0005", format!("the query needs more memory than {limit}{held}"), Span::new(0, 0))
        .with_help("filter or project before joins and summaries, or give it more with --memory")
}

/// What the consumers of the pool are to people; a name that is not here is shown as it is.
const CONSUMERS: [(&str, &str); 9] = [
    ("AggregateStream", "a summary"),
    ("CrossJoin", "a cross join"),
    ("ExternalSorter", "a sort"),
    ("HashJoin", "a join"),
    ("NestedLoopJoin", "a join without keys"),
    ("RepartitionExec", "rows on their way between threads"),
    ("SMJStream", "a join by sorting"),
    ("TopK", "a sort"),
    ("result", "the result"),
];

/// The lines of the pool's message that tell who holds what: `  HashJoinInput[0]#12(can spill: false) consumed 3.1 MB, peak 3.1 MB,`.
fn holders(message: &str) -> Vec<String> {
    let line = |line: &str| {
        let (name, rest) = line.trim().split_once('#')?;
        let (_, held) = rest.split_once(" consumed ")?;
        let held = held.split(',').next()?.trim_end_matches('.');
        let known = CONSUMERS.iter().find(|(consumer, _)| name.contains(consumer));
        let name = known.map_or_else(|| name.split('[').next().unwrap_or(name), |(_, shown)| shown);
        (held != "0.0 B").then(|| format!("{name} ({held})"))
    };
    message.lines().filter_map(line).collect()
}

fn size(bytes: usize) -> String {
    const UNITS: [(usize, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")];
    for (unit, name) in UNITS {
        if bytes >= unit {
            return if bytes.is_multiple_of(unit) {
                format!("{} {name}", bytes / unit)
            } else {
                format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit)
            };
        }
    }
    format!("{bytes} B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_holds_the_memory_is_named() {
        let message = "Additional allocation failed for HashJoinInput[1] with top memory consumers (across reservations) as:\n  \
                       HashJoinInput[1]#24(can spill: false) consumed 3.1 MB, peak 3.1 MB,\n  result#3(can spill: false) consumed 0.0 B, peak 0.0 B.\n\
                       Error: Failed to allocate additional 1024.0 KB";
        let diagnostic = out_of_memory(message, Some(64 << 20));
        assert_eq!(
            diagnostic.message,
            "the query needs more memory than its limit of 64 MB: most of it is held by a join (3.1 MB)"
        );
        assert_eq!(
            out_of_memory("no more", None).message,
            "the query needs more memory than it may use"
        );
        assert_eq!(size(1_536 << 20), "1.5 GB");
    }
}
