//! What is shown instead of the wizard: the window is closed, or the parcel is still on its way.
//!
//! Never a dead end: why, and what can be done now.

use leptos::prelude::*;

use super::{frame::Heading, start::Counted};
use crate::{
    order::Order,
    text::Text,
    ui::icon::{CLOCK, PARCEL, icon},
};

/// Says why nothing can be reported here any more, and where to turn.
#[component]
pub fn WindowClosed(
    /// The words.
    text: Text,
    /// The order line.
    order: Order,
    /// Whether the heading takes the focus: not on first load.
    takes_focus: bool,
) -> impl IntoView {
    let why = order.window().map(|window| {
        let dates = [("delivered", text.date(window.delivered_on())), ("day", text.date(window.last_day()))];
        let dates = dates.each_ref().map(|(name, date)| (*name, date.as_str()));
        let days = window.counted().len();
        view! {
            <p>{icon(CLOCK)}{text.count("closed.why", days, &dates)}</p>
            <Counted text window />
        }
    });
    view! {
        <section class="step">
            <Heading words=text.say("closed.title") takes_focus />
            <div class="deadline" data-urgency="late">{why}</div>
            <h3>{text.say("closed.now")}</h3>
            <p>{text.say("closed.guarantee")}</p>
            <Contact text order />
        </section>
    }
}

/// Says that there is nothing to report yet.
#[component]
pub fn NotDelivered(
    /// The words.
    text: Text,
    /// The order line.
    order: Order,
) -> impl IntoView {
    view! {
        <section class="step">
            <Heading words=text.say("not_delivered.title") takes_focus=false />
            <p class="notice">{icon(PARCEL)}<span>{text.say("not_delivered.why")}</span></p>
            <Contact text order />
        </section>
    }
}

/// The way to the shop's people.
#[component]
pub fn Contact(
    /// The words.
    text: Text,
    /// The order line, whose shop it is.
    order: Order,
) -> impl IntoView {
    let shop = order.with(|line| line.shop.clone());
    // An address that is not one for a browser to visit is no link: it comes from configuration, but so do mistakes.
    let is_web = shop.contact_url.starts_with("https://") || shop.contact_url.starts_with("http://");
    let words = text.fill("contact", &[("shop", &shop.name)]);
    is_web.then(|| {
        view! {
            <p>
                <a class="button" href=shop.contact_url target="_top">
                    {words}
                </a>
            </p>
        }
    })
}
