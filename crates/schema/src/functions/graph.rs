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
    .doc("", "", "query/all-graph-function"),
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
    .doc("", "", "query/any-graph-function"),
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
    .doc("", "", "query/map-graph-function"),
    scalar("inner_nodes", &[gives_by(Returns::Custom, &[req("edge", T::Scalar)])]).doc("", "", "query/inner-nodes-graph-function"),
    scalar("node_id", &[gives(KqlType::String, &[opt("node", T::Scalar)])]).doc("", "", "query/node-id"),
    scalar("node_degree_in", &[gives(KqlType::Long, &[opt("node", T::Scalar)])]).doc("", "", "query/node-degree-in"),
    scalar("node_degree_out", &[gives(KqlType::Long, &[opt("node", T::Scalar)])]).doc("", "", "query/node-degree-out"),
    scalar("labels", &[gives(KqlType::Dynamic, &[opt("pattern_element", T::Scalar)])]).doc("", "", "query/labels-graph-function"),
];
