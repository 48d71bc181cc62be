//! A picture drawn on a canvas: an `<img>` from memory is refused by many shops' content security policies.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

/// Shows `bitmap`.
#[component]
pub fn Picture(
    /// What to show.
    bitmap: ImageBitmap,
    /// What it shows, in words.
    alt: String,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let bitmap = StoredValue::new_local(bitmap);
    Effect::new(move |_| {
        if let Some(canvas) = canvas.get() {
            bitmap.with_value(|bitmap| draw(&canvas, bitmap));
        }
    });
    view! { <canvas class="picture" node_ref=canvas role="img" aria-label=alt></canvas> }
}

fn draw(canvas: &HtmlCanvasElement, bitmap: &ImageBitmap) {
    canvas.set_width(bitmap.width());
    canvas.set_height(bitmap.height());
    let context = canvas.get_context("2d").ok().flatten();
    if let Some(context) = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok()) {
        // A bitmap that the browser has thrown away leaves the square empty; the words beside it still tell.
        let _ = context.draw_image_with_image_bitmap(bitmap, 0.0, 0.0);
    }
}
