//! A draft as it is saved in the browser, and as it is taken up again: plain data.
//!
//! Answers and photos go their own ways: the answers are written whole with each change, a photo's bytes once.

use damage_report_rules::{
    claim::ClaimDraft,
    evidence::{Digest, Subject},
};
use serde::{Deserialize, Serialize};

use crate::{
    json::{Json, Shape, shapes::shape},
    photos::advice::PhotoAnalysis,
};

/// A draft, without the bytes of its photos.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The number of the step that the customer had come to.
    pub step: u8,
    /// Whether they had pressed the button that sends it.
    #[serde(default)]
    pub is_sending: bool,
    /// What they answered; its photos are listed below.
    pub answers: ClaimDraft,
    /// The photos, in the order in which they were picked.
    pub photos: Vec<SavedPhoto>,
    /// Photos that were removed after they were sent: the backend may still have them.
    #[serde(default)]
    pub removed: Vec<Digest>,
    /// The number of the next photo. None is given twice: the bytes of a photo that is gone may still lie under its own.
    #[serde(default)]
    pub next_photo: u32,
}

/// A photo whose bytes lie in the browser's storage under its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPhoto {
    /// Its number.
    pub id: u32,
    /// What it shows.
    pub subject: Subject,
    /// Its name, once it was prepared; until then the bytes, if there are any, are those of the file that was picked.
    #[serde(default)]
    pub digest: Option<Digest>,
    /// What is remembered of its pixels.
    #[serde(default, rename = "look")]
    pub analysis: Option<PhotoAnalysis>,
}

impl Saved {
    /// Whether there is nothing in it that a customer would miss, who started with `blank` answers.
    #[must_use]
    pub fn is_empty(&self, blank: &ClaimDraft) -> bool {
        self.photos.is_empty() && self.answers == *blank
    }
}

shape!(Saved { step, is_sending: optional, answers, photos, removed: optional, next_photo: optional });

impl Shape for SavedPhoto {
    fn of(json: &Json<'_>) -> Self {
        json.want_object();
        Self {
            id: json.field("id"),
            subject: json.field("subject"),
            digest: json.field("digest"),
            analysis: json.field("look"),
        }
    }
}
