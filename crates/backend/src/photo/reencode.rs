//! The clean copy of a photo: transcoded where its picture needs no change, and otherwise decoded within limits,
//! turned upright, converted to sRGB on white, encoded again.
//!
//! Encoding again removes everything that is not the picture (position, maker, comments, trailing data, polyglots), without a list
//! of things to remove.

use std::{borrow::Cow, io::Cursor};

use damage_report_rules::{
    contract::Code,
    evidence::Digest,
    photo::{NotAPhoto, PhotoKind, is_accepted_size},
    policy::Policy,
};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, imageops::thumbnail,
    metadata::Orientation,
};
use jpeg_decoder::PixelFormat;
use sha2::{Digest as _, Sha256};

use super::{
    colours::to_srgb_on_white,
    encode::encode_within,
    jpeg::{CompletePicture, find_complete_picture, read_complete_picture},
    orientation::orientation,
    transcode::{TranscodedPicture, Transcoder},
};
use crate::{digest::sha256, problem::Refusal};

/// The most bytes that a decoder may allocate for colour profiles and other compressed metadata.
/// [`working_memory`](super::working_memory) counts the pixels.
const ALLOCATION_MAX: u64 = 8 * 1024 * 1024;

/// A picture with more pixels is stored at half its width and height. Phone sensors with more pixels combine four cells into one:
/// the loss is mostly noise, and the copy is a quarter of the work to store, turn and send.
const STORED_PIXELS_MAX: u32 = 16_000_000;

/// The most that a clean copy may be larger than the file that was sent: a WebP of low quality grows three times.
const GROWTH_MAX: u64 = 4;

/// A clean copy may always have this many bytes, which is more than the noisiest photo of the widget. A larger JPEG is not
/// transcoded: its quality is finer than that of the clean copies, and it would take more room than they do.
const STORED_BYTES_FLOOR: u64 = 2 * 1024 * 1024;

/// A clean copy has at most this many bytes, or as many as were sent: 16 megapixels take this much at the best quality.
const STORED_BYTES_CEILING: u64 = 12 * 1024 * 1024;

/// The marker that a JPEG ends with.
const END_OF_JPEG: [u8; 2] = [0xff, 0xd9];

/// The most bytes of the clean copy of a file of `length` bytes.
#[must_use]
pub fn stored_bytes_max(length: u64) -> u64 {
    (GROWTH_MAX * length).clamp(STORED_BYTES_FLOOR, STORED_BYTES_CEILING.max(length))
}

/// Whether a picture is stored at half its width and height.
#[must_use]
pub fn is_stored_at_half_size(width: u32, height: u32) -> bool {
    width * height > STORED_PIXELS_MAX
}

/// A clean photo: upright and coded again, so that it holds a picture only.
#[derive(Clone, Debug)]
pub struct CleanPhoto {
    /// The photo as a JPEG without any metadata.
    pub jpeg: Vec<u8>,
    /// The digest of [`jpeg`](Self::jpeg).
    pub stored: Digest,
    /// The digest of the picture: it is the same for the same picture with other metadata. Of a picture that was decoded it is that
    /// of the pixels, of one that was transcoded that of the coefficients.
    pub pixels: Digest,
    /// Width of the upright picture.
    pub width: u32,
    /// Height of the upright picture.
    pub height: u32,
}

/// Makes the clean photo of the file `bytes`.
///
/// # Errors
///
/// A [`Refusal`] whose code says what is wrong: `photo_empty`, `photo_type`, `photo_type_heic`, `photo_unreadable`,
/// `photo_pixels` or `photo_too_small`.
pub fn reencode(bytes: &[u8], policy: &Policy) -> Result<CleanPhoto, Refusal> {
    let kind = PhotoKind::sniff(bytes).map_err(|reason| {
        Refusal::new(match reason {
            NotAPhoto::Empty => Code::PhotoEmpty,
            NotAPhoto::Heic => Code::PhotoTypeHeic,
            NotAPhoto::OtherType => Code::PhotoType,
        })
    })?;
    // First, because the checks that follow read the whole file.
    if let Some((width, height)) = kind.dimensions(bytes) {
        check_size(width, height, policy)?;
    }
    let orientation = orientation(kind, bytes);
    let (picture, colours_halved) = match kind {
        PhotoKind::Jpeg => {
            let (whole, copy) = read_jpeg(bytes, orientation).ok_or_else(|| Refusal::new(Code::PhotoUnreadable))?;
            if let Some(TranscodedPicture { jpeg, width, height }) = copy {
                check_size(width, height, policy)?;
                let digest = sha256(&jpeg);
                return Ok(CleanPhoto { stored: digest, pixels: digest, jpeg, width, height });
            }
            (decode_jpeg(bytes, whole, policy)?, whole.colours_halved)
        }
        PhotoKind::Png => (decode_usual(bytes, ImageFormat::Png, policy)?, false),
        PhotoKind::Webp if ends_in_zeros(bytes) => return Err(Refusal::new(Code::PhotoUnreadable)),
        PhotoKind::Webp => (decode_usual(bytes, ImageFormat::WebP, policy)?, false),
    };
    encode_upright(picture, orientation, colours_halved, bytes.len())
}

