//! Data folders with so many claims in them, put in by the backend's own code: its schema, its statements, its checks.
//!
//! They are kept from one run to the next under `target/bench/backend`. The claims came over two years, the last a week
//! ago; each has its order line, its draft, five photos' particulars, and the answer to its key where keys of that age
//! are still remembered. The photos' files are not there: nothing that is measured reads those of old claims.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use damage_report_backend::{
    actor::Actor,
    claim::ClaimRow,
    claim_list,
    config::Config,
    digest,
    order_line::OrderLine,
    store::{
        self, Store,
        events::NewEvent,
        idempotency::{self, RememberedAnswer},
        notes::{self, BackendNote},
    },
};
use damage_report_rules::{
    contract::ClaimEventType,
    policy::{LateRule, Policy, Terms},
};

use crate::sample_data::{
    self,
    stored::{self, StoredClaim},
};

/// Raised whenever other things are put in, so that folders of before are not taken for these.
const CONTENT: u32 = 3;

/// Over how long the claims came.
const OVER: TimeDelta = TimeDelta::days(730);

/// Claims a transaction. The backend's own are one each; that would take a quarter of an hour for a million.
const CLAIMS_AT_ONCE: u64 = 10_000;

/// How much of the database the seeding connection keeps in memory: half a gigabyte, in KiB.
const CACHE: &str = "pragma cache_size = -524288";

/// How often it says how far it is.
const SAYING: Duration = Duration::from_secs(10);

/// The data folder with `claims` claims, seeded now if it is not there yet.
///
/// # Errors
///
/// When it cannot be written.
pub(crate) async fn seeded_folder(target: &Path, claims: u64, config: &Config) -> Result<PathBuf> {
    let rooms = target.join("bench").join("backend");
    let folder = rooms.join(format!("{claims}-claims-{CONTENT}"));
    if folder.is_dir() {
        return Ok(folder);
    }
    let unfinished = rooms.join(format!("{claims}-claims-{CONTENT}.unfinished"));
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    seed_claims(&unfinished, claims, config).await?;
    fs::rename(&unfinished, &folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}

/// Puts `claims` claims into the empty data folder `folder`.
pub(crate) async fn seed_claims(folder: &Path, claims: u64, config: &Config) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let store = Store::open(folder).await?;
    let now = Utc::now();
    let policy = Policy::try_from(Terms { late: LateRule::Accept, ..Terms::default() })?;
    let late = Config { policy, ..config.clone() };
    let (begun, mut said) = (Instant::now(), Instant::now());
    for first in (0..claims).step_by(usize::try_from(CLAIMS_AT_ONCE)?) {
        let mut db = store.begin_write().await?;
        sqlx::query(CACHE).execute(&mut *db).await?;
        let last = claims.min(first + CLAIMS_AT_ONCE);
        for number in first..last {
            let age = TimeDelta::days(7) + OVER * i32::try_from(claims - number)? / i32::try_from(claims)?;
            // Kept to the millisecond, as the backend's clock gives it.
            let received_at = (now - age).trunc_subsecs(3);
            let stored = stored::stored_claim(number, claims, &order_line_id(number, claims), received_at);
            put_claim_in(&mut db, &claim_reference(number, claims), &stored, received_at, &late).await?;
        }
        db.commit().await?;
        if said.elapsed() > SAYING {
            eprintln!("  {last} of {claims} claims are in after {} s", begun.elapsed().as_secs());
            said = Instant::now();
        }
    }
    let mut db = store.begin_write().await?;
    let last = store::events::last_place(&mut db).await?;
    notes::write(&mut db, BackendNote::Entered, &last.to_string()).await?;
    db.commit().await?;
    store.close().await;
    Ok(())
}

/// The identifier of the order line of claim `number` of `claims`: evenly spread over all that there could be.
pub(crate) fn order_line_id(number: u64, claims: u64) -> String {
    format!("{:08x}-1", (number << 32) / claims)
}

/// The reference of claim `number` of `claims`, as the backend makes them, and spread alike.
pub(crate) fn claim_reference(number: u64, claims: u64) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let place = (number << 40) / claims;
    let characters = (0..10).rev().map(|nth| char::from(ALPHABET[(place << 10 >> (nth * 5) & 31) as usize]));
    format!("DR-{}", characters.collect::<String>())
}

