//! An order page in Leptos: the element as a component.
//!
//! What never changes is written as `{"…"}`: else Leptos makes it from markup, which the policy of these pages refuses.

use damage_report_leptos::{DamageReport, Messages, NoToken, Step};
use gloo_net::http::Request;
use leptos::{mount::mount_to_body, prelude::*};
use serde_json::{Value, json};
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
            open=is_open
            get_token=fetch_token
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
    let search = window().location().search().unwrap_or_default();
    let asked = UrlSearchParams::new_with_str(&search).ok();
    asked.and_then(|asked| asked.get("order-line")).unwrap_or_default()
}

/// A token for it, as the demo's shop hands them out.
async fn fetch_token() -> Result<String, NoToken> {
    let asked = Request::post("/demo/token")
        .header("Content-Type", "application/json")
        .body(json!({ "order_line": order_line() }).to_string())
        .map_err(|_| NoToken::Unreachable)?;
    let answer = asked.send().await.map_err(|_| NoToken::Unreachable)?;
    let answer = answer.text().await.map_err(|_| NoToken::Unreachable)?;
    let token =
        serde_json::from_str::<Value>(&answer).ok().and_then(|answer| Some(answer["token"].as_str()?.to_owned()));
    token.ok_or(NoToken::SignedOut)
}
