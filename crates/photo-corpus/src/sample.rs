//! One file of the corpus, and how an outcome is checked.

use crate::scene::Scene;

/// A file, and the right outcome for it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its unique name: a few words that describe it.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// The right outcome.
    pub right: ExpectedOutcome,
}

/// The right outcome for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedOutcome {
    /// It is accepted, and shows this scene.
    Shown(Scene),
    /// It is refused.
    Refused,
    /// It is refused, or accepted and shows this scene.
    Either(Scene),
}

impl Sample {
    /// A file that must be shown as `scene`.
    pub(crate) fn must_be_shown(name: impl Into<String>, bytes: Vec<u8>, scene: Scene) -> Self {
        Self { name: name.into(), bytes, right: ExpectedOutcome::Shown(scene) }
    }

    /// A file that must be refused.
    pub(crate) fn must_be_refused(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), bytes, right: ExpectedOutcome::Refused }
    }

    /// Checks `outcome`: the picture that was made of the file (a JPEG, or a PNG or WebP with an orientation), or none where it was
    /// refused.
    ///
    /// # Errors
    ///
    /// When it is not the right outcome. The message names the sample and the difference.
    pub fn check_outcome(&self, outcome: Option<&[u8]>) -> Result<(), String> {
        let fault = |what: String| format!("{}: {what}", self.name);
        match (self.right, outcome) {
            (ExpectedOutcome::Refused, None) | (ExpectedOutcome::Either(_), None) => Ok(()),
            (ExpectedOutcome::Refused, Some(_)) => Err(fault("it was taken".to_owned())),
            (ExpectedOutcome::Shown(_), None) => Err(fault("it was refused".to_owned())),
            (ExpectedOutcome::Shown(scene) | ExpectedOutcome::Either(scene), Some(picture)) => {
                scene.compare(picture).map_err(fault)
            }
        }
    }
}
