//! The digits of doubles inside dynamics, by the Grisu2 method (F. Loitsch, 2010).
//!
//! The engine writes dynamics with it, in a form that rounds towards the nearest digits only when few of them are left: with nine or more digits
//! behind the scaled whole part the last one is the greatest that still reads back (`9.999999999999999` for the double below 10).

/// The significands of 10^-348, 10^-340, … 10^340 in 64 bits, rounded.
const POWERS: [u64; 87] = [
    0xfa8f_d5a0_081c_0288,
    0xbaae_e17f_a23e_bf76,
    0x8b16_fb20_3055_ac76,
    0xcf42_894a_5dce_35ea,
    0x9a6b_b0aa_5565_3b2d,
    0xe61a_cf03_3d1a_45df,
    0xab70_fe17_c79a_c6ca,
    0xff77_b1fc_bebc_dc4f,
    0xbe56_91ef_416b_d60c,
    0x8dd0_1fad_907f_fc3c,
    0xd351_5c28_3155_9a83,
    0x9d71_ac8f_ada6_c9b5,
    0xea9c_2277_23ee_8bcb,
    0xaecc_4991_4078_536d,
    0x823c_1279_5db6_ce57,
    0xc210_9436_4dfb_5637,
    0x9096_ea6f_3848_984f,
    0xd774_85cb_2582_3ac7,
    0xa086_cfcd_97bf_97f4,
    0xef34_0a98_172a_ace5,
    0xb238_67fb_2a35_b28e,
    0x84c8_d4df_d2c6_3f3b,
    0xc5dd_4427_1ad3_cdba,
    0x936b_9fce_bb25_c996,
    0xdbac_6c24_7d62_a584,
    0xa3ab_6658_0d5f_daf6,
    0xf3e2_f893_dec3_f126,
    0xb5b5_ada8_aaff_80b8,
    0x8762_5f05_6c7c_4a8b,
    0xc9bc_ff60_34c1_3053,
    0x964e_858c_91ba_2655,
    0xdff9_7724_7029_7ebd,
    0xa6df_bd9f_b8e5_b88f,
    0xf8a9_5fcf_8874_7d94,
    0xb944_7093_8fa8_9bcf,
    0x8a08_f0f8_bf0f_156b,
    0xcdb0_2555_6531_31b6,
    0x993f_e2c6_d07b_7fac,
    0xe45c_10c4_2a2b_3b06,
    0xaa24_2499_6973_92d3,
    0xfd87_b5f2_8300_ca0e,
    0xbce5_0864_9211_1aeb,
    0x8cbc_cc09_6f50_88cc,
    0xd1b7_1758_e219_652c,
    0x9c40_0000_0000_0000,
    0xe8d4_a510_0000_0000,
    0xad78_ebc5_ac62_0000,
    0x813f_3978_f894_0984,
    0xc097_ce7b_c907_15b3,
    0x8f7e_32ce_7bea_5c70,
    0xd5d2_38a4_abe9_8068,
    0x9f4f_2726_179a_2245,
    0xed63_a231_d4c4_fb27,
    0xb0de_6538_8cc8_ada8,
    0x83c7_088e_1aab_65db,
    0xc45d_1df9_4271_1d9a,
    0x924d_692c_a61b_e758,
    0xda01_ee64_1a70_8dea,
    0xa26d_a399_9aef_774a,
    0xf209_787b_b47d_6b85,
    0xb454_e4a1_79dd_1877,
    0x865b_8692_5b9b_c5c2,
    0xc835_53c5_c896_5d3d,
    0x952a_b45c_fa97_a0b3,
    0xde46_9fbd_99a0_5fe3,
    0xa59b_c234_db39_8c25,
    0xf6c6_9a72_a398_9f5c,
    0xb7dc_bf53_54e9_bece,
    0x88fc_f317_f222_41e2,
    0xcc20_ce9b_d35c_78a5,
    0x9816_5af3_7b21_53df,
    0xe2a0_b5dc_971f_303a,
    0xa8d9_d153_5ce3_b396,
    0xfb9b_7cd9_a4a7_443c,
    0xbb76_4c4c_a7a4_4410,
    0x8bab_8eef_b640_9c1a,
    0xd01f_ef10_a657_842c,
    0x9b10_a4e5_e991_3129,
    0xe710_9bfb_a19c_0c9d,
    0xac28_20d9_623b_f429,
    0x8044_4b5e_7aa7_cf85,
    0xbf21_e440_03ac_dd2d,
    0x8e67_9c2f_5e44_ff8f,
    0xd433_179d_9c8c_b841,
    0x9e19_db92_b4e3_1ba9,
    0xeb96_bf6e_badf_77d9,
    0xaf87_023b_9bf0_ee6b,
];
const FIRST_POWER: i32 = -348;
const POWER_STEP: i32 = 8;

/// A number without a limit to its exponent: `significand * 2^exponent`.
#[derive(Clone, Copy)]
struct Float {
    significand: u64,
    exponent: i32,
}

impl Float {
    fn normalized(self) -> Float {
        let shift = self.significand.leading_zeros();
        Float {
            significand: self.significand << shift,
            exponent: self.exponent - shift.cast_signed(),
        }
    }

