//! Conversions between units of measurement. Units whose definition leaves the last digits open are refused rather than guessed.

use datafusion::common::{Result, not_impl_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::functions;

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

/// Units with how many of the quantity's base unit one of them is.
type Scale = &'static [(&'static str, f64)];

const DEGREES_OF_RADIAN: f64 = 180.0 / std::f64::consts::PI;

const ANGLE: Scale = &[
    ("Arcminute", 1.0 / 60.0),
    ("Arcsecond", 1.0 / 3600.0),
    ("Centiradian", DEGREES_OF_RADIAN * 1e-2),
    ("Deciradian", DEGREES_OF_RADIAN * 1e-1),
    ("Degree", 1.0),
    ("Gradian", 0.9),
    ("Microdegree", 1e-6),
    ("Microradian", DEGREES_OF_RADIAN * 1e-6),
    ("Millidegree", 1e-3),
    ("Milliradian", DEGREES_OF_RADIAN * 1e-3),
    ("Nanodegree", 1e-9),
    ("Nanoradian", DEGREES_OF_RADIAN * 1e-9),
    ("Radian", DEGREES_OF_RADIAN),
    ("Revolution", 360.0),
];

const ENERGY: Scale = &[
    ("BritishThermalUnit", 1_055.055_852_62),
    ("Calorie", 4.184),
    ("Erg", 1e-7),
    ("Gigajoule", 1e9),
    ("GigawattDay", 8.64e13),
    ("GigawattHour", 3.6e12),
    ("Joule", 1.0),
    ("Kilocalorie", 4184.0),
    ("Kilojoule", 1e3),
    ("KilowattDay", 8.64e7),
    ("KilowattHour", 3.6e6),
    ("Megacalorie", 4.184e6),
    ("Megajoule", 1e6),
    ("MegawattDay", 8.64e10),
    ("MegawattHour", 3.6e9),
    ("Millijoule", 1e-3),
    ("TerawattDay", 8.64e16),
    ("TerawattHour", 3.6e15),
    ("WattDay", 86_400.0),
    ("WattHour", 3600.0),
];

const FORCE: Scale = &[
    ("Decanewton", 10.0),
    ("Dyn", 1e-5),
    ("KiloPond", 9.806_65),
    ("KilogramForce", 9.806_65),
    ("Kilonewton", 1e3),
    ("Meganewton", 1e6),
    ("Micronewton", 1e-6),
    ("Millinewton", 1e-3),
    ("Newton", 1.0),
    ("TonneForce", 9_806.65),
];

const LENGTH: Scale = &[
    ("Angstrom", 1e-10),
    ("Centimeter", 1e-2),
    ("Chain", 20.1168),
    ("Decameter", 10.0),
    ("Decimeter", 1e-1),
    ("Fathom", 1.8288),
    ("Foot", 0.3048),
    ("Hand", 0.1016),
    ("Hectometer", 1e2),
    ("Inch", 0.0254),
    ("Kilometer", 1e3),
    ("Meter", 1.0),
    ("Microinch", 2.54e-8),
    ("Micrometer", 1e-6),
    ("Mil", 2.54e-5),
    ("Mile", 1_609.344),
    ("Millimeter", 1e-3),
    ("Nanometer", 1e-9),
    ("NauticalMile", 1852.0),
    ("Yard", 0.9144),
];

const MASS: Scale = &[
    ("Centigram", 1e-5),
    ("Decagram", 1e-2),
    ("Decigram", 1e-4),
    ("Gram", 1e-3),
    ("Hectogram", 1e-1),
    ("Kilogram", 1.0),
    ("Kilopound", 453.592_37),
    ("Kilotonne", 1e6),
    ("LongTon", 1_016.046_908_8),
    ("Megapound", 453_592.37),
    ("Megatonne", 1e9),
    ("Microgram", 1e-9),
    ("Milligram", 1e-6),
    ("Nanogram", 1e-12),
    ("Pound", 0.453_592_37),
    ("ShortTon", 907.184_74),
    ("Tonne", 1e3),
];

const SPEED: Scale = &[
    ("CentimeterPerHour", 1e-2 / 3600.0),
    ("CentimeterPerMinute", 1e-2 / 60.0),
    ("CentimeterPerSecond", 1e-2),
    ("DecimeterPerMinute", 1e-1 / 60.0),
    ("DecimeterPerSecond", 1e-1),
    ("FootPerHour", 0.3048 / 3600.0),
    ("FootPerMinute", 0.3048 / 60.0),
    ("FootPerSecond", 0.3048),
    ("InchPerHour", 0.0254 / 3600.0),
    ("InchPerMinute", 0.0254 / 60.0),
    ("InchPerSecond", 0.0254),
    ("KilometerPerHour", 1e3 / 3600.0),
    ("KilometerPerMinute", 1e3 / 60.0),
    ("KilometerPerSecond", 1e3),
    ("MeterPerHour", 1.0 / 3600.0),
    ("MeterPerMinute", 1.0 / 60.0),
    ("MeterPerSecond", 1.0),
    ("MilePerHour", 0.447_04),
    ("MillimeterPerHour", 1e-3 / 3600.0),
    ("MillimeterPerMinute", 1e-3 / 60.0),
    ("MillimeterPerSecond", 1e-3),
    ("YardPerHour", 0.9144 / 3600.0),
    ("YardPerMinute", 0.9144 / 60.0),
    ("YardPerSecond", 0.9144),
];

