//! Operators that begin a query.

use super::{Operator, tabular};

pub(super) const OPERATORS: &[Operator] = &[
    tabular(
        "print",
        "print [Name =] Expression, …",
        "One row of computed values. A value without a name is called `print_0`, `print_1` and so on by its position.",
        "print x = 1 + 2, strcat('a', 'b')",
        "query/print-operator",
    ),
    tabular(
        "range",
        "range Name from Start to Stop step Step",
        "One column that counts from a start in equal steps; the stop is included when a step hits it. Takes numbers, points and spans of time.",
        "range x from 1 to 7 step 3",
        "query/range-operator",
    ),
    tabular(
        "datatable",
        "datatable(Name: Type, …) [Value, …]",
        "Rows written out in the query, value after value.",
        "datatable(user:string, logons:long)['ann', 3, 'bob', 5]",
        "query/datatable-operator",
    ),
    tabular(
        "externaldata",
        "externaldata(Name: Type, …) [Place, …] [with (Option = Value, …)]",
        "The rows of files. Quarry reads files that were registered for it and opens no connection on its own.",
        "externaldata(address:string)['https://example.com/addresses.csv'] with (format='csv') | take 1",
        "query/externaldata-operator",
    ),
    tabular(
        "find",
        "find [in (Table, …)] where Condition [project Column, …]",
        "The rows of several tables that fulfil a condition, with the table's name in `source_`. Columns that the condition or \
         the projection names come first; the others of a row are packed in `pack_`.",
        "let logons = datatable(user:string, device:string)['ann', 'laptop'];\n\
         let mails = datatable(user:string, subject:string)['ann', 'hello', 'bob', 'hi'];\n\
         find in (logons, mails) where user == 'ann' project user | sort by source_ asc",
        "query/find-operator",
    ),
    tabular(
        "search",
        "[Table |] search [kind=case_sensitive] [in (Table, …)] Condition",
        "The rows in which some column holds a text, in one or many tables. Terms can be limited to a column and combined by `and`, `or`, `not`.",
        "datatable(user:string, note:string)['ann', 'blue pen', 'bob', 'red ink'] | search 'pen'",
        "query/search-operator",
    ),
    tabular(
        "union",
        "union [kind=inner|outer] [withsource=Name] [isfuzzy=true] Table, …",
        "The rows of all tables, one after the other. Columns are matched by name and type; those that a table lacks are null. \
         A name with two types becomes two columns (`x_long`, `x_string`). `kind=inner` keeps what all tables have.",
        "let a = datatable(x:long, y:string)[1, 'one'];\nlet b = datatable(x:long)[2];\nunion withsource=from a, b | sort by x asc",
        "query/union-operator",
    ),
    tabular(
        "inline_external_table",
        "inline_external_table (Name: Type, …) kind=storage dataformat=Format (Place)",
        "The rows of files in storage, described in the query.",
        "inline_external_table (x:long) kind=storage dataformat=csv (h@'https://example.com/c') | take 1",
        "query/inline-external-table-operator",
    ),
    tabular(
        "macro-expand",
        "macro-expand [kind=inner|outer] EntityGroup as Name (Query)",
        "Runs a query once for each member of a group of databases or tables and unites what comes out.",
        "macro-expand entity_group [cluster('a').database('b')] as each (each.T | count)",
        "query/macro-expand-operator",
    ),
];
