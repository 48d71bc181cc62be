//! Whether two photos are nearly the same picture.
//!
//! Of each photo an outline is kept. One is laid over the other, turned, shifted and scaled until it fits best; then it
//! counts whether the small forms agree, everywhere. The large ones prove nothing: any two telephones on a table are a
//! dark oblong on a light ground.

mod field;

use serde::{Deserialize, Serialize};

use self::field::{Field, Pose};

/// Cells along the longer side of an outline: few enough to be saved with a draft, and enough for cracks and lines of
/// words to leave a trace. With 32, every label was like every other.
const CELLS: usize = 64;
/// Greys of a cell. Each is one hexadecimal digit.
const GREYS: u32 = 16;
/// Scales that are tried: a photo cut to three quarters of its sides is still the same photo, one from half as far is not.
const SCALES: [f32; 3] = [0.84, 1.0, 1.19];
/// Shifts that are tried either way, in the coarsest cells, of which there are 16 along the longer side.
const SHIFTS: [f32; 5] = [-2.5, -1.25, 0.0, 1.25, 2.5];
/// How many of the tried poses are improved. With 6, a tenth of the pictures cut to 90 % were missed; 32 find no more.
const IMPROVED: usize = 16;
/// Tried poses that fit worse than this are not improved. The best of near-duplicates begin at 0.75.
const PROMISING: f32 = 0.6;
/// Pictures whose small forms agree better are alike. Of the labelled set, near-duplicates have 0.81 and more in nine of
/// ten cases, other views of the same object in one of two hundred.
const ALIKE: f32 = 0.82;

/// A photo in 64 × 48 cells, as short text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Outline {
    columns: u32,
    cells: String,
}

impl Outline {
    /// The outline of a grey picture that has pixels.
    pub(super) fn of(luma: &[u8], width: usize, height: usize) -> Self {
        let longer = width.max(height);
        let (columns, rows) = ((width * CELLS / longer).max(1), (height * CELLS / longer).max(1));
        let mut cells = vec![(0, 0); columns * rows];
        for (y, row) in luma.chunks_exact(width).enumerate() {
            let line = y * rows / height * columns;
            for (x, pixel) in row.iter().enumerate() {
                let (sum, count) = &mut cells[line + x * columns / width];
                (*sum, *count) = (*sum + u32::from(*pixel), *count + 1);
            }
        }
        // Copies smaller than the outline leave cells empty; they are black, in every copy of that size.
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
        let (Some(ground), Some(overlay)) = (self.field(), other.field()) else { return 0.0 };
        let halves = (ground.halved(), overlay.halved());
        let quarters = (halves.0.halved(), halves.1.halved());
        let mut tried = Vec::new();
        for scale in SCALES {
            // The four ways in which a photo may lie.
            for (turn, lean) in [(scale, 0.0), (0.0, scale), (-scale, 0.0), (0.0, -scale)] {
                for x in SHIFTS {
                    for y in SHIFTS {
                        let pose = Pose { turn, lean, x, y };
                        tried.push((quarters.0.fit(&quarters.1, pose, 2), pose));
                    }
                }
            }
        }
        let mut close = Vec::new();
        for (fit, pose) in best(IMPROVED, tried) {
            if fit > PROMISING {
                close.push(quarters.0.improved(&quarters.1, pose, 1));
            }
        }
        // What looks best from afar may be the second best from nearby.
        let mut closer = Vec::new();
        for (_, pose) in best(2, close) {
            closer.push(halves.0.improved(&halves.1, pose.doubled(), 2));
        }
        best(1, closer).next().map_or(0.0, |(_, pose)| {
            let (_, pose) = ground.improved(&overlay, pose.doubled(), 2);
            ground.detail(&overlay, pose)
        })
    }

    fn field(&self) -> Option<Field> {
        let greys = self.cells.chars().map(|digit| digit.to_digit(GREYS).map_or(0.0, |grey| grey as f32)).collect();
        Field::new(greys, self.columns as usize)
    }
}

/// The `count` best of `poses`, the best first. A sort would be twice the code of all this file.
fn best(count: usize, mut poses: Vec<(f32, Pose)>) -> impl Iterator<Item = (f32, Pose)> {
    (0..count).map_while(move |_| {
        let best = (0..poses.len()).max_by(|one, other| poses[*one].0.total_cmp(&poses[*other].0))?;
        Some(poses.swap_remove(best))
    })
}
