//! Finds runs of bytes of some texts in others, wherever they begin.

use std::collections::HashSet;

/// The length of a run that must not be found.
pub(super) const RUN: usize = 64;

/// The base of the rolling hash: any odd number whose bits are mixed.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Bits of the hash that the filter looks at.
const FILTER_BITS: u32 = 24;

/// Every run of [`RUN`] bytes of some texts.
pub(super) struct Runs {
    hashes: HashSet<u64>,
    /// One bit for the first bits of each hash: most runs of a file are looked up no further.
    filter: Vec<u64>,
}

impl Runs {
    /// The runs of `texts` that are in none of `others`.
    pub(super) fn of(texts: &[Vec<u8>], others: &[Vec<u8>]) -> Self {
        let mut hashes: HashSet<u64> = texts.iter().flat_map(|text| hashes(text)).collect();
        for common in others.iter().flat_map(|text| hashes_of(text)) {
            hashes.remove(&common);
        }
        let mut filter = vec![0; 1 << (FILTER_BITS - 6)];
        for hash in &hashes {
            let (word, bit) = place(*hash);
            filter[word] |= bit;
        }
        Self { hashes, filter }
    }

    /// Where the first of these runs begins in `bytes`.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<usize> {
        hashes_of(bytes).position(|hash| {
            let (word, bit) = place(hash);
            self.filter[word] & bit != 0 && self.hashes.contains(&hash)
        })
    }
}

fn hashes(text: &[u8]) -> Vec<u64> {
    hashes_of(text).collect()
}

/// The hash of each run of [`RUN`] bytes.
fn hashes_of(bytes: &[u8]) -> impl Iterator<Item = u64> + '_ {
    let outgoing = BASE.wrapping_pow(RUN as u32);
    let mut hash = 0_u64;
    bytes.iter().enumerate().filter_map(move |(at, &byte)| {
        hash = hash.wrapping_mul(BASE).wrapping_add(u64::from(byte) + 1);
        if let Some(before) = at.checked_sub(RUN) {
            hash = hash.wrapping_sub((u64::from(bytes[before]) + 1).wrapping_mul(outgoing));
        }
        (at + 1 >= RUN).then_some(hash)
    })
}

fn place(hash: u64) -> (usize, u64) {
    let first = hash >> (64 - FILTER_BITS);
    (usize::try_from(first >> 6).unwrap(), 1 << (first & 63))
}

#[test]
fn a_run_is_found_wherever_it_begins_and_a_shorter_one_is_not() {
    let mut random = fastrand::Rng::with_seed(1);
    let mut bytes = |length: usize| (0..length).map(|_| random.u8(..)).collect::<Vec<u8>>();
    let text = bytes(1000);
    let runs = Runs::of(std::slice::from_ref(&text), &[text[500..].to_vec()]);
    for (part, found) in
        [(100..164, Some(37)), (100..163, None), (0..64, Some(37)), (436..500, Some(37)), (600..700, None)]
    {
        assert_eq!(runs.find(&[bytes(37), text[part.clone()].to_vec(), bytes(99)].concat()), found, "{part:?}");
    }
}
