//! Whether formulas can hold together.

use std::collections::HashMap;

use super::formula::Formula;
use super::set::Set;

/// Steps after which a question is given up.
const MOST_STEPS: u32 = 20_000;
/// Choices inside one another, for the same reason.
const MOST_DEPTH: u32 = 64;

/// Whether there may be a row for which all of these hold. `false` is certain.
pub(crate) fn possible<'f>(formulas: impl IntoIterator<Item = &'f Formula>) -> bool {
    let todo = formulas.into_iter().collect();
    Search { steps: MOST_STEPS }.holds(todo, Vec::new(), HashMap::new(), 0)
}

struct Search {
    steps: u32,
}

impl Search {
    /// Narrows what each term may be by every formula that leaves no choice, then tries the choices one after another.
    fn holds<'f>(
        &mut self,
        mut todo: Vec<&'f Formula>,
        mut choices: Vec<&'f [Formula]>,
        mut known: HashMap<&'f str, Set>,
        depth: u32,
    ) -> bool {
        while let Some(formula) = todo.pop() {
            if self.steps == 0 || depth > MOST_DEPTH {
                return true;
            }
            self.steps -= 1;
            match formula {
                Formula::Known(true) => {}
                Formula::Known(false) => return false,
                Formula::Is(term, set) => {
                    let narrowed = known.get(term.as_str()).map_or_else(|| set.clone(), |before| before.intersect(set));
                    if narrowed.is_empty() {
                        return false;
                    }
                    known.insert(term, narrowed);
                }
                Formula::All(parts) => todo.extend(parts),
                Formula::Any(parts) => choices.push(parts),
            }
        }
        let Some(parts) = choices.pop() else { return true };
        parts
            .iter()
            .any(|part| self.holds(vec![part], choices.clone(), known.clone(), depth + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(term: &str, low: i64, high: i64) -> Formula {
        Formula::Is(term.to_owned(), Set::range(Some(low), Some(high)))
    }

    #[test]
    fn every_choice_is_tried() {
        let either = Formula::Any(vec![is("a", 0, 3), is("b", 0, 3)]);
        assert!(possible([&either, &is("a", 5, 9)]));
        assert!(!possible([&either, &is("a", 5, 9), &is("b", 5, 9)]));
        assert!(!possible([&Formula::Any(Vec::new())]));
        assert!(possible([&Formula::All(Vec::new())]));
    }

    #[test]
    fn what_takes_too_long_may_hold() {
        let many: Vec<Formula> = (0..40)
            .map(|n| Formula::Any(vec![is(&format!("x{n}"), 0, 1), is(&format!("y{n}"), 0, 1)]))
            .collect();
        let never = [is("z", 0, 1), is("z", 3, 4)];
        assert!(!possible(many.iter().chain(&never)), "certain before any choice");
        let hidden = Formula::Any(vec![Formula::All(vec![is("z", 0, 1), is("z", 3, 4)])]);
        assert!(possible(many.iter().chain([&hidden])), "given up");
    }
}
