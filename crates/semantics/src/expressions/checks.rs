//! What the engine demands of arguments besides their types: constants, known words, well-formed formats and regular expressions.

use quarry_schema::{ArgKind, Function, KqlType};

use crate::binder::Binder;
use crate::constant::{fold, fold_integer, fold_string, is_constant};
use crate::ir::{Expr, ExprKind, Literal};
use crate::overload::Resolved;
use crate::{diagnostics, regex};

impl Binder<'_> {
    /// Checks the words of arguments that must be one of a list. These come before types: the engine names the wrong word first.
    pub(super) fn check_values(&mut self, function: &Function, name: &str, args: &[Expr]) -> bool {
        let Some(signature) = function.signatures.first() else {
            return true;
        };
        for (param, arg) in signature.params.iter().zip(args) {
            // What is no unit converts to null.
            if param.values.is_empty() || function.name.starts_with("convert_") {
                continue;
            }
            let Some(word) = fold_string(arg, self.now) else { continue };
            if !param.values.iter().any(|value| value.eq_ignore_ascii_case(&word)) {
                self.report(diagnostics::bad_period(name, &word, arg.span));
                return false;
            }
        }
        true
    }

    pub(super) fn check_arguments(&mut self, name: &str, function: &Function, resolved: &Resolved, args: &[Expr]) -> bool {
        for (at, (param, arg)) in resolved.params.iter().zip(args).enumerate() {
            if arg.ty == KqlType::Unknown || !self.check_constant(name, function, at, param.arg, arg) {
                return true;
            }
        }
        self.check_text(name, function, args)
    }

    fn check_constant(&mut self, name: &str, function: &Function, at: usize, kind: ArgKind, arg: &Expr) -> bool {
        let literal_only = matches!(function.name, "format_datetime" | "trim" | "trim_start" | "trim_end") && kind != ArgKind::Expression;
        match kind {
            ArgKind::Literal | ArgKind::LiteralNotEmpty | ArgKind::Constant => {}
            _ => return true,
        }
        let constant = is_constant(arg);
        if !constant {
            self.report(if literal_only || kind != ArgKind::Constant {
                diagnostics::literal_expected(name, at, arg.span)
            } else {
                diagnostics::constant_expected(&format!("{name}(): argument {}", at + 1), arg.span)
            });
            return false;
        }
        let empty = matches!(fold(arg, self.now), Some(Literal::String(text)) if text.is_empty());
        if empty && (literal_only || kind == ArgKind::LiteralNotEmpty) {
            self.report(diagnostics::empty_literal(name, at, arg.span));
            return false;
        }
        true
    }

    /// Formats and regular expressions that are known now.
    fn check_text(&mut self, name: &str, function: &Function, args: &[Expr]) -> bool {
        let at = match function.name {
            "extract" | "extract_all" | "replace" | "trim" | "trim_start" | "trim_end" => 0,
            "replace_regex" | "indexof_regex" | "format_datetime" | "format_timespan" => 1,
            "prev" | "next" => return self.check_offset(name, args),
            "countof" => return self.check_needle(name, args),
            _ => return true,
        };
        let Some(arg) = args.get(at) else { return true };
        let Some(text) = fold_string(arg, self.now) else { return true };
        if function.name.starts_with("format_") {
            let known = if function.name == "format_datetime" {
                "dfFhHmMsyt"
            } else {
                "dfFhHms"
            };
            if !valid_format(&text, known) {
                self.report(diagnostics::bad_format(name, &text, arg.span));
                return false;
            }
            return true;
        }
        match regex::shape(&text) {
            // The trimming functions put the pattern into a group of their own, which it may even close.
            Err(_) if function.name.starts_with("trim") && !text.contains("(?") => true,
            Err(problem) => {
                self.report(diagnostics::bad_regex(problem, arg.span));
                false
            }
            Ok(shape) if function.name == "extract_all" && !(1..=16).contains(&shape.captures) => {
                self.report(diagnostics::capture_groups(arg.span));
                false
            }
            Ok(_) => true,
        }
    }

    fn check_needle(&mut self, name: &str, args: &[Expr]) -> bool {
        let Some(needle) = args.get(1).filter(|needle| !is_constant(needle)) else {
            return true;
        };
        self.report(diagnostics::literal_expected(name, 1, needle.span));
        false
    }

    fn check_offset(&mut self, name: &str, args: &[Expr]) -> bool {
        if let Some(value) = args.first()
            && !matches!(value.kind, ExprKind::Column(_))
            && value.ty != KqlType::Unknown
        {
            self.report(diagnostics::column_expected(name, value.span));
            return false;
        }
        let Some(offset) = args.get(1) else { return true };
        if !is_constant(offset) {
            self.report(diagnostics::constant_expected(&format!("{name}(): the offset"), offset.span));
            return false;
        }
        if let Some(number) = fold_integer(offset, self.now)
            && number < 1
        {
            self.report(diagnostics::general(
                format!("{name}(): the offset must be at least 1"),
                offset.span,
            ));
            return false;
        }
        if let Some(default) = args.get(2)
            && !matches!(default.kind, ExprKind::Literal(_))
            && !is_constant(default)
        {
            self.report(diagnostics::constant_expected(&format!("{name}(): the default"), default.span));
            return false;
        }
        true
    }
}

/// Whether a format holds nothing but specifiers and separators; `t` only comes as `tt`.
fn valid_format(format: &str, specifiers: &str) -> bool {
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        let mut run = 1;
        while chars.next_if_eq(&c).is_some() {
            run += 1;
        }
        let separator = matches!(c, '/' | '-' | ':' | ',' | '.' | '_' | '[' | ']' | ' ');
        let known = separator || specifiers.contains(c) && (c != 't' || run == 2);
        if !known {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::valid_format;

    #[test]
    fn formats_hold_specifiers_and_separators_only() {
        assert!(valid_format("yyyy-MM-dd [HH:mm:ss.fffffff] tt", "dfFhHmMsyt"));
        for bad in ["t", "ttt", "z", "K", "T", " at ", "+", "%d", "yyyy\tMM"] {
            assert!(!valid_format(bad, "dfFhHmMsyt"), "{bad}");
        }
    }
}
