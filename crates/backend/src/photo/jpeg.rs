//! Whether a JPEG is whole, and how fine its colours are, told from its segments (ITU-T T.81, annex B), without decoding it.
//!
//! The decoder that follows is lenient: it shows half a photo with grey below and calls that a success. Half a photo
//! settles nothing, so this asks for an end of image first. What follows the end is not looked at: it is cut off.

/// The first byte of every marker.
const MARKER: u8 = 0xff;
const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const TEM: u8 = 0x01;

/// A picture that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WholePicture {
    /// How many bytes it has, its end-of-image marker included.
    pub length: usize,
    /// Whether its colours are kept for squares of four pixels, its brightness for every pixel: as nearly every camera and
    /// browser does.
    pub colours_halved: bool,
}

/// The first whole picture in `bytes`; nothing where there is none.
///
/// A picture is whole when its segments follow one another, its frame is one that photos have (8 bits a sample,
/// baseline or progressive, Huffman-coded, neither side zero), and a scan and an end of image come after it.
///
/// # Example
///
/// ```
/// use damage_report_backend::photo::jpeg::whole_picture;
///
/// assert_eq!(whole_picture(&[0xff, 0xd8, 0xff, 0xd9]), None, "an end, but no picture before it");
/// ```
#[must_use]
pub fn whole_picture(bytes: &[u8]) -> Option<WholePicture> {
    if bytes.get(..2)? != [MARKER, SOI] {
        return None;
    }
    let mut at = 2;
    let (mut frame, mut scanned) = (None, false);
    loop {
        let marker = marker(bytes, &mut at)?;
        match marker {
            EOI if !scanned => return None,
            EOI => return frame.map(|frame| WholePicture { length: at, colours_halved: are_colours_halved(frame) }),
            TEM | 0xd0..=0xd7 => {}
            SOI => return None,
            _ => {
                let segment = segment(bytes, &mut at)?;
                if is_frame(marker) {
                    if frame.is_some() || !is_a_photos_frame(marker, segment) {
                        return None;
                    }
                    frame = Some(segment);
                } else if marker == SOS {
                    scanned = true;
                    at = after_scan(bytes, at)?;
                }
            }
        }
    }
}

/// The marker at `at`, which may be preceded by any number of fill bytes.
fn marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    if *bytes.get(*at)? != MARKER {
        return None;
    }
    while *bytes.get(*at)? == MARKER {
        *at += 1;
    }
    let marker = bytes[*at];
    *at += 1;
    (marker != 0).then_some(marker)
}

/// The parameters of the segment whose length stands at `at`.
fn segment<'a>(bytes: &'a [u8], at: &mut usize) -> Option<&'a [u8]> {
    let length = usize::from(u16::from_be_bytes([*bytes.get(*at)?, *bytes.get(*at + 1)?]));
    let segment = bytes.get(*at + 2..*at + length)?;
    *at += length;
    Some(segment)
}

/// Whether `marker` starts a frame: SOF0 to SOF15, among which DHT, JPG and DAC have numbers too.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// Baseline, extended or progressive; 8 bits a sample; neither side zero.
fn is_a_photos_frame(marker: u8, frame: &[u8]) -> bool {
    let [8, y1, y0, x1, x0, _components, ..] = *frame else { return false };
    matches!(marker, 0xc0..=0xc2) && (y1, y0) != (0, 0) && (x1, x0) != (0, 0)
}

/// Three components, of which the first has two samples either way for each of the others.
fn are_colours_halved(frame: &[u8]) -> bool {
    matches!(frame, [_, _, _, _, _, 3, _, 0x22, _, _, 0x11, _, _, 0x11, _])
}

/// Where the entropy-coded data that starts at `at` ends: at the next marker that is neither stuffing nor a restart.
fn after_scan(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == MARKER)?;
        match *bytes.get(at + 1)? {
            0 | 0xd0..=0xd7 => at += 2,
            _ => return Some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: &[u8] = &[0xff, 0xc0, 0, 11, 8, 0, 16, 0, 16, 1, 1, 0x11, 0];
    const SCAN: &[u8] = &[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xff, 0, 0x34, 0xff, 0xd0, 0x56];

    fn picture(parts: &[&[u8]]) -> Vec<u8> {
        [&[MARKER, SOI][..], &parts.concat()].concat()
    }

    #[test]
    fn a_picture_ends_at_its_end_of_image() {
        let whole = picture(&[FRAME, SCAN, &[MARKER, EOI]]);
        let picture = Some(WholePicture { length: whole.len(), colours_halved: false });
        assert_eq!(whole_picture(&whole), picture);
        let with_tail = [&whole[..], b"PK\x03\x04"].concat();
        assert_eq!(whole_picture(&with_tail), picture);
    }

    #[test]
    fn colours_are_halved_where_four_pixels_share_them() {
        for (brightness, halved) in [(0x22, true), (0x21, false), (0x11, false)] {
            let frame = [0xff, 0xc0, 0, 17, 8, 0, 16, 0, 16, 3, 1, brightness, 0, 2, 0x11, 1, 3, 0x11, 1];
            let whole = whole_picture(&picture(&[&frame, SCAN, &[MARKER, EOI]])).unwrap();
            assert_eq!(whole.colours_halved, halved, "{brightness:x}");
        }
    }

    #[test]
    fn no_prefix_of_a_picture_is_whole() {
        let whole = picture(&[FRAME, SCAN, &[MARKER, EOI]]);
        for length in 0..whole.len() {
            assert_eq!(whole_picture(&whole[..length]), None, "{length} bytes");
        }
    }

    #[test]
    fn a_segment_that_denies_its_own_length_is_refused() {
        assert_eq!(whole_picture(&picture(&[&[0xff, 0xe1, 0, 0], FRAME, SCAN, &[MARKER, EOI]])), None);
    }

    #[test]
    fn an_end_of_image_inside_a_segment_is_not_the_end() {
        let with_thumbnail = picture(&[&[0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9], FRAME, SCAN]);
        assert_eq!(whole_picture(&with_thumbnail), None);
    }

    #[test]
    fn arithmetic_coding_and_12_bits_are_refused() {
        let arithmetic = [&[0xff, 0xc9][..], &FRAME[2..]].concat();
        let deep = [&FRAME[..4], &[12], &FRAME[5..]].concat();
        for frame in [arithmetic, deep] {
            assert_eq!(whole_picture(&picture(&[&frame, SCAN, &[MARKER, EOI]])), None);
        }
    }
}
