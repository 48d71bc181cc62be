//! Whether a JPEG is complete, and how its colours are sampled. The segments (ITU-T T.81, annex B) tell, without decoding.
//!
//! The decoder is lenient: it returns half a photo with grey below and calls that a success. Half a photo is no evidence, so every
//! block must be there (`entropy`). Data after the end of the image is ignored and cut off. A photo that lacks only its
//! end-of-image marker is complete.

use super::{
    entropy::Scans,
    jpeg_sink::{Ignored, JpegSink},
};

/// The most scans of a photo. A scan of a few bytes can visit every block again; encoders write about ten, and the decoder
/// accepts no more than this.
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

/// A complete picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompletePicture {
    /// Its length in bytes, with its end-of-image marker.
    pub length: usize,
    /// Whether that marker is missing.
    pub lacks_end: bool,
    /// Whether it has one colour sample for four pixels and one brightness sample for each, as nearly every camera and browser
    /// writes.
    pub colours_halved: bool,
    /// Whether its coding is one that no camera writes: one colour sample for three or four pixels in a row, more colour than
    /// brightness samples, or a scan for each colour.
    pub is_unusual: bool,
}

/// How a frame codes its colours.
struct Frame {
    colours_halved: bool,
    is_odd: bool,
    is_progressive: bool,
}

/// The first complete picture in `bytes`, if there is one.
///
/// A picture is complete when its segments follow one another, its frame is one that photos have (8 bits a sample,
/// baseline or progressive, Huffman-coded, neither side zero), and all of its blocks come after it.
///
/// # Example
///
/// ```
/// use damage_report_backend::photo::jpeg::find_complete_picture;
///
/// assert_eq!(find_complete_picture(&[0xff, 0xd8, 0xff, 0xd9]), None, "an end, but no picture before it");
/// ```
#[must_use]
pub fn find_complete_picture(bytes: &[u8]) -> Option<CompletePicture> {
    read_complete_picture(bytes, &mut Ignored)
}

/// The same, and tells `sink` what is read. Only the contents of a complete picture may be used.
pub(super) fn read_complete_picture(bytes: &[u8], sink: &mut impl JpegSink) -> Option<CompletePicture> {
    if bytes.get(..2)? != [MARKER, SOI] {
        return None;
    }
    let mut at = 2;
    let mut reader = SegmentReader::default();
    loop {
        let marker = marker(bytes, &mut at);
        match marker {
            // The end-of-image marker may be missing, but nothing else may be there.
            None if at < bytes.len() => return None,
            None | Some(EOI) => return reader.finish(at, marker.is_none()),
            Some(TEM | 0xd0..=0xd7) => {}
            Some(SOI) => return None,
            Some(marker) => {
                let segment = segment(bytes, &mut at)?;
                sink.segment(marker, segment);
                at = reader.read(marker, segment, bytes, at, sink)?;
            }
        }
    }
}

/// The frame and the scans of a picture, as far as its segments were read.
#[derive(Default)]
struct SegmentReader {
    frame: Option<Frame>,
    scans: Scans,
    scan_count: u32,
}

impl SegmentReader {
    /// Reads the segment of `marker`, and after the header of a scan the scan from `at` on. Returns where the next marker is
    /// expected; none where the picture is broken or not one that photos have.
    fn read(&mut self, marker: u8, segment: &[u8], bytes: &[u8], at: usize, sink: &mut impl JpegSink) -> Option<usize> {
        match marker {
            _ if is_frame(marker) => {
                if self.frame.is_some() || !is_a_photos_frame(marker, segment) {
                    return None;
                }
                let is_progressive = marker == PROGRESSIVE;
                let (colours_halved, is_odd) = (are_colours_halved(segment), is_odd(segment));
                self.frame = Some(Frame { colours_halved, is_odd, is_progressive });
                self.scans.begin_frame(segment, is_progressive)?;
            }
            SOS => {
                self.scan_count += 1;
                if self.scan_count > SCANS_MAX {
                    return None;
                }
                return self.scans.read_scan(segment, bytes, at, sink).ok();
            }
            DHT => self.scans.read_huffman_tables(segment)?,
            DRI => self.scans.read_restart_interval(segment)?,
            _ => {}
        }
        Some(at)
    }

