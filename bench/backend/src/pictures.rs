//! A photo as the widget sends it: a JPEG of 2048 by 1536 pixels and some 400 KB, its colours halved as browsers do, and as
//! many different ones of it as are wanted.

use anyhow::{Result, ensure};
use image::{Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// The longer and the shorter side that the widget makes photos of.
const SIDES: (u16, u16) = (2048, 1536);

/// As many pixels as are taken.
const LARGE_SIDES: (u16, u16) = (8160, 6120);

/// The quality that the widget sends.
const QUALITY: u8 = 85;

/// One photo, from which others are made.
#[derive(Clone, Debug)]
pub(crate) struct PhotoTemplate(Vec<u8>);

impl PhotoTemplate {
    /// Soft shapes with the noise of a sensor over them, which is what makes a photo's bytes.
    ///
    /// # Errors
    ///
    /// When what comes out weighs something else than photos do.
    pub(crate) fn generate() -> Result<Self> {
        let mut noise = fastrand::Rng::with_seed(2048);
        let picture = RgbImage::from_fn(SIDES.0.into(), SIDES.1.into(), |x, y| {
            let (x, y) = (x as f32 / 97.0, y as f32 / 61.0);
            let light = 120.0 + 60.0 * x.sin() * y.cos() + 30.0 * (x * 3.1 + y).sin();
            let grain = noise.f32() * GRAIN - GRAIN / 2.0;
            Rgb([light + grain, light * 0.9 + grain, light * 0.7 + 20.0 + grain].map(|value| value as u8))
        });
        let mut jpeg = Vec::new();
        let mut encoder = Encoder::new(&mut jpeg, QUALITY);
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
        encoder.encode(&picture, SIDES.0, SIDES.1, ColorType::Rgb)?;
        ensure!((350_000..450_000).contains(&jpeg.len()), "the photo has {} bytes, not some 400 000", jpeg.len());
        Ok(Self(jpeg))
    }

    /// A photo of 50 megapixels in few bytes, coded so that decoding takes as much memory as a photo may: every coefficient is
    /// kept until the last scan.
    ///
    /// # Errors
    ///
    /// When it cannot be encoded.
    pub(crate) fn generate_costly_to_decode() -> Result<Self> {
        let (width, height) = LARGE_SIDES;
        let picture = RgbImage::from_fn(width.into(), height.into(), |x, y| Rgb([x / 32, y / 32, 0].map(|n| n as u8)));
        let mut jpeg = Vec::new();
        let mut encoder = Encoder::new(&mut jpeg, QUALITY);
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
        encoder.set_progressive(true);
        encoder.encode(&picture, width, height, ColorType::Rgb)?;
        Ok(Self(jpeg))
    }

    /// The same picture under another name: with a comment in it, which no decoder shows.
    pub(crate) fn numbered_copy(&self, number: u64) -> Vec<u8> {
        let (start, rest) = self.0.split_at(2);
        [start, b"\xff\xfe\0\x0a", &number.to_be_bytes(), rest].concat()
    }
}

/// How far the noise goes, in steps of 256: with it the picture weighs what a photo does.
const GRAIN: f32 = 11.5;
