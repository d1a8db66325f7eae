//! Units of measurement: how a value in each becomes one in the base unit of its quantity, and back.
//!
//! The engine converts with the definitions of the UnitsNet library. Its documentation lists the units of the releases 4.130 to 4.139, so these
//! are their definitions: the same operations on doubles in the same order. Where later releases have another size and no recording tells which
//! of the two the engine uses, the unit is not settled.

mod angle;
mod energy;
mod force;
mod length;
mod mass;
mod speed;
mod steps;
mod temperature;
mod volume;

pub use angle::ANGLE;
pub use energy::ENERGY;
pub use force::FORCE;
pub use length::LENGTH;
pub use mass::MASS;
pub use speed::SPEED;
pub use temperature::TEMPERATURE;
pub use volume::VOLUME;

use steps::{AS_IT_IS, Steps};

/// A unit of a quantity.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    pub name: &'static str,
    to_base: Steps,
    from_base: Steps,
    /// Whether it is known which size the engine gives the unit.
    pub settled: bool,
}

impl Unit {
    /// A value in this unit, in the base unit of the quantity.
    pub fn to_base(&self, value: f64) -> f64 {
        self.to_base.of(value)
    }

    /// A value in the base unit of the quantity, in this unit.
    pub fn from_base(&self, value: f64) -> f64 {
        self.from_base.of(value)
    }

    /// A unit that is so many of this one, as its prefix says.
    const fn prefixed(self, name: &'static str, prefix: f64) -> Unit {
        let (to_base, from_base) = (self.to_base.times(prefix), self.from_base.over(prefix));
        Unit {
            name,
            to_base,
            from_base,
            settled: self.settled,
        }
    }

    const fn unsettled(mut self) -> Unit {
        self.settled = false;
        self
    }
}

const fn unit(name: &'static str, to_base: Steps, from_base: Steps) -> Unit {
    Unit {
        name,
        to_base,
        from_base,
        settled: true,
    }
}

const fn base(name: &'static str) -> Unit {
    unit(name, AS_IT_IS, AS_IT_IS)
}

/// A unit of which one is so many base units.
const fn times(name: &'static str, factor: f64) -> Unit {
    unit(name, AS_IT_IS.times(factor), AS_IT_IS.over(factor))
}

/// A unit of which so many are one base unit.
const fn over(name: &'static str, factor: f64) -> Unit {
    unit(name, AS_IT_IS.over(factor), AS_IT_IS.times(factor))
}

/// The names of units, for the declaration of a parameter.
pub(crate) const fn names<const N: usize>(units: &[Unit; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let (mut open, mut units): (&mut [&str], &[Unit]) = (&mut names, units);
    while let ([name, others @ ..], [unit, more @ ..]) = (open, units) {
        *name = unit.name;
        (open, units) = (others, more);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUANTITIES: &[&[Unit]] = &[&ANGLE, &ENERGY, &FORCE, &LENGTH, &MASS, &SPEED, &TEMPERATURE, &VOLUME];

    #[test]
    fn units_are_sorted_and_named_once() {
        for units in QUANTITIES {
            assert!(units.iter().map(|unit| unit.name).is_sorted_by(|one, next| one < next), "{units:?}");
        }
    }

    #[test]
    fn what_goes_to_the_base_unit_comes_back() {
        for unit in QUANTITIES.iter().flat_map(|units| units.iter()) {
            let back = unit.from_base(unit.to_base(0.75));
            // Small units lose digits beside a large offset.
            assert!((back - 0.75).abs() < 1e-10, "{} gives {back}", unit.name);
        }
    }

    #[test]
    fn every_quantity_has_one_base_unit() {
        for units in QUANTITIES {
            let bases = units
                .iter()
                .filter(|unit| unit.to_base(0.75) == 0.75 && unit.from_base(0.75) == 0.75);
            let names: Vec<_> = bases.map(|unit| unit.name).collect();
            // A kilolitre is a cubic metre.
            assert!(names.len() == 1 || names == ["CubicMeter", "Kiloliter"], "{names:?}");
        }
    }
}
