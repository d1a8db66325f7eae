use super::{Unit, base, over, times};

const GRAM: Unit = over("Gram", 1000.0);
const POUND: Unit = times("Pound", 0.45359237);
const TONNE: Unit = times("Tonne", 1000.0);

pub const MASS: [Unit; 25] = [
    GRAM.prefixed("Centigram", 0.01),
    GRAM.prefixed("Decagram", 10.0),
    GRAM.prefixed("Decigram", 0.1),
    times("EarthMass", 5.9722e24),
    over("Grain", 15_432.358352941432),
    GRAM,
    GRAM.prefixed("Hectogram", 100.0),
    base("Kilogram"),
    POUND.prefixed("Kilopound", 1000.0),
    TONNE.prefixed("Kilotonne", 1000.0),
    over("LongHundredweight", 0.01968413055222121),
    times("LongTon", 1016.0469088),
    POUND.prefixed("Megapound", 1_000_000.0),
    TONNE.prefixed("Megatonne", 1_000_000.0),
    GRAM.prefixed("Microgram", 1e-6),
    GRAM.prefixed("Milligram", 0.001),
    GRAM.prefixed("Nanogram", 1e-9),
    over("Ounce", 35.2739619).unsettled(),
    POUND,
    over("ShortHundredweight", 0.022046226218487758),
    times("ShortTon", 907.18474),
    over("Slug", 0.06852176556196105),
    times("SolarMass", 1.98947e30),
    over("Stone", 0.1574731728702698),
    TONNE,
];
