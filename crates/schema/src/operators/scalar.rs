//! Operators between values.

use super::{Operator, scalar};

pub(super) const OPERATORS: &[Operator] = &[
    scalar(
        "+ - * / %",
        "a + b",
        "Arithmetic on numbers, and on points and spans of time. Whole numbers divide to a whole number, 0 as divisor gives null; \
         `%` is never negative.",
        "print 7 / 2, 7.0 / 2, -7 % 3, datetime(2024-03-01) + 1d",
        "query/numerical-operators",
    ),
    scalar(
        "== != < <= > >=",
        "a == b",
        "Comparison. Text is compared as written, case included. Against null, `==` is false and `!=` true; between two nulls, and for the others, the answer is null.",
        "print 1 == 1.0, 'a' == 'A', long(null) != 5",
        "query/numerical-operators",
    ),
    scalar(
        "and or",
        "a and b",
        "Logic: null takes no part where the other side decides.",
        "print true and false, true or bool(null)",
        "query/logical-operators",
    ),
    scalar(
        "=~ !~",
        "a =~ b",
        "Equality of texts, whatever the case.",
        "print 'abc' =~ 'ABC', 'abc' !~ 'ABC'",
        "query/equals-operator",
    ),
    scalar(
        "has !has has_cs !has_cs",
        "text has term",
        "Whether a text holds a term: letters and digits between others that are none. Case counts with `_cs`.",
        "print 'North America' has 'america', 'North America' has 'amer'",
        "query/has-operator",
    ),
    scalar(
        "has_any has_all",
        "text has_any (term, …)",
        "Whether a text holds any, or all, of several terms, whatever the case.",
        "print 'red blue' has_any ('blue', 'green'), 'red blue' has_all ('blue', 'green')",
        "query/has-any-operator",
    ),
    scalar(
        "hasprefix hassuffix",
        "text hasprefix part",
        "Whether some term of a text starts, or ends, with a part. Also `!hasprefix`, `!hassuffix`, and with `_cs` where case counts.",
        "print 'North America' hasprefix 'ame', 'North America' hassuffix 'th'",
        "query/hasprefix-operator",
    ),
    scalar(
        "contains !contains contains_cs !contains_cs",
        "text contains part",
        "Whether a text holds another anywhere. Case counts with `_cs`.",
        "print 'North America' contains 'AMER', 'North America' contains_cs 'AMER'",
        "query/contains-operator",
    ),
    scalar(
        "startswith endswith",
        "text startswith part",
        "Whether a text starts, or ends, with another. Also `!startswith`, `!endswith`, and with `_cs` where case counts.",
        "print 'North America' startswith 'north', 'North America' endswith_cs 'ICA'",
        "query/startswith-operator",
    ),
    scalar(
        "matches regex",
        "text matches regex pattern",
        "Whether a regular expression matches some part of a text.",
        "print 'error 42' matches regex @'\\d+$'",
        "query/matches-regex-operator",
    ),
    scalar(
        "in !in in~ !in~",
        "value in (value, …)  or  value in (Table)",
        "Whether a value is one of several, of an array, or of the first column of a query; `in~` whatever the case.",
        "print 2 in (1, 2), 'A' in ('a'), 'A' in~ ('a')",
        "query/in-cs-operator",
    ),
    scalar(
        "between !between",
        "value between (low .. high)",
        "Whether a value is at least one and at most another. Behind a point of time the upper end can be a span.",
        "print 5 between (1 .. 5), datetime(2024-03-02) between (datetime(2024-03-01) .. 3d)",
        "query/between-operator",
    ),
    scalar(
        ". [ ]",
        "bag.key  or  bag['key']  or  array[0]",
        "A value inside a dynamic one; a negative index counts from the end. Null where there is none.",
        "print d = dynamic({'a': [1, 2, 3]}) | project d.a[0], d['a'][-1], d.b",
        "query/scalar-data-types/dynamic",
    ),
];
