//! PNGs, written chunk by chunk: every depth and kind of colour, interlaced or not.

use image::RgbaImage;

use crate::scene::CORNERS;

/// The pixel format of a PNG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PixelFormat {
    /// Grey, of so many bits.
    Grey(u8),
    /// Grey and alpha, of so many bits each.
    GreyAlpha(u8),
    /// Red, green and blue, of so many bits each.
    Rgb(u8),
    /// The same with one colour that is see-through.
    RgbKey,
    /// Red, green, blue and alpha, of so many bits each.
    Rgba(u8),
    /// A place in a palette, of so many bits; with alpha or without.
    Palette(u8, bool),
}

/// The colour that is see-through where there is no alpha.
const KEY: [u8; 3] = [1, 2, 3];

/// The chunks before and after the pixels.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExtraChunks {
    pub(crate) before: Vec<Vec<u8>>,
    pub(crate) after: Vec<Vec<u8>>,
    /// In how many parts the pixels come; 0 is one.
    pub(crate) parts: usize,
}

/// A chunk with its length and its checksum.
pub(crate) fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let content = [kind, data].concat();
    [&(data.len() as u32).to_be_bytes(), &content[..], &crc(&content).to_be_bytes()].concat()
}

pub(crate) fn iccp_chunk(profile: &[u8]) -> Vec<u8> {
    chunk(b"iCCP", &[b"a profile\0\0", &deflate(profile)[..]].concat())
}

/// `picture` as a PNG.
pub(crate) fn encode(picture: &RgbaImage, pixels: PixelFormat, is_interlaced: bool, extras: &ExtraChunks) -> Vec<u8> {
    let (depth, colour) = match pixels {
        PixelFormat::Grey(depth) => (depth, 0),
        PixelFormat::Rgb(depth) => (depth, 2),
        PixelFormat::RgbKey => (8, 2),
        PixelFormat::Palette(depth, _) => (depth, 3),
        PixelFormat::GreyAlpha(depth) => (depth, 4),
        PixelFormat::Rgba(depth) => (depth, 6),
    };
    let sides: Vec<u8> = [picture.width(), picture.height()].into_iter().flat_map(u32::to_be_bytes).collect();
    let header = [&sides[..], &[depth, colour, 0, 0, u8::from(is_interlaced)]].concat();
    let mut file = [b"\x89PNG\r\n\x1a\n", &chunk(b"IHDR", &header)[..], &extras.before.concat()].concat();
    match pixels {
        PixelFormat::Palette(_, has_alpha) => {
            let white = if has_alpha { [0; 3] } else { [255; 3] };
            let colours = [&CORNERS[..], &[[255; 3], white]].concat();
            file.extend(chunk(b"PLTE", &if depth < 4 { vec![[0; 3], [255; 3]] } else { colours }.concat()));
            if has_alpha {
                file.extend(chunk(b"tRNS", &[255, 255, 255, 255, 255, 0]));
            }
        }
        PixelFormat::RgbKey => file.extend(chunk(b"tRNS", &KEY.map(|level| [0, level]).concat())),
        _ => {}
    }
    let data = deflate(&rows(picture, pixels, is_interlaced));
    for part in data.chunks(data.len().div_ceil(extras.parts.max(1))) {
        file.extend(chunk(b"IDAT", part));
    }
    [&file, &extras.after.concat(), &chunk(b"IEND", b"")[..]].concat()
}

/// The rows of each pass, every one with filter 0 before it.
fn rows(picture: &RgbaImage, pixels: PixelFormat, is_interlaced: bool) -> Vec<u8> {
    // PNG (W3C, 3rd edition), 8.1: where each pass begins and how far its pixels lie apart, across and down.
    let passes: &[[usize; 4]] = match is_interlaced {
        false => &[[0, 0, 1, 1]],
        true => &[[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]],
    };
    let mut rows = vec![];
    for [left, top, across, down] in passes {
        for y in (*top..picture.height() as usize).step_by(*down) {
            rows.push(0);
            let (mut held, mut count) = (0_u8, 0);
            for x in (*left..picture.width() as usize).step_by(*across) {
                let of = picture.get_pixel(x as u32, y as u32).0;
                match pixel(of, pixels) {
                    Pixel::Bytes(bytes) => rows.extend(bytes),
                    Pixel::Bits(value, depth) => {
                        (held, count) = ((u16::from(held) << depth) as u8 | value, count + depth);
                        if count == 8 {
                            rows.push(held);
                            (held, count) = (0, 0);
                        }
                    }
                }
            }
            if count > 0 {
                rows.push(held << (8 - count));
            }
        }
    }
    rows
}

enum Pixel {
    Bytes(Vec<u8>),
    Bits(u8, u8),
}

fn pixel([r, g, b, alpha]: [u8; 4], pixels: PixelFormat) -> Pixel {
    // A level of 16 bits has those of 8 twice, and white stays white.
    let deep = |levels: &[u8]| levels.iter().flat_map(|level| [*level, *level]).collect();
    let hidden = |level: u8| if alpha == 0 { 0 } else { level };
    let place = || {
        let corner = CORNERS.iter().position(|corner| *corner == [r, g, b]);
        if alpha == 0 { 5 } else { corner.unwrap_or(4) as u8 }
    };
    match pixels {
        PixelFormat::Grey(8) => Pixel::Bytes(vec![r]),
        PixelFormat::Grey(16) => Pixel::Bytes(deep(&[r])),
        PixelFormat::Grey(depth) => Pixel::Bits(if r > 127 { (1 << depth) - 1 } else { 0 }, depth),
        PixelFormat::GreyAlpha(8) => Pixel::Bytes(vec![hidden(r), alpha]),
        PixelFormat::GreyAlpha(_) => Pixel::Bytes(deep(&[hidden(r), alpha])),
        PixelFormat::Rgb(8) => Pixel::Bytes(vec![r, g, b]),
        PixelFormat::Rgb(_) => Pixel::Bytes(deep(&[r, g, b])),
        PixelFormat::RgbKey => Pixel::Bytes(if alpha == 0 { KEY.to_vec() } else { vec![r, g, b] }),
        PixelFormat::Rgba(8) => Pixel::Bytes(vec![r, g, b, alpha]),
        PixelFormat::Rgba(_) => Pixel::Bytes(deep(&[r, g, b, alpha])),
        PixelFormat::Palette(8, _) => Pixel::Bytes(vec![place()]),
        PixelFormat::Palette(4, _) => Pixel::Bits(place(), 4),
        PixelFormat::Palette(depth, _) => Pixel::Bits(u8::from(r > 127), depth),
    }
}

pub(crate) fn deflate(data: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(data, 6)
}

fn crc(data: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        let low = (crc ^ u32::from(*byte)) & 0xff;
        (0..8).fold(low, |low, _| if low & 1 == 1 { 0xedb8_8320 ^ low >> 1 } else { low >> 1 }) ^ crc >> 8
    };
    !data.iter().fold(!0, step)
}
