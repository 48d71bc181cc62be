//! The scenes on the pictures: a dented box, its label, a broken phone, with the grain of a photograph, and in each
//! corner a colour that tells which corner it is.
//!
//! A picture is drawn coarse to fine: enlarged by two again and again, with some more noise each time. That gives the
//! irregularity at every scale that makes photographs large and hard to compress.

use image::{DynamicImage, Rgb, RgbImage, imageops::FilterType};

/// From how far down the enlarging starts: 4000 pixels begin as 7.
const DOUBLINGS: u32 = 9;
/// At which size things are drawn: a quarter, so that their edges come out as soft as a lens leaves them.
const DRAWN_AT: u32 = 2;
/// How much noise each size gets; the finest is the sensor's own.
const GRAIN: [u8; DOUBLINGS as usize + 1] = [20, 16, 12, 10, 9, 10, 12, 14, 16, 18];
/// A prime number of noise bytes: rows of pixels are never a multiple of it, so that no pattern shows.
const GRAINS: usize = 65_521;
/// The corners' squares, in hundredths of the shorter side.
const CORNER_PERCENT: u32 = 12;

/// The ways in which glass breaks from where it was hit.
const RAYS: [(f32, f32); 9] = [
    (1.0, 0.1),
    (0.8, 0.6),
    (0.3, 0.9),
    (-0.2, 1.0),
    (-0.7, 0.6),
    (-1.0, -0.1),
    (-0.6, -0.8),
    (0.1, -1.0),
    (0.7, -0.7),
];

const TABLE: Rgb<u8> = Rgb([176, 160, 140]);
const CARDBOARD: Rgb<u8> = Rgb([178, 132, 86]);
const FOLD: Rgb<u8> = Rgb([132, 94, 58]);
const TAPE: Rgb<u8> = Rgb([205, 178, 132]);
const PAPER: Rgb<u8> = Rgb([236, 235, 230]);
const INK: Rgb<u8> = Rgb([34, 34, 38]);
const CASING: Rgb<u8> = Rgb([72, 98, 132]);
const GLASS: Rgb<u8> = Rgb([30, 34, 44]);
const CRACK: Rgb<u8> = Rgb([214, 222, 232]);

/// The scene of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// A box with a dent.
    Packaging,
    /// The label on it.
    Label,
    /// A phone with a broken screen.
    Front,
    /// The same from close by.
    Corner,
    /// Its back, with a scratch.
    Back,
}

/// The colours in the corners of a picture: top left, top right, bottom left, bottom right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CornerColours([Option<Colour>; 4]);

/// A corner's colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colour {
    Red,
    Green,
    Blue,
    Yellow,
}

impl CornerColours {
    /// Those of a picture the right way up.
    pub const UPRIGHT: Self = Self([Some(Colour::Red), Some(Colour::Green), Some(Colour::Blue), Some(Colour::Yellow)]);

    /// Those of `picture`.
    #[must_use]
    pub fn of(picture: &DynamicImage) -> Self {
        let (width, height) = (picture.width(), picture.height());
        let side = width.min(height) * CORNER_PERCENT / 100;
        let at = |x, y| Colour::nearest(picture.crop_imm(x, y, side / 2, side / 2));
        let (right, bottom) = (width - side * 3 / 4, height - side * 3 / 4);
        let near = side / 4;
        Self([at(near, near), at(right, near), at(near, bottom), at(right, bottom)])
    }
}

impl Colour {
    const ALL: [(Self, Rgb<u8>); 4] = [
        (Self::Red, Rgb([214, 36, 36])),
        (Self::Green, Rgb([36, 178, 60])),
        (Self::Blue, Rgb([36, 60, 214])),
        (Self::Yellow, Rgb([226, 208, 40])),
    ];

    /// The colour that `part` has on average, if it is one of ours.
    fn nearest(part: DynamicImage) -> Option<Self> {
        let average = part.resize_exact(1, 1, FilterType::Triangle).into_rgb8().get_pixel(0, 0).0;
        let is_near = |colour: &Rgb<u8>| colour.0.iter().zip(average).all(|(have, is)| have.abs_diff(is) < 60);
        Self::ALL.into_iter().find(|(_, colour)| is_near(colour)).map(|(name, _)| name)
    }
}

/// A picture of `scene`, upright.
pub(super) fn draw_scene(scene: Scene, width: u32, height: u32) -> DynamicImage {
    let noise = noise(scene as u32 + 1);
    let mut picture = RgbImage::from_pixel(width >> DOUBLINGS, height >> DOUBLINGS, TABLE);
    for doubling in (0..=DOUBLINGS).rev() {
        let (width, height) = (width >> doubling, height >> doubling);
        picture = DynamicImage::ImageRgb8(picture).resize_exact(width, height, FilterType::Triangle).into_rgb8();
        if doubling == DRAWN_AT {
            scene.draw(&mut Sheet(&mut picture));
            corners(&mut picture);
        }
        // Large grain differs in light, small grain in colour too, as on a sensor.
        let channels = if doubling > DRAWN_AT { 3 } else { 1 };
        add(&mut picture, &noise, GRAIN[doubling as usize], channels);
    }
    DynamicImage::ImageRgb8(picture)
}

