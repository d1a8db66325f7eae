use super::steps::AS_IT_IS;
use super::{Unit, base, over, times, unit};

const LIGHT_YEAR: Unit = times("LightYear", 9.46073047258e15);
const PARSEC: Unit = times("Parsec", 3.08567758128e16);

pub const LENGTH: [Unit; 36] = [
    times("Angstrom", 1e-10),
    times("AstronomicalUnit", 1.495978707e11),
    times("Centimeter", 0.01),
    times("Chain", 20.1168),
    times("DataMile", 1828.8),
    times("Decameter", 10.0),
    times("Decimeter", 0.1),
    over("DtpPica", 236.220472441),
    unit("DtpPoint", AS_IT_IS.over(72.0).times(0.0254), AS_IT_IS.over(0.0254).times(72.0)),
    times("Fathom", 1.8288),
    times("Foot", 0.3048),
    times("Hand", 0.1016),
    times("Hectometer", 100.0),
    times("Inch", 0.0254),
    LIGHT_YEAR.prefixed("KilolightYear", 1000.0),
    times("Kilometer", 1000.0),
    PARSEC.prefixed("Kiloparsec", 1000.0),
    LIGHT_YEAR,
    LIGHT_YEAR.prefixed("MegalightYear", 1_000_000.0),
    PARSEC.prefixed("Megaparsec", 1_000_000.0),
    base("Meter"),
    times("Microinch", 2.54e-8),
    times("Micrometer", 1e-6),
    times("Mil", 2.54e-5),
    times("Mile", 1609.34).unsettled(),
    times("Millimeter", 0.001),
    times("Nanometer", 1e-9),
    times("NauticalMile", 1852.0),
    PARSEC,
    over("PrinterPica", 237.106301584),
    unit(
        "PrinterPoint",
        AS_IT_IS.over(72.27).times(0.0254),
        AS_IT_IS.over(0.0254).times(72.27),
    ),
    times("Shackle", 27.432),
    times("SolarRadius", 6.9551e8).unsettled(),
    over("Twip", 56_692.913385826),
    unit(
        "UsSurveyFoot",
        AS_IT_IS.times(1200.0).over(3937.0),
        AS_IT_IS.times(3937.0).over(1200.0),
    ),
    times("Yard", 0.9144),
];
