//! Conversions between numbers.

/// A double as a long: the fraction is dropped, what lies outside becomes the nearest long, NaN gives `None`.
#[must_use]
pub fn long_of(value: f64) -> Option<i64> {
    (!value.is_nan()).then_some(value as i64)
}

/// A double as an int: the fraction is dropped, what lies outside becomes the nearest int, NaN gives `None`.
#[must_use]
pub fn int_of(value: f64) -> Option<i32> {
    (!value.is_nan()).then_some(value as i32)
}

/// A long as an int: the lower 32 bits.
#[must_use]
pub fn wrap_to_int(value: i64) -> i32 {
    value as i32
}

/// The remainder that lies between 0 and the divisor's magnitude; `None` for divisor 0.
#[must_use]
pub fn modulo(left: i64, right: i64) -> Option<i64> {
    if right == 0 { None } else { Some(left.wrapping_rem_euclid(right)) }
}

/// The quotient rounded toward zero, wrapping; `None` for divisor 0.
#[must_use]
pub fn divide(left: i64, right: i64) -> Option<i64> {
    if right == 0 { None } else { Some(left.wrapping_div(right)) }
}

/// The largest multiple of `size` that is not above `value`, wrapping; `None` for size 0.
#[must_use]
pub fn bin(value: i64, size: i64) -> Option<i64> {
    if size == 0 {
        return None;
    }
    // When the signs differ the quotient is rounded away from zero by shifting the value, which wraps near the ends of the range.
    let shifted = match (value < 0, size < 0) {
        (true, false) => value.wrapping_sub(size).wrapping_add(1),
        (false, true) if value > 0 => value.wrapping_sub(size).wrapping_sub(1),
        _ => value,
    };
    Some(shifted.wrapping_div(size).wrapping_mul(size))
}

/// `bin` of doubles: NaN for size 0.
#[must_use]
pub fn bin_real(value: f64, size: f64) -> f64 {
    if size == 0.0 {
        f64::NAN
    } else if value.is_infinite() {
        value
    } else {
        (value / size).floor() * size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_lie_below() {
        assert_eq!(bin(7, 5), Some(5));
        assert_eq!(bin(-7, 5), Some(-10));
        assert_eq!(bin(7, -5), Some(10));
        assert_eq!(bin(-7, -5), Some(-5));
        assert_eq!(bin(-9_223_372_036_854_775_806, 4), Some(9_223_372_036_854_775_804));
        assert_eq!(bin(1, 0), None);
        assert!((bin_real(0.3, 0.1) - 0.2).abs() < 1e-15);
        assert!(bin_real(1.0, 0.0).is_nan());
    }

    #[test]
    fn remainders_are_never_negative() {
        assert_eq!(modulo(-10, 4), Some(2));
        assert_eq!(modulo(10, -4), Some(2));
        assert_eq!(modulo(-10, -4), Some(2));
        assert_eq!(modulo(1, 0), None);
        assert_eq!(modulo(i64::MIN, -1), Some(0));
    }
}