    /// The picture, which ends at `length`; none where a block of it is missing.
    fn finish(self, length: usize, lacks_end: bool) -> Option<CompletePicture> {
        let Frame { colours_halved, is_odd, is_progressive } = self.frame?;
        let is_unusual = is_odd || self.scan_count > 1 && !is_progressive;
        let whole = CompletePicture { length, lacks_end, colours_halved, is_unusual };
        self.scans.are_complete().then_some(whole)
    }
}

/// Half bytes of memory that decoding takes for each pixel of the JPEG that begins with `head`, by its first frame; none without
/// a frame. Colours count at the resolution in which they are coded.
///
/// A single scan is decoded row by row into the picture. Separate scans need each whole component as well, progressive ones two
/// bytes for each coefficient, and the decoder for unusual codings needs all of these.
#[must_use]
pub(super) fn decoding_memory_per_pixel(head: &[u8]) -> Option<u64> {
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

/// The marker at `at`, after any number of fill bytes.
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

/// The parameters of the segment whose length is at `at`.
fn segment<'a>(bytes: &'a [u8], at: &mut usize) -> Option<&'a [u8]> {
    let length = usize::from(u16::from_be_bytes([*bytes.get(*at)?, *bytes.get(*at + 1)?]));
    let segment = bytes.get(*at + 2..*at + length)?;
    *at += length;
    Some(segment)
}

/// Whether `marker` starts a frame: SOF0 to SOF15, without DHT, JPG and DAC, whose numbers are among them.
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
            let picture = Some(CompletePicture {
                length: whole.len(),
                lacks_end: false,
                colours_halved: true,
                is_unusual: false,
            });
            assert_eq!(find_complete_picture(&whole), picture);
            let with_tail = [&whole[..], b"PK\x03\x04"].concat();
            assert_eq!(find_complete_picture(&with_tail), picture);
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
        assert!(find_complete_picture(&with_scans(20)).is_some());
        assert!(find_complete_picture(&with_scans(100)).is_none());
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
            let whole = find_complete_picture(&picture(factor, false)).unwrap();
            assert_eq!((whole.colours_halved, whole.is_unusual), expected, "{factor:?}");
        }
    }

    #[test]
    fn of_the_prefixes_of_a_picture_only_those_are_whole_that_lack_no_more_than_its_end() {
        for whole in both() {
            let end = whole.len() - 2;
            // The last byte may hold nothing but padding.
            for length in 0..end - 1 {
                assert_eq!(find_complete_picture(&whole[..length]), None, "{length} of {} bytes", whole.len());
                // Nor does it help to put an end behind what is left.
                let ended = [&whole[..length], &[MARKER, EOI]].concat();
                assert_eq!(find_complete_picture(&ended), None, "{length} of {} bytes, ended", whole.len());
            }
            for length in [end, end + 1] {
                let picture =
                    Some(CompletePicture { length, lacks_end: true, colours_halved: true, is_unusual: false });
                assert_eq!(find_complete_picture(&whole[..length]), picture);
            }
        }
    }

    #[test]
    fn a_segment_that_denies_its_own_length_is_refused() {
        let [whole, _] = both();
        assert_eq!(find_complete_picture(&[&whole[..2], &[0xff, 0xe1, 0, 0], &whole[2..]].concat()), None);
    }

    #[test]
    fn an_end_of_image_inside_a_segment_is_not_the_end() {
        let [whole, _] = both();
        let with_thumbnail = [&whole[..2], &[0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9], &whole[2..]].concat();
        assert_eq!(find_complete_picture(&with_thumbnail).map(|picture| picture.length), Some(with_thumbnail.len()));
    }

    #[test]
    fn arithmetic_coding_and_12_bits_are_refused() {
        let [whole, _] = both();
        let frame = whole.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        for (at, value) in [(frame + 1, 0xc9), (frame + 4, 12)] {
            let mut changed = whole.clone();
            changed[at] = value;
            assert_eq!(find_complete_picture(&changed), None);
        }
    }
}
