//! Indexes for joins that are not on equality: addresses with networks, points with shapes.

mod network;
mod shapes;

pub use network::{Family, Networks};
pub use shapes::Shapes;
