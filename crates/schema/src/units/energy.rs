use super::steps::AS_IT_IS;
use super::{Unit, base, times, unit};

const BRITISH_THERMAL_UNIT: Unit = times("BritishThermalUnit", 1055.05585262);
const CALORIE: Unit = times("Calorie", 4.184);
const ELECTRON_VOLT: Unit = times("ElectronVolt", 1.602176565e-19);
const THERM_EC: Unit = times("ThermEc", 1.05505585262e8);
const THERM_IMPERIAL: Unit = times("ThermImperial", 1.05505585257348e8);
const THERM_US: Unit = times("ThermUs", 1.054804e8);
const WATT_DAY: Unit = unit("WattDay", AS_IT_IS.times(24.0).times(3600.0), AS_IT_IS.over(24.0 * 3600.0));
const WATT_HOUR: Unit = times("WattHour", 3600.0);

pub const ENERGY: [Unit; 36] = [
    BRITISH_THERMAL_UNIT,
    CALORIE,
    THERM_EC.prefixed("DecathermEc", 10.0),
    THERM_IMPERIAL.prefixed("DecathermImperial", 10.0),
    THERM_US.prefixed("DecathermUs", 10.0),
    ELECTRON_VOLT,
    times("Erg", 1e-7),
    times("FootPound", 1.355817948),
    BRITISH_THERMAL_UNIT.prefixed("GigabritishThermalUnit", 1e9),
    ELECTRON_VOLT.prefixed("GigaelectronVolt", 1e9),
    times("Gigajoule", 1e9),
    WATT_DAY.prefixed("GigawattDay", 1e9),
    WATT_HOUR.prefixed("GigawattHour", 1e9),
    times("HorsepowerHour", 2.6845195377e6),
    base("Joule"),
    BRITISH_THERMAL_UNIT.prefixed("KilobritishThermalUnit", 1000.0),
    CALORIE.prefixed("Kilocalorie", 1000.0),
    ELECTRON_VOLT.prefixed("KiloelectronVolt", 1000.0),
    times("Kilojoule", 1000.0),
    WATT_DAY.prefixed("KilowattDay", 1000.0),
    WATT_HOUR.prefixed("KilowattHour", 1000.0),
    BRITISH_THERMAL_UNIT.prefixed("MegabritishThermalUnit", 1_000_000.0),
    CALORIE.prefixed("Megacalorie", 1_000_000.0),
    ELECTRON_VOLT.prefixed("MegaelectronVolt", 1_000_000.0),
    times("Megajoule", 1_000_000.0),
    WATT_DAY.prefixed("MegawattDay", 1_000_000.0),
    WATT_HOUR.prefixed("MegawattHour", 1_000_000.0),
    times("Millijoule", 0.001),
    ELECTRON_VOLT.prefixed("TeraelectronVolt", 1e12),
    WATT_DAY.prefixed("TerawattDay", 1e12),
    WATT_HOUR.prefixed("TerawattHour", 1e12),
    THERM_EC,
    THERM_IMPERIAL,
    THERM_US,
    WATT_DAY,
    WATT_HOUR,
];
