//! The shelf on which a draft's photos lie: picked, prepared and sent in the background while the customer goes on.
//!
//! Layers: [`queue`] is plain data and knows what may follow what; [`advice`] judges pixels; this file keeps the queue where
//! pages can follow it and does the work; [`picker`] shows it. Which photos are enough is for `rules` to say.

pub mod advice;
pub mod picker;
pub mod prepare;
pub mod queue;

use std::cell::RefCell;

use damage_report_rules::{
    advice::Advised,
    evidence::{Digest, Photos, Subject},
    policy::Policy,
    tracking,
};
use web_sys::{Blob, File, ImageBitmap};

use self::{
    prepare::{PhotoProcessor, Preview},
    queue::{Photo, Queue, UploadStatus},
};
use crate::{
    api::Api,
    failure::{Failure, Rejection},
    persistence::DraftPersistence,
    reactive::{scope::Scope, signal::Signal, stored_value::StoredValue},
    saved::PhotoId,
};

/// The photos of one draft. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct PhotoUploads {
    queue: Signal<Queue>,
    thumbnails: Signal<Vec<(PhotoId, ImageBitmap)>>,
    codes: Signal<Vec<(PhotoId, String)>>,
    not_added: Signal<Option<NotAdded>>,
    inner: StoredValue<Inner>,
    api: Api,
    persistence: DraftPersistence,
}

/// Why something that the customer gave is not among the photos.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum NotAdded {
    /// No more fit.
    NoRoom,
    /// It is no file.
    NoFile,
}

/// What the work on photos needs.
struct Inner {
    /// Picked, and waiting for their turn.
    files: RefCell<Vec<(PhotoId, File)>>,
    /// Ready to be sent. A photo of an earlier visit is in the browser's storage until its turn.
    prints: RefCell<Vec<(PhotoId, Blob)>>,
    processor: PhotoProcessor,
    policy: Policy,
    scope: Scope,
}

impl PhotoUploads {
    /// A shelf with the photos of `queue`, whose work goes on at once. It ends with the reactive owner it is made under.
    pub(crate) fn new(
        api: Api,
        processor: PhotoProcessor,
        policy: Policy,
        persistence: DraftPersistence,
        queue: Queue,
    ) -> Self {
        let (files, prints, scope) = (RefCell::default(), RefCell::default(), Scope::current());
        let ready: Vec<_> = queue.all().iter().filter_map(|photo| Some((photo.id, photo.state.digest()?))).collect();
        let uploads = Self {
            queue: Signal::new(queue),
            thumbnails: Signal::default(),
            codes: Signal::default(),
            not_added: Signal::default(),
            inner: StoredValue::new(Inner { files, prints, processor, policy, scope }),
            api,
            persistence,
        };
        for (id, digest) in ready {
            uploads.start(uploads.restore_thumbnail(id, digest));
        }
        uploads.go_on();
        uploads
    }

    /// The photos and what has become of each.
    pub(crate) fn queue(self) -> Signal<Queue> {
        self.queue
    }

    /// Why something is not there that the customer gave last, if it is not. Follows it.
    pub(crate) fn not_added(self) -> Option<NotAdded> {
        self.not_added.get()
    }

    /// Of what there is a photo to spare, where there are more than a claim may have with all that must come. Follows them.
    pub(crate) fn surplus(self) -> Option<Subject> {
        self.inner.get().policy.photos_surplus(self.queue.with(Queue::counting_by_subject))
    }

    /// Whether there is a photo for which nobody but the shop's people can do anything. Follows them.
    pub(crate) fn needs_the_shop(self) -> bool {
        self.queue.with(|queue| queue.all().iter().any(|photo| photo.state.needs_the_shop()))
    }

    /// The most photos a claim may have.
    pub(crate) fn photos_max(self) -> u8 {
        self.inner.get().policy.photos_max
    }

    /// The photos that count. Follows them.
    pub(crate) fn digests(self) -> Photos {
        self.queue.with(Queue::digests)
    }

    /// What may be worth another try about them. Follows it.
    pub(crate) fn advised(self) -> Vec<Advised> {
        self.queue.with(Queue::advised)
    }

    /// What the barcodes on the photos say, where the browser can read them, spelt as tracking numbers are.
    pub(crate) fn codes(self) -> Signal<Vec<(PhotoId, String)>> {
        self.codes
    }

    /// How far the sending has come. Follows it.
    pub(crate) fn standing(self) -> UploadStatus {
        self.queue.with(Queue::standing)
    }

