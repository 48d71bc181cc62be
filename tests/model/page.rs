//! The widget on one page, from when it opens until it dies. The queue, the sending and the retries are the product's own; the disk and
//! the shop are simple models. After each change it starts to save the answers, as the widget does.

use std::{
    cell::{Cell, Ref, RefCell},
    pin::Pin,
    rc::Rc,
    task::{Context, Waker},
};

use damage_report::{
    api::photo_sending::send_photo,
    failure::{Failure, PhotoRejection},
    flow::{Phase, Step},
    persistence::answer_writes::AnswerWrites,
    photos::queue::{PhotoCommand, PhotoQueue, QueuedPhoto},
    retry::retry,
    saved::{DraftVersion, PhotoId, SavedDraft},
    sending::{ClaimSending, NextAction},
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
    disk::Bytes,
    line::{Around, Line, Route, turn},
    picture::{UNREADABLE, name_of, picture_of},
};

/// A task of the page that has not ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Work {
    /// A picked photo is saved.
    Save(PhotoId),
    /// A photo is prepared.
    Prepare(PhotoId),
    /// A photo is sent.
    Send(PhotoId, Digest),
    /// The claim is posted.
    Post,
}

/// The page's objects for a photo.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Assets {
    /// The number of the picture that the photo shows. `None` if neither its digest nor the disk tells.
    picture: Option<u8>,
    /// Whether the page still holds the picked file.
    has_file: bool,
    jpeg: Option<Bytes>,
}

/// The widget while its page lives.
pub(crate) struct Page {
    line: Line,
    pub(crate) queue: RefCell<PhotoQueue<Assets>>,
    pub(crate) phase: RefCell<Phase>,
    pub(crate) wish: Cell<Option<Wish>>,
    sending: RefCell<ClaimSending>,
    answers: RefCell<AnswerWrites>,
    /// The answers that are being written to the disk, as JSON.
    writing: RefCell<Option<String>>,
    tasks: RefCell<Vec<Task>>,
    /// Photos to remove from the disk once their rejection is saved.
    removed_later: RefCell<Vec<PhotoId>>,
    /// Photos that the shop has acknowledged.
    acknowledged: RefCell<Vec<Digest>>,
    /// The content of each posted claim.
    pub(crate) posted: RefCell<Vec<ClaimDraft>>,
}

type Task = (Work, Pin<Box<dyn Future<Output = ()>>>);

impl Page {
    /// The page of an order line without a claim, of which the shop lists these photos.
    pub(crate) fn open(around: &Rc<Around>, token: u32, listed: &[UploadedPhoto]) -> Rc<Self> {
        let saved = around.disk.borrow().saved();
        let SavedDraft { is_sending, answers, photos, removed, next_photo, .. } = saved.unwrap_or_default();
        let listed_still = listed.iter().map(|photo| photo.sha256).filter(|digest| !removed.contains(digest));
        let acknowledged = listed_still.collect();
        let mut queue = PhotoQueue::<Assets>::restore(photos, removed, listed).with_numbers_from(next_photo);
        let known: Vec<_> = queue.all().iter().map(|photo| (photo.id, photo.state.digest())).collect();
        for (id, digest) in known {
            let picture = digest.map(picture_of);
            let picture = picture.or_else(|| around.disk.borrow().photos.get(&id.0).map(|bytes| bytes.picture));
            queue.assets_mut(id).unwrap().picture = picture;
        }
        let page = Rc::new(Self {
            line: Line::new(around, token),
            queue: RefCell::new(queue),
            phase: RefCell::new(Phase::Filling(Step::Start)),
            wish: Cell::new(answers.wish),
            sending: RefCell::default(),
            answers: RefCell::default(),
            writing: RefCell::default(),
            tasks: RefCell::default(),
            removed_later: RefCell::default(),
            acknowledged: RefCell::new(acknowledged),
            posted: RefCell::default(),
        });
        page.answers.borrow_mut().open(around.disk.borrow().answers.clone());
        if is_sending {
            page.submit();
        }
        page.go_on();
        page.write_answers();
        page
    }

    /// The page of an order line that has a claim. It removes the draft from the browser.
    pub(crate) fn with_claim(around: &Rc<Around>) -> Rc<Self> {
        let page = Self::open(around, 0, &[]);
        page.phase.replace(Phase::Sent(Box::new(status())));
        page.answers.borrow_mut().forget_answers();
        around.disk.borrow_mut().discard();
        page
    }

