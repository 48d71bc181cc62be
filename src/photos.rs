//! The photos of a draft: picked, prepared and sent in the background while the customer goes on.
//!
//! Layers: [`queue`] is plain data and decides what is done when; [`advice`] judges pixels; this file carries out in the browser what
//! the queue decides; [`picker`] shows it. Which photos are enough is for `rules` to say.

pub mod advice;
pub mod picker;
pub mod prepare;
pub mod queue;

use damage_report_rules::{
    advice::PhotoAdvice,
    evidence::{Digest, Photos, Subject},
    policy::Policy,
    tracking,
};
use web_sys::{Blob, File, ImageBitmap};

use self::{
    prepare::{PhotoProcessor, Preview},
    queue::{PhotoCommand, PhotoQueue, QueuedPhoto, UploadStatus},
};
use crate::{
    api::Api,
    failure::PhotoRejection,
    persistence::DraftPersistence,
    reactive::{scope::Scope, signal::Signal, stored_value::StoredValue},
    saved::PhotoId,
};

/// The photos of one draft. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct PhotoUploads {
    queue: Signal<PhotoQueue<PhotoAssets>>,
    not_added: Signal<Option<NotAdded>>,
    inner: StoredValue<Inner>,
    api: Api,
    persistence: DraftPersistence,
}

/// The browser's objects for a photo.
#[derive(Default)]
pub(crate) struct PhotoAssets {
    /// The picked file, until the photo is prepared.
    file: Option<File>,
    /// The JPEG to send. That of an earlier visit is in the browser's storage until its turn.
    jpeg: Option<Blob>,
    thumbnail: Option<ImageBitmap>,
    /// The texts of its barcodes, written as tracking numbers, in browsers that can read them.
    barcodes: Vec<String>,
}

impl PhotoAssets {
    fn of(file: File) -> Self {
        Self { file: Some(file), jpeg: None, thumbnail: None, barcodes: Vec::new() }
    }
}

impl Drop for PhotoAssets {
    fn drop(&mut self) {
        if let Some(thumbnail) = &self.thumbnail {
            thumbnail.close();
        }
    }
}

/// Why something that the customer gave is not among the photos.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum NotAdded {
    /// No more fit.
    NoRoom,
    /// It is no file.
    NoFile,
}

/// The means of the work on photos.
struct Inner {
    processor: PhotoProcessor,
    policy: Policy,
    scope: Scope,
}

impl PhotoUploads {
    /// The photos of `queue`, on which work goes on at once. It ends with the current reactive owner.
    pub(crate) fn new(
        api: Api,
        processor: PhotoProcessor,
        policy: Policy,
        persistence: DraftPersistence,
        queue: PhotoQueue<PhotoAssets>,
    ) -> Self {
        let ready: Vec<_> = queue.all().iter().filter_map(|photo| Some((photo.id, photo.state.digest()?))).collect();
        let inner = StoredValue::new(Inner { processor, policy, scope: Scope::current() });
        let uploads = Self { queue: Signal::new(queue), not_added: Signal::default(), inner, api, persistence };
        for (id, digest) in ready {
            uploads.start(uploads.restore_thumbnail(id, digest));
        }
        uploads.go_on();
        uploads
    }

    /// The photos and what has become of each.
    pub(crate) fn queue(self) -> Signal<PhotoQueue<PhotoAssets>> {
        self.queue
    }

    /// Why something is not there that the customer gave last, if it is not. Reactive.
    pub(crate) fn not_added(self) -> Option<NotAdded> {
        self.not_added.get()
    }

    /// Of what there is a photo to spare, where there are more than a claim may have with all that must come. Reactive.
    pub(crate) fn surplus_subject(self) -> Option<Subject> {
        self.inner.get().policy.surplus_subject(self.queue.with(PhotoQueue::count_by_subject))
    }

    /// Whether only the shop can solve the problem of a photo. Reactive.
    pub(crate) fn needs_the_shop(self) -> bool {
        self.queue.with(|queue| queue.all().iter().any(|photo| photo.state.needs_the_shop()))
    }

    /// The most photos a claim may have.
    pub(crate) fn photos_max(self) -> u8 {
        self.inner.get().policy.photos_max
    }

