//! How the arguments of a call lie over the parameters of a signature.

use quarry_schema::{Function, Param};

use super::Mismatch;

/// Every way to lay `count` arguments over the parameters: for each argument the index of its parameter.
pub(super) fn layouts(params: &'static [Param], count: usize) -> Vec<Vec<&'static Param>> {
    let Some(start) = params.iter().position(|p| p.occurs.1 > 1) else {
        let required = params.iter().filter(|p| p.occurs.0 > 0).count();
        let fits = count >= required && count <= params.len();
        return if fits {
            vec![params.iter().take(count).collect()]
        } else {
            Vec::new()
        };
    };
    let range = params.get(start).map_or((0, 0), |p| p.occurs);
    let block: Vec<&'static Param> = params.iter().skip(start).take_while(|p| p.occurs == range).collect();
    let prefix: Vec<&'static Param> = params.iter().take(start).collect();
    let suffix: Vec<&'static Param> = params.iter().skip(start + block.len()).collect();
    let required = suffix.iter().filter(|p| p.occurs.0 > 0).count();
    let mut found = Vec::new();
    for taken in (required..=suffix.len()).rev() {
        let Some(rest) = count.checked_sub(prefix.len() + taken) else {
            continue;
        };
        let (least, most) = (usize::from(range.0), usize::from(range.1));
        let times = rest / block.len().max(1);
        let whole = rest % block.len().max(1) == 0;
        if !whole || times < least || times > most {
            continue;
        }
        let repeated = block.iter().cycle().take(rest);
        found.push(prefix.iter().chain(repeated).chain(suffix.iter().take(taken)).copied().collect());
    }
    found
}

/// How many arguments a function takes.
pub(super) fn arity(function: &Function) -> Mismatch {
    let ranges = function.signatures.iter().map(|signature| {
        let least: u32 = signature.params.iter().map(|p| u32::from(p.occurs.0)).sum();
        let most: u32 = signature.params.iter().map(|p| u32::from(p.occurs.1)).sum();
        (least, most)
    });
    let (least, most) = ranges.fold((u32::MAX, 0), |(least, most), (l, m)| (least.min(l), most.max(m)));
    let expected = match () {
        () if least >= most => least.to_string(),
        () if most > 1000 => format!("at least {least}"),
        () => format!("{least} to {most}"),
    };
    let variadic = function.signatures.iter().flat_map(|s| s.params).any(|p| p.occurs.1 > 1);
    Mismatch::Arity { expected, variadic }
}