    /// The product, rounded to 64 bits.
    #[expect(clippy::cast_possible_truncation, reason = "the upper half of 128 bits")]
    fn times(self, other: Float) -> Float {
        let product = u128::from(self.significand) * u128::from(other.significand);
        let rounded = (product >> 64) + ((product >> 63) & 1);
        Float {
            significand: rounded as u64,
            exponent: self.exponent + other.exponent + 64,
        }
    }
}

/// The power of ten that brings a number of this exponent to a whole part of 4 to 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "exponents of doubles are small")]
fn power_for(exponent: i32) -> Option<Float> {
    let decimal = (f64::from(-61 - exponent) * std::f64::consts::LOG10_2 + 347.0).ceil() as i32;
    let index = (decimal >> 3) + 1;
    let significand = *POWERS.get(usize::try_from(index).ok()?)?;
    let decimal = FIRST_POWER + index * POWER_STEP;
    // 217706 / 2^16 is the binary logarithm of 10, close enough for these exponents.
    Some(Float {
        significand,
        exponent: ((decimal * 217_706) >> 16) - 63,
    })
}

/// The digits of a positive finite double, without leading and trailing zeros.
pub(crate) fn digits(value: f64) -> Option<Vec<u8>> {
    const HIDDEN: u64 = 1 << 52;
    let bits = value.to_bits();
    let (biased, fraction) = (i32::try_from((bits >> 52) & 0x7ff).ok()?, bits & (HIDDEN - 1));
    let number = match biased {
        0 => Float {
            significand: fraction,
            exponent: -1074,
        },
        _ => Float {
            significand: fraction | HIDDEN,
            exponent: biased - 1075,
        },
    };
    // The middles between the double and its neighbors.
    let above = Float {
        significand: (number.significand << 1) + 1,
        exponent: number.exponent - 1,
    }
    .normalized();
    let below = match number.significand {
        HIDDEN => Float {
            significand: (number.significand << 2) - 1,
            exponent: number.exponent - 2,
        },
        significand => Float {
            significand: (significand << 1) - 1,
            exponent: number.exponent - 1,
        },
    };
    let below = Float {
        significand: below.significand << (below.exponent - above.exponent),
        exponent: above.exponent,
    };
    let power = power_for(above.exponent)?;
    let (number, above, below) = (number.normalized().times(power), above.times(power), below.times(power));
    Some(generate(
        number.significand,
        above.significand - 1,
        below.significand + 1,
        (-above.exponent).cast_unsigned(),
    ))
}

/// Digits of `above` until they lie within the reach of `below`. All have `point` bits behind the point.
fn generate(number: u64, above: u64, below: u64, point: u32) -> Vec<u8> {
    let (one, distance) = (1_u64 << point, above - number);
    let mut reach = above - below;
    let (mut whole, mut rest) = (above >> point, above & (one - 1));
    let mut digits = Vec::with_capacity(17);
    let push = |digits: &mut Vec<u8>, digit: u64| {
        if digit != 0 || !digits.is_empty() {
            digits.push(u8::try_from(digit).unwrap_or_default());
        }
    };
    let mut unit = 10_u64.pow(whole.checked_ilog10().unwrap_or_default());
    while unit > 0 {
        push(&mut digits, whole / unit);
        whole %= unit;
        let left = (whole << point) + rest;
        if left <= reach {
            approach(&mut digits, reach, left, unit << point, distance);
            return digits;
        }
        unit /= 10;
    }
    for behind in 1_u32.. {
        (rest, reach) = (rest.wrapping_mul(10), reach.wrapping_mul(10));
        push(&mut digits, rest >> point);
        rest &= one - 1;
        if rest < reach || behind > 20 {
            // Past eight digits the distance counts as none, so that the last digit stays.
            let distance = if behind < 9 { distance.wrapping_mul(10_u64.pow(behind)) } else { 0 };
            approach(&mut digits, reach, rest, one, distance);
            break;
        }
    }
    digits
}

/// Lowers the last digit as long as that brings it nearer to the number.
fn approach(digits: &mut [u8], reach: u64, mut left: u64, unit: u64, distance: u64) {
    let Some(last) = digits.last_mut() else { return };
    while left < distance && reach.saturating_sub(left) >= unit {
        let next = left.saturating_add(unit);
        if next >= distance && distance - left <= next - distance {
            break;
        }
        *last = last.saturating_sub(1);
        left = next;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn text(value: f64) -> String {
        digits(value).unwrap().into_iter().map(|digit| char::from(b'0' + digit)).collect()
    }

    #[test]
    fn the_last_of_many_digits_is_the_greatest() {
        for (value, expected) in [
            (9.999_999_999_999_998, "9999999999999999"),
            (0.1 + 0.2, "30000000000000007"),
            (100.0 / 3.0, "33333333333333339"),
            (123_456_789.123_456_78, "12345678912345678"),
            (40.79686, "4079686"),
            (0.7, "7"),
            (5e-324, "5"),
            (f64::MAX, "17976931348623157"),
        ] {
            assert_eq!(text(value), expected);
        }
    }
}
