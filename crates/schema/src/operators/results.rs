//! Operators that name, split or present a result.

use super::{Operator, tabular};

pub(super) const OPERATORS: &[Operator] = &[
    tabular(
        "as",
        "as [hint.materialized=true] Name",
        "Gives the rows so far a name, to use them again in the same query.",
        "range x from 1 to 3 step 1 | as T | extend share = 100.0 * x / toscalar(T | summarize sum(x))",
        "query/as-operator",
    ),
    tabular(
        "consume",
        "consume",
        "Reads all rows and gives none: for measuring.",
        "range x from 1 to 3 step 1 | consume",
        "query/consume-operator",
    ),
    tabular(
        "facet",
        "facet by Column, … [with (Query)]",
        "One result for each column: its values and how often they occur; with a query, one more with what it gives.",
        "datatable(x:string)['a', 'b', 'a'] | facet by x",
        "query/facet-operator",
    ),
    tabular(
        "fork",
        "fork [Name =] (Query) …",
        "Several results of the same rows.",
        "range x from 1 to 3 step 1 | fork (count) (where x > 2)",
        "query/fork-operator",
    ),
    tabular(
        "render",
        "render Visualization [with (Property = Value, …)]",
        "Says how the result is to be drawn. The rows stay as they are.",
        "range x from 1 to 2 step 1 | render columnchart",
        "query/render-operator",
    ),
];
