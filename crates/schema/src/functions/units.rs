//! Conversions between units of measurement.

use super::define::*;
use crate::units::{self, names};

const ANGLE: &[&str] = &names(&units::ANGLE);
const ENERGY: &[&str] = &names(&units::ENERGY);
const FORCE: &[&str] = &names(&units::FORCE);
const LENGTH: &[&str] = &names(&units::LENGTH);
const MASS: &[&str] = &names(&units::MASS);
const SPEED: &[&str] = &names(&units::SPEED);
const TEMPERATURE: &[&str] = &names(&units::TEMPERATURE);
const VOLUME: &[&str] = &names(&units::VOLUME);

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "convert_angle",
        &[gives(
            KqlType::Real,
            &[
                req("value", REAL),
                req("from", STRING).values(ANGLE),
                req("to", STRING).values(ANGLE),
            ],
        )],
    )
    .doc(
        "Converts a number from one unit of angle to another.",
        "print convert_angle(180.0, 'Degree', 'Radian')",
        "query/convert-angle-function",
    ),
    scalar(
        "convert_energy",
        &[gives(
            KqlType::Real,
            &[
                req("value", REAL),
                req("from", STRING).values(ENERGY),
                req("to", STRING).values(ENERGY),
            ],
        )],
    )
    .doc(
        "Converts a number from one unit of energy to another.",
        "print convert_energy(1.0, 'Joule', 'Calorie')",
        "query/convert-energy-function",
    ),
    scalar(
        "convert_force",
        &[gives(
            KqlType::Real,
            &[
                req("value", REAL),
                req("from", STRING).values(FORCE),
                req("to", STRING).values(FORCE),
            ],
        )],
    )
    .doc(
        "Converts a number from one unit of force to another.",
        "print convert_force(1.0, 'Newton', 'Dyn')",
        "query/convert-force-function",
    ),
    scalar(
        "convert_length",
        &[gives(
            KqlType::Real,
            &[
                req("value", REAL),
                req("from", STRING).values(LENGTH),
                req("to", STRING).values(LENGTH),
            ],
        )],
    )
    .doc(
        "Converts a number from one unit of length to another.",
        "print convert_length(1.0, 'Kilometer', 'Meter')",
        "query/convert-length-function",
    ),
    scalar(
        "convert_mass",
        &[gives(
            KqlType::Real,
            &[req("value", REAL), req("from", STRING).values(MASS), req("to", STRING).values(MASS)],
        )],
    )
    .doc(
        "Converts a number from one unit of mass to another.",
        "print convert_mass(1.0, 'Kilogram', 'Gram')",
        "query/convert-mass-function",
    ),
    scalar(
        "convert_speed",
        &[gives(
            KqlType::Real,
            &[
                req("value", REAL),
                req("from", STRING).values(SPEED),
                req("to", STRING).values(SPEED),
            ],
        )],
    )
    .doc(
        "Converts a number from one unit of speed to another.",
        "print convert_speed(36.0, 'KilometerPerHour', 'MeterPerSecond')",
        "query/convert-speed-function",
    ),
    scalar(
        "convert_temperature",
        &[gives(
            KqlType::Real,
            &[
                req("value", REAL),
                req("from", STRING).values(TEMPERATURE),
                req("to", STRING).values(TEMPERATURE),
            ],
        )],
    )
    .doc(
        "Converts a number from one unit of temperature to another.",
        "print convert_temperature(0.0, 'DegreeCelsius', 'Kelvin')",
        "query/convert-temperature-function",
    ),
    scalar(
        "convert_volume",
        &[gives(
            KqlType::Real,
            &[
                req("value", REAL),
                req("from", STRING).values(VOLUME),
                req("to", STRING).values(VOLUME),
            ],
        )],
    )
    .doc(
        "Converts a number from one unit of volume to another.",
        "print convert_volume(1.0, 'Liter', 'Milliliter')",
        "query/convert-volume-function",
    ),
];
