//! Simulates a camera: focus, motion, light, noise, the hand that holds it, JPEG, and the reduction to the size that the
//! advice is computed from.

use std::sync::LazyLock;

use image::{DynamicImage, GrayImage, ImageFormat, Luma, codecs::jpeg::JpegEncoder, imageops::FilterType};

use crate::picture::{Dice, add};

/// The longer side of the luma copy, as the photo processor gives it.
const LUMA_SIDE: u32 = 320;

/// Grey noise, Gaussian enough: 128 is nothing, and the standard deviation is 36.
static GRAIN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let dice = &mut Dice::new(77);
    (0..65_521).map(|_| (0..4).map(|_| dice.between(0.0, 64.0)).sum::<f32>() as u8).collect()
});

/// Moved by `(x, y)` pixels while the shutter was open.
pub(crate) fn moved(picture: &GrayImage, (x, y): (f32, f32)) -> GrayImage {
    let steps = x.abs().max(y.abs()).ceil().max(1.0) as i32;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let rows: Vec<&[u8]> = picture.chunks_exact(width).collect();
    let mut sums = vec![0_u16; width];
    let mut moved = GrayImage::new(picture.width(), picture.height());
    for (at, out) in moved.chunks_exact_mut(width).enumerate() {
        sums.fill(0);
        for step in 0..=steps {
            let share = step as f32 / steps as f32 - 0.5;
            let (left, down) = ((x * share).round() as i32, (y * share).round() as i32);
            let row = rows[(at as i32 + down).clamp(0, height as i32 - 1) as usize];
            let skipped = left.unsigned_abs() as usize;
            // Beyond the edge, the edge goes on.
            let (inside, source) =
                if left < 0 { (&mut sums[skipped..], row) } else { (&mut sums[..], &row[skipped..]) };
            inside.iter_mut().zip(source).for_each(|(sum, pixel)| *sum += u16::from(*pixel));
            let (edge, outside) =
                if left < 0 { (row[0], 0..skipped) } else { (row[width - 1], width - skipped..width) };
            sums[outside].iter_mut().for_each(|sum| *sum += u16::from(edge));
        }
        let count = steps as u16 + 1;
        out.iter_mut().zip(&sums).for_each(|(pixel, sum)| *pixel = ((sum + count / 2) / count) as u8);
    }
    moved
}

/// Out of focus: every point becomes a hexagon of this radius, as six blades make it.
pub(crate) fn defocused(picture: &GrayImage, radius: f32) -> GrayImage {
    let (half, tall) = (radius * 0.5, radius * 0.866);
    let once = moved(picture, (radius, 0.0));
    let twice = moved(&once, (half, tall));
    moved(&twice, (half, -tall))
}

/// Close up: what is in the middle is in focus, the rest is out of it by this radius.
pub(crate) fn shallow(picture: &GrayImage, radius: f32) -> GrayImage {
    let mut shallow = defocused(picture, radius);
    let (width, height) = picture.dimensions();
    let middle = (width / 6, height / 6);
    let sharp = DynamicImage::ImageLuma8(picture.clone()).crop_imm(middle.0, middle.1, width * 2 / 3, height * 2 / 3);
    image::imageops::replace(&mut shallow, &sharp.into_luma8(), middle.0.into(), middle.1.into());
    shallow
}

/// Exposed by so many stops more or less, through the tone curve of a camera; what becomes too bright is white.
pub(crate) fn exposed(picture: &GrayImage, stops: f32) -> GrayImage {
    let gain = stops.exp2();
    let curve: Vec<u8> = (0..256_u16)
        .map(|value| {
            let light = (f32::from(value) / 255.0).powf(2.2) * gain;
            (light.powf(1.0 / 2.2) * 255.0).min(255.0).round() as u8
        })
        .collect();
    let mut exposed = picture.clone();
    exposed.iter_mut().for_each(|pixel| *pixel = curve[usize::from(*pixel)]);
    exposed
}

/// With the noise of a sensor, of this standard deviation.
pub(crate) fn noisy(picture: &GrayImage, deviation: f32, dice: &mut Dice) -> GrayImage {
    let mut noisy = picture.clone();
    add(&mut noisy, &GRAIN[dice.between(0.0, 60_000.0) as usize..], deviation / 36.0);
    noisy
}

/// Through JPEG of this quality.
pub(crate) fn compressed(picture: &GrayImage, quality: u8) -> GrayImage {
    let mut bytes = vec![];
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).expect("it is written to memory");
    image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).expect("it was just written").into_luma8()
}

/// The part of it from `(x, y)` on that keeps `share` of each side, all in parts of one.
pub(crate) fn cropped(picture: &GrayImage, (x, y): (f32, f32), share: f32) -> GrayImage {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let part = DynamicImage::ImageLuma8(picture.clone()).crop_imm(
        (width * x) as u32,
        (height * y) as u32,
        (width * share) as u32,
        (height * share) as u32,
    );
    part.into_luma8()
}

/// Taken again by a hand that moved: turned by `turn` radians, `zoom` times as near, shifted by parts of the longer
/// side.
pub(crate) fn retaken(picture: &GrayImage, turn: f32, zoom: f32, shift: (f32, f32)) -> GrayImage {
    let (width, height) = (picture.width(), picture.height());
    let (sin, cos) = (turn.sin() / zoom, turn.cos() / zoom);
    let middle = (width as f32 / 2.0, height as f32 / 2.0);
    GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32 - middle.0, y as f32 - middle.1);
        let from = (x * cos - y * sin + middle.0, x * sin + y * cos + middle.1);
        let (x, y) = (from.0 + shift.0 * width as f32, from.1 + shift.1 * width as f32);
        let (x, y) = (x.clamp(0.0, width as f32 - 1.001), y.clamp(0.0, height as f32 - 1.001));
        let (left, top, across, down) = (x as u32, y as u32, x.fract(), y.fract());
        let at = |x, y| f32::from(picture.get_pixel(x, y).0[0]);
        let above = at(left, top) * (1.0 - across) + at((left + 1).min(width - 1), top) * across;
        let below = (top + 1).min(height - 1);
        let under = at(left, below) * (1.0 - across) + at((left + 1).min(width - 1), below) * across;
        Luma([(above * (1.0 - down) + under * down) as u8])
    })
}

/// Turned by a quarter, `times` times.
pub(crate) fn turned(picture: &GrayImage, times: u8) -> GrayImage {
    let picture = DynamicImage::ImageLuma8(picture.clone());
    match times % 4 {
        1 => picture.rotate90(),
        2 => picture.rotate180(),
        3 => picture.rotate270(),
        _ => picture,
    }
    .into_luma8()
}

/// The copy that is judged.
pub(crate) fn luma(picture: &GrayImage) -> GrayImage {
    let longer = picture.width().max(picture.height());
    let side = |side: u32| (side * LUMA_SIDE / longer).max(1);
    let (width, height) = (side(picture.width()), side(picture.height()));
    DynamicImage::ImageLuma8(picture.clone()).resize_exact(width, height, FilterType::Triangle).into_luma8()
}
