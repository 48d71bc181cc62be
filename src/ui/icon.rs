//! Icons next to words. They have no meaning of their own, so screen readers skip them.

use super::dom::{El, svg};

/// An icon: an outline in a square of 24 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon(&'static str);

/// A camera.
pub const CAMERA: Icon = Icon("M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.2 3.2 0 1 0 0 6.4a3.2 3.2 0 0 0 0-6.4z");
/// A picture.
pub const PICTURE: Icon = Icon("M4 5h16v14H4zM4 16l5-5l4 4l3-3l4 4M15.5 8.5h.01");
/// A tick.
pub const TICK: Icon = Icon("M5 12.5l4.5 4.5L19 7.5");
/// An exclamation mark in a triangle.
pub const WARNING: Icon = Icon("M12 4L2.8 19.5h18.4zM12 10v4.5M12 17h.01");
/// A clock.
pub const CLOCK: Icon = Icon("M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2");
/// A parcel.
pub const PARCEL: Icon = Icon("M3.5 7.5L12 3l8.5 4.5v9L12 21l-8.5-4.5zM3.5 7.5L12 12l8.5-4.5M12 12v9M7.5 5.3l8.6 4.6");
/// A cross.
pub const CROSS: Icon = Icon("M6 6l12 12M18 6L6 18");
/// An arrow to the left.
pub const BACK: Icon = Icon("M14.5 5.5L8 12l6.5 6.5");

/// Draws `icon` in the colour of the text around it.
pub fn icon(icon: Icon) -> El {
    let shape = svg("svg").attr("viewBox", "0 0 24 24").class("icon").attr("aria-hidden", "true");
    shape.child(svg("path").attr("d", icon.0))
}