    /// The photos that count. Reactive.
    pub(crate) fn digests(self) -> Photos {
        self.queue.with(PhotoQueue::digests)
    }

    /// The advice on them. Reactive.
    pub(crate) fn all_advice(self) -> Vec<PhotoAdvice> {
        self.queue.with(PhotoQueue::all_advice)
    }

    /// The barcodes that were read from the photos. Reactive.
    pub(crate) fn barcodes(self) -> Vec<String> {
        self.queue.with(|queue| {
            let mut barcodes = Vec::new();
            for photo in queue.all() {
                barcodes.extend_from_slice(&photo.assets.barcodes);
            }
            barcodes
        })
    }

    /// How far the sending has come. Reactive.
    pub(crate) fn upload_status(self) -> UploadStatus {
        self.queue.with(PhotoQueue::upload_status)
    }

    /// The photos that the backend would not take, and why. Reactive.
    pub(crate) fn rejected_by_backend(self) -> Vec<(Subject, PhotoRejection)> {
        self.queue.with(|queue| queue.rejected_by_backend().collect())
    }

    /// Whether uploads are delayed, and will be retried automatically. Reactive.
    pub(crate) fn are_uploads_delayed(self) -> bool {
        self.api.connection().current_failure().is_some()
    }

    /// The small picture of a photo, once there is one. Reactive.
    pub(crate) fn thumbnail(self, id: PhotoId) -> Option<ImageBitmap> {
        self.queue.with(|queue| queue.get(id)?.assets.thumbnail.clone())
    }

    /// Gets ready for the first photo: the connection may be gone when it comes.
    pub(crate) fn warm_up(self) {
        self.inner.get().processor.warm();
    }

    /// Takes in `files` as photos of `subject`, as many as there is room for. Without files, the customer dropped or pasted something else.
    pub(crate) fn add(self, files: Vec<File>, subject: Subject) {
        let have = self.queue.with_untracked(PhotoQueue::count_by_subject);
        let room = self.inner.get().policy.room_for_photos(subject, have);
        let is_too_many = (files.len() > room).then_some(NotAdded::NoRoom);
        self.not_added.set(if files.is_empty() { Some(NotAdded::NoFile) } else { is_too_many });
        self.queue.update(|queue| {
            for file in files.into_iter().take(room) {
                queue.pick(subject, PhotoAssets::of(file));
            }
        });
        self.go_on();
    }

    /// Removes a photo, here and from the backend.
    pub(crate) fn remove(self, id: PhotoId) {
        self.queue.update(|queue| queue.remove(id));
        self.not_added.set(None);
        if self.queue.with_untracked(|queue| !queue.is_uploading()) {
            // No upload is held up any longer.
            self.api.connection().record_success();
        }
        self.go_on();
    }

