//! What a generator decides by. The fewer and smaller the numbers, the simpler what comes of them, so that shrinking them simplifies it.

#[derive(Debug, Clone)]
pub struct Choices {
    numbers: Vec<u32>,
    at: usize,
}

impl Choices {
    pub fn new(numbers: Vec<u32>) -> Self {
        Self { numbers, at: 0 }
    }

    /// A stream that follows from a seed.
    pub fn seeded(seed: u64) -> Self {
        let mut state = seed;
        let numbers = (0..4000).map(|_| {
            // SplitMix64.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ (mixed >> 31)) as u32
        });
        Self::new(numbers.collect())
    }

    /// A number below `bound`; 0 when the stream has ended.
    pub fn below(&mut self, bound: usize) -> usize {
        let number = self.numbers.get(self.at).copied().unwrap_or(0) as usize;
        self.at += 1;
        number % bound.max(1)
    }

    /// True in `of` cases out of a hundred; false when the stream has ended.
    pub fn chance(&mut self, of: usize) -> bool {
        let number = self.below(100);
        number >= 100 - of
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
