//! What every page of the desk shares: its frame, and how a template becomes an answer.

use askama::Template;
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};

use super::{
    assets::{ASSETS, Assets},
    language::Language,
    session::Session,
};
use crate::{app::App, config::Role, problem::Refusal};

/// The frame of a page: words, person and addresses.
pub(super) struct PageFrame {
    pub(super) language: Language,
    pub(super) shop: String,
    /// The person's name; empty where nobody is signed in.
    pub(super) person: String,
    pub(super) may_decide: bool,
    /// The token of this session's forms.
    pub(super) form_token: String,
    /// The address of the page, to lead back to.
    pub(super) path: String,
    pub(super) assets: &'static Assets,
}

impl PageFrame {
    /// The frame of the page at `path`.
    pub(super) fn new(app: &App, language: Language, session: Option<&Session>, path: &str) -> Self {
        Self {
            language,
            shop: app.config.shop.name.clone(),
            person: session.map(|session| session.person.clone()).unwrap_or_default(),
            may_decide: session.is_some_and(|session| session.role == Role::Decide),
            form_token: session.map(Session::form_token).unwrap_or_default(),
            path: path.to_owned(),
            assets: &ASSETS,
        }
    }

    /// The words called `key`.
    pub(super) fn t(&self, key: &str) -> &'static str {
        self.language.words(key)
    }

    /// The words called `key`, with `value` for `{name}`.
    pub(super) fn fill(&self, key: &str, name: &str, value: impl std::fmt::Display) -> String {
        self.language.fill(key, name, &value.to_string())
    }

    /// The languages, each with whether it is this page's.
    pub(super) fn languages(&self) -> impl Iterator<Item = (Language, bool)> + '_ {
        Language::ALL.into_iter().map(|language| (language, language == self.language))
    }
}

/// The page that `template` makes.
pub(super) fn render_page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the desk cannot be written");
            Refusal::new(damage_report_rules::contract::Code::Internal).into_response()
        }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: PageFrame,
    title: &'static str,
    text: &'static str,
}

/// The page that says why a request is not granted.
pub(super) fn error_page(frame: PageFrame, status: StatusCode, words: &str) -> Response {
    let title = frame.t(&format!("error_{words}_title"));
    let text = frame.t(&format!("error_{words}_text"));
    render_page(status, &ErrorPage { frame, title, text })
}
