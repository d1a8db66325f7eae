//! Declarations in words: how a function is called, what it takes and gives, what its result is called.

use crate::{ArgKind, Function, FunctionKind, KqlType, Nulls, Param, ParamType, ResultName, Returns, Signature};

impl Function {
    /// One way of calling it: `substring(string, start: int or long, [length: int or long]): string`.
    #[must_use]
    pub fn usage(&self, signature: &Signature) -> String {
        let following = signature.params.iter().skip(1).map(Some).chain([None]);
        let params: Vec<_> = signature
            .params
            .iter()
            .zip(following)
            .map(|(this, next)| in_usage(this, next))
            .collect();
        let returns = match signature.returns {
            Returns::Type(ty) => format!(": {ty}"),
            Returns::ArrayOfFirst => ": dynamic".to_owned(),
            _ => String::new(),
        };
        format!("{}({}){returns}", self.name, params.join(", "))
    }

    /// Each parameter once, in order: its name, the types it takes, and what else an argument must be.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        let mut found: Vec<Parameter> = Vec::new();
        let required = |name: &str| {
            let mut signatures = self.signatures.iter();
            signatures.all(|signature| signature.params.iter().any(|param| param.name == name && param.occurs.0 > 0))
        };
        for param in self.signatures.iter().flat_map(|signature| signature.params) {
            let types = argument_type(param);
            if let Some(known) = found.iter_mut().find(|known| known.name == param.name) {
                if !known.types.split(" or ").any(|ty| ty == types) && known.types != types {
                    known.types = format!("{} or {types}", known.types);
                }
                continue;
            }
            found.push(Parameter {
                name: param.name,
                types,
                notes: notes(param, required(param.name)),
            });
        }
        found
    }

    /// The type of what it gives.
    #[must_use]
    pub fn result(&self) -> String {
        let mut all: Vec<String> = Vec::new();
        for signature in self.signatures {
            let text = returns(self, signature);
            if !all.contains(&text) {
                all.push(text);
            }
        }
        all.join(", or ")
    }

    /// What a result column is called that the query does not name; empty for what gives whole tables.
    #[must_use]
    pub fn column_name(&self) -> String {
        match self.kind {
            FunctionKind::Plugin | FunctionKind::Tabular => return String::new(),
            FunctionKind::Scalar | FunctionKind::Aggregate | FunctionKind::Window => {}
        }
        // These the binder names by rules of their own.
        match (self.kind, self.name) {
            (FunctionKind::Aggregate, "arg_max" | "arg_min") => {
                let end = self.name.trim_start_matches("arg_");
                return format!("the first argument's name, else `{end}_`; the other columns keep their names");
            }
            (FunctionKind::Aggregate, "argmax" | "argmin") => {
                let end = self.name.trim_start_matches("arg");
                return format!("`{end}_x` for a first argument `x`, `{end}_x_y` for another column `y`");
            }
            (FunctionKind::Aggregate, "take_any") => return "the first argument's name".to_owned(),
            (FunctionKind::Aggregate, "any") => return "`any_x` for an argument `x`".to_owned(),
            (FunctionKind::Aggregate, "percentiles" | "percentilesw") => {
                return "`percentile_x_50` for the 50th percentile of `x`".to_owned();
            }
            (FunctionKind::Aggregate, "percentiles_array" | "percentilesw_array") => {
                return "`percentiles_x` for an argument `x`".to_owned();
            }
            (FunctionKind::Scalar, "array_sort_asc" | "array_sort_desc") => {
                return "`x_sorted` for an argument `x`, else `array0_sorted`".to_owned();
            }
            _ => {}
        }
        let name = self.name;
        match self.result_name {
            ResultName::Default if self.kind == FunctionKind::Aggregate => format!("`{name}_`"),
            ResultName::Default => "`Column1`, `Column2`, …".to_owned(),
            ResultName::NameAndFirstArgument => format!("`{name}_x` for a first argument `x`, else `{name}_`"),
            ResultName::NameAndOnlyArgument => format!("`{name}_x` for the only argument `x`, else `{name}_`"),
            ResultName::PrefixAndFirstArgument(prefix) => format!("`{prefix}_x` for a first argument `x`, else `{prefix}_`"),
            ResultName::PrefixAndOnlyArgument(prefix) => format!("`{prefix}_x` for the only argument `x`, else `{prefix}_`"),
            ResultName::PrefixAndFirstTwoArguments(prefix) => format!("`{prefix}_x_y` for arguments `x` and `y`"),
            ResultName::PrefixOnly(prefix) => format!("`{prefix}`"),
            ResultName::FirstArgument => "the first argument's name, else `Column1`, …".to_owned(),
            ResultName::OnlyArgument => "the name of the only argument, else `Column1`, …".to_owned(),
            ResultName::FirstArgumentValueIfColumn => "the column's name, else `Column1`, …".to_owned(),
        }
    }

    /// What a null argument gives; empty when there is nothing to say.
    #[must_use]
    pub fn null_rule(&self) -> String {
        // A text is never null.
        let text = |param: &Param| param.ty == ParamType::Exact(KqlType::String) || param.ty == ParamType::TypeLiteral;
        let mut params = self.signatures.iter().flat_map(|signature| signature.params);
        let takes_values = params.any(|param| !text(param));
        match self.nulls {
            Nulls::Said(words) => words.to_owned(),
            Nulls::Null if takes_values => {
                let text = |signature: &Signature| signature.returns == Returns::Type(KqlType::String);
                if self.signatures.iter().all(text) {
                    "A null argument gives the empty text.".to_owned()
                } else {
                    "A null argument gives null.".to_owned()
                }
            }
            Nulls::Skipped if takes_values => "Rows where the argument is null do not count.".to_owned(),
            Nulls::Null | Nulls::Skipped | Nulls::Unsaid => String::new(),
        }
    }

    /// Names that begin with two underscores are for the engine's own use.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.name.starts_with("__")
    }
}

