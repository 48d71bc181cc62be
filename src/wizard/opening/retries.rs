//! How long the opening retries its two requests: the order line, and the code of the report.

use std::cell::RefCell;

use crate::{api::connection_health::ConnectionHealth, failure::Failure, retry::RetryPolicy};

/// How many retries of the order line, or of the report's code, precede the notice that this page cannot reach the service. They
/// take about a minute and a half. Retrying does not help when another server answers or CORS refuses the request.
const ATTEMPTS_MAX: u32 = 8;

/// How many times the report's code is requested again while the widget is blank, which should last a second at most.
const ATTEMPTS_WHILE_BLANK: u32 = 2;

/// The content of the widget while the code of the report is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoadingView {
    /// Nothing.
    Blank,
    /// The page before Begin.
    Landing,
}

/// Whether the widget tries again after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RetryOutlook {
    Retrying,
    GaveUp,
}

/// Retries the request for the order line, and shows the notice for the current failure meanwhile.
pub(super) struct OrderLineRetries<S> {
    connection: ConnectionHealth,
    /// The notice that is shown. An equal notice is not built again: screen readers would read it again, and it would lose the focus.
    shown: RefCell<Option<(Failure, RetryOutlook)>>,
    show: S,
}

impl<S: Fn(&Failure, RetryOutlook, u32)> OrderLineRetries<S> {
    /// Retries over `connection`. `show` shows a failure after an attempt (from 0), unless the same is shown.
    pub(super) fn new(connection: ConnectionHealth, show: S) -> Self {
        Self { connection, shown: RefCell::default(), show }
    }
}

impl<S: Fn(&Failure, RetryOutlook, u32)> RetryPolicy for OrderLineRetries<S> {
    type Failure = Failure;

    fn wait(&self, failure: &Failure, attempt: u32) -> Option<impl Future> {
        let gives_up = match failure {
            Failure::Unreachable | Failure::UnexpectedResponse => {
                attempt >= ATTEMPTS_MAX && self.connection.is_online()
            }
            Failure::SignedOut
            | Failure::Later(_)
            | Failure::Violations(_)
            | Failure::PhotosUnknown(_)
            | Failure::ClaimExists
            | Failure::Refused(_) => failure.retry_pause(attempt).is_none(),
        };
        let outlook = if gives_up { RetryOutlook::GaveUp } else { RetryOutlook::Retrying };
        let notice = Some((failure.clone(), outlook));
        if *self.shown.borrow() != notice {
            (self.show)(failure, outlook, attempt);
            self.shown.replace(notice);
        }
        if gives_up {
            return None;
        }
        self.connection.wait(failure, attempt)
    }
}

/// Retries the code of the report.
pub(super) struct CodeRetries {
    /// The health of the connection over which the code is loaded.
    pub(super) connection: ConnectionHealth,
    /// The view that the customer has meanwhile.
    pub(super) meanwhile: LoadingView,
}

impl RetryPolicy for CodeRetries {
    type Failure = Failure;

    fn wait(&self, failure: &Failure, attempt: u32) -> Option<impl Future> {
        let gives_up = match self.meanwhile {
            LoadingView::Blank => attempt >= ATTEMPTS_WHILE_BLANK,
            LoadingView::Landing => attempt >= ATTEMPTS_MAX && self.connection.is_online(),
        };
        if gives_up || *failure == Failure::UnexpectedResponse {
            return None;
        }
        self.connection.wait(failure, attempt)
    }
}
