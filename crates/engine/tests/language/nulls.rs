//! What the declarations say of null arguments is so.

use quarry_engine::{MemoryDatabase, Session};
use quarry_schema::{ArgKind, FunctionKind, Nulls, Param, functions};

use crate::samples::{example_arguments, types_of};
use crate::{ask, cells, config, runtime};

#[test]
fn functions_give_null_for_null_where_they_say_so() {
    let runtime = runtime();
    let session = Session::new(&config(1)).unwrap();
    let database = MemoryDatabase::new();
    let mut wrong = String::new();
    let mut checked = 0;
    for function in functions::all() {
        if function.kind != FunctionKind::Scalar || function.is_internal() || function.nulls != Nulls::Null {
            continue;
        }
        let example = example_arguments(function);
        let fitting = function
            .signatures
            .iter()
            .find_map(|signature| spread(signature.params, example.len()));
        for (at, param) in fitting.into_iter().flatten().enumerate() {
            if param.arg != ArgKind::Expression || types_of(param).is_empty() {
                continue;
            }
            let columns: Vec<String> = example.iter().enumerate().map(|(at, text)| format!("c{at} = {text}")).collect();
            // The type of the null is that of the example's argument.
            let Ok(tables) = runtime.block_on(ask(&session, &format!("print {}", columns.join(", ")), &database)) else {
                continue;
            };
            let ty = tables[0].columns[at].ty;
            if ty == quarry_schema::KqlType::String {
                continue;
            }
            let arguments: Vec<String> = example
                .iter()
                .enumerate()
                .map(|(place, text)| if place == at { "c".to_owned() } else { text.clone() })
                .collect();
            let query = format!(
                "datatable(c:{})[{}] | project r = {}({})",
                ty.name(),
                crate::values::null(ty),
                function.name,
                arguments.join(", ")
            );
            let Ok(tables) = runtime.block_on(ask(&session, &query, &database)) else {
                continue;
            };
            checked += 1;
            let answer = &cells(&tables[0])[0][0];
            if answer != "null" && answer != "\"\"" {
                wrong.push_str(&format!("{query}\n  {answer}\n"));
            }
        }
    }
    println!("{checked} null arguments checked");
    assert!(wrong.is_empty(), "{wrong}");
    assert!(checked > 250, "only {checked} null arguments could be checked");
}

/// The parameter of each argument of a call with so many.
fn spread(params: &[Param], arguments: usize) -> Option<Vec<&Param>> {
    let single = params.iter().take_while(|param| param.occurs.1 == 1).count();
    let repeated = params.get(single..).filter(|rest| !rest.is_empty());
    (0..arguments)
        .map(|place| match (params.get(place), repeated) {
            (Some(param), _) if place < single => Some(param),
            (_, Some(rest)) => rest.get((place - single) % rest.len()),
            _ => None,
        })
        .collect()
}
