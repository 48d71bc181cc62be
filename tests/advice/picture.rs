//! A grey picture, what can be drawn on it, and the dice that make every picture another one.
//!
//! Grey only: the judge sees no colours.

use image::{DynamicImage, GrayImage, Luma, imageops::FilterType};

/// Width and height of a picture as it is drawn and photographed: a quarter of what the photo processor sends.
///
/// Blur, noise and turning are applied at this size and then made smaller, as on a photo: a pixel of blur here is four
/// of 2048, the least that could be seen at the size that is judged.
pub(crate) const SIZE: (u32, u32) = (512, 384);

/// How much larger things are drawn, for soft edges.
const OVERSAMPLING: u32 = 2;

/// Numbers without a pattern, the same ones on every machine: Marsaglia's xorshift of 64 bits.
#[derive(Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    /// A number from `low` up to `high`.
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.next() % 65_536) as f32 / 65_536.0
    }

    /// One of `all`.
    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.next() as usize % all.len()]
    }
}

/// A sheet to draw on, in units of its shorter side, from its middle.
pub(crate) struct Sheet {
    pixels: GrayImage,
    view: View,
}

/// From where an object is seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// How large a unit of the object is, in shorter sides.
    pub(crate) zoom: f32,
    /// By how much it is turned, in radians.
    pub(crate) turn: f32,
    /// Where its middle is, in shorter sides from the middle of the picture.
    pub(crate) at: (f32, f32),
    /// How strongly what is further up is further away.
    pub(crate) tilt: f32,
}

impl View {
    /// Straight from above, a unit as long as the shorter side.
    pub(crate) const PLAIN: Self = Self { zoom: 1.0, turn: 0.0, at: (0.0, 0.0), tilt: 0.0 };

    /// One as people take them.
    pub(crate) fn by_hand(dice: &mut Dice) -> Self {
        Self {
            zoom: dice.between(0.5, 0.75),
            turn: dice.between(-0.25, 0.25),
            at: (dice.between(-0.12, 0.12), dice.between(-0.06, 0.06)),
            tilt: dice.between(-0.15, 0.25),
        }
    }

    fn project(self, (x, y): (f32, f32), (width, height): (f32, f32)) -> (f32, f32) {
        let (sin, cos) = self.turn.sin_cos();
        let (x, y) = (x * cos - y * sin, x * sin + y * cos);
        let scale = self.zoom / (1.0 - self.tilt * y) * height;
        (width / 2.0 + x * scale + self.at.0 * height, height / 2.0 + y * scale + self.at.1 * height)
    }
}

impl Sheet {
    /// A sheet of one grey.
    pub(crate) fn new(grey: u8, (width, height): (u32, u32), view: View) -> Self {
        let pixels = GrayImage::from_pixel(width * OVERSAMPLING, height * OVERSAMPLING, Luma([grey]));
        Self { pixels, view }
    }

    /// Fills the polygon with these corners, the last joined to the first.
    pub(crate) fn polygon(&mut self, corners: &[(f32, f32)], grey: u8) {
        let size = (self.pixels.width() as f32, self.pixels.height() as f32);
        let corners: Vec<_> = corners.iter().map(|corner| self.view.project(*corner, size)).collect();
        let width = self.pixels.width() as usize;
        let heights = || corners.iter().map(|corner| corner.1);
        let top = heights().fold(f32::MAX, f32::min).max(0.0) as usize;
        let bottom = heights().fold(0.0, f32::max).ceil() as usize;
        for (y, row) in self.pixels.chunks_exact_mut(width).enumerate().take(bottom).skip(top) {
            let y = y as f32 + 0.5;
            let mut crossings: Vec<f32> = vec![];
            for (n, from) in corners.iter().enumerate() {
                let to = corners[(n + 1) % corners.len()];
                if (from.1 <= y) != (to.1 <= y) {
                    crossings.push(from.0 + (y - from.1) / (to.1 - from.1) * (to.0 - from.0));
                }
            }
            crossings.sort_by(f32::total_cmp);
            for span in crossings.chunks_exact(2) {
                let (from, to) = (span[0].round().max(0.0) as usize, span[1].round().max(0.0) as usize);
                if let Some(span) = row.get_mut(from.min(width)..to.min(width)) {
                    span.fill(grey);
                }
            }
        }
    }

