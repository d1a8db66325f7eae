//! Pipelines, operator by operator.

use quarry_schema::KqlType;

use super::expressions::{aggregate, condition, expression};
use super::tables::{Columns, T, U};
use crate::choices::Choices;
use crate::values;

/// How many sorts of operators there are.
const SORTS: usize = 16;

/// One operator of a sort behind the pipeline so far.
pub fn step_of(sort: usize, columns: &mut Columns, choices: &mut Choices) -> String {
    match sort {
        0 => format!("where {}", condition(2, columns, choices)),
        1 => {
            let ty = *choices.pick(values::TYPES);
            let value = expression(ty, 3, columns, choices);
            let name = if choices.chance(20) {
                choices.pick(&columns.columns).0.clone()
            } else {
                columns.fresh()
            };
            columns.columns.retain(|(column, _)| *column != name);
            // What a function gives as bool or dynamic stays that; numbers may be widened by an operator: a cast keeps the books right.
            columns.columns.push((name.clone(), ty));
            format!("extend {name} = {}", cast(ty, &value))
        }
        2 => {
            let mut kept = columns.columns.clone();
            kept.retain(|_| !choices.chance(40));
            let ty = *choices.pick(&[KqlType::Long, KqlType::String, KqlType::Real]);
            let value = expression(ty, 2, columns, choices);
            let name = columns.fresh();
            let mut items: Vec<String> = kept.iter().map(|(column, _)| column.clone()).collect();
            items.push(format!("{name} = {}", cast(ty, &value)));
            kept.push((name, ty));
            columns.columns = kept;
            format!("project {}", items.join(", "))
        }
        3 | 4 => {
            let keys: Vec<(String, KqlType)> = columns
                .columns
                .iter()
                .filter(|(_, ty)| *ty != KqlType::Dynamic)
                .filter(|_| choices.chance(30))
                .cloned()
                .collect();
            let mut made = keys.clone();
            let mut items = Vec::new();
            for _ in 0..=choices.below(3) {
                let (text, ty) = aggregate(columns, choices);
                let name = columns.fresh();
                items.push(format!("{name} = {text}"));
                made.push((name, ty));
            }
            columns.columns = made;
            let keys: Vec<String> = keys.into_iter().map(|(name, _)| name).collect();
            let by = if keys.is_empty() {
                String::new()
            } else {
                format!(" by {}", keys.join(", "))
            };
            format!("summarize {}{by}", items.join(", "))
        }
        5 | 6 => join(columns, choices),
        7 => {
            // Columns of the same name and type meet, others are filled.
            let mut other = Columns::new(U);
            let filter = condition(1, &other, choices);
            for (name, ty) in &mut other.columns {
                if columns.columns.iter().any(|(column, known)| column == name && known != ty) {
                    *name = format!("u_{name}");
                } else if !columns.columns.iter().any(|(column, _)| column == name) {
                    columns.columns.push((name.clone(), *ty));
                }
            }
            let items: Vec<String> = other
                .columns
                .iter()
                .zip(U)
                .map(|((name, _), (old, _))| format!("{name} = {old}"))
                .collect();
            for (name, ty) in &other.columns {
                if !columns.columns.iter().any(|(column, _)| column == name) {
                    columns.columns.push((name.clone(), *ty));
                }
            }
            format!("union (U | where {filter} | project {})", items.join(", "))
        }
        8 => {
            let sortable = columns.of(|ty| ty != KqlType::Dynamic);
            if sortable.is_empty() {
                return "count | project-rename n0 = Count".to_owned() + &reset(columns);
            }
            let keys: Vec<String> = sortable
                .iter()
                .map(|name| format!("{name} {}", choices.pick(&["asc", "desc", "asc nulls last", "desc nulls first"])))
                .collect();
            columns.columns.retain(|(_, ty)| *ty != KqlType::Dynamic);
            let end = *choices.pick(&[
                "take 3",
                "take 0",
                "take 10",
                "extend rank = row_number()",
                "serialize before = prev(1)",
            ]);
            let end = match end {
                "extend rank = row_number()" => {
                    let name = columns.fresh();
                    columns.columns.push((name.clone(), KqlType::Long));
                    format!("extend {name} = row_number()")
                }
                "serialize before = prev(1)" => {
                    let column = choices.pick(&columns.columns).clone();
                    let name = columns.fresh();
                    columns.columns.push((name.clone(), column.1));
                    format!("serialize {name} = prev({})", column.0)
                }
                take => take.to_owned(),
            };
            format!("project {} | sort by {} | {end}", sortable.join(", "), keys.join(", "))
        }
        9 => {
            let lists = columns.of(|ty| ty == KqlType::Dynamic);
            if lists.is_empty() {
                return "where true".to_owned();
            }
            let list = choices.pick(&lists).clone();
            let ty = *choices.pick(&[KqlType::Dynamic, KqlType::Long, KqlType::String]);
            let name = columns.fresh();
            columns.columns.push((name.clone(), ty));
            let to = if ty == KqlType::Dynamic {
                String::new()
            } else {
                format!(" to typeof({})", ty.name())
            };
            format!("mv-expand {name} = {list}{to}")
        }
        10 => {
            let mut kept: Vec<(String, KqlType)> = columns.columns.iter().filter(|(_, ty)| *ty != KqlType::Dynamic).cloned().collect();
            kept.retain(|_| choices.chance(50));
            if kept.is_empty() {
                return "where true".to_owned();
            }
            let names: Vec<String> = kept.iter().map(|(name, _)| name.clone()).collect();
            columns.columns = kept;
            format!("distinct {}", names.join(", "))
        }
        11 => {
            let texts = columns.of(|ty| ty == KqlType::String);
            if texts.is_empty() {
                return "where true".to_owned();
            }
            let (number, user) = (columns.fresh(), columns.fresh());
            columns.columns.push((number.clone(), KqlType::Long));
            columns.columns.push((user.clone(), KqlType::String));
            let operator = choices.pick(&["parse", "parse-where"]);
            format!("{operator} {} with 'key=' {number}:long '; user=' {user}", choices.pick(&texts))
        }
        12 => {
            let sortable = columns.of(|ty| ty != KqlType::Dynamic);
            if sortable.is_empty() {
                return "where true".to_owned();
            }
            let key = choices.pick(&sortable).clone();
            columns.columns.retain(|(name, _)| *name == key);
            format!(
                "project {key} | top {} by {key} {}",
                choices.below(5),
                choices.pick(&["asc", "desc"])
            )
        }
        13 => member(columns, choices),
        14 => {
            let keys = columns.of(|ty| matches!(ty, KqlType::Long | KqlType::String));
            if keys.is_empty() {
                return "where true".to_owned();
            }
            let key = choices.pick(&keys).clone();
            format!("partition by {key} (where {})", condition(1, columns, choices))
        }
        _ => {
            let axes = columns.of(|ty| ty == KqlType::Long);
            let texts = columns.of(|ty| ty == KqlType::String);
            if axes.is_empty() || texts.is_empty() {
                return "where true".to_owned();
            }
            let (axis, key) = (choices.pick(&axes).clone(), choices.pick(&texts).clone());
            let series = columns.fresh();
            columns.columns = vec![
                (key.clone(), KqlType::String),
                (series.clone(), KqlType::Dynamic),
                (axis.clone(), KqlType::Dynamic),
            ];
            format!("make-series {series} = count() on {axis} from 0 to 6 step 2 by {key}")
        }
    }
}

