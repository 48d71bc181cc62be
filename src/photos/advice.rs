//! What may be worth another photo, told from a small grey copy of it: sharpness, light, size, and likeness to others.
//!
//! Pure and without the browser, so that it is judged on the host by a labelled set (`tests/advice.rs`). It gives
//! advice, never a verdict: what a photo must be is for `rules` to say, and when and how it is said for the pages.

mod exposure;
mod likeness;
mod sharpness;

use damage_report_rules::advice::Advice;
use serde::{Deserialize, Serialize};

use self::likeness::Outline;

/// The shorter side of a print, in pixels, below which details are lost.
///
/// A telephone is some 75 mm wide. Where it fills half of a photo's shorter side, 600 pixels show it at 4 a millimetre: a
/// scratch of a quarter of a millimetre is one pixel. Pictures of 720p pass, those of 640 × 480 do not.
const SMALL_SIDE: u32 = 600;

/// What is remembered of a photo's pixels: the advice on it alone, and enough to tell whether another is like it.
///
/// # Example
///
/// ```
/// use damage_report::photos::advice::look;
/// use damage_report_rules::advice::Advice;
///
/// let night = [9; 320 * 240];
/// assert_eq!(look(&night, 320, 240, (2048, 1536)).advice(), [Advice::Dark]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    advice: Vec<Advice>,
    outline: Outline,
}

impl Look {
    /// The advice on the photo alone, in the order in which it is best followed.
    #[must_use]
    pub fn advice(&self) -> &[Advice] {
        &self.advice
    }

    /// Whether both are nearly the same picture: cut, turned, compressed, brightened, or taken again from the same spot.
    ///
    /// The same object from another side or from nearer by is another picture.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.outline.is_like(&other.outline)
    }
}

/// Judges a photo: `luma` is a small copy of it, a byte a pixel, row by row, `width` × `height`, about 320 on the longer
/// side; `print` is the size of what is sent.
///
/// A copy that is none, because the browser gives no pixels back or they do not fit their size, is not judged by its
/// pixels; its size still is.
#[must_use]
pub fn look(luma: &[u8], width: usize, height: usize, print: (u32, u32)) -> Look {
    let mut advice = vec![];
    let mut outline = Outline::default();
    if width > 0 && luma.len() == width * height {
        let light = exposure::judge(luma);
        advice.extend(light);
        // In the dark nothing is sharp; more light comes first.
        if light.is_none() && sharpness::is_blurred(luma, width) {
            advice.push(Advice::Blurred);
        }
        outline = Outline::of(luma, width, height);
    }
    if print.0.min(print.1) < SMALL_SIDE {
        advice.push(Advice::Small);
    }
    Look { advice, outline }
}
