//! A draft as it is saved in the browser and restored from there: plain data, its version, and the migration from older versions.
//!
//! Answers and photos are stored separately: each change writes all answers again, but the bytes of a photo are written once.

use damage_report_rules::{
    claim::ClaimDraft,
    evidence::{Digest, Subject},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    flow::Step,
    json::{FromJson, JsonValue},
    photos::advice::PhotoAnalysis,
};

/// A draft, without the bytes of its photos.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedDraft {
    /// The version of its format.
    pub version: DraftVersion,
    /// The step that the customer had reached.
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
    /// The number of the next photo. Numbers are never reused: the bytes of a removed photo may still be stored under its number.
    #[serde(default)]
    pub next_photo: u32,
}

/// The version in which this build writes drafts.
///
/// | version | what changed |
/// | --- | --- |
/// | 1, saved without a version number | |
/// | 2 | `step` is stored by name, not by index; a photo's `look` is renamed to `analysis` |
///
/// List a new version in this table, and migrate older drafts in the `match` of [`Saved::of`](FromJson::of).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DraftVersion;

impl DraftVersion {
    const UNNUMBERED: u8 = 1;
    const CURRENT: u8 = 2;
}

/// Identifies a photo within its draft. Camera files are all called `image.jpg`, so photos have numbers of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PhotoId(pub u32);

/// A photo. The browser stores its bytes under its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPhoto {
    /// Its number.
    pub id: u32,
    /// Its subject.
    pub subject: Subject,
    /// The digest of the prepared photo. Until it is set, any stored bytes are those of the original file.
    #[serde(default)]
    pub digest: Option<Digest>,
    /// The analysis of its pixels.
    #[serde(default)]
    pub analysis: Option<PhotoAnalysis>,
}

impl SavedDraft {
    /// Whether it has no photos, and its answers are still the `blank` ones.
    #[must_use]
    pub fn is_empty(&self, blank: &ClaimDraft) -> bool {
        self.photos.is_empty() && self.answers == *blank
    }
}

impl FromJson for SavedDraft {
    fn of(json: &JsonValue<'_>) -> Self {
        json.require_object();
        let step = match json.field_or("version", DraftVersion::UNNUMBERED) {
            DraftVersion::UNNUMBERED => Step::from_number(json.field("step")),
            DraftVersion::CURRENT => Step::from_name(&json.field::<String>("step")),
            _ => json.mark_invalid(Step::Start),
        };
        Self {
            version: DraftVersion,
            step,
            is_sending: json.field_or("is_sending", false),
            answers: json.field("answers"),
            photos: json.field("photos"),
            removed: json.field_or("removed", Vec::new()),
            next_photo: json.field_or("next_photo", 0),
        }
    }
}

impl FromJson for SavedPhoto {
    fn of(json: &JsonValue<'_>) -> Self {
        json.require_object();
        Self {
            id: json.field("id"),
            subject: json.field("subject"),
            digest: json.field("digest"),
            analysis: json.field::<Option<_>>("analysis").or_else(|| json.field("look")),
        }
    }
}

impl Serialize for DraftVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(Self::CURRENT)
    }
}

impl<'de> Deserialize<'de> for DraftVersion {
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
        Ok(Step::from_name(&String::deserialize(deserializer)?))
    }
}
