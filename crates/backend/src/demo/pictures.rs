//! Draws the photos of the claims: a dented box, its label, and a broken screen three times.
//!
//! Drawings show nobody's property. They are checked in the same way as a customer's photos.

use std::sync::LazyLock;

use damage_report_rules::advice::Advice;
use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops};

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 900;

/// How many times smaller the photos of [`small`] are.
const SHRINK: u32 = 2;

const TABLE: Rgb<u8> = Rgb([196, 178, 156]);
const CARDBOARD: Rgb<u8> = Rgb([173, 128, 84]);
const SHADE: Rgb<u8> = Rgb([128, 92, 58]);
const PAPER: Rgb<u8> = Rgb([244, 243, 238]);
const INK: Rgb<u8> = Rgb([28, 28, 32]);
const CRACK: Rgb<u8> = Rgb([205, 214, 226]);

/// The colours of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colours {
    casing: Rgb<u8>,
    glass: Rgb<u8>,
}

/// White, with a dark screen.
pub(super) const WHITE: Colours = Colours { casing: Rgb([232, 233, 236]), glass: Rgb([36, 42, 56]) };
/// Black, with a screen that is on.
pub(super) const BLACK: Colours = Colours { casing: Rgb([44, 44, 48]), glass: Rgb([62, 98, 142]) };
/// Silver, with a light screen.
pub(super) const SILVER: Colours = Colours { casing: Rgb([188, 192, 196]), glass: Rgb([92, 118, 112]) };

/// The photos of a claim, as files.
#[derive(Clone, Debug)]
pub(super) struct Pictures {
    pub(super) packaging: Vec<u8>,
    pub(super) label: Vec<u8>,
    pub(super) device: [Vec<u8>; 3],
}

/// Photos that are large enough to be looked at closely, of a white device.
pub(super) fn large() -> Pictures {
    Pictures {
        packaging: jpeg(&packaging()),
        label: jpeg(&label()),
        device: device(WHITE).map(|picture| jpeg(&picture)),
    }
}

/// Small photos, which many claims can have without a long start.
pub(super) fn small(colours: Colours) -> Pictures {
    static PARCEL: LazyLock<[Vec<u8>; 2]> =
        LazyLock::new(|| [packaging(), label()].map(|picture| jpeg(&shrunk(&picture))));
    let [packaging, label] = PARCEL.clone();
    Pictures { packaging, label, device: device(colours).map(|picture| jpeg(&shrunk(&picture))) }
}

/// A small photo of which the customer was advised to take another, and sent it all the same.
pub(super) fn poor(colours: Colours, advice: Advice) -> Vec<u8> {
    let front = shrunk(&front(colours));
    jpeg(&match advice {
        Advice::Dark => imageops::brighten(&front, -110),
        Advice::BurntOut => imageops::brighten(&front, 120),
        Advice::Blurred | Advice::Small | Advice::Alike => imageops::fast_blur(&front, 5.0),
    })
}

fn shrunk(picture: &RgbImage) -> RgbImage {
    RgbImage::from_fn(WIDTH / SHRINK, HEIGHT / SHRINK, |x, y| *picture.get_pixel(x * SHRINK, y * SHRINK))
}

/// The device from the front, closer at a corner, and at its edge.
fn device(colours: Colours) -> [RgbImage; 3] {
    [
        front(colours),
        screen(colours, (-160, 120), (1180, 720), (210, 330)),
        screen(colours, (120, 360), (960, 250), (280, 420)),
    ]
}

fn front(colours: Colours) -> RgbImage {
    screen(colours, (170, 190), (860, 520), (300, 280))
}

fn packaging() -> RgbImage {
    let mut picture = table();
    fill(&mut picture, (220, 200), (760, 560), CARDBOARD);
    fill(&mut picture, (220, 440), (760, 44), SHADE);
    // The dented corner.
    for step in 0..90 {
        line(&mut picture, (220, 200 + step), (310 - step, 200), SHADE);
    }
    picture
}