    /// An upright rectangle around `at`.
    pub(crate) fn rectangle(&mut self, at: (f32, f32), size: (f32, f32), grey: u8) {
        let (x, y) = (size.0 / 2.0, size.1 / 2.0);
        let corners = [(-x, -y), (x, -y), (x, y), (-x, y)].map(|(x, y)| (at.0 + x, at.1 + y));
        self.polygon(&corners, grey);
    }

    /// A disc around `at`.
    pub(crate) fn disc(&mut self, at: (f32, f32), radius: f32, grey: u8) {
        let corner = |n: u8| {
            let (sin, cos) = (f32::from(n) * std::f32::consts::TAU / 24.0).sin_cos();
            (at.0 + radius * cos, at.1 + radius * sin)
        };
        self.polygon(&std::array::from_fn::<_, 24, _>(|n| corner(n as u8)), grey);
    }

    /// A stroke.
    pub(crate) fn line(&mut self, from: (f32, f32), to: (f32, f32), thickness: f32, grey: u8) {
        let (x, y) = (to.0 - from.0, to.1 - from.1);
        let length = x.hypot(y).max(1e-6);
        let (x, y) = (-y / length * thickness / 2.0, x / length * thickness / 2.0);
        self.polygon(
            &[(from.0 + x, from.1 + y), (to.0 + x, to.1 + y), (to.0 - x, to.1 - y), (from.0 - x, from.1 - y)],
            grey,
        );
    }

    /// Lines of words: strokes of the height of letters with gaps between them.
    pub(crate) fn text(&mut self, at: (f32, f32), size: (f32, f32), letter: f32, grey: u8, dice: &mut Dice) {
        let mut y = at.1;
        while y + letter < at.1 + size.1 {
            let mut x = at.0;
            let end = at.0 + size.0 * dice.between(0.5, 1.0);
            while x < end {
                let stem = letter * dice.between(0.15, 0.3);
                let height = letter * dice.one_of(&[0.7, 0.7, 1.0]);
                self.rectangle((x + stem / 2.0, y + letter - height / 2.0), (stem, height), grey);
                if dice.between(0.0, 1.0) < 0.6 {
                    let bar = y + letter - height * dice.one_of(&[0.1, 0.5, 0.9]);
                    self.rectangle((x + letter * 0.3, bar), (letter * 0.6, letter * 0.16), grey);
                }
                x += letter * dice.one_of(&[0.6, 0.7, 0.8, 1.4]);
            }
            y += letter * 1.8;
        }
    }

    /// The picture, in its own size.
    pub(crate) fn finish(self) -> GrayImage {
        let (width, height) = (self.pixels.width() / OVERSAMPLING, self.pixels.height() / OVERSAMPLING);
        DynamicImage::ImageLuma8(self.pixels).resize_exact(width, height, FilterType::Triangle).into_luma8()
    }
}

/// Adds what `texture` (grey 128 is nothing) is worth, `strength` times.
pub(crate) fn add(picture: &mut GrayImage, texture: &[u8], strength: f32) {
    let weight = (strength * 256.0) as i32;
    let worth: Vec<i16> = (0..256).map(|value| (((value - 128) * weight) >> 8) as i16).collect();
    for (pixel, value) in picture.iter_mut().zip(texture.iter().cycle()) {
        *pixel = (i16::from(*pixel) + worth[usize::from(*value)]).clamp(0, 255) as u8;
    }
}

/// Irregular light and dark at every scale from `coarsest` cells across on, around grey 128, each scale `gain` as
/// strong as the one above it.
pub(crate) fn texture(dice: &mut Dice, (width, height): (u32, u32), coarsest: u32, gain: f32) -> GrayImage {
    let mut texture = GrayImage::from_pixel(width, height, Luma([128]));
    let (mut cells, mut strength) = (coarsest, 0.5);
    while cells < width {
        let grid =
            GrayImage::from_fn(cells, (cells * height / width).max(1), |_, _| Luma([dice.between(0.0, 256.0) as u8]));
        let octave = DynamicImage::ImageLuma8(grid).resize_exact(width, height, FilterType::CatmullRom).into_luma8();
        add(&mut texture, &octave, strength);
        (cells, strength) = (cells * 2, strength * gain);
    }
    texture
}
