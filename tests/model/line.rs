//! The connection between a page and the shop: the browser's side of the traits by which the product sends.

use std::{
    cell::{Cell, RefCell},
    future::{poll_fn, ready},
    mem,
    rc::Rc,
    task::Poll,
};

use damage_report::{
    api::photo_sending::{PhotoTransport, TokenSource, UploadOutcome, with_token},
    failure::Failure,
    retry::RetryPolicy,
};
use damage_report_rules::evidence::{Digest, Subject};

use crate::{
    disk::Disk,
    shop::{End, Fate, Shop},
};

/// Everything that outlives a page.
pub(crate) struct Around {
    pub(crate) shop: RefCell<Shop>,
    pub(crate) disk: RefCell<Disk>,
    pub(crate) is_signed_in: Cell<bool>,
    /// The fate of the next request.
    pub(crate) fate: Cell<Fate>,
}

/// The line of one page to the shop.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) around: Rc<Around>,
    token: Rc<Cell<Option<u32>>>,
    stalls: Rc<Cell<u32>>,
}

impl Line {
    pub(crate) fn new(around: &Rc<Around>, token: u32) -> Self {
        Self { around: Rc::clone(around), token: Rc::new(Cell::new(Some(token))), stalls: Rc::default() }
    }

    /// The same rule as in the widget's `ConnectionHealth`.
    pub(crate) fn parallel_uploads(&self) -> usize {
        if self.stalls.get() > 0 { 1 } else { 2 }
    }

    /// Asks the shop, and once more with a new token if the first is not accepted.
    pub(crate) async fn ask<T>(&self, ask: impl Fn(&mut Shop, u32, Fate) -> End<T>) -> Result<T, Failure> {
        let request = async |token: String| {
            let fate = self.around.fate.get();
            match ask(&mut self.around.shop.borrow_mut(), token.parse().unwrap(), fate) {
                End::Answered(answer) => Ok(answer),
                End::Unauthorised => Err(Failure::SignedOut),
                End::Failed(failure) => Err(failure),
                End::Unanswered => Err(Failure::Unreachable),
            }
        };
        with_token(self, request).await
    }
}

impl RetryPolicy for Line {
    type Failure = Failure;

    fn wait(&self, failure: &Failure, attempt: u32) -> Option<impl Future> {
        failure.retry_pause(attempt).map(|_| ready(()))
    }
}

impl TokenSource for Line {
    async fn token(&self, renew: bool) -> Result<String, Failure> {
        if renew || self.token.get().is_none() {
            if !self.around.is_signed_in.get() {
                return Err(Failure::SignedOut);
            }
            self.token.set(Some(self.around.shop.borrow().token()));
        }
        Ok(self.token.get().unwrap().to_string())
    }
}

/// The transport of one photo to the shop.
pub(crate) struct Route {
    /// Whether the shop has said that it keeps the photo.
    pub(crate) is_acknowledged: Box<dyn Fn() -> bool>,
    pub(crate) line: Line,
    pub(crate) digest: Digest,
    pub(crate) subject: Subject,
    pub(crate) is_wanted: Box<dyn Fn() -> bool>,
}

impl RetryPolicy for Route {
    type Failure = Failure;

    fn wait(&self, failure: &Failure, attempt: u32) -> Option<impl Future> {
        self.line.wait(failure, attempt)
    }
}

impl TokenSource for Route {
    async fn token(&self, renew: bool) -> Result<String, Failure> {
        self.line.token(renew).await
    }
}

impl PhotoTransport for Route {
    async fn put(&self, token: String) -> Result<UploadOutcome, Failure> {
        turn().await;
        let (shop, fate) = (&self.line.around.shop, self.line.around.fate.get());
        // An upload that is not wanted any more may still run, because its photo was removed or the draft has it twice. Its outcome is
        // ignored.
        let is_there = (self.is_acknowledged)() && shop.borrow().has(self.digest);
        assert!(!self.is_wanted() || !is_there, "a photo that was acknowledged is sent again");
        match shop.borrow_mut().put(token.parse().unwrap(), fate, self.digest, self.subject) {
            End::Answered(()) => Ok(UploadOutcome::Kept),
            End::Unauthorised => Err(Failure::SignedOut),
            End::Failed(failure) => Err(failure),
            End::Unanswered if fate == Fate::Stalled => Ok(UploadOutcome::Stalled),
            End::Unanswered => Ok(UploadOutcome::Unanswered),
        }
    }

    async fn has_arrived(&self) -> bool {
        let listed = self.line.ask(|shop, token, _| shop.list(token, Fate::Fine)).await;
        listed.is_ok_and(|listed| listed.iter().any(|photo| photo.sha256 == self.digest))
    }

    fn is_slow(&self) -> bool {
        self.line.stalls.get() > 0
    }

    fn record_stall(&self) {
        self.line.stalls.set(self.line.stalls.get() + 1);
    }

    fn is_wanted(&self) -> bool {
        (self.is_wanted)()
    }
}

/// Pauses the task until the world advances it by a step.
pub(crate) async fn turn() {
    let mut has_waited = false;
    poll_fn(|_| if mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}
