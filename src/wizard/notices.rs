//! The pages of words alone, shown while there is no order line or report to show.

use crate::{
    steps::frame::page_heading,
    text::Text,
    ui::{
        dom::{El, el},
        focus::Focus,
        icon::{WARNING, icon},
    },
};

/// Says by `words` why the widget cannot go on, with a button to try again. The shop's own content follows it on the page.
pub(super) fn cannot_open_notice(text: Text, words: String, focus: Focus, on_retry: impl Fn() + 'static) -> El {
    let retry = el("button").attr("type", "button").text(text.say("try_again")).on_click(on_retry);
    if focus == Focus::Take {
        retry.take_focus();
    }
    let words = el("span").text(words);
    let words = el("p").class("notice").attr("tabindex", "-1").attr("role", "alert").child(icon(WARNING)).child(words);
    el("section").class("step").child(words).child(retry)
}

/// Says that another tab has the draft open, with a button to continue in this one.
pub(super) fn elsewhere_notice(text: Text, focus: Focus, on_take_over: impl Fn() + 'static) -> El {
    let take_over = el("button").attr("type", "button").attr("id", "take-over").class("primary");
    let take_over = take_over.text(text.say("elsewhere.take_over")).on_click(on_take_over);
    el("section")
        .class("step")
        .child(page_heading(text.say("elsewhere.title"), focus))
        .child(el("p").text(text.say("elsewhere.why")))
        .child(el("div").class("actions").child(take_over))
}
