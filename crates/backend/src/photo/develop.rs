//! The clean copy: decoded within limits, turned upright, in the web's colours on white, encoded again.
//!
//! Encoding again is what removes everything that is not a pixel (position, maker, comments, tails, polyglots) without
//! a list of what there is to remove.

use std::{borrow::Cow, io::Cursor};

use damage_report_rules::{
    contract::Code,
    evidence::Digest,
    photo::{NotAPhoto, PhotoKind, is_taken},
    policy::Policy,
};
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};
use jpeg_decoder::PixelFormat;
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
use sha2::{Digest as _, Sha256};

use super::{CleanPhoto, colours::in_srgb, digest, jpeg::whole_picture, orientation::orientation};
use crate::problem::Refusal;

/// The most memory that one decoder may take: [`PIXELS_TAKEN_MAX`](damage_report_rules::photo::PIXELS_TAKEN_MAX) in RGB, and a quarter for its own working.
pub const ALLOCATION_MAX: u64 = 192 * 1024 * 1024;

/// The quality of the clean copy. The widget sends 85; below that, what a photo is to show would begin to go.
const JPEG_QUALITY: u8 = 87;

/// The marker that a JPEG ends with.
const END_OF_JPEG: [u8; 2] = [0xff, 0xd9];

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
    // Before anything walks through all of it.
    if let Some((width, height)) = kind.dimensions(bytes) {
        judge_size(width, height, policy)?;
    }
    let unreadable = || Refusal::new(Code::PhotoUnreadable);
    let (picture, colours_halved) = match kind {
        PhotoKind::Jpeg => {
            let whole = whole_picture(bytes).ok_or_else(unreadable)?;
            let mut jpeg = Cow::Borrowed(&bytes[..whole.length]);
            if whole.lacks_end {
                jpeg.to_mut().extend(END_OF_JPEG);
            }
            let picture =
                if whole.is_unusual { decode_unusual(&jpeg)? } else { decode(&jpeg, ImageFormat::Jpeg, policy)? };
            (picture, whole.colours_halved)
        }
        PhotoKind::Png => (decode(bytes, ImageFormat::Png, policy)?, false),
        PhotoKind::Webp if ends_in_zeros(bytes) => return Err(unreadable()),
        PhotoKind::Webp => (decode(bytes, ImageFormat::WebP, policy)?, false),
    };
    let mut picture = DynamicImage::ImageRgb8(picture);
    // Metadata that cannot be read says nothing about which way is up; the photo may be fine all the same.
    picture.apply_orientation(orientation(kind, bytes));
    let picture = picture.into_rgb8();
    let (width, height) = picture.dimensions();
    let pixels = pixel_digest(width, height, &picture);
    let jpeg = encode(&picture, colours_halved)?;
    Ok(CleanPhoto { stored: digest(&jpeg), jpeg, pixels, width, height })
}

/// The picture in RGB as it lies there, its size judged before a single pixel is decoded.
fn decode(bytes: &[u8], format: ImageFormat, policy: &Policy) -> Result<RgbImage, Refusal> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(ALLOCATION_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    judge_size(width, height, policy)?;
    let profile = decoder.icc_profile().ok().flatten();
    Ok(in_srgb(DynamicImage::from_decoder(decoder).map_err(refusal)?, profile.as_deref()))
}

/// The same of a JPEG that no camera would code so: the usual decoder refuses some of those, leaves every second row of others
/// dark, and takes the colours of others from elsewhere.
fn decode_unusual(bytes: &[u8]) -> Result<RgbImage, Refusal> {
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size(ALLOCATION_MAX as usize);
    let unreadable = |_| Refusal::new(Code::PhotoUnreadable);
    let pixels = decoder.decode().map_err(unreadable)?;
    let info = decoder.info().filter(|info| info.pixel_format == PixelFormat::RGB24);
    let picture = info.and_then(|info| RgbImage::from_raw(info.width.into(), info.height.into(), pixels));
    let picture = picture.ok_or_else(|| Refusal::new(Code::PhotoUnreadable))?;
    Ok(in_srgb(picture.into(), decoder.icc_profile().as_deref()))
}

/// Whether a picture may be so large, and is large enough.
fn judge_size(width: u32, height: u32, policy: &Policy) -> Result<(), Refusal> {
    if !is_taken(width, height) {
        return Err(Refusal::new(Code::PhotoPixels));
    }
    if !policy.shows_enough(width, height) {
        return Err(Refusal::new(Code::PhotoTooSmall));
    }
    Ok(())
}

/// Whether a WebP ends in zeros that nobody codes: a full card or a broken line leaves them in place of the rest, and decoders
/// make a picture of them.
fn ends_in_zeros(bytes: &[u8]) -> bool {
    let length = bytes.get(4..8).map_or(0, |length| u32::from_le_bytes([length[0], length[1], length[2], length[3]]));
    let end = (length as usize).saturating_add(8).min(bytes.len());
    bytes[..end].ends_with(&[0; 32])
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
            let length = kept.jpeg.len();
            let whole = WholePicture { length, lacks_end: false, colours_halved, is_unusual: false };
            assert_eq!(whole_picture(&kept.jpeg), Some(whole));
            let seen = image::load_from_memory(&kept.jpeg).unwrap().into_rgb8();
            assert_eq!(seen.dimensions(), picture.dimensions());
            assert!(seen.iter().zip(picture.iter()).all(|(seen, sent)| seen.abs_diff(*sent) < 10), "{colours_halved}");
            assert_eq!(develop(&sent, &Policy::default()).unwrap().jpeg, kept.jpeg);
        }
    }
}
