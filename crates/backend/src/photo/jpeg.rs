//! Whether a JPEG is whole, and how its colours are sampled, told from its segments (ITU-T T.81, annex B), without decoding it.
//!
//! The decoder that follows is lenient: it shows half a photo with grey below and calls that a success. Half a photo
//! settles nothing, so every block of it must be there (`entropy`). What follows the end of the image is
//! not looked at: it is cut off. A photo that lacks nothing but the mark of its end is whole.

use super::entropy::Scans;

/// The most scans that a photo may have. Each may visit every block again in a few bytes; encoders write ten or so, and the
/// decoder that follows takes no more than this.
const SCANS_MAX: u32 = 100;

/// The first byte of every marker.
const MARKER: u8 = 0xff;
const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const TEM: u8 = 0x01;
const PROGRESSIVE: u8 = 0xc2;
const DHT: u8 = 0xc4;
const DRI: u8 = 0xdd;

/// A picture that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WholePicture {
    /// How many bytes it has, its end-of-image marker included.
    pub length: usize,
    /// Whether that marker is missing.
    pub lacks_end: bool,
    /// Whether its colours are kept for squares of four pixels, its brightness for every pixel: as nearly every camera and
    /// browser does.
    pub colours_halved: bool,
    /// Whether no camera would code it so: its colours kept for three or four pixels in a row, or more finely than its
    /// brightness, or one after the other in scans of their own.
    pub is_unusual: bool,
}

/// What a frame says of how its colours are coded.
struct Frame {
    colours_halved: bool,
    is_odd: bool,
    is_progressive: bool,
}

/// The first whole picture in `bytes`; nothing where there is none.
///
/// A picture is whole when its segments follow one another, its frame is one that photos have (8 bits a sample,
/// baseline or progressive, Huffman-coded, neither side zero), and all of its blocks come after it.
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
    let (mut frame, mut scans, mut scan_count): (Option<Frame>, _, _) = (None, Scans::default(), 0);
    loop {
        let marker = marker(bytes, &mut at);
        match marker {
            // Where the marker of the end should stand, nothing may.
            None if at < bytes.len() => return None,
            None | Some(EOI) => {
                let Frame { colours_halved, is_odd, is_progressive } = frame?;
                let is_unusual = is_odd || scan_count > 1 && !is_progressive;
                let whole = WholePicture { length: at, lacks_end: marker.is_none(), colours_halved, is_unusual };
                return scans.are_complete().then_some(whole);
            }
            Some(TEM | 0xd0..=0xd7) => {}
            Some(SOI) => return None,
            Some(marker) => {
                let segment = segment(bytes, &mut at)?;
                match marker {
                    _ if is_frame(marker) => {
                        if frame.is_some() || !is_a_photos_frame(marker, segment) {
                            return None;
                        }
                        let is_progressive = marker == PROGRESSIVE;
                        let (colours_halved, is_odd) = (are_colours_halved(segment), is_odd(segment));
                        frame = Some(Frame { colours_halved, is_odd, is_progressive });
                        scans.begin(segment, is_progressive)?;
                    }
                    SOS => {
                        scan_count += 1;
                        if scan_count > SCANS_MAX {
                            return None;
                        }
                        at = scans.read(segment, bytes, at).ok()?;
                    }
                    DHT => scans.define(segment)?,
                    DRI => scans.restart(segment)?,
                    _ => {}
                }
            }
        }
    }
}

/// Half bytes that decoding takes for each pixel of the JPEG that begins with `head`, by its first frame; nothing where
/// there is none. Colours are counted as finely as they are coded.
///
/// One scan is decoded row by row into the picture. Scans apart want each component whole beside it, progressive ones two
/// bytes for each coefficient, and the decoder of unusual ones all of these.
#[must_use]
pub(super) fn decoding_takes(head: &[u8]) -> Option<u64> {
    const RGB: u64 = 6;
    const ROWS: u64 = 2;
    let (marker, frame) = first_frame(head)?;
    let parts = frame.get(6..)?.as_chunks::<3>().0;
    let sizes = parts.iter().map(|[_, sampling, _]| (u64::from(sampling >> 4), u64::from(sampling & 15)));
    let (across, down) = sizes.clone().fold((1, 1), |(h, v), (across, down)| (h.max(across), v.max(down)));
    let samples: u64 = sizes.map(|(h, v)| h * v).sum();
    let samples = (2 * samples).div_ceil(across * down);
    Some(match (is_odd(frame), marker == PROGRESSIVE) {
        (false, false) => RGB + samples,
        (false, true) => RGB + 2 * samples,
        (true, false) => RGB + samples + ROWS,
        (true, true) => RGB + 3 * samples + ROWS,
    })
}