fn reset(columns: &mut Columns) -> String {
    columns.columns = vec![("n0".to_owned(), KqlType::Long)];
    String::new()
}

/// Makes the type certain.
fn cast(ty: KqlType, value: &str) -> String {
    match ty {
        KqlType::Long => format!("tolong({value})"),
        KqlType::Int => format!("toint({value})"),
        KqlType::Real => format!("toreal({value})"),
        KqlType::String => format!("tostring({value})"),
        KqlType::Bool => format!("tobool({value})"),
        KqlType::DateTime => format!("todatetime({value})"),
        KqlType::TimeSpan => format!("totimespan({value})"),
        KqlType::Dynamic | KqlType::Unknown => format!("todynamic({value})"),
        KqlType::Decimal => format!("todecimal({value})"),
        KqlType::Guid => format!("toguid({value})"),
    }
}

/// A join whose answer does not depend on the order of rows.
fn join(columns: &mut Columns, choices: &mut Choices) -> String {
    let keys = columns.of(|ty| ty == KqlType::Long);
    let texts = columns.of(|ty| ty == KqlType::String);
    let on = match (keys.is_empty(), texts.is_empty()) {
        (true, true) => return "where true".to_owned(),
        (false, _) if choices.chance(60) || texts.is_empty() => format!("$left.{} == $right.rk", choices.pick(&keys)),
        _ => format!("$left.{} == $right.rs", choices.pick(&texts)),
    };
    let right = Columns::new(U);
    let filter = condition(1, &right, choices);
    let kind = *choices.pick(&[
        "inner",
        "leftouter",
        "rightouter",
        "fullouter",
        "leftsemi",
        "leftanti",
        "rightsemi",
        "rightanti",
        "lookup",
    ]);
    let right = format!("(U | where {filter} | project rk = k, rs = s, rv = v)");
    let added = [("rk", KqlType::Long), ("rs", KqlType::String), ("rv", KqlType::Real)];
    let new: Vec<(String, KqlType)> = added.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect();
    match kind {
        "leftsemi" | "leftanti" => {}
        "rightsemi" | "rightanti" => columns.columns = new,
        _ if columns
            .columns
            .iter()
            .any(|(name, _)| name.starts_with("rk") || name.starts_with("rs") || name.starts_with("rv")) =>
        {
            return "where true".to_owned();
        }
        "lookup" => {
            let key = if on.ends_with("rk") { "rk" } else { "rs" };
            columns.columns.extend(new.into_iter().filter(|(name, _)| name != key));
            return format!("lookup kind=leftouter {right} on {on}");
        }
        _ => columns.columns.extend(new),
    }
    format!("join kind={kind} {right} on {on}")
}