/// Puts in what a claim leaves behind that was accepted at this instant: the rows that
/// [`submission`](damage_report_backend::submission) and [`evidence`](damage_report_backend::evidence) write.
async fn put_claim_in(
    db: &mut sqlx::SqliteConnection,
    reference: &str,
    StoredClaim { line, draft, timing, events }: &StoredClaim,
    received_at: DateTime<Utc>,
    config: &Config,
) -> Result<()> {
    seed_draft(db, line, received_at - TimeDelta::minutes(3)).await?;
    // Photos without a claim would expire when the backend starts.
    for photo in sample_data::photo_rows(&line.id, received_at) {
        if !draft.photos.all().any(|(_, claimed)| claimed == photo.digest) {
            store::photos::remove(db, &line.id, photo.digest).await?;
        }
    }
    let Ok(claim) = draft.check(&config.policy, *timing) else {
        bail!("a made-up claim breaks a rule");
    };
    let mut kept = ClaimRow::accepted(reference.to_owned(), line.id.clone(), &claim, received_at);
    store::claims::insert_claim(db, &kept).await?;
    log(db, ClaimEventType::Submitted, reference, line, 1, received_at).await?;
    if received_at > Utc::now() - idempotency::LIFETIME {
        let body = serde_json::to_string(&kept.clone().status(line, config))?;
        let fingerprint = digest::sha256(&serde_json::to_vec(claim.content())?).to_string();
        let answer = RememberedAnswer { body, status: 201, fingerprint };
        let key = answer.fingerprint.clone();
        store::idempotency::remember_answer(db, &line.id, &key, &answer, received_at).await?;
    }
    for event in events {
        kept.progress = kept.progress.apply(event, received_at.date_naive())?;
        kept.version += 1;
        let at = received_at + TimeDelta::hours(20);
        store::claims::record_event(db, reference, event, &kept.progress, at).await?;
        log(db, event.into(), reference, line, kept.version, at).await?;
    }
    claim_list::refresh_entry(db, &kept, line, config).await?;
    Ok(())
}

async fn log(
    db: &mut sqlx::SqliteConnection,
    kind: ClaimEventType,
    reference: &str,
    line: &OrderLine,
    version: u32,
    at: DateTime<Utc>,
) -> Result<()> {
    let event = NewEvent { kind, reference, order_line: &line.id, version, actor: &Actor::Seller, at };
    store::events::append(db, &event).await?;
    Ok(())
}

/// Puts `line` in, with a draft that was begun then and has its photos.
pub(crate) async fn seed_draft(db: &mut sqlx::SqliteConnection, line: &OrderLine, begun: DateTime<Utc>) -> Result<()> {
    store::order_lines::put(db, line).await?;
    for photo in sample_data::photo_rows(&line.id, begun) {
        store::photos::put(db, &line.id, &photo, photo.received_at).await?;
        store::drafts::begin_or_record_activity(db, &line.id, photo.received_at).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use damage_report_backend::{app::App, clock::Clock, router, server};
    use damage_report_rules::window::Timing;
    use serde_json::Value;
    use tokio::net::TcpListener;

    use super::*;
    use crate::{client::Client, requests, settings, unreported_lines};

    /// The shape of `value`, regardless of its content.
    fn shape(value: &Value) -> Value {
        match value {
            Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
            Value::Array(items) => items.iter().map(shape).collect(),
            Value::String(_) => "a text".into(),
            Value::Number(_) => "a number".into(),
            other => other.clone(),
        }
    }

    #[tokio::test]
    async fn a_seeded_claim_is_told_and_repeated_as_one_that_was_sent() {
        const CLAIMS: u64 = 1_000;
        let folder = tempfile::tempdir().unwrap();
        let config = settings::config(folder.path()).unwrap();
        seed_claims(folder.path(), CLAIMS, &config).await.unwrap();
        unreported_lines::recreate_unreported_lines(folder.path(), 1, 0).await.unwrap();
        let app = App::open(config, Clock::system()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = router::router(&app);
        tokio::spawn(async move { server::serve(listener, router, &app, std::future::pending()).await });
        let mut client = Client::connect(address).await.unwrap();

        let open = unreported_lines::unreported_line_ids(1).next().unwrap();
        // The keys of the newest are still remembered: sent again, the claim that is there is the answer.
        let (number, seeded) = (0..CLAIMS)
            .rev()
            .map(|number| (number, stored::stored_claim(number, CLAIMS, &order_line_id(number, CLAIMS), Utc::now())))
            .find(|(_, claim)| {
                claim.events.is_empty() && claim.timing == Timing::InTime && claim.draft.advice.is_empty()
            })
            .unwrap();
        let mut answers = Vec::new();
        for (line, draft) in [(&open, sample_data::claim_draft(&open)), (&seeded.line.id, seeded.draft.clone())] {
            let (status, sent) = client.send(requests::submit_claim_request(line, &draft).unwrap()).await.unwrap();
            assert_eq!(status, 201, "{sent:?}");
            let (status, told) = client.send(requests::order_line_request(line).unwrap()).await.unwrap();
            assert_eq!(status, 200, "{told:?}");
            let [sent, told]: [Value; 2] = [sent, told].map(|body| serde_json::from_slice(&body).unwrap());
            assert_eq!(sent, told["claim"], "it is told as it was answered");
            answers.push(told);
        }
        assert_eq!(answers[1]["claim"]["reference"], claim_reference(number, CLAIMS));
        assert_eq!(shape(&answers[0]), shape(&answers[1]));
    }
}
