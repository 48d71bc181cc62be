//! Pictures of pages, kept as references under `e2e/screenshots` and compared with what a page looks like now.
//!
//! A reference is half as large as the page and has few colours: enough for a person to see the page, and small enough
//! to keep. The comparison is coarser still: the colours of squares, which do not depend on how the edges of
//! letters are smoothed. The journeys say which pages there are.

use std::{
    env, fs,
    io::Cursor,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail, ensure};
use image::{
    DynamicImage, ImageFormat, RgbImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};
use serde::Deserialize;

use crate::environment;

/// Set to anything, the references are made anew instead of compared.
const RENEW: &str = "DAMAGE_REPORT_RENEW_SCREENSHOTS";

/// From this package to the references.
const REFERENCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/screenshots");

/// How many of a page's points, across and down, are one of a reference's.
const POINTS: u32 = 2;

/// How many levels of red, green and blue a reference has.
const LEVELS: u16 = 16;

/// The side of the squares whose colours are compared, in a reference's points: a third of a line of text.
const SQUARE: u32 = 4;

/// By how much a square's red, green or blue may differ, of 255. Letters that are not fitted to points at all stay below it
/// (`--font-render-hinting=none`); an icon that is gone, or a button a shade lighter, does not.
const SHADE: u8 = 20;

/// How many squares may differ by more: a reader sees no single one.
const SQUARES: usize = 2;

/// By how many of a reference's points a page may be longer or shorter.
const LENGTH: u32 = 1;

/// Where in a window a page is that is shown half as large as it is, in the window's points.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct PageArea {
    /// From the window's left.
    pub left: u32,
    /// From its top.
    pub top: u32,
    /// How wide the page is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
    /// How wide the window is.
    pub window: u32,
}

/// Compares the page at `place` in `picture`, a PNG, with the reference `name`; or makes it that, where the references are
/// renewed.
///
/// # Errors
///
/// When it looks otherwise, or there is no reference. Both pictures then lie side by side in `target/e2e`. And when the
/// page is not whole in the picture.
pub fn compare_with_reference(name: &str, picture: &Path, place: &PageArea) -> Result<()> {
    let picture = image::load_from_memory_with_format(&fs::read(picture)?, ImageFormat::Png)?.into_rgb8();
    let density = picture.width() / place.window;
    let [left, top, width, height] = [place.left, place.top, place.width, place.height].map(|points| points * density);
    ensure!(top + height <= picture.height(), "{name} is longer than the window");
    let page = image::imageops::crop_imm(&picture, left, top, width, height).to_image();
    let now = few_colours(shrink(&page, place.width));
    let path = Path::new(REFERENCES).join(format!("{name}.png"));
    if env::var_os(RENEW).is_some() {
        fs::create_dir_all(REFERENCES)?;
        fs::write(&path, png(&now)?)?;
        return Ok(());
    }
    let Ok(reference) = fs::read(&path) else {
        leave(name, &now, None)?;
        bail!("there is no {}: {RENEW}=1 makes it", path.display());
    };
    let reference = image::load_from_memory_with_format(&reference, ImageFormat::Png)?.into_rgb8();
    let Some(difference) = difference(&reference, &now) else { return Ok(()) };
    let left = leave(name, &now, Some(&reference))?;
    bail!(
        "{name} looks otherwise: {difference}. Left is as it was, right as it is: {}. If it is to look so, {RENEW}=1 \
         renews the references. (Letters are Liberation Sans here, which `cargo xtask test` installs.)",
        left.display()
    )
}

/// The visible difference, if any.
fn difference(reference: &RgbImage, now: &RgbImage) -> Option<String> {
    if reference.width() != now.width() || reference.height().abs_diff(now.height()) > LENGTH {
        let size = |picture: &RgbImage| format!("{} by {}", picture.width() * POINTS, picture.height() * POINTS);
        return Some(format!("it was {} points large and is {}", size(reference), size(now)));
    }
    let squares = squares(reference).into_iter().zip(squares(now));
    let differing: Vec<_> = squares.filter(|((_, was), (_, is))| farthest(*was, *is) > SHADE).collect();
    let ((place, was), (_, is)) = differing.first()?;
    let at = place.map(|square| square * SQUARE * POINTS);
    (differing.len() > SQUARES).then(|| {
        format!(
            "{} places differ, the first at {at:?} from the left and top: {was:?} then, {is:?} now",
            differing.len()
        )
    })
}

/// The colours of the whole squares of `picture`, each with its place.
fn squares(picture: &RgbImage) -> Vec<([u32; 2], [u8; 3])> {
    let (across, down) = (picture.width() / SQUARE, picture.height() / SQUARE);
    let places = (0..down).flat_map(|y| (0..across).map(move |x| [x, y]));
    places.map(|[x, y]| ([x, y], mean(picture, [x, y].map(|at| [at * SQUARE, (at + 1) * SQUARE])))).collect()
}

