//! What a file must be to pass as a photo, told from its first bytes and its size in pixels.
//!
//! A name and a declared media type prove nothing: a browser decodes a GIF that calls itself a JPEG. Decoding is for
//! whoever has a codec; this is what both sides ask before they decode.

use crate::policy::Policy;

/// How many bytes from the start of a file [`PhotoKind::sniff`] wants to see.
///
/// # Example
///
/// ```
/// use damage_report_rules::photo::{PhotoKind, SNIFF_LENGTH};
///
/// let file = [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 100]].concat();
/// assert_eq!(PhotoKind::sniff(&file[..SNIFF_LENGTH]), Ok(PhotoKind::Png));
/// ```
pub const SNIFF_LENGTH: usize = 16;

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
        } else if head.get(4..8) == Some(b"ftyp") && head.get(8..12).is_some_and(is_heif_brand) {
            Err(NotAPhoto::Heic)
        } else {
            Err(NotAPhoto::OtherType)
        }
    }
}

/// The brands of ISO/IEC 23008-12 that hold HEVC pictures. AVIF has its own and is not among them.
fn is_heif_brand(brand: &[u8]) -> bool {
    [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"].iter().any(|known| brand == *known)
}

impl Policy {
    /// Whether a photo of this many pixels is large enough to show damage.
    ///
    /// # Example
    ///
    /// ```
    /// use damage_report_rules::policy::Policy;
    ///
    /// assert!(Policy::default().shows_enough(2048, 1536));
    /// assert!(!Policy::default().shows_enough(2048, 40));
    /// ```
    #[must_use]
    pub fn shows_enough(&self, width: u32, height: u32) -> bool {
        width.min(height) >= self.photo_side_min
    }
}
