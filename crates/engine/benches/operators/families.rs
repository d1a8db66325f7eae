//! The families: a query of each, and what it is measured against.

use datafusion::arrow::array::RecordBatch;
use datafusion::prelude::DataFrame;
use quarry_engine::{Database, EngineConfig, MemoryDatabase, QueryOptions, Session};

use super::data;
use super::peers::{self, Peer};

pub struct Family {
    pub name: &'static str,
    pub query: &'static str,
    pub peer: Peer,
}

const fn family(name: &'static str, query: &'static str, peer: Peer) -> Family {
    Family { name, query, peer }
}

pub const FAMILIES: &[Family] = &[
    family("where-number", "T | where value > 500.0 | count", Peer::Plan(peers::where_number)),
    family(
        "where-text",
        "T | where text contains 'KEY=77' | count",
        Peer::Plan(peers::where_text),
    ),
    family(
        "where-in",
        "T | where key in (3, 5, 7, 11, 13) | count",
        Peer::Plan(peers::where_in),
    ),
    family(
        "extend",
        "T | extend y = id * 2 + key | summarize sum(y)",
        Peer::Plan(peers::extend),
    ),
    family(
        "summarize",
        "T | summarize count(), sum(value), max(id) by key",
        Peer::Plan(peers::summarize),
    ),
    family("dcount", "T | summarize dcount(user)", Peer::Plan(peers::dcount)),
    family("distinct", "T | distinct user", Peer::Plan(peers::distinct)),
    family("sort", "T | project id, value | sort by value desc", Peer::Plan(peers::sort)),
    family("top", "T | project id, value | top 100 by value", Peer::Plan(peers::top)),
    family(
        "join",
        "T | project id, key | join kind=inner U on key | summarize countif(isnotempty(name))",
        Peer::Plan(peers::inner_join),
    ),
    family(
        "lookup",
        "T | project id, key | lookup U on key | summarize countif(isnotempty(name))",
        Peer::Plan(peers::left_join),
    ),
    family(
        "join-anti",
        "T | project id, key | join kind=leftanti (U | where key > 100) on key | count",
        Peer::Plan(peers::anti_join),
    ),
    family("union", "union T, T | summarize sum(id)", Peer::Plan(peers::union)),
    family(
        "window",
        "T | project id, value | sort by id asc | extend n = row_number(), p = prev(value)",
        Peer::Plan(peers::window),
    ),
    family(
        "parse",
        "T | parse text with * 'key=' k:long ';' * | summarize sum(k)",
        Peer::Loop(peers::parse),
    ),
    family("path", "T | summarize sum(tolong(doc.a.b))", Peer::Loop(peers::path)),
    family(
        "mv-expand",
        "T | mv-expand x = list to typeof(long) | summarize sum(x)",
        Peer::Loop(peers::expand),
    ),
    family(
        "mv-apply",
        "T | project id, list | mv-apply x = list to typeof(long) on (summarize max(x)) | project id, max_x",
        Peer::Loop(peers::apply),
    ),
    family(
        "make-series",
        "T | make-series sum(value) default = 0.0 on at step 1h by key",
        Peer::Loop(peers::make_series),
    ),
    family(
        "partition",
        "T | project id, key, value | partition by key (top 1 by value)",
        Peer::Loop(peers::partition),
    ),
    family(
        "scan",
        "T | project id, value | sort by id asc | scan declare (total: real = 0.0) with (step s: true => total = value + s.total;)",
        Peer::Loop(peers::scan),
    ),
    family(
        "graph-match",
        "T | project source = id, target = id * 7 % 1000000 | make-graph source --> target | graph-match (a)-[e]->(b)-[f]->(c) project e.source, f.target",
        Peer::Loop(peers::graph_match),
    ),
    family(
        "graph-paths",
        "T | where id < 1000 | project source = id, target = id * 7 % 1000 | make-graph source --> target | graph-match (a)-[p*1..4]->(b) project start = p[0].source",
        Peer::Loop(peers::graph_paths),
    ),
    family(
        "bag-unpack",
        "T | project id, doc | evaluate bag_unpack(doc) : (id: long, a: dynamic, name: string) | summarize dcount(name)",
        Peer::Loop(peers::bag_unpack),
    ),
    family(
        "pivot",
        "T | project key, g = id % 10 | evaluate pivot(g)",
        Peer::Loop(peers::pivot),
    ),
    family(
        "narrow",
        "T | project id, key | evaluate narrow() | summarize dcount(Value)",
        Peer::Loop(peers::narrow),
    ),
    family(
        "evidence-where",
        "T | where value > 999.0 | project id, value",
        Peer::WithoutEvidence,
    ),
    family(
        "evidence-summarize",
        "T | where value > 900.0 | summarize count(), max(at) by key",
        Peer::WithoutEvidence,
    ),
    family(
        "evidence-join",
        "T | where value > 990.0 | project id, key | join kind=inner U on key | project id, name",
        Peer::WithoutEvidence,
    ),
];

/// Events of a table that evidence has at the most, as `quarry hunt --evidence` does.
const EVIDENCE: usize = 20;

/// Both sides with their data.
pub struct Stage {
    session: Session,
    database: MemoryDatabase,
    tables: (DataFrame, DataFrame),
    batches: Vec<RecordBatch>,
}

impl Stage {
    pub async fn new(rows: usize) -> Self {
        let partitions = std::thread::available_parallelism().map_or(1, usize::from);
        let session = Session::new(&EngineConfig {
            memory: None,
            partitions: Some(partitions),
            ..EngineConfig::default()
        });
        let mut database = MemoryDatabase::new();
        let (columns, batches) = data::facts(rows);
        database.add("T", columns, batches.clone()).unwrap();
        let (columns, small) = data::dimension();
        database.add("U", columns, small).unwrap();
        let context = peers::context(partitions);
        let table = |name: &str| context.read_table(database.provider(name).unwrap()).unwrap();
        let tables = (table("T"), table("U"));
        Self {
            session: session.unwrap(),
            database,
            tables,
            batches,
        }
    }

    /// Rows that the engine gives.
    pub async fn quarry(&self, family: &Family) -> usize {
        let evidence = matches!(family.peer, Peer::WithoutEvidence).then_some(EVIDENCE);
        self.answer(family, evidence).await
    }

    async fn answer(&self, family: &Family, evidence: Option<usize>) -> usize {
        let options = QueryOptions {
            evidence,
            ..QueryOptions::default()
        };
        let outcome = self.session.query(family.query, &self.database, &options).await;
        let outcome = outcome.unwrap_or_else(|error| panic!("{}: {error}", family.query));
        outcome.tables[0].row_count()
    }

    /// Rows that the peer gives.
    pub async fn peer(&self, family: &Family) -> usize {
        match family.peer {
            Peer::Plan(plan) => {
                let rows = plan(&self.tables.0, &self.tables.1).unwrap().collect().await.unwrap();
                rows.iter().map(RecordBatch::num_rows).sum()
            }
            Peer::Loop(run) => run(&self.batches),
            Peer::WithoutEvidence => self.answer(family, None).await,
        }
    }
}
