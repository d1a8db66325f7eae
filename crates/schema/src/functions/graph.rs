//! Patterns, nodes and edges of a graph.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar(
        "all",
        &[gives(
            KqlType::Bool,
            &[
                req("pattern_element", T::Scalar),
                req("expression", BOOL).arg(ArgKind::ElementOfFirst),
            ],
        )],
    )
    .doc(
        "Whether a condition holds for every element of a path.",
        "",
        "query/all-graph-function",
    ),
    scalar(
        "any",
        &[gives(
            KqlType::Bool,
            &[
                req("pattern_element", T::Scalar),
                req("expression", BOOL).arg(ArgKind::ElementOfFirst),
            ],
        )],
    )
    .doc(
        "Whether a condition holds for some element of a path.",
        "",
        "query/any-graph-function",
    ),
    scalar(
        "map",
        &[gives_by(
            Returns::Custom,
            &[
                req("pattern_element", T::Scalar),
                req("expression", T::Scalar).arg(ArgKind::ElementOfFirst),
            ],
        )],
    )
    .doc(
        "The value of an expression for each element of a path, as an array.",
        "",
        "query/map-graph-function",
    ),
    scalar("inner_nodes", &[gives_by(Returns::Custom, &[req("edge", T::Scalar)])]).doc(
        "The nodes inside a path, without its ends.",
        "",
        "query/inner-nodes-graph-function",
    ),
    scalar("node_id", &[gives(KqlType::String, &[opt("node", T::Scalar)])]).doc("The id of a node.", "", "query/node-id"),
    scalar("node_degree_in", &[gives(KqlType::Long, &[opt("node", T::Scalar)])]).doc(
        "How many edges lead to a node.",
        "",
        "query/node-degree-in",
    ),
    scalar("node_degree_out", &[gives(KqlType::Long, &[opt("node", T::Scalar)])]).doc(
        "How many edges lead from a node.",
        "",
        "query/node-degree-out",
    ),
    scalar("labels", &[gives(KqlType::Dynamic, &[opt("pattern_element", T::Scalar)])]).doc(
        "The labels of a node or edge, as an array.",
        "",
        "query/labels-graph-function",
    ),
];
