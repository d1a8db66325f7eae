//! Statements, each ended by a semicolon.

use super::{Operator, statement};

pub(super) const OPERATORS: &[Operator] = &[
    statement(
        "let",
        "let Name = Expression;  or  let Name = (Name: Type [= Default], …) { Query };",
        "Names a value, a table or a function for the rest of the query.",
        "let least = 2;\nlet twice = (x:long) { x * 2 };\nrange x from 1 to 3 step 1 | where x >= least | extend y = twice(x)",
        "query/let-statement",
    ),
    statement(
        "set",
        "set Option [= Value];",
        "Sets an option of the query.",
        "set query_now = datetime(2024-03-01);\nprint now()",
        "query/set-statement",
    ),
    statement(
        "declare query_parameters",
        "declare query_parameters (Name: Type [= Default], …);",
        "Values that the caller gives.",
        "declare query_parameters (least:long = 2);\nrange x from 1 to 3 step 1 | where x >= least",
        "query/query-parameters-statement",
    ),
    statement(
        "declare pattern",
        "declare pattern Name = (Name: Type, …) [[Name: Type]] { (Value, …) [.[Value]] = { Query }; … };",
        "Queries chosen by constant arguments.",
        "declare pattern part = (name:string) { ('low') = { range x from 1 to 2 step 1 }; ('high') = { range x from 8 to 9 step 1 }; };\npart('high')",
        "query/pattern-statement",
    ),
    statement(
        "restrict access to",
        "restrict access to (Name, …);",
        "What the rest of the query may name.",
        "let T = range x from 1 to 2 step 1;\nrestrict access to (T);\nT",
        "query/restrict-statement",
    ),
    statement(
        "alias database",
        "alias database Name = cluster(Address).database(Name);",
        "Another name for a database.",
        "alias database other = cluster('help').database('Samples');\nprint 1",
        "query/alias-statement",
    ),
];
