//! An order page in Leptos: the element as a component.
//!
//! Text that never changes is written as `{"…"}`: else Leptos makes it from markup, which the policy of these pages refuses.

use damage_report_leptos::{DamageReport, Messages, NoToken, Step};
use gloo_net::http::Request;
use leptos::{mount::mount_to_body, prelude::*};
use web_sys::UrlSearchParams;

fn main() {
    mount_to_body(OrderPage);
}

#[component]
fn OrderPage() -> impl IntoView {
    let is_open = RwSignal::new(false);
    let step = RwSignal::new("");
    let reference = RwSignal::new(String::new());
    view! {
        <h1>{"Bestelling"}</h1>
        <DamageReport
            script="damage-report/damage-report.js"
            order_line=order_line()
            is_prefetched=parameter("prefetch").is_some()
            open=is_open
            get_token=async || fetch_token(&order_line()).await
            messages=Messages::new().text("opening", "Toestel kapot?")
            on_step=move |shown: Step| step.set(shown.word())
            on_submitted=move |given: String| reference.set(given)
        >
            <a href="/contact">{"Neem contact op"}</a>
        </DamageReport>
        <p>{"Pagina: "} <output id="step">{step}</output></p>
        <p>{"Referentie: "} <output id="reference">{reference}</output></p>
        <button id="toggle" type="button" on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)>
            {"Open of dicht"}
        </button>
    }
}

/// The order line that the page is about.
fn order_line() -> String {
    parameter("order-line").unwrap_or_default()
}

/// The parameter `name` of the page's address.
fn parameter(name: &str) -> Option<String> {
    let search = window().location().search().unwrap_or_default();
    UrlSearchParams::new_with_str(&search).ok()?.get(name)
}

/// A token for it, as the docs have it.
async fn fetch_token(order_line: &str) -> Result<String, NoToken> {
    let answer = Request::post(&format!("/my-orders/{order_line}/damage-token")).send().await;
    let answer = answer.map_err(|_| NoToken::Unreachable)?;
    match answer.status() {
        200 => answer.text().await.map_err(|_| NoToken::Unreachable),
        500.. => Err(NoToken::Unreachable),
        _ => Err(NoToken::SignedOut),
    }
}
