//! What became of a photo on its way: how like the original it still is, and what it still tells of its maker.

use std::io::Cursor;

use anyhow::{Context as _, Result};
use damage_report_e2e::photos::secrets_in;
use image::{DynamicImage, GrayImage, ImageDecoder as _, ImageReader, imageops::FilterType};
use image_compare::{Algorithm, gray_similarity_structure};

/// A side of the squares on which pictures are told apart: what stands turned or elsewhere is another picture.
const SMALL: u32 = 32;

/// The photos that were picked, upright.
#[derive(Debug)]
pub(crate) struct Originals(Vec<Original>);

#[derive(Debug)]
struct Original {
    full: GrayImage,
    small: GrayImage,
}

/// What was sent of all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    /// Structural similarity (SSIM) to the original scaled to the same size, on average: 1 is the same picture.
    pub(crate) likeness: f64,
    /// How many of the camera's secrets are left at most: the place, the serial number, the time.
    pub(crate) secrets: usize,
}

impl Originals {
    /// The photos in these files.
    pub(crate) fn read<'a>(files: impl Iterator<Item = &'a [u8]>) -> Result<Self> {
        files.map(|file| upright(file).map(Original::of)).collect::<Result<_>>().map(Self)
    }

    /// Compares what was sent with what was picked.
    pub(crate) fn compare<'a>(&self, sent: impl Iterator<Item = &'a [u8]>) -> Result<Sent> {
        let (mut likeness, mut secrets, mut count) = (0.0, 0, 0);
        for file in sent {
            likeness += self.likeness(&upright(file)?.into_luma8())?;
            secrets = secrets.max(secrets_in(file).len());
            count += 1;
        }
        anyhow::ensure!(count > 0, "no photo arrived");
        Ok(Sent { likeness: likeness / f64::from(count), secrets })
    }

    fn likeness(&self, sent: &GrayImage) -> Result<f64> {
        let small = scaled(sent, SMALL, SMALL);
        let distance = |one: &Original| -> u64 {
            one.small.iter().zip(small.iter()).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum()
        };
        let original = self.0.iter().min_by_key(|one| distance(one)).context("nothing was picked")?;
        let scaled = scaled(&original.full, sent.width(), sent.height());
        Ok(gray_similarity_structure(&Algorithm::MSSIMSimple, &scaled, sent)?.score)
    }
}

impl Original {
    fn of(picture: DynamicImage) -> Self {
        let full = picture.into_luma8();
        Self { small: scaled(&full, SMALL, SMALL), full }
    }
}

fn scaled(picture: &GrayImage, width: u32, height: u32) -> GrayImage {
    image::imageops::resize(picture, width, height, FilterType::Lanczos3)
}

/// The picture as everybody shows it: turned as its metadata says.
fn upright(file: &[u8]) -> Result<DynamicImage> {
    let mut decoder = ImageReader::new(Cursor::new(file)).with_guessed_format()?.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}
