//! Greys in rows, and how one such field lies over another.

/// The rim of a field that is not laid over another, in parts of its side: what is cut off a photo, or shifted out of
/// it, is rarely more.
const RIM: f32 = 0.2;
/// The same where forms are compared: these are told apart by what there is, and what is not there is left out anyway.
const RIM_OF_FORMS: f32 = 0.125;
/// The least part of the core that must lie on the other field.
const COVERED: f32 = 0.7;
/// The furthest that one improvement shifts a field, in cells: beyond, it is guessing.
const LEAP: f32 = 3.0;
/// Scales within which the picture is the same one.
const SCALES: std::ops::Range<f32> = 0.7..1.43;
/// The sine of the furthest lean out of the four ways in which a photo may lie: 15°.
const LEAN_MAX: f32 = 0.26;
/// Cells along each side of the blocks in which small forms are compared.
const BLOCK: usize = 8;
/// The least variance of a block that has any forms, in greys squared: twice and more that of noise and of rounding.
const FORMS: f32 = 1.0;
/// With fewer blocks that have forms, there is nothing to tell pictures by.
const BLOCKS_MIN: usize = 3;

/// Greys in rows.
pub(super) struct Field {
    columns: usize,
    rows: usize,
    greys: Vec<f32>,
    /// How many of the cells that there were at first are one now, across.
    cell: f32,
}

/// How a field lies on another: turned and scaled as a complex number does it, around its middle, then shifted by
/// cells, those of which there are most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pose {
    pub(super) turn: f32,
    pub(super) lean: f32,
    pub(super) x: f32,
    pub(super) y: f32,
}

impl Pose {
    fn is_possible(self) -> bool {
        let scale = self.turn.hypot(self.lean);
        SCALES.contains(&scale) && self.turn.abs().min(self.lean.abs()) < scale * LEAN_MAX
    }
}

/// One cell of an overlay, and what lies under it.
struct Point {
    /// Where the cell is, in cells from the first.
    cell: (usize, usize),
    /// Where it is, from the middle.
    arm: (f32, f32),
    above: f32,
    below: f32,
    /// How what is below changes from one cell to the next.
    slope: (f32, f32),
}

impl Field {
    /// A field, its cells halved in number so often, if there are enough of them, and whole rows.
    pub(super) fn new(greys: Vec<f32>, columns: usize, halvings: usize) -> Option<Self> {
        let rows = greys.len().checked_div(columns)?;
        // Halved, there must still be something to see. Telephones' screens are the longest pictures: 64 × 28.
        if columns.min(rows) < 4 << halvings || rows * columns != greys.len() {
            return None;
        }
        let mut field = Self { columns, rows, greys, cell: 1.0 };
        for _ in 0..halvings {
            field = field.halved();
        }
        Some(field)
    }

    fn halved(&self) -> Self {
        let (columns, rows) = (self.columns / 2, self.rows / 2);
        let grey = |x: usize, y: usize| self.greys[y * self.columns + x];
        let square = |x, y| grey(x, y) + grey(x + 1, y) + grey(x, y + 1) + grey(x + 1, y + 1);
        let greys = (0..columns * rows).map(|n| square(n % columns * 2, n / columns * 2) / 4.0).collect();
        Self { columns, rows, greys, cell: self.cell * 2.0 }
    }

    /// A pose near `pose` in which `overlay` fits better, if there is one, found in `rounds` steps; and how well it
    /// fits then: 1 is exactly, 0 is not at all. Every `stride`th cell is looked at.
    pub(super) fn improved(&self, overlay: &Self, mut pose: Pose, stride: usize, rounds: usize) -> (f32, Pose) {
        for _ in 0..rounds {
            match self.step(overlay, pose, stride) {
                Some(better) if better.is_possible() => pose = better,
                _ => break,
            }
        }
        let mut tally = Tally::default();
        let seen = self.under(overlay, pose, (RIM, stride), &mut |point| tally.add(point.above, point.below));
        (if tally.count < seen * COVERED { 0.0 } else { tally.correlation() }, pose)
    }

    /// How well `overlay` fits in `pose` at a glance: each cell against the one that is nearest to it. There are hundreds
    /// of poses to look at, on the page's own thread, and most are told from the right one by that.
    pub(super) fn glance(&self, overlay: &Self, pose: Pose, stride: usize) -> f32 {
        let middle = |cells: usize| (cells as f32 - 1.0) / 2.0;
        let rim = |cells: usize| (cells as f32 * RIM) as usize;
        let (first, top) = (rim(overlay.columns), rim(overlay.rows));
        let step = (pose.turn * stride as f32, pose.lean * stride as f32);
        let (mut tally, mut seen) = (Tally::default(), 0.0);
        let mut row = top;
        while row < overlay.rows - top {
            let arm = (first as f32 - middle(overlay.columns), row as f32 - middle(overlay.rows));
            // Half a cell more, because what is cut off is rounded down.
            let mut x = middle(self.columns) + arm.0 * pose.turn - arm.1 * pose.lean + pose.x / self.cell + 0.5;
            let mut y = middle(self.rows) + arm.0 * pose.lean + arm.1 * pose.turn + pose.y / self.cell + 0.5;
            let above = &overlay.greys[row * overlay.columns..][first..overlay.columns - first];
            for above in above.iter().step_by(stride) {
                seen += 1.0;
                if x >= 0.0 && y >= 0.0 && (x as usize) < self.columns && (y as usize) < self.rows {
                    tally.add(*above, self.greys[y as usize * self.columns + x as usize]);
                }
                x += step.0;
                y += step.1;
            }
            row += stride;
        }
        if tally.count < seen * COVERED { 0.0 } else { tally.correlation() }
    }

