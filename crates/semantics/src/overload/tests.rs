#![allow(clippy::unwrap_used)]
use super::*;
use quarry_schema::functions;

fn arg(ty: KqlType) -> Argument {
    Argument {
        ty,
        is_null: false,
        type_literal: None,
        tabular: false,
    }
}

fn result(name: &str, types: &[KqlType]) -> Result<KqlType, Mismatch> {
    let args: Vec<Argument> = types.iter().copied().map(arg).collect();
    resolve(functions::lookup(name).unwrap(), &args).map(|resolved| resolved.result)
}

use KqlType::{Bool, DateTime, Dynamic, Int, Long, Real, String, TimeSpan};

#[test]
fn the_best_signature_wins() {
    assert_eq!(result("bin", &[Int, Int]), Ok(Long));
    assert_eq!(result("bin", &[Long, Real]), Ok(Real));
    assert_eq!(result("bin", &[DateTime, TimeSpan]), Ok(DateTime));
}

#[test]
fn several_that_fit_a_column_of_unknown_type_give_no_type() {
    assert_eq!(result("bin", &[KqlType::Unknown, TimeSpan]), Ok(KqlType::Unknown));
    assert_eq!(result("strlen", &[KqlType::Unknown]), Ok(Long));
}

#[test]
fn branches_must_agree() {
    assert_eq!(result("iff", &[Bool, Int, Long]), Ok(Long));
    assert_eq!(result("iff", &[Bool, Dynamic, String]), Ok(String));
    assert!(matches!(result("iff", &[Bool, Long, Real]), Err(Mismatch::Branches { .. })));
    assert!(matches!(result("coalesce", &[String, Long]), Err(Mismatch::Branches { .. })));
    assert_eq!(result("case", &[Bool, String, Bool, String, String]), Ok(String));
    assert_eq!(result("max_of", &[Long, Real]), Ok(Real));
}

#[test]
fn wrong_counts_say_what_is_expected() {
    assert_eq!(
        result("floor", &[Real]),
        Err(Mismatch::Arity {
            expected: "2".into(),
            variadic: false
        })
    );
    assert_eq!(
        result("coalesce", &[Real]),
        Err(Mismatch::Arity {
            expected: "2 to 64".into(),
            variadic: true
        })
    );
    assert!(matches!(result("case", &[Bool, String]), Err(Mismatch::Arity { .. })));
}

#[test]
fn optional_arguments_after_repeated_ones_are_found_by_type() {
    assert!(result("array_sort_asc", &[Dynamic, Dynamic]).is_ok());
    assert!(result("array_sort_asc", &[Dynamic, Bool]).is_ok());
}
