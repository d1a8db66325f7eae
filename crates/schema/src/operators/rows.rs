//! Operators that choose, order and combine rows.

use super::{Operator, tabular};

pub(super) const OPERATORS: &[Operator] = &[
    tabular(
        "where",
        "where Condition",
        "The rows for which a condition is true; where it is null or false the row is left out. `filter` is the same.",
        "range x from 1 to 5 step 1 | where x > 3",
        "query/where-operator",
    ),
    tabular(
        "take",
        "take Count",
        "Some of the rows: the first ones where the rows have an order. `limit` is the same.",
        "range x from 1 to 5 step 1 | take 2",
        "query/take-operator",
    ),
    tabular(
        "sort",
        "sort by Expression [asc|desc] [nulls first|last], …",
        "The rows in order, downwards unless told otherwise. Nulls come last downwards and first upwards. `order` is the same.",
        "datatable(x:long)[2, long(null), 3] | sort by x",
        "query/sort-operator",
    ),
    tabular(
        "top",
        "top Count by Expression [asc|desc] [nulls first|last]",
        "The first rows of an order.",
        "datatable(x:long)[2, 9, 3] | top 2 by x",
        "query/top-operator",
    ),
    tabular(
        "top-nested",
        "top-nested [Count] of Expression [with others = Name] by Aggregate [asc|desc], …",
        "The greatest groups, within each of them the greatest groups of the next level, and so on.",
        "datatable(country:string, city:string, n:long)['NO', 'Oslo', 5, 'NO', 'Bergen', 2, 'IT', 'Rome', 4]\n\
         | top-nested 1 of country by sum(n), top-nested 1 of city by sum(n)",
        "query/top-nested-operator",
    ),
    tabular(
        "top-hitters",
        "top-hitters Count of Expression [by Weight]",
        "The values that occur most often, or weigh most in total, with an estimate of how much.",
        "datatable(user:string)['ann', 'bob', 'ann', 'ann', 'bob', 'eve'] | top-hitters 2 of user",
        "query/top-hitters-operator",
    ),
    tabular(
        "distinct",
        "distinct Column, …  or  distinct *",
        "Each combination of values once.",
        "datatable(x:long, y:string)[1, 'a', 1, 'a', 2, 'a'] | distinct x, y",
        "query/distinct-operator",
    ),
    tabular(
        "count",
        "count [as Name]",
        "One row with the number of rows.",
        "range x from 1 to 5 step 1 | count",
        "query/count-operator",
    ),
    tabular(
        "sample",
        "sample Count",
        "That many rows, chosen at random.",
        "range x from 1 to 100 step 1 | sample 3 | count",
        "query/sample-operator",
    ),
    tabular(
        "sample-distinct",
        "sample-distinct Count of Expression",
        "That many distinct values of an expression.",
        "datatable(x:string)['a', 'a', 'a'] | sample-distinct 2 of x",
        "query/sample-distinct-operator",
    ),
    tabular(
        "join",
        "join [kind=Kind] (Table) on Key, …  or  on $left.A == $right.B, …",
        "Pairs the rows of two tables whose keys are equal. Without a kind, one row for each key of the left table takes part \
         (`innerunique`). Kinds: inner, leftouter, rightouter, fullouter, leftsemi, rightsemi, leftanti, rightanti. \
         A name that both have gets a number on the right: `user1`.",
        "let users = datatable(user:string, team:string)['ann', 'red', 'bob', 'blue'];\n\
         let logons = datatable(user:string, device:string)['ann', 'laptop', 'ann', 'phone', 'eve', 'server'];\n\
         users | join kind=inner (logons) on user | project user, team, device | sort by device asc",
        "query/join-operator",
    ),
    tabular(
        "lookup",
        "lookup [kind=leftouter|inner] (Table) on Key, …",
        "Adds the columns of a small table to the rows with the same key; the key's columns come once.",
        "let teams = datatable(user:string, team:string)['ann', 'red'];\n\
         datatable(user:string, n:long)['ann', 1, 'bob', 2] | lookup teams on user | sort by n asc",
        "query/lookup-operator",
    ),
    tabular(
        "reduce",
        "reduce by Text [with threshold = Share, characters = Text]",
        "Groups texts that are alike and shows a pattern for each group, how many it has and one of them.",
        "range n from 1 to 20 step 1 | project line = strcat('user ', tostring(n), ' signed in') | reduce by line | project Count",
        "query/reduce-operator",
    ),
    tabular(
        "scan",
        "scan [with_match_id=Name] [declare (Name: Type [= Value], …)] with (step Name [output=all|last|none]: Condition [=> Name = Expression, …]; …)",
        "Goes over rows in order and finds those that take one step after the other; values are carried along from step to step.",
        "range x from 1 to 5 step 1 | scan declare (total: long = 0) with (step s: true => total = x + s.total;)",
        "query/scan-operator",
    ),
    tabular(
        "serialize",
        "serialize [Name = Expression, …]",
        "Says that the order of the rows counts from here on, as window functions need it.",
        "datatable(x:long)[5, 7] | serialize n = row_number()",
        "query/serialize-operator",
    ),
];
