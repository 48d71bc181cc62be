//! The photos that are sent: made-up ones of two sizes for claims, and those of the corpus, right and wrong.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use damage_report_backend::digest;
use damage_report_photo_corpus::{ExpectedOutcome, Sample};
use fastrand::Rng;
use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder};

/// How many small ones there are: a claim's five are drawn from them.
const SMALL: usize = 24;

/// How many as large as a phone's, made smaller by the widget.
const LARGE: usize = 3;

/// A photo with its name.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// Whether it is to be kept.
    pub(crate) is_photo: bool,
}

impl Picture {
    fn new(bytes: Vec<u8>, is_photo: bool) -> Self {
        Self { name: digest::sha256(&bytes).to_string(), bytes, is_photo }
    }
}

/// All that can be sent.
#[derive(Debug)]
pub(crate) struct Pictures {
    made: Vec<Picture>,
    corpus: Vec<Picture>,
    /// The digest of each one's clean copy, as it was first seen: it must be the same each time.
    clean: Mutex<HashMap<String, String>>,
}

impl Pictures {
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        let small = (0..SMALL).map(|_| (160, 120));
        let made = small.chain((0..LARGE).map(|_| (2048, 1536)));
        let made =
            (0..).zip(made).map(|(nth, (width, height))| Picture::new(jpeg(width, height, nth, rng), true)).collect();
        let corpus =
            damage_report_photo_corpus::all().into_iter().filter_map(|Sample { bytes, right, .. }| match right {
                ExpectedOutcome::Shown(_) => Some(Picture::new(bytes, true)),
                ExpectedOutcome::Refused => Some(Picture::new(bytes, false)),
                ExpectedOutcome::Either(_) => None,
            });
        Self { made, corpus: corpus.collect(), clean: Mutex::default() }
    }

    /// Five different ones, as a claim wants them; seldom a large one among them.
    pub(crate) fn for_a_claim(&self, rng: &mut Rng) -> Vec<Picture> {
        let mut small: Vec<&Picture> = self.made[..SMALL].iter().collect();
        rng.shuffle(&mut small);
        let mut five: Vec<Picture> = small.into_iter().take(5).cloned().collect();
        if rng.u8(..) < 40 {
            five[4] = self.made[SMALL + rng.usize(..LARGE)].clone();
        }
        five
    }

    /// Any file of the corpus.
    pub(crate) fn any(&self, rng: &mut Rng) -> Picture {
        self.corpus[rng.usize(..self.corpus.len())].clone()
    }

    /// Whether `digest` is that of the clean copy of the photo called `name`, as it was when it was first seen.
    pub(crate) fn is_clean_copy(&self, name: &str, digest: &str) -> bool {
        let mut clean = self.clean.lock().unwrap_or_else(PoisonError::into_inner);
        clean.entry(name.to_owned()).or_insert_with(|| digest.to_owned()) == digest
    }
}

/// A photo that differs in its shade from every other: one picture under two names is refused in a claim.
fn jpeg(width: u32, height: u32, nth: u8, rng: &mut Rng) -> Vec<u8> {
    let (shade, step) = (nth * 9, rng.u32(1..9));
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let [x, y, ..] = [x * step, y].map(|n| n.to_le_bytes()[0]);
        Rgb([shade, x, y])
    });
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 85).encode_image(&picture).unwrap();
    jpeg
}
