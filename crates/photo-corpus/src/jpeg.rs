//! JPEGs: as a camera's encoder writes them, and of blocks in one colour each, in every sampling that the format allows.

use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::exif;

/// How a JPEG is coded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JpegCoding {
    pub(crate) sampling: SamplingFactor,
    pub(crate) is_progressive: bool,
    pub(crate) is_optimised: bool,
    /// In MCUs; none where it is 0.
    pub(crate) restarts: u16,
}

pub(crate) const BASELINE: JpegCoding =
    JpegCoding { sampling: SamplingFactor::R_4_2_0, is_progressive: false, is_optimised: false, restarts: 0 };

pub(crate) const PROGRESSIVE: JpegCoding = JpegCoding { is_progressive: true, ..BASELINE };

impl JpegCoding {
    /// `picture` as a JPEG without any metadata but what the format begins with.
    pub(crate) fn encode(self, picture: &RgbImage) -> Vec<u8> {
        self.encode_as(picture, ColorType::Rgb, picture.as_raw())
    }

    /// The same in the bytes of another colour type.
    pub(crate) fn encode_as(self, picture: &RgbImage, colours: ColorType, data: &[u8]) -> Vec<u8> {
        let mut jpeg = vec![];
        let mut encoder = Encoder::new(&mut jpeg, 90);
        encoder.set_sampling_factor(self.sampling);
        encoder.set_progressive(self.is_progressive);
        encoder.set_optimized_huffman_tables(self.is_optimised);
        encoder.set_restart_interval(self.restarts);
        let [width, height] = [picture.width(), picture.height()].map(|side| side as u16);
        encoder.encode(data, width, height, colours).expect("the picture is small");
        jpeg
    }
}

/// `jpeg` with `segments` right after its start.
pub(crate) fn with_segments(jpeg: &[u8], segments: &[Vec<u8>]) -> Vec<u8> {
    [&jpeg[..2], &segments.concat(), &jpeg[2..]].concat()
}

/// A segment. Its length counts itself.
pub(crate) fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&[0xff, marker], &length[..], content].concat()
}

pub(crate) fn exif_segment(tiff: &[u8]) -> Vec<u8> {
    segment(0xe1, &[b"Exif\0\0", tiff].concat())
}

pub(crate) fn xmp_segment() -> Vec<u8> {
    segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", &exif::xmp_packet()[..]].concat())
}

pub(crate) fn iptc_segment() -> Vec<u8> {
    let author = [b"\x1c\x02\x50\0", &[exif::AUTHOR.len() as u8][..], exif::AUTHOR.as_bytes()].concat();
    let length = (author.len() as u32).to_be_bytes();
    segment(0xed, &[b"Photoshop 3.0\x008BIM\x04\x04\0\0", &length[..], &author].concat())
}

pub(crate) fn comment_segment() -> Vec<u8> {
    segment(0xfe, exif::REMARK.as_bytes())
}

pub(crate) fn icc_segment(profile: &[u8]) -> Vec<u8> {
    segment(0xe2, &[b"ICC_PROFILE\0\x01\x01", profile].concat())
}

/// Where the entropy-coded data of the first scan begins.
pub(crate) fn first_scan_offset(jpeg: &[u8]) -> usize {
    let mut at = 2;
    loop {
        let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        if jpeg[at + 1] == 0xda {
            return at + 2 + length;
        }
        at += 2 + length;
    }
}