/// The complete JPEG in `bytes`, and its transcoded copy where it can have one.
fn read_jpeg(bytes: &[u8], orientation: Orientation) -> Option<(CompletePicture, Option<TranscodedPicture>)> {
    let is_large = bytes.len() as u64 > STORED_BYTES_FLOOR;
    let is_halved =
        PhotoKind::Jpeg.dimensions(bytes).is_none_or(|(width, height)| is_stored_at_half_size(width, height));
    if is_large || is_halved || orientation != Orientation::NoTransforms {
        return Some((find_complete_picture(bytes)?, None));
    }
    let mut transcoder = Transcoder::new(STORED_BYTES_FLOOR as usize);
    let whole = read_complete_picture(bytes, &mut transcoder)?;
    Some((whole, transcoder.finish()))
}

/// The clean photo of a decoded `picture`, of which `length` bytes were sent.
fn encode_upright(
    picture: RgbImage,
    orientation: Orientation,
    colours_halved: bool,
    length: usize,
) -> Result<CleanPhoto, Refusal> {
    let (width, height) = picture.dimensions();
    // Before turning, which takes as much memory again.
    let picture = if is_stored_at_half_size(width, height) { half(&picture) } else { picture };
    let mut picture = DynamicImage::ImageRgb8(picture);
    // Unreadable metadata leaves the picture as it is: the photo itself may be fine.
    picture.apply_orientation(orientation);
    let mut picture = picture.into_rgb8();
    let pixels = pixel_digest(picture.width(), picture.height(), &picture);
    let bytes_max = usize::try_from(stored_bytes_max(length as u64)).unwrap_or(usize::MAX);
    let jpeg = loop {
        if let Some(jpeg) = encode_within(&picture, colours_halved, bytes_max)? {
            break jpeg;
        }
        picture = half(&picture);
    };
    let (width, height) = picture.dimensions();
    Ok(CleanPhoto { stored: sha256(&jpeg), jpeg, pixels, width, height })
}

/// The picture of the JPEG that is `whole` in RGB, not yet turned.
fn decode_jpeg(bytes: &[u8], whole: CompletePicture, policy: &Policy) -> Result<RgbImage, Refusal> {
    let mut jpeg = Cow::Borrowed(&bytes[..whole.length]);
    if whole.lacks_end {
        jpeg.to_mut().extend(END_OF_JPEG);
    }
    if whole.is_unusual { decode_unusual(&jpeg) } else { decode_usual(&jpeg, ImageFormat::Jpeg, policy) }
}

/// The picture at half its width and height; each pixel is the mean of the four that it replaces.
fn half(picture: &RgbImage) -> RgbImage {
    thumbnail(picture, picture.width().div_ceil(2), picture.height().div_ceil(2))
}

/// The picture in RGB, not yet turned. Its size is checked before any pixel is decoded.
fn decode_usual(bytes: &[u8], format: ImageFormat, policy: &Policy) -> Result<RgbImage, Refusal> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(ALLOCATION_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height, policy)?;
    let profile = decoder.icc_profile().ok().flatten();
    Ok(to_srgb_on_white(DynamicImage::from_decoder(decoder).map_err(refusal)?, profile.as_deref()))
}

/// The same for a JPEG with a sampling that no camera uses: the usual decoder refuses some of these, leaves every second row of
/// others dark, or shifts the colours.
fn decode_unusual(bytes: &[u8]) -> Result<RgbImage, Refusal> {
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    let unreadable = |_| Refusal::new(Code::PhotoUnreadable);
    let pixels = decoder.decode().map_err(unreadable)?;
    let info = decoder.info().filter(|info| info.pixel_format == PixelFormat::RGB24);
    let picture = info.and_then(|info| RgbImage::from_raw(info.width.into(), info.height.into(), pixels));
    let picture = picture.ok_or_else(|| Refusal::new(Code::PhotoUnreadable))?;
    Ok(to_srgb_on_white(picture.into(), decoder.icc_profile().as_deref()))
}

/// Refuses a picture with too many pixels, or with too few to show damage.
fn check_size(width: u32, height: u32, policy: &Policy) -> Result<(), Refusal> {
    if !is_accepted_size(width, height) {
        return Err(Refusal::new(Code::PhotoPixels));
    }
    if !policy.has_enough_pixels(width, height) {
        return Err(Refusal::new(Code::PhotoTooSmall));
    }
    Ok(())
}

/// Whether a WebP ends in zeros that no encoder writes. A full card or a broken connection leaves such zeros where the rest of the
/// file should be, and decoders turn them into a picture.
fn ends_in_zeros(bytes: &[u8]) -> bool {
    let length = bytes.get(4..8).map_or(0, |length| u32::from_le_bytes([length[0], length[1], length[2], length[3]]));
    let end = (length as usize).saturating_add(8).min(bytes.len());
    bytes[..end].ends_with(&[0; 32])
}

