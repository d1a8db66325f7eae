use std::f64::consts::PI;

use super::steps::AS_IT_IS;
use super::{Unit, base, over, times, unit};

const RADIAN: Unit = unit("Radian", AS_IT_IS.times(180.0).over(PI), AS_IT_IS.over(180.0).times(PI));

pub const ANGLE: [Unit; 16] = [
    over("Arcminute", 60.0),
    over("Arcsecond", 3600.0),
    RADIAN.prefixed("Centiradian", 0.01),
    RADIAN.prefixed("Deciradian", 0.1),
    base("Degree"),
    times("Gradian", 0.9),
    times("Microdegree", 1e-6),
    RADIAN.prefixed("Microradian", 1e-6),
    times("Millidegree", 0.001),
    RADIAN.prefixed("Milliradian", 0.001),
    times("Nanodegree", 1e-9),
    RADIAN.prefixed("Nanoradian", 1e-9),
    unit("NatoMil", AS_IT_IS.times(9.0).over(160.0), AS_IT_IS.times(160.0).over(9.0)),
    RADIAN,
    times("Revolution", 360.0),
    unit(
        "Tilt",
        AS_IT_IS.arcsine().times(180.0).over(PI),
        AS_IT_IS.over(180.0).times(PI).sine(),
    ),
];
