//! Which of our own aggregates an expression runs, with everything that its states need to know.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use quarry_schema::KqlType;
use quarry_value::arrow_type;

use super::average::Averages;
use super::bag::Bags;
use super::evidence::{Events, Evidence};
use super::extreme::Extremes;
use super::list::Lists;
use super::moments::{Moment, Moments};
use super::percentile::{Percentiles, Values};
use super::pick::{self, Firsts, PickRule, Picks};
use super::schema::Schemas;
use super::set::{SetResult, Sets};
use super::states::States;
use crate::event::EventForm;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Spec {
    List {
        ty: KqlType,
        nulls: bool,
        limit: usize,
    },
    Set {
        ty: KqlType,
        result: SetResult,
    },
    Bag {
        limit: usize,
    },
    Evidence {
        limit: usize,
    },
    /// The types are those of the time and of the fields.
    Events {
        limit: usize,
        form: EventForm,
        types: Vec<KqlType>,
    },
    Pick {
        rule: PickRule,
        types: Vec<KqlType>,
    },
    /// The value of the first row, whatever it is.
    First(KqlType),
    Extreme {
        ty: KqlType,
        max: bool,
    },
    Percentile(Percentiles),
    Moment {
        moment: Moment,
        population: bool,
    },
    Average(KqlType),
    Schema,
}

impl Spec {
    /// The name that plans show.
    pub fn name(&self) -> &'static str {
        match self {
            Spec::List { .. } => "make_list",
            Spec::Set {
                result: SetResult::Count, ..
            } => "dcount",
            Spec::Set {
                result: SetResult::Hashes, ..
            } => "hll",
            Spec::Set {
                result: SetResult::Members { .. },
                ..
            } => "make_set",
            Spec::Bag { .. } => "make_bag",
            Spec::Evidence { .. } => "$evidence",
            Spec::Events { .. } => "$events",
            Spec::Pick {
                rule: PickRule::Greatest, ..
            } => "arg_max",
            Spec::Pick { rule: PickRule::Least, .. } => "arg_min",
            Spec::Pick { .. } => "take_any",
            Spec::First(_) => "first",
            Spec::Extreme { max: true, .. } => "kql_max",
            Spec::Extreme { max: false, .. } => "kql_min",
            Spec::Percentile(_) => "percentiles",
            Spec::Moment {
                moment: Moment::Variance, ..
            } => "variance",
            Spec::Moment {
                moment: Moment::Deviation, ..
            } => "stdev",
            Spec::Moment {
                moment: Moment::Covariance,
                ..
            } => "covariance",
            Spec::Average(_) => "kql_avg",
            Spec::Schema => "buildschema",
        }
    }

    /// The Arrow type of the result. Aggregates of several outputs give a struct with a field `c0`, `c1`, … for each.
    pub fn result(&self) -> DataType {
        match self {
            Spec::Set {
                result: SetResult::Count, ..
            } => DataType::Int64,
            Spec::List { .. } | Spec::Set { .. } | Spec::Bag { .. } | Spec::Evidence { .. } | Spec::Events { .. } | Spec::Schema => {
                DataType::Utf8View
            }
            Spec::Pick { types, .. } => DataType::Struct(Picks::fields(types)),
            Spec::Extreme { ty, .. } | Spec::Average(ty) | Spec::First(ty) => arrow_type(*ty),
            Spec::Percentile(percentiles) => percentiles.result(),
            Spec::Moment { .. } => DataType::Float64,
        }
    }

    /// The Arrow types of the state between partial and final aggregation.
    pub fn state(&self) -> Vec<DataType> {
        let list = |item: DataType| DataType::List(Arc::new(Field::new_list_field(item, true)));
        match self {
            Spec::List { .. } => vec![DataType::Utf8View, DataType::Int64],
            Spec::Set { .. } => vec![list(DataType::Binary)],
            Spec::Bag { .. } | Spec::Evidence { .. } | Spec::Events { .. } | Spec::Schema => vec![DataType::Utf8View],
            Spec::Pick { types, .. } => pick::state_types(types),
            Spec::First(ty) => pick::state_types(&[*ty]),
            Spec::Extreme { ty, .. } => vec![arrow_type(*ty)],
            Spec::Percentile(_) => vec![list(DataType::Int64)],
            Spec::Moment { .. } => vec![DataType::Float64; 4],
            Spec::Average(_) => vec![arrow_type(KqlType::Decimal), DataType::Int64],
        }
    }

    /// States for no groups yet.
    pub fn states(&self) -> Box<dyn States> {
        match self {
            Spec::List { ty, nulls, limit } => Box::new(Lists::new(*ty, *nulls, *limit)),
            Spec::Set { ty, result } => Box::new(Sets::new(*ty, *result)),
            Spec::Bag { limit } => Box::new(Bags::new(*limit)),
            Spec::Evidence { limit } => Box::new(Evidence::new(*limit)),
            Spec::Events { limit, form, types } => Box::new(Events::new(*limit, form, types)),
            Spec::Pick { rule, types } => Box::new(Picks::new(*rule, types)),
            Spec::First(ty) => Box::new(Firsts::new(*ty)),
            Spec::Extreme { ty, max } => Box::new(Extremes::new(*ty, *max)),
            Spec::Percentile(percentiles) => Box::new(Values::new(percentiles.clone())),
            Spec::Moment { moment, population } => Box::new(Moments::new(*moment, *population)),
            Spec::Average(ty) => Box::new(Averages::new(*ty)),
            Spec::Schema => Box::new(Schemas::default()),
        }
    }
}
