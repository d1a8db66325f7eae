//! A small pseudo-random generator whose output is fixed by this file alone.
//!
//! The records of a seed must be the same bytes on every platform and after every
//! dependency update, so the generator (xoshiro256++, seeded through splitmix64) lives here
//! and uses integer arithmetic only.

/// Pseudo-random numbers of one independent stream.
#[derive(Clone, Debug)]
pub(crate) struct Rng {
    state: (u64, u64, u64, u64),
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Rng {
    /// The stream `stream` of `seed`; streams do not depend on the order in which they are drawn.
    pub fn stream(seed: u64, stream: u64) -> Self {
        let mut mixer = seed;
        let mut state = splitmix(&mut mixer) ^ stream.wrapping_mul(0xd134_2543_de82_ef95);
        Self {
            state: (
                splitmix(&mut state),
                splitmix(&mut state),
                splitmix(&mut state),
                splitmix(&mut state),
            ),
        }
    }

    pub fn next(&mut self) -> u64 {
        let (a, b, c, d) = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (mixed_c, mixed_d) = (c ^ a, d ^ b);
        self.state = (a ^ mixed_d, b ^ mixed_c, mixed_c ^ (b << 17), mixed_d.rotate_left(45));
        result
    }

    /// A number in `0..bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        let high = self.next() >> 32;
        ((high * u64::from(bound)) >> 32) as u32
    }

    /// An index into a list of `length` entries; 0 for an empty list.
    pub fn index(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).unwrap_or(u32::MAX)) as usize
    }

    /// An index that prefers the start of the list, as a few people cause most traffic.
    pub fn skewed_index(&mut self, length: usize) -> usize {
        self.index(length).min(self.index(length))
    }

    /// True once in `one_in` draws on average.
    pub fn chance(&mut self, one_in: u32) -> bool {
        self.below(one_in) == 0
    }

    pub fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.index(words.len())).copied().unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_stable_and_independent() {
        let draw = |seed, stream| {
            let mut rng = Rng::stream(seed, stream);
            (rng.next(), rng.next())
        };
        assert_eq!(draw(7, 1), draw(7, 1));
        assert_ne!(draw(7, 1), draw(7, 2));
        assert_ne!(draw(7, 1), draw(8, 1));
    }

    #[test]
    fn below_covers_its_range_and_nothing_else() {
        let mut rng = Rng::stream(1, 1);
        let mut seen = [0_u32; 6];
        for _ in 0..6_000 {
            let value = rng.below(6) as usize;
            *seen.get_mut(value).unwrap_or(&mut 0) += 1;
        }
        assert!(seen.iter().all(|count| (800..1_200).contains(count)), "{seen:?}");
        assert_eq!(rng.below(0), 0);
    }
}
