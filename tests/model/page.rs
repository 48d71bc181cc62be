//! The widget on one page, from its opening to its death: the widget's own decisions, with everything around them made
//! plain. It saves after each change, as the widget does.

use std::collections::BTreeMap;

use damage_report::{
    failure::{Failure, Rejection},
    flow::{Phase, Step},
    photos::queue::{Queue, State},
    saved::{PhotoId, Saved, Version},
    sending::Move,
};
use damage_report_rules::{
    claim::{Claim, ClaimDraft, Violation, Wish},
    contract::{ClaimStatus, UploadedPhoto},
    damage::Damage,
    evidence::{Absence, Absences, Digest, Subject},
    policy::Policy,
    window::Timing,
};
use serde_json::json;

use crate::{
    disk::{Bytes, Disk},
    picture::{UNREADABLE, name_of, picture_of},
    shop::{End, Fate, Shop},
};

/// Something under way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Work {
    /// A photo is read.
    Read(PhotoId),
    /// A photo is prepared.
    Prepare(PhotoId),
    /// A photo is sent.
    Send(PhotoId, Digest),
    /// The claim is posted.
    Post,
}

/// An upload under way, or one whose photo was removed meanwhile.
struct Upload {
    id: PhotoId,
    digest: Digest,
    subject: Subject,
    attempt: u32,
}

/// The claim on its way.
struct Posting {
    claim: Claim,
    key: String,
    attempt: u32,
}

/// The widget while its page lives.
pub(crate) struct Page {
    pub(crate) queue: Queue,
    pub(crate) phase: Phase,
    pub(crate) wish: Option<Wish>,
    /// What is on each photo.
    pictures: BTreeMap<u32, u8>,
    /// The files that were picked on this page, until they are read.
    files: BTreeMap<u32, u8>,
    prints: BTreeMap<u32, Bytes>,
    uploads: Vec<Upload>,
    posting: Option<Posting>,
    token: Option<u32>,
    /// What the shop has said that it keeps.
    acknowledged: Vec<Digest>,
    /// What each claim said that was posted.
    pub(crate) posted: Vec<ClaimDraft>,
}

/// Everything that a page works with.
pub(crate) struct Means<'a> {
    pub(crate) shop: &'a mut Shop,
    pub(crate) disk: &'a mut Disk,
    pub(crate) is_signed_in: bool,
}

impl Page {
    /// The page of an order line without a claim, of which the shop lists these photos.
    pub(crate) fn open(means: &mut Means<'_>, token: u32, listed: &[UploadedPhoto]) -> Self {
        let saved = means.disk.saved();
        let Saved { is_sending, answers, photos, removed, next_photo, .. } = saved.unwrap_or_default();
        let listed_still = listed.iter().map(|photo| photo.sha256).filter(|digest| !removed.contains(digest));
        let acknowledged = listed_still.collect();
        let queue = Queue::restore(photos, removed, listed).numbered_from(next_photo);
        let picture = |id: u32, digest: Option<Digest>| {
            digest.map(picture_of).or_else(|| means.disk.photos.get(&id).map(|bytes| bytes.picture))
        };
        let pictures =
            queue.all().iter().filter_map(|photo| Some((photo.id.0, picture(photo.id.0, photo.state.digest())?)));
        let mut page = Self {
            pictures: pictures.collect(),
            queue,
            phase: Phase::Filling(Step::Start),
            wish: answers.wish,
            files: BTreeMap::new(),
            prints: BTreeMap::new(),
            uploads: vec![],
            posting: None,
            token: Some(token),
            acknowledged,
            posted: vec![],
        };
        if is_sending {
            page.submit();
        }
        page.go_on(means);
        page
    }

    /// The page of an order line with a claim, of which nothing is to stay in the browser.
    pub(crate) fn with_claim(means: &mut Means<'_>) -> Self {
        let mut page = Self::open(means, 0, &[]);
        page.phase = sent();
        means.disk.discard();
        page
    }

    /// What is on a photo, as far as anybody can know.
    pub(crate) fn picture(&self, id: PhotoId) -> Option<u8> {
        self.pictures.get(&id.0).copied()
    }

    /// Everything that is under way.
    pub(crate) fn works(&self) -> Vec<Work> {
        let preparing = self.queue.all().iter().filter_map(|photo| match photo.state {
            State::Reading => Some(Work::Read(photo.id)),
            State::Preparing => Some(Work::Prepare(photo.id)),
            _ => None,
        });
        let sending = self.uploads.iter().map(|upload| Work::Send(upload.id, upload.digest));
        preparing.chain(sending).chain(self.posting.iter().map(|_| Work::Post)).collect()
    }

