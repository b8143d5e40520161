//! Randomness that repeats from a seed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// SHA-256 over a secret seed and a counter: as hard to guess as the seed, and the same again from the same seed.
pub(crate) struct Random {
    seed: [u8; 32],
    drawn: u64,
}

impl Random {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self { seed, drawn: 0 }
    }

    /// 256 random bits.
    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        self.drawn = self.drawn.wrapping_add(1);
        Sha256::new()
            .chain_update(self.seed)
            .chain_update(self.drawn.to_be_bytes())
            .finalize()
            .into()
    }

    /// 256 random bits as 43 characters that need no escaping in an address, a form or a header.
    pub(crate) fn text(&mut self) -> String {
        URL_SAFE_NO_PAD.encode(self.bytes())
    }

    /// A GUID of version 4.
    #[allow(clippy::many_single_char_names)]
    pub(crate) fn guid(&mut self) -> String {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = self.bytes();
        let version = 0x4000 | (u16::from_be_bytes([g, h]) & 0x0fff);
        let variant = 0x8000 | (u16::from_be_bytes([i, j]) & 0x3fff);
        let (start, second) = (u32::from_be_bytes([a, b, c, d]), u16::from_be_bytes([e, f]));
        let node = u64::from_be_bytes([0, 0, k, l, m, n, o, p]);
        format!("{start:08x}-{second:04x}-{version:04x}-{variant:04x}-{node:012x}")
    }

    /// A number from 0 up to, not including, `bound`.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        let [a, b, c, d, ..] = self.bytes();
        u32::from_be_bytes([a, b, c, d]) % bound.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_same_seed_draws_the_same_and_never_the_same_twice() {
        let mut one = Random::new([7; 32]);
        let mut two = Random::new([7; 32]);
        let first = one.text();
        assert_eq!(first, two.text());
        assert_ne!(first, one.text());
    }

    #[test]
    fn a_guid_has_the_shape_of_version_4() {
        let guid = Random::new([1; 32]).guid();
        let parts: Vec<usize> = guid.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12], "{guid}");
        assert_eq!(guid.as_bytes()[14], b'4', "{guid}");
        assert!(matches!(guid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{guid}");
    }
}
