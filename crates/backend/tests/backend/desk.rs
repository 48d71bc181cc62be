//! The desk as a browser sees it: pages, forms, cookies.

mod claim;
mod decide;
mod erase;
mod headers;
mod list;
mod photos;
mod session;
mod sign_in;

use damage_report_backend::config::{DeskPerson, DeskSettings, KeyDigest, Role};
use reqwest::{Client, Method, RequestBuilder, Response, redirect::Policy};

use crate::app::TestApp;

/// The key of Anna, who decides.
pub(crate) const ANNA: &str = "the-key-of-anna-with-more-than-32-characters";
/// The key of Bram, who looks.
pub(crate) const BRAM: &str = "the-key-of-bram-with-more-than-32-characters";

/// A person with this key.
pub(crate) fn person(name: &str, role: Role, key: &str) -> DeskPerson {
    DeskPerson { name: name.to_owned(), role, key: KeyDigest::of(key).unwrap() }
}

/// A desk with Anna and Bram.
pub(crate) fn desk() -> DeskSettings {
    DeskSettings::new(vec![person("Anna", Role::Decide, ANNA), person("Bram", Role::Look, BRAM)])
}

/// A backend with a desk.
pub(crate) async fn app() -> TestApp {
    TestApp::with(|config| config.desk = Some(desk())).await
}

/// A browser at the desk. It follows no redirect.
pub(crate) struct Browser<'a> {
    app: &'a TestApp,
    client: Client,
    /// What it sends as `Cookie`.
    pub(crate) cookie: String,
}

impl<'a> Browser<'a> {
    /// A browser in which nobody is signed in.
    pub(crate) fn new(app: &'a TestApp) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { app, client, cookie: String::new() }
    }

    /// A browser in which the person with this key is signed in.
    pub(crate) async fn signed_in(app: &'a TestApp, key: &str) -> Self {
        let mut browser = Self::new(app);
        let answer = browser.sign_in(key).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/desk"));
        cookie_of(&answer).clone_into(&mut browser.cookie);
        browser
    }

    /// A request as a page of the desk makes it.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("http://{}{path}", self.app.address));
        let request = request.header("sec-fetch-site", "same-origin").header("origin", "null");
        if self.cookie.is_empty() { request } else { request.header("cookie", &self.cookie) }
    }

    /// Sends the form of the sign-in page.
    pub(crate) async fn sign_in(&self, key: &str) -> Response {
        self.post("/desk/sign-in", &[("key", key)]).await
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    /// The page at `path`, which must be there.
    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let request = self.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
        request.body(form.finish()).send().await.unwrap()
    }

    /// The token of this session's forms.
    pub(crate) async fn form_token(&self) -> String {
        value_of(&self.page("/desk").await, "form_token")
    }

    /// Sends the form of an `action` with the claim called `reference`, as the person saw it at `version`.
    pub(crate) async fn act(&self, reference: &str, action: &str, version: u32, fields: &[(&str, &str)]) -> Response {
        let (token, version) = (self.form_token().await, version.to_string());
        let common = [("form_token", token.as_str()), ("version", version.as_str())];
        let fields: Vec<_> = common.into_iter().chain(fields.iter().copied()).collect();
        self.post(&format!("/desk/claims/{reference}/actions/{action}"), &fields).await
    }
}

/// The `name=value` of the cookie that `answer` sets.
pub(crate) fn cookie_of(answer: &Response) -> &str {
    answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap()
}

/// Where `answer` leads.
pub(crate) fn location(answer: &Response) -> &str {
    answer.headers()["location"].to_str().unwrap()
}

/// The value of the field called `name` of a page.
pub(crate) fn value_of(page: &str, name: &str) -> String {
    let (_, field) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    field.split('"').next().unwrap().to_owned()
}