    pub(crate) fn photos(&self) -> Ref<'_, [QueuedPhoto<Assets>]> {
        Ref::map(self.queue.borrow(), PhotoQueue::all)
    }

    /// The number of the picture that the photo shows, if the page knows it.
    pub(crate) fn picture(&self, id: PhotoId) -> Option<u8> {
        self.queue.borrow().get(id)?.assets.picture
    }

    pub(crate) fn is_filling(&self) -> bool {
        matches!(*self.phase.borrow(), Phase::Filling(_))
    }

    pub(crate) fn is_sent(&self) -> bool {
        matches!(*self.phase.borrow(), Phase::Sent(_))
    }

    /// The tasks that have not ended.
    pub(crate) fn works(&self) -> Vec<Work> {
        self.tasks.borrow().iter().map(|(work, _)| *work).collect()
    }

    /// The content of the draft.
    pub(crate) fn content(&self) -> ClaimDraft {
        let queue = self.queue.borrow();
        let photos = queue.digests();
        let absent = |subject| photos.of(subject).is_empty().then_some(Absence::Discarded);
        ClaimDraft {
            damage: vec![Damage::Dent],
            missing: Absences { packaging: absent(Subject::Packaging), label: absent(Subject::Label) },
            wish: self.wish.get(),
            advice: queue.all_advice(),
            photos,
            ..ClaimDraft::default()
        }
    }

    fn claim(&self) -> Result<Claim, Vec<Violation>> {
        self.content().check(&Policy::default(), Timing::InTime)
    }

    pub(crate) fn pick(&self, picture: u8, subject: Subject) {
        let assets = Assets { picture: Some(picture), has_file: true, jpeg: None };
        self.queue.borrow_mut().pick(subject, assets);
    }

    pub(crate) fn submit(&self) {
        if matches!(*self.phase.borrow(), Phase::Sending(_) | Phase::Sent(_)) {
            return;
        }
        let phase = self.sending.borrow_mut().begin(self.claim());
        self.queue.borrow_mut().retry_all();
        self.phase.replace(phase);
    }

    /// Executes the queue's commands and the next action of the sending, and starts to save the answers if they have changed.
    pub(crate) fn go_on(self: &Rc<Self>) {
        loop {
            let commands = self.queue.borrow_mut().take_commands(self.line.parallel_uploads());
            if commands.is_empty() {
                break;
            }
            for command in commands {
                self.execute(command);
            }
        }
        let standing = self.queue.borrow().upload_status();
        let next = self.sending.borrow_mut().next_action(&self.phase.borrow(), standing, || self.claim().ok());
        self.carry_out(next);
        if !self.is_sent() {
            let queue = self.queue.borrow();
            let saved = SavedDraft {
                version: DraftVersion,
                step: Step::Start,
                is_sending: matches!(*self.phase.borrow(), Phase::Sending(_)),
                answers: ClaimDraft { photos: Default::default(), advice: vec![], ..self.content() },
                photos: queue.saved_photos(),
                removed: queue.removed_digests().to_vec(),
                next_photo: queue.next_number(),
            };
            if self.answers.borrow_mut().set_answers(&saved, saved.is_empty(&blank())) {
                let begun = self.answers.borrow_mut().next_write("");
                let before = self.writing.replace(begun);
                assert_eq!(before, None, "two versions are written at a time");
            }
        }
    }

    /// Finishes the write of the answers that has begun, and every write queued behind it.
    pub(crate) fn write_answers(&self) {
        while let Some(version) = self.writing.take() {
            self.writing.replace(self.answers.borrow_mut().next_write(&version));
            self.line.around.disk.borrow_mut().answers = Some(version);
        }
    }

    /// Advances the task at `place` by one step.
    pub(crate) fn work(self: &Rc<Self>, place: usize) {
        // By now the rejections of these photos are saved.
        for id in self.removed_later.take() {
            self.line.around.disk.borrow_mut().photos.remove(&id.0);
        }
        let (work, task) = self.tasks.borrow_mut().remove(place);
        self.drive(place, work, task);
        self.go_on();
    }

    /// Ends all tasks, as when the page is closed.
    pub(crate) fn die(&self) {
        self.tasks.take();
    }

    fn start(self: &Rc<Self>, work: Work, task: impl Future<Output = ()> + 'static) {
        let place = self.tasks.borrow().len();
        self.drive(place, work, Box::pin(task));
    }

    fn drive(&self, place: usize, work: Work, mut task: Pin<Box<dyn Future<Output = ()>>>) {
        if task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
            self.tasks.borrow_mut().insert(place, (work, task));
        }
    }

    fn execute(self: &Rc<Self>, command: PhotoCommand) {
        let (page, disk) = (Rc::clone(self), &self.line.around.disk);
        match command {
            PhotoCommand::SavePicked(id) => self.start(Work::Save(id), async move { page.save_picked(id).await }),
            PhotoCommand::Prepare(id) => self.start(Work::Prepare(id), async move { page.prepare(id).await }),
            PhotoCommand::SaveProcessed(id) => {
                let jpeg = self.queue.borrow().get(id).unwrap().assets.jpeg.unwrap();
                disk.borrow_mut().photos.insert(id.0, jpeg);
            }
            PhotoCommand::Upload(id, digest, subject) => {
                self.start(Work::Send(id, digest), async move { page.upload(id, digest, subject).await });
            }
            PhotoCommand::Delete(digest) => {
                // The answer to the deletion may be lost, so a photo that is picked again is sent again.
                self.acknowledged.borrow_mut().retain(|other| *other != digest);
                let line = self.line.clone();
                // If the request is lost, the saved draft still lists the photo as removed.
                now(async move { line.ask(|shop, token, fate| shop.delete(token, fate, digest)).await.ok() });
            }
            PhotoCommand::RemoveSaved(id) => {
                disk.borrow_mut().photos.remove(&id.0);
            }
            PhotoCommand::RemoveSavedLater(id) => {
                if let Some(assets) = self.queue.borrow_mut().assets_mut(id) {
                    (assets.has_file, assets.jpeg) = (false, None);
                }
                self.removed_later.borrow_mut().push(id);
            }
        }
    }

    async fn save_picked(&self, id: PhotoId) {
        turn().await;
        if let Some(QueuedPhoto { assets: Assets { picture: Some(picture), has_file: true, .. }, .. }) =
            self.queue.borrow().get(id)
        {
            let file = Bytes { picture: *picture, generation: 0 };
            self.line.around.disk.borrow_mut().photos.insert(id.0, file);
        }
    }

    async fn prepare(&self, id: PhotoId) {
        turn().await;
        let mut queue = self.queue.borrow_mut();
        let Some(assets) = queue.assets_mut(id) else { return };
        let file = assets.picture.filter(|_| assets.has_file).map(|picture| Bytes { picture, generation: 0 });
        let file = file.or_else(|| self.line.around.disk.borrow().photos.get(&id.0).copied());
        match file {
            Some(file) if file.picture != UNREADABLE => {
                let jpeg = Bytes { generation: file.generation + 1, ..file };
                (assets.has_file, assets.jpeg) = (false, Some(jpeg));
                queue.record_prepared(id, name_of(jpeg), None);
            }
            _ => queue.record_rejected(id, PhotoRejection::Unreadable),
        }
    }

    async fn upload(self: Rc<Self>, id: PhotoId, digest: Digest, subject: Subject) {
        let jpeg = self.queue.borrow().get(id).and_then(|photo| photo.assets.jpeg);
        let jpeg = jpeg.or_else(|| self.line.around.disk.borrow().photos.get(&id.0).copied());
        if jpeg.is_none_or(|jpeg| name_of(jpeg) != digest) {
            return self.queue.borrow_mut().record_unprepared(id);
        }
        let page = Rc::clone(&self);
        let is_wanted = move || page.queue.borrow().get(id).is_some_and(QueuedPhoto::is_uploading);
        let page = Rc::clone(&self);
        let is_acknowledged = move || page.acknowledged.borrow().contains(&digest);
        let (is_wanted, is_acknowledged) = (Box::new(is_wanted), Box::new(is_acknowledged));
        let line = self.line.clone();
        let outcome = send_photo(&Route { line, digest, subject, is_wanted, is_acknowledged }).await;
        self.queue.borrow_mut().record_upload_end(id, digest, outcome);
        let is_kept = self.queue.borrow().backend_has(digest);
        self.acknowledged.borrow_mut().extend(is_kept.then_some(digest));
    }

    fn carry_out(self: &Rc<Self>, next: NextAction) {
        match next {
            NextAction::Wait => {}
            NextAction::Stop(phase) => drop(self.phase.replace(phase)),
            NextAction::SendAgain(digests) => {
                self.queue.borrow_mut().requeue_missing(&digests);
                // Photos that the shop says it lacks are no longer acknowledged.
                self.acknowledged.borrow_mut().retain(|digest| !digests.contains(digest));
            }
            NextAction::Post(claim) => {
                let seen = self.queue.borrow().digests();
                assert_eq!(claim.content().photos, seen, "what is posted is what the customer sees");
                self.posted.borrow_mut().push(claim.content().clone());
                let page = Rc::clone(self);
                self.start(Work::Post, async move { page.post(claim).await });
            }
            NextAction::Arrived(status) => {
                self.phase.replace(Phase::Sent(Box::new(status)));
                self.answers.borrow_mut().forget_answers();
                self.line.around.disk.borrow_mut().discard();
            }
        }
    }

    async fn post(self: Rc<Self>, claim: Claim) {
        // The widget's key is the SHA-256 of the claim; the claim itself identifies it just as well.
        let key = serde_json::to_string(&claim).unwrap();
        let request = async || {
            turn().await;
            match self.line.ask(|shop, token, fate| shop.post(token, fate, &key, claim.content())).await {
                Ok(()) | Err(Failure::ClaimExists) => Ok(status()),
                Err(failure) => Err(failure),
            }
        };
        let is_wanted = || self.phase.borrow().claim_being_sent() == Some(&claim);
        let outcome = retry(&self.line, request, is_wanted).await;
        let next = self.sending.borrow_mut().record_post(claim, outcome, &self.phase.borrow(), &self.queue.borrow());
        self.carry_out(next);
    }
}

/// Runs a task that never waits.
fn now(task: impl Future) {
    assert!(Box::pin(task).as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
}

/// The answers before the customer has given any.
fn blank() -> ClaimDraft {
    let missing = Absences { packaging: Some(Absence::Discarded), label: Some(Absence::Discarded) };
    ClaimDraft { damage: vec![Damage::Dent], missing, ..ClaimDraft::default() }
}

fn status() -> ClaimStatus {
    serde_json::from_value(json!({
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
    .unwrap()
}