/// A parameter in words.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub types: String,
    pub notes: String,
}

fn in_usage(param: &Param, next: Option<&Param>) -> String {
    let ty = type_words(param.ty);
    let mut text = if ty.is_empty() {
        param.name.to_owned()
    } else {
        format!("{}: {ty}", param.name)
    };
    let (at_least, at_most) = param.occurs;
    // Of parameters that repeat together, the last one shows it.
    if at_most > 1 && next.is_none_or(|next| next.occurs != param.occurs) {
        text.push_str(", …");
    }
    if at_least == 0 { format!("[{text}]") } else { text }
}

fn argument_type(param: &Param) -> String {
    let words = type_words(param.ty);
    match param.arg {
        ArgKind::Aggregate => "aggregate".to_owned(),
        ArgKind::StarOnly => "`*`".to_owned(),
        _ if words.is_empty() => "any".to_owned(),
        _ => words,
    }
}

/// What else is to be known of an argument.
fn notes(param: &Param, required: bool) -> String {
    let mut notes: Vec<String> = Vec::new();
    if !required {
        notes.push("optional".to_owned());
    }
    match param.arg {
        ArgKind::Expression | ArgKind::StarOnly | ArgKind::Aggregate => {}
        ArgKind::StarAllowed => notes.push("or `*`".to_owned()),
        ArgKind::Column => notes.push("a column".to_owned()),
        ArgKind::Literal => notes.push("a literal".to_owned()),
        ArgKind::LiteralNotEmpty => notes.push("a literal, not empty".to_owned()),
        ArgKind::Constant => notes.push("a constant".to_owned()),
        ArgKind::ElementOfFirst => notes.push("over the elements of the path".to_owned()),
        ArgKind::ColumnOfFirst => notes.push("a column of the table given first".to_owned()),
        ArgKind::ColumnOfBoth => notes.push("a column that both tables have".to_owned()),
    }
    match param.occurs {
        (_, 0 | 1) => {}
        (_, most) if most < 1000 => notes.push(format!("up to {most} times")),
        _ => notes.push("any number of times".to_owned()),
    }
    if !param.values.is_empty() {
        notes.push(format!("one of `{}`", param.values.join("`, `")));
    }
    notes.join("; ")
}

