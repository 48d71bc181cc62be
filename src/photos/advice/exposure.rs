//! Whether there is too little light on a photo, or too much.
//!
//! By shares of pixels, never by the mean: a black telephone on a white table is as it should be, and so is a page that
//! is white but for its words. All shares are in thousandths.

use damage_report_rules::advice::Advice;

/// From here on a pixel shows something in the dark. Three stops under, paper is 94 and still read; five under, it is
/// 50.
const LIT: usize = 64;
/// A photo with fewer lit pixels is dark. Black glass all over a picture, with bright cracks in it, has more in each of
/// the fourteen of the labelled set.
const LIT_SHARE: usize = 3;
/// From here on a pixel is plain white, with room for what JPEG does to it.
const WHITE: usize = 250;
/// A photo with more white than this may be burnt out. White paper as cameras expose it has less than 50.
const WHITE_SHARE: usize = 400;
/// Up to here a pixel is black.
const BLACK: usize = 40;
/// A photo with more black than this is not burnt out, however white. Of six dark telephones five have more as they
/// should be exposed, and one at 2.3 stops over.
const BLACK_SHARE: usize = 100;
/// Of what is not white on a burnt-out photo, more than this changes softly, as light does: 460 to 880. A drawn page is
/// flat or has edges: up to 330. So has crisp print on white paper, which can be read.
const SOFT_SHARE: usize = 420;
/// The largest difference to the next pixel that is soft. None at all is flat.
const SOFT: u8 = 12;

/// The fault of the light, if it has one.
pub(super) fn exposure_advice(luma: &[u8]) -> Option<Advice> {
    let mut counts = [0_usize; 256];
    let mut soft = 0;
    let mut before = luma.first().copied().unwrap_or(0);
    for &pixel in luma {
        counts[usize::from(pixel)] += 1;
        let change = pixel.abs_diff(before);
        if usize::from(pixel) < WHITE && change != 0 && change <= SOFT {
            soft += 1;
        }
        before = pixel;
    }
    let sum = |counts: &[usize]| counts.iter().sum::<usize>();
    let is_over = |count: usize, share: usize, of: usize| count * 1000 > of * share;
    let white = sum(&counts[WHITE..]);
    if !is_over(sum(&counts[LIT..]), LIT_SHARE, luma.len()) {
        Some(Advice::Dark)
    } else if is_over(white, WHITE_SHARE, luma.len())
        && !is_over(sum(&counts[..BLACK]), BLACK_SHARE, luma.len())
        && is_over(soft, SOFT_SHARE, luma.len() - white)
    {
        Some(Advice::BurntOut)
    } else {
        None
    }
}
