//! Photos for tests: those of the catalogue, and plain ones that are made here.

use std::path::Path;

use image::{
    Rgb, RgbImage,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
};

/// A file of the catalogue.
pub(crate) fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/photos").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A photo of 120 by 160 pixels, another for each `shade`.
pub(crate) fn plain(shade: u8) -> Vec<u8> {
    let picture = RgbImage::from_fn(120, 160, |x, y| {
        let channel = |n: u32| u8::try_from(n % 256).unwrap();
        Rgb([shade.wrapping_mul(40), channel(x * 2), channel(y)])
    });
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 90).encode_image(&picture).unwrap();
    jpeg
}

/// A photo of `side` pixels each way in which each differs from the next: it takes many bytes.
pub(crate) fn noise(side: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(side, side, |x, y| {
        let seed = (y * side + x).wrapping_mul(2_654_435_761);
        Rgb([seed >> 8, seed >> 13, seed >> 19].map(|value| value.to_le_bytes()[0]))
    });
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 90).encode_image(&picture).unwrap();
    jpeg
}

/// A PNG of `side` pixels each way that is noise in squares of 64, another for each `shade`: its clean copy takes some ten times
/// its bytes.
pub(crate) fn tiles(side: u32, shade: u8) -> Vec<u8> {
    let picture = RgbImage::from_fn(side, side, |x, y| {
        let seed = (y % 64 * 64 + x % 64).wrapping_mul(2_654_435_761);
        Rgb([seed >> 8, seed >> 13, seed >> 19].map(|value| value.to_le_bytes()[0] ^ shade))
    });
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::NoFilter);
    picture.write_with_encoder(encoder).unwrap();
    png
}

/// `jpeg` with a segment of metadata after its start.
pub(crate) fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, content, &jpeg[2..]].concat()
}
