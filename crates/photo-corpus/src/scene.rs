//! The content of the pictures: a different colour in each corner, and grain between, so that a missing, moved or discoloured part is
//! detected.

use image::{DynamicImage, ImageDecoder as _, ImageReader, Rgb, RgbImage, Rgba, RgbaImage, metadata::Orientation};

use crate::exif;

/// Red, green, blue and yellow: top left, top right, bottom left, bottom right.
pub(crate) const CORNERS: [[u8; 3]; 4] = [[214, 36, 36], [36, 178, 60], [36, 60, 214], [226, 208, 40]];
/// The side of a corner's square.
const CORNER: u32 = 96;
/// The side of the squares over which pictures are compared.
const BOX: u32 = 32;

/// The content and the size of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scene {
    /// In pixels, upright.
    pub width: u32,
    /// In pixels, upright.
    pub height: u32,
    /// How it is painted.
    pub paint: Paint,
    /// How far a colour may be off, in levels, on average over a square.
    pub tolerance: u8,
}

/// How a scene is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// In colours.
    Colours,
    /// In greys, as Rec. 601 weighs colours.
    Greys,
    /// In colours, with a hole in the middle through which white is seen.
    Hole,
    /// In greys, with that hole.
    GreyHole,
    /// In the four colours of the corners alone, on white with that hole.
    Flat,
    /// In black and white: too little to tell corners by their colours, but not by what is black.
    BlackAndWhite,
}

/// The picture without its alpha channel.
pub(crate) fn without_alpha(picture: &RgbaImage) -> RgbImage {
    DynamicImage::from(picture.clone()).into_rgb8()
}

impl Scene {
    /// The usual one: both sides are multiples of 32.
    pub(crate) const USUAL: Self = Self { width: 416, height: 544, paint: Paint::Colours, tolerance: 9 };

    pub(crate) fn with_size(width: u32, height: u32) -> Self {
        Self { width, height, ..Self::USUAL }
    }

    pub(crate) fn with_paint(paint: Paint) -> Self {
        Self { paint, ..Self::USUAL }
    }

    pub(crate) fn with_tolerance(self, tolerance: u8) -> Self {
        Self { tolerance, ..self }
    }

    /// The picture, see-through where there is a hole.
    pub(crate) fn draw(self) -> RgbaImage {
        RgbaImage::from_fn(self.width, self.height, |x, y| self.pixel(x, y))
    }

    /// The picture as it is to be seen: on white.
    pub(crate) fn draw_on_white(self) -> RgbImage {
        RgbImage::from_fn(self.width, self.height, |x, y| match self.pixel(x, y).0 {
            [.., 0] => Rgb([255; 3]),
            [r, g, b, _] => Rgb([r, g, b]),
        })
    }

    fn pixel(self, x: u32, y: u32) -> Rgba<u8> {
        let (left, top) = (x < CORNER, y < CORNER);
        let (right, bottom) = (x >= self.width - CORNER, y >= self.height - CORNER);
        let corner = match (left, top, right, bottom) {
            (true, true, ..) => Some(0),
            (_, true, true, _) => Some(1),
            (true, _, _, true) => Some(2),
            (_, _, true, true) => Some(3),
            _ => None,
        };
        let is_hole = matches!(self.paint, Paint::Hole | Paint::GreyHole | Paint::Flat)
            && x.abs_diff(self.width / 2) < CORNER / 2
            && y.abs_diff(self.height / 2) < CORNER / 2;
        if is_hole {
            return Rgba([0; 4]);
        }
        let [r, g, b] = match corner {
            Some(corner) => CORNERS[corner],
            None if self.paint == Paint::Flat => [255; 3],
            None => grain(x, y),
        };
        let luma = ((u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29) >> 8) as u8;
        match self.paint {
            Paint::Greys | Paint::GreyHole => Rgba([luma, luma, luma, 255]),
            // Red and blue are black, green and yellow white; between them stripes.
            Paint::BlackAndWhite => {
                let is_white = corner.map_or((y / 8).is_multiple_of(3), |corner| corner == 1 || corner == 3);
                let level = if is_white { 255 } else { 0 };
                Rgba([level, level, level, 255])
            }
            _ => Rgba([r, g, b, 255]),
        }
    }

    /// Compares `file`, turned upright, with this scene. The error is the difference.
    pub(crate) fn compare(self, file: &[u8]) -> Result<(), String> {
        let seen = shown(file)?;
        if seen.dimensions() != (self.width, self.height) {
            return Err(format!("{:?} in place of {:?}", seen.dimensions(), (self.width, self.height)));
        }
        let right = self.draw_on_white();
        for y in (0..self.height).step_by(BOX as usize) {
            for x in (0..self.width).step_by(BOX as usize) {
                let (seen, right) = (average(&seen, x, y), average(&right, x, y));
                if seen.iter().zip(right).any(|(seen, right)| seen.abs_diff(right) > self.tolerance) {
                    return Err(format!("{seen:?} at {x}, {y} in place of {right:?}"));
                }
            }
        }
        Ok(())
    }
}

/// The picture in `file`, turned as its EXIF says, on white.
fn shown(file: &[u8]) -> Result<RgbImage, String> {
    let reader =
        ImageReader::new(std::io::Cursor::new(file)).with_guessed_format().map_err(|error| error.to_string())?;
    let mut decoder = reader.into_decoder().map_err(|error| format!("what came of it cannot be read: {error}"))?;
    let orientation = exif::orientation_of(file).and_then(Orientation::from_exif);
    let profile = decoder.icc_profile().ok().flatten();
    let mut picture =
        DynamicImage::from_decoder(decoder).map_err(|error| format!("what came of it is broken: {error}"))?;
    picture.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    let mut picture = picture.into_rgba8();
    if let Some(profile) = profile {
        crate::icc::convert_to_srgb(&mut picture, &profile);
    }
    Ok(RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let Rgba([r, g, b, alpha]) = *picture.get_pixel(x, y);
        let over_white =
            |level: u8| ((u32::from(level) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255) as u8;
        Rgb([r, g, b].map(over_white))
    }))
}

fn average(picture: &RgbImage, left: u32, top: u32) -> [u8; 3] {
    let (right, bottom) = ((left + BOX).min(picture.width()), (top + BOX).min(picture.height()));
    let mut sums = [0_u32; 3];
    for y in top..bottom {
        for x in left..right {
            for (sum, level) in sums.iter_mut().zip(picture.get_pixel(x, y).0) {
                *sum += u32::from(level);
            }
        }
    }
    sums.map(|sum| (sum / ((right - left) * (bottom - top))) as u8)
}

/// Something between a gradient and noise: colours that differ from place to place, and edges in every block.
fn grain(x: u32, y: u32) -> [u8; 3] {
    let noise = (x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0xc2b2_ae35) >> 27;
    [70 + x % 256 / 4 + noise, 90 + y % 256 / 4 + noise, 160 - (x + y) % 256 / 4 + noise].map(|level| level as u8)
}
