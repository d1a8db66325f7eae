//! The order in which rows come out of a join: `join` goes through the right side and gives the left rows of each key from the last to the
//! first; left rows that found nothing come at the end. `lookup`, and an inner join whose right side is the smaller one, go through the left
//! side and give the right rows from the last to the first.

use datafusion::logical_expr::{LogicalPlan, SortExpr};
use quarry_semantics::ir::JoinKind;

use super::join::Side;
use super::order::numbered;
use super::sort::in_order;
use crate::PlanError;
use crate::columns::reference;

const LEFT_PLACE: &str = "$place_l";
const RIGHT_PLACE: &str = "$place_r";

/// By which places of the sides' rows the joined rows are put in order; by none when it is empty.
#[derive(Default)]
pub(super) struct Order {
    keys: Vec<SortExpr>,
}

impl Order {
    /// Numbers the rows of the sides as far as the order of the join asks for it.
    pub(super) fn of(kind: JoinKind, lookup: bool, left: &mut Side, right: &mut Side) -> Result<Self, PlanError> {
        use JoinKind::{FullOuter, Inner, InnerUnique, LeftAnti, LeftOuter, LeftSemi, RightAnti, RightOuter, RightSemi};
        let (up, down) = (
            |place| reference(place).sort(true, false),
            |place| reference(place).sort(false, false),
        );
        let keys = match (kind, lookup) {
            (Inner | LeftOuter, true) => vec![up(LEFT_PLACE), down(RIGHT_PLACE)],
            (Inner | LeftOuter | RightOuter | FullOuter, _) => vec![up(RIGHT_PLACE), down(LEFT_PLACE)],
            (InnerUnique | RightSemi | RightAnti, _) => vec![up(RIGHT_PLACE)],
            (LeftSemi | LeftAnti, true) => vec![up(LEFT_PLACE)],
            (LeftSemi | LeftAnti, false) => vec![down(LEFT_PLACE)],
        };
        if !matches!(kind, InnerUnique | RightSemi | RightAnti) {
            left.plan = numbered(left.plan.clone(), LEFT_PLACE)?;
        }
        if !matches!(kind, LeftSemi | LeftAnti) {
            right.plan = numbered(right.plan.clone(), RIGHT_PLACE)?;
        }
        Ok(Self { keys })
    }

    /// The joined rows in order.
    pub(super) fn restore(self, joined: LogicalPlan) -> Result<LogicalPlan, PlanError> {
        if self.keys.is_empty() {
            return Ok(joined);
        }
        in_order(joined, self.keys)
    }
}
