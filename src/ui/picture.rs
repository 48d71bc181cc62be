//! A picture drawn on a canvas: an `<img>` from memory is refused by many shops' content security policies.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

use super::dom::{El, el};

/// Draws `bitmap`, with `alt` as its text alternative. An empty `alt` hides the picture from screen readers.
pub fn canvas_picture(bitmap: &ImageBitmap, alt: &str) -> El {
    let canvas = el("canvas").class("picture");
    let canvas = match alt {
        "" => canvas.attr("aria-hidden", "true"),
        alt => canvas.attr("role", "img").attr("aria-label", alt),
    };
    draw(canvas.raw(), bitmap);
    canvas
}

fn draw(canvas: &HtmlCanvasElement, bitmap: &ImageBitmap) {
    canvas.set_width(bitmap.width());
    canvas.set_height(bitmap.height());
    let context = canvas.get_context("2d").ok().flatten();
    if let Some(context) = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok()) {
        // A bitmap that the browser has discarded leaves the square empty; the text next to it remains.
        let _ = context.draw_image_with_image_bitmap(bitmap, 0.0, 0.0);
    }
}
