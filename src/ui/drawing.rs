//! Line drawings that show how to take a photo, each as it looks through a camera's finder.
//!
//! They share a style: cardboard, tape and paper, whose colours are in the style sheet.
//!
//! Accessible when: the text next to a drawing says all that it shows, so that screen readers skip it; its lines stay visible in
//! forced colours.

use super::dom::{El, svg};

/// A drawing in a square of 96 units: its paths from back to front, each after the class of its material.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawing(&'static [(&'static str, &'static str)]);

/// A whole box with a corner that is pushed in.
pub const BOX: Drawing = Drawing(&[
    ("card", "M16 34 48 18 69 28.5 67 35 80 40V66L48 82 16 66z"),
    ("rolled", "M27 28.5 59 44.5V56L66 52.5V41L34 25z"),
    ("", "M16 34 48 50 60 44M48 50V82M80 40 66 43 61 36 67 35M66 43 65 52M66 43 74 49"),
]);
/// A parcel from straight above. Its label is flat and whole, with a legible number and barcode.
pub const LABEL: Drawing = Drawing(&[
    ("card", "M15 17H81V79H15z"),
    ("rolled", "M42 17H54V79H42z"),
    ("sheet", "M24 27H72V69H24z"),
    ("", "M31 36H49M31 43H42M31 52V62M35 52V62M41 52V62M44 52V62M48 52V62M54 52V62M58 52V62M61 52V62M65 52V62"),
]);
/// A whole device, and a picture of its cracked corner from close by.
pub const DEVICE: Drawing = Drawing(&[
    ("card", "M22 14H48Q53 14 53 19V77Q53 82 48 82H22Q17 82 17 77V19Q17 14 22 14z"),
    ("", "M53 27 47 30 44 25 40 31M47 30 48 35 44 38"),
    ("sheet", "M38 42H82V83H38z"),
    ("card", "M38 54H58Q70 54 70 66V83H38z"),
    ("", "M70 67 59 70 53 61 46 67M59 70 61 77 55 83M53 61 56 54"),
    ("rolled", "M51 37H69V47H51z"),
]);

/// The corners of a camera's finder.
const FINDER: (&str, &str) = ("finder", "M5 19V5H19M77 5H91V19M91 77V91H77M19 91H5V77");

/// Draws `drawing` in the finder.
pub fn drawing(drawing: Drawing) -> El {
    let shape = |&(class, d): &(&str, &str)| svg("path").attr("class", class).attr("d", d);
    let sheet = svg("svg").attr("viewBox", "3 3 90 90").class("drawing").attr("aria-hidden", "true");
    sheet.children(drawing.0.iter().chain([&FINDER]).map(shape))
}
