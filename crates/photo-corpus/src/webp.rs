//! WebP files: lossless pictures encoded here, lossy ones encoded once and stored in `data`, and the chunks around them.

use image::{ExtendedColorType, RgbaImage, codecs::webp::WebPEncoder};

/// The usual scene, lossy.
pub(crate) const LOSSY: &[u8] = include_bytes!("../data/lossy.webp");
/// The same as a phone on its side writes it: to be turned to the right.
pub(crate) const LOSSY_LYING: &[u8] = include_bytes!("../data/lossy_lying.webp");
/// The same with a hole.
pub(crate) const LOSSY_HOLE: &[u8] = include_bytes!("../data/lossy_hole.webp");
/// The usual scene in the colours of the profile in which red and green have changed places.
pub(crate) const LOSSY_SWAPPED: &[u8] = include_bytes!("../data/lossy_swapped.webp");

const HAS_PROFILE: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;

/// The chunks around the pixels.
#[derive(Clone, Debug, Default)]
pub(crate) struct SurroundingChunks {
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) exif: Option<Vec<u8>>,
    pub(crate) xmp: Option<Vec<u8>>,
}

/// `picture` as a lossless WebP of one chunk.
pub(crate) fn encode_lossless(picture: &RgbaImage) -> Vec<u8> {
    let mut file = vec![];
    let is_opaque = picture.pixels().all(|pixel| pixel.0[3] == 255);
    let (data, colours) = if is_opaque {
        (image::DynamicImage::from(picture.clone()).into_rgb8().into_raw(), ExtendedColorType::Rgb8)
    } else {
        (picture.as_raw().clone(), ExtendedColorType::Rgba8)
    };
    let coded = WebPEncoder::new_lossless(&mut file).encode(&data, picture.width(), picture.height(), colours);
    coded.expect("the picture is small");
    file
}

/// The file with something around its pixels.
pub(crate) fn with_surrounding_chunks(file: &[u8], (width, height): (u32, u32), around: &SurroundingChunks) -> Vec<u8> {
    let mut chunks: Vec<_> = chunks(file).into_iter().filter(|chunk| !chunk.starts_with(b"VP8X")).collect();
    let has_alpha = chunks[0].starts_with(b"ALPH") || chunks[0].starts_with(b"VP8L") && chunks[0][12] & 0x10 != 0;
    let mut flags = if has_alpha { HAS_ALPHA } else { 0 };
    if let Some(profile) = &around.profile {
        flags |= HAS_PROFILE;
        chunks.insert(0, chunk(b"ICCP", profile));
    }
    if let Some(exif) = &around.exif {
        flags |= HAS_EXIF;
        chunks.push(chunk(b"EXIF", exif));
    }
    if let Some(xmp) = &around.xmp {
        flags |= HAS_XMP;
        chunks.push(chunk(b"XMP ", xmp));
    }
    let side = |side: u32| (side - 1).to_le_bytes();
    let extended = [&[flags, 0, 0, 0][..], &side(width)[..3], &side(height)[..3]].concat();
    chunks.insert(0, chunk(b"VP8X", &extended));
    riff_file(&chunks.concat())
}

/// The chunks of a file.
fn chunks(file: &[u8]) -> Vec<Vec<u8>> {
    let mut chunks = vec![];
    let mut at = 12;
    while at + 8 <= file.len() {
        let length = u32::from_le_bytes([file[at + 4], file[at + 5], file[at + 6], file[at + 7]]) as usize;
        let next = at + 8 + length + length % 2;
        chunks.push(file[at..next.min(file.len())].to_vec());
        at = next;
    }
    chunks
}

pub(crate) fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let padding = &[0][..data.len() % 2];
    [kind, &(data.len() as u32).to_le_bytes()[..], data, padding].concat()
}

pub(crate) fn riff_file(chunks: &[u8]) -> Vec<u8> {
    [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", chunks].concat()
}
