//! The machine's share that queries run in.

use std::sync::{Arc, Mutex};

use datafusion::common::Result;
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::optimizer::{Optimizer, OptimizerRule};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionConfig;
use quarry_functions::operators::CompareViews;
use quarry_functions::{FusePaths, WalkOnce};
use quarry_operators::extension::KqlQueryPlanner;
use quarry_operators::wide_union::FilterLegs;

use crate::EngineConfig;
use crate::hot::HotPaths;
use crate::memory::half_of_memory;

/// Consumers named in an out-of-memory error.
const NAMED_CONSUMERS: usize = 3;

/// Rules of DataFusion that do nothing for plans of ours, which have no subqueries inside expressions; and one that fails on them: it loses track
/// of fields of a struct when expressions are shared.
const LEFT_OUT: &[&str] = &[
    "decorrelate_lateral_join",
    "decorrelate_predicate_subquery",
    "push_down_leaf_projections",
    "rewrite_set_comparison",
    "scalar_subquery_to_join",
];

/// Physical rules without which a plan does not run: they choose a form for joins and bring rows together that belong together.
const NEEDED: &[&str] = &["OutputRequirements", "join_selection", "EnsureRequirements", "SanityCheckPlan"];

/// Logical rules without which some plans do not run: they write distinct rows as groups, and `coalesce` as a case.
const REWRITES: &[&str] = &["replace_distinct_aggregate", "simplify_expressions"];

/// The rule that takes out columns that nobody reads. Plans become small by it, and all other rules quick: it runs first, and again where it stands.
const NARROWING: &str = "optimize_projections";

/// Rows of a batch in a session without optimization, so that small inputs come in several.
const SMALL_BATCH: usize = 16;

/// Rows of a batch where joins spill.
const SPILLING_BATCH: usize = 1_024;

/// Footers of files are kept between queries, in a part of the memory: large lakes have more of them than DataFusion keeps by itself.
const FOOTERS: usize = 16;
const LEAST_FOOTERS: usize = 16 << 20;
const MOST_FOOTERS: usize = 256 << 20;

type LogicalRule = Arc<dyn OptimizerRule + Send + Sync>;
type Plans = Vec<Arc<dyn ExecutionPlan>>;
type PhysicalRule = Arc<dyn PhysicalOptimizerRule + Send + Sync>;

/// Those of DataFusion's rules that are wanted, behind the one that narrows.
fn narrowing_first(wanted: impl Fn(&str) -> bool) -> Vec<LogicalRule> {
    let rules = Optimizer::new().rules;
    let narrowing = rules.iter().find(|rule| rule.name() == NARROWING);
    let wanted = rules.iter().filter(|rule| wanted(rule.name()));
    narrowing.into_iter().chain(wanted).cloned().collect()
}

/// Runs queries. Cheap to clone; clones share memory and caches.
#[derive(Clone)]
pub struct Session {
    state: Arc<SessionState>,
    /// The same, with joins that spill.
    spilling: Arc<SessionState>,
    memory: usize,
    /// Where plans are kept that have run, when someone wants to know what they did.
    ran: Option<Arc<Mutex<Plans>>>,
}

impl Session {
    /// A session with its own memory pool.
    ///
    /// # Errors
    /// When the place for spilled data cannot be set up.
    pub fn new(config: &EngineConfig) -> Result<Self> {
        let mut rules: Vec<LogicalRule> = vec![Arc::new(HotPaths), Arc::new(FilterLegs)];
        rules.extend(narrowing_first(|rule| !LEFT_OUT.contains(&rule)));
        rules.push(Arc::new(FusePaths));
        let mut physical = PhysicalOptimizer::new().rules;
        physical.push(Arc::new(CompareViews));
        physical.push(Arc::new(WalkOnce));
        Self::with_rules(config, SessionConfig::new(), rules, physical)
    }

    /// A session that runs plans as they are written, in small batches. Answers must be those of any other: tests compare them.
    ///
    /// # Errors
    /// As [`Session::new`].
    pub fn without_optimization(config: &EngineConfig) -> Result<Self> {
        let mut physical = PhysicalOptimizer::new().rules;
        physical.retain(|rule| NEEDED.contains(&rule.name()));
        let mut rules = Optimizer::new().rules;
        rules.retain(|rule| REWRITES.contains(&rule.name()));
        Self::with_rules(config, SessionConfig::new().with_batch_size(SMALL_BATCH), rules, physical)
    }

