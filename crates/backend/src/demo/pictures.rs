//! Draws the photos of the reported order: a dented box, its label, and a broken screen three times.
//!
//! Drawings show nobody's property. They are checked in the same way as a customer's photos.

use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder};

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 900;

const TABLE: Rgb<u8> = Rgb([196, 178, 156]);
const CARDBOARD: Rgb<u8> = Rgb([173, 128, 84]);
const SHADE: Rgb<u8> = Rgb([128, 92, 58]);
const PAPER: Rgb<u8> = Rgb([244, 243, 238]);
const INK: Rgb<u8> = Rgb([28, 28, 32]);
const CASING: Rgb<u8> = Rgb([232, 233, 236]);
const GLASS: Rgb<u8> = Rgb([36, 42, 56]);
const CRACK: Rgb<u8> = Rgb([205, 214, 226]);

/// The packaging, the label, and three of the device.
pub(super) const ALL: [fn() -> Vec<u8>; 5] = [packaging, label, front, corner, edge];

fn packaging() -> Vec<u8> {
    let mut picture = table();
    fill(&mut picture, (220, 200), (760, 560), CARDBOARD);
    fill(&mut picture, (220, 440), (760, 44), SHADE);
    // The dented corner.
    for step in 0..90 {
        line(&mut picture, (220, 200 + step), (310 - step, 200), SHADE);
    }
    jpeg(picture)
}

fn label() -> Vec<u8> {
    let mut picture = table();
    fill(&mut picture, (60, 60), (1080, 780), CARDBOARD);
    fill(&mut picture, (260, 140), (680, 620), PAPER);
    for bar in 0..72_u32 {
        // The widths follow no pattern that a barcode reader could decode.
        fill(&mut picture, (310 + bar * 8, 480), (2 + (bar * 7 + bar / 3) % 5, 180), INK);
    }
    for text in 0..5 {
        fill(&mut picture, (310, 200 + text * 44), (420 - (text * 67) % 190, 16), INK);
    }
    jpeg(picture)
}

fn front() -> Vec<u8> {
    device((170, 190), (860, 520), (300, 280))
}

fn corner() -> Vec<u8> {
    device((-160, 120), (1180, 720), (210, 330))
}

fn edge() -> Vec<u8> {
    device((120, 360), (960, 250), (280, 420))
}

/// The directions of the cracks from the point of impact.
const RAYS: [(i32, i32); 12] = [
    (18, 2),
    (14, 9),
    (8, 13),
    (3, 17),
    (-5, 14),
    (-11, 9),
    (-13, 1),
    (-9, -9),
    (-3, -13),
    (6, -12),
    (12, -8),
    (17, -3),
];

/// A screen at `at`, of this `size`, with cracks from `origin`.
fn device(at: (i32, i32), size: (i32, i32), origin: (i32, i32)) -> Vec<u8> {
    let mut picture = table();
    rectangle(&mut picture, at, size, CASING);
    rectangle(&mut picture, (at.0 + 34, at.1 + 34), (size.0 - 68, size.1 - 68), GLASS);
    for (ray, (x, y)) in RAYS.into_iter().enumerate() {
        let reach = 5 + i32::try_from(ray * 7 % 6).unwrap_or_default();
        let middle = (origin.0 + x * reach, origin.1 + y * reach);
        crack(&mut picture, origin, middle);
        // Cracks bend halfway.
        crack(&mut picture, middle, (middle.0 + x * 4 + y * 2, middle.1 + y * 6 - x));
    }
    jpeg(picture)
}

/// A table top with a grain, because a picture without texture looks artificial.
fn table() -> RgbImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let mixed = (x / 5).wrapping_mul(0x9e37_79b9) ^ (y / 2).wrapping_mul(0x85eb_ca6b);
        let grain = (mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d) >> 28;
        Rgb(TABLE.0.map(|channel| channel.saturating_sub(u8::try_from(grain).unwrap_or_default())))
    })
}

fn fill(picture: &mut RgbImage, at: (u32, u32), size: (u32, u32), colour: Rgb<u8>) {
    for y in at.1..(at.1 + size.1).min(HEIGHT) {
        for x in at.0..(at.0 + size.0).min(WIDTH) {
            picture.put_pixel(x, y, colour);
        }
    }
}

/// Like [`fill`], for a rectangle that may extend beyond the picture.
fn rectangle(picture: &mut RgbImage, at: (i32, i32), size: (i32, i32), colour: Rgb<u8>) {
    for y in at.1..at.1 + size.1 {
        for x in at.0..at.0 + size.0 {
            point(picture, (x, y), colour);
        }
    }
}

fn line(picture: &mut RgbImage, from: (u32, u32), to: (u32, u32), colour: Rgb<u8>) {
    let signed = |(x, y): (u32, u32)| (x.cast_signed(), y.cast_signed());
    for at in between(signed(from), signed(to)) {
        point(picture, at, colour);
    }
}

/// A crack is three pixels wide, and is drawn on glass only.
fn crack(picture: &mut RgbImage, from: (i32, i32), to: (i32, i32)) {
    for (x, y) in between(from, to) {
        for y in y..y + 3 {
            let at = (u32::try_from(x).unwrap_or(u32::MAX), u32::try_from(y).unwrap_or(u32::MAX));
            if picture.get_pixel_checked(at.0, at.1) == Some(&GLASS) {
                picture.put_pixel(at.0, at.1, CRACK);
            }
        }
    }
}

/// The points of a straight line.
fn between(from: (i32, i32), to: (i32, i32)) -> impl Iterator<Item = (i32, i32)> {
    let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).max(1);
    (0..=steps).map(move |step| (from.0 + (to.0 - from.0) * step / steps, from.1 + (to.1 - from.1) * step / steps))
}

fn point(picture: &mut RgbImage, (x, y): (i32, i32), colour: Rgb<u8>) {
    if let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
        && x < WIDTH
        && y < HEIGHT
    {
        picture.put_pixel(x, y, colour);
    }
}

fn jpeg(picture: RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 88)
        .encode_image(&picture)
        .expect("encoding into memory fails only for pictures larger than a JPEG can be");
    bytes
}
