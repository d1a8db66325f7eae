//! The words that the declarations are written in. Everything here runs at compile time.

pub(super) use crate::{ArgKind, Function, KqlType, ParamType as T, ResultName, Returns};
use crate::{Doc, FunctionKind, Nulls, Param, Signature};

pub(super) const BOOL: T = T::Exact(KqlType::Bool);
pub(super) const LONG: T = T::Exact(KqlType::Long);
pub(super) const REAL: T = T::Exact(KqlType::Real);
pub(super) const DECIMAL: T = T::Exact(KqlType::Decimal);
pub(super) const STRING: T = T::Exact(KqlType::String);
pub(super) const DATETIME: T = T::Exact(KqlType::DateTime);
pub(super) const TIMESPAN: T = T::Exact(KqlType::TimeSpan);
pub(super) const GUID: T = T::Exact(KqlType::Guid);
pub(super) const DYNAMIC: T = T::Exact(KqlType::Dynamic);

/// The most arguments that a call can have.
const MANY: u16 = 32767;

const fn declare(name: &'static str, kind: FunctionKind, signatures: &'static [Signature]) -> Function {
    Function {
        name,
        aliases: &[],
        kind,
        signatures,
        result_name: ResultName::Default,
        nulls: match kind {
            FunctionKind::Scalar => Nulls::Null,
            FunctionKind::Aggregate => Nulls::Skipped,
            FunctionKind::Window | FunctionKind::Plugin | FunctionKind::Tabular => Nulls::Unsaid,
        },
        doc: Doc {
            summary: "",
            example: "",
            source: "",
        },
    }
}

pub(super) const fn scalar(name: &'static str, signatures: &'static [Signature]) -> Function {
    declare(name, FunctionKind::Scalar, signatures)
}

pub(super) const fn window(name: &'static str, signatures: &'static [Signature]) -> Function {
    declare(name, FunctionKind::Window, signatures)
}

pub(super) const fn aggregate(name: &'static str, signatures: &'static [Signature]) -> Function {
    declare(name, FunctionKind::Aggregate, signatures)
}

pub(super) const fn plugin(name: &'static str, signatures: &'static [Signature]) -> Function {
    declare(name, FunctionKind::Plugin, signatures)
}

pub(super) const fn tabular(name: &'static str, signatures: &'static [Signature]) -> Function {
    declare(name, FunctionKind::Tabular, signatures)
}

impl Function {
    pub(super) const fn aliases(mut self, aliases: &'static [&'static str]) -> Function {
        self.aliases = aliases;
        self
    }

    pub(super) const fn named(mut self, result_name: ResultName) -> Function {
        self.result_name = result_name;
        self
    }

    /// What a null argument gives, where that is not what functions of its kind do.
    pub(super) const fn nulls(mut self, words: &'static str) -> Function {
        self.nulls = Nulls::Said(words);
        self
    }

    pub(super) const fn doc(mut self, summary: &'static str, example: &'static str, source: &'static str) -> Function {
        self.doc = Doc { summary, example, source };
        self
    }
}

/// A signature with one result type.
pub(super) const fn gives(ty: KqlType, params: &'static [Param]) -> Signature {
    Signature {
        params,
        returns: Returns::Type(ty),
    }
}

/// A signature whose result type follows from the arguments.
pub(super) const fn gives_by(returns: Returns, params: &'static [Param]) -> Signature {
    Signature { params, returns }
}

/// A required parameter.
pub(super) const fn req(name: &'static str, ty: T) -> Param {
    repeat(name, ty, 1, 1)
}

/// An optional parameter.
pub(super) const fn opt(name: &'static str, ty: T) -> Param {
    repeat(name, ty, 0, 1)
}

/// A parameter that repeats without a limit of its own.
pub(super) const fn many(name: &'static str, ty: T, at_least: u16) -> Param {
    repeat(name, ty, at_least, MANY)
}

pub(super) const fn repeat(name: &'static str, ty: T, at_least: u16, at_most: u16) -> Param {
    Param {
        name,
        ty,
        arg: ArgKind::Expression,
        occurs: (at_least, at_most),
        values: &[],
    }
}

impl Param {
    pub(super) const fn arg(mut self, kind: ArgKind) -> Param {
        self.arg = kind;
        self
    }

    pub(super) const fn constant(self) -> Param {
        self.arg(ArgKind::Constant)
    }

    pub(super) const fn literal(self) -> Param {
        self.arg(ArgKind::Literal)
    }

    pub(super) const fn column(self) -> Param {
        self.arg(ArgKind::Column)
    }

    pub(super) const fn values(mut self, values: &'static [&'static str]) -> Param {
        self.values = values;
        self
    }
}
