//! What plugins compute over their whole input.
//!
//! The planner puts the columns that a plugin reads into its input by position; each file says in which order.

mod active_users_count;
mod activity_counts_metrics;
mod activity_engagement;
mod activity_metrics;
mod autocluster;
mod axis;
mod basket;
mod diffpatterns;
mod events;
mod funnel_sequence_completion;
mod miner;
mod narrow;
mod new_activity_metrics;
mod pattern;
mod rolling_percentile;
mod rows_near;
mod schema_merge;
mod sequence_detect;
mod session_count;
mod sliding_window_counts;

pub use active_users_count::ActiveUsersCount;
pub use activity_counts_metrics::ActivityCountsMetrics;
pub use activity_engagement::ActivityEngagement;
pub use activity_metrics::ActivityMetrics;
pub use autocluster::AutoCluster;
pub use axis::{Axis, Step};
pub use basket::Basket;
pub use diffpatterns::DiffPatterns;
pub use funnel_sequence_completion::FunnelSequenceCompletion;
pub use narrow::Narrow;
pub use new_activity_metrics::NewActivityMetrics;
pub use pattern::PatternColumns;
pub use rolling_percentile::RollingPercentile;
pub use rows_near::RowsNear;
pub use schema_merge::SchemaMerge;
pub use sequence_detect::SequenceDetect;
pub use session_count::SessionCount;
pub use sliding_window_counts::SlidingWindowCounts;
