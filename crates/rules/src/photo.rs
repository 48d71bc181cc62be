//! Which files count as photos, by their first bytes and their size in pixels.
//!
//! A name and a declared media type prove nothing: a browser decodes a GIF that is called a JPEG. Both sides check this before they
//! decode a file.

use crate::policy::Policy;

/// The bytes from the start of a file that [`PhotoKind::sniff`] needs.
///
/// # Example
///
/// ```
/// use damage_report_rules::photo::{PhotoKind, SNIFF_LENGTH};
///
/// let file = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 100]].concat();
/// assert_eq!(PhotoKind::sniff(&file[..SNIFF_LENGTH]), Ok(PhotoKind::Png));
/// ```
pub const SNIFF_LENGTH: usize = 64;

/// The bytes from the start of a file that [`PhotoKind::dimensions`] can use.
///
/// PNG and WebP say their size within thirty. A JPEG says it after its metadata: cameras write EXIF with a thumbnail, a
/// colour profile and XMP, each in segments of at most 64 KiB; four of them are more than phones write there.
///
/// # Example
///
/// ```
/// use damage_report_rules::photo::{HEAD_LENGTH, PhotoKind};
///
/// // An EXIF segment as long as one can be, and then the frame.
/// let exif = [b"\xff\xd8\xff\xe1\xff\xff".as_slice(), &[0; 0xfffd]].concat();
/// let jpeg = [exif.as_slice(), b"\xff\xc0\0\x11\x08\x0b\xb8\x0f\xa0"].concat();
/// assert!(jpeg.len() < HEAD_LENGTH);
/// assert_eq!(PhotoKind::Jpeg.dimensions(&jpeg), Some((4000, 3000)));
/// ```
pub const HEAD_LENGTH: usize = 256 * 1024;

/// The longest file that is read, in bytes. Phones write 30 to 50 MB for 108 MP, and a film may follow the picture; a longer file would
/// only fill memory.
///
/// # Example
///
/// ```
/// use damage_report_rules::photo::FILE_BYTES_MAX;
///
/// assert_eq!(FILE_BYTES_MAX, 128 << 20);
/// ```
pub const FILE_BYTES_MAX: u32 = 128 * 1024 * 1024;

/// The longest side that is decoded. Phones give up to 12 000 pixels (108 MP); longer ones are made, not taken.
///
/// # Example
///
/// ```
/// use damage_report_rules::photo::{SIDE_MAX, is_too_large};
///
/// assert!(!is_too_large(SIDE_MAX, 1));
/// assert!(is_too_large(1, SIDE_MAX + 1));
/// ```
pub const SIDE_MAX: u32 = 12_000;

/// The most pixels that are decoded: those of the largest sensor in phones, 12 000 × 9 000. Four bytes each, they are
/// 432 MB, which a browser may just have; what asks for more is a bomb sooner than a photo.
///
/// # Example
///
/// ```
/// use damage_report_rules::photo::{PIXELS_MAX, is_too_large};
///
/// assert_eq!(12_000 * 9_000, PIXELS_MAX);
/// assert!(!is_too_large(12_000, 9_000));
/// ```
pub const PIXELS_MAX: u32 = 108_000_000;

/// Whether a picture of this many pixels is refused before anything is decoded.
///
/// # Example
///
/// ```
/// use damage_report_rules::photo::is_too_large;
///
/// assert!(!is_too_large(8160, 6144), "50 megapixels, as phones take them");
/// assert!(is_too_large(u32::MAX, u32::MAX));
/// ```
#[must_use]
pub fn is_too_large(width: u32, height: u32) -> bool {
    width > SIDE_MAX || height > SIDE_MAX || width * height > PIXELS_MAX
}

/// The most pixels that a backend takes: those of a 48 MP phone camera, with room for its crop. The widget sends far
/// fewer; only where a browser has no canvas to make a photo smaller on does it come as it was taken.
///
/// # Example
///
/// ```
/// use damage_report_rules::photo::{PIXELS_MAX, PIXELS_TAKEN_MAX};
///
/// assert!(PIXELS_TAKEN_MAX < PIXELS_MAX, "a browser makes smaller what it could not send");
/// ```
pub const PIXELS_TAKEN_MAX: u32 = 50_000_000;

