//! The memory that the clean copy of a file takes, estimated from its first bytes before anything is decoded.
//!
//! Each figure is the most that the decoder takes, measured as the peak of the process with pictures of 12 to 50 megapixels
//! (30 November 2026). It is rather too high than too low: nothing else bounds the memory of a decoder.

use damage_report_rules::photo::PhotoKind;

use super::{jpeg, reencode};

/// The rotated copy of a picture, together with the picture itself, in RGB.
const TURNING: u64 = 6;

/// A picture at half its width and height, in bytes for each pixel of the whole picture, which is in memory too.
const HALVING: u64 = 1;

/// The most bytes of memory that decoding, turning and encoding take for a file of `length` bytes that begins with `head`; none
/// where `head` does not tell the size of the picture.
#[must_use]
pub fn working_memory(kind: PhotoKind, head: &[u8], length: u64) -> Option<u64> {
    let (width, height) = kind.dimensions(head)?;
    let pixels = u64::from(width) * u64::from(height);
    let halves_a_pixel = match kind {
        PhotoKind::Jpeg => jpeg::decoding_memory_per_pixel(head)?,
        PhotoKind::Png => 2 * (in_png(head)? + HALVING),
        PhotoKind::Webp => 2 * (in_webp(head)? + HALVING),
    };
    let turning = if reencode::is_stored_at_half_size(width, height) { 0 } else { 2 * TURNING };
    // The file, and the decoder's copy of it.
    Some(pixels * halves_a_pixel.max(turning) / 2 + 2 * length + reencode::stored_bytes_max(length))
}

/// Bytes for each pixel: as the decoder returns them, with transparency, and converted to eight bits a channel.
fn in_png(head: &[u8]) -> Option<u64> {
    let &[depth, colour_type] = head.get(24..26)? else { return None };
    let (channels, is_grey) = match colour_type {
        0 | 4 => (2, true),
        _ => (4, false),
    };
    let given = if depth == 16 { 2 * channels } else { channels };
    Some(if depth == 16 || is_grey { given + 4 } else { given })
}

/// Bytes for each pixel: the planes or lossless pixels, and the picture made of them. A picture with transparency or frames is
/// composed of two pictures.
fn in_webp(head: &[u8]) -> Option<u64> {
    const HAS_ALPHA: u8 = 0x10;
    const IS_ANIMATED: u8 = 0x02;
    Some(match head.get(12..16)? {
        b"VP8 " => 5,
        b"VP8X" if head.get(20)? & (HAS_ALPHA | IS_ANIMATED) != 0 => 13,
        _ => 8,
    })
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat};
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

    use super::*;

    const MIB: u64 = 1024 * 1024;

    /// The estimate in MiB for `file` with its size changed to 8160 by 6120 pixels, which are 50 megapixels.
    fn mib(kind: PhotoKind, mut file: Vec<u8>) -> u64 {
        let frame = || file.windows(2).position(|two| matches!(two, [0xff, 0xc0 | 0xc2])).map(|at| at + 5);
        let (at, size) = match kind {
            PhotoKind::Jpeg => (frame(), [6120_u16, 8160].map(u16::to_be_bytes).concat()),
            PhotoKind::Png => (Some(16), [8160_u32, 6120].map(u32::to_be_bytes).concat()),
            // Fourteen bits for each side, less one.
            PhotoKind::Webp => (Some(21), (8159_u32 | 6119 << 14).to_le_bytes().to_vec()),
        };
        let at = at.unwrap();
        file[at..at + size.len()].copy_from_slice(&size);
        working_memory(kind, &file, 0).unwrap() / MIB
    }

    fn jpeg(sampling: SamplingFactor, is_progressive: bool) -> u64 {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, 80);
        encoder.set_sampling_factor(sampling);
        encoder.set_progressive(is_progressive);
        encoder.encode(&[0; 192], 8, 8, ColorType::Rgb).unwrap();
        mib(PhotoKind::Jpeg, file)
    }

    fn saved(picture: &DynamicImage, kind: PhotoKind, format: ImageFormat) -> u64 {
        let mut file = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        mib(kind, file.into_inner())
    }

    /// The figures in brackets are the peak of the process for such a file (release build, 30 November 2026).
    #[test]
    fn each_way_of_coding_takes_no_more_than_is_said() {
        use SamplingFactor::{R_4_1_1, R_4_2_0, R_4_4_4};
        assert_eq!(jpeg(R_4_2_0, false), 216, "(180; 245 with scans apart)");
        assert_eq!(jpeg(R_4_4_4, false), 287, "(180)");
        assert_eq!(jpeg(R_4_2_0, true), 287, "(289, of which 2 are the file's)");
        assert_eq!(jpeg(R_4_4_4, true), 430, "(432, of which 3 are the file's)");
        assert_eq!(jpeg(R_4_1_1, false), 263, "(245)");
        assert_eq!(jpeg(R_4_1_1, true), 406, "(406)");
        let png = |picture: DynamicImage| saved(&picture, PhotoKind::Png, ImageFormat::Png);
        assert_eq!(png(DynamicImage::new_rgb8(8, 8)), 240, "(180)");
        assert_eq!(png(DynamicImage::new_rgba8(8, 8)), 240, "(228)");
        assert_eq!(png(DynamicImage::new_luma8(8, 8)), 335, "(191)");
        assert_eq!(png(DynamicImage::new_luma_a16(8, 8)), 430, "(382)");
        assert_eq!(png(DynamicImage::new_rgba16(8, 8)), 621, "(573)");
        let webp = |picture: DynamicImage| saved(&picture, PhotoKind::Webp, ImageFormat::WebP);
        assert_eq!(webp(DynamicImage::new_rgb8(8, 8)), 430, "(334)");
    }

    #[test]
    fn a_file_that_does_not_tell_its_size_has_no_estimate() {
        assert_eq!(working_memory(PhotoKind::Jpeg, &[0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 0], 1000), None);
    }
}
