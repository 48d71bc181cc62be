//! Whether a photo is blurred, told by how steep its edges are.
//!
//! On a sharp photo, most of an edge lies between two pixels; out of focus or moved, it is spread over many. An edge is
//! measured against itself, so contrast and light do not matter; where there are no edges (the plain side of a box,
//! dark glass) sharpness cannot be measured, and no advice is given. A hand that moves blurs only the edges across its way:
//! each of four directions is looked at by itself, and the worst counts.
//!
//! A copy of 320 pixels shows a blur that spoils the whole photo, not one that spoils a hairline. Of a processed photo of 2048,
//! out of focus by a radius of 16 pixels (0.8 % of its width) or more is found always, by 12 in two of three photos, by
//! 8 in two of five; a motion of 40 pixels (2 %) in nine of ten, of 24 in three of five. Thin lines on an even ground
//! may hide a motion: where they run along it, they stay sharp.

/// How far an edge may reach, in pixels.
const REACH: usize = 8;
/// The least difference in grey over that reach that is an edge: above the noise of sensors and JPEG at this size.
const EDGE: u8 = 24;
/// An edge is steep when its largest step is more than so many sixteenths of the whole. Between two pixels of a copy, a
/// sharp edge has 9 and more; one out of focus by 0.8 % of the width has 4.
const STEEP: u32 = 7;
/// A direction in which fewer edges are steep, in hundredths, is blurred. In the worst direction, sharp photos have 66
/// to 98, noisy ones 65 to 97, those out of focus by 0.8 % of their width or more at most 28.
const STEEP_PERCENT: usize = 30;
/// Every how many pixels, in every how many rows, an edge is looked for. With 2 nothing more is found, in one and a half times the time.
const STRIDE: usize = 3;
/// A direction in which fewer edges are found than one to so many pixels of the copy is not judged: 19 of a whole one.
const EDGES_SHARE: usize = 4000;

/// Whether the picture is blurred.
pub(super) fn is_blurred(luma: &[u8], width: usize) -> bool {
    // To the right, down, and both ways in between; the second is at a right angle to the first.
    let (right, down) = (1, width);
    let ways = [(right, down), (down, right), (down + 1, down - 1), (down - 1, down + 1)];
    ways.into_iter().any(|(along, across)| is_blurred_along(luma, width, along, across))
}

/// `along` and `across` are how far apart neighbours lie in `luma`, one way and at a right angle to it.
fn is_blurred_along(luma: &[u8], width: usize, along: usize, across: usize) -> bool {
    let half = REACH / 2;
    let (mut edges, mut steep) = (0_usize, 0);
    let mut row = half;
    while row + half < luma.len() / width {
        let mut middle = row * width + half;
        while middle + half < row * width + width {
            // Most of a picture is no edge, and that is told by its ends.
            let begin = luma[middle - along * half];
            if luma[middle + along * half].abs_diff(begin) >= EDGE || luma[middle].abs_diff(begin) >= EDGE {
                let (whole, steepest) = slope(luma, middle - along * half, along);
                // An edge that runs along is none across, and would look like a gentle slope.
                if slope(luma, middle - across * half, across).0 * 2 <= whole {
                    edges += 1;
                    steep += usize::from(steepest * 16 > whole * STEEP);
                }
            }
            middle += STRIDE;
        }
        row += STRIDE;
    }
    edges * EDGES_SHARE > luma.len() && steep * 100 < edges * STEEP_PERCENT
}

/// How far the grey goes up and down over one reach from `at`, and its largest step.
fn slope(luma: &[u8], mut at: usize, step: usize) -> (u32, u32) {
    let mut last = luma[at];
    let (mut low, mut high, mut steepest) = (last, last, 0);
    for _ in 0..REACH {
        at += step;
        let level = luma[at];
        steepest = steepest.max(level.abs_diff(last));
        (low, high, last) = (low.min(level), high.max(level), level);
    }
    (u32::from(high - low), u32::from(steepest))
}
