//! Operators on graphs.

use super::{Operator, tabular};

pub(super) const OPERATORS: &[Operator] = &[
    tabular(
        "make-graph",
        "make-graph Source --> Target [with Nodes on Id]  or  [with_node_id = Name] [partitioned-by Column (Query)]",
        "A graph: each row is an edge; a table of nodes gives them properties.",
        "datatable(a:string, b:string)['web', 'app', 'app', 'db'] | make-graph a --> b with_node_id=name | graph-to-table nodes",
        "query/make-graph-operator",
    ),
    tabular(
        "graph-match",
        "graph-match [cycles=all|none|unique_edges] (Node)-[Edge]->(Node)…, … [where Condition] project [Name =] Expression, …",
        "One row for each place of a graph that a pattern fits. `-[e*1..3]->` is a path of up to three edges.",
        "let edges = datatable(a:string, b:string)['web', 'app', 'app', 'db'];\n\
         edges | make-graph a --> b with_node_id=name | graph-match (x)-[e]->(y) where y.name == 'db' project source = x.name, target = y.name",
        "query/graph-match-operator",
    ),
    tabular(
        "graph-shortest-paths",
        "graph-shortest-paths [output=any|all] (Node)-[Edge*Min..Max]->(Node) [where Condition] project [Name =] Expression, …",
        "The shortest paths between the nodes that a condition chooses.",
        "let edges = datatable(a:string, b:string)['web', 'app', 'app', 'db', 'web', 'log'];\n\
         edges | make-graph a --> b with_node_id=name\n\
         | graph-shortest-paths (x)-[path*1..5]->(y) where x.name == 'web' and y.name == 'db' project source = x.name, target = y.name, steps = array_length(path)",
        "query/graph-shortest-paths-operator",
    ),
    tabular(
        "graph-to-table",
        "graph-to-table nodes [as Name] [with_node_id = Name], edges [as Name] [with_source_id = Name] [with_target_id = Name]",
        "The nodes of a graph, its edges, or both, as tables.",
        "datatable(a:string, b:string)['web', 'app'] | make-graph a --> b with_node_id=name | graph-to-table edges",
        "query/graph-to-table-operator",
    ),
    tabular(
        "graph-mark-components",
        "graph-mark-components [kind=weak|strong] [with_component_id = Name]",
        "Gives each node the number of the connected part of the graph that it is in.",
        "datatable(a:string, b:string)['web', 'app', 'x', 'y'] | make-graph a --> b with_node_id=name\n\
         | graph-mark-components | graph-to-table nodes | sort by ComponentId asc, name asc",
        "query/graph-mark-components-operator",
    ),
];
