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
    prepare::{PhotoDesk, Sight},
    queue::{Photo, PhotoId, Queue, Refusal, Standing},
};
use crate::{api::Api, background::Background, failure::Failure, held::Held, storage::Storage, watched::Watched};

/// The photos of one draft. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct Shelf {
    queue: Watched<Queue>,
    thumbnails: Watched<Vec<(PhotoId, ImageBitmap)>>,
    codes: Watched<Vec<(PhotoId, String)>>,
    left_out: Watched<Option<LeftOut>>,
    bench: Held<Bench>,
    api: Api,
    storage: Storage,
}

/// Why something that the customer gave is not among the photos.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum LeftOut {
    /// No more fit.
    NoRoom,
    /// It is no file.
    NoFile,
}

/// What the work on photos needs.
struct Bench {
    /// Picked, and waiting for their turn.
    files: RefCell<Vec<(PhotoId, File)>>,
    /// Ready to be sent. A photo of an earlier visit is in the browser's storage until its turn.
    prints: RefCell<Vec<(PhotoId, Blob)>>,
    desk: PhotoDesk,
    policy: Policy,
    background: Background,
}

impl Shelf {
    /// A shelf with the photos of `queue`, whose work goes on at once. It ends with the reactive owner it is made under.
    pub(crate) fn new(api: Api, desk: PhotoDesk, policy: Policy, storage: Storage, queue: Queue) -> Self {
        let (files, prints, background) = (RefCell::default(), RefCell::default(), Background::here());
        let ready: Vec<_> = queue.all().iter().filter_map(|photo| Some((photo.id, photo.state.digest()?))).collect();
        let shelf = Self {
            queue: Watched::new(queue),
            thumbnails: Watched::default(),
            codes: Watched::default(),
            left_out: Watched::default(),
            bench: Held::new(Bench { files, prints, desk, policy, background }),
            api,
            storage,
        };
        for (id, digest) in ready {
            shelf.start(shelf.restore_thumbnail(id, digest));
        }
        shelf.go_on();
        shelf
    }

    /// The photos and what has become of each.
    pub(crate) fn queue(self) -> Watched<Queue> {
        self.queue
    }

    /// Why something is not there that the customer gave last, if it is not. Follows it.
    pub(crate) fn left_out(self) -> Option<LeftOut> {
        self.left_out.get()
    }

    /// Of what there is a photo to spare, where there are more than a claim may have with all that must come. Follows them.
    pub(crate) fn surplus(self) -> Option<Subject> {
        self.bench.get().policy.photos_surplus(self.queue.with(Queue::counting_by_subject))
    }

    /// Whether there is a photo for which nobody but the shop's people can do anything. Follows them.
    pub(crate) fn needs_the_shop(self) -> bool {
        self.queue.with(|queue| queue.all().iter().any(|photo| photo.state.needs_the_shop()))
    }

