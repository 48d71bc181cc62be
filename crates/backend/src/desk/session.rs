//! Who is signed in: the session behind a request.
//!
//! The cookie holds a random token, of which the database has the digest. A session ends by itself, idle or old; it also ends when the
//! person's name, role or key in the configuration is no longer what it was at the sign-in.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use damage_report_rules::evidence::Digest;
use sqlx::SqliteConnection;
use subtle::ConstantTimeEq as _;

use super::{
    cookies::{cookie_value, secure_attribute},
    error::DeskError,
};
use crate::{
    actor::Actor,
    app::App,
    clock::Clock,
    config::{DeskPerson, DeskSettings, Role, Transport},
    digest::sha256,
    problem::Refusal,
    random,
    store::{
        self,
        desk::{LoggedAction, NewEntry, SessionRow},
    },
};

/// How often a session's last use is written down.
const TOUCH_INTERVAL: TimeDelta = TimeDelta::minutes(1);

/// How long one look at a claim or a photo is one entry in the log.
const LOOK: TimeDelta = TimeDelta::minutes(10);

/// The person behind a request.
#[derive(Clone, Debug)]
pub(super) struct Session {
    token: String,
    pub(super) person: String,
    pub(super) role: Role,
}

/// The settings of the desk. Its routes exist only where it has some.
///
/// # Errors
///
/// A [`DeskError`], where it has none.
pub(super) fn desk_settings(app: &App) -> Result<&DeskSettings, DeskError> {
    app.config.desk.as_ref().ok_or(DeskError::UNKNOWN)
}

fn cookie_name(desk: &DeskSettings) -> &'static str {
    match desk.transport {
        // Browsers accept this prefix with `Secure`, `Path=/` and without `Domain` alone: no other host can set it.
        Transport::Https => "__Host-desk",
        Transport::PlainLoopback => "desk",
    }
}

impl Session {
    /// Begins a session of `person` with a new token, in the place of the one of the request. Returns the line of the cookie.
    ///
    /// # Errors
    ///
    /// A failure of the database.
    pub(super) async fn begin(
        app: &App,
        desk: &DeskSettings,
        headers: &HeaderMap,
        person: &DeskPerson,
    ) -> Result<String, Refusal> {
        let token = BASE64_URL_SAFE_NO_PAD.encode(random::random_bytes::<32>());
        let now = app.clock.now();
        let mut db = app.store.begin_write().await?;
        if let Some(before) = cookie_value(headers, cookie_name(desk)) {
            store::desk::end_session(&mut db, sha256(before.as_bytes())).await?;
        }
        store::desk::end_sessions_before(&mut db, Clock::saturating_add(now, -desk.session_max)).await?;
        let row = SessionRow { person: person.name.clone(), granted: granted(person), created_at: now, seen_at: now };
        store::desk::add_session(&mut db, sha256(token.as_bytes()), &row).await?;
        let entry =
            NewEntry { person: Some(&person.name), action: LoggedAction::SignedIn, reference: None, photo: None };
        store::desk::append_log_entry(&mut db, &entry, now).await?;
        db.commit().await?;
        let seconds = desk.session_max.num_seconds();
        Ok(cookie_line(app, desk, &token, seconds))
    }

    /// Ends this session. Returns the line that removes the cookie.
    ///
    /// # Errors
    ///
    /// A failure of the database.
    pub(super) async fn end(&self, app: &App, desk: &DeskSettings) -> Result<String, Refusal> {
        let mut db = app.store.begin_write().await?;
        store::desk::end_session(&mut db, self.digest()).await?;
        let entry =
            NewEntry { person: Some(&self.person), action: LoggedAction::SignedOut, reference: None, photo: None };
        store::desk::append_log_entry(&mut db, &entry, app.clock.now()).await?;
        db.commit().await?;
        Ok(cookie_line(app, desk, "", 0))
    }