    fn with_rules(config: &EngineConfig, session: SessionConfig, rules: Vec<LogicalRule>, physical: Vec<PhysicalRule>) -> Result<Self> {
        let memory = config.memory.unwrap_or_else(half_of_memory);
        let named = std::num::NonZeroUsize::new(NAMED_CONSUMERS).unwrap_or(std::num::NonZeroUsize::MIN);
        let pool = TrackConsumersPool::new(FairSpillPool::new(memory), named);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(pool))
            .with_metadata_cache_limit((memory / FOOTERS).clamp(LEAST_FOOTERS, MOST_FOOTERS))
            .build_arc()?;
        let partitions = config
            .partitions
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let session = session.with_target_partitions(partitions.max(1)).with_information_schema(false);
        let mut session = config.pruning.configure(session);
        let options = session.options_mut();
        // Rows keep the order of a sort below: dealing them out in turn would lose it.
        options.optimizer.enable_round_robin_repartition = false;
        // Kernels answer for nulls more exactly than their declarations do, which is no error.
        options.execution.skip_physical_aggregate_schema_check = true;
        // Column names of a plan are exact.
        options.sql_parser.enable_ident_normalization = false;
        let state = SessionStateBuilder::new()
            .with_config(session)
            .with_runtime_env(runtime)
            .with_default_features()
            .with_optimizer_rules(rules)
            .with_physical_optimizer_rules(physical)
            .with_query_planner(Arc::new(KqlQueryPlanner))
            .build();
        let mut spilling = state.clone();
        // Sorted runs are merged in memory, a batch of each: small ones leave room for many.
        let batch = spilling.config().batch_size().min(SPILLING_BATCH);
        *spilling.config_mut() = spilling.config().clone().with_batch_size(batch);
        let options = spilling.config_mut().options_mut();
        options.optimizer.prefer_hash_join = false;
        // A join by sorting is planned only where work is divided.
        options.execution.target_partitions = options.execution.target_partitions.max(2);
        options.execution.sort_spill_reservation_bytes = options.execution.sort_spill_reservation_bytes.min(memory / 32);
        Ok(Self {
            state: Arc::new(state),
            spilling: Arc::new(spilling),
            memory,
            ran: None,
        })
    }

    /// For a query whose joins do not fit into memory.
    pub(crate) fn spilling_state(&self) -> &SessionState {
        &self.spilling
    }

    /// Bytes that queries and their results hold now.
    #[must_use]
    pub fn memory_in_use(&self) -> usize {
        self.state.runtime_env().memory_pool.reserved()
    }

    /// Bytes that all queries together may hold.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }

    /// The same session, which keeps the plans that it runs.
    pub(crate) fn recording(&self) -> Self {
        Self {
            ran: Some(Arc::default()),
            ..self.clone()
        }
    }

    /// The same session for plans that run more than once: conditions that a plan finds while it runs would stay in it.
    pub(crate) fn repeating(&self) -> Self {
        let repeating = |state: &SessionState| {
            let mut state = state.clone();
            let optimizer = &mut state.config_mut().options_mut().optimizer;
            optimizer.enable_dynamic_filter_pushdown = false;
            optimizer.enable_topk_dynamic_filter_pushdown = false;
            optimizer.enable_join_dynamic_filter_pushdown = false;
            optimizer.enable_aggregate_dynamic_filter_pushdown = false;
            Arc::new(state)
        };
        Self {
            state: repeating(&self.state),
            spilling: repeating(&self.spilling),
            ..self.clone()
        }
    }

    /// The same session, which spends little on planning: for queries that run once or twice, on few rows.
    #[must_use]
    pub fn planning_little(&self) -> Self {
        let little = |state: &SessionState| {
            let rules = narrowing_first(|rule| REWRITES.contains(&rule));
            let mut physical = PhysicalOptimizer::new().rules;
            physical.retain(|rule| NEEDED.contains(&rule.name()));
            let state = SessionStateBuilder::new_from_existing(state.clone());
            let mut state = state.with_optimizer_rules(rules).with_physical_optimizer_rules(physical).build();
            state.config_mut().options_mut().optimizer.max_passes = 1;
            Arc::new(state)
        };
        Self {
            state: little(&self.state),
            spilling: little(&self.spilling),
            ..self.clone()
        }
    }

    /// Takes a plan down that is about to run.
    pub(crate) fn record(&self, plan: &Arc<dyn ExecutionPlan>) {
        if let Some(Ok(mut ran)) = self.ran.as_ref().map(|ran| ran.lock()) {
            ran.push(Arc::clone(plan));
        }
    }

    /// The plans that ran.
    pub(crate) fn recorded(&self) -> Plans {
        match self.ran.as_ref().map(|ran| ran.lock()) {
            Some(Ok(ran)) => ran.clone(),
            _ => Vec::new(),
        }
    }

    pub(crate) fn state(&self) -> &SessionState {
        &self.state
    }
}
