//! Text that the customer types, in one line or in several.
//!
//! Accessible when: label, hint and error are tied to the control; the error stands in words beside it; nothing is
//! checked while typing.

use leptos::prelude::*;

/// A line of text.
#[component]
pub fn TextField(
    /// Its identifier, for labels and for links that lead here.
    id: &'static str,
    /// What is asked.
    label: String,
    /// What helps to answer.
    hint: String,
    /// What stands in it.
    value: RwSignal<String>,
    /// What is wrong with it, if anything.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// What may be worth a second look, if anything; announced politely.
    #[prop(into)]
    advice: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <p class="hint" id=[id, "-hint"].concat()>{hint}</p>
            <FieldError id error />
            <input
                type="text"
                id=id
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                aria-describedby=[id, "-hint ", id, "-error"].concat()
                aria-invalid=move || error.get().is_some().then_some("true")
                prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())
            />
            <p class="advice" role="status">{move || advice.get()}</p>
        </div>
    }
}

/// Several lines of text, with a count of what is left once that gets short.
#[component]
pub fn TextArea(
    /// Its identifier, for labels and for links that lead here.
    id: &'static str,
    /// What is asked.
    label: String,
    /// What helps to answer.
    hint: String,
    /// What stands in it.
    value: RwSignal<String>,
    /// What is wrong with it, if anything.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// How much more may be written, in words, when that is worth saying.
    #[prop(into)]
    room: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <p class="hint" id=[id, "-hint"].concat()>{hint}</p>
            <FieldError id error />
            <textarea
                id=id
                rows="4"
                dir="auto"
                aria-describedby=[id, "-hint ", id, "-error"].concat()
                aria-invalid=move || error.get().is_some().then_some("true")
                prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())
            ></textarea>
            <p class="advice" role="status">{move || room.get()}</p>
        </div>
    }
}

/// What is wrong with the control `id`, beside it.
#[component]
pub fn FieldError(
    /// The control's identifier.
    id: &'static str,
    /// What is wrong, if anything.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    view! { <p class="error" id=[id, "-error"].concat()>{move || error.get()}</p> }
}