/// The first frame of the JPEG that begins with `head`: its marker and its parameters.
fn first_frame(head: &[u8]) -> Option<(u8, &[u8])> {
    let mut at = 2;
    loop {
        match marker(head, &mut at)? {
            TEM | 0xd0..=0xd8 => {}
            EOI | SOS => return None,
            marker => {
                let segment = segment(head, &mut at)?;
                if is_frame(marker) {
                    return Some((marker, segment));
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

/// Three components, of which the first has neither one nor two samples for each of the others.
fn is_odd(frame: &[u8]) -> bool {
    let is_usual = matches!(frame, [_, _, _, _, _, 3, _, 0x11 | 0x12 | 0x21 | 0x22, _, _, 0x11, _, _, 0x11, _]);
    frame.get(5) == Some(&3) && !is_usual
}

#[cfg(test)]
mod tests {
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

    use super::*;

    /// A picture of 40 by 24 pixels with something in each block.
    fn picture(sampling: SamplingFactor, is_progressive: bool) -> Vec<u8> {
        let mut jpeg = vec![];
        let mut encoder = Encoder::new(&mut jpeg, 80);
        encoder.set_sampling_factor(sampling);
        encoder.set_progressive(is_progressive);
        let pixels: Vec<u8> = (0..40 * 24 * 3_u32).map(|n| (n * n / 7 % 251) as u8).collect();
        encoder.encode(&pixels, 40, 24, ColorType::Rgb).unwrap();
        jpeg
    }

    fn both() -> [Vec<u8>; 2] {
        [false, true].map(|is_progressive| picture(SamplingFactor::R_4_2_0, is_progressive))
    }

    #[test]
    fn a_picture_ends_at_its_end_of_image() {
        for whole in both() {
            let picture =
                Some(WholePicture { length: whole.len(), lacks_end: false, colours_halved: true, is_unusual: false });
            assert_eq!(whole_picture(&whole), picture);
            let with_tail = [&whole[..], b"PK\x03\x04"].concat();
            assert_eq!(whole_picture(&with_tail), picture);
        }
    }

    #[test]
    fn a_picture_of_more_scans_than_any_encoder_writes_is_none() {
        let whole = picture(SamplingFactor::R_4_4_4, true);
        let last_scan = whole.windows(2).rposition(|pair| pair == [MARKER, SOS]).unwrap();
        let with_scans = |more: usize| {
            let end = whole.len() - 2;
            [&whole[..end], &whole[last_scan..end].repeat(more), &whole[end..]].concat()
        };
        assert!(whole_picture(&with_scans(20)).is_some());
        assert!(whole_picture(&with_scans(100)).is_none());
    }

    #[test]
    fn its_sampling_is_told_by_its_frame() {
        for (factor, expected) in [
            (SamplingFactor::R_4_2_0, (true, false)),
            (SamplingFactor::R_4_2_2, (false, false)),
            (SamplingFactor::R_4_4_0, (false, false)),
            (SamplingFactor::R_4_4_4, (false, false)),
            (SamplingFactor::R_4_1_1, (false, true)),
        ] {
            let whole = whole_picture(&picture(factor, false)).unwrap();
            assert_eq!((whole.colours_halved, whole.is_unusual), expected, "{factor:?}");
        }
    }

    #[test]
    fn of_the_prefixes_of_a_picture_only_those_are_whole_that_lack_no_more_than_its_end() {
        for whole in both() {
            let end = whole.len() - 2;
            // The last byte may hold nothing but padding.
            for length in 0..end - 1 {
                assert_eq!(whole_picture(&whole[..length]), None, "{length} of {} bytes", whole.len());
                // Nor does it help to put an end behind what is left.
                let ended = [&whole[..length], &[MARKER, EOI]].concat();
                assert_eq!(whole_picture(&ended), None, "{length} of {} bytes, ended", whole.len());
            }
            for length in [end, end + 1] {
                let picture = Some(WholePicture { length, lacks_end: true, colours_halved: true, is_unusual: false });
                assert_eq!(whole_picture(&whole[..length]), picture);
            }
        }
    }

    #[test]
    fn a_segment_that_denies_its_own_length_is_refused() {
        let [whole, _] = both();
        assert_eq!(whole_picture(&[&whole[..2], &[0xff, 0xe1, 0, 0], &whole[2..]].concat()), None);
    }

    #[test]
    fn an_end_of_image_inside_a_segment_is_not_the_end() {
        let [whole, _] = both();
        let with_thumbnail = [&whole[..2], &[0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9], &whole[2..]].concat();
        assert_eq!(whole_picture(&with_thumbnail).map(|picture| picture.length), Some(with_thumbnail.len()));
    }

    #[test]
    fn arithmetic_coding_and_12_bits_are_refused() {
        let [whole, _] = both();
        let frame = whole.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        for (at, value) in [(frame + 1, 0xc9), (frame + 4, 12)] {
            let mut changed = whole.clone();
            changed[at] = value;
            assert_eq!(whole_picture(&changed), None);
        }
    }
}
