//! The operations of a conversion, one after the other.

#[derive(Clone, Copy, Debug)]
enum Step {
    Done,
    Times(f64),
    Over(f64),
    Plus(f64),
    Minus(f64),
    Sine,
    Arcsine,
}

impl Step {
    fn of(self, value: f64) -> f64 {
        match self {
            Step::Done => value,
            Step::Times(factor) => value * factor,
            Step::Over(factor) => value / factor,
            Step::Plus(term) => value + term,
            Step::Minus(term) => value - term,
            Step::Sine => value.sin(),
            Step::Arcsine => value.asin(),
        }
    }
}

/// Up to four operations; a constant, so that a table can hold them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps(Step, Step, Step, Step);

pub(super) const AS_IT_IS: Steps = Steps(Step::Done, Step::Done, Step::Done, Step::Done);

impl Steps {
    pub(super) fn of(self, value: f64) -> f64 {
        let Steps(first, second, third, fourth) = self;
        fourth.of(third.of(second.of(first.of(value))))
    }

    const fn then(self, step: Step) -> Steps {
        match self {
            Steps(Step::Done, ..) => Steps(step, Step::Done, Step::Done, Step::Done),
            Steps(first, Step::Done, ..) => Steps(first, step, Step::Done, Step::Done),
            Steps(first, second, Step::Done, _) => Steps(first, second, step, Step::Done),
            Steps(first, second, third, last) => {
                // The tables of units are constants: one with a fifth operation does not compile.
                assert!(matches!(last, Step::Done));
                Steps(first, second, third, step)
            }
        }
    }

    pub(super) const fn times(self, factor: f64) -> Steps {
        self.then(Step::Times(factor))
    }

    pub(super) const fn over(self, factor: f64) -> Steps {
        self.then(Step::Over(factor))
    }

    pub(super) const fn plus(self, term: f64) -> Steps {
        self.then(Step::Plus(term))
    }

    pub(super) const fn minus(self, term: f64) -> Steps {
        self.then(Step::Minus(term))
    }

    pub(super) const fn sine(self) -> Steps {
        self.then(Step::Sine)
    }

    pub(super) const fn arcsine(self) -> Steps {
        self.then(Step::Arcsine)
    }
}
