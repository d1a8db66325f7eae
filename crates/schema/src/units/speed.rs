use super::steps::AS_IT_IS;
use super::{Unit, base, over, times, unit};

const METER_PER_HOUR: Unit = over("MeterPerHour", 3600.0);
const METER_PER_MINUTE: Unit = over("MeterPerMinute", 60.0);

pub const SPEED: [Unit; 32] = [
    METER_PER_HOUR.prefixed("CentimeterPerHour", 0.01),
    METER_PER_MINUTE.prefixed("CentimeterPerMinute", 0.01),
    times("CentimeterPerSecond", 0.01),
    METER_PER_MINUTE.prefixed("DecimeterPerMinute", 0.1),
    times("DecimeterPerSecond", 0.1),
    unit(
        "FootPerHour",
        AS_IT_IS.times(0.3048).over(3600.0),
        AS_IT_IS.over(0.3048).times(3600.0),
    ),
    unit(
        "FootPerMinute",
        AS_IT_IS.times(0.3048).over(60.0),
        AS_IT_IS.over(0.3048).times(60.0),
    ),
    times("FootPerSecond", 0.3048),
    unit(
        "InchPerHour",
        AS_IT_IS.over(3600.0).times(0.0254),
        AS_IT_IS.over(0.0254).times(3600.0),
    ),
    unit(
        "InchPerMinute",
        AS_IT_IS.over(60.0).times(0.0254),
        AS_IT_IS.over(0.0254).times(60.0),
    ),
    times("InchPerSecond", 0.0254),
    METER_PER_HOUR.prefixed("KilometerPerHour", 1000.0),
    METER_PER_MINUTE.prefixed("KilometerPerMinute", 1000.0),
    times("KilometerPerSecond", 1000.0),
    times("Knot", 0.514444).unsettled(),
    METER_PER_HOUR,
    METER_PER_MINUTE,
    base("MeterPerSecond"),
    METER_PER_MINUTE.prefixed("MicrometerPerMinute", 1e-6),
    times("MicrometerPerSecond", 1e-6),
    times("MilePerHour", 0.44704),
    METER_PER_HOUR.prefixed("MillimeterPerHour", 0.001),
    METER_PER_MINUTE.prefixed("MillimeterPerMinute", 0.001),
    times("MillimeterPerSecond", 0.001),
    METER_PER_MINUTE.prefixed("NanometerPerMinute", 1e-9),
    times("NanometerPerSecond", 1e-9),
    unit(
        "UsSurveyFootPerHour",
        AS_IT_IS.times(1200.0).over(3937.0).over(3600.0),
        AS_IT_IS.times(3937.0).over(1200.0).times(3600.0),
    ),
    unit(
        "UsSurveyFootPerMinute",
        AS_IT_IS.times(1200.0).over(3937.0).over(60.0),
        AS_IT_IS.times(3937.0).over(1200.0).times(60.0),
    ),
    unit(
        "UsSurveyFootPerSecond",
        AS_IT_IS.times(1200.0).over(3937.0),
        AS_IT_IS.times(3937.0).over(1200.0),
    ),
    unit(
        "YardPerHour",
        AS_IT_IS.times(0.9144).over(3600.0),
        AS_IT_IS.over(0.9144).times(3600.0),
    ),
    unit(
        "YardPerMinute",
        AS_IT_IS.times(0.9144).over(60.0),
        AS_IT_IS.over(0.9144).times(60.0),
    ),
    times("YardPerSecond", 0.9144),
];