    /// Removes every photo.
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
        self.queue.update(PhotoQueue::retry_all);
        self.go_on();
    }

    /// Sends again what the backend turns out not to have.
    pub(crate) fn upload_again(self, digests: &[Digest]) {
        self.queue.update(|queue| queue.requeue_missing(digests));
        self.go_on();
    }

    /// Starts what the queue wants done.
    fn go_on(self) {
        let parallel_uploads = self.api.connection().parallel_uploads();
        for command in self.queue.update(|queue| queue.take_commands(parallel_uploads)) {
            self.start(self.execute(command));
        }
    }

    async fn execute(self, command: PhotoCommand) {
        match command {
            PhotoCommand::SavePicked(id) => self.save_picked(id).await,
            PhotoCommand::Prepare(id) => {
                if let Err(rejection) = self.prepare(id).await {
                    self.queue.update(|queue| queue.record_rejected(id, rejection));
                }
            }
            PhotoCommand::SaveProcessed(id) => {
                if let Some(jpeg) = self.asset(id, |assets| assets.jpeg.clone()) {
                    self.persistence.save_photo(id, jpeg, false).await;
                }
            }
            PhotoCommand::Upload(id, digest, subject) => self.upload(id, digest, subject).await,
            PhotoCommand::Delete(digest) => return self.api.delete_photo(digest).await,
            PhotoCommand::RemoveSaved(id) => return self.persistence.remove_photo(id).await,
            PhotoCommand::RemoveSavedLater(id) => {
                self.persistence.skip_photo_save(id);
                self.queue.update(|queue| {
                    if let Some(assets) = queue.assets_mut(id) {
                        (assets.file, assets.jpeg) = (None, None);
                    }
                });
                self.persistence.wait_until_saved().await;
                return self.persistence.remove_photo(id).await;
            }
        }
        self.go_on();
    }

    /// Saves what was picked, unless its first bytes tell that it is no photo: of that nothing more is read.
    async fn save_picked(self, id: PhotoId) {
        let Some(file) = self.asset(id, |assets| assets.file.clone()) else { return };
        self.persistence.count_write_begun();
        match prepare::identify_file(&file).await {
            Ok(_) => self.persistence.save_photo(id, file.into(), true).await,
            Err(rejection) => self.queue.update(|queue| queue.record_rejected(id, rejection)),
        }
        self.persistence.count_write_ended();
    }

    async fn prepare(self, id: PhotoId) -> Result<(), PhotoRejection> {
        let inner = self.inner.get();
        let Some(subject) = self.queue.with_untracked(|queue| Some(queue.get(id)?.subject)) else { return Ok(()) };
        let file: Blob = match self.asset(id, |assets| assets.file.clone()) {
            Some(file) => file.into(),
            None => self.persistence.load_photo(id, None).await.ok_or(PhotoRejection::Unreadable)?,
        };
        let Preview { thumbnail, analysis, pending } =
            prepare::preview(&file, subject, &inner.processor, &inner.policy).await?;
        if !self.show(id, thumbnail) {
            return Ok(());
        }
        let processed = pending.wait_for_processed(&inner.policy).await?;
        self.queue.update(|queue| {
            if let Some(assets) = queue.assets_mut(id) {
                assets.file = None;
                assets.jpeg = Some(processed.jpeg);
                assets.barcodes = processed.barcodes.iter().map(|code| tracking::normalise(code)).collect();
                queue.record_prepared(id, processed.digest, Some(analysis));
            }
        });
        Ok(())
    }

    async fn restore_thumbnail(self, id: PhotoId, digest: Digest) {
        let photo = match self.persistence.load_photo(id, None).await {
            None => self.api.fetch_photo(digest).await.ok(),
            saved => saved,
        };
        let Some(photo) = photo else { return };
        if let Some(thumbnail) = prepare::remake_thumbnail(&photo, &self.inner.get().processor).await {
            self.show(id, thumbnail);
        }
    }

    /// Shows a photo by its small picture; gives whether it is still there.
    fn show(self, id: PhotoId, thumbnail: ImageBitmap) -> bool {
        self.queue.update(|queue| {
            let Some(assets) = queue.assets_mut(id) else {
                thumbnail.close();
                return false;
            };
            assets.thumbnail = Some(thumbnail);
            true
        })
    }

    async fn upload(self, id: PhotoId, digest: Digest, subject: Subject) {
        let jpeg = match self.asset(id, |assets| assets.jpeg.clone()) {
            None => self.persistence.load_photo(id, Some(digest)).await,
            jpeg => jpeg,
        };
        let Some(jpeg) = jpeg else { return self.queue.update(|queue| queue.record_unprepared(id)) };
        let on_progress = move |percent| self.queue.update(|queue| queue.record_progress(id, percent));
        let is_wanted = move || self.queue.with_untracked(|queue| queue.get(id).is_some_and(QueuedPhoto::is_uploading));
        let outcome = self.api.upload_photo(digest, subject, &jpeg, is_wanted, on_progress).await;
        self.queue.update(|queue| queue.record_upload_end(id, digest, outcome));
    }

    /// Something that the browser holds of a photo.
    fn asset<T>(self, id: PhotoId, read: impl FnOnce(&PhotoAssets) -> Option<T>) -> Option<T> {
        self.queue.with_untracked(|queue| read(&queue.get(id)?.assets))
    }

    fn start(self, work: impl Future<Output = ()> + 'static) {
        self.inner.get().scope.spawn(work);
    }
}
