//! The desk's sessions, and its log of what people looked at.

use chrono::{DateTime, Utc};
use damage_report_rules::evidence::Digest;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{error::StoreError, instant::instant_from_milliseconds};

/// A session as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The person's name.
    pub person: String,
    /// The digest of the person's name, role and key at the sign-in.
    pub granted: String,
    /// When the person signed in.
    pub created_at: DateTime<Utc>,
    /// When the session was used last, to the minute.
    pub seen_at: DateTime<Utc>,
}

/// Something that a person did at the desk other than changing a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoggedAction {
    /// Signed in.
    SignedIn,
    /// Was refused, with a key that nobody has.
    SignInRefused,
    /// Signed out.
    SignedOut,
    /// Looked at a claim.
    ClaimViewed,
    /// Looked at a photo.
    PhotoViewed,
    /// Downloaded a photo.
    PhotoDownloaded,
    /// Downloaded all that is kept of a claim.
    Exported,
}

impl LoggedAction {
    /// Every action.
    pub const ALL: [Self; 7] = [
        Self::SignedIn,
        Self::SignInRefused,
        Self::SignedOut,
        Self::ClaimViewed,
        Self::PhotoViewed,
        Self::PhotoDownloaded,
        Self::Exported,
    ];

    /// Its stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInRefused => "sign_in_refused",
            Self::SignedOut => "signed_out",
            Self::ClaimViewed => "claim_viewed",
            Self::PhotoViewed => "photo_viewed",
            Self::PhotoDownloaded => "photo_downloaded",
            Self::Exported => "exported",
        }
    }
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Its place in the log.
    pub id: i64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Who did it; nobody known for a refused sign-in.
    pub person: Option<String>,
    /// What it was.
    pub action: LoggedAction,
    /// The claim that it is about.
    pub reference: Option<String>,
    /// Which photo of the claim: `device/2`.
    pub photo: Option<String>,
}

/// An entry before it has its place in the log.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// Who did it; nobody known for a refused sign-in.
    pub person: Option<&'a str>,
    /// What it was.
    pub action: LoggedAction,
    /// The claim that it is about.
    pub reference: Option<&'a str>,
    /// Which photo of the claim: `device/2`.
    pub photo: Option<&'a str>,
}

/// Adds a session under the digest of its token.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn add_session(db: &mut SqliteConnection, digest: Digest, session: &SessionRow) -> Result<(), StoreError> {
    sqlx::query("insert into desk_sessions (digest, person, granted, created_at, seen_at) values (?, ?, ?, ?, ?)")
        .bind(digest.to_string())
        .bind(&session.person)
        .bind(&session.granted)
        .bind(session.created_at.timestamp_millis())
        .bind(session.seen_at.timestamp_millis())
        .execute(db)
        .await?;
    Ok(())
}

/// The session whose token has this digest.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn find_session(db: &mut SqliteConnection, digest: Digest) -> Result<Option<SessionRow>, StoreError> {
    let row = sqlx::query("select person, granted, created_at, seen_at from desk_sessions where digest = ?")
        .bind(digest.to_string())
        .fetch_optional(db)
        .await?;
    let session = |row: SqliteRow| {
        Ok(SessionRow {
            person: row.try_get("person")?,
            granted: row.try_get("granted")?,
            created_at: instant_from_milliseconds(row.try_get("created_at")?)?,
            seen_at: instant_from_milliseconds(row.try_get("seen_at")?)?,
        })
    };
    row.map(session).transpose()
}

/// Records that a session is used.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn record_session_use(
    db: &mut SqliteConnection,
    digest: Digest,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("update desk_sessions set seen_at = ? where digest = ?")
        .bind(at.timestamp_millis())
        .bind(digest.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn end_session(db: &mut SqliteConnection, digest: Digest) -> Result<(), StoreError> {
    sqlx::query("delete from desk_sessions where digest = ?").bind(digest.to_string()).execute(db).await?;
    Ok(())
}

/// Removes every session that began before `oldest`.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn end_sessions_before(db: &mut SqliteConnection, oldest: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("delete from desk_sessions where created_at < ?").bind(oldest.timestamp_millis()).execute(db).await?;
    Ok(())
}

/// Appends `entry` to the log.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn append_log_entry(
    db: &mut SqliteConnection,
    entry: &NewEntry<'_>,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("insert into desk_log (at, person, action, reference, photo) values (?, ?, ?, ?, ?)")
        .bind(at.timestamp_millis())
        .bind(entry.person)
        .bind(entry.action.code())
        .bind(entry.reference)
        .bind(entry.photo)
        .execute(db)
        .await?;
    Ok(())
}

/// Whether the log has `entry`, from `since` on.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn has_logged(
    db: &mut SqliteConnection,
    entry: &NewEntry<'_>,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let has = sqlx::query_scalar(
        "select exists (select 1 from desk_log
         where reference = ? and at >= ? and person is ? and action = ? and photo is ?)",
    )
    .bind(entry.reference)
    .bind(since.timestamp_millis())
    .bind(entry.person)
    .bind(entry.action.code())
    .bind(entry.photo)
    .fetch_one(db)
    .await?;
    Ok(has)
}

/// The entries about the claim called `reference`, in order.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn log_of_claim(db: &mut SqliteConnection, reference: &str) -> Result<Vec<LogEntry>, StoreError> {
    let rows =
        sqlx::query("select * from desk_log where reference = ? order by id").bind(reference).fetch_all(db).await?;
    rows.iter().map(entry).collect()
}

/// At most `count` entries before the place `before`, the newest first.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn log_entries_before(
    db: &mut SqliteConnection,
    before: i64,
    count: u32,
) -> Result<Vec<LogEntry>, StoreError> {
    let rows = sqlx::query("select * from desk_log where id < ? order by id desc limit ?")
        .bind(before)
        .bind(count)
        .fetch_all(db)
        .await?;
    rows.iter().map(entry).collect()
}

fn entry(row: &SqliteRow) -> Result<LogEntry, StoreError> {
    let code: String = row.try_get("action")?;
    let action = LoggedAction::ALL.into_iter().find(|action| action.code() == code);
    Ok(LogEntry {
        id: row.try_get("id")?,
        at: instant_from_milliseconds(row.try_get("at")?)?,
        person: row.try_get("person")?,
        action: action.ok_or(StoreError::Unreadable("an action at the desk"))?,
        reference: row.try_get("reference")?,
        photo: row.try_get("photo")?,
    })
}
