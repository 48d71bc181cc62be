//! The quality of a photo that was sent: how like the original it is, and which of the camera's secrets it still holds.

use std::io::Cursor;

use anyhow::{Context as _, Result};
use damage_report_e2e::photos::secrets_in;
use image::{DynamicImage, GrayImage, ImageDecoder as _, ImageReader, codecs::jpeg::JpegEncoder, imageops::FilterType};
use image_compare::{Algorithm, gray_similarity_structure};

/// A side of the squares on which pictures are told apart: what stands turned or elsewhere is another picture.
const SMALL: u32 = 32;

/// The longer side at which pictures are compared, for every size that was sent: the largest that any subject sends. A photo that is sent
/// smaller loses by it.
const COMPARED: u32 = 2048;

/// The qualities of the plain way, from worse to better than anybody sends.
const QUALITIES: [u8; 5] = [50, 70, 80, 88, 95];

/// The photos that were picked, upright: what was sent is compared with them.
#[derive(Debug)]
pub(crate) struct ReferencePhotos {
    photos: Vec<ReferencePhoto>,
    /// The bytes of the plain way, from the worst likeness to the best: the references scaled, as grey JPEGs.
    plain: Vec<Plain>,
}

#[derive(Debug)]
struct ReferencePhoto {
    scaled: GrayImage,
    small: GrayImage,
}

/// How like the references all are at one quality, and how many bytes they take.
#[derive(Clone, Copy, Debug)]
struct Plain {
    likeness: f64,
    bytes: f64,
}

/// The outcome for all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SentPhotoQuality {
    /// Structural similarity (SSIM) to the original at [`COMPARED`] pixels, on average: 1 is the same picture.
    pub(crate) likeness: f64,
    /// How many bytes it would be as like as the plain way at its middle quality is, if bytes grow with likeness as they do there.
    pub(crate) bytes_alike: f64,
    /// How many of the camera's secrets are left at most: the place, the serial number, the time.
    pub(crate) secrets: usize,
}

impl ReferencePhotos {
    /// The photos in these files.
    pub(crate) fn read<'a>(files: impl Iterator<Item = &'a [u8]>) -> Result<Self> {
        let photos: Vec<ReferencePhoto> =
            files.map(|file| upright(file).map(ReferencePhoto::of)).collect::<Result<_>>()?;
        let plain = QUALITIES.iter().map(|quality| Plain::of(&photos, *quality)).collect::<Result<_>>()?;
        Ok(Self { photos, plain })
    }

    /// Compares what was sent with what was picked.
    pub(crate) fn compare<'a>(&self, sent: impl Iterator<Item = &'a [u8]>) -> Result<SentPhotoQuality> {
        let (mut likeness, mut bytes, mut secrets, mut count) = (0.0, 0, 0, 0);
        for file in sent {
            likeness += self.likeness(&upright(file)?.into_luma8())?;
            secrets = secrets.max(secrets_in(file).len());
            bytes += file.len();
            count += 1;
        }
        anyhow::ensure!(count > 0, "no photo arrived");
        let likeness = likeness / f64::from(count);
        let usual = self.plain[QUALITIES.len() / 2].bytes;
        let bytes_alike = bytes as f64 * usual / self.plain_bytes(likeness);
        Ok(SentPhotoQuality { likeness, bytes_alike, secrets })
    }

    fn likeness(&self, sent: &GrayImage) -> Result<f64> {
        let small = scaled(sent, SMALL, SMALL);
        let distance = |one: &ReferencePhoto| -> u64 {
            one.small.iter().zip(small.iter()).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum()
        };
        self.photos.iter().min_by_key(|one| distance(one)).context("nothing was picked")?.likeness(sent)
    }

    /// How many bytes the plain way takes for this likeness: between those that were tried, and beyond them as between the
    /// last two.
    fn plain_bytes(&self, likeness: f64) -> f64 {
        let last = QUALITIES.len() - 1;
        let better = self.plain[1..last].iter().position(|plain| plain.likeness >= likeness).map_or(last, |n| n + 1);
        let (worse, better) = (self.plain[better - 1], self.plain[better]);
        let share = (likeness - worse.likeness) / (better.likeness - worse.likeness);
        worse.bytes + share * (better.bytes - worse.bytes)
    }
}

impl Plain {
    fn of(photos: &[ReferencePhoto], quality: u8) -> Result<Self> {
        let mut all = Self { likeness: 0.0, bytes: 0.0 };
        for photo in photos {
            let mut jpeg = Vec::new();
            JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(&photo.scaled)?;
            all.likeness += photo.likeness(&upright(&jpeg)?.into_luma8())? / photos.len() as f64;
            all.bytes += jpeg.len() as f64;
        }
        Ok(all)
    }
}

impl ReferencePhoto {
    fn of(picture: DynamicImage) -> Self {
        let full = picture.into_luma8();
        let (width, height) = full.dimensions();
        let side = |side: u32| (side * COMPARED / width.max(height)).max(1);
        Self { small: scaled(&full, SMALL, SMALL), scaled: scaled(&full, side(width), side(height)) }
    }

    fn likeness(&self, sent: &GrayImage) -> Result<f64> {
        let (width, height) = self.scaled.dimensions();
        let sent = scaled(sent, width, height);
        Ok(gray_similarity_structure(&Algorithm::MSSIMSimple, &self.scaled, &sent)?.score)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_between_the_qualities_that_were_tried_and_beyond() {
        let plain = [(0.5, 100.0), (0.6, 200.0), (0.7, 400.0), (0.8, 800.0), (0.9, 1600.0)]
            .map(|(likeness, bytes)| Plain { likeness, bytes });
        let references = ReferencePhotos { photos: Vec::new(), plain: plain.to_vec() };
        for (likeness, bytes) in [(0.5, 100.0), (0.55, 150.0), (0.7, 400.0), (0.85, 1200.0), (0.95, 2000.0), (0.4, 0.0)]
        {
            assert!((references.plain_bytes(likeness) - bytes).abs() < 1e-6, "{likeness}");
        }
    }

    #[test]
    fn what_is_sent_smaller_is_less_like_the_original() {
        let photo = DynamicImage::ImageLuma8(GrayImage::from_fn(2400, 1800, |x, y| {
            image::Luma([((x * 7 + y * 13) % 61 + x / 16 + y / 24) as u8])
        }));
        let encoded = |photo: &DynamicImage| {
            let mut jpeg = Vec::new();
            JpegEncoder::new_with_quality(&mut jpeg, 95).encode_image(photo).unwrap();
            jpeg
        };
        let original = encoded(&photo);
        let references = ReferencePhotos::read([original.as_slice()].into_iter()).unwrap();
        let [large, small] = [2048, 1024].map(|side| {
            let sent = encoded(&photo.resize(side, side, FilterType::Lanczos3));
            references.compare([sent.as_slice()].into_iter()).unwrap()
        });
        assert!(large.likeness > small.likeness, "{large:?} {small:?}");
        assert!(large.likeness > 0.9, "{large:?}");
    }
}