    /// The most photos a claim may have.
    pub(crate) fn photos_max(self) -> u8 {
        self.bench.get().policy.photos_max
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
    pub(crate) fn codes(self) -> Watched<Vec<(PhotoId, String)>> {
        self.codes
    }

    /// How far the sending has come. Follows it.
    pub(crate) fn standing(self) -> Standing {
        self.queue.with(Queue::standing)
    }

    /// The photos that the backend would not take, and why. Follows them.
    pub(crate) fn refused_by_backend(self) -> Vec<(Subject, Refusal)> {
        self.queue.with(|queue| queue.refused_by_backend().collect())
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
        self.bench.get().desk.warm();
    }

    /// Takes in `files` as photos of `subject`, as many as there is room for. Where there are none, something else was given.
    pub(crate) fn add(self, files: Vec<File>, subject: Subject) {
        let have = self.queue.peek(Queue::counting_by_subject);
        let room = self.bench.get().policy.photos_room(subject, have);
        let is_too_many = (files.len() > room).then_some(LeftOut::NoRoom);
        self.left_out.set(if files.is_empty() { Some(LeftOut::NoFile) } else { is_too_many });
        for file in files.into_iter().take(room) {
            let id = self.queue.update(|queue| queue.pick(subject));
            self.bench.get().files.borrow_mut().push((id, file.clone()));
            self.start(self.take_in(id, file.into()));
        }
        self.go_on();
    }

    /// Saves what was picked, unless its first bytes tell that it is no photo: of that nothing more is read.
    async fn take_in(self, id: PhotoId, file: Blob) {
        self.storage.begin();
        match prepare::judge(&file).await {
            Ok(_) => self.storage.save_photo(id, file, true).await,
            Err(refusal) => self.refuse(id, refusal),
        }
        self.storage.end();
    }

    fn refuse(self, id: PhotoId, refusal: Refusal) {
        self.bench.get().files.borrow_mut().retain(|(of, _)| *of != id);
        self.storage.skip_photo(id);
        self.queue.update(|queue| queue.refused(id, refusal));
        self.throw_out_refused();
    }

    /// Takes a photo off the shelf.
    pub(crate) fn remove(self, id: PhotoId) {
        let sent = self.queue.update(|queue| queue.remove(id));
        self.put_away(id);
        self.start(self.storage.remove_photo(id));
        if let Some(digest) = sent {
            self.start(self.api.forget_photo(digest));
        }
        self.left_out.set(None);
        if self.queue.peek(|queue| !queue.is_uploading()) {
            // What was held up is no longer wanted.
            self.api.connection().is_good();
        }
        self.go_on();
    }

    /// Takes every photo off the shelf.
    pub(crate) fn clear(self) {
        for id in self.queue.peek(|queue| queue.all().iter().map(|photo| photo.id).collect::<Vec<_>>()) {
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
        while let Some(id) = self.queue.peek(Queue::next_to_read) {
            self.queue.update(|queue| queue.reading(id));
            self.start(self.prepare(id));
        }
        let lanes = self.api.connection().lanes();
        while let Some((id, digest)) = self.queue.peek(|queue| queue.next(lanes)) {
            self.queue.update(|queue| queue.start(id));
            self.start(self.send(id, digest));
        }
    }

    async fn prepare(self, id: PhotoId) {
        match self.try_to_prepare(id).await {
            Ok(()) => self.throw_out_refused(),
            Err(refusal) => self.refuse(id, refusal),
        }
        self.go_on();
    }

    async fn try_to_prepare(self, id: PhotoId) -> Result<(), Refusal> {
        let bench = self.bench.get();
        let picked = bench.files.borrow().iter().find(|(of, _)| *of == id).map(|(_, file)| file.clone());
        let file: Blob = match picked {
            Some(file) => file.into(),
            None => self.storage.photo(id, None).await.ok_or(Refusal::Unreadable)?,
        };
        bench.files.borrow_mut().retain(|(of, _)| *of != id);
        self.queue.update(|queue| queue.preparing(id));
        let Some(subject) = self.queue.peek(|queue| Some(queue.get(id)?.subject)) else { return Ok(()) };
        let is_gone = || self.queue.peek(|queue| queue.get(id).is_none());
        let Sight { thumbnail, look, coming } = prepare::see(&file, subject, &bench.desk, &bench.policy).await?;
        if is_gone() {
            return Ok(());
        }
        self.thumbnails.update(|all| all.push((id, thumbnail)));
        let print = coming.print(&bench.policy).await?;
        if is_gone() {
            return Ok(());
        }
        self.start(self.storage.save_photo(id, print.jpeg.clone(), false));
        bench.prints.borrow_mut().push((id, print.jpeg));
        self.queue.update(|queue| queue.prepared(id, print.digest, Some(look)));
        for code in print.codes {
            self.codes.update(|codes| codes.push((id, tracking::normalise(&code))));
        }
        Ok(())
    }

    async fn restore_thumbnail(self, id: PhotoId, digest: Digest) {
        let photo = match self.storage.photo(id, None).await {
            None => self.api.photo(digest).await.ok(),
            saved => saved,
        };
        let Some(photo) = photo else { return };
        if let Some(thumbnail) = prepare::thumbnail(&photo, &self.bench.get().desk).await
            && self.queue.peek(|queue| queue.get(id).is_some())
        {
            self.thumbnails.update(|all| all.push((id, thumbnail)));
        }
    }

    async fn send(self, id: PhotoId, digest: Digest) {
        match self.print(id, digest).await {
            Some(jpeg) => {
                let subject = self.queue.peek(|queue| queue.get(id).map(|photo| photo.subject));
                let on_progress = move |percent| self.queue.update(|queue| queue.progressed(id, percent));
                let is_wanted = move || self.queue.peek(|queue| queue.get(id).is_some_and(Photo::is_uploading));
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
        let was_removed = self.queue.peek(|queue| queue.digests().all().all(|(_, other)| other != digest));
        if was_removed && outcome.is_ok() {
            self.api.forget_photo(digest).await;
        }
        self.queue.update(|queue| queue.uploaded(id, outcome));
        self.throw_out_refused();
    }

    /// Forgets the bytes of what cannot serve, once it is saved that they cannot: until then another visit may still ask for
    /// them.
    fn throw_out_refused(self) {
        for id in self.queue.peek(Queue::refused_ids) {
            self.start(async move {
                self.storage.at_rest().await;
                self.storage.remove_photo(id).await;
            });
        }
    }

    async fn print(self, id: PhotoId, digest: Digest) -> Option<Blob> {
        let print = self.bench.get().prints.borrow().iter().find(|(of, _)| *of == id).map(|(_, jpeg)| jpeg.clone());
        if print.is_some() { print } else { self.storage.photo(id, Some(digest)).await }
    }

    /// Forgets what is in memory of a photo.
    fn put_away(self, id: PhotoId) {
        let bench = self.bench.get();
        bench.files.borrow_mut().retain(|(of, _)| *of != id);
        bench.prints.borrow_mut().retain(|(of, _)| *of != id);
        self.codes.update(|codes| codes.retain(|(of, _)| *of != id));
        self.thumbnails.update(|all| {
            for (_, thumbnail) in all.extract_if(.., |(of, _)| *of == id) {
                thumbnail.close();
            }
        });
    }

    fn start(self, work: impl Future<Output = ()> + 'static) {
        self.bench.get().background.start(work);
    }
}
