//! A draft as it is saved in the browser and restored from there: plain data, its version, and the way from older versions.
//!
//! Answers and photos are stored apart: the answers are written whole with each change, the bytes of a photo once.

use damage_report_rules::{
    claim::ClaimDraft,
    evidence::{Digest, Subject},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    flow::Step,
    json::{Json, Shape},
    photos::advice::PhotoAnalysis,
};

/// A draft, without the bytes of its photos.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// In which version it is written.
    pub version: Version,
    /// The step that the customer had come to.
    #[serde(with = "step_by_name")]
    pub step: Step,
    /// Whether they had pressed the button that sends it.
    #[serde(default)]
    pub is_sending: bool,
    /// Their answers; the photos are listed below.
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

/// The version in which this build writes drafts.
///
/// | version | what changed |
/// | --- | --- |
/// | 1, which names no version | |
/// | 2 | `step` is a name and no position; a photo's `look` is its `analysis` |
///
/// A new version goes into this table, and into the `match` that reads the older ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version;

impl Version {
    const UNNAMED: u8 = 1;
    const CURRENT: u8 = 2;
}

/// Identifies a photo within its draft. Camera files are all called `image.jpg`, so photos have numbers of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PhotoId(pub u32);

/// A photo whose bytes lie in the browser's storage under its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPhoto {
    /// Its number.
    pub id: u32,
    /// Its subject.
    pub subject: Subject,
    /// Its name, once it was prepared; until then the bytes, if there are any, are those of the file that was picked.
    #[serde(default)]
    pub digest: Option<Digest>,
    /// The analysis of its pixels.
    #[serde(default)]
    pub analysis: Option<PhotoAnalysis>,
}

impl Saved {
    /// Whether a customer who started with `blank` answers would miss nothing in it.
    #[must_use]
    pub fn is_empty(&self, blank: &ClaimDraft) -> bool {
        self.photos.is_empty() && self.answers == *blank
    }
}

impl Shape for Saved {
    fn of(json: &Json<'_>) -> Self {
        json.want_object();
        let step = match json.field_or("version", Version::UNNAMED) {
            Version::UNNAMED => Step::numbered(json.field("step")),
            Version::CURRENT => Step::named(&json.field::<String>("step")),
            _ => json.unfit(Step::Start),
        };
        Self {
            version: Version,
            step,
            is_sending: json.field_or("is_sending", false),
            answers: json.field("answers"),
            photos: json.field("photos"),
            removed: json.field_or("removed", Vec::new()),
            next_photo: json.field_or("next_photo", 0),
        }
    }
}

impl Shape for SavedPhoto {
    fn of(json: &Json<'_>) -> Self {
        json.want_object();
        Self {
            id: json.field("id"),
            subject: json.field("subject"),
            digest: json.field("digest"),
            analysis: json.field::<Option<_>>("analysis").or_else(|| json.field("look")),
        }
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(Self::CURRENT)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u8::deserialize(deserializer)? {
            Self::CURRENT => Ok(Self),
            _ => Err(D::Error::custom("another version")),
        }
    }
}

mod step_by_name {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::flow::Step;

    pub(super) fn serialize<S: Serializer>(step: &Step, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(step.name())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Step, D::Error> {
        Ok(Step::named(&String::deserialize(deserializer)?))
    }
}
