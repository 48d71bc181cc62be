//! What the seller does about a claim: each event moves the claim's tracks as the rules allow, and is written down.

use damage_report_rules::{
    contract::{ClaimStatus, Code},
    lifecycle::Event,
};
use sqlx::SqliteConnection;

use crate::{app::App, claim::KeptClaim, order_line::Line, problem::Refusal, store};

/// The largest return label. Carriers' labels are 50 to 300 KB.
pub const RETURN_LABEL_BYTES_MAX: usize = 2 * 1024 * 1024;

/// How far from the end of a PDF its `%%EOF` may stand: as far as readers look for it.
const PDF_END_WITHIN: usize = 1024;

/// The claim called `reference`, with its order line.
///
/// # Errors
///
/// `claim_unknown`, or that the database fails.
pub async fn find(db: &mut SqliteConnection, reference: &str) -> Result<(KeptClaim, Line), Refusal> {
    let claim = store::claims::find(db, reference).await?.ok_or_else(|| Refusal::new(Code::ClaimUnknown))?;
    let line = store::order_lines::find(db, &claim.order_line).await?.ok_or_else(|| Refusal::new(Code::Internal))?;
    Ok((claim, line))
}

/// Records `event` about the claim called `reference`; a return label comes with its PDF, and nothing else does.
///
/// # Errors
///
/// `claim_unknown`, `return_label_invalid`, `event_refused` with the reason, or that the database fails.
pub async fn record(app: &App, reference: &str, event: &Event, label: Option<Vec<u8>>) -> Result<ClaimStatus, Refusal> {
    let label = match (event, label) {
        (Event::ReturnLabelIssued, Some(pdf)) if is_a_pdf(&pdf) => Some(pdf),
        (Event::ReturnLabelIssued, _) => return Err(Refusal::new(Code::ReturnLabelInvalid)),
        (_, Some(_)) => return Err(Refusal::new(Code::FieldUnknown).detail("pdf belongs to return_label_issued")),
        (_, None) => None,
    };
    let mut db = app.store.write().await?;
    let (claim, line) = find(&mut db, reference).await?;
    let now = app.clock.now();
    let refused = |why: String| Refusal::new(Code::EventRefused).detail(why);
    let progress = claim.progress.apply(event, line.local_date(now)).map_err(|why| refused(why.to_string()))?;
    if let Some(pdf) = label {
        match store::claims::return_label(&mut db, &line.id).await? {
            None => store::claims::add_return_label(&mut db, reference, &pdf, now).await?,
            Some(issued) if issued == pdf => {}
            Some(_) => return Err(refused("another return label was issued already".to_owned())),
        }
    }
    if progress != claim.progress {
        store::claims::record(&mut db, reference, event, &progress, now).await?;
        tracing::info!(reference, "claim moved on");
    }
    let (claim, line) = find(&mut db, reference).await?;
    db.commit().await?;
    Ok(claim.status(&line, &app.config))
}

/// Whether `bytes` begin and end as a PDF does, and are not too many. What is printed is between seller and carrier.
fn is_a_pdf(bytes: &[u8]) -> bool {
    let end = &bytes[bytes.len().saturating_sub(PDF_END_WITHIN)..];
    bytes.len() <= RETURN_LABEL_BYTES_MAX && bytes.starts_with(b"%PDF-") && end.windows(5).any(|five| five == b"%%EOF")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_label_begins_and_ends_as_a_pdf() {
        assert!(is_a_pdf(b"%PDF-1.7\n...\n%%EOF\n"));
        assert!(!is_a_pdf(b"%PDF-1.7\n..."));
        assert!(!is_a_pdf(b"GIF89a%%EOF"));
        assert!(!is_a_pdf(b""));
        let mut large = b"%PDF-1.7".to_vec();
        large.resize(RETURN_LABEL_BYTES_MAX, b' ');
        large.extend_from_slice(b"%%EOF");
        assert!(!is_a_pdf(&large));
    }
}
