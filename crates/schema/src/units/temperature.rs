use super::steps::AS_IT_IS;
use super::{Unit, base, times, unit};

const FAHRENHEIT_ZERO: f64 = 459.67 * 5.0 / 9.0;
const ROEMER_ZERO: f64 = 7.5 * 40.0 / 21.0;

pub const TEMPERATURE: [Unit; 10] = [
    unit("DegreeCelsius", AS_IT_IS.plus(273.15), AS_IT_IS.minus(273.15)),
    unit(
        "DegreeDelisle",
        AS_IT_IS.times(-2.0).over(3.0).plus(373.15),
        AS_IT_IS.minus(373.15).times(-3.0).over(2.0),
    ),
    unit(
        "DegreeFahrenheit",
        AS_IT_IS.times(5.0).over(9.0).plus(FAHRENHEIT_ZERO),
        AS_IT_IS.minus(FAHRENHEIT_ZERO).times(9.0).over(5.0),
    ),
    unit(
        "DegreeNewton",
        AS_IT_IS.times(100.0).over(33.0).plus(273.15),
        AS_IT_IS.minus(273.15).times(33.0).over(100.0),
    ),
    unit("DegreeRankine", AS_IT_IS.times(5.0).over(9.0), AS_IT_IS.times(9.0).over(5.0)),
    unit(
        "DegreeReaumur",
        AS_IT_IS.times(5.0).over(4.0).plus(273.15),
        AS_IT_IS.minus(273.15).times(4.0).over(5.0),
    ),
    unit(
        "DegreeRoemer",
        AS_IT_IS.times(40.0).over(21.0).plus(273.15).minus(ROEMER_ZERO),
        AS_IT_IS.minus(273.15 - ROEMER_ZERO).times(21.0).over(40.0),
    ),
    base("Kelvin"),
    unit(
        "MillidegreeCelsius",
        AS_IT_IS.over(1000.0).plus(273.15),
        AS_IT_IS.minus(273.15).times(1000.0),
    ),
    times("SolarTemperature", 5778.0),
];