/// A test for being one of the values of another table.
fn member(columns: &mut Columns, choices: &mut Choices) -> String {
    let keys = columns.of(|ty| ty == KqlType::Long);
    let texts = columns.of(|ty| ty == KqlType::String);
    let (value, column) = match (keys.is_empty(), texts.is_empty()) {
        (true, true) => return "where true".to_owned(),
        (false, _) if choices.chance(60) || texts.is_empty() => (choices.pick(&keys), "k"),
        _ => (choices.pick(&texts), "s"),
    };
    let filter = condition(1, &Columns::new(U), choices);
    let operator = choices.pick(&["in", "!in"]);
    format!("where {value} {operator} ((U | where {filter} | project {column}))")
}

/// A pipeline of operators of these sorts.
pub fn steps(sorts: &[usize], columns: &mut Columns, choices: &mut Choices) -> String {
    let mut text = "T".to_owned();
    for sort in sorts {
        text.push_str("\n| ");
        text.push_str(&step_of(*sort, columns, choices));
    }
    text
}

/// A pipeline over `T` and `U`; in some, what is read of `U` is kept and read several times.
pub fn query(choices: &mut Choices) -> String {
    let kept = choices
        .chance(20)
        .then(|| format!("let M = materialize(U | where {});\n", condition(1, &Columns::new(U), choices)));
    let text = pipeline(choices);
    match kept {
        Some(kept) => kept + &text.replace("(U | ", "(M | "),
        None => text,
    }
}

fn pipeline(choices: &mut Choices) -> String {
    let mut columns = Columns::new(T);
    let mut text = "T".to_owned();
    for _ in 0..=choices.below(5) {
        let sort = choices.below(SORTS);
        text.push_str("\n| ");
        text.push_str(&step_of(sort, &mut columns, choices));
    }
    text
}
