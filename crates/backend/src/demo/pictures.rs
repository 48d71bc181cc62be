//! The photos of the order that is reported already, drawn: a dented box, its label, and a broken screen three times.
//!
//! Drawn rather than taken, so that nobody's things are in the demo. They go through the same examination as a
//! customer's.

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
    // The corner that was pushed in.
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
        // Widths without a pattern that a reader could take for a number.
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

/// A screen at `at`, of this `size`, cracked from `origin` on.
fn device(at: (i32, i32), size: (i32, i32), origin: (i32, i32)) -> Vec<u8> {
    let mut picture = table();
    rectangle(&mut picture, at, size, CASING);
    rectangle(&mut picture, (at.0 + 34, at.1 + 34), (size.0 - 68, size.1 - 68), GLASS);
    for ray in 0..11_i32 {
        let reach = 120 + (ray * 53) % 210;
        let end = (origin.0 + reach - (ray * 37) % 160, origin.1 + (ray * 61) % 240 - 100);
        for offset in 0..3 {
            segment(&mut picture, (origin.0, origin.1 + offset), (end.0, end.1 + offset), CRACK);
        }
    }
    jpeg(picture)
}

/// A table top with a grain: a picture without any texture would look like none.
fn table() -> RgbImage {
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let grain = u8::try_from((x / 7 + y * 3 + (x * y) / 997) % 11).unwrap_or_default();
        Rgb(TABLE.0.map(|channel| channel.saturating_sub(grain * 2)))
    })
}

fn fill(picture: &mut RgbImage, at: (u32, u32), size: (u32, u32), colour: Rgb<u8>) {
    for y in at.1..(at.1 + size.1).min(HEIGHT) {
        for x in at.0..(at.0 + size.0).min(WIDTH) {
            picture.put_pixel(x, y, colour);
        }
    }
}

/// As [`fill`], for a rectangle that may stick out on any side.
fn rectangle(picture: &mut RgbImage, at: (i32, i32), size: (i32, i32), colour: Rgb<u8>) {
    for y in at.1..at.1 + size.1 {
        for x in at.0..at.0 + size.0 {
            point(picture, (x, y), colour);
        }
    }
}

fn line(picture: &mut RgbImage, from: (u32, u32), to: (u32, u32), colour: Rgb<u8>) {
    let signed = |(x, y): (u32, u32)| (x.cast_signed(), y.cast_signed());
    segment(picture, signed(from), signed(to), colour);
}

fn segment(picture: &mut RgbImage, from: (i32, i32), to: (i32, i32), colour: Rgb<u8>) {
    let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).max(1);
    for step in 0..=steps {
        point(picture, (from.0 + (to.0 - from.0) * step / steps, from.1 + (to.1 - from.1) * step / steps), colour);
    }
}

fn point(picture: &mut RgbImage, (x, y): (i32, i32), colour: Rgb<u8>) {
    if let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y))
        && x < WIDTH
        && y < HEIGHT
    {
        picture.put_pixel(x, y, colour);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a picture that is encoded is done with")]
fn jpeg(picture: RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 88)
        .encode_image(&picture)
        .expect("encoding into memory fails only for pictures larger than a JPEG can be");
    bytes
}
