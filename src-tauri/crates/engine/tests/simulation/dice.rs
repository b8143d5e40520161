//! Chance that can be repeated: everything that is drawn comes from one seed.

use jiff::SignedDuration;

/// A generator (`SplitMix64`): small, quick, and good for any seed.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Another purpose of the same seed gets other numbers.
    pub(crate) fn new(seed: u64, purpose: u64) -> Dice {
        let mut dice = Dice(seed ^ purpose.wrapping_mul(0xd134_2543_de82_ef95));
        dice.draw();
        dice
    }

    pub(crate) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, not including, `end`.
    pub(crate) fn below(&mut self, end: i64) -> i64 {
        i64::try_from(self.draw() >> 1).unwrap() % end.max(1)
    }

    /// From `low` up to and including `high`.
    pub(crate) fn from(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high - low + 1)
    }

    pub(crate) fn percent(&mut self, chance: i64) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let at = self.below(i64::try_from(of.len()).unwrap());
        of[usize::try_from(at).unwrap()]
    }

    pub(crate) fn millis(&mut self, low: i64, high: i64) -> SignedDuration {
        SignedDuration::from_millis(self.from(low, high))
    }

    pub(crate) fn seconds(&mut self, low: i64, high: i64) -> SignedDuration {
        self.millis(low * 1_000, high * 1_000)
    }

    /// A length between `low` and `high` seconds of which short ones are as likely as long ones, by their magnitude.
    pub(crate) fn some_time(&mut self, low: i64, high: i64) -> SignedDuration {
        let magnitudes = 64 - (high / low.max(1)).leading_zeros();
        let low = low << self.below(i64::from(magnitudes));
        self.seconds(low.min(high), (low * 2).min(high))
    }
}
