//! Secrets that do not leak: not through `Debug`, a log, or the time of a comparison.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

/// The secret that signs tokens.
#[derive(Clone)]
pub struct TokenSecret(Vec<u8>);

impl TokenSecret {
    /// The least bytes of a secret: the length of an HMAC-SHA-256 (RFC 7518, 3.2).
    pub const LENGTH_MIN: usize = 32;

    /// `bytes` as a secret; none where they are too few.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        (bytes.len() >= Self::LENGTH_MIN).then_some(Self(bytes))
    }

    /// The bytes, to sign or verify with.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The digest of the key of a seller's system or of a person at the desk. The key itself is dropped once the configuration is read.
#[derive(Clone)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// The least characters of a seller's key.
    pub const KEY_LENGTH_MIN: usize = 32;

    /// The digest of `key`; none where the key is too short.
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        (key.chars().count() >= Self::KEY_LENGTH_MIN).then(|| Self(Sha256::digest(key).into()))
    }

    /// Whether this is the digest of `key`, compared in constant time.
    #[must_use]
    pub fn matches(&self, key: &str) -> bool {
        let other: [u8; 32] = Sha256::digest(key).into();
        self.0.ct_eq(&other).into()
    }

    /// The digest itself. It tells whether a key was replaced.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyDigest(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_itself() {
        let secret = TokenSecret::new(vec![b'x'; 32]).unwrap();
        let key = KeyDigest::of(&"k".repeat(32)).unwrap();
        assert_eq!(format!("{secret:?} {key:?}"), "Secret(…) KeyDigest(…)");
    }

    #[test]
    fn a_secret_of_31_bytes_is_none() {
        assert!(TokenSecret::new(vec![b'x'; 31]).is_none());
        assert!(KeyDigest::of(&"k".repeat(31)).is_none());
    }

    #[test]
    fn a_key_matches_its_own_digest_only() {
        let digest = KeyDigest::of(&"k".repeat(32)).unwrap();
        assert!(digest.matches(&"k".repeat(32)));
        assert!(!digest.matches(&"k".repeat(33)));
    }
}
