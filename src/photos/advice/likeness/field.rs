//! Greys in rows, and how one such field lies over another.

/// The rim of a field that is not laid over another, in parts of its side: what is cut off a photo, or shifted out of
/// it, is rarely more.
const RIM: f32 = 0.2;
/// The same where forms are compared: these are told apart by what there is, and what is not there is left out anyway.
const RIM_OF_FORMS: f32 = 0.125;
/// The least part of the core that must lie on the other field.
const COVERED: f32 = 0.7;
/// How far a pose is moved at first to see whether it fits better there, in cells.
const REACH: f32 = 1.0;
/// Nearer than this, no better one is looked for.
const NEAR: f32 = 0.1;
/// Scales within which the picture is the same one.
const SCALES: std::ops::Range<f32> = 0.7..1.43;
/// The sine of the furthest lean out of the four ways in which a photo may lie: 15°.
const LEAN_MAX: f32 = 0.26;
/// Cells along each side of the blocks in which small forms are compared.
const BLOCK: usize = 8;
/// The least variance of a block that has any forms, in greys squared: twice and more that of noise and of rounding.
const FORMS: f32 = 1.0;
/// Pictures with fewer blocks that have forms cannot be told apart.
const BLOCKS_MIN: usize = 3;

/// Greys in rows.
pub(super) struct GreyField {
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
    /// The pose that is `reach` cells of the size `cell` away in one of eight ways; of a field as long as `side`, turning and
    /// scaling move the end by so much.
    fn moved(mut self, way: usize, reach: f32, cell: f32, side: usize) -> Self {
        let reach = if way < 4 { reach } else { -reach };
        let bend = reach * 2.0 / side as f32;
        match way % 4 {
            0 => self.turn += bend,
            1 => self.lean += bend,
            2 => self.x += reach * cell,
            _ => self.y += reach * cell,
        }
        self
    }

    fn is_possible(self) -> bool {
        let scale = self.turn.hypot(self.lean);
        SCALES.contains(&scale) && self.turn.abs().min(self.lean.abs()) < scale * LEAN_MAX
    }
}

impl GreyField {
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

    /// How well `overlay` fits in `pose`, or, where that may be improved, in a pose near by in which it fits best: 1 is
    /// exactly, 0 is not at all. Every `stride`th cell is looked at.
    pub(super) fn best_fit(&self, overlay: &Self, pose: Pose, stride: usize, improves: bool) -> (f32, Pose) {
        let fit = |pose| {
            let mut tally = Tally::default();
            let seen = self.under(overlay, pose, (RIM, stride), &mut |_, above, below| tally.add(above, below));
            if tally.count < seen * COVERED { 0.0 } else { tally.correlation() }
        };
        let mut best = (fit(pose), pose);
        let mut reach = if improves { REACH } else { 0.0 };
        while reach > NEAR {
            let before = best;
            for way in 0..8 {
                let tried = before.1.moved(way, reach, self.cell, overlay.columns.max(overlay.rows));
                let fit = if tried.is_possible() { fit(tried) } else { 0.0 };
                if fit > best.0 {
                    best = (fit, tried);
                }
            }
            if best.0 <= before.0 {
                reach /= 2.0;
            }
        }
        best
    }

    /// How well the forms within blocks agree, on average over the blocks that have any.
    pub(super) fn detail_agreement(&self, overlay: &Self, pose: Pose) -> f32 {
        let across = overlay.columns.div_ceil(BLOCK);
        let mut blocks: Vec<Tally> = Vec::new();
        blocks.resize_with(across * overlay.rows.div_ceil(BLOCK), Tally::default);
        self.under(overlay, pose, (RIM_OF_FORMS, 1), &mut |(x, y), above, below| {
            blocks[y / BLOCK * across + x / BLOCK].add(above, below);
        });
        blocks.retain(Tally::has_forms);
        if blocks.len() < BLOCKS_MIN {
            return 0.0;
        }
        blocks.iter().map(|block| block.correlation().max(0.0)).sum::<f32>() / blocks.len() as f32
    }

    /// Visits the cells of `overlay` that lie on this field, every `stride`th within the rim; says how many there are
    /// in all.
    fn under(
        &self,
        overlay: &Self,
        pose: Pose,
        (rim, stride): (f32, usize),
        visit: &mut dyn FnMut((usize, usize), f32, f32),
    ) -> f32 {
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
                let mix = |from: f32, to: f32, part: f32| from + (to - from) * part;
                let row_of = |at: usize| mix(self.greys[at], self.greys[at + 1], across);
                let below = mix(row_of(at), row_of(at + self.columns), down);
                visit((column, row), overlay.greys[row * overlay.columns + column], below);
            }
        }
        seen
    }
}

/// The sums of a correlation.
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
