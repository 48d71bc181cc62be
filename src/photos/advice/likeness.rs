//! Whether two photos are nearly the same picture.
//!
//! Of each photo an outline is kept. One is laid over the other, turned, shifted and scaled until it fits best; then it
//! counts whether the small forms agree, everywhere. The large ones prove nothing: any two telephones on a table are a
//! dark oblong on a light ground.

mod field;

use serde::{Deserialize, Serialize};

use self::field::{GreyField, Pose};
use crate::json::shapes::shape;

/// Cells along the longer side of an outline: few enough to be saved with a draft, and enough for cracks and lines of
/// words to leave a trace. With 32, every label was like every other.
const CELLS: usize = 64;
/// Greys of a cell. Each is one hexadecimal digit.
const GREYS: u32 = 16;
/// Scales that are tried: a photo cut to three quarters of its sides is still the same photo, one from half as far is
/// not.
const SCALES: [f32; 3] = [0.84, 1.0, 1.19];
/// Shifts that are tried either way, in cells.
const SHIFTS: [f32; 5] = [-10.0, -5.0, 0.0, 5.0, 10.0];
/// From afar to nearby. With 6 kept of those that were tried, a tenth of the pictures cut to 90 % was missed; 32 find no
/// more. The best pose on the coarse grid may be the second best on the fine one.
const GAZES: [Gaze; 4] = [
    Gaze { halvings: 2, stride: 2, improves: false, kept: 16 },
    Gaze { halvings: 2, stride: 1, improves: true, kept: 2 },
    Gaze { halvings: 1, stride: 2, improves: true, kept: 1 },
    Gaze { halvings: 0, stride: 2, improves: true, kept: 1 },
];
/// Pictures that fit worse than this are not looked at closer. Near-duplicates begin at 0.75.
const PROMISING: f32 = 0.6;
/// Pictures whose small forms agree better are alike. Of near-duplicates 96 in a hundred do, cut, turned, leaning or taken
/// again, and 81 of those cut to 80 % of their sides; of 2208 pairs of other views and other objects, one.
const ALIKE: f32 = 0.90;

/// One way of looking at all poses that are left.
struct Gaze {
    /// How often the cells are halved in number first.
    halvings: usize,
    /// Every how many cells one is looked at.
    stride: usize,
    /// Whether each pose is moved to where it fits better.
    improves: bool,
    /// How many of the best poses go on.
    kept: usize,
}

/// The brightness of a photo in a grid of 64 × 48 cells, encoded as short text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LumaGrid {
    columns: u32,
    cells: String,
}

shape!(LumaGrid { columns, cells });

impl LumaGrid {
    /// The grid of a grey picture with at least one pixel.
    pub(super) fn of(luma: &[u8], width: usize, height: usize) -> Self {
        let longer = width.max(height);
        let (columns, rows) = ((width * CELLS / longer).max(1), (height * CELLS / longer).max(1));
        let mut cells = vec![(0, 0); columns * rows];
        for (y, row) in luma.chunks_exact(width).enumerate() {
            let line = y * rows / height * columns;
            for column in 0..columns {
                let part = &row[(column * width).div_ceil(columns)..((column + 1) * width).div_ceil(columns)];
                let (sum, count) = &mut cells[line + column];
                part.iter().for_each(|&pixel| *sum += u32::from(pixel));
                *count += part.len() as u32;
            }
        }
        // A picture smaller than the grid leaves cells empty. They count as black, at the same places for every picture of that size.
        let greys: Vec<u32> = cells.into_iter().map(|(sum, count)| sum / u32::max(count, 1)).collect();
        let darkest = greys.iter().copied().min().unwrap_or(0);
        let range = greys.iter().copied().max().unwrap_or(0) - darkest + 1;
        let digit = |grey| char::from_digit((grey - darkest) * GREYS / range, GREYS);
        Self { columns: columns as u32, cells: greys.into_iter().filter_map(digit).collect() }
    }

    /// Whether both are of nearly the same picture.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.agreement(other) > ALIKE
    }

    /// How well the small forms of both agree where they fit best: 1 is the same, 0 is nothing in common.
    fn agreement(&self, other: &Self) -> f32 {
        let mut poses = Vec::new();
        for scale in SCALES {
            // The four ways in which a photo may lie.
            for (turn, lean) in [(scale, 0.0), (0.0, scale), (-scale, 0.0), (0.0, -scale)] {
                for x in SHIFTS {
                    for y in SHIFTS {
                        poses.push((1.0, Pose { turn, lean, x, y }));
                    }
                }
            }
        }
        for Gaze { halvings, stride, improves, kept } in GAZES {
            let (Some(ground), Some(overlay)) = (self.field(halvings), other.field(halvings)) else { return 0.0 };
            for (fit, pose) in &mut poses {
                (*fit, *pose) = ground.best_fit(&overlay, *pose, stride, improves);
            }
            keep_best(&mut poses, kept);
            if poses[0].0 < PROMISING {
                return 0.0;
            }
            if halvings == 0 {
                return ground.detail_agreement(&overlay, poses[0].1);
            }
        }
        0.0
    }

    fn field(&self, halvings: usize) -> Option<GreyField> {
        let greys = self.cells.bytes().map(|digit| f32::from(if digit > b'9' { digit % 32 + 9 } else { digit % 16 }));
        GreyField::new(greys.collect(), self.columns as usize, halvings)
    }
}

/// Leaves the `count` best of `poses`, the best first. A sort would be twice the code of all this file.
fn keep_best(poses: &mut Vec<(f32, Pose)>, count: usize) {
    for place in 0..count.min(poses.len()) {
        for n in place..poses.len() {
            if poses[n].0 > poses[place].0 {
                poses.swap(n, place);
            }
        }
    }
    poses.truncate(count);
}