    /// The session of a request; none where nobody is signed in.
    ///
    /// # Errors
    ///
    /// A failure of the database.
    pub(super) async fn of_request(app: &App, headers: &HeaderMap) -> Result<Option<Self>, DeskError> {
        let desk = desk_settings(app)?;
        let Some(token) = cookie_value(headers, cookie_name(desk)) else { return Ok(None) };
        let digest = sha256(token.as_bytes());
        let row =
            store::desk::find_session(&mut *app.store.read_connection().await.map_err(Refusal::from)?, digest).await;
        let Some(row) = row.map_err(Refusal::from)? else { return Ok(None) };
        let now = app.clock.now();
        let person = desk.people.iter().find(|person| person.name == row.person);
        let person = person.filter(|person| granted(person) == row.granted);
        let is_over = now - row.seen_at > desk.idle_max || now - row.created_at > desk.session_max;
        let Some(person) = person.filter(|_| !is_over) else {
            let mut db = app.store.begin_write().await.map_err(Refusal::from)?;
            store::desk::end_session(&mut db, digest).await.map_err(Refusal::from)?;
            db.commit().await.map_err(Refusal::from)?;
            return Ok(None);
        };
        if now - row.seen_at > TOUCH_INTERVAL {
            let mut db = app.store.begin_write().await.map_err(Refusal::from)?;
            store::desk::record_session_use(&mut db, digest, now).await.map_err(Refusal::from)?;
            db.commit().await.map_err(Refusal::from)?;
        }
        Ok(Some(Self { token: token.to_owned(), person: person.name.clone(), role: person.role }))
    }

    /// The token of this session's forms. It follows from the session's token, which it does not disclose.
    pub(super) fn form_token(&self) -> String {
        sha256(format!("form of {}", self.token).as_bytes()).to_string()
    }

    /// Refuses a form that does not hold the token of this session.
    ///
    /// # Errors
    ///
    /// A [`DeskError`] that says so.
    pub(super) fn check_form_token(&self, sent: &str) -> Result<(), DeskError> {
        let is_ours: bool = self.form_token().as_bytes().ct_eq(sent.as_bytes()).into();
        if is_ours { Ok(()) } else { Err(DeskError::STALE_FORM) }
    }

    /// Refuses a person who may only look.
    ///
    /// # Errors
    ///
    /// A [`DeskError`] that says so.
    pub(super) fn check_may_decide(&self) -> Result<(), DeskError> {
        match self.role {
            Role::Decide => Ok(()),
            Role::Look => Err(DeskError::LOOK_ONLY),
        }
    }

    /// This person, for the log of events.
    pub(super) fn actor(&self) -> Actor {
        Actor::Person(self.person.clone())
    }

    /// Logs that this person does `action` with the claim called `reference`, or with one `photo` of it. Without an entry nothing is
    /// shown.
    ///
    /// # Errors
    ///
    /// A failure of the database.
    pub(super) async fn log_action(
        &self,
        app: &App,
        action: LoggedAction,
        reference: &str,
        photo: Option<&str>,
    ) -> Result<(), Refusal> {
        let entry = NewEntry { person: Some(&self.person), action, reference: Some(reference), photo };
        let now = app.clock.now();
        let is_look = matches!(action, LoggedAction::ClaimViewed | LoggedAction::PhotoViewed);
        if is_look && has_logged(app, &entry).await? {
            return Ok(());
        }
        let mut db = app.store.begin_write().await?;
        store::desk::append_log_entry(&mut db, &entry, now).await?;
        Ok(db.commit().await?)
    }

    fn digest(&self) -> Digest {
        sha256(self.token.as_bytes())
    }
}

async fn has_logged(app: &App, entry: &NewEntry<'_>) -> Result<bool, Refusal> {
    let since = Clock::saturating_add(app.clock.now(), -LOOK);
    let mut db: sqlx::pool::PoolConnection<sqlx::Sqlite> = app.store.read_connection().await?;
    let db: &mut SqliteConnection = &mut db;
    Ok(store::desk::has_logged(db, entry, since).await?)
}

/// The digest of what the configuration grants `person`.
fn granted(person: &DeskPerson) -> String {
    let mut text = format!("{}\n{}\n", person.name, person.role).into_bytes();
    text.extend_from_slice(person.key.bytes());
    sha256(&text).to_string()
}

fn cookie_line(app: &App, desk: &DeskSettings, token: &str, seconds: i64) -> String {
    let (name, secure) = (cookie_name(desk), secure_attribute(app));
    format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

impl FromRequestParts<Arc<App>> for Session {
    type Rejection = DeskError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, DeskError> {
        Self::of_request(app, &parts.headers).await?.ok_or(DeskError::SignIn)
    }
}
