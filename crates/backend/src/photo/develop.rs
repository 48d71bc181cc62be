//! The clean copy: decoded within limits, turned upright, in the web's colours on white, encoded again.
//!
//! Encoding again is what removes everything that is not a pixel (position, maker, comments, tails, polyglots) without
//! a list of what there is to remove.

use std::{
    borrow::Cow,
    io::{self, Cursor},
};

use damage_report_rules::{
    contract::Code,
    evidence::Digest,
    photo::{NotAPhoto, PhotoKind, is_taken},
    policy::Policy,
};
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, imageops::thumbnail};
use jpeg_decoder::PixelFormat;
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, EncodingError, SamplingFactor};
use sha2::{Digest as _, Sha256};

use super::{CleanPhoto, colours::in_srgb, digest, jpeg::whole_picture, orientation::orientation};
use crate::problem::Refusal;

/// What a decoder may take for profiles and the like, which inflate; the pixels are counted by
/// [`working_memory`](super::working_memory).
const ALLOCATION_MAX: u64 = 8 * 1024 * 1024;

/// Larger pictures are kept at half their sides. Sensors of phones that give more join four cells to a pixel: what is
/// lost is little but noise, and the copy is a quarter to keep, to turn and to send.
const PIXELS_KEPT_MAX: u32 = 16_000_000;

/// The qualities of the clean copy, the next where the one before takes too many bytes. The widget sends 85; below that,
/// what a photo is to show would begin to go, but for one that came in so few bytes that it is not there.
const QUALITIES: [u8; 3] = [87, 75, 60];

/// A clean copy has no more than so many times the bytes that came: what came in WebP of low quality takes three times.
const GROWTH_MAX: u64 = 4;

/// However few came, a clean copy may have so many bytes: more than a photo of the widget has with noise all over.
const KEPT_BYTES_FLOOR: u64 = 2 * 1024 * 1024;

/// However many came, it has no more than so many, or as many as came: what 16 megapixels take at the best quality.
const KEPT_BYTES_CEILING: u64 = 12 * 1024 * 1024;

/// The marker that a JPEG ends with.
const END_OF_JPEG: [u8; 2] = [0xff, 0xd9];

/// How many bytes the clean copy of a file of `length` bytes may have.
#[must_use]
pub fn kept_bytes_max(length: u64) -> u64 {
    (GROWTH_MAX * length).clamp(KEPT_BYTES_FLOOR, KEPT_BYTES_CEILING.max(length))
}

/// Whether a picture is kept at half its sides.
#[must_use]
pub fn is_halved(width: u32, height: u32) -> bool {
    width * height > PIXELS_KEPT_MAX
}

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
    let (width, height) = picture.dimensions();
    // Before it is turned, which takes as much memory again.
    let picture = if is_halved(width, height) { half(&picture) } else { picture };
    let mut picture = DynamicImage::ImageRgb8(picture);
    // Metadata that cannot be read says nothing about which way is up; the photo may be fine all the same.
    picture.apply_orientation(orientation(kind, bytes));
    let mut picture = picture.into_rgb8();
    let pixels = pixel_digest(picture.width(), picture.height(), &picture);
    let bytes_max = usize::try_from(kept_bytes_max(bytes.len() as u64)).unwrap_or(usize::MAX);
    let jpeg = loop {
        if let Some(jpeg) = encode_within(&picture, colours_halved, bytes_max)? {
            break jpeg;
        }
        picture = half(&picture);
    };
    let (width, height) = picture.dimensions();
    Ok(CleanPhoto { stored: digest(&jpeg), jpeg, pixels, width, height })
}

/// The picture at half its sides, each pixel the mean of those that it stands for.
fn half(picture: &RgbImage) -> RgbImage {
    thumbnail(picture, picture.width().div_ceil(2), picture.height().div_ceil(2))
}

