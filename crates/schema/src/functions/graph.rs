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
    .nulls("A null condition is not true.")
    .doc(
        "Whether a condition holds for every element of a path.",
        "let edges = datatable(source:string, target:string, port:long)['web', 'app', 443, 'app', 'db', 1433, 'web', 'log', 514];\n\
             edges | make-graph source --> target with_node_id=name\n\
             | graph-match (a)-[path*1..2]->(b) where all(path, port > 500) project a = a.name, b = b.name",
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
    .nulls("A null condition is not true.")
    .doc(
        "Whether a condition holds for some element of a path.",
        "let edges = datatable(source:string, target:string, port:long)['web', 'app', 443, 'app', 'db', 1433, 'web', 'log', 514];\n\
             edges | make-graph source --> target with_node_id=name\n\
             | graph-match (a)-[path*1..2]->(b) where any(path, port == 1433) project a = a.name, b = b.name",
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
    .nulls("A null value becomes a null element.")
    .doc(
        "The value of an expression for each element of a path, as an array.",
        "let edges = datatable(source:string, target:string, port:long)['web', 'app', 443, 'app', 'db', 1433, 'web', 'log', 514];\n\
             edges | make-graph source --> target with_node_id=name\n\
             | graph-match (a)-[path*2..2]->(b) project ports = map(path, port)",
        "query/map-graph-function",
    ),
    scalar("inner_nodes", &[gives_by(Returns::Custom, &[req("edge", T::Scalar)])])
        .nulls("")
        .doc(
            "The nodes inside a path, without its ends.",
            "let edges = datatable(source:string, target:string, port:long)['web', 'app', 443, 'app', 'db', 1433, 'web', 'log', 514];\n\
             edges | make-graph source --> target with_node_id=name\n\
             | graph-match (a)-[path*2..2]->(b) project via = map(inner_nodes(path), name)",
            "query/inner-nodes-graph-function",
        ),
    scalar("node_id", &[gives(KqlType::String, &[opt("node", T::Scalar)])])
        .nulls("")
        .doc(
            "The id of a node.",
            "let edges = datatable(source:string, target:string, port:long)['web', 'app', 443, 'app', 'db', 1433, 'web', 'log', 514];\n\
             edges | make-graph source --> target with_node_id=name\n\
             | graph-match (a)-[e]->(b) where b.name == 'db' project node_id(a)",
            "query/node-id",
        ),
    scalar("node_degree_in", &[gives(KqlType::Long, &[opt("node", T::Scalar)])])
        .nulls("")
        .doc(
            "How many edges lead to a node.",
            "let edges = datatable(source:string, target:string, port:long)['web', 'app', 443, 'app', 'db', 1433, 'web', 'log', 514];\n\
             edges | make-graph source --> target with_node_id=name\n\
             | graph-match (a) where a.name == 'db' project node_degree_in(a)",
            "query/node-degree-in",
        ),
    scalar("node_degree_out", &[gives(KqlType::Long, &[opt("node", T::Scalar)])])
        .nulls("")
        .doc(
            "How many edges lead from a node.",
            "let edges = datatable(source:string, target:string, port:long)['web', 'app', 443, 'app', 'db', 1433, 'web', 'log', 514];\n\
             edges | make-graph source --> target with_node_id=name\n\
             | graph-match (a) where a.name == 'web' project node_degree_out(a)",
            "query/node-degree-out",
        ),
    scalar("labels", &[gives(KqlType::Dynamic, &[opt("pattern_element", T::Scalar)])])
        .nulls("")
        .doc(
            "The labels of a node or edge, as an array.",
            "let edges = datatable(source:string, target:string, port:long)['web', 'app', 443, 'app', 'db', 1433, 'web', 'log', 514];\n\
             edges | make-graph source --> target with_node_id=name\n\
             | graph-match (a) where a.name == 'db' project labels(a)",
            "query/labels-graph-function",
        ),
];
