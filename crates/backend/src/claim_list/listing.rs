//! Enters claims into the list, and keeps their entries as the rules and the settings want them.

use std::time::Duration;

use damage_report_rules::contract::Code;
use sqlx::SqliteConnection;

use crate::{
    app::App,
    claim::ClaimRow,
    config::Config,
    digest::sha256,
    order_line::OrderLine,
    problem::Refusal,
    store::{
        self, StoreError,
        claim_list::ListFields,
        notes::{self, BackendNote},
    },
};

/// How many entries are computed again before a pause: some milliseconds of work.
const PAGE: u32 = 50;

/// The pause for each of these entries, so that claims that come in meanwhile do not wait.
const PAUSE_PER_CLAIM: Duration = Duration::from_micros(100);

/// The version of how entries are computed. A higher number makes the backend compute every entry again.
const METHOD: u32 = 1;

/// Enters `claim` about `line`, which is not in the list.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub(super) async fn add_entry(
    db: &mut SqliteConnection,
    claim: &ClaimRow,
    line: &OrderLine,
    config: &Config,
) -> Result<(), StoreError> {
    store::claim_list::add_entry(db, &claim.reference, claim.received_at, &listing(claim, line, config)).await
}

/// Enters `claim` about `line`, or brings its entry up to date after a change of either in the same transaction. Returns whether
/// anything changed.
///
/// # Errors
///
/// [`StoreError`] when the database fails.
pub async fn refresh_entry(
    db: &mut SqliteConnection,
    claim: &ClaimRow,
    line: &OrderLine,
    config: &Config,
) -> Result<bool, StoreError> {
    store::claim_list::put_entry(db, &claim.reference, claim.received_at, &listing(claim, line, config)).await
}

/// Computes every entry again if the settings have changed since the entries were made: due dates depend on them. It works through the
/// claims in pages, and continues where an earlier run stopped.
///
/// # Errors
///
/// A failure of the database. A later run goes on.
pub async fn refresh_all_entries(app: &App) -> Result<(), Refusal> {
    let fingerprint = fingerprint(&app.config)?;
    let noted = notes::read(&mut *app.store.read_connection().await?, BackendNote::Listed).await?;
    if noted == fingerprint {
        return Ok(());
    }
    let at = noted.strip_prefix(&fingerprint).unwrap_or_default().trim_start();
    let (mut at, mut seen, mut changed) = (Some(at.to_owned()), 0_u64, 0_u64);
    while let Some(after) = at {
        let mut db = app.store.begin_write().await?;
        let claims = store::claims::claims_after(&mut db, &after, PAGE).await?;
        for claim in &claims {
            let line = store::order_lines::find(&mut db, &claim.order_line).await?;
            let line = line.ok_or_else(|| Refusal::new(Code::Internal))?;
            changed += u64::from(refresh_entry(&mut db, claim, &line, &app.config).await?);
        }
        at = claims.last().map(|claim| claim.reference.clone());
        let note = at.as_ref().map_or_else(|| fingerprint.clone(), |last| format!("{fingerprint} {last}"));
        notes::write(&mut db, BackendNote::Listed, &note).await?;
        db.commit().await?;
        seen += claims.len() as u64;
        tokio::time::sleep(PAUSE_PER_CLAIM * u32::try_from(claims.len()).unwrap_or(PAGE)).await;
    }
    if seen > 0 {
        tracing::info!(claims = seen, changed, "the list of claims is as the settings want it");
    }
    Ok(())
}

/// The fields that the list stores of `claim` about `line`.
fn listing(claim: &ClaimRow, line: &OrderLine, config: &Config) -> ListFields {
    ListFields {
        order_number: line.order_number.clone(),
        carrier: line.consignment.carrier.clone(),
        state: claim.progress.state(),
        due: claim.resolution_due_date(line, config),
        is_late: claim.late,
        has_advice: !claim.content.advice.is_empty(),
        lacks_evidence: claim.content.missing != Default::default(),
    }
}

/// A hash of all settings in `config` on which entries depend.
fn fingerprint(config: &Config) -> Result<String, Refusal> {
    let policy = &config.policy;
    let holidays: Vec<_> = config.holidays.places().collect();
    let all = (METHOD, policy.resolution_days, policy.resolution_from, holidays);
    let all = serde_json::to_vec(&all).map_err(|_| Refusal::new(Code::Internal))?;
    Ok(sha256(&all).to_string())
}
