//! The screen sizes in which journeys run.

/// The customer's screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// 390 by 844 points, touched.
    Phone,
    /// 320 by 640 points, touched: the narrowest, and what a desk shows at 400 %.
    Narrow,
    /// A window on a desk, with a mouse.
    Desk,
}

impl Screen {
    /// How wide and how high the window is.
    pub(crate) fn window_size(self) -> (u32, u32) {
        match self {
            Self::Phone => (390, 844),
            Self::Narrow => (320, 640),
            Self::Desk => (1280, 900),
        }
    }
}