    /// The photos that the backend would not take, and why. Follows them.
    pub(crate) fn rejected_by_backend(self) -> Vec<(Subject, Rejection)> {
        self.queue.with(|queue| queue.rejected_by_backend().collect())
    }

    /// Whether what is on its way is held up, and will be sent again by itself. Follows it.
    pub(crate) fn is_held_up(self) -> bool {
        self.api.connection().trouble().is_some()
    }

    /// The small picture of a photo, once there is one. Follows it.
    pub(crate) fn thumbnail(self, id: PhotoId) -> Option<ImageBitmap> {
        self.thumbnails.with(|all| all.iter().find(|(of, _)| *of == id).map(|(_, thumbnail)| thumbnail.clone()))
    }

    /// Gets ready for the first photo: the connection may be gone when it comes.
    pub(crate) fn warm(self) {
        self.inner.get().processor.warm();
    }

    /// Takes in `files` as photos of `subject`, as many as there is room for. Where there are none, something else was given.
    pub(crate) fn add(self, files: Vec<File>, subject: Subject) {
        let have = self.queue.with_untracked(Queue::counting_by_subject);
        let room = self.inner.get().policy.photos_room(subject, have);
        let is_too_many = (files.len() > room).then_some(NotAdded::NoRoom);
        self.not_added.set(if files.is_empty() { Some(NotAdded::NoFile) } else { is_too_many });
        for file in files.into_iter().take(room) {
            let id = self.queue.update(|queue| queue.pick(subject));
            self.inner.get().files.borrow_mut().push((id, file.clone()));
            self.start(self.take_in(id, file.into()));
        }
        self.go_on();
    }

    /// Saves what was picked, unless its first bytes tell that it is no photo: of that nothing more is read.
    async fn take_in(self, id: PhotoId, file: Blob) {
        self.persistence.begin();
        match prepare::identify(&file).await {
            Ok(_) => self.persistence.save_photo(id, file, true).await,
            Err(rejection) => self.refuse(id, rejection),
        }
        self.persistence.end();
    }

    fn refuse(self, id: PhotoId, rejection: Rejection) {
        self.inner.get().files.borrow_mut().retain(|(of, _)| *of != id);
        self.persistence.skip_photo(id);
        self.queue.update(|queue| queue.refused(id, rejection));
        self.throw_out_refused();
    }

    /// Takes a photo off the shelf.
    pub(crate) fn remove(self, id: PhotoId) {
        let sent = self.queue.update(|queue| queue.remove(id));
        self.put_away(id);
        self.start(self.persistence.remove_photo(id));
        if let Some(digest) = sent {
            self.start(self.api.forget_photo(digest));
        }
        self.not_added.set(None);
        if self.queue.with_untracked(|queue| !queue.is_uploading()) {
            // What was held up is no longer wanted.
            self.api.connection().record_success();
        }
        self.go_on();
    }

    /// Takes every photo off the shelf.
    pub(crate) fn clear(self) {
        for id in self.queue.with_untracked(|queue| queue.all().iter().map(|photo| photo.id).collect::<Vec<_>>()) {
            self.remove(id);
        }
    }

    /// Tries again to send a photo that could not be sent.
    pub(crate) fn retry(self, id: PhotoId) {
        self.queue.update(|queue| queue.retry(id));
        self.go_on();
    }

    /// Tries again to send every photo that could not be sent.
    pub(crate) fn retry_all(self) {
        self.queue.update(Queue::retry_all);
        self.go_on();
    }

    /// Sends again what the backend turns out not to have.
    pub(crate) fn send_again(self, digests: &[Digest]) {
        self.queue.update(|queue| queue.forgotten(digests));
        self.go_on();
    }

    /// Starts as much work as may run.
    fn go_on(self) {
        while let Some(id) = self.queue.with_untracked(Queue::next_to_read) {
            self.queue.update(|queue| queue.reading(id));
            self.start(self.prepare(id));
        }
        let parallel_uploads = self.api.connection().parallel_uploads();
        while let Some((id, digest)) = self.queue.with_untracked(|queue| queue.next(parallel_uploads)) {
            self.queue.update(|queue| queue.start(id));
            self.start(self.send(id, digest));
        }
    }

    async fn prepare(self, id: PhotoId) {
        match self.try_to_prepare(id).await {
            Ok(()) => self.throw_out_refused(),
            Err(rejection) => self.refuse(id, rejection),
        }
        self.go_on();
    }