fn label() -> RgbImage {
    let mut picture = table();
    fill(&mut picture, (60, 60), (1080, 780), CARDBOARD);
    fill(&mut picture, (260, 140), (680, 620), PAPER);
    for bar in 0..72 {
        // The widths follow no pattern that a barcode reader could decode.
        fill(&mut picture, (310 + bar * 8, 480), (2 + (bar * 7 + bar / 3) % 5, 180), INK);
    }
    for text in 0..5 {
        fill(&mut picture, (310, 200 + text * 44), (420 - (text * 67) % 190, 16), INK);
    }
    picture
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
fn screen(colours: Colours, at: (i32, i32), size: (i32, i32), origin: (i32, i32)) -> RgbImage {
    let mut picture = table();
    fill(&mut picture, at, size, colours.casing);
    fill(&mut picture, (at.0 + 34, at.1 + 34), (size.0 - 68, size.1 - 68), colours.glass);
    for (ray, (x, y)) in RAYS.into_iter().enumerate() {
        let reach = 5 + i32::try_from(ray * 7 % 6).unwrap_or_default();
        let middle = (origin.0 + x * reach, origin.1 + y * reach);
        crack(&mut picture, colours.glass, origin, middle);
        // Cracks bend halfway.
        crack(&mut picture, colours.glass, middle, (middle.0 + x * 4 + y * 2, middle.1 + y * 6 - x));
    }
    picture
}

/// A table top with a grain, because a picture without texture looks artificial. All photos have the same one.
fn table() -> RgbImage {
    static DRAWN: LazyLock<RgbImage> = LazyLock::new(|| RgbImage::from_fn(WIDTH, HEIGHT, grain));
    DRAWN.clone()
}

fn grain(x: u32, y: u32) -> Rgb<u8> {
    let mixed = (x / 5).wrapping_mul(0x9e37_79b9) ^ (y / 2).wrapping_mul(0x85eb_ca6b);
    let grain = (mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d) >> 28;
    Rgb(TABLE.0.map(|channel| channel.saturating_sub(u8::try_from(grain).unwrap_or_default())))
}

/// Fills a rectangle, which may extend beyond the picture, row by row: pixel by pixel, a build without optimisation takes many times
/// as long, and the demo's start with it.
fn fill(picture: &mut RgbImage, at: (i32, i32), size: (i32, i32), colour: Rgb<u8>) {
    let inside = |from: i32, length: i32, end: u32| {
        let clipped = |at: i32| u32::try_from(at).unwrap_or_default().min(end) as usize;
        clipped(from)..clipped(from + length)
    };
    let (columns, rows) = (inside(at.0, size.0, WIDTH), inside(at.1, size.1, HEIGHT));
    let row = colour.0.repeat(columns.len());
    for pixels in picture.chunks_exact_mut(WIDTH as usize * colour.0.len()).take(rows.end).skip(rows.start) {
        pixels[columns.start * colour.0.len()..][..row.len()].copy_from_slice(&row);
    }
}

fn line(picture: &mut RgbImage, from: (i32, i32), to: (i32, i32), colour: Rgb<u8>) {
    for at in between(from, to) {
        fill(picture, at, (1, 1), colour);
    }
}

/// A crack is three pixels wide, and is drawn on glass only.
fn crack(picture: &mut RgbImage, glass: Rgb<u8>, from: (i32, i32), to: (i32, i32)) {
    for (x, y) in between(from, to) {
        for y in y..y + 3 {
            let at = (u32::try_from(x).unwrap_or(u32::MAX), u32::try_from(y).unwrap_or(u32::MAX));
            if picture.get_pixel_checked(at.0, at.1) == Some(&glass) {
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

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 88)
        .encode_image(picture)
        .expect("encoding into memory fails only for pictures larger than a JPEG can be");
    bytes
}
