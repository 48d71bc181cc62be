//! The scrolling of a page: waiting until it ends, so that a journey looks at a page's final position.

use anyhow::Result;

use crate::{browser::Browser, wait::eventually};

/// Whether the window keeps its position for a second and 30 frames. The widget corrects its position half a second after a move of
/// the focus, and on a busy machine a frame may take longer than that.
const STAYS: &str = "return new Promise((done) => { \
     const position = scrollY, begun = performance.now(); let frames = 0; \
     const look = () => { \
         if (scrollY !== position) done(false); \
         else if (++frames > 30 && performance.now() - begun > 1000) done(true); \
         else requestAnimationFrame(look); \
     }; look(); });";

impl Browser {
    /// Waits until the window has stopped scrolling, smoothly or in steps.
    ///
    /// # Errors
    ///
    /// When it goes on, or the driver does not answer.
    pub async fn wait_for_end_of_scrolling(&self) -> Result<()> {
        eventually("the end of scrolling", || async {
            Ok((self.run_script(STAYS, Vec::new()).await? == true).then_some(()))
        })
        .await
    }
}