/// A plain picture of any size, another one for each `number`.
pub(super) fn plain_picture(number: u8, width: u32, height: u32) -> RgbImage {
    let mut picture = RgbImage::from_pixel(width, height, TABLE);
    let inset = u32::from(number) * width / 40 % (width * 3 / 8);
    Sheet(&mut picture).fill((width / 8 + inset, height / 6), (width * 3 / 8, height * 5 / 12 + inset), CASING);
    add(&mut picture, &noise(u32::from(number) + 100), 24, 1);
    picture
}

impl Scene {
    fn draw(self, sheet: &mut Sheet) {
        let (width, height) = sheet.0.dimensions();
        match self {
            Self::Packaging => {
                sheet.fill((width / 5, height / 4), (width * 3 / 5, height * 11 / 20), CARDBOARD);
                sheet.fill((width / 5, height / 2), (width * 3 / 5, height / 24), TAPE);
                for step in 0..height / 7 {
                    sheet.line((width / 5, height / 4 + step), (width / 5 + height / 7 - step, height / 4), FOLD, 3);
                }
                sheet.line((width / 5, height * 2 / 5), (width * 2 / 5, height * 7 / 20), FOLD, 6);
            }
            Self::Label => {
                sheet.fill((0, 0), (width, height), CARDBOARD);
                sheet.fill((width / 6, height / 5), (width * 2 / 3, height * 3 / 5), PAPER);
                for row in 0..6 {
                    let length = width / 2 - width * (row * 7 % 5) / 24;
                    sheet.fill((width * 2 / 9, height * (6 + row) / 24), (length, height / 72), INK);
                }
                for bar in 0..60 {
                    // Widths without a pattern that a reader could take for a number.
                    let at = (width * 2 / 9 + width * bar / 110, height * 13 / 24);
                    sheet.fill(at, (2 + (bar * 7 + bar / 3) % 5, height / 6), INK);
                }
            }
            Self::Front => sheet.phone((width / 5, height / 5), (width * 3 / 5, height * 3 / 5), (9, 8)),
            Self::Corner => sheet.phone((width / 8, height / 3), (width, height), (7, 11)),
            Self::Back => {
                sheet.fill((width / 4, height / 6), (width / 2, height * 2 / 3), CASING);
                sheet.fill((width * 2 / 7, height / 5), (width / 7, height / 7), GLASS);
                sheet.line((width / 3, height / 2), (width * 2 / 3, height * 2 / 3), CRACK, 3);
            }
        }
    }
}

/// A picture to draw on. Parts outside are cut off.
struct Sheet<'a>(&'a mut RgbImage);

impl Sheet<'_> {
    /// A phone at `at`, its glass broken from `origin` on, in twentieths of the sheet.
    fn phone(&mut self, at: (u32, u32), size: (u32, u32), origin: (u32, u32)) {
        let rim = size.0.min(size.1) / 14;
        self.fill(at, size, CASING);
        self.fill((at.0 + rim, at.1 + rim), (size.0 - rim * 2, size.1 - rim * 2), GLASS);
        let (width, height) = self.0.dimensions();
        let from = (width * origin.0 / 20, height * origin.1 / 20);
        for (ray, (across, down)) in RAYS.into_iter().enumerate() {
            let length = size.0.min(size.1) as f32 * [0.34, 0.2, 0.44, 0.26][ray % 4];
            let end = |from: u32, way: f32| (from as f32 + way * length).max(0.0) as u32;
            self.line(from, (end(from.0, across), end(from.1, down)), CRACK, 3);
        }
    }

    fn fill(&mut self, at: (u32, u32), size: (u32, u32), colour: Rgb<u8>) {
        for y in at.1..(at.1 + size.1).min(self.0.height()) {
            for x in at.0..(at.0 + size.0).min(self.0.width()) {
                self.0.put_pixel(x, y, colour);
            }
        }
    }

    fn line(&mut self, from: (u32, u32), to: (u32, u32), colour: Rgb<u8>, thickness: u32) {
        let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1)).max(1);
        let between = |from: u32, to: u32, step: u32| (from * (steps - step) + to * step) / steps;
        for step in 0..=steps {
            let at = (between(from.0, to.0, step), between(from.1, to.1, step));
            self.fill(at, (thickness, thickness), colour);
        }
    }
}

fn corners(picture: &mut RgbImage) {
    let (width, height) = picture.dimensions();
    let side = width.min(height) * CORNER_PERCENT / 100;
    let corners = [(0, 0), (width - side, 0), (0, height - side), (width - side, height - side)];
    for (at, (_, colour)) in corners.into_iter().zip(Colour::ALL) {
        Sheet(picture).fill(at, (side, side), colour);
    }
}

/// Adds noise of at most `grain` either way, the same to as many `channels` that follow each other.
fn add(picture: &mut RgbImage, noise: &[u8], grain: u8, channels: usize) {
    let span = u16::from(grain) * 2 + 1;
    let grains: Vec<u8> = noise.iter().map(|byte| (u16::from(*byte) * span / 256) as u8).collect();
    for row in picture.chunks_mut(GRAINS * channels) {
        for (bytes, more) in row.chunks_mut(channels).zip(&grains) {
            for byte in bytes {
                *byte = byte.saturating_add(*more).saturating_sub(grain);
            }
        }
    }
}

/// Bytes without a pattern, the same ones on every machine: Marsaglia's xorshift of 32 bits.
fn noise(seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 24) as u8
    };
    (0..GRAINS).map(|_| next()).collect()
}
