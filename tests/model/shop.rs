//! The shop: it keeps the photos and the claim that reach it, and answers as the contract says.

use damage_report::failure::Failure;
use damage_report_rules::{
    claim::ClaimDraft,
    contract::{Code, Problem, Retry, UploadedPhoto},
    evidence::{Digest, Subject},
};

/// The fate of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fate {
    /// It arrives, and so does its answer.
    Fine,
    /// It breaks off before all of it has arrived.
    Broken,
    /// It arrives; its answer does not.
    Lost,
    /// It arrives, but the browser sees no progress and aborts it.
    Stalled,
    /// A server in between answers with this status, and may say after how many seconds to try again.
    Status(u16, Option<u32>),
    /// The request is carried out, and then something fails.
    DoneButFailed,
    /// A captive portal answers it with a status of success.
    Portal,
    /// The shop refuses its content.
    Refused,
}

/// How a request ends.
pub(crate) enum End<T> {
    /// With an answer of the contract.
    Answered(T),
    /// The token is not accepted.
    Unauthorised,
    /// With a failure.
    Failed(Failure),
    /// Without an answer, though everything was sent.
    Unanswered,
}

/// The shop's records of one order line.
#[derive(Default)]
pub(crate) struct Shop {
    photos: Vec<(Digest, Subject)>,
    /// The idempotency key of the claim, and the claim.
    claim: Option<(String, ClaimDraft)>,
    /// The token that is accepted now.
    token: u32,
    /// How many claims were ever made.
    pub(crate) claims_made: u32,
}

impl Shop {
    pub(crate) fn token(&self) -> u32 {
        self.token
    }

    pub(crate) fn expire_tokens(&mut self) {
        self.token += 1;
    }

    pub(crate) fn claim(&self) -> Option<&ClaimDraft> {
        self.claim.as_ref().map(|(_, claim)| claim)
    }

    pub(crate) fn has(&self, digest: Digest) -> bool {
        self.photos.iter().any(|(name, _)| *name == digest)
    }

    pub(crate) fn listed(&self) -> Vec<UploadedPhoto> {
        let kept = |&(sha256, subject)| UploadedPhoto { sha256, width: 2048, height: 1536, subject: Some(subject) };
        self.photos.iter().map(kept).collect()
    }

    /// Stores a photo.
    pub(crate) fn keep(&mut self, digest: Digest, subject: Subject) {
        if !self.has(digest) {
            self.photos.push((digest, subject));
        }
    }

    pub(crate) fn lose(&mut self, digest: Digest) {
        self.photos.retain(|(name, _)| *name != digest);
    }

    /// Loses one of its photos, if it has any.
    pub(crate) fn forget(&mut self, which: u8) -> Option<Digest> {
        let place = usize::from(which).checked_rem(self.photos.len())?;
        Some(self.photos.remove(place).0)
    }

    pub(crate) fn list(&mut self, token: u32, fate: Fate) -> End<Vec<UploadedPhoto>> {
        self.ask(token, fate, |shop| Ok(shop.listed()))
    }

    pub(crate) fn put(&mut self, token: u32, fate: Fate, digest: Digest, subject: Subject) -> End<()> {
        self.ask(token, fate, |shop| {
            // The shop does not refuse a photo that it has accepted before.
            if fate == Fate::Refused && !shop.has(digest) {
                return Err(problem(422, Code::PhotoUnreadable, vec![]));
            }
            shop.keep(digest, subject);
            Ok(())
        })
    }

    pub(crate) fn delete(&mut self, token: u32, fate: Fate, digest: Digest) -> End<()> {
        self.ask(token, fate, |shop| {
            shop.lose(digest);
            Ok(())
        })
    }

    /// Stores a claim. A second claim with the same key is the same one; with another key it is refused.
    pub(crate) fn post(&mut self, token: u32, fate: Fate, key: &str, claim: &ClaimDraft) -> End<()> {
        self.ask(token, fate, |shop| match &shop.claim {
            Some((first, _)) if first == key => Ok(()),
            Some(_) => Err(problem(409, Code::ClaimExists, vec![])),
            None => {
                let unknown: Vec<_> =
                    claim.photos.all().map(|(_, name)| name).filter(|name| !shop.has(*name)).collect();
                if !unknown.is_empty() {
                    return Err(problem(422, Code::PhotoUnknown, unknown));
                }
                shop.claim = Some((key.to_owned(), claim.clone()));
                shop.claims_made += 1;
                Ok(())
            }
        })
    }

    fn ask<T>(&mut self, token: u32, fate: Fate, work: impl FnOnce(&mut Self) -> Result<T, Box<Problem>>) -> End<T> {
        let answered = |status, problem, after| End::Failed(Failure::from_response(status, problem, after));
        match fate {
            Fate::Broken => return End::Failed(Failure::Unreachable),
            Fate::Status(status, after) => return answered(status, None, after),
            Fate::Portal => return answered(200, None, None),
            Fate::Fine | Fate::Lost | Fate::Stalled | Fate::DoneButFailed | Fate::Refused => {}
        }
        if token != self.token {
            return if matches!(fate, Fate::Lost | Fate::Stalled) { End::Unanswered } else { End::Unauthorised };
        }
        let outcome = work(self);
        match (fate, outcome) {
            (Fate::Lost | Fate::Stalled, _) => End::Unanswered,
            (Fate::DoneButFailed, _) => answered(503, Some(*problem(503, Code::Storage, vec![])), None),
            (_, Ok(done)) => End::Answered(done),
            (_, Err(problem)) => answered(problem.status, Some(*problem), None),
        }
    }
}

fn problem(status: u16, code: Code, photos: Vec<Digest>) -> Box<Problem> {
    Box::new(Problem {
        kind: String::new(),
        title: String::new(),
        status,
        code,
        retry: if status < 500 { Retry::Never } else { Retry::Later },
        detail: None,
        violations: vec![],
        photos,
        reference: None,
    })
}