/// Whether a picture of this many pixels is taken by a backend, before it decodes anything.
///
/// # Example
///
/// ```
/// use damage_report_rules::photo::is_accepted_size;
///
/// assert!(is_accepted_size(8000, 6000));
/// assert!(!is_accepted_size(12_000, 9000), "this one is made smaller in the browser first");
/// ```
#[must_use]
pub fn is_accepted_size(width: u32, height: u32) -> bool {
    !is_too_large(width, height) && width * height <= PIXELS_TAKEN_MAX
}

/// A picture format that is taken.
///
/// # Example
///
/// ```
/// use damage_report_rules::photo::{NotAPhoto, PhotoKind};
///
/// assert_eq!(PhotoKind::sniff(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01"), Ok(PhotoKind::Jpeg));
/// assert_eq!(PhotoKind::sniff(b"GIF89a\x40\0\x30\0\xf0\0\0\0\0\0"), Err(NotAPhoto::OtherType));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoKind {
    /// JPEG, from its start-of-image marker.
    Jpeg,
    /// PNG, from its eight-byte signature.
    Png,
    /// WebP, from its RIFF header.
    Webp,
}

/// Why a file is no photo, as far as its first bytes tell.
///
/// # Example
///
/// ```
/// use damage_report_rules::photo::{NotAPhoto, PhotoKind};
///
/// assert_eq!(PhotoKind::sniff(b""), Err(NotAPhoto::Empty));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAPhoto {
    /// There are no bytes.
    Empty,
    /// A HEIC or HEIF file, as iPhones keep them: a real photo, but not one that every browser can read.
    Heic,
    /// Something else.
    OtherType,
}

impl PhotoKind {
    /// Tells the format from the first [`SNIFF_LENGTH`] bytes of a file (or all of them, where there are fewer).
    ///
    /// # Errors
    ///
    /// [`NotAPhoto`], which says why.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::photo::{NotAPhoto, PhotoKind};
    ///
    /// assert_eq!(PhotoKind::sniff(b"\0\0\0\x18ftypheic\0\0\0\0"), Err(NotAPhoto::Heic));
    /// ```
    pub fn sniff(head: &[u8]) -> Result<Self, NotAPhoto> {
        if head.is_empty() {
            Err(NotAPhoto::Empty)
        } else if head.starts_with(b"\xff\xd8\xff") {
            Ok(Self::Jpeg)
        } else if head.starts_with(b"\x89PNG\r\n\x1a\n") {
            Ok(Self::Png)
        } else if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
            Ok(Self::Webp)
        } else {
            Err(if is_heic(head) { NotAPhoto::Heic } else { NotAPhoto::OtherType })
        }
    }

    /// The width and height that a file of this kind claims, as stored: turning it upright may swap the two.
    ///
    /// `head` is the file from its start, whole or as much as there is, best [`HEAD_LENGTH`]. Nothing is decoded and
    /// nothing is believed: where the file says nothing, or not yet, that is for the decoder to judge.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::photo::{PhotoKind, is_too_large};
    ///
    /// let bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x06\0\0\0";
    /// let (width, height) = PhotoKind::Png.dimensions(bomb).expect("a PNG says its size at once");
    /// assert_eq!((width, height), (60_000, 60_000));
    /// assert!(is_too_large(width, height));
    /// ```
    #[must_use]
    pub fn dimensions(self, head: &[u8]) -> Option<(u32, u32)> {
        let (width, height) = match self {
            Self::Jpeg => jpeg_dimensions(head)?,
            // PNG (W3C, 3rd edition), 11.2.1: IHDR comes first, and begins with both sides.
            Self::Png => (number(head, 16, 4)?.swap_bytes(), number(head, 20, 4)?.swap_bytes()),
            Self::Webp => webp_dimensions(head)?,
        };
        (width > 0 && height > 0).then_some((width, height))
    }
}

