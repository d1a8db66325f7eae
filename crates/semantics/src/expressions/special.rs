//! Functions that give several columns (`series_stats`, `array_sort_asc` of several arrays), and result types that follow no general rule.

use quarry_schema::{Function, KqlType};

use crate::overload::Argument;

use KqlType::{Dynamic, Long, Real};

/// The columns that a call of a multi-column function gives: endings of their names, and types. The call itself gives one array with
/// these values; empty when the function gives one value.
pub(crate) fn outputs(function: &Function, args: usize) -> &'static [(&'static str, KqlType)] {
    match function.name {
        "series_stats" => &[
            ("min", Real),
            ("min_idx", Long),
            ("max", Real),
            ("max_idx", Long),
            ("avg", Real),
            ("stdev", Real),
            ("variance", Real),
        ],
        "series_fit_line" => &[
            ("rsquare", Real),
            ("slope", Real),
            ("variance", Real),
            ("rvariance", Real),
            ("interception", Real),
            ("line_fit", Dynamic),
        ],
        "series_fit_2lines" => &[
            ("rsquare", Real),
            ("split_idx", Long),
            ("variance", Real),
            ("rvariance", Real),
            ("line_fit", Dynamic),
            ("right_rsquare", Real),
            ("right_slope", Real),
            ("right_interception", Real),
            ("right_variance", Real),
            ("right_rvariance", Real),
            ("left_rsquare", Real),
            ("left_slope", Real),
            ("left_interception", Real),
            ("left_variance", Real),
            ("left_rvariance", Real),
        ],
        "series_fit_poly" => &[
            ("rsquare", Real),
            ("coefficients", Dynamic),
            ("variance", Real),
            ("rvariance", Real),
            ("poly_fit", Dynamic),
        ],
        "series_decompose" | "series_decompose_forecast" => &[
            ("baseline", Dynamic),
            ("seasonal", Dynamic),
            ("trend", Dynamic),
            ("residual", Dynamic),
        ],
        "series_decompose_anomalies" => &[("ad_flag", Dynamic), ("ad_score", Dynamic), ("baseline", Dynamic)],
        "series_fft" | "series_ifft" => &[("real", Dynamic), ("imag", Dynamic)],
        "series_periods_detect" | "series_periods_validate" => &[("periods", Dynamic), ("scores", Dynamic)],
        "array_sort_asc" | "array_sort_desc" if args > 1 => SORTED.get(..args).unwrap_or(SORTED),
        _ => &[],
    }
}

const SORTED: &[(&str, KqlType)] = &[("sorted", Dynamic); 64];

/// The result type of a scalar function that has a rule of its own.
pub(crate) fn result_type(function: &Function, args: &[Argument]) -> KqlType {
    match function.name {
        "bin_auto" => args.first().map_or(KqlType::Unknown, |arg| arg.ty),
        "make_datetime" => KqlType::DateTime,
        "make_timespan" => KqlType::TimeSpan,
        _ => Dynamic,
    }
}
