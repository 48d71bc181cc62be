//! The shelf on which a draft's photos lie: picked, prepared and sent in the background while the customer goes on.
//!
//! Three layers: [`queue`] is plain data and knows what may follow what; this file keeps it in a signal and does the
//! work; [`picker`] shows it. Which photos are enough is for `rules` to say.

pub mod picker;
pub mod prepare;
pub mod queue;

use std::cell::RefCell;

use damage_report_rules::{
    evidence::{Digest, Photos, Subject},
    policy::Policy,
};
use web_sys::{File, ImageBitmap};

use self::{
    prepare::{PhotoDesk, Prepared},
    queue::{PhotoId, Queue, Refusal, Standing},
};
use crate::{
    api::Api,
    background::{Background, pause},
    failure::Failure,
    held::Held,
    watched::Watched,
};

/// How often an upload is tried by itself before the customer is asked.
const ATTEMPTS: u32 = 4;

/// The photos of one draft. Cheap to pass around.
#[derive(Clone, Copy)]
pub struct Shelf {
    queue: Watched<Queue>,
    overflow: Watched<bool>,
    bench: Held<Bench>,
    api: Api,
}

/// What the work on photos needs, and what it makes.
struct Bench {
    prints: RefCell<Vec<(PhotoId, Prepared)>>,
    desk: PhotoDesk,
    policy: Policy,
    background: Background,
}

impl Shelf {
    /// An empty shelf. Its work ends with the reactive owner it is made under.
    pub(crate) fn new(api: Api, desk: PhotoDesk, policy: Policy) -> Self {
        Self {
            queue: Watched::new(Queue::default()),
            overflow: Watched::new(false),
            bench: Held::new(Bench { prints: RefCell::default(), desk, policy, background: Background::here() }),
            api,
        }
    }

    /// The photos and what has become of each. Reactive.
    pub(crate) fn queue(self) -> Watched<Queue> {
        self.queue
    }

    /// Whether the customer picked more photos than a claim may have. Reactive.
    pub(crate) fn overflowed(self) -> bool {
        self.overflow.get()
    }

    /// The most photos a claim may have.
    pub(crate) fn photos_max(self) -> u8 {
        self.bench.get().policy.photos_max
    }

    /// The photos that count. Reactive.
    pub(crate) fn digests(self) -> Photos {
        self.queue.with(Queue::digests)
    }

    /// How far the sending has come. Reactive.
    pub(crate) fn standing(self) -> Standing {
        self.queue.with(Queue::standing)
    }

    /// The photos that the backend would not take, and why. Reactive.
    pub(crate) fn refused_by_backend(self) -> Vec<(Subject, Refusal)> {
        self.queue.with(|queue| queue.refused_by_backend().collect())
    }

    /// Whether all of `digests` are photos that were sent.
    pub(crate) fn has_kept(self, digests: &[Digest]) -> bool {
        self.queue.peek(|queue| digests.iter().all(|digest| queue.has_kept(*digest)))
    }

    /// Takes in `files` as photos of `subject`, as many as there is room for.
    pub(crate) fn add(self, files: Vec<File>, subject: Subject) {
        let room = usize::from(self.photos_max()).saturating_sub(self.queue.peek(Queue::counting));
        self.overflow.set(files.len() > room);
        for file in files.into_iter().take(room) {
            let id = self.queue.update(|queue| queue.pick(subject));
            self.start(self.prepare(id, file));
        }
    }

    /// Takes a photo off the shelf.
    pub(crate) fn remove(self, id: PhotoId) {
        self.queue.update(|queue| queue.remove(id));
        self.bench.get().prints.borrow_mut().retain(|(of, _)| *of != id);
        self.overflow.set(false);
        self.send_next();
    }

    /// Tries again to send a photo that could not be sent.
    pub(crate) fn retry(self, id: PhotoId) {
        self.queue.update(|queue| queue.retry(id));
        self.send_next();
    }

    /// Tries again to send every photo that could not be sent.
    pub(crate) fn retry_all(self) {
        self.queue.update(Queue::retry_all);
        self.send_next();
    }

    /// Sends again what the backend turns out not to have.
    pub(crate) fn send_again(self, digests: &[Digest]) {
        self.queue.update(|queue| queue.forgotten(digests));
        self.send_next();
    }

    /// The small picture of a photo, once it is prepared.
    pub(crate) fn thumbnail(self, id: PhotoId) -> Option<ImageBitmap> {
        self.print(id).map(|print| print.thumbnail)
    }

    fn print(self, id: PhotoId) -> Option<Prepared> {
        self.bench.get().prints.borrow().iter().find(|(of, _)| *of == id).map(|(_, print)| print.clone())
    }

    async fn prepare(self, id: PhotoId, file: File) {
        let bench = self.bench.get();
        match prepare::prepare(&file, &bench.desk, &bench.policy).await {
            Ok(print) => {
                let digest = print.digest;
                bench.prints.borrow_mut().push((id, print));
                self.queue.update(|queue| queue.prepared(id, digest));
                self.send_next();
            }
            Err(refusal) => self.queue.update(|queue| queue.refused(id, refusal)),
        }
    }

    /// Starts as many uploads as may run.
    fn send_next(self) {
        loop {
            let Some((id, digest)) = self.queue.peek(Queue::next) else { break };
            self.queue.update(|queue| queue.start(id));
            self.start(self.send(id, digest));
        }
    }

    async fn send(self, id: PhotoId, digest: Digest) {
        let outcome = self.try_to_send(id, digest).await;
        self.queue.update(|queue| queue.uploaded(id, outcome));
        self.send_next();
    }

    async fn try_to_send(self, id: PhotoId, digest: Digest) -> Result<(), Failure> {
        let Some(print) = self.print(id) else { return Err(Failure::NotOurs) };
        let mut attempt = 0;
        loop {
            let on_progress = move |percent| self.queue.update(|queue| queue.progressed(id, percent));
            match self.api.put_photo(digest, &print.jpeg, on_progress).await {
                Err(failure) if failure.passes_by_itself() && attempt + 1 < ATTEMPTS => pause(attempt).await,
                outcome => return outcome,
            }
            attempt += 1;
        }
    }

    fn start(self, work: impl Future<Output = ()> + 'static) {
        self.bench.get().background.start(work);
    }
}