/// ITU-T T.81, annex B: segments follow one another until a frame says its height and width.
fn jpeg_dimensions(head: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        match (*head.get(at)?, *head.get(at + 1)?) {
            // Any marker may be preceded by fill bytes.
            (0xff, 0xff) => at += 1,
            // Start of frame, of any process; 0xc4, 0xc8 and 0xcc are something else.
            (0xff, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) => {
                let sides = number(head, at + 5, 4)?.swap_bytes();
                return Some((sides & 0xffff, sides >> 16));
            }
            // Markers that stand alone.
            (0xff, 0x01 | 0xd0..=0xd8) => at += 2,
            // A scan or the end comes first: the file has no frame.
            (0xff, 0xd9 | 0xda) => return None,
            (0xff, _) => at += 2 + usize::from(u16::from_be_bytes([*head.get(at + 2)?, *head.get(at + 3)?])),
            _ => return None,
        }
    }
}

/// RFC 9649, sections 2.5 to 2.7: the first chunk says the size, each kind in its own way.
fn webp_dimensions(head: &[u8]) -> Option<(u32, u32)> {
    match head.get(12..16)? {
        b"VP8X" => Some((number(head, 24, 3)? + 1, number(head, 27, 3)? + 1)),
        b"VP8L" => number(head, 21, 4).map(|sides| ((sides & 0x3fff) + 1, (sides >> 14 & 0x3fff) + 1)),
        b"VP8 " => number(head, 26, 4).map(|sides| (sides & 0x3fff, sides >> 16 & 0x3fff)),
        _ => None,
    }
}

/// The number that `length` bytes from `at` on make, the least significant first.
fn number(head: &[u8], at: usize, length: usize) -> Option<u32> {
    let bytes = head.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// Whether a file of ISO/IEC 14496-12 boxes holds HEVC pictures, by the brands of its first box. `mif1` and `msf1` (ISO/IEC
/// 23008-12) say only that there are pictures: AVIF files carry them too, so the first brand that names a coding decides.
fn is_heic(head: &[u8]) -> bool {
    if head.get(4..8) != Some(b"ftyp") {
        return false;
    }
    let length = number(head, 0, 4).map_or(0, |length| length.swap_bytes() as usize).min(head.len());
    let compatible = head.get(16..length).unwrap_or_default();
    // The major brand, and after its version those that the file is compatible with.
    let mut brands = head.get(8..12).into_iter().chain(compatible.chunks_exact(4)).peekable();
    let is_of_pictures = brands.peek().is_some_and(|major| matches!(*major, b"mif1" | b"msf1"));
    let coding = brands.find_map(|brand| match brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => Some(true),
        b"avif" | b"avis" => Some(false),
        _ => None,
    });
    coding.unwrap_or(is_of_pictures)
}

