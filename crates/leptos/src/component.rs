//! The component: the element, what it is given, and who hears what it tells.

use js_sys::Reflect;
use leptos::{
    ev::Custom as Event,
    html::{Custom, custom},
    prelude::*,
    tachys::html::{attribute::Attribute, event::on},
};
use web_sys::CustomEvent;

use crate::{
    detail::EventDetail,
    events::{self, Claim, Deadline, Draft, HostEvent, Photo, Reason, Sending, Step, Violation},
    messages::Messages,
    script,
    token::{self, NoToken},
};

/// The element, for a [`NodeRef`] to it: `focus` puts the focus into the report.
pub type Element = Custom<&'static str>;

/// A customer reports that the delivery of an order line arrived damaged.
///
/// The children are the element's own: what stands in no slot is shown until the element's script has run, and when the
/// report cannot start; the others go by their `slot`.
#[component]
pub fn DamageReport<T>(
    /// The order line that the report is about. Another one is another report.
    #[prop(into)]
    order_line: Signal<String>,
    /// Gives a token for this order line, a new one each time. Asked when the report opens, and again when one expires.
    get_token: T,
    /// Where the shop's backend answers. Default: the page's own origin.
    #[prop(optional, into)]
    endpoint: MaybeProp<String>,
    /// The language, with a region if you like. Default: that of the page around it.
    #[prop(optional, into)]
    lang: MaybeProp<String>,
    /// Words that replace the element's own.
    #[prop(optional, into)]
    messages: MaybeProp<Messages>,
    /// Whether the report is open: set by the app, and by the component when the customer opens it.
    #[prop(optional)]
    open: RwSignal<bool>,
    /// Whether nothing is to be kept in this browser, for computers that are shared.
    #[prop(optional)]
    is_draft_off: bool,
    /// Whether the order line is asked for when the element comes near the screen, and not only at the press.
    #[prop(optional)]
    is_prefetched: bool,
    /// Where `damage-report.js` lies, if the page does not load it by a tag of its own.
    #[prop(optional, into)]
    script: Option<String>,
    /// The element itself.
    #[prop(optional)]
    node_ref: NodeRef<Element>,
    /// The first page can be seen.
    #[prop(optional, into)]
    on_ready: Option<UnsyncCallback<()>>,
    /// Another page is shown.
    #[prop(optional, into)]
    on_step: Option<UnsyncCallback<Step>>,
    /// The customer changed the draft; what still keeps it from being sent.
    #[prop(optional, into)]
    on_change: Option<UnsyncCallback<Vec<Violation>>>,
    /// Something became of a photo.
    #[prop(optional, into)]
    on_photo: Option<UnsyncCallback<Photo>>,
    /// Something became of the draft.
    #[prop(optional, into)]
    on_draft: Option<UnsyncCallback<Draft>>,
    /// By when the damage must be reported, once that is known.
    #[prop(optional, into)]
    on_deadline: Option<UnsyncCallback<Deadline>>,
    /// The claim is about to be sent; says what becomes of it.
    #[prop(optional, into)]
    before_submit: Option<UnsyncCallback<Claim, Sending>>,
    /// The claim was accepted, under this reference.
    #[prop(optional, into)]
    on_submitted: Option<UnsyncCallback<String>>,
    /// There was no token.
    #[prop(optional, into)]
    on_auth_required: Option<UnsyncCallback<()>>,
    /// The report cannot start, or had to stop; the children are shown.
    #[prop(optional, into)]
    on_error: Option<UnsyncCallback<Reason>>,
    /// The fallback for a report that cannot start, and the content of its slots.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView
where
    T: AsyncFn() -> Result<String, NoToken> + 'static,
{
    if let Some(address) = script {
        script::load_script(&address, move || _ = on_error.and_then(|hear| hear.try_run(Reason::Files)));
    }
    follow(open, node_ref);
    // Left alone where it is so already: setting it is what opens and closes the element.
    let toggled = UnsyncCallback::new(move |is_open| {
        if open.try_get_untracked().is_some_and(|was_open| was_open != is_open) {
            open.set(is_open);
        }
    });
    custom("damage-report")
        .attr("order-line", move || order_line.get())
        .attr("endpoint", move || endpoint.get())
        .attr("lang", move || lang.get())
        .attr("draft", is_draft_off.then_some("off"))
        .attr("prefetch", is_prefetched)
        .attr("open", open.get_untracked())
        .prop("getToken", token::token_function(get_token))
        .prop("messages", move || messages.get().map(|messages| messages.to_object()))
        .add_any_attr(pass_on(events::TOGGLE, Some(toggled)))
        .add_any_attr(pass_on(events::READY, on_ready))
        .add_any_attr(pass_on(events::STEP, on_step))
        .add_any_attr(pass_on(events::CHANGE, on_change))
        .add_any_attr(pass_on(events::PHOTO, on_photo))
        .add_any_attr(pass_on(events::DRAFT, on_draft))
        .add_any_attr(pass_on(events::DEADLINE, on_deadline))
        .add_any_attr(ask(events::BEFORE_SUBMIT, before_submit))
        .add_any_attr(pass_on(events::SUBMITTED, on_submitted))
        .add_any_attr(pass_on(events::AUTH_REQUIRED, on_auth_required))
        .add_any_attr(pass_on(events::ERROR, on_error))
        .node_ref(node_ref)
        .child(children.map(|children| children()))
}

/// Opens and closes the element when `open` is set, after it was made as `open` said.
fn follow(open: RwSignal<bool>, node_ref: NodeRef<Element>) {
    Effect::new(move |was_there: Option<bool>| {
        let is_open = open.get();
        let Some(element) = node_ref.get() else { return false };
        if was_there == Some(true) || element.has_attribute("open") != is_open {
            // Set anew where it is set: after a failure that is another try. By the property, where the element has it by now: an
            // attribute that is merely gone may be the doing of a page that is made anew.
            let done = if Reflect::has(&element, &"close".into()) == Ok(true) {
                Reflect::set(&element, &"open".into(), &is_open.into()).map(drop)
            } else if is_open {
                element.set_attribute("open", "")
            } else {
                element.remove_attribute("open")
            };
            done.expect("`open` is a name that an attribute may have, and a property that the element lets be set");
        }
        true
    });
}

/// Listens to an event, and passes its detail on to the app.
fn pass_on<D: EventDetail + 'static>(event: HostEvent<D>, listener: Option<UnsyncCallback<D>>) -> impl Attribute {
    on(Event::<CustomEvent>::new(event.name), move |event: CustomEvent| {
        if let (Some(listener), Some(detail)) = (listener, D::read(&event.detail())) {
            listener.try_run(detail);
        }
    })
}

/// Listens to an event that announces something, and cancels it where the app holds that back.
fn ask<D: EventDetail + 'static>(event: HostEvent<D>, listener: Option<UnsyncCallback<D, Sending>>) -> impl Attribute {
    on(Event::<CustomEvent>::new(event.name), move |event: CustomEvent| {
        if let (Some(listener), Some(detail)) = (listener, D::read(&event.detail()))
            && listener.try_run(detail) == Some(Sending::HeldBack)
        {
            event.prevent_default();
        }
    })
}
