//! Sets of values that an expression may have, exact or too large, never too small.

use std::collections::BTreeSet;

/// A set of values of one expression. `other` stands for null, and for NaN among reals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Set {
    /// Whole numbers, ticks, or reals by their order (see [`real_key`]). Ranges are inclusive, in order and apart.
    Ordered {
        ranges: Vec<(i64, i64)>,
        other: bool,
    },
    /// These texts, or with `except` all but these.
    Texts {
        texts: BTreeSet<String>,
        except: bool,
    },
    Truth {
        yes: bool,
        no: bool,
        other: bool,
    },
}

/// A number that orders reals as they compare.
pub(crate) fn real_key(real: f64) -> i64 {
    // Adding zero makes the two zeros one.
    let bits = (real + 0.0).to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

impl Set {
    pub(crate) fn points(mut keys: Vec<i64>) -> Set {
        keys.sort_unstable();
        keys.dedup();
        Set::Ordered {
            ranges: keys.into_iter().map(|key| (key, key)).collect(),
            other: false,
        }
    }

    pub(crate) fn range(low: Option<i64>, high: Option<i64>) -> Set {
        let (low, high) = (low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX));
        Set::Ordered {
            ranges: if low <= high { vec![(low, high)] } else { Vec::new() },
            other: false,
        }
    }

    pub(crate) fn texts<S: Into<String>>(texts: impl IntoIterator<Item = S>) -> Set {
        Set::Texts {
            texts: texts.into_iter().map(Into::into).collect(),
            except: false,
        }
    }

    /// The same with null allowed or not.
    pub(crate) fn with_other(self, allowed: bool) -> Set {
        match self {
            Set::Ordered { ranges, .. } => Set::Ordered { ranges, other: allowed },
            Set::Truth { yes, no, .. } => Set::Truth { yes, no, other: allowed },
            texts @ Set::Texts { .. } => texts,
        }
    }

    /// The least number of the set, when there is one.
    pub(crate) fn least(&self) -> Option<i64> {
        match self {
            Set::Ordered { ranges, other: false } => ranges.first().map(|(low, _)| *low).filter(|low| *low != i64::MIN),
            _ => None,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Set::Ordered { ranges, other } => ranges.is_empty() && !other,
            Set::Texts { texts, except } => texts.is_empty() && !except,
            Set::Truth { yes, no, other } => !(*yes || *no || *other),
        }
    }

    pub(crate) fn complement(&self) -> Set {
        match self {
            Set::Ordered { ranges, other } => {
                let mut gaps = Vec::new();
                let mut next = Some(i64::MIN);
                for (low, high) in ranges {
                    if let Some(start) = next
                        && start < *low
                    {
                        gaps.push((start, low.saturating_sub(1)));
                    }
                    next = high.checked_add(1);
                }
                gaps.extend(next.map(|start| (start, i64::MAX)));
                Set::Ordered {
                    ranges: gaps,
                    other: !other,
                }
            }
            Set::Texts { texts, except } => Set::Texts {
                texts: texts.clone(),
                except: !except,
            },
            Set::Truth { yes, no, other } => Set::Truth {
                yes: !yes,
                no: !no,
                other: !other,
            },
        }
    }

    /// What is in both. Sets of different kinds say nothing about each other.
    pub(crate) fn intersect(&self, with: &Set) -> Set {
        match (self, with) {
            (Set::Ordered { ranges: a, other: x }, Set::Ordered { ranges: b, other: y }) => Set::Ordered {
                ranges: both(a, b),
                other: *x && *y,
            },
            (Set::Texts { texts: a, except: false }, Set::Texts { texts: b, except: false }) => Set::texts(a.intersection(b).cloned()),
            (Set::Texts { texts: a, except: false }, Set::Texts { texts: b, except: true })
            | (Set::Texts { texts: b, except: true }, Set::Texts { texts: a, except: false }) => Set::texts(a.difference(b).cloned()),
            (Set::Texts { texts: a, except: true }, Set::Texts { texts: b, except: true }) => Set::Texts {
                texts: a.union(b).cloned().collect(),
                except: true,
            },
            (
                Set::Truth { yes, no, other },
                Set::Truth {
                    yes: yes2,
                    no: no2,
                    other: other2,
                },
            ) => Set::Truth {
                yes: *yes && *yes2,
                no: *no && *no2,
                other: *other && *other2,
            },
            _ => self.clone(),
        }
    }
}

fn both(a: &[(i64, i64)], b: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut shared = Vec::new();
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(&&(low, high)), Some(&&(other_low, other_high))) = (left.peek(), right.peek()) {
        let (start, end) = (low.max(other_low), high.min(other_high));
        if start <= end {
            shared.push((start, end));
        }
        if high <= other_high {
            left.next();
        } else {
            right.next();
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holds(set: &Set, value: i64) -> bool {
        !set.intersect(&Set::points(vec![value])).is_empty()
    }

    fn sets() -> impl Strategy<Value = Set> {
        let ranges = prop_oneof![
            (-5i64..5).prop_map(|low| Set::range(Some(low), None)),
            (-5i64..5).prop_map(|high| Set::range(None, Some(high))),
            prop::collection::vec(-5i64..5, 0..4).prop_map(Set::points),
            (-5i64..5, -5i64..5).prop_map(|(low, high)| Set::range(Some(low), Some(high))),
        ];
        (ranges, any::<bool>()).prop_map(|(set, other)| set.with_other(other))
    }

    proptest! {
        #[test]
        fn sets_behave_as_sets(a in sets(), b in sets(), value in -7i64..7) {
            prop_assert_eq!(holds(&a.complement(), value), !holds(&a, value));
            prop_assert_eq!(holds(&a.intersect(&b), value), holds(&a, value) && holds(&b, value));
            prop_assert!(a.intersect(&a.complement()).is_empty());
            prop_assert_eq!(holds(&a.complement().complement(), value), holds(&a, value));
        }

        #[test]
        fn reals_keep_their_order(a in -1e9f64..1e9, b in -1e9f64..1e9) {
            prop_assert_eq!(a < b, real_key(a) < real_key(b));
        }
    }

    #[test]
    fn texts_and_their_exceptions() {
        let two = Set::texts(["a", "b"]);
        assert!(two.intersect(&two.complement()).is_empty());
        assert!(!two.complement().intersect(&Set::texts(["c"])).is_empty());
        assert_eq!(real_key(0.0), real_key(-0.0));
    }
}
