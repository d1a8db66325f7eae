use super::{Unit, base, over, times};

const POUND_FORCE: Unit = times("PoundForce", 4.448221615260509);

pub const FORCE: [Unit; 15] = [
    times("Decanewton", 10.0),
    over("Dyn", 100_000.0),
    times("KiloPond", 9.80665002864).unsettled(),
    times("KilogramForce", 9.80665002864).unsettled(),
    times("Kilonewton", 1000.0),
    POUND_FORCE.prefixed("KilopoundForce", 1000.0),
    times("Meganewton", 1_000_000.0),
    times("Micronewton", 1e-6),
    times("Millinewton", 0.001),
    base("Newton"),
    times("OunceForce", 0.2780138509537812),
    POUND_FORCE,
    times("Poundal", 0.1382550279897304).unsettled(),
    times("ShortTonForce", 8896.443230521),
    times("TonneForce", 9806.65002864).unsettled(),
];