fn farthest(one: [u8; 3], other: [u8; 3]) -> u8 {
    one.iter().zip(other).map(|(one, other)| one.abs_diff(other)).max().unwrap_or(0)
}

/// `picture`, `width` wide: each point is the mean of those that it stands for.
fn shrink(picture: &RgbImage, width: u32) -> RgbImage {
    let height = (picture.height() * width / picture.width()).max(1);
    let span = |at: u32, of: u32, whole: u32| [at * whole / of, ((at + 1) * whole / of).max(at * whole / of + 1)];
    RgbImage::from_fn(width, height, |x, y| {
        image::Rgb(mean(picture, [span(x, width, picture.width()), span(y, height, picture.height())]))
    })
}

/// The mean colour of what lies between two columns and two rows.
fn mean(picture: &RgbImage, [[left, right], [top, bottom]]: [[u32; 2]; 2]) -> [u8; 3] {
    let mut sum = [0; 3];
    for y in top..bottom {
        for x in left..right {
            let point = picture.get_pixel(x, y).0;
            sum.iter_mut().zip(point).for_each(|(sum, value)| *sum += u32::from(value));
        }
    }
    let points = (right - left) * (bottom - top);
    sum.map(|sum| u8::try_from(sum / points).unwrap_or(u8::MAX))
}

/// `picture` with no more than [`LEVELS`] of each colour: a third of the bytes, and nobody misses them.
fn few_colours(mut picture: RgbImage) -> RgbImage {
    for value in picture.iter_mut() {
        let level = (u16::from(*value) * (LEVELS - 1) + 127) / 255;
        *value = u8::try_from(level * 255 / (LEVELS - 1)).unwrap_or(u8::MAX);
    }
    picture
}

fn png(picture: &RgbImage) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::Adaptive);
    DynamicImage::ImageRgb8(picture.clone()).write_with_encoder(encoder)?;
    Ok(bytes.into_inner())
}

/// Writes the picture of `now` next to the reference, and returns the path.
fn leave(name: &str, now: &RgbImage, reference: Option<&RgbImage>) -> Result<PathBuf> {
    let folder = environment::e2e_target_folder()?.join("screenshots");
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{name}.png"));
    let pictures: Vec<_> = reference.into_iter().chain([now]).collect();
    let width = pictures.iter().map(|picture| picture.width()).sum();
    let height = pictures.iter().map(|picture| picture.height()).max().unwrap_or(0);
    let mut both = RgbImage::new(width, height);
    let mut left = 0;
    for picture in pictures {
        picture.enumerate_pixels().for_each(|(x, y, point)| both.put_pixel(left + x, y, *point));
        left += picture.width();
    }
    fs::write(&path, png(&both)?)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of 100 by 60 points with a button in `colour` at `top`.
    fn page(colour: [u8; 3], top: u32) -> RgbImage {
        RgbImage::from_fn(50, 30, |x, y| {
            let is_button = (10..40).contains(&x) && (top..top + 10).contains(&y);
            image::Rgb(if is_button { colour } else { [255; 3] })
        })
    }

    const ACCENT: [u8; 3] = [11, 90, 84];

    #[test]
    fn a_page_looks_like_itself() {
        assert_eq!(difference(&page(ACCENT, 10), &page(ACCENT, 10)), None);
    }

    #[test]
    fn a_button_of_another_shade_is_seen() {
        assert!(difference(&page(ACCENT, 10), &page([11, 90, 120], 10)).unwrap().contains("places differ"));
        assert_eq!(difference(&page(ACCENT, 10), &page([14, 92, 90], 10)), None, "nobody sees this");
    }

    #[test]
    fn a_button_that_stands_lower_is_seen() {
        assert!(difference(&page(ACCENT, 10), &page(ACCENT, 12)).is_some());
    }

    #[test]
    fn a_page_that_is_longer_is_seen() {
        let longer = RgbImage::from_pixel(50, 40, image::Rgb([255; 3]));
        let said = difference(&RgbImage::from_pixel(50, 30, image::Rgb([255; 3])), &longer).unwrap();
        assert_eq!(said, "it was 100 by 60 points large and is 100 by 80");
    }

    #[test]
    fn a_picture_is_shrunk_to_its_means() {
        let stripes = RgbImage::from_fn(8, 4, |x, _| image::Rgb(if x % 2 == 0 { [0; 3] } else { [200; 3] }));
        assert!(shrink(&stripes, 4).pixels().all(|point| point.0 == [100; 3]));
    }
}
