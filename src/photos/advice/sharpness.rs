//! Whether a photo is blurred, told by how steep its edges are.
//!
//! On a sharp photo, most of an edge lies between two pixels; out of focus or moved, it is spread over many. An edge is
//! measured against itself, so contrast and light do not matter; where there are no edges (the plain side of a box,
//! dark glass) there is nothing to tell, and nothing is said. A hand that moves blurs only the edges across its way:
//! each of four directions is looked at by itself, and the worst counts.
//!
//! A copy of 320 pixels shows a blur that spoils the whole photo, not one that spoils a hairline. Of a print of 2048,
//! out of focus by a radius of 16 pixels (0.8 % of its width) or more is found always, by 12 in two of three photos, by
//! 8 in two of five; a motion of 40 pixels (2 %) in nine of ten, of 24 in three of five. Thin lines on an even ground
//! may hide a motion: where they run along it, they stay sharp.

/// How far an edge may reach, in pixels.
const REACH: usize = 8;
/// The least difference in grey over that reach that is an edge: above the noise of sensors and JPEG at this size.
const EDGE: i32 = 24;
/// An edge is steep when its largest step is more than so many sixteenths of the whole. Between two pixels of a copy, a
/// sharp edge has 9 and more; one out of focus by 0.8 % of the width has 4.
const STEEP: i32 = 7;
/// A direction in which fewer edges are steep, in hundredths, is blurred. In the worst direction, sharp photos have 66
/// to 98, noisy ones 65 to 97, those out of focus by 0.8 % of their width or more at most 28.
const STEEP_PERCENT: usize = 30;
/// A direction in which fewer than one in so many pixels begins an edge is not judged: 38 of a whole copy.
const EDGES_SHARE: usize = 2000;

/// Whether the picture is blurred.
pub(super) fn is_blurred(luma: &[u8], width: usize) -> bool {
    // To the right, down, and both ways in between; the second is at a right angle to the first.
    let (right, down) = (1, width);
    let ways = [(right, down), (down, right), (down + 1, down - 1), (down - 1, down + 1)];
    ways.into_iter().any(|(along, across)| is_blurred_along(luma, width, along, across))
}

/// `along` and `across` are how far apart neighbours lie in `luma`, one way and at a right angle to it. Edges are
/// looked for from every other pixel of every other row.
fn is_blurred_along(luma: &[u8], width: usize, along: usize, across: usize) -> bool {
    let grey = |at: usize| i32::from(luma[at]);
    let half = REACH / 2;
    // How far the grey goes up and down around a pixel, and its largest step.
    let slope = |middle: usize, step: usize| {
        let mut last = grey(middle - step * half);
        let (mut low, mut high, mut steepest) = (last, last, 0);
        for next in 1..=REACH {
            let level = grey(middle + step * next - step * half);
            steepest = steepest.max((level - last).abs());
            (low, high, last) = (low.min(level), high.max(level), level);
        }
        (high - low, steepest)
    };
    let (mut edges, mut steep) = (0_usize, 0);
    for row in (half..(luma.len() / width).saturating_sub(half)).step_by(2) {
        for middle in (row * width + half..(row * width + width).saturating_sub(half)).step_by(2) {
            // Most of a picture is no edge, and that is told by its ends.
            let (begin, end) = (grey(middle - along * half), grey(middle + along * half));
            if (end - begin).abs() < EDGE && (grey(middle) - begin).abs() < EDGE {
                continue;
            }
            let (whole, steepest) = slope(middle, along);
            // An edge that runs along is none across, and would look like a gentle slope.
            if slope(middle, across).0 * 2 <= whole {
                edges += 1;
                steep += usize::from(steepest * 16 > whole * STEEP);
            }
        }
    }
    edges * EDGES_SHARE > luma.len() && steep * 100 < edges * STEEP_PERCENT
}