/// The digest of size and pixels: pictures of different proportions never share one.
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
        imageops::rotate90,
    };

    use super::*;
    use crate::photo::encode::encode;

    #[test]
    fn colours_are_kept_as_fine_as_they_came_and_alike_each_time() {
        // Both sides are odd.
        let picture = RgbImage::from_fn(417, 403, |x, y| Rgb([x / 2, y / 2, (x + y) / 4].map(|value| value as u8)));
        for colours_halved in [true, false] {
            let sent = encode(&picture, 87, colours_halved, usize::MAX).unwrap().unwrap();
            let stored = reencode(&sent, &Policy::default()).unwrap();
            let length = stored.jpeg.len();
            let whole = CompletePicture { length, lacks_end: false, colours_halved, is_unusual: false };
            assert_eq!(find_complete_picture(&stored.jpeg), Some(whole));
            let seen = image::load_from_memory(&stored.jpeg).unwrap().into_rgb8();
            assert_eq!(seen.dimensions(), picture.dimensions());
            assert!(seen.iter().zip(picture.iter()).all(|(seen, sent)| seen.abs_diff(*sent) < 10), "{colours_halved}");
            assert_eq!(reencode(&sent, &Policy::default()).unwrap().jpeg, stored.jpeg);
        }
    }

    #[test]
    fn a_plain_jpeg_is_transcoded_and_one_that_is_turned_or_takes_more_room_than_a_copy_is_not() {
        let picture = RgbImage::from_fn(432, 408, |x, y| Rgb([x / 2, y / 2, (x + y) / 4].map(|value| value as u8)));
        let sent = encode(&picture, 80, true, usize::MAX).unwrap().unwrap();
        let policy = Policy::default();
        let plain = reencode(&sent, &policy).unwrap();
        let pixels = |jpeg: &[u8]| image::load_from_memory(jpeg).unwrap().into_rgb8();
        assert!(pixels(&plain.jpeg) == pixels(&sent));
        let with_exif = |orientation: u8| {
            let exif =
                [b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation][..], &[0; 6]];
            [&sent[..2], &exif.concat(), &sent[2..]].concat()
        };
        let upright = reencode(&with_exif(1), &policy).unwrap();
        assert!((&upright.jpeg, upright.pixels) == (&plain.jpeg, plain.pixels));
        let turned = reencode(&with_exif(6), &policy).unwrap();
        assert_eq!((turned.width, turned.height), (408, 432));
        assert!(turned.jpeg == encode(&rotate90(&pixels(&sent)), 87, true, usize::MAX).unwrap().unwrap());
        let large = [&sent[..2], &[&b"\xff\xfe\xff\xff"[..], &[7; 65_533]].concat().repeat(32), &sent[2..]].concat();
        assert!(large.len() as u64 > STORED_BYTES_FLOOR);
        assert!(
            reencode(&large, &policy).unwrap().jpeg == encode(&pixels(&sent), 87, true, usize::MAX).unwrap().unwrap()
        );
    }

    /// A picture of noise that repeats every 64 pixels, which PNG compresses to few bytes.
    fn tiles(side: u32) -> RgbImage {
        RgbImage::from_fn(side, side, |x, y| {
            let seed = (y % 64 * 64 + x % 64).wrapping_mul(2_654_435_761);
            Rgb([seed >> 8, seed >> 13, seed >> 19].map(|value| value as u8))
        })
    }

    #[test]
    fn a_clean_copy_is_at_most_a_few_times_as_large_as_the_file_that_was_sent() {
        let mut png = Vec::new();
        let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::NoFilter);
        tiles(1500).write_with_encoder(encoder).unwrap();
        let sent = png.len();
        assert!(sent < 400_000, "{sent}");
        let stored = reencode(&png, &Policy::default()).unwrap();
        assert!(stored.jpeg.len() as u64 <= stored_bytes_max(sent as u64), "{sent} became {}", stored.jpeg.len());
        let seen = image::load_from_memory(&stored.jpeg).unwrap();
        assert_eq!((seen.width(), seen.height()), (stored.width, stored.height));
        for (sent, max) in [(64_000, 2 << 20), (1 << 20, 4 << 20), (8 << 20, 12 << 20), (20 << 20, 20 << 20)] {
            assert_eq!(stored_bytes_max(sent), max);
        }
    }

    #[test]
    fn a_picture_of_more_pixels_than_a_sensor_tells_apart_is_stored_at_half_its_sides() {
        assert!(!is_stored_at_half_size(4000, 4000));
        let picture = RgbImage::from_fn(4001, 4001, |x, y| Rgb([x / 16, y / 16, 0].map(|value| value as u8)));
        let stored = reencode(&encode(&picture, 87, true, usize::MAX).unwrap().unwrap(), &Policy::default()).unwrap();
        assert_eq!((stored.width, stored.height), (2001, 2001));
        let seen = image::load_from_memory(&stored.jpeg).unwrap().into_rgb8();
        let Rgb([red, green, _]) = *seen.get_pixel(1000, 500);
        assert!(red.abs_diff(125) < 4 && green.abs_diff(62) < 4, "{red} {green}");
    }
}