    async fn try_to_prepare(self, id: PhotoId) -> Result<(), Rejection> {
        let inner = self.inner.get();
        let picked = inner.files.borrow().iter().find(|(of, _)| *of == id).map(|(_, file)| file.clone());
        let file: Blob = match picked {
            Some(file) => file.into(),
            None => self.persistence.photo(id, None).await.ok_or(Rejection::Unreadable)?,
        };
        inner.files.borrow_mut().retain(|(of, _)| *of != id);
        self.queue.update(|queue| queue.preparing(id));
        let Some(subject) = self.queue.with_untracked(|queue| Some(queue.get(id)?.subject)) else { return Ok(()) };
        let is_gone = || self.queue.with_untracked(|queue| queue.get(id).is_none());
        let Preview { thumbnail, analysis, pending } =
            prepare::preview(&file, subject, &inner.processor, &inner.policy).await?;
        if is_gone() {
            return Ok(());
        }
        self.thumbnails.update(|all| all.push((id, thumbnail)));
        let processed = pending.finish(&inner.policy).await?;
        if is_gone() {
            return Ok(());
        }
        self.start(self.persistence.save_photo(id, processed.jpeg.clone(), false));
        inner.prints.borrow_mut().push((id, processed.jpeg));
        self.queue.update(|queue| queue.prepared(id, processed.digest, Some(analysis)));
        for code in processed.codes {
            self.codes.update(|codes| codes.push((id, tracking::normalise(&code))));
        }
        Ok(())
    }

    async fn restore_thumbnail(self, id: PhotoId, digest: Digest) {
        let photo = match self.persistence.photo(id, None).await {
            None => self.api.photo(digest).await.ok(),
            saved => saved,
        };
        let Some(photo) = photo else { return };
        if let Some(thumbnail) = prepare::thumbnail(&photo, &self.inner.get().processor).await
            && self.queue.with_untracked(|queue| queue.get(id).is_some())
        {
            self.thumbnails.update(|all| all.push((id, thumbnail)));
        }
    }

    async fn send(self, id: PhotoId, digest: Digest) {
        match self.print(id, digest).await {
            Some(jpeg) => {
                let subject = self.queue.with_untracked(|queue| queue.get(id).map(|photo| photo.subject));
                let on_progress = move |percent| self.queue.update(|queue| queue.progressed(id, percent));
                let is_wanted =
                    move || self.queue.with_untracked(|queue| queue.get(id).is_some_and(Photo::is_uploading));
                let subject = subject.unwrap_or(Subject::Device);
                let outcome = self.api.put_photo(digest, subject, &jpeg, is_wanted, on_progress).await;
                self.uploaded(id, digest, outcome).await;
            }
            // It is made once more, of what is saved.
            None => self.queue.update(|queue| queue.unprepared(id)),
        }
        self.go_on();
    }

    async fn uploaded(self, id: PhotoId, digest: Digest, outcome: Result<(), Failure>) {
        if outcome == Err(Failure::Unreachable) {
            return self.queue.update(|queue| queue.gave_way(id));
        }
        let was_removed = self.queue.with_untracked(|queue| queue.digests().all().all(|(_, other)| other != digest));
        if was_removed && outcome.is_ok() {
            self.api.forget_photo(digest).await;
        }
        self.queue.update(|queue| queue.uploaded(id, outcome));
        self.throw_out_refused();
    }

    /// Forgets the bytes of what cannot serve, once it is saved that they cannot: until then another visit may still ask for
    /// them.
    fn throw_out_refused(self) {
        for id in self.queue.with_untracked(Queue::rejected_ids) {
            self.start(async move {
                self.persistence.until_saved().await;
                self.persistence.remove_photo(id).await;
            });
        }
    }

    async fn print(self, id: PhotoId, digest: Digest) -> Option<Blob> {
        let print = self.inner.get().prints.borrow().iter().find(|(of, _)| *of == id).map(|(_, jpeg)| jpeg.clone());
        if print.is_some() { print } else { self.persistence.photo(id, Some(digest)).await }
    }

    /// Forgets what is in memory of a photo.
    fn put_away(self, id: PhotoId) {
        let inner = self.inner.get();
        inner.files.borrow_mut().retain(|(of, _)| *of != id);
        inner.prints.borrow_mut().retain(|(of, _)| *of != id);
        self.codes.update(|codes| codes.retain(|(of, _)| *of != id));
        self.thumbnails.update(|all| {
            for (_, thumbnail) in all.extract_if(.., |(of, _)| *of == id) {
                thumbnail.close();
            }
        });
    }

    fn start(self, work: impl Future<Output = ()> + 'static) {
        self.inner.get().scope.spawn(work);
    }
}