/// `picture` in blocks of one colour each. A component has the `samplings` (across, down) that are given; `is_interleaved`
/// says whether they share a scan. Restarts come after so many MCUs, or never.
pub(crate) fn encode_mosaic(
    picture: &RgbImage,
    samplings: [(u32, u32); 3],
    is_interleaved: bool,
    restarts: u16,
) -> Vec<u8> {
    let (across, down) = (samplings.map(|s| s.0).into_iter().max(), samplings.map(|s| s.1).into_iter().max());
    let (across, down) = (across.unwrap_or(1), down.unwrap_or(1));
    let frame: Vec<u8> = (1..).zip(samplings).flat_map(|(id, (h, v))| [id, (h << 4 | v) as u8, 0]).collect();
    let sides: Vec<u8> =
        [picture.height(), picture.width()].iter().flat_map(|side| (*side as u16).to_be_bytes()).collect();
    let mut jpeg = vec![0xff, 0xd8];
    jpeg.extend(segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"));
    jpeg.extend(segment(0xdb, &[&[0][..], &[8; 64]].concat()));
    jpeg.extend(segment(0xc0, &[&[8][..], &sides, &[3], &frame].concat()));
    // Codes of DC categories 0 to 11 in T.81's table K.3, and one code alone, end of block, for AC.
    jpeg.extend(segment(
        0xc4,
        b"\0\0\x01\x05\x01\x01\x01\x01\x01\x01\0\0\0\0\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b",
    ));
    jpeg.extend(segment(0xc4, b"\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
    if restarts > 0 {
        jpeg.extend(segment(0xdd, &restarts.to_be_bytes()));
    }
    let mcus = |component: Option<usize>| {
        let (h, v) = component.map_or((1, 1), |component| samplings[component]);
        // Alone, a component has as many blocks as it needs; with others as many as fill whole MCUs.
        let (wide, high) = match component {
            Some(_) => {
                ((picture.width() * h).div_ceil(across).div_ceil(8), (picture.height() * v).div_ceil(down).div_ceil(8))
            }
            None => (picture.width().div_ceil(8 * across), picture.height().div_ceil(8 * down)),
        };
        (0..high).flat_map(move |y| (0..wide).map(move |x| (x, y)))
    };
    let scans: Vec<Vec<usize>> = if is_interleaved { vec![vec![0, 1, 2]] } else { vec![vec![0], vec![1], vec![2]] };
    for scan in scans {
        let parts: Vec<u8> = scan.iter().flat_map(|component| [*component as u8 + 1, 0]).collect();
        jpeg.extend(segment(0xda, &[&[scan.len() as u8][..], &parts, &[0, 63, 0]].concat()));
        let mut bits = Bits::default();
        let mut before = [0; 3];
        let alone = (scan.len() == 1).then(|| scan[0]);
        for (number, (x, y)) in mcus(alone).enumerate() {
            if restarts > 0 && number > 0 && number % usize::from(restarts) == 0 {
                jpeg.append(&mut bits.finish());
                jpeg.extend([0xff, 0xd0 + (number / usize::from(restarts) - 1) as u8 % 8]);
                before = [0; 3];
            }
            for &component in &scan {
                let (h, v) = samplings[component];
                let blocks = if alone.is_some() { (1, 1) } else { (h, v) };
                for block in 0..blocks.0 * blocks.1 {
                    let (bx, by) = (x * blocks.0 + block % blocks.0, y * blocks.1 + block / blocks.0);
                    // The size of a block in pixels.
                    let (wide, high) = (8 * across / h, 8 * down / v);
                    let level = mean(picture, component, (bx * wide, by * high), (wide, high));
                    bits.dc(level - before[component]);
                    before[component] = level;
                }
            }
        }
        jpeg.append(&mut bits.finish());
    }
    jpeg.extend([0xff, 0xd9]);
    jpeg
}

/// The DC coefficient, quantised by 8, of a block that has the mean of what it covers: eight times the level above 128.
fn mean(picture: &RgbImage, component: usize, at: (u32, u32), size: (u32, u32)) -> i32 {
    let mut sum = 0.0;
    for y in at.1..at.1 + size.1 {
        for x in at.0..at.0 + size.0 {
            let pixel = picture.get_pixel(x.min(picture.width() - 1), y.min(picture.height() - 1));
            let [r, g, b] = pixel.0.map(f64::from);
            sum += [
                0.299 * r + 0.587 * g + 0.114 * b - 128.0,
                -0.168_736 * r - 0.331_264 * g + 0.5 * b,
                0.5 * r - 0.418_688 * g - 0.081_312 * b,
            ][component];
        }
    }
    (sum / f64::from(size.0 * size.1)).round() as i32
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for n in (0..count).rev() {
            self.held = self.held << 1 | (value >> n & 1);
            self.count += 1;
            if self.count == 8 {
                self.bytes.push(self.held as u8);
                if self.held as u8 == 0xff {
                    self.bytes.push(0);
                }
                (self.held, self.count) = (0, 0);
            }
        }
    }

    /// A block that is its DC difference and nothing else.
    fn dc(&mut self, difference: i32) {
        let category = 32 - difference.unsigned_abs().leading_zeros();
        let (code, length) = match category {
            0 => (0, 2),
            1..=5 => (category + 1, 3),
            more => ((1 << (more - 2)) - 2, more - 2),
        };
        self.put(code, length);
        let low = if difference < 0 { difference - 1 } else { difference };
        self.put(low as u32 & ((1 << category) - 1), category);
        self.put(0, 1);
    }

    fn finish(&mut self) -> Vec<u8> {
        while self.count > 0 {
            self.put(1, 1);
        }
        std::mem::take(&mut self.bytes)
    }
}