    /// What the draft says.
    pub(crate) fn content(&self) -> ClaimDraft {
        let photos = self.queue.digests();
        let absent = |subject| photos.of(subject).is_empty().then_some(Absence::Discarded);
        ClaimDraft {
            damage: vec![Damage::Dent],
            missing: Absences { packaging: absent(Subject::Packaging), label: absent(Subject::Label) },
            wish: self.wish,
            advice: self.queue.advised(),
            photos,
            ..ClaimDraft::default()
        }
    }

    fn claim(&self) -> Result<Claim, Vec<Violation>> {
        self.content().check(&Policy::default(), Timing::InTime)
    }

    pub(crate) fn pick(&mut self, picture: u8, subject: Subject) {
        let id = self.queue.pick(subject);
        self.pictures.insert(id.0, picture);
        self.files.insert(id.0, picture);
    }

    /// Gives the name of what is to be taken away from the shop.
    pub(crate) fn remove(&mut self, means: &mut Means<'_>, id: PhotoId) -> Option<Digest> {
        self.prints.remove(&id.0);
        means.disk.photos.remove(&id.0);
        let removed = self.queue.remove(id);
        // Whether it was taken away nobody knows: given again, it is sent again.
        self.acknowledged.retain(|digest| Some(*digest) != removed);
        removed
    }

    pub(crate) fn submit(&mut self) {
        if matches!(self.phase, Phase::Sending(_) | Phase::Sent(_)) {
            return;
        }
        match self.claim() {
            Ok(claim) => {
                self.queue.retry_all();
                self.phase = Phase::Sending(claim);
            }
            Err(_) => self.phase = Phase::Filling(Step::Check),
        }
    }

    /// Starts as much as may run, and saves.
    pub(crate) fn go_on(&mut self, means: &mut Means<'_>) {
        while let Some(id) = self.queue.next_to_read() {
            self.queue.reading(id);
        }
        while let Some((id, digest)) = self.queue.next(2) {
            self.queue.start(id);
            let subject = self.queue.get(id).unwrap().subject;
            self.uploads.push(Upload { id, digest, subject, attempt: 0 });
        }
        if let Phase::Sending(claim) = &self.phase {
            let claim = claim.clone();
            let is_current = self.claim().as_ref() == Ok(&claim);
            let next = Move::next(self.queue.standing(), is_current);
            self.make(next, claim);
        }
        if !matches!(self.phase, Phase::Sent(_)) {
            means.disk.save(&Saved {
                version: Version,
                step: Step::Start,
                is_sending: matches!(self.phase, Phase::Sending(_)),
                answers: ClaimDraft { photos: Default::default(), advice: vec![], ..self.content() },
                photos: self.queue.saved(),
                removed: self.queue.removed().to_vec(),
                next_photo: self.queue.next_number(),
            });
        }
    }

    fn make(&mut self, next: Move, claim: Claim) {
        match next {
            Move::Wait => {}
            Move::Fail(failure) => self.phase = Phase::Failed(claim, failure),
            Move::Ask => self.phase = Phase::Filling(Step::Check),
            Move::SendAgain(digests) => {
                self.queue.forgotten(&digests);
                // What the shop says that it has not, it acknowledges no longer.
                self.acknowledged.retain(|digest| !digests.contains(digest));
            }
            Move::Post if self.posting.is_some() => {}
            Move::Post => {
                assert_eq!(claim.content().photos, self.queue.digests(), "what is posted is what the customer sees");
                self.posted.push(claim.content().clone());
                // The widget takes the SHA-256 of it, which tells the same.
                let key = serde_json::to_string(&claim).unwrap();
                self.posting = Some(Posting { claim, key, attempt: 0 });
            }
        }
    }

    /// Gets one of the things under way on by a step.
    pub(crate) fn work(&mut self, means: &mut Means<'_>, work: Work, fate: Fate) {
        // By now it is saved that these cannot serve.
        for id in self.queue.rejected_ids() {
            means.disk.photos.remove(&id.0);
        }
        match work {
            Work::Read(id) => {
                if let Some(picture) = self.files.remove(&id.0) {
                    means.disk.photos.insert(id.0, Bytes { picture, prints: 0 });
                }
                if means.disk.photos.contains_key(&id.0) {
                    self.queue.preparing(id);
                } else {
                    self.queue.refused(id, Rejection::Unreadable);
                }
            }
            Work::Prepare(id) => self.prepare(means, id),
            Work::Send(id, digest) => self.send(means, id, digest, fate),
            Work::Post => self.post(means, fate),
        }
        self.go_on(means);
    }

