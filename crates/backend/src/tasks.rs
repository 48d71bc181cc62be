//! Work that runs to its end, even when the client that asked for it disconnects.

use std::time::Duration;

use damage_report_rules::contract::Code;
use tokio_util::task::TaskTracker;

use crate::problem::Refusal;

/// The tasks that are running. Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tasks(TaskTracker);

impl Tasks {
    /// Runs `work` to its end. Dropping the returned future stops the wait, not the work.
    ///
    /// # Errors
    ///
    /// The error of `work`; `internal` where it panics.
    pub(crate) async fn run_to_completion<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
    ) -> Result<T, Refusal> {
        // The panic hook has already logged the panic.
        self.0.spawn(work).await.unwrap_or_else(|_| Err(Refusal::new(Code::Internal)))
    }

    /// Waits until every task is done, for `grace` at most.
    pub(crate) async fn wait_for_all(&self, grace: Duration) {
        self.0.close();
        if tokio::time::timeout(grace, self.0.wait()).await.is_err() {
            tracing::warn!("stopping: some work was cut off");
        }
    }
}
