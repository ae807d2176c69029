//! Lots that only the holder of a key can draw, and always draws alike.

use aws_lc_rs::hmac;

/// The key of the lots. Whoever knows it can undo the rounding, so it is kept with the other keys and never published.
#[derive(Clone)]
pub struct DrawKey(hmac::Key);

impl DrawKey {
    /// The key made of these secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// A number from 0 up to but not including 1, evenly spread over lots; the same lot gives the same number.
    pub fn lot(&self, period: &str, attempt: u32, cell: usize, purpose: &str) -> f64 {
        let named = format!("{period}\n{attempt}\n{cell}\n{purpose}");
        let tag = hmac::sign(&self.0, named.as_bytes());
        let bytes = tag.as_ref().iter().take(6).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        // 48 bits fit a double without loss.
        bytes as f64 / (1u64 << 48) as f64
    }
}

impl std::fmt::Debug for DrawKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DrawKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_are_the_same_again_and_differ_by_cell_and_key() {
        let (one, two) = (DrawKey::new(&[1; 32]), DrawKey::new(&[2; 32]));
        assert_eq!(one.lot("2018-H2", 0, 3, "up"), one.lot("2018-H2", 0, 3, "up"));
        assert_ne!(one.lot("2018-H2", 0, 3, "up"), one.lot("2018-H2", 0, 4, "up"));
        assert_ne!(one.lot("2018-H2", 0, 3, "up"), two.lot("2018-H2", 0, 3, "up"));
        let mean = (0..10_000).map(|cell| one.lot("2018-H2", 0, cell, "up")).sum::<f64>() / 10_000.0;
        assert!((0.49..0.51).contains(&mean), "{mean}");
    }
}