    /// How well the forms within blocks agree, on average over the blocks that have any.
    pub(super) fn detail(&self, overlay: &Self, pose: Pose) -> f32 {
        let across = overlay.columns.div_ceil(BLOCK);
        let mut blocks: Vec<Tally> = Vec::new();
        blocks.resize_with(across * overlay.rows.div_ceil(BLOCK), Tally::default);
        self.under(overlay, pose, (RIM_OF_FORMS, 1), &mut |point| {
            let (x, y) = point.cell;
            blocks[y / BLOCK * across + x / BLOCK].add(point.above, point.below);
        });
        blocks.retain(Tally::has_forms);
        if blocks.len() < BLOCKS_MIN {
            return 0.0;
        }
        blocks.iter().map(|block| block.correlation().max(0.0)).sum::<f32>() / blocks.len() as f32
    }

    /// One step of Gauss and Newton: the change of pose, contrast and brightness after which the least is left over,
    /// were the greys below as even as their slopes say.
    fn step(&self, overlay: &Self, pose: Pose, stride: usize) -> Option<Pose> {
        let mut sums = [[0.0_f32; 7]; 6];
        self.under(overlay, pose, (RIM, stride), &mut |point| {
            let ((x, y), (right, down)) = (point.arm, point.slope);
            let row = [right * x + down * y, down * x - right * y, right, down, point.below, 1.0, point.above];
            for (line, one) in sums.iter_mut().zip(row) {
                line.iter_mut().zip(row).for_each(|(sum, other)| *sum += one * other);
            }
        });
        let [turn, lean, x, y, contrast, _] = solved(sums)?;
        // A picture is not like its negative.
        (contrast > 0.2).then(|| Pose {
            turn: pose.turn + turn / contrast,
            lean: pose.lean + lean / contrast,
            x: pose.x + (x / contrast).clamp(-LEAP, LEAP) * self.cell,
            y: pose.y + (y / contrast).clamp(-LEAP, LEAP) * self.cell,
        })
    }

    /// Visits the cells of `overlay` that lie on this field, every `stride`th within the rim; says how many there are
    /// in all.
    fn under(&self, overlay: &Self, pose: Pose, (rim, stride): (f32, usize), visit: &mut dyn FnMut(Point)) -> f32 {
        let middle = |cells: usize| (cells as f32 - 1.0) / 2.0;
        let core = |cells: usize| {
            let rim = (cells as f32 * rim) as usize;
            (rim..cells - rim).step_by(stride)
        };
        let mut seen = 0.0;
        for row in core(overlay.rows) {
            for column in core(overlay.columns) {
                seen += 1.0;
                let arm = (column as f32 - middle(overlay.columns), row as f32 - middle(overlay.rows));
                let x = middle(self.columns) + arm.0 * pose.turn - arm.1 * pose.lean + pose.x / self.cell;
                let y = middle(self.rows) + arm.0 * pose.lean + arm.1 * pose.turn + pose.y / self.cell;
                if x < 0.0 || y < 0.0 || x >= (self.columns - 1) as f32 || y >= (self.rows - 1) as f32 {
                    continue;
                }
                let (left, top) = (x as usize, y as usize);
                let (across, down) = (x - left as f32, y - top as f32);
                let at = top * self.columns + left;
                let (here, right) = (self.greys[at], self.greys[at + 1]);
                let (under, beside) = (self.greys[at + self.columns], self.greys[at + self.columns + 1]);
                let slope = (
                    (right - here) * (1.0 - down) + (beside - under) * down,
                    (under - here) * (1.0 - across) + (beside - right) * across,
                );
                visit(Point {
                    cell: (column, row),
                    arm,
                    above: overlay.greys[row * overlay.columns + column],
                    below: here + slope.0 * across + (under - here) * down,
                    slope,
                });
            }
        }
        seen
    }
}

/// What a correlation is made of.
#[derive(Default)]
struct Tally {
    count: f32,
    sums: (f32, f32),
    squares: (f32, f32),
    products: f32,
}

impl Tally {
    fn add(&mut self, one: f32, other: f32) {
        self.count += 1.0;
        self.sums = (self.sums.0 + one, self.sums.1 + other);
        self.squares = (self.squares.0 + one * one, self.squares.1 + other * other);
        self.products += one * other;
    }

    /// By how much each of the two varies, in all.
    fn variation(&self) -> (f32, f32) {
        let (one, other) = self.sums;
        (self.squares.0 - one * one / self.count, self.squares.1 - other * other / self.count)
    }

    /// Pearson's coefficient; 0 where one of the two is all the same.
    fn correlation(&self) -> f32 {
        let (one, other) = self.variation();
        let both = one * other;
        if both > 0.0 { (self.products - self.sums.0 * self.sums.1 / self.count) / both.sqrt() } else { 0.0 }
    }

    /// Whether at least half a block lies on the other field, and one of the two shows something there.
    fn has_forms(&self) -> bool {
        let (one, other) = self.variation();
        self.count * 2.0 >= (BLOCK * BLOCK) as f32 && one.max(other) >= self.count * FORMS
    }
}

/// The solution of six linear equations, by elimination; nothing where they do not have one.
fn solved(mut lines: [[f32; 7]; 6]) -> Option<[f32; 6]> {
    for n in 0..6 {
        let pivot = lines[n][n];
        if pivot.abs() < 1e-3 {
            return None;
        }
        let line = lines[n].map(|value| value / pivot);
        for (other, values) in lines.iter_mut().enumerate() {
            let share = if other == n { 0.0 } else { values[n] };
            values.iter_mut().zip(line).for_each(|(value, part)| *value -= share * part);
        }
        lines[n] = line;
    }
    Some(lines.map(|line| line[6]))
}
