//! Signing in and out. A person signs in with a key; there is no name to type, and none to guess.

use std::{net::SocketAddr, sync::Arc};

use askama::Template;
use axum::{
    Extension,
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};

use super::{
    error::DeskError,
    form::Form,
    language::Language,
    page::{self, PageFrame},
    same_origin,
    session::{self, Session},
};
use crate::{
    app::App,
    client_address::client_address,
    problem::Refusal,
    store::{
        self,
        desk::{LoggedAction, NewEntry},
    },
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: PageFrame,
    /// The key that the demo fills in; empty elsewhere.
    key: String,
    is_refused: bool,
}

/// The page with the form.
pub(super) async fn show_sign_in(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, DeskError> {
    if Session::of_request(&app, &headers).await?.is_some() {
        return Ok(Redirect::to("/desk").into_response());
    }
    Ok(page(&app, &headers, StatusCode::OK))
}

/// Signs in the person whose key was sent.
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    address: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, DeskError> {
    same_origin::require_same_origin(&headers)?;
    if let Some(Extension(ConnectInfo(address))) = address {
        app.throttle.admit_sign_in(client_address(address.ip(), &headers, &app.config.trusted_proxies))?;
    }
    let desk = session::desk_settings(&app)?;
    let form = Form::read(&app, &headers, body, &["key"]).await?;
    let Some(person) = desk.person_with_key(form.value("key").trim()) else {
        log_refused(&app).await?;
        return Ok(page(&app, &headers, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let cookie = Session::begin(&app, desk, &headers, person).await?;
    tracing::info!(person = person.name, "signed in at the desk");
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/desk")).into_response())
}

/// Signs out.
pub(super) async fn sign_out(
    State(app): State<Arc<App>>,
    session: Session,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, DeskError> {
    same_origin::require_same_origin(&headers)?;
    let form = Form::read(&app, &headers, body, &["form_token"]).await?;
    session.check_form_token(form.value("form_token"))?;
    let cookie = session.end(&app, session::desk_settings(&app)?).await?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/desk/sign-in")).into_response())
}

async fn log_refused(app: &App) -> Result<(), Refusal> {
    tracing::warn!("a sign-in at the desk was refused: nobody has this key");
    let mut db = app.store.begin_write().await?;
    let entry = NewEntry { person: None, action: LoggedAction::SignInRefused, reference: None, photo: None };
    store::desk::append_log_entry(&mut db, &entry, app.clock.now()).await?;
    Ok(db.commit().await?)
}

fn page(app: &App, headers: &HeaderMap, status: StatusCode) -> Response {
    let key = app.config.desk.as_ref().and_then(|desk| desk.demo_key.clone()).unwrap_or_default();
    let frame = PageFrame::new(app, Language::of_request(headers), None, "/desk/sign-in");
    page::render_page(status, &SignInPage { frame, key, is_refused: status != StatusCode::OK })
}