/// The picture as a JPEG of the best quality that takes no more than `bytes_max`; nothing where none does. Below the first,
/// colours are halved: what comes in so few bytes has none that are finer.
fn encode_within(picture: &RgbImage, colours_halved: bool, bytes_max: usize) -> Result<Option<Vec<u8>>, Refusal> {
    let [best, lower @ ..] = QUALITIES;
    let mut ways = std::iter::once((best, colours_halved)).chain(lower.map(|quality| (quality, true)));
    let jpeg =
        ways.find_map(|(quality, colours_halved)| encode(picture, quality, colours_halved, bytes_max).transpose());
    jpeg.transpose()
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
/// would take half as long again and a fifth more bytes in full. Nothing, and no more work, once it has too many bytes.
fn encode(picture: &RgbImage, quality: u8, colours_halved: bool, bytes_max: usize) -> Result<Option<Vec<u8>>, Refusal> {
    let (Ok(width), Ok(height)) = (u16::try_from(picture.width()), u16::try_from(picture.height())) else {
        return Err(Refusal::new(Code::PhotoPixels));
    };
    let mut jpeg = Bounded { bytes: Vec::new(), bytes_max };
    let mut encoder = Encoder::new(&mut jpeg, quality);
    encoder.set_sampling_factor(if colours_halved { SamplingFactor::R_4_2_0 } else { SamplingFactor::R_4_4_4 });
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    match encoder.encode(picture, width, height, ColorType::Rgb) {
        Ok(()) => Ok(Some(jpeg.bytes)),
        Err(EncodingError::IoError(error)) if error.kind() == io::ErrorKind::StorageFull => Ok(None),
        Err(error) => {
            tracing::error!(%error, "a decoded photo cannot be encoded");
            Err(Refusal::new(Code::Internal))
        }
    }
}

/// Bytes, of which there may be so many and no more.
struct Bounded {
    bytes: Vec<u8>,
    bytes_max: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + more.len() > self.bytes_max {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
    use image::{
        Rgb,
        codecs::png::{CompressionType, FilterType, PngEncoder},
    };

    use super::*;
    use crate::photo::jpeg::WholePicture;

    #[test]
    fn colours_are_kept_as_fine_as_they_came_and_alike_each_time() {
        // Sides that no square of pixels divides.
        let picture = RgbImage::from_fn(417, 403, |x, y| Rgb([x / 2, y / 2, (x + y) / 4].map(|value| value as u8)));
        for colours_halved in [true, false] {
            let sent = encode(&picture, 87, colours_halved, usize::MAX).unwrap().unwrap();
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

    /// A picture whose pixels are noise, the same in every square of 64, and which therefore comes in few bytes.
    fn tiles(side: u32) -> RgbImage {
        RgbImage::from_fn(side, side, |x, y| {
            let seed = (y % 64 * 64 + x % 64).wrapping_mul(2_654_435_761);
            Rgb([seed >> 8, seed >> 13, seed >> 19].map(|value| value as u8))
        })
    }

    #[test]
    fn however_little_came_the_copy_is_no_more_than_a_few_times_that() {
        let mut png = Vec::new();
        let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::NoFilter);
        tiles(1500).write_with_encoder(encoder).unwrap();
        let came = png.len();
        assert!(came < 400_000, "{came}");
        let kept = develop(&png, &Policy::default()).unwrap();
        assert!(kept.jpeg.len() as u64 <= kept_bytes_max(came as u64), "{came} became {}", kept.jpeg.len());
        let seen = image::load_from_memory(&kept.jpeg).unwrap();
        assert_eq!((seen.width(), seen.height()), (kept.width, kept.height));
        for (came, kept) in [(64_000, 2 << 20), (1 << 20, 4 << 20), (8 << 20, 12 << 20), (20 << 20, 20 << 20)] {
            assert_eq!(kept_bytes_max(came), kept);
        }
    }

    #[test]
    fn a_copy_that_takes_too_much_is_of_less_quality_and_smaller_only_when_that_does_not_help() {
        let picture = tiles(512);
        let best = encode(&picture, 87, false, usize::MAX).unwrap().unwrap().len();
        assert_eq!(encode_within(&picture, false, best).unwrap().unwrap().len(), best);
        let less = encode_within(&picture, false, best - 1).unwrap().unwrap();
        assert_eq!(less, encode(&picture, 75, true, usize::MAX).unwrap().unwrap());
        assert_eq!(encode_within(&picture, false, 10_000).unwrap(), None);
    }

    #[test]
    fn a_picture_of_more_pixels_than_a_sensor_tells_apart_is_kept_at_half_its_sides() {
        assert!(!is_halved(4000, 4000));
        let picture = RgbImage::from_fn(4001, 4001, |x, y| Rgb([x / 16, y / 16, 0].map(|value| value as u8)));
        let kept = develop(&encode(&picture, 87, true, usize::MAX).unwrap().unwrap(), &Policy::default()).unwrap();
        assert_eq!((kept.width, kept.height), (2001, 2001));
        let seen = image::load_from_memory(&kept.jpeg).unwrap().into_rgb8();
        let Rgb([red, green, _]) = *seen.get_pixel(1000, 500);
        assert!(red.abs_diff(125) < 4 && green.abs_diff(62) < 4, "{red} {green}");
    }
}