/// What a type class takes, in words; nothing for any scalar.
#[must_use]
pub fn type_words(ty: ParamType) -> String {
    let text = match ty {
        ParamType::Exact(ty) => ty.name(),
        ParamType::OneOf(types) => return types.iter().map(|ty| ty.name()).collect::<Vec<_>>().join(" or "),
        ParamType::Scalar | ParamType::SameAs(_) | ParamType::CommonScalar | ParamType::CommonScalarOrDynamic => "",
        ParamType::Tabular => "table",
        ParamType::TypeLiteral => "typeof(…)",
        ParamType::Integer => "int or long",
        ParamType::RealOrDecimal => "real or decimal",
        ParamType::StringOrDynamic => "string or dynamic",
        ParamType::StringOrArray => "string or array",
        ParamType::IntegerOrArray => "integer or array",
        ParamType::DynamicArray => "array",
        ParamType::DynamicBag => "bag",
        ParamType::Number | ParamType::CommonNumber => "number",
        ParamType::NumberOrBool => "number or bool",
        ParamType::Summable | ParamType::CommonSummable => "number, datetime or timespan",
        ParamType::Orderable | ParamType::CommonOrderable => "anything with an order",
        ParamType::NotRealOrBool => "neither real nor bool",
        ParamType::NotDynamic => "not dynamic",
        ParamType::NotBool => "not bool",
    };
    text.to_owned()
}

fn returns(function: &Function, signature: &Signature) -> String {
    let of = |at: u8| {
        let param = signature.params.get(usize::from(at));
        param.map_or_else(|| "an argument".to_owned(), |param| format!("`{}`", param.name))
    };
    match signature.returns {
        Returns::Type(ty) => ty.name().to_owned(),
        Returns::SameAs(at) => format!("the type of {}", of(at)),
        Returns::TypeOf(at) => format!("the type that {} names", of(at)),
        Returns::TypeOfLast => "the type that the last argument names".to_owned(),
        Returns::PromotedFirst => format!("the type of {}, with int as long", of(0)),
        Returns::ArrayOfFirst => "dynamic array".to_owned(),
        Returns::Common | Returns::CommonNonDynamic => "the common type of the arguments".to_owned(),
        Returns::Widest => "the widest number type of the arguments".to_owned(),
        Returns::Table => "table".to_owned(),
        Returns::Custom => by_rule(function).to_owned(),
    }
}

/// What a function gives whose type the binder decides by a rule of its own.
fn by_rule(function: &Function) -> &'static str {
    match (function.kind, function.name) {
        (FunctionKind::Plugin | FunctionKind::Tabular, _) => "table",
        (FunctionKind::Aggregate, "percentile" | "percentilew") => "the type of the first argument",
        (FunctionKind::Aggregate, "percentiles" | "percentilesw") => "a column of the first argument's type for each percentile",
        (FunctionKind::Aggregate, "percentiles_array" | "percentilesw_array") => "dynamic array",
        (FunctionKind::Aggregate, _) => "the types of the columns asked for",
        (_, "array_sort_asc" | "array_sort_desc") => "dynamic, a column for each array",
        (_, "bin_auto") => "the type of the argument",
        (_, "datetime_diff") => "long, or real for weeks",
        (_, "toscalar") => "the type of the query's first column",
        (_, "series_decompose_forecast") => "dynamic",
        (_, name) if name.starts_with("series_") && !name.ends_with("_dynamic") => "several columns, as the example shows",
        _ => "dynamic",
    }
}
