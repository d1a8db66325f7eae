//! Every scalar function agrees between constants and columns.

use quarry_engine::{MemoryDatabase, Session};
use quarry_schema::{Function, FunctionKind, KqlType, functions};

use crate::choices::Choices;
use crate::samples::{self, Argument};
use crate::{ask, cells, config, runtime, values};

/// Calls of each signature that are tried.
const ROUNDS: u64 = 2;
/// Rows of a call.
const ROWS: usize = 8;

/// Functions whose answer is not decided by their arguments.
const UNDECIDED: &[&str] = &["new_guid", "rand", "current_node_id", "assert", "toscalar"];

/// Where the real engine itself computes constants otherwise than columns.
const DIFFERENT: &[(&str, &str)] = &[(
    "substring",
    "a null start counts as 0 among constants and gives the empty text among columns",
)];

#[test]
fn constants_and_columns_agree() {
    let only = std::env::var("FUNCTION").ok();
    let runtime = runtime();
    let session = Session::new(&config(2)).unwrap();
    let mut differences = String::new();
    let (mut compared, mut covered) = (0, 0);
    for (number, function) in functions::all().enumerate() {
        if function.kind != FunctionKind::Scalar || function.is_internal() || UNDECIDED.contains(&function.name) {
            continue;
        }
        if only.as_deref().is_some_and(|only| only != function.name) || DIFFERENT.iter().any(|(name, _)| *name == function.name) {
            continue;
        }
        let before = compared;
        for (overload, signature) in function.signatures.iter().enumerate() {
            for round in 0..ROUNDS {
                let mut choices = Choices::seeded(number as u64 * 1009 + overload as u64 * 101 + round);
                let example = samples::example_arguments(function);
                let Some(arguments) = samples::arguments(signature.params, &example, &mut choices) else {
                    continue;
                };
                compared += runtime.block_on(compare(&session, function, &arguments, &example, &mut choices, &mut differences));
            }
        }
        covered += usize::from(compared > before);
    }
    println!("{compared} calls of {covered} functions compared");
    assert!(differences.is_empty(), "{differences}");
    assert!(only.is_some() || covered > 250, "only {covered} functions could be compared");
}

/// Calls the function over columns and, row by row, over the same values as constants; gives how many calls were compared.
async fn compare(
    session: &Session,
    function: &Function,
    arguments: &[Argument],
    example: &[String],
    choices: &mut Choices,
    differences: &mut String,
) -> usize {
    let columns: Vec<(usize, KqlType)> = arguments
        .iter()
        .enumerate()
        .filter_map(|(at, argument)| match argument {
            Argument::Values(ty) => Some((at, *ty)),
            Argument::Constant(_) => None,
        })
        .collect();
    if columns.is_empty() {
        return 0;
    }
    let types = example_types(session, example).await;
    let rows: Vec<Vec<String>> = (0..ROWS)
        .map(|row| {
            let value = |(at, ty): &(usize, KqlType)| match example.get(*at) {
                // Values that make sense often, whatever there is otherwise.
                Some(example) if types.get(*at) == Some(ty) && is_literal(example) && (row == 0 || choices.chance(50)) => example.clone(),
                _ => values::value(*ty, choices),
            };
            columns.iter().map(value).collect()
        })
        .collect();
    let call = |value: &dyn Fn(usize) -> String| {
        let texts: Vec<String> = arguments
            .iter()
            .enumerate()
            .map(|(at, argument)| match argument {
                Argument::Constant(text) => text.clone(),
                Argument::Values(_) => value(at),
            })
            .collect();
        format!("{}({})", function.name, texts.join(", "))
    };
    let header: Vec<String> = columns.iter().map(|(at, ty)| format!("c{at}:{}", ty.name())).collect();
    let body: Vec<String> = rows.iter().map(|row| row.join(", ")).collect();
    let over_columns = call(&|at| format!("c{at}"));
    let query = format!("datatable({})[{}] | project r = {over_columns}", header.join(", "), body.join(", "));
    let database = MemoryDatabase::new();
    let Ok(tables) = ask(session, &query, &database).await else {
        // Refused, or an error of some row: then the constants need not be looked at.
        return 0;
    };
    let computed: Vec<String> = cells(&tables[0]).into_iter().map(|mut row| row.swap_remove(0)).collect();

    let constants: Vec<String> = rows
        .iter()
        .map(|row| {
            call(&|at| {
                let place = columns.iter().position(|(column, _)| *column == at).unwrap();
                row[place].clone()
            })
        })
        .collect();
    let items: Vec<String> = constants.iter().enumerate().map(|(at, call)| format!("r{at} = {call}")).collect();
    let mut folded: Vec<Option<String>> = Vec::new();
    match ask(session, &format!("print {}", items.join(", ")), &database).await {
        Ok(tables) => folded.extend(cells(&tables[0]).swap_remove(0).into_iter().map(Some)),
        // The binder looks at constants more closely than at columns.
        Err(_) => {
            for call in &constants {
                let answer = ask(session, &format!("print r = {call}"), &database).await;
                folded.push(answer.ok().map(|tables| cells(&tables[0])[0][0].clone()));
            }
        }
    }
    let mut compared = 0;
    for ((call, computed), folded) in constants.iter().zip(&computed).zip(&folded) {
        let Some(folded) = folded else { continue };
        compared += 1;
        if computed != folded {
            differences.push_str(&format!("{call}\n  constant {folded}\n  column   {computed}\n"));
        }
    }
    compared
}

/// Whether a `datatable` can hold it.
fn is_literal(text: &str) -> bool {
    let typed = [
        "dynamic(",
        "datetime(",
        "time(",
        "timespan(",
        "guid(",
        "real(",
        "int(",
        "long(",
        "bool(",
        "decimal(",
    ];
    !text.contains('(') || typed.iter().any(|start| text.starts_with(start)) || text.starts_with(['\'', '"', '@'])
}

/// The types of the arguments of the example.
async fn example_types(session: &Session, example: &[String]) -> Vec<KqlType> {
    if example.is_empty() {
        return Vec::new();
    }
    let items: Vec<String> = example.iter().enumerate().map(|(at, text)| format!("c{at} = {text}")).collect();
    let answer = ask(session, &format!("print {}", items.join(", ")), &MemoryDatabase::new()).await;
    answer.map_or_else(|_| Vec::new(), |tables| tables[0].columns.iter().map(|column| column.ty).collect())
}