    fn prepare(&mut self, means: &mut Means<'_>, id: PhotoId) {
        let bytes = means.disk.photos[&id.0];
        if bytes.picture == UNREADABLE {
            self.queue.refused(id, Rejection::Unreadable);
        } else {
            let print = Bytes { prints: bytes.prints + 1, ..bytes };
            means.disk.photos.insert(id.0, print);
            self.prints.insert(id.0, print);
            self.queue.prepared(id, name_of(print), None);
        }
    }

    fn send(&mut self, means: &mut Means<'_>, id: PhotoId, digest: Digest, fate: Fate) {
        let place = self.uploads.iter().position(|upload| (upload.id, upload.digest) == (id, digest)).unwrap();
        let Upload { subject, attempt, .. } = self.uploads[place];
        let print = self.prints.get(&id.0).or_else(|| means.disk.photos.get(&id.0));
        if attempt == 0 && print.is_none_or(|print| name_of(*print) != digest) {
            self.uploads.remove(place);
            return self.queue.unprepared(id);
        }
        // What was removed, or is there twice, ends unheard.
        let is_heard = self.queue.get(id).is_some_and(|photo| matches!(photo.state, State::Uploading { .. }));
        let is_there = self.acknowledged.contains(&digest) && means.shop.has(digest);
        assert!(!is_heard || !is_there, "a photo that was acknowledged is sent again");
        let end = self.authorised(means, |shop, token| shop.put(token, fate, digest, subject));
        let outcome = match end {
            Ok(End::Answered(())) => Ok(()),
            Ok(End::Unanswered) => {
                let listed = self.authorised(means, |shop, token| shop.list(token, Fate::Fine));
                match listed {
                    Ok(End::Answered(listed)) if listed.iter().any(|photo| photo.sha256 == digest) => Ok(()),
                    _ => Err(Failure::Unreachable),
                }
            }
            Ok(End::Unauthorised) => Err(Failure::SignedOut),
            Ok(End::Failed(failure)) | Err(failure) => Err(failure),
        };
        if let Err(failure) = &outcome
            && failure.pause(attempt).is_some()
        {
            self.uploads[place].attempt += 1;
            return;
        }
        self.uploads.remove(place);
        let is_wanted = self.queue.digests().all().any(|(_, name)| name == digest);
        if !is_wanted && outcome.is_ok() {
            // Where this does not arrive, that it was removed is remembered.
            let _ = self.authorised(means, |shop, token| shop.delete(token, fate, digest));
        }
        self.queue.uploaded(id, outcome);
        self.acknowledged.extend(self.queue.has_kept(digest).then_some(digest));
    }

    fn post(&mut self, means: &mut Means<'_>, fate: Fate) {
        let Posting { claim, key, attempt } = self.posting.take().unwrap();
        let outcome = match self.authorised(means, |shop, token| shop.post(token, fate, &key, claim.content())) {
            Ok(End::Answered(())) | Ok(End::Failed(Failure::ClaimExists)) => Ok(()),
            Ok(End::Unanswered) => Err(Failure::Unreachable),
            Ok(End::Unauthorised) => Err(Failure::SignedOut),
            Ok(End::Failed(failure)) | Err(failure) => Err(failure),
        };
        match outcome {
            Ok(()) => {
                self.phase = sent();
                means.disk.discard();
            }
            // The customer has gone back: they will say when it is to be sent, and then as it is by then.
            Err(_) if self.phase.sending() != Some(&claim) => {}
            Err(failure) if failure.pause(attempt).is_some() => {
                self.posting = Some(Posting { claim, key, attempt: attempt + 1 });
            }
            Err(failure) => {
                let next = Move::after(failure, &self.queue);
                self.make(next, claim);
            }
        }
    }

    /// Asks with the token at hand, and once more with a new one where that is not taken.
    pub(crate) fn authorised<T>(
        &mut self,
        means: &mut Means<'_>,
        mut ask: impl FnMut(&mut Shop, u32) -> End<T>,
    ) -> Result<End<T>, Failure> {
        let given = means.is_signed_in.then(|| means.shop.token()).ok_or(Failure::SignedOut);
        let token = self.token.map_or_else(|| given.clone(), Ok)?;
        match ask(means.shop, token) {
            End::Unauthorised => {
                self.token = Some(given?);
                Ok(ask(means.shop, means.shop.token()))
            }
            end => Ok(end),
        }
    }
}

fn sent() -> Phase {
    let status: ClaimStatus = serde_json::from_value(json!({
        "reference": "DR-7K3M9QXA2T",
        "received_at": "2026-11-22T09:12:30Z",
        "late": false,
        "claim": {"damage": ["dent"], "photos": {"device": []}},
        "progress": {
            "investigation": {"state": "not_started"},
            "return_shipment": {"state": "label_pending"},
            "resolution": {"state": "pending"}
        },
        "has_return_label": false
    }))
    .unwrap();
    Phase::Sent(Box::new(status))
}
