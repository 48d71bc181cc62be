//! The pages instead of the wizard: the window is closed, or the parcel is still on its way.
//!
//! Each says why, and what the customer can do now.

use damage_report_rules::window::ReportingWindow;

use super::{frame::page_heading, start::counted_days};
use crate::{
    order::ReportedOrderLine,
    text::Text,
    ui::{
        dom::{El, el, slot},
        focus::Focus,
        icon::{CLOCK, PARCEL, icon},
    },
};

/// Says that the window is closed, and where to turn.
pub fn window_closed_page(text: Text, order: ReportedOrderLine, focus: Focus) -> El {
    el("section").class("step").child(closed_heading(text, focus)).children(late_explanation(text, order))
}

/// The heading that says so. The window may close while the customer is elsewhere on the host page, where the focus then stays.
pub fn closed_heading(text: Text, focus: Focus) -> El {
    let heading = page_heading(text.say("closed.title"), Focus::Leave);
    if focus == Focus::Take {
        heading.take_focus_if_free();
    }
    heading
}

/// Explains why it is too late, and what the customer can still do.
pub fn late_explanation(text: Text, order: ReportedOrderLine) -> Vec<El> {
    let why = |window: ReportingWindow| {
        let (delivered, day) = (text.date(window.delivered_on()), text.date(window.last_day()));
        let words = text.count("closed.why", window.counted_days().len(), &[("delivered", &delivered), ("day", &day)]);
        let why = el("p").child(icon(CLOCK)).child(el("span").text(words));
        el("div").class("deadline").attr("data-urgency", "late").child(why).child(counted_days(text, &window))
    };
    let now = [el("h3").text(text.say("closed.now")), el("p").text(text.say("closed.guarantee"))];
    order.window().map(why).into_iter().chain(now).chain([shop_contact_link(text, order)]).collect()
}

/// Says that the parcel is not delivered yet.
pub fn not_delivered_page(text: Text, order: ReportedOrderLine, focus: Focus) -> El {
    el("section")
        .class("step")
        .child(page_heading(text.say("not_delivered.title"), focus))
        .child(parcel_notice(text.say("not_delivered.why")))
        .child(shop_contact_link(text, order))
}

/// A prominent sentence about the parcel.
pub fn parcel_notice(words: String) -> El {
    el("p").class("notice").child(icon(PARCEL)).child(el("span").text(words))
}

/// The link to the shop's support: the content of the host page, or else the address that the backend gives.
pub fn shop_contact_link(text: Text, order: ReportedOrderLine) -> El {
    let shop = order.with_line_at_opening(|line| line.shop.clone());
    // The address comes from configuration, where a mistake must not become a link.
    let is_web = shop.contact_url.starts_with("https://") || shop.contact_url.starts_with("http://");
    let words = text.fill("contact", &[("shop", &shop.name)]);
    let link = || el("a").class("button").attr("href", &shop.contact_url).attr("target", "_top").text(words);
    slot("contact").children(is_web.then(|| el("p").child(link())))
}
