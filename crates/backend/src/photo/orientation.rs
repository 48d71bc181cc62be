//! The orientation of a picture by the first EXIF in its file, which is the one that browsers use.
//!
//! The decoders look in different places, and none in all of them: after the pixels of a PNG, or after the name that a JPEG (and
//! with some programs a WebP) has before its EXIF.

use damage_report_rules::photo::PhotoKind;
use image::metadata::Orientation;

/// The name before the EXIF in a JPEG (Exif 2.32, 4.7.2).
const NAME: &[u8] = b"Exif\0\0";

/// The transform that turns the picture in `bytes` upright; none where no readable EXIF asks for one.
#[must_use]
pub fn orientation(kind: PhotoKind, bytes: &[u8]) -> Orientation {
    let exif = match kind {
        PhotoKind::Jpeg => in_jpeg(bytes),
        PhotoKind::Png => in_png(bytes),
        PhotoKind::Webp => in_webp(bytes),
    };
    let tiff = exif.map(|exif| exif.strip_prefix(NAME).unwrap_or(exif));
    tiff.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}

/// The EXIF among the segments before the pixels.
fn in_jpeg(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 2;
    loop {
        let [0xff, marker, high, low] = *bytes.get(at..at + 4)? else { return None };
        match marker {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xd9 | 0xda => return None,
            _ => {
                let length = usize::from(u16::from_be_bytes([high, low]));
                let segment = bytes.get(at + 4..at + 2 + length)?;
                if marker == 0xe1 && segment.starts_with(NAME) {
                    return Some(segment);
                }
                at += 2 + length;
            }
        }
    }
}

fn in_png(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize;
        let kind = bytes.get(at + 4..at + 8)?;
        let data = bytes.get(at + 8..(at + 8).checked_add(length)?)?;
        if kind == b"eXIf" {
            return Some(data);
        }
        at += 12 + length;
    }
}

/// The EXIF among the chunks of the extended format (RFC 9649, 2.7).
fn in_webp(bytes: &[u8]) -> Option<&[u8]> {
    if bytes.get(12..16)? != b"VP8X" {
        return None;
    }
    let mut at = 12;
    loop {
        let length = u32::from_le_bytes(bytes.get(at + 4..at + 8)?.try_into().ok()?) as usize;
        let data = bytes.get(at + 8..(at + 8).checked_add(length)?)?;
        if bytes.get(at..at + 4)? == b"EXIF" {
            return Some(data);
        }
        at += 8 + length + length % 2;
    }
}
