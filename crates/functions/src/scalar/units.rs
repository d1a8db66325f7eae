//! Conversions between units of measurement. What the engine's size of a unit is not known of is refused rather than guessed.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::units::{self, Unit};

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[
    ("convert_angle", convert_angle),
    ("convert_energy", convert_energy),
    ("convert_force", convert_force),
    ("convert_length", convert_length),
    ("convert_mass", convert_mass),
    ("convert_speed", convert_speed),
    ("convert_temperature", convert_temperature),
    ("convert_volume", convert_volume),
];

/// The unit of each row; `None` for what is no unit, which converts to null.
enum Units {
    One(Option<&'static Unit>),
    Each(Vec<Option<&'static Unit>>),
}

impl Units {
    fn of(call: &Call<'_>, at: usize, units: &'static [Unit]) -> Result<Units> {
        let names = call.texts(at)?;
        Ok(match names.constant() {
            Some(name) => Units::One(look_up(units, &name)?),
            None => Units::Each((0..call.rows).map(|row| look_up(units, &names.get(row))).collect::<Result<_>>()?),
        })
    }

    fn get(&self, row: usize) -> Option<&'static Unit> {
        match self {
            Units::One(unit) => *unit,
            Units::Each(units) => units.get(row).copied().flatten(),
        }
    }
}

fn look_up(units: &'static [Unit], name: &str) -> Result<Option<&'static Unit>> {
    match units.iter().find(|unit| unit.name.eq_ignore_ascii_case(name)) {
        Some(unit) if unit.name != name => {
            exec_err!("the unit '{name}' is not supported, but '{}' is", unit.name)
        }
        Some(unit) if !unit.settled => {
            exec_err!("the unit '{name}' is not supported: which of two sizes the engine gives it is not known")
        }
        unit => Ok(unit),
    }
}

fn converted(call: &Call<'_>, units: &'static [Unit]) -> Result<ColumnarValue> {
    let value = call.reals(0)?;
    let (from, to) = (Units::of(call, 1, units)?, Units::of(call, 2, units)?);
    call.write_reals(|row| {
        let (from, to, value) = (from.get(row)?, to.get(row)?, value.get(row)?);
        Some(if from.name == to.name {
            value
        } else {
            to.from_base(from.to_base(value))
        })
    })
}

fn convert_angle(call: &Call<'_>) -> Result<ColumnarValue> {
    converted(call, &units::ANGLE)
}

fn convert_energy(call: &Call<'_>) -> Result<ColumnarValue> {
    converted(call, &units::ENERGY)
}

fn convert_force(call: &Call<'_>) -> Result<ColumnarValue> {
    converted(call, &units::FORCE)
}

fn convert_length(call: &Call<'_>) -> Result<ColumnarValue> {
    converted(call, &units::LENGTH)
}

fn convert_mass(call: &Call<'_>) -> Result<ColumnarValue> {
    converted(call, &units::MASS)
}

fn convert_speed(call: &Call<'_>) -> Result<ColumnarValue> {
    converted(call, &units::SPEED)
}

fn convert_temperature(call: &Call<'_>) -> Result<ColumnarValue> {
    converted(call, &units::TEMPERATURE)
}

fn convert_volume(call: &Call<'_>) -> Result<ColumnarValue> {
    converted(call, &units::VOLUME)
}
