//! Encodes the pixels of a clean copy as a JPEG, within a limit of bytes.

use std::io;

use damage_report_rules::contract::Code;
use image::RgbImage;
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, EncodingError, SamplingFactor};

use crate::problem::Refusal;

/// The JPEG qualities of the clean copy, each tried when the one before takes too many bytes. The widget sends 85. Lower
/// qualities lose detail, but only photos that were sent in very few bytes need them, and those have no such detail.
const QUALITIES: [u8; 3] = [87, 75, 60];

/// The picture as a JPEG of the best quality that takes at most `bytes_max`; none where no quality does. Below the best quality
/// colours are stored at half resolution: a file of so few bytes has no finer ones.
///
/// # Errors
///
/// `photo_pixels` where a side is longer than the format allows.
pub(super) fn encode_within(
    picture: &RgbImage,
    colours_halved: bool,
    bytes_max: usize,
) -> Result<Option<Vec<u8>>, Refusal> {
    let [best, lower @ ..] = QUALITIES;
    let mut attempts = std::iter::once((best, colours_halved)).chain(lower.map(|quality| (quality, true)));
    let jpeg =
        attempts.find_map(|(quality, colours_halved)| encode(picture, quality, colours_halved, bytes_max).transpose());
    jpeg.transpose()
}

/// The picture as a JPEG, its colours at the resolution in which they were sent: halving halved colours again loses almost
/// nothing, and full resolution would take half as long again and a fifth more bytes. Stops with none at too many bytes.
///
/// # Errors
///
/// `photo_pixels` where a side is longer than the format allows.
pub(super) fn encode(
    picture: &RgbImage,
    quality: u8,
    colours_halved: bool,
    bytes_max: usize,
) -> Result<Option<Vec<u8>>, Refusal> {
    let (Ok(width), Ok(height)) = (u16::try_from(picture.width()), u16::try_from(picture.height())) else {
        return Err(Refusal::new(Code::PhotoPixels));
    };
    let mut jpeg = BoundedWriter { bytes: Vec::new(), bytes_max };
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

/// A writer that fails beyond `bytes_max`.
struct BoundedWriter {
    bytes: Vec<u8>,
    bytes_max: usize,
}

impl io::Write for BoundedWriter {
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

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn a_copy_that_takes_too_much_has_less_quality_first_and_fewer_pixels_only_then() {
        let picture = RgbImage::from_fn(512, 512, |x, y| {
            let noise = (y * 512 + x).wrapping_mul(2_654_435_761);
            Rgb([noise >> 8, noise >> 13, noise >> 19].map(|value| value as u8))
        });
        let best = encode(&picture, 87, false, usize::MAX).unwrap().unwrap().len();
        assert_eq!(encode_within(&picture, false, best).unwrap().unwrap().len(), best);
        let less = encode_within(&picture, false, best - 1).unwrap().unwrap();
        assert_eq!(less, encode(&picture, 75, true, usize::MAX).unwrap().unwrap());
        assert_eq!(encode_within(&picture, false, 10_000).unwrap(), None);
    }
}
