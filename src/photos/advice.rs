//! Reasons to take a photo again, from a small grey copy of it: sharpness, light, size, and likeness to others.
//!
//! Pure and without the browser, so that it is judged on the host by a labelled set (`tests/advice.rs`). It gives
//! advice, never a verdict: what a photo must be is for `rules` to say, and when and how it is said for the pages.

mod exposure;
mod likeness;
mod sharpness;

use damage_report_rules::advice::Advice;
use serde::{Deserialize, Serialize};

use self::likeness::LumaGrid;
use crate::json::shapes::shape;

/// The shorter side of a processed photo, in pixels, below which details are lost.
///
/// A telephone is some 75 mm wide. Where it fills half of a photo's shorter side, 600 pixels show it at 4 a millimetre:
/// a scratch of a quarter of a millimetre is one pixel. Pictures of 720p pass, those of 640 × 480 do not.
const SMALL_SIDE: u32 = 600;

/// The stored analysis of a photo's pixels: the advice on it alone, and enough to tell whether another is like it.
///
/// # Example
///
/// ```
/// use damage_report::photos::advice::analyse;
/// use damage_report_rules::advice::Advice;
///
/// let night = [9; 320 * 240];
/// assert_eq!(analyse(&night, 320, 240, (2048, 1536)).advice(), [Advice::Dark]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoAnalysis {
    advice: Vec<Advice>,
    outline: LumaGrid,
}

shape!(PhotoAnalysis { advice, outline });

impl PhotoAnalysis {
    /// The advice on the photo alone, in the order in which it is best followed.
    #[must_use]
    pub fn advice(&self) -> &[Advice] {
        &self.advice
    }

    /// Whether both are nearly the same picture: cut, turned, compressed, brightened, or taken again from the same
    /// spot.
    ///
    /// The same object from another side or from nearer by is another picture.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.outline.is_like(&other.outline)
    }
}

/// Judges a photo: `luma` is a small copy of it, a byte a pixel, row by row, `width` × `height`, about 320 on the
/// longer side; `size` is that of the processed photo.
///
/// A copy that is none, because the browser gives no pixels back or they do not fit their size, is not judged by its
/// pixels; its size still is.
#[must_use]
pub fn analyse(luma: &[u8], width: usize, height: usize, size: (u32, u32)) -> PhotoAnalysis {
    let mut advice = vec![];
    let mut outline = LumaGrid::default();
    if width > 0 && luma.len() == width * height {
        let light = exposure::exposure_advice(luma);
        advice.extend(light);
        // In the dark nothing is sharp; more light comes first.
        if light.is_none() && sharpness::is_blurred(luma, width) {
            advice.push(Advice::Blurred);
        }
        outline = LumaGrid::of(luma, width, height);
    }
    if size.0.min(size.1) < SMALL_SIDE {
        advice.push(Advice::Small);
    }
    PhotoAnalysis { advice, outline }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sharp chequered picture.
    fn chequered(width: usize, height: usize) -> Vec<u8> {
        (0..width * height).map(|n| [30, 200][(n % width / 20 + n / width / 20) % 2]).collect()
    }

    #[test]
    fn whatever_the_size_of_the_copy_it_is_looked_at_without_harm() {
        for (width, height) in [(1, 1), (1, 400), (400, 1), (7, 7), (8, 8), (9, 300), (64, 64), (320, 3), (320, 240)] {
            let seen = analyse(&chequered(width, height), width, height, (2048, 1536));
            assert!(!seen.advice().contains(&Advice::Blurred), "{width} × {height}");
            // Small ones may have nothing to be told by; asking breaks nothing.
            let _ = seen.is_like(&analyse(&chequered(320, 240), 320, 240, (2048, 1536)));
        }
    }

    #[test]
    fn a_copy_that_is_none_is_judged_by_the_size_of_the_photo_alone() {
        for (luma, width, height) in [(vec![], 0, 0), (vec![], 320, 240), (vec![0; 100], 320, 240), (vec![0; 9], 0, 9)]
        {
            assert_eq!(analyse(&luma, width, height, (2048, 1536)).advice(), []);
            let small = analyse(&luma, width, height, (640, 480));
            assert_eq!(small.advice(), [Advice::Small]);
            assert!(!small.is_like(&small), "nothing is known of either");
        }
    }

    #[test]
    fn the_shorter_side_says_whether_a_photo_is_small() {
        for (size, is_small) in [((1280, 720), false), ((600, 2048), false), ((640, 480), true), ((599, 2048), true)] {
            let seen = analyse(&chequered(320, 240), 320, 240, size);
            assert_eq!(seen.advice() == [Advice::Small], is_small, "{size:?}");
        }
    }

    #[test]
    fn what_is_remembered_travels_there_and_back() {
        let seen = analyse(&chequered(320, 240), 320, 240, (640, 480));
        let saved = serde_json::to_string(&seen).expect("it is plain data");
        assert!(saved.len() < 4000, "{} bytes", saved.len());
        assert_eq!(serde_json::from_str::<PhotoAnalysis>(&saved).expect("it was just written"), seen);
    }

    #[test]
    fn an_outline_that_was_spoilt_is_like_nothing() {
        let seen = analyse(&chequered(320, 240), 320, 240, (2048, 1536));
        for outline in
            [r#"{"columns":0,"cells":"00"}"#, r#"{"columns":4294967295,"cells":"0f"}"#, r#"{"columns":64,"cells":"é"}"#]
        {
            let spoilt = serde_json::from_str(&format!(r#"{{"advice":[],"outline":{outline}}}"#));
            let spoilt: PhotoAnalysis = spoilt.expect("the shape is right");
            assert!(!spoilt.is_like(&seen) && !seen.is_like(&spoilt));
        }
    }
}
