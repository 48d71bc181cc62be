//! The clean copy: decoded within limits, turned upright, encoded again.
//!
//! Encoding again is what removes everything that is not a pixel (position, maker, comments, tails, polyglots) without
//! a list of what there is to remove.

use std::io::Cursor;

use damage_report_rules::{
    contract::Code,
    evidence::Digest,
    photo::{NotAPhoto, PhotoKind, is_taken},
    policy::Policy,
};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, metadata::Orientation,
};
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
use sha2::{Digest as _, Sha256};

use super::{CleanPhoto, digest, jpeg::whole_picture};
use crate::problem::Refusal;

/// The most memory that one decoder may take: [`PIXELS_TAKEN_MAX`](damage_report_rules::photo::PIXELS_TAKEN_MAX) in RGB, and a quarter for its own working.
pub const ALLOCATION_MAX: u64 = 192 * 1024 * 1024;

/// The quality of the clean copy. The widget sends 85; below that, what a photo is to show would begin to go.
const JPEG_QUALITY: u8 = 87;

/// The clean photo that `bytes` amount to.
///
/// # Errors
///
/// A [`Refusal`] whose code says what is wrong: `photo_empty`, `photo_type`, `photo_type_heic`, `photo_unreadable`,
/// `photo_pixels` or `photo_too_small`.
pub fn develop(bytes: &[u8], policy: &Policy) -> Result<CleanPhoto, Refusal> {
    let kind = PhotoKind::sniff(bytes).map_err(|reason| {
        Refusal::new(match reason {
            NotAPhoto::Empty => Code::PhotoEmpty,
            NotAPhoto::Heic => Code::PhotoTypeHeic,
            NotAPhoto::OtherType => Code::PhotoType,
        })
    })?;
    let (format, bytes, colours_halved) = match kind {
        PhotoKind::Jpeg => {
            let whole = whole_picture(bytes).ok_or_else(|| Refusal::new(Code::PhotoUnreadable))?;
            (ImageFormat::Jpeg, &bytes[..whole.length], whole.colours_halved)
        }
        PhotoKind::Png => (ImageFormat::Png, bytes, false),
        PhotoKind::Webp => (ImageFormat::WebP, bytes, false),
    };
    let picture = decode(bytes, format, policy)?;
    let (width, height) = picture.dimensions();
    let pixels = pixel_digest(width, height, &picture);
    let jpeg = encode(&picture, colours_halved)?;
    Ok(CleanPhoto { stored: digest(&jpeg), jpeg, pixels, width, height })
}

/// The picture as upright RGB, its size judged before a single pixel is decoded.
fn decode(bytes: &[u8], format: ImageFormat, policy: &Policy) -> Result<RgbImage, Refusal> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(ALLOCATION_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if !is_taken(width, height) {
        return Err(Refusal::new(Code::PhotoPixels));
    }
    if !policy.shows_enough(width, height) {
        return Err(Refusal::new(Code::PhotoTooSmall));
    }
    // Metadata that cannot be read says nothing about which way is up; the photo may be fine all the same.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::ImageRgb8(DynamicImage::from_decoder(decoder).map_err(refusal)?.into_rgb8());
    picture.apply_orientation(orientation);
    Ok(picture.into_rgb8())
}

/// The picture as a JPEG, with colours as fine as they came: halved ones lose next to nothing when they are halved again, and
/// would take half as long again and a fifth more bytes in full.
fn encode(picture: &RgbImage, colours_halved: bool) -> Result<Vec<u8>, Refusal> {
    let (Ok(width), Ok(height)) = (u16::try_from(picture.width()), u16::try_from(picture.height())) else {
        return Err(Refusal::new(Code::PhotoPixels));
    };
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, JPEG_QUALITY);
    encoder.set_sampling_factor(if colours_halved { SamplingFactor::R_4_2_0 } else { SamplingFactor::R_4_4_4 });
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.encode(picture, width, height, ColorType::Rgb).map_err(|error| {
        tracing::error!(%error, "a decoded photo cannot be encoded");
        Refusal::new(Code::Internal)
    })?;
    Ok(jpeg)
}

/// Size and pixels: two pictures of other proportions never share a digest.
fn pixel_digest(width: u32, height: u32, rgb: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(width.to_be_bytes());
    hasher.update(height.to_be_bytes());
    hasher.update(rgb);
    Digest::new(hasher.finalize().into())
}

fn refusal(error: ImageError) -> Refusal {
    Refusal::new(match error {
        ImageError::Limits(_) => Code::PhotoPixels,
        _ => Code::PhotoUnreadable,
    })
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;
    use crate::photo::jpeg::WholePicture;

    #[test]
    fn colours_are_kept_as_fine_as_they_came_and_alike_each_time() {
        // Sides that no square of pixels divides.
        let picture = RgbImage::from_fn(417, 403, |x, y| Rgb([x / 2, y / 2, (x + y) / 4].map(|value| value as u8)));
        for colours_halved in [true, false] {
            let sent = encode(&picture, colours_halved).unwrap();
            let kept = develop(&sent, &Policy::default()).unwrap();
            let whole = WholePicture { length: kept.jpeg.len(), colours_halved };
            assert_eq!(whole_picture(&kept.jpeg), Some(whole));
            let seen = image::load_from_memory(&kept.jpeg).unwrap().into_rgb8();
            assert_eq!(seen.dimensions(), picture.dimensions());
            assert!(seen.iter().zip(picture.iter()).all(|(seen, sent)| seen.abs_diff(*sent) < 10), "{colours_halved}");
            assert_eq!(develop(&sent, &Policy::default()).unwrap().jpeg, kept.jpeg);
        }
    }
}