const VOLUME: Scale = &[
    // The engine's own factor, which has six digits.
    ("AcreFoot", 1.0 / 0.000_810_714),
    ("Centiliter", 1e-5),
    ("CubicCentimeter", 1e-6),
    ("CubicDecimeter", 1e-3),
    ("CubicHectometer", 1e6),
    ("CubicKilometer", 1e9),
    ("CubicMeter", 1.0),
    ("CubicMicrometer", 1e-18),
    ("CubicMillimeter", 1e-9),
    ("Decaliter", 1e-2),
    ("Deciliter", 1e-4),
    ("Hectoliter", 1e-1),
    ("Kiloliter", 1.0),
    ("Liter", 1e-3),
    ("Megaliter", 1e3),
    ("Microliter", 1e-9),
    ("Milliliter", 1e-6),
];

/// Units of temperature: kelvins are `value * factor + offset`.
const TEMPERATURE: &[(&str, f64, f64)] = &[
    ("DegreeCelsius", 1.0, 273.15),
    ("DegreeFahrenheit", 5.0 / 9.0, 459.67 * 5.0 / 9.0),
    ("DegreeRankine", 5.0 / 9.0, 0.0),
    ("DegreeReaumur", 1.25, 273.15),
    ("Kelvin", 1.0, 0.0),
    ("MillidegreeCelsius", 1e-3, 273.15),
];

/// The factors and offsets that lead from units to the base unit; `None` for what is no unit, which converts to null.
enum Units {
    One(Option<(f64, f64)>),
    Each(Vec<Option<(f64, f64)>>),
}

impl Units {
    fn of(call: &Call<'_>, at: usize, find: impl Fn(&str) -> Option<(f64, f64)>) -> Result<Units> {
        let names = call.texts(at)?;
        let look_up = |name: &str| match find(name) {
            None if is_declared(name) => not_impl_err!("the unit '{name}' is not supported yet"),
            unit => Ok(unit),
        };
        Ok(match names.constant() {
            Some(name) => Units::One(look_up(&name)?),
            None => Units::Each((0..call.rows).map(|row| look_up(&names.get(row))).collect::<Result<_>>()?),
        })
    }

    fn get(&self, row: usize) -> Option<(f64, f64)> {
        match self {
            Units::One(unit) => *unit,
            Units::Each(units) => units.get(row).copied().flatten(),
        }
    }
}

/// Whether a function takes the unit, in whatever case: then it is no mistake, and null would be a wrong answer.
fn is_declared(unit: &str) -> bool {
    let functions = KERNELS.iter().filter_map(|(name, _)| functions::scalar(name));
    let mut params = functions
        .flat_map(|function| function.signatures)
        .flat_map(|signature| signature.params);
    params.any(|param| param.values.iter().any(|value| value.eq_ignore_ascii_case(unit)))
}

fn converted(call: &Call<'_>, find: impl Fn(&str) -> Option<(f64, f64)>) -> Result<ColumnarValue> {
    let value = call.reals(0)?;
    let (from, to) = (Units::of(call, 1, &find)?, Units::of(call, 2, &find)?);
    call.write_reals(|row| {
        let ((from, from_offset), (to, to_offset)) = (from.get(row)?, to.get(row)?);
        value.get(row).map(|value| (value * from + from_offset - to_offset) / to)
    })
}

fn scaled(call: &Call<'_>, scale: Scale) -> Result<ColumnarValue> {
    converted(call, |name| {
        scale.iter().find(|(unit, _)| *unit == name).map(|(_, factor)| (*factor, 0.0))
    })
}

fn convert_angle(call: &Call<'_>) -> Result<ColumnarValue> {
    scaled(call, ANGLE)
}

fn convert_energy(call: &Call<'_>) -> Result<ColumnarValue> {
    scaled(call, ENERGY)
}

fn convert_force(call: &Call<'_>) -> Result<ColumnarValue> {
    scaled(call, FORCE)
}

fn convert_length(call: &Call<'_>) -> Result<ColumnarValue> {
    scaled(call, LENGTH)
}

fn convert_mass(call: &Call<'_>) -> Result<ColumnarValue> {
    scaled(call, MASS)
}

fn convert_speed(call: &Call<'_>) -> Result<ColumnarValue> {
    scaled(call, SPEED)
}

fn convert_temperature(call: &Call<'_>) -> Result<ColumnarValue> {
    converted(call, |name| {
        TEMPERATURE
            .iter()
            .find(|(unit, _, _)| *unit == name)
            .map(|(_, factor, offset)| (*factor, *offset))
    })
}

fn convert_volume(call: &Call<'_>) -> Result<ColumnarValue> {
    scaled(call, VOLUME)
}
