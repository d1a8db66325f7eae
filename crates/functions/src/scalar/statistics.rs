//! The beta distribution and Welch's test.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;

use super::Family;
use crate::kernel::{Call, Reals};

pub(crate) const KERNELS: Family = &[
    ("beta_cdf", beta_cdf),
    ("beta_inv", beta_inv),
    ("beta_pdf", beta_pdf),
    ("welch_test", welch_test),
];

fn of_three(call: &Call<'_>, compute: impl Fn(f64, f64, f64) -> Option<f64>) -> Result<ColumnarValue> {
    let (x, alpha, beta) = (call.reals(0)?, call.reals(1)?, call.reals(2)?);
    call.write_reals(|row| compute(x.get(row)?, alpha.get(row)?, beta.get(row)?))
}

fn beta_cdf(call: &Call<'_>) -> Result<ColumnarValue> {
    of_three(call, |x, alpha, beta| {
        Some(if !(0.0..=1.0).contains(&x) {
            f64::NAN
        } else if alpha <= 0.0 || beta <= 0.0 {
            // What the engine answers for a distribution that does not exist.
            1.0
        } else {
            incomplete_beta(x, alpha, beta)
        })
    })
}

fn beta_pdf(call: &Call<'_>) -> Result<ColumnarValue> {
    of_three(call, |x, alpha, beta| {
        if !(0.0..=1.0).contains(&x) || alpha <= 0.0 || beta <= 0.0 {
            return Some(f64::NAN);
        }
        Some(((alpha - 1.0) * x.ln() + (beta - 1.0) * (1.0 - x).ln() - ln_beta(alpha, beta)).exp())
    })
}

fn beta_inv(call: &Call<'_>) -> Result<ColumnarValue> {
    of_three(call, |p, alpha, beta| {
        if !(0.0..=1.0).contains(&p) {
            return None;
        }
        if alpha <= 0.0 || beta <= 0.0 {
            return Some(f64::NAN);
        }
        // The distribution grows, so halving the interval finds the place to the last bit.
        let (mut low, mut high) = (0.0f64, 1.0f64);
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if incomplete_beta(middle, alpha, beta) < p {
                low = middle
            } else {
                high = middle
            }
        }
        Some(f64::midpoint(low, high))
    })
}

/// The probability that two samples with these means, variances and counts differ as they do by chance.
fn welch_test(call: &Call<'_>) -> Result<ColumnarValue> {
    let values = (0..6).map(|at| call.reals(at)).collect::<Result<Vec<Reals>>>()?;
    call.write_reals(|row| {
        let get = |at: usize| values.get(at)?.get(row);
        let (mean1, variance1, count1, mean2, variance2, count2) = (get(0)?, get(1)?, get(2)?, get(3)?, get(4)?, get(5)?);
        let (error1, error2) = (variance1 / count1, variance2 / count2);
        let t = (mean1 - mean2) / (error1 + error2).sqrt();
        let freedom = (error1 + error2).powi(2) / (error1.powi(2) / (count1 - 1.0) + error2.powi(2) / (count2 - 1.0));
        Some(incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5))
    })
}

fn ln_beta(alpha: f64, beta: f64) -> f64 {
    libm::lgamma(alpha) + libm::lgamma(beta) - libm::lgamma(alpha + beta)
}

/// The regularised incomplete beta function, by its continued fraction.
fn incomplete_beta(x: f64, alpha: f64, beta: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (alpha * x.ln() + beta * (1.0 - x).ln() - ln_beta(alpha, beta)).exp();
    // The fraction converges fast on this side of the mean only.
    if x < (alpha + 1.0) / (alpha + beta + 2.0) {
        front * fraction(x, alpha, beta) / alpha
    } else {
        1.0 - front * fraction(1.0 - x, beta, alpha) / beta
    }
}

fn fraction(x: f64, alpha: f64, beta: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (alpha + beta) * x / (alpha + 1.0));
    let mut answer = d;
    for step in 1..=300 {
        let m = f64::from(step);
        let even = m * (beta - m) * x / ((alpha + 2.0 * m - 1.0) * (alpha + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        answer *= d * c;
        let odd = -(alpha + m) * (alpha + beta + m) * x / ((alpha + 2.0 * m) * (alpha + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        answer *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::incomplete_beta;

    #[test]
    fn the_distribution_of_known_shapes() {
        // Shape (1, 1) is uniform, (2, 1) a square.
        for x in [0.1, 0.5, 0.9] {
            assert!((incomplete_beta(x, 1.0, 1.0) - x).abs() < 1e-14);
            assert!((incomplete_beta(x, 2.0, 1.0) - x * x).abs() < 1e-14);
            assert!((incomplete_beta(x, 10.0, 20.0) + incomplete_beta(1.0 - x, 20.0, 10.0) - 1.0).abs() < 1e-14);
        }
    }
}