impl Policy {
    /// Whether a photo of this many pixels is large enough to show damage.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::policy::Policy;
    ///
    /// assert!(Policy::default().has_enough_pixels(2048, 1536));
    /// assert!(!Policy::default().has_enough_pixels(2048, 40));
    /// ```
    #[must_use]
    pub fn has_enough_pixels(&self, width: u32, height: u32) -> bool {
        width.min(height) >= self.photo_side_min
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The start of a JPEG, its segments one after the other.
    fn jpeg(segments: &[&[u8]]) -> Vec<u8> {
        [b"\xff\xd8".as_slice(), &segments.concat()].concat()
    }

    const FRAME: &[u8] = b"\xff\xc2\0\x11\x08\x0b\xb8\x0f\xa0\x03";
    const TABLE: &[u8] = b"\xff\xc4\0\x04\x09\x09";

    #[test]
    fn the_frame_of_a_jpeg_is_found_behind_whatever_comes_before_it() {
        let thumbnail = [b"\xff\xe1\0\x0e".as_slice(), b"\xff\xc0\0\x11\x08\0\x78\0\xa0\x03\0\0"].concat();
        for before in [&[][..], &[TABLE], &[&thumbnail], &[b"\xff\xff\xff", TABLE], &[b"\xff\x01\xff\xd0"]] {
            let file = jpeg(&[&before.concat(), FRAME]);
            assert_eq!(PhotoKind::Jpeg.dimensions(&file), Some((4000, 3000)), "after {before:x?}");
        }
    }

    #[test]
    fn a_jpeg_that_does_not_say_its_size_is_left_to_the_decoder() {
        let no_height = b"\xff\xc0\0\x11\x08\0\0\x0f\xa0\x03";
        let files = [
            jpeg(&[]),
            jpeg(&[&FRAME[..6]]),
            jpeg(&[b"\xff\xe1\xff\xff"]),
            jpeg(&[b"\xff\xe1\0\0", FRAME]),
            jpeg(&[b"\xff\xda\0\x02", FRAME]),
            jpeg(&[b"\xff\xd9", FRAME]),
            jpeg(&[b"what else", FRAME]),
            jpeg(&[no_height]),
        ];
        for file in files {
            assert_eq!(PhotoKind::Jpeg.dimensions(&file), None, "{file:x?}");
        }
    }

    #[test]
    fn each_kind_of_webp_says_its_size_in_its_own_way() {
        let cases: [(&[u8], (u32, u32)); 3] = [
            (b"VP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\x2b\x01\0", (16_384, 300)),
            (b"VP8L\x0a\0\0\0\x2f\x8f\xc1\x4a\0", (400, 300)),
            (b"VP8 \x18\0\0\0\x30\x01\0\x9d\x01\x2a\x90\x01\x2c\x01", (400, 300)),
        ];
        for (chunk, sides) in cases {
            let file = [b"RIFF\0\0\0\0WEBP", chunk].concat();
            assert_eq!(PhotoKind::sniff(&file), Ok(PhotoKind::Webp));
            assert_eq!(PhotoKind::Webp.dimensions(&file), Some(sides));
            assert_eq!(PhotoKind::Webp.dimensions(&file[..file.len() - 1]), None, "cut");
        }
        assert_eq!(PhotoKind::Webp.dimensions(b"RIFF\0\0\0\0WEBPANIM\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), None);
    }

    #[test]
    fn a_side_of_nothing_is_no_size() {
        let png = |sides: &[u8]| [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), sides].concat();
        assert_eq!(PhotoKind::Png.dimensions(&png(b"\0\0\0\x40\0\0\0\x30")), Some((64, 48)));
        assert_eq!(PhotoKind::Png.dimensions(&png(b"\0\0\0\0\0\0\0\x30")), None);
        assert_eq!(PhotoKind::Png.dimensions(&png(b"\0\0\0\x40\0\0\0")), None);
    }

    #[test]
    fn what_a_file_of_boxes_holds_is_told_by_the_first_of_its_brands_that_names_a_coding() {
        let cases: [(&[u8], NotAPhoto); 8] = [
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", NotAPhoto::OtherType),
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf", NotAPhoto::Heic),
            (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", NotAPhoto::OtherType),
            (b"\0\0\0\x1cftypheic\0\0\0\0mif1avifheic", NotAPhoto::Heic),
            (b"\0\0\0\x14ftypmif1\0\0\0\0miaf", NotAPhoto::Heic),
            // The bytes after the box are not a brand.
            (b"\0\0\0\x14ftypmsf1\0\0\0\0miafavif", NotAPhoto::Heic),
            (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", NotAPhoto::OtherType),
            // A length that the file does not have.
            (b"\xff\xff\xff\xffftypmif1\0\0", NotAPhoto::Heic),
        ];
        for (file, reason) in cases {
            assert_eq!(PhotoKind::sniff(file), Err(reason), "{}", file.escape_ascii());
        }
    }

    #[test]
    fn bombs_are_too_large_and_photos_are_not() {
        for (width, height) in [(65_500, 65_500), (1, 65_500), (16_384, 16_384), (30_000, 30_000), (12_000, 9_001)] {
            assert!(is_too_large(width, height), "{width} × {height}");
        }
        for (width, height) in [(4000, 3000), (3024, 4032), (8064, 6048), (8160, 6144), (9248, 6936), (9000, 12_000)] {
            assert!(!is_too_large(width, height), "{width} × {height}");
        }
    }
}
